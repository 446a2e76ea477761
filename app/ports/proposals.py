"""What is kept of proposals, and what plans of them are made by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.configuration.configured import Kind
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.proposals.around import Remembered, Reserved
from app.domain.proposals.proposal import Change, Direction, Proposal, TrailLine, Working, Writing


class ProposalStore(Protocol):
    """The proposals. Every method raises `StoreError` if the database cannot be used.

    Those that change one by its id raise `NotFoundError` if there is none.
    """

    def add(self, new: Proposal, idempotency_key: str | None, trail: Sequence[TrailLine], now: datetime) -> Proposal:
        """Keep a new proposal; the one that is open for the same manager and week becomes superseded.

        If the key is known, gives back what it made. Raises `ChangedError` if the open one is being applied.
        """
        ...

    def add_together(self, new: Sequence[Proposal], trail: Sequence[TrailLine], now: datetime) -> Sequence[Proposal]:
        """Keep the new proposals of one team plan, all or none; the open ones of the same managers become superseded.

        Raises `ChangedError` if one of those is being applied.
        """
        ...

    def get(self, proposal_id: str) -> Proposal:
        """All of a proposal. Raises `NotFoundError`."""
        ...

    def made_by(self, idempotency_key: str) -> Proposal | None:
        """The proposal that a key made."""
        ...

    def all(self, manager: str | None = None, week: str | None = None, limit: int = 100) -> Sequence[Proposal]:
        """The proposals of a manager, or everyone's, the newest first."""
        ...

    def of_group(self, group: str) -> Sequence[Proposal]:
        """All proposals of one team plan."""
        ...

    def change(self, proposal_id: str, version: int, change: Change, now: datetime) -> Proposal:
        """Change a proposal, if it still has this version; its version rises by one.

        Raises `ChangedError` if it has another one, is in a state that the new one cannot follow, or brings a text of
        somebody who has another one by now than it was made from.
        """
        ...

    def claim(self, proposal_id: str, holder: str, now: datetime) -> Working:
        """Take a proposal that is being applied or undone for oneself.

        It can be taken if nobody holds it, if its holder was silent for too long, or by the same holder again. Raises
        `ClaimedError` if it cannot be, `ChangedError` if there is nothing to do for it.
        """
        ...

    def journal(self, working: Working, number: int, direction: Direction, writing: Writing, now: datetime) -> None:
        """Note how a move stands. One transaction. Raises `ClaimedError` if the claim does not hold any more."""
        ...

    def finish(self, working: Working, change: Change, now: datetime) -> Proposal:
        """Change a proposal at the end of the work, and give it back. Raises `ClaimedError`."""
        ...

    def release(self, working: Working) -> None:
        """Give it back as it is, if the claim still holds."""
        ...

    def unfinished(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be applied or undone and that nobody is at."""
        ...

    def followed(self, now: datetime) -> Sequence[str]:
        """The ids of those that were applied within the time in which they can be undone."""
        ...

    def ended(self, since: datetime) -> Sequence[str]:
        """The ids of those that were applied or undone, wholly or in part, since a moment, and are not worked at."""
        ...

    def expire(self, now: datetime) -> int:
        """Have all that can be decided and whose week is over expire; how many."""
        ...

    def make_stale(self, proposal_ids: Sequence[str]) -> None:
        """Have open proposals planned anew before they are shown."""
        ...

    def sharing(self, people: Collection[str], besides: str) -> Sequence[str]:
        """The ids of those that can be decided, but one, of which a move needs one of these people."""
        ...

    def remembered(self, manager: str, since: datetime) -> Sequence[Remembered]:
        """What a manager rejected, and what was moved for them, since a moment."""
        ...

    def reserved(self, week: str, besides: str) -> Sequence[Reserved]:
        """The places that open proposals of all managers but one want in the weeks from this one on."""
        ...

    def join(self, manager: str, uid: str, new_uid: str) -> None:
        """Note that a series goes on under another UID, so that what is remembered of it is known of both."""
        ...

    def keep_file(self, proposal_id: str, name: str, media_type: str, data: bytes, now: datetime) -> None:
        """Keep a file for the manager, in place of one of the same name."""
        ...

    def files(self, proposal_id: str) -> Sequence[tuple[str, str, bytes]]:
        """The files of a proposal: name, media type and content, by name."""
        ...

    def trail(self, proposal_id: str) -> Sequence[TrailLine]:
        """The audit trail of a proposal, the oldest first."""
        ...


class Configured(Protocol):
    """What a manager's weeks are planned by: their own versions, else everyone's, else files.

    Every method raises `StoreError` if the database cannot be used, and `ConfigError` for a text that cannot be.
    """

    def rules(self, manager: str) -> Rules:
        """The rules of a manager."""
        ...

    def team(self, manager: str) -> Team | None:
        """The people that a manager works with; None if nobody said."""
        ...

    def text(self, kind: Kind, manager: str) -> str:
        """The TOML text that holds for a manager; empty if it is the packaged one, or if there is none."""
        ...

    def rules_in(self, text: str) -> Rules:
        """The rules of a text; what it leaves out is as packaged."""
        ...

    def team_in(self, text: str) -> Team:
        """The team of a text."""
        ...

    def save(self, kind: Kind, manager: str, text: str, now: datetime) -> None:
        """Keep a text as the newest version of a manager's own."""
        ...
