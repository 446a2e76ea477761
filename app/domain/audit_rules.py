"""What counts as a finding of an audit: the settings of `[audit]` in the rules (docs/audit.md says each in words)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditRules:
    """Limits of the rules of an audit.

    `gap_factor`: a report's 1:1 is late after so many times its cadence; `cancelled_in_row`: so many in a row that did
    not take place are told.
    """

    gap_factor: float = 1.5
    cancelled_in_row: int = 2

    def __post_init__(self) -> None:
        if self.gap_factor < 1:
            raise ValueError(f"gap_factor must be 1 or more, not {self.gap_factor}")
        if self.cancelled_in_row < 1:
            raise ValueError(f"cancelled_in_row must be 1 or more, not {self.cancelled_in_row}")
