"""Who works with a manager, guessed from the meetings when there is no team file; each guess says why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.calendar.event import Attendee
from app.domain.configuration.rules import Words
from app.domain.meetings.guests import is_list
from app.domain.meetings.meeting import Meeting
from app.domain.people.person import Person, Team

TEAM_NAME = "my team"
MIN_TEAM_MEETING = 3
MAX_PEOPLE_SEEN = 25


@dataclass(frozen=True, slots=True)
class Guess:
    """Why something stands in a guessed team: `about` is an address, or "" for what holds for all."""

    about: str
    why: str


@dataclass(frozen=True, slots=True)
class GuessedTeam:
    """A team as a team file would give it, with a reason for every line of it.

    `lists` are mailing lists of the company that were invited; who is on them cannot be known.
    """

    team: Team
    guesses: tuple[Guess, ...]
    lists: tuple[str, ...] = ()

    def why(self, about: str) -> tuple[str, ...]:
        """The reasons for what is said about one address."""
        return tuple(guess.why for guess in self.guesses if guess.about == about)


def guess_team(meetings: Sequence[Meeting], manager: str, words: Words | None = None) -> GuessedTeam:
    """Guess the team of a manager from merged meetings.

    The company is the manager's domain. Someone is taken for a report if the manager organizes a 1:1 with them and has
    them in a team meeting: a series that the manager organizes, with three or more people, all of the company. The
    others of a team meeting that is mostly reports are taken for members of the team, not for reports. Colleagues seen
    in meetings of up to 25 people are listed, without anything said about them. With `words` mailing lists are told
    from people.
    """
    boss = manager.lower()
    seen = _Seen(boss, words or Words())
    team_meetings = {m.event.ref.uid: m for m in meetings if seen.is_team_meeting(m)}.values()
    met = {email for meeting in team_meetings for email in seen.colleagues(meeting)}
    reports = {m for meeting in meetings for m in seen.one_on_one_with(meeting) if m in met}
    mates = seen.mates(team_meetings, reports)
    names = seen.names(meetings)
    people = [Person(boss, names.pop(boss, None), team=TEAM_NAME if reports else None, level="manager")]
    people += [Person(email, names.pop(email, None), boss, TEAM_NAME) for email in sorted(reports)]
    people += [Person(email, names.pop(email, None), "", TEAM_NAME) for email in sorted(mates)]
    people += [Person(email, name) for email, name in sorted(names.items())]
    team = Team(tuple(people), internal_domains=(seen.domain,))
    return GuessedTeam(team, tuple(_reasons(team, reports, mates)), seen.lists(meetings))


def _reasons(team: Team, reports: set[str], mates: set[str]) -> Iterable[Guess]:
    yield Guess("", "internal_domains: the domain of the manager's own address")
    for person in team.person:
        if person.email in reports:
            yield Guess(person.email, "you organize a 1:1 with them, and they are in a team meeting of yours")
        elif person.email in mates:
            yield Guess(person.email, "in a team meeting of yours, but you organize no 1:1 with them")
        elif person.level == "manager":
            yield Guess(person.email, "you; add who you report to as manager")
        else:
            yield Guess(person.email, "seen in a meeting of yours; nothing else is known")


class _Seen:
    """What the meetings show from the manager's place."""

    def __init__(self, manager: str, words: Words) -> None:
        self.manager = manager
        self.domain = manager.rpartition("@")[2]
        self._words = words
        self._bare = Team(internal_domains=(self.domain,))

    def colleagues(self, meeting: Meeting) -> tuple[str, ...]:
        """The others of the meeting who are people of the company."""
        return tuple(p.email for p in meeting.people if self._is_colleague(p) and p.email != self.manager)

    def is_team_meeting(self, meeting: Meeting) -> bool:
        """Whether it is a series that the manager organizes with several people, all of them of the company."""
        others = self.colleagues(meeting)
        is_series = meeting.event.recurring and not meeting.event.private and not meeting.event.all_day
        is_within = all(self._bare.is_internal(person.email) for person in meeting.people)
        return is_series and self._organizes(meeting) and is_within and len(others) + 1 >= MIN_TEAM_MEETING

    def one_on_one_with(self, meeting: Meeting) -> tuple[str, ...]:
        """The other one of a 1:1 that the manager organizes."""
        others = self.colleagues(meeting)
        is_pair = len(others) == 1 and all(map(self._is_colleague, meeting.people)) and not meeting.event.private
        return others if is_pair and self._organizes(meeting) else ()

    def mates(self, team_meetings: Iterable[Meeting], reports: set[str]) -> set[str]:
        """Who is in a team meeting of which at least half of the others are reports, without being one."""
        found: set[str] = set()
        for meeting in team_meetings:
            others = set(self.colleagues(meeting))
            if 2 * len(others & reports) >= len(others):
                found |= others - reports
        return found

    def names(self, meetings: Sequence[Meeting]) -> dict[str, str | None]:
        """Every colleague seen in a meeting that is not too large, with their name where an invitation gives one."""
        names: dict[str, str | None] = defaultdict(lambda: None)
        for meeting in meetings:
            if len(meeting.people) <= MAX_PEOPLE_SEEN and not meeting.event.private:
                for person in filter(self._is_colleague, meeting.people):
                    names[person.email] = names[person.email] or person.name
        return dict(names)

    def lists(self, meetings: Sequence[Meeting]) -> tuple[str, ...]:
        """The mailing lists of the company that meetings invite, in order."""
        lines = (person for m in meetings if not m.event.private for person in m.people)
        return tuple(sorted({p.email for p in lines if self._is_list(p)}))

    def _organizes(self, meeting: Meeting) -> bool:
        return (meeting.event.organizer or "").lower() == self.manager

    def _is_colleague(self, line: Attendee) -> bool:
        return self._bare.is_internal(line.email) and not self._is_list(line)

    def _is_list(self, line: Attendee) -> bool:
        return self._bare.is_internal(line.email) and is_list(line, self._bare, self._words)
