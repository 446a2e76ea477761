"""Invitations by mail, where no server sends them: noted before they are sent, and sent at most once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Edit, Notify
from app.domain.plans.plan import Plan
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import Letter, LetterState, ProposedMove
from app.errors import AppError, UnansweredError, UnavailableError
from app.render.proposals.invitation import invitation
from app.services.applying.journal import Journal
from app.services.applying.tools import Destination, Tools

BROKE_OFF = "it may have been sent or not: nobody answered; ask the guests before you send it again"
NO_RELAY = "no relay for mail is set up (CLEARWEEK_SMTP_URL)"
INVITATION = "text/calendar"


def letters_of(
    edit: Edit, objects: Sequence[CalendarObject], to: Destination, move: ProposedMove, notify: Notify
) -> Iterator[Letter]:
    """The letters about an edit, with what it made of the objects; none where the server tells the guests.

    By mail each guest gets one of their own, so that an address that a relay refuses keeps nobody else from theirs.
    """
    if to.sender is Sender.SERVER:
        return
    for one in objects:
        for message in to.editor.messages(one.text, edit):
            if guests := _wanted(message.guests, move.organizer, notify):
                each = [(guest,) for guest in guests] if to.sender is Sender.LETTERS else [guests]
                yield from (Letter(some, message.text) for some in each)


def _wanted(guests: Sequence[str], organizer: str, notify: Notify) -> tuple[str, ...]:
    own = organizer.partition("@")[2]
    wanted = {
        Notify.ALL: [guest for guest in guests if guest != organizer],
        Notify.EXTERNAL_ONLY: [guest for guest in guests if guest.partition("@")[2] != own],
        Notify.NONE: [],
    }
    return tuple(wanted[notify])


@dataclass(frozen=True)
class Post:
    """The letters about one move on their way: by a relay, or, without one, as files that the manager sends."""

    move: ProposedMove
    to: Destination
    journal: Journal
    tools: Tools
    plan: Plan

    def go_on(self) -> None:
        """Send what was not sent yet. What was being sent when its process ended is left to people.

        Raises `UnavailableError` if a letter was not taken now, and may be later.
        """
        for index, letter in enumerate(self.journal[self.move.number].letters):
            if letter.state is LetterState.SENDING:
                self._mark(index, LetterState.UNKNOWN, BROKE_OFF)
            elif letter.state is LetterState.PLANNED:
                self._deliver(index, letter)
        self.journal.note(self.move.number, problem=None, remedy=None)

    def _deliver(self, index: int, letter: Letter) -> None:
        if self.to.sender is Sender.FILES or self.tools.mailer is None:
            self._keep(index, letter)
            return
        try:
            message = invitation(letter, self.move, self.plan, self.journal.direction, self.tools.now())
            self._mark(index, LetterState.SENDING)
            self.tools.mailer.send(message)
        except UnansweredError:
            self._mark(index, LetterState.UNKNOWN, BROKE_OFF)
        except UnavailableError as error:
            self._mark(index, LetterState.PLANNED, str(error))
            raise
        except AppError as error:
            self._mark(index, LetterState.FAILED, str(error))
        else:
            self._mark(index, LetterState.SENT)

    def _keep(self, index: int, letter: Letter) -> None:
        """Keep a letter as a file: whoever opens it in a calendar, or sends it on, invites with it."""
        proposal_id = self.journal.working.proposal_id
        alike = [n for n, one in enumerate(self.journal[self.move.number].letters) if one.text == letter.text]
        name = f"invitation-{self.move.number}-{self.journal.direction}-{alike[0] + 1}.ics"
        data = letter.text.encode()
        self.tools.store.keep_file(proposal_id, name, INVITATION, data, self.tools.now())
        reason = f"{NO_RELAY}: " if self.to.sender is Sender.LETTERS else ""
        text = f"{reason}send the file {name} to {', '.join(letter.to)}"
        notes = (*self.journal[self.move.number].notes, text)
        self._mark(index, LetterState.KEPT, notes=notes)

    def _mark(self, index: int, state: LetterState, problem: str | None = None, **changes: object) -> None:
        before = self.journal[self.move.number].letters
        letters = (replace(one, state=state, problem=problem) if n == index else one for n, one in enumerate(before))
        self.journal.note(self.move.number, letters=tuple(letters), **changes)
