"""The mails to managers that are kept (`app.ports.MailStore`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.store.database import reading, writing
from app.adapters.store.mails.schema import mail
from app.domain.mail import Mail, MailKind, MailState
from app.errors import NotFoundError

SILENT = timedelta(minutes=10)
"""After so long without a word from its sender nobody knows whether a mail was sent; a relay answers sooner."""
BROKE_OFF = "it may have been sent or not: whoever sent it ended before there was an answer"

_COLUMNS = [column for column in mail.c if column.name != "begun_at"]
_WENT = (MailState.SENT, MailState.SENDING, MailState.UNKNOWN)


class StoredMails:
    """The mails in the database; each change is one UPDATE that is guarded by what the mail has to be."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Mail) -> Mail:
        """Keep a new mail; if there is one with its key, give that back instead."""
        values = {column.name: getattr(new, column.name) for column in _COLUMNS}
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(mail).values(values))
        except IntegrityError:
            known = self.of_key(new.key)
            if known is None:
                raise
            return known
        return new

    def get(self, mail_id: str) -> Mail:
        """A mail. Raises `NotFoundError`."""
        found = self._all(select(*_COLUMNS).where(mail.c.id == mail_id))
        if not found:
            raise NotFoundError(f"{mail_id}: there is no such mail")
        return found[0]

    def of_key(self, key: str) -> Mail | None:
        """The mail of a key, if there is one."""
        return next(iter(self._all(select(*_COLUMNS).where(mail.c.key == key))), None)

    def about(self, proposal_id: str) -> Sequence[Mail]:
        """The mails about a proposal, the newest first."""
        return self._all(_newest_first().where(mail.c.proposal_id == proposal_id))

    def all(self, manager: str | None = None, limit: int = 100) -> Sequence[Mail]:
        """The mails to a manager, or to everyone, the newest first."""
        found = _newest_first().limit(limit)
        return self._all(found if manager is None else found.where(mail.c.manager == manager))

    def sent_since(self, manager: str, since: datetime) -> int:
        """How many went to a manager, or may have, since a moment."""
        went = (mail.c.manager == manager, mail.c.state.in_(_WENT), mail.c.begun_at > since)
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(mail).where(*went)) or 0

    def due(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be sent now, and of those whose sender was silent for too long."""
        with reading(self._engine) as connection:
            found = select(mail.c.id).where(or_(_is_due(now), _is_silent(now))).order_by(mail.c.next_try_at, mail.c.id)
            return list(connection.scalars(found))

    def take(self, mail_id: str, until: datetime, now: datetime) -> Mail | None:
        """Take up a mail whose time has come, for oneself until a moment; None if it is not to be sent now."""
        this = mail.c.id == mail_id
        with writing(self._engine) as connection:
            unknown = {"state": MailState.UNKNOWN, "problem": BROKE_OFF}
            connection.execute(update(mail).where(this, _is_silent(now)).values(unknown))
            taken = {"attempts": mail.c.attempts + 1, "next_try_at": until}
            if not connection.execute(update(mail).where(this, _is_due(now)).values(taken)).rowcount:
                return None
            return _mail(connection.execute(select(*_COLUMNS).where(this)).one())

    def tie(self, taken: Mail, proposal_id: str) -> None:
        """Note which proposal a mail is about."""
        self._change(taken, (MailState.PLANNED,), proposal_id=proposal_id)

    def begin(self, taken: Mail, message_id: str, subject: str, now: datetime) -> bool:
        """Note `SENDING`, before anything is sent; False if somebody else has it, who sends it instead."""
        values = {"state": MailState.SENDING, "begun_at": now, "message_id": message_id, "subject": subject}
        return self._change(taken, (MailState.PLANNED,), **values, problem=None)

    def end(self, taken: Mail, state: MailState, now: datetime, problem: str | None = None) -> None:
        """Note what became of a mail that was being sent; an answer that comes late is still the answer."""
        sent_at = now if state is MailState.SENT else None
        self._change(taken, (MailState.SENDING, MailState.UNKNOWN), state=state, sent_at=sent_at, problem=problem)

    def close(self, taken: Mail, state: MailState, problem: str) -> None:
        """Note that a mail is not sent, `FAILED` or `OMITTED`, and why."""
        self._change(taken, (MailState.PLANNED,), state=state, problem=problem)

    def later(self, taken: Mail, next_try_at: datetime, problem: str) -> None:
        """Note that a mail could not be made, or was not taken, for now: it is `PLANNED` again."""
        states = (MailState.PLANNED, MailState.SENDING)
        self._change(taken, states, state=MailState.PLANNED, next_try_at=next_try_at, problem=problem)

    def again(self, mail_id: str, now: datetime, give_up_at: datetime) -> None:
        """Have a mail sent now, also one that failed, or of which nobody knows: only a person asks for that."""
        states = [state for state in MailState if state not in (MailState.SENT, MailState.SENDING)]
        self.get(mail_id)
        with writing(self._engine) as connection:
            values = {"state": MailState.PLANNED, "next_try_at": now, "give_up_at": give_up_at, "problem": None}
            connection.execute(update(mail).where(mail.c.id == mail_id, mail.c.state.in_(states)).values(values))

    def _change(self, taken: Mail, states: Sequence[MailState], **values: object) -> bool:
        """Change a mail if it is in one of some states and was not taken up again; whether it was."""
        mine = (mail.c.id == taken.id, mail.c.attempts == taken.attempts, mail.c.state.in_(states))
        with writing(self._engine) as connection:
            return bool(connection.execute(update(mail).where(*mine).values(**values)).rowcount)

    def _all(self, found: Any) -> list[Mail]:
        with reading(self._engine) as connection:
            return [_mail(row) for row in connection.execute(found)]


def _newest_first() -> Any:
    return select(*_COLUMNS).order_by(mail.c.created_at.desc(), mail.c.id)


def _is_due(now: datetime) -> Any:
    return and_(mail.c.state == MailState.PLANNED, mail.c.next_try_at <= now)


def _is_silent(now: datetime) -> Any:
    return and_(mail.c.state == MailState.SENDING, mail.c.begun_at < now - SILENT)


def _mail(row: Row[Any]) -> Mail:
    values = row._asdict()
    return Mail(**{**values, "kind": MailKind(row.kind), "state": MailState(row.state)})
