"""What a meeting is: the first rule that matches says so, with its reason in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KindRule:
    """One line of the classification; all conditions that are given must hold."""

    kind: str
    because: str
