"""What people configured and is kept for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.configuration.access import EVERYONE

Kind = Literal["team", "pattern", "rules", "schedule"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One version of a TOML text, counted from 1 for each kind and owner."""

    kind: Kind
    owner: str
    version: int
    text: str
    created_at: datetime

    @property
    def source(self) -> str:
        """Its name in messages."""
        whose = "everyone" if self.owner == EVERYONE else self.owner
        return f"stored {self.kind} of {whose}, version {self.version}"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A TOML text that somebody is to have from now on; `before` is the one that it was made from."""

    kind: Kind
    owner: str
    before: str
    text: str
