"""The links of mails that are kept (`app.ports.LinkStore`)."""

from __future__ import annotations

import hmac
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Engine, Row, insert, select, update

from app.adapters.store.database import reading, writing
from app.adapters.store.mails.schema import mail_link
from app.domain.mail_link import CODE, CODE_TRIES, MailLink
from app.errors import NotFoundError

_FIELDS = tuple(field.name for field in fields(MailLink))


class StoredLinks:
    """The links in the database. Every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, link: MailLink) -> None:
        """Keep a new link."""
        with writing(self._engine) as connection:
            connection.execute(insert(mail_link).values(**asdict(link)))

    def get(self, link_id: str) -> MailLink:
        """A link. Raises `NotFoundError`."""
        with reading(self._engine) as connection:
            row = connection.execute(select(mail_link).where(mail_link.c.id == link_id)).first()
        if row is None:
            raise NotFoundError("there is no such link")
        return _link(row)

    def use(self, link_id: str, now: datetime) -> None:
        """Note that its proposal was applied through it."""
        with writing(self._engine) as connection:
            connection.execute(update(mail_link).where(mail_link.c.id == link_id).values(used_at=now))

    def revoke(self, manager: str, now: datetime) -> int:
        """Have all links of a manager lead nowhere; how many did."""
        open_ones = mail_link.c.manager == manager, mail_link.c.revoked_at.is_(None), mail_link.c.expires_at > now
        with writing(self._engine) as connection:
            return connection.execute(update(mail_link).where(*open_ones).values(revoked_at=now)).rowcount

    def expect_code(self, link_id: str, digest: str, now: datetime) -> bool:
        """Note the digest of a new code; False if the last one was sent just now, or too many were."""
        with writing(self._engine) as connection:
            row = connection.execute(select(mail_link).where(mail_link.c.id == link_id).with_for_update()).first()
            if row is None or not _link(row).may_have_code(now):
                return False
            values = {
                "code_digest": digest,
                "code_expires_at": now + CODE,
                "code_tries": 0,
                "codes": row.codes + 1,
            }
            connection.execute(update(mail_link).where(mail_link.c.id == link_id).values(**values))
        return True

    def take_code(self, link_id: str, digest: str, now: datetime) -> bool:
        """Whether this is the code, once: a right one is gone with it, a wrong one is counted."""
        with writing(self._engine) as connection:
            row = connection.execute(select(mail_link).where(mail_link.c.id == link_id).with_for_update()).first()
            if row is None or row.code_digest is None or now >= row.code_expires_at or row.code_tries >= CODE_TRIES:
                return False
            is_right = hmac.compare_digest(row.code_digest, digest)
            values = {"code_digest": None} if is_right else {"code_tries": row.code_tries + 1}
            connection.execute(update(mail_link).where(mail_link.c.id == link_id).values(**values))
        return is_right


def _link(row: Row[tuple[object, ...]]) -> MailLink:
    return MailLink(**{name: getattr(row, name) for name in _FIELDS})
