"""Where the links of mails lead: a page first, and nothing happens before somebody presses its button."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.parts import ApiParts, PartsDep, parts_of
from app.api.problems import FORBIDDEN, ProblemError
from app.api.sessions import COOKIE, SESSION, Session
from app.domain.configuration.access import Identity
from app.domain.mail_link import MailLink
from app.errors import AppError, ConfigError
from app.services.mailing.links import END, REVIEW, TO_FINDINGS, LinkDesk, ended_by, lets_in, link_of, send_code
from app.web.findings import PATH as FINDINGS
from app.web.pages import page, see, set_cookie
from app.web.visits import SignInNeededError, Visit, is_foreign, visit_of

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program posts to end the mails (RFC 8058 §3.2); the button of the page posts the same."""
GONE = 410
LOOKING = ["GET", "HEAD"]
"""How programs that check links look at a page (RFC 9110 §9.3.2), and how people do."""

router = APIRouter(include_in_schema=False)


@router.api_route(REVIEW + "{token}", methods=LOOKING)
def arrive(request: Request, token: str, parts: PartsDep, to: str = "") -> Response:
    """Lead whoever is known here on to the proposal; ask anybody else who they are. Changes nothing."""
    link = link_of(_desk(parts), token)
    if link.closed(parts.now()):
        return _asking(request, link)
    visit = _known(request)
    if visit is not None and visit.caller.may_see(link.manager):
        return see(_beyond(link, to))
    if visit is not None:
        raise ProblemError(FORBIDDEN, "this link is for somebody else: sign out, and open it again")
    if parts.visitors.sign_in:
        raise SignInNeededError("sign in first")
    return _asking(request, link)


@router.post(REVIEW + "{token}")
async def enter(request: Request, token: str, to: str = "") -> Response:
    """Send a code to the manager, or let this browser in with it."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_entered, request, token, texts, to)


def _entered(request: Request, token: str, form: dict[str, str], to: str) -> Response:
    parts = parts_of(request)
    desk, now = _desk(parts), parts.now()
    link = link_of(desk, token)
    _check_ours(request, form)
    if link.closed(now) or parts.visitors.sign_in:
        return see(REVIEW + token)
    if form.get("do") == "code":
        try:
            send_code(desk, link, now)
        except AppError as error:
            return _asking(request, link, problem=str(error))
        return _asking(request, link, is_sent=True)
    if not lets_in(desk, link, form.get("code", ""), now):
        return _asking(
            request, link, is_sent=True, problem="this code is wrong, too old, or was used: send another one"
        )
    _, cookie = parts.visitors.sessions.begin(Identity(link.manager, ""), now, link.id)
    answer = see(_beyond(link, to))
    set_cookie(request, answer, COOKIE, cookie, int(SESSION.total_seconds()))
    return answer


@router.api_route(END + "{token}", methods=LOOKING)
def ask_end(request: Request, token: str, parts: PartsDep) -> Response:
    """The page that ends the mails with its button. Changes nothing."""
    manager = ended_by(_desk(parts), token)
    return page(request, "end_mails.html.j2", None, manager=manager, button=ONE_CLICK, is_done=False)


@router.post(END + "{token}")
async def end(request: Request, token: str) -> Response:
    """End the mails, for the page's button and for mail programs, which bring no cookie (RFC 8058 §3.1)."""
    form = await request.form()
    desk = _desk(parts_of(request))
    manager = ended_by(desk, token)
    if form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
        raise ProblemError(FORBIDDEN, "this did not come from the button of the page, nor from a mail program")
    await run_in_threadpool(desk.end_mails, manager)
    return page(request, "end_mails.html.j2", None, manager=manager, button=ONE_CLICK, is_done=True)


def _desk(parts: ApiParts) -> LinkDesk:
    if parts.links is None:
        raise ConfigError("links of mails cannot be read: CLEARWEEK_SECRET_KEYS is not set")
    return parts.links


def _known(request: Request) -> Visit | None:
    """Who looks, if that is known here."""
    try:
        return visit_of(request)
    except (SignInNeededError, ProblemError):
        return None


def _asking(request: Request, link: MailLink, problem: str | None = None, *, is_sent: bool = False) -> Response:
    """The page that asks for a code, in a session which is nobody's yet."""
    parts = parts_of(request)
    session, cookie = parts.visitors.session_of(request, parts.now()), None
    if session is None:
        session, cookie = parts.visitors.sessions.begin(None, parts.now())
    csrf, closed = parts.visitors.sessions.csrf(session), link.closed(parts.now())
    status = GONE if closed else 422 if problem else 200
    values = {"csrf": csrf, "closed": closed, "problem": problem, "is_sent": is_sent, "to": _veiled(link.manager)}
    answer = page(request, "link.html.j2", None, status, **values)
    if cookie is not None:
        set_cookie(request, answer, COOKIE, cookie, int(SESSION.total_seconds()))
    return answer


def _check_ours(request: Request, form: dict[str, str]) -> Session:
    """Refuse what no page of ours sent. Raises `ProblemError`."""
    parts = parts_of(request)
    session = parts.visitors.session_of(request, parts.now())
    if session is None or is_foreign(request) or not parts.visitors.is_meant(request, session, form.get("csrf") or "-"):
        raise ProblemError(FORBIDDEN, "this page is too old: open the link of the mail again, and press its button")
    return session


def _veiled(address: str) -> str:
    """An address as whoever has only the link may see it: `d…@example.com`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def _beyond(link: MailLink, to: str) -> str:
    """The page that a link leads to: its proposal, or if that is asked for what the audit finds."""
    if f"to={to}" == TO_FINDINGS:
        return f"{FINDINGS}?proposal={link.proposal_id}"
    return f"/proposals/{link.proposal_id}?mailed={link.revision}"
