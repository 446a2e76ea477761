"""The links of mails: made for a proposal, opened at a browser, and let in by a code where nobody can sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow, token_hex

from app.domain.mail import Links
from app.domain.mail_link import LINK, MailLink
from app.domain.proposals.proposal import Proposal
from app.errors import ConfigError, NotFoundError, StateError
from app.ports import LinkStore, LinkTokens

REVIEW, END = "/m/", "/mail/end/"
"""Where the pages of links are, below the address of the service."""
TO_FINDINGS = "to=findings"
"""Behind a link: it leads on to what the audit finds, by the same way in."""
DIGITS = 6


@dataclass(frozen=True)
class LinkDesk:
    """What links are worked at with.

    `send_code` sends a code to a manager, and raises `UnavailableError`, `RefusedError` or `ConfigError` if that cannot
    be; `end_mails` has a manager get no more weekly mails.
    """

    links: LinkStore
    tokens: LinkTokens
    send_code: Callable[[str, str], None]
    end_mails: Callable[[str], None]


def open_links(store: LinkStore, tokens: LinkTokens, proposal: Proposal, base_url: str | None, now: datetime) -> Links:
    """The links of a new mail about a proposal. Raises `ConfigError` if nobody said where the service is reached."""
    if base_url is None:
        raise ConfigError("mails have links: set CLEARWEEK_BASE_URL to the address at which people reach this service")
    link = MailLink(token_hex(8), proposal.manager, proposal.id, proposal.revision, now, now + LINK)
    store.add(link)
    base = base_url.rstrip("/")
    review = f"{base}{REVIEW}{tokens.of_link(link.id)}"
    stop = f"{base}{END}{tokens.of_manager(proposal.manager)}"
    return Links(review, undo=review, unsubscribe=stop, findings=f"{review}?{TO_FINDINGS}")


def link_of(desk: LinkDesk, token: str) -> MailLink:
    """The link that a text names, whether it leads anywhere or not. Raises `NotFoundError` if it is none of ours."""
    link_id = desk.tokens.link(token)
    if link_id is None:
        raise NotFoundError("this link is not complete: copy all of it from the mail")
    return desk.links.get(link_id)


def send_code(desk: LinkDesk, link: MailLink, now: datetime) -> None:
    """Send a new code to the manager of a link.

    Raises `StateError` if one was sent just now, or too many were; and what `LinkDesk.send_code` raises.
    """
    code = f"{randbelow(10**DIGITS):0{DIGITS}}"
    if not desk.links.expect_code(link.id, desk.tokens.code_digest(link.id, code), now):
        raise StateError(
            "a code was sent just now, or too many were for this link: look into your mail, or wait a minute"
        )
    desk.send_code(link.manager, code)


def lets_in(desk: LinkDesk, link: MailLink, code: str, now: datetime) -> bool:
    """Whether a code lets a browser in; a right one does so once."""
    digits = "".join(code.split())
    return desk.links.take_code(link.id, desk.tokens.code_digest(link.id, digits), now)


def ended_by(desk: LinkDesk, token: str) -> str:
    """Whose weekly mails a text ends. Raises `NotFoundError` if it is none of ours."""
    manager = desk.tokens.manager(token)
    if manager is None:
        raise NotFoundError("this link is not complete: copy all of it from the mail")
    return manager
