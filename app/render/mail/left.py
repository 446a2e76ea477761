"""What a plan could not do, as a mail says it: what was said before is one line until it changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Plan, PlanMeeting
from app.render import words
from app.render.mail.content import MailLeft
from app.render.plans.leftovers import Leftover, leftovers, waiting

MOST = 5
"""So many are said in full, and as many in a line; the rest is on the page."""
MOST_WAITING, WAITING_TITLE = 8, 50
LIMIT = 180
TITLE = 68
"""Characters of a line of text, and of a title: enough to know it, and forty of them make no long mail."""


def left(plan: Plan, known: Collection[str]) -> tuple[tuple[MailLeft, ...], tuple[str, ...], int]:
    """What could not be done, the keys of the pinned meetings in it, and how much is on the page only.

    `known` are the keys that earlier mails told of.
    """
    meetings = {m.id: m for m in plan.meetings}
    found = [(each, _key(plan, each, meetings)) for each in leftovers(plan)]
    new = [(each, key) for each, key in found if key is None or key not in known][:MOST]
    old = [(each, key) for each, key in found if key is not None and key in known][:MOST]
    lines = (*(_line(each) for each, _ in new), *(_short(each) for each, _ in old))
    keys = tuple(key for _, key in (*new, *old) if key is not None)
    return lines, keys, len(found) - len(lines)


def later(plan: Plan) -> str:
    """What waits for a later week, as the budget of this one is used up: titles in a line, empty if nothing does."""
    return words.listed([words.clean(each.title, WAITING_TITLE) for each in waiting(plan)], MOST_WAITING)


def _key(plan: Plan, each: Leftover, meetings: Mapping[str, PlanMeeting]) -> str | None:
    """What a pinned series is known by while its time, its people and the reason for the pin stay the same."""
    about = [meetings[one] for one in each.meetings]
    if not all(m.action == "pinned" and m.recurring for m in about):
        return None
    digest = sha256("\n".join(sorted(_standing(m, ZoneInfo(plan.timezone)) for m in about)).encode()).hexdigest()[:16]
    return f"pinned:{about[0].uid}:{digest}"


def _standing(meeting: PlanMeeting, zone: ZoneInfo) -> str:
    place = words.local(meeting.from_, zone) if meeting.from_ else None
    time = f"{place.start.weekday()} {words.clock(place.start)} {words.clock(place.end)}" if place else ""
    people = " ".join(sorted(a.email for a in meeting.attendees))
    return f"{time} {people} {meeting.pinned_reason.code if meeting.pinned_reason else ''}"


def _line(each: Leftover) -> MailLeft:
    helps = tuple(words.capital(words.clean(text, LIMIT)) for text in each.helps)
    return MailLeft(_title(each), each.when, each.what, words.clean("; ".join(each.why), LIMIT), helps)


def _short(each: Leftover) -> MailLeft:
    return MailLeft(_title(each), each.when, f"still {each.what}")


def _title(each: Leftover) -> str:
    return words.clean(each.title, TITLE)
