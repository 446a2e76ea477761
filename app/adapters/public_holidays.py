"""Public holidays, from the `holidays` package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import holidays

from app.errors import ConfigError


class PublicHolidays:
    """Public holidays by country (`DE`) or country and region (`DE-BE`), as ISO 3166 writes them."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        """The holidays among some days. Raises `ConfigError` if the country or the region is not known."""
        code, _, region = country.partition("-")
        try:
            known = holidays.country_holidays(code, subdiv=region or None, years=sorted({d.year for d in days}))
        except NotImplementedError:
            raise ConfigError(
                f"no public holidays are known for country = {country!r}; write it like DE or DE-BE"
            ) from None
        return {day: str(known[day]) for day in days if day in known}
