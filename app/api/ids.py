"""Ids in addresses: what has not their form is no address at all, so that they stand beside fixed words."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.convertors import Convertor, register_url_convertor


class _Word(Convertor[str]):
    """Text as it is."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Hex8(_Word):
    regex = "[0-9a-f]{8}"


class _Hex16(_Word):
    regex = "[0-9a-f]{16}"


class _Hex32(_Word):
    regex = "[0-9a-f]{32}"


register_url_convertor("hex8", _Hex8())
register_url_convertor("hex16", _Hex16())
register_url_convertor("hex32", _Hex32())
CalendarId = Annotated[str, Path(pattern="^[0-9a-f]{8}$", description="The id of a calendar.")]
PlanningId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The id of a stored plan.")]
ProposalId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The id of a proposal.")]
