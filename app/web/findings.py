"""The page of what an audit finds: for the manager alone, with "not this one" beside each finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.parts import ApiParts, PartsDep
from app.domain.calendar.timespan import IsoWeek
from app.errors import InputError, NotFoundError
from app.render import audit as render
from app.render import words
from app.services.auditing import audit as services
from app.web.pages import page, see
from app.web.visits import DeedDep, Visit, VisitDep

PATH = "/findings"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class About:
    """Whose meetings are looked at, around which week, and as of when; of a proposal, its own clock."""

    manager: str
    week: IsoWeek
    at: datetime
    proposal: str | None = None

    @property
    def path(self) -> str:
        """The address of the page."""
        named = {"proposal": self.proposal} if self.proposal else {"manager": self.manager, "week": str(self.week)}
        return f"{PATH}?{urlencode(named)}"


@router.get(PATH)
def show(
    request: Request,
    parts: PartsDep,
    visit: VisitDep,
    manager: str | None = None,
    week: str | None = None,
    proposal: str | None = None,
) -> Response:
    """What the audit of somebody's own meetings finds."""
    about = _about(parts, visit, manager, week, proposal)
    if about is None:
        return page(request, "findings.html.j2", visit, audit=None, managers=_managers(parts, visit), path=PATH)
    found = services.audited(parts.audits, about.manager, about.week, at=about.at)
    values: dict[str, Any] = {
        "audit": found,
        "about": about,
        "heading": f"Around {words.week_of(about.week.monday)}",
        "views": render.finding_views(found),
        "trend": render.trend_rows(found),
        "headings": render.TREND,
        "team": render.team_lines(found),
        "dismissed": [(key, words.clean(key)) for key in found.dismissed],
        "managers": _managers(parts, visit),
    }
    return page(request, "findings.html.j2", visit, **values)


@router.post(PATH)
def answer(parts: PartsDep, deed: DeedDep) -> Response:
    """Note "not this one", or take it back, and show the rest."""
    about = _about(parts, deed.visit, deed.text("manager"), deed.text("week"), deed.text("proposal") or None)
    what, _, key = deed.text("do").partition(" ")
    if about is None or what not in ("dismiss", "restore"):
        raise InputError("this page has no such button")
    desk, by = parts.audits, deed.visit.caller.by
    if what == "dismiss":
        services.dismiss(desk, about.manager, key, by=by)
    else:
        desk.findings.restore(about.manager, key, by, desk.now())
    return see(about.path)


def _about(
    parts: ApiParts, visit: Visit, manager: str | None, week: str | None, proposal_id: str | None
) -> About | None:
    """What is asked for; None if somebody has to be chosen first.

    Raises `NotFoundError` for somebody else's, `InputError` for a week that is none.
    """
    now = parts.now()
    if proposal_id:
        proposal = parts.desk.proposals.get(proposal_id)
        _check(visit, proposal.manager)
        return About(proposal.manager, IsoWeek.parse(proposal.week), proposal.clock(now), proposal_id)
    managers = _managers(parts, visit)
    wanted = manager or (managers[0] if len(managers) == 1 else None)
    if wanted is None:
        return None
    _check(visit, wanted)
    try:
        return About(wanted, IsoWeek.parse(week) if week else IsoWeek.of(now.date()).plus(1), now)
    except ValueError as error:
        raise InputError(f"week: {error}") from None


def _check(visit: Visit, manager: str) -> None:
    if not visit.caller.is_self(manager):
        raise NotFoundError(f"{manager}: what an audit finds is for themselves alone")


def _managers(parts: ApiParts, visit: Visit) -> list[str]:
    """Whose findings somebody may see: of those of whom a calendar is kept."""
    owners = sorted({calendar.owner for calendar, _ in parts.calendars.all()})
    return [owner for owner in owners if visit.caller.is_self(owner)]
