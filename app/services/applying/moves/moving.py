"""The edits of one move on their way into the calendar: each is noted, written once, and taken back if it has to be.

Before any edit the calendar is read: what is done is not done again, what is as it was approved is written, on the tag
just read, and anything else is somebody's change and stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from app.domain.calendar.connected import Backend, CalendarObject
from app.domain.calendar.writing import Edit, Insert, Notify, Remove, Versions
from app.domain.proposals.proposal import Letter, MoveState, ProposedMove, Step, Writing
from app.errors import AppError, ChangedError, ReconnectError, UnansweredError, UnavailableError
from app.services.applying.journal import Journal
from app.services.applying.moves.declining import declined_before
from app.services.applying.moves.letters import letters_of
from app.services.applying.moves.objects import Reader, source_of
from app.services.applying.tools import Destination
from app.services.proposals.writings import HALF, begun, goes_on, marked, written
from app.services.surgery.approved import is_as_seen, is_begun, is_done, is_of_the_same, uid_of
from app.services.surgery.edits import reversed_edits
from app.services.surgery.fitting import fitted

CHANGED = "it was changed by somebody else"
TRIES = 4
"""How often an edit is begun while answers of guests come in between."""
SILENCES = 2
"""How often an edit is sent without an answer before it is left for later."""
ANEW = "it is left as it is there now, which a new proposal begins from"
AGAIN = "try it again: what the server has is looked at first"
RECONNECT = "connect the calendar again (`clearweek connect`), then try it again"
MEND = "mend that, or leave the meeting where it is; then try it again"
BY_HAND = "look at it in the calendar, and mend it by hand: one part of the move is written there, another is not"


class StoppedError(Exception):
    """A move cannot be made: the state that it gets, why, and what to do."""

    def __init__(self, state: MoveState, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.state = state
        self.problem = problem
        self.remedy = remedy


def changed(problem: str) -> StoppedError:
    """Somebody changed what was to be moved."""
    return StoppedError(MoveState.CHANGED_MEANWHILE, problem, ANEW)


def refused(error: AppError) -> StoppedError:
    """A server, or what is in the calendar, will not have it."""
    return StoppedError(MoveState.FAILED, str(error), RECONNECT if isinstance(error, ReconnectError) else MEND)


@dataclass(frozen=True)
class Moving:
    """The edits of one move; `plan` says which they are, from what the calendar has of the event.

    Its methods raise `StoppedError` if the move cannot be made, `UnavailableError` if it has to be gone on with later.
    """

    move: ProposedMove
    to: Destination
    journal: Journal
    notify: Notify
    reader: Reader
    plan: Callable[[Versions], Sequence[Edit]]

    @property
    def writing(self) -> Writing:
        """How the move stands."""
        return self.journal[self.move.number]

    @property
    def by_letter(self) -> Notify:
        """Who gets letters about it: of what nobody was told, nobody is told that it is taken back."""
        is_news = self.journal.direction == "apply" or (self.move.apply is not None and self.move.apply.letters)
        return self.notify if is_news else Notify.NONE

    def go_on(self, *, must_stop: bool = False) -> None:
        """Have all edits in the calendar, each once; what cannot be whole is taken back, and the reason raised.

        One that `must_stop` gets no further than to the place where it waits for others.
        """
        if self._is_on_its_way_back:
            self._take_back()
        try:
            self._make(must_stop=must_stop)
        except StoppedError as why:
            self.stop(why)

    def stop(self, why: StoppedError) -> NoReturn:
        """Take back what was written, and raise why."""
        steps = tuple(self._stopped(step, why.state) for step in self.writing.steps)
        back = tuple(self._way_back())
        if back:
            self._note(steps=(*steps, *back), problem=why.problem, remedy=why.remedy)
            self._take_back()
        self._note(state=why.state, steps=steps, problem=why.problem, remedy=why.remedy)
        raise why

    @property
    def _is_on_its_way_back(self) -> bool:
        return any(step.back for step in self.writing.steps)

    def _make(self, *, must_stop: bool) -> None:
        if not self.writing.steps:
            self._begin()
        elif not self.writing.is_whole:
            self._look_again()
        for index in range(1 if must_stop else len(self.writing.steps)):
            self._step(index)

    def _take_back(self) -> NoReturn:
        """Have what was written out of the calendar again, and raise the reason, which is noted already."""
        problem, remedy = self.writing.problem or "", self.writing.remedy or ""
        try:
            for index, step in enumerate(self.writing.steps):
                if step.back:
                    self._step(index)
        except StoppedError as stuck:
            text = f"{problem}; {HALF}, and could not be taken back: {stuck.problem}"
            raise StoppedError(MoveState.FAILED, text, BY_HAND) from stuck
        is_changed = any(step.state is MoveState.CHANGED_MEANWHILE for step in self.writing.steps)
        raise StoppedError(MoveState.CHANGED_MEANWHILE if is_changed else MoveState.FAILED, problem, remedy)

    def _way_back(self) -> Iterator[Step]:
        """The steps that undo what is written; half an undo stays, as the rest of it may be done later."""
        if self.journal.direction == "apply":
            done = list(written(self.writing))
            yield from (Step(edit, back=True) for edit in (reversed_edits(done, self.move.seen) if done else ()))

    def _stopped(self, step: Step, state: MoveState) -> Step:
        return step if step.state is MoveState.WRITTEN else replace(step, state=state)

    def _begin(self) -> None:
        """Decide all edits, and look whether each of them may be made, before the first one is."""
        now = self.reader.versions([self.move.uid])
        if not now[self.move.uid] and self.journal.direction == "apply":
            raise changed("it is not in the calendar any more")
        edits = self._planned(now[self.move.uid])
        now = self.reader.versions(self.reader.of(edits))
        if not all(is_done(edit, now, self.move.uid) or self._is_as_seen(edit, now) for edit in edits):
            raise changed(CHANGED)
        declined = declined_before(edits, self.reader.answers([self.move.uid])[self.move.uid])
        steps = tuple(map(Step, edits))
        self.journal.hold(self.move.number, steps=steps, declined=declined, problem=None, remedy=None)

    def _look_again(self) -> None:
        """A series ends only as long as the one that was inserted for it is there, whoever removed it meanwhile."""
        inserted = [edit for edit in written(self.writing) if isinstance(edit, Insert)]
        now = self.reader.versions(self.reader.of(inserted))
        if not all(is_done(edit, now, self.move.uid) for edit in inserted):
            raise changed(CHANGED)

    def _planned(self, now: Versions) -> Sequence[Edit]:
        """The edits; what cannot be edited because others changed it was changed, and not refused."""
        try:
            return self.plan(now)
        except AppError as error:
            is_as_approved = dict(self.seen(self.move.uid)) == dict(now)
            raise (refused(error) if is_as_approved else changed(CHANGED)) from error

    def _step(self, index: int) -> None:
        """Have one edit in the calendar, whatever was known of it before."""
        silent: list[UnansweredError] = []
        for _ in range(TRIES):
            step = self.writing.steps[index]
            if step.state is MoveState.WRITTEN:
                return
            objects = self.reader.of([step.edit])
            now = self.reader.versions(objects)
            if is_done(step.edit, now, self.move.uid):
                self._mark(index, MoveState.WRITTEN)
            elif not self._may_be_made(index, now):
                raise changed(CHANGED)
            elif len(silent) == SILENCES:
                break
            else:
                self._fit(index, now.get(self.move.uid, {}))
                silent += self._write(index, objects[source_of(step.edit, self.move.uid)])
        if self.writing.steps[index].state is not MoveState.WRITTEN:
            raise silent[-1] if silent else changed("others change it all the time")

    def _fit(self, index: int, now: Versions) -> None:
        """Have an edit say all that it has to, by what was just read; it is noted with the next commit."""
        steps = list(self.writing.steps)
        steps[index] = replace(steps[index], edit=fitted(steps[index].edit, now))
        self.journal.hold(self.move.number, steps=tuple(steps))

    def _write(self, index: int, before: Sequence[CalendarObject]) -> list[UnansweredError]:
        """Send one edit, between two commits; what is not known to be done then is looked at before all else.

        Gives the error of a write that nobody answered.
        """
        edit = self.writing.steps[index].edit
        self._mark(index, MoveState.WRITING, letters=self._farewell(edit, before))
        self.reader.forget()
        try:
            self.to.writer.write(self.to.calendar.href, edit, before, self._notify(index))
        except ChangedError:
            return []
        except UnansweredError as error:
            return [error]
        except UnavailableError:
            self._mark(index, MoveState.PLANNED)
            raise
        except AppError as error:
            raise refused(error) from error
        self._mark(index, MoveState.WRITTEN)
        return []

    def _farewell(self, edit: Edit, before: Sequence[CalendarObject]) -> tuple[Letter, ...]:
        """The letters so far; of what is removed, they can be written only as long as it is there."""
        if self._is_on_its_way_back or not isinstance(edit, Remove):
            return self.writing.letters
        return tuple(letters_of(edit, before, self.to, self.move, self.by_letter))

    def _notify(self, index: int) -> Notify:
        """A place that is only on the way is no news to the guests, where the server can be told so."""
        is_stop = any(goes_on(self.writing.steps[index], step) for step in self.writing.steps[index + 1 :])
        return Notify.NONE if is_stop and self.to.calendar.backend is Backend.GOOGLE else self.notify

    def _may_be_made(self, index: int, now: Mapping[str, Versions]) -> bool:
        """Whether nobody else changed what a step is about."""
        step, before = self.writing.steps[index], self.writing.steps[:index]
        own = uid_of(step.edit, self.move.uid)
        if step.state is MoveState.WRITING and is_begun(step.edit, now, self.move.uid, self.seen(own)):
            return True
        if step.back:
            return self._is_as_made(step.edit, now)
        follows = any(goes_on(one, step) and is_done(one.edit, now, self.move.uid) for one in before)
        return follows or self._is_as_seen(step.edit, now)

    def _is_as_made(self, edit: Edit, now: Mapping[str, Versions]) -> bool:
        """Whether what an edit takes back is as the move made it."""
        made = begun(self.move.apply or Writing() if self.journal.direction == "undo" else self.writing)
        return any(is_of_the_same(edit, one) and is_done(one, now, self.move.uid) for one in made)

    def _is_as_seen(self, edit: Edit, now: Mapping[str, Versions]) -> bool:
        if self.journal.direction == "undo" and self.move.apply is not None and not self.move.apply.seen:
            return self._is_as_made(edit, now)  # it was never read after it was written
        source = source_of(edit, self.move.uid)
        return is_as_seen(edit, self.seen(source), now[source])

    def seen(self, uid: str) -> Versions:
        """What the event was when the move was approved, or after it was made."""
        if self.journal.direction == "apply":
            return self.move.seen
        return self.move.apply.seen.get(uid, {}) if self.move.apply else {}

    def _mark(self, index: int, state: MoveState, **changes: object) -> None:
        """Note how one step is; what was in the way of it is not any more once it is written."""
        if state is MoveState.WRITTEN and not self._is_on_its_way_back:
            changes = {"problem": None, "remedy": None} | changes
        self._note(state=MoveState.WRITING, steps=marked(self.writing.steps, index, state), **changes)

    def _note(self, **changes: object) -> None:
        self.journal.note(self.move.number, **changes)
