"""Public holidays, from the `holidays` package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from app.errors import ConfigError


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Public holidays by country (`DE`) or country and region (`DE-BE`), as ISO 3166 writes them."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        """The holidays among some days. Raises `ConfigError` if the country or the region is not known."""
        years = {day.year: _of_year(country, day.year) for day in days}
        return {day: years[day.year][day] for day in days if day in years[day.year]}


@lru_cache(maxsize=512)
def _of_year(country: str, year: int) -> Mapping[date, str]:
    code, _, region = country.partition("-")
    try:
        return dict(holidays.country_holidays(code, subdiv=region or None, years=year))
    except NotImplementedError:
        raise ConfigError(f"no public holidays are known for {country!r}; write the country like DE or DE-BE") from None
