"""Who takes part in a meeting, seen from the manager: own people, colleagues, people outside, whole lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.calendar.event import Attendee, Cutype
from app.domain.configuration.rules import Words
from app.domain.meetings.meeting import Meeting
from app.domain.meetings.titles import consists_of, find_word
from app.domain.people.person import Team


@dataclass(frozen=True, slots=True)
class Guests:
    """Everyone in a meeting but the manager, by main address.

    `own` are people of the manager's own teams, `colleagues` others of the company, `outside` the rest; `lists` are
    addresses of the company that stand for an unknown number of people, `everyone` says that one of them is for all.
    `own_lists` of them are taken for the manager's own teams: those that the manager calls to a series.
    """

    own: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    everyone: bool = False
    own_lists: int = 0

    @property
    def persons(self) -> tuple[str, ...]:
        """All that are persons."""
        return (*self.own, *self.colleagues, *self.outside)

    @property
    def people(self) -> int:
        """How many people are in the meeting, the manager among them; a list counts for two, the least it can be."""
        return 1 + len(self.persons) + 2 * len(self.lists)

    @property
    def team_share(self) -> int:
        """How many in a hundred of the others, lists counted as one, are of the manager's own teams."""
        total = len(self.persons) + len(self.lists)
        return 100 * (len(self.own) + self.own_lists) // total if total else 0


def guests_of(meeting: Meeting, manager: str, team: Team, words: Words) -> Guests:
    """Sort the people of a meeting, without the manager."""
    found: dict[str, list[str]] = {"own": [], "colleagues": [], "outside": [], "lists": []}
    for place, email in _sorted(meeting, manager, team, words):
        found[place].append(email)
    everyone = sum(is_for_everyone(email, words) for email in found["lists"])
    is_called = meeting.event.recurring and team.canonical(meeting.event.organizer or "") == team.canonical(manager)
    own_lists = len(found["lists"]) - everyone if is_called else 0
    people = {place: tuple(emails) for place, emails in found.items()}
    return Guests(**people, everyone=everyone > 0, own_lists=own_lists)


def _sorted(meeting: Meeting, manager: str, team: Team, words: Words) -> Iterator[tuple[str, str]]:
    for line in meeting.people:
        if line.email == team.canonical(manager):
            continue
        if not is_colleague(line.email, manager, team):
            yield "outside", line.email
        elif is_list(line, team, words):
            yield "lists", line.email
        else:
            yield ("own" if team.is_own(manager, line.email) else "colleagues"), line.email


def is_colleague(email: str, manager: str, team: Team) -> bool:
    """Whether an address belongs to the company; without `internal_domains` that is the manager's own domain."""
    if team.is_internal(email):
        return True
    return not team.internal_domains and email.rpartition("@")[2] == manager.lower().rpartition("@")[2]


def is_list(line: Attendee, team: Team, words: Words) -> bool:
    """Whether an attendee is a mailing list whose members are not known."""
    if team.knows(line.email):
        return False
    return line.cutype == Cutype.GROUP or bool(find_word(_local(line.email), (*words.lists, *words.everyone)))


def is_for_everyone(email: str, words: Words) -> bool:
    """Whether an address is that of the whole company: `all@`, `alle.mitarbeiter@`, `acme-all@acme.example`."""
    domain = tuple(email.rpartition("@")[2].split("."))
    local = _local(email)
    return bool(find_word(local, words.everyone)) and consists_of(local, (*words.everyone, *domain))


def _local(email: str) -> str:
    return email.rpartition("@")[0].replace("_", " ")
