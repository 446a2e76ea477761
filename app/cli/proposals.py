"""Proposals: made, shown, decided move by move, applied and undone by this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Annotated

import typer
from rich.console import Console

from app import wiring
from app.cli import output
from app.cli.asked import address_of, moment_of, moves_of, week_of, whole_id, zone_of
from app.cli.decisions import choices_of, corrections_of, numbers_of
from app.cli.options import Id, Now, Occurrence, Scope, Series, Timezone, Week
from app.cli.progress import stoppable, watched
from app.domain.calendar.writing import Notify
from app.domain.configuration.access import LOCAL
from app.domain.proposals.proposal import WORKING, Direction, MoveState, Proposal, Writing
from app.domain.proposals.shown import Shown
from app.errors import InputError, StateError, UnavailableError
from app.render.proposals.proposals import as_text, proposal_to_json, proposals_document
from app.render.proposals.terminal import print_outcome, print_proposal, print_proposals
from app.render.words import count
from app.services.proposals import life as services
from app.services.proposals.desk import Desk, Options
from app.services.proposals.making.showing import files_of
from app.services.proposals.making.showing import shown as shown_as_it_is

LOOK_EVERY_S = 0.5
"""How often is looked how far the work is."""
OTHERS = "somebody else is at it: waiting for their end, or for five minutes if they were killed"

Json = Annotated[bool, typer.Option("--json", help="Print the proposal as JSON.")]
NotifyOption = Annotated[
    Notify | None, typer.Option(help="Who gets mail from a server that sends it; all guests if nothing was said.")
]


def propose(
    manager: Annotated[str, typer.Option(metavar="EMAIL", help="Whose week it is.")],
    week: Week = None,
    now: Now = None,
    timezone: Timezone = None,
    scope: Scope = "manager",
    series: Series = False,
    occurrence: Occurrence = False,
    notify: NotifyOption = None,
    json: Json = False,
) -> None:
    """Plan a week from the calendars that are kept in sync, and keep the plan as a proposal to decide on.

    Nothing moves by that. It takes the place of the one that is open for the same manager and week. With --now, it has
    a clock of its own that goes on from that moment. With --scope, other managers get a proposal of theirs, too.
    """
    whom = address_of(manager)
    options = Options(moves_of(series=series, occurrence=occurrence), notify or Notify.ALL, zone_of(timezone))
    at = moment_of(now) if now else None
    desk = _desk()
    wanted = week_of(week, at or desk.now())
    if scope == "manager":
        made = watched(
            lambda watch: services.propose(desk, whom, wanted, by=LOCAL.by, at=at, options=options, watch=watch)
        )
        _show(desk, made, json=json)
        return
    several = watched(
        lambda watch: services.propose_together(
            desk, whom, wanted, scope, by=LOCAL.by, at=at, options=options, watch=watch
        )
    )
    _list([each.proposal for each in several], json=json)
    if len(several) == 1:
        whose = f"who reports to {whom} manages anybody" if scope == "team" else f"but {whom} manages anybody"
        typer.echo(f"nobody {whose}, as the team file has it: the week was planned for {whom} alone", err=True)


def proposals(
    proposal_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show this one whole; its first characters may do.")
    ] = None,
    manager: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only those of this manager.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the proposals, the newest first, or show one with its moves."""
    desk = _desk()
    if proposal_id is None:
        _list(desk.proposals.all(address_of(manager) if manager else None), json=json)
    else:
        _show(desk, services.show(desk, whole_id(desk, proposal_id)), json=json)


def decide(
    proposal_id: Id,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="all|1,3", help="Say yes: to all that is ticked, or by number.")
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(metavar="2[:WHY]", help="Say no; WHY: wrong_day, wrong_time, not_now, or never (a rule)."),
    ] = None,
    pin: Annotated[
        list[str] | None, typer.Option(metavar="4[:always]", help="Leave it where it is, this week or always (a rule).")
    ] = None,
    correct: Annotated[
        list[str] | None,
        typer.Option(
            metavar="5:kind=cross_team",
            help="Say what a meeting is (a rule), by the number of its move or its title: kind=, report=yes or no, "
            "required=EMAIL, optional=EMAIL; repeatable.",
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="1", help="Give up this accepted move if it has no place any more."),
    ] = None,
    json: Json = False,
) -> None:
    """Decide on moves of a proposal, all of it or nothing; the options are repeatable and take lists with commas.

    What is rejected, pinned or corrected has the week planned anew around it at once; accepted moves stay. Where that
    is impossible nothing is decided, and it is said which of them would have to be given up (--drop); exit 1 then.
    """
    if not (accept or reject or pin or correct or drop):
        raise InputError("there is nothing to decide: give --accept, --reject, --pin, --correct or --drop")
    desk = _desk()
    whole = whole_id(desk, proposal_id)
    chosen, accept_all = choices_of(accept or (), reject or (), pin or ())
    before = services.show(desk, whole)
    corrections = corrections_of(correct or (), before.proposal, before.plan)
    decided = services.decide(
        desk,
        whole,
        chosen,
        corrections,
        accept_all=accept_all,
        drop=numbers_of(drop or (), "drop"),
        by=LOCAL.by,
    )
    if decided.asks:
        (number, why), *_ = decided.asks.items()
        numbers = ",".join(str(each) for each in decided.asks)
        text = f"nothing was decided: move {number} would not be possible any more ({why.text})"
        raise StateError(f"{text}; give it up with --drop {numbers}, or decide otherwise")
    _show(desk, decided, json=json)


def apply(
    proposal_id: Id,
    notify: NotifyOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for calendars that can only be read, and invitations to send.")
    ] = None,
    json: Json = False,
) -> None:
    """Write what was accepted into the calendars; what others changed meanwhile is left alone and said.

    Exit 1 if not all of it could be written. What Ctrl-C stopped, or could not be reached, is gone on with by the same
    command again, or by a worker.
    """
    desk = _desk()
    whole = whole_id(desk, proposal_id)
    services.apply(desk, whole, by=LOCAL.by, notify=notify)
    _work(desk, whole, "apply", out, json=json)


def undo(
    proposal_id: Id,
    moves: Annotated[
        list[str] | None, typer.Option(metavar="1,2", help="Only these, by number; without it, all that was written.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for calendars that can only be read, and invitations to send.")
    ] = None,
    json: Json = False,
) -> None:
    """Take back what was applied, within seven days; what others changed since is left alone and said.

    Exit 1 if not all of it could be taken back.
    """
    desk = _desk()
    whole = whole_id(desk, proposal_id)
    services.undo(desk, whole, numbers_of(moves or (), "moves"), by=LOCAL.by)
    _work(desk, whole, "undo", out, json=json)


def _desk() -> Desk:
    settings = wiring.Settings()
    return wiring.desk_by_hand(wiring.prepared(settings), settings)


def _work(desk: Desk, proposal_id: str, direction: Direction, out: Path | None, *, json: bool) -> None:
    """Do the work at a proposal, and show what became of it; exit 1 if not all of it was done."""
    problem, settings = None, wiring.Settings()
    said = f"stopped; `clearweek {direction} {proposal_id}` goes on with it, or a worker"
    with stoppable(said), _shown_how_far(desk, proposal_id, direction):
        try:
            wiring.see_through(proposal_id, wiring.prepared(settings), settings, _waiting())
        except UnavailableError as error:
            problem = str(error)
    shown = shown_as_it_is(desk, desk.proposals.get(proposal_id))
    kept = files_of(desk, shown.proposal)
    if out is not None:
        for name, _, data in kept:
            typer.echo(f"written: {output.save_in(out, name, data)}", err=True)
    elif kept:
        names = ", ".join(name for name, _, _ in kept)
        typer.echo(f"files to open in a calendar, or to send to the guests: {names}; --out DIR saves them", err=True)
    if json:
        _show(desk, shown, json=True)
    else:
        print_outcome(shown, direction, Console(), output.command())
    if problem:
        typer.echo(f"clearweek: {problem}; a worker goes on with it, or the same command again", err=True)
    if problem or not _is_done(shown.proposal, direction):
        raise typer.Exit(1)


def _waiting() -> Callable[[float], None]:
    """A pause that says, the first time, for whom and for how long."""
    texts = iter([OTHERS])

    def pause(seconds: float) -> None:
        for text in texts:
            typer.echo(text, err=True)
        sleep(seconds)

    return pause


@contextmanager
def _shown_how_far(desk: Desk, proposal_id: str, direction: Direction) -> Iterator[None]:
    """Show on standard error, if that is a terminal, how many moves are done by whoever works at them."""
    done = threading.Event()
    with Console(stderr=True).status(_how_far(desk, proposal_id, direction)) as status:

        def look() -> None:
            while not done.wait(LOOK_EVERY_S):
                status.update(_how_far(desk, proposal_id, direction))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            yield
        finally:
            done.set()
            looking.join()


def _how_far(desk: Desk, proposal_id: str, direction: Direction) -> str:
    """`writing … 3 of 8 moves`."""
    writings = _writings(desk.proposals.get(proposal_id), direction)
    ended = sum(writing.state not in (MoveState.PLANNED, MoveState.WRITING) for writing in writings)
    return f"{'writing' if direction == 'apply' else 'taking back'} … {ended} of {count(len(writings), 'move')}"


def _writings(it: Proposal, direction: Direction) -> list[Writing]:
    return [writing for move in it.moves if (writing := move.writing(direction))]


def _is_done(it: Proposal, direction: Direction) -> bool:
    """Whether all that was to be written, or taken back, was."""
    return it.state not in WORKING and all(writing.state.is_done for writing in _writings(it, direction))


def _show(desk: Desk, shown: Shown, *, json: bool) -> None:
    if not json:
        print_proposal(shown, Console(), output.command())
        return
    files = [name for name, _, _ in files_of(desk, shown.proposal)]
    typer.echo(proposal_to_json(shown, desk.proposals.trail(shown.proposal.id), files), nl=False)


def _list(found: Sequence[Proposal], *, json: bool) -> None:
    if json:
        typer.echo(as_text(proposals_document(found)), nl=False)
    elif found:
        print_proposals(found, Console(), output.command())
    else:
        typer.echo("there is no proposal; `clearweek propose --help` says how to make one")
