"""One request: the login, redirects, certificates, limits, and what each fault is called."""

from __future__ import annotations

import importlib.util
import logging
from base64 import b64encode
from contextlib import ExitStack
from pathlib import Path

import pytest
from caldav.lib.http_sync import USE_REQUESTS

from app.adapters.caldav.calendar_store import CaldavStore
from app.adapters.caldav.server import Limits, _may_follow
from app.domain.calendar.connected import RemoteCalendar
from app.errors import (
    AppError,
    ConfigError,
    InputError,
    NotFoundError,
    ReconnectError,
    StaleTokenError,
    UnavailableError,
)
from tests.adapters.caldav.scripted import NothingKnown, Scripted, multistatus, response
from tests.adapters.caldav.servers import PASSWORDS, Authority, Running
from tests.adapters.remote import RETRY_AFTER_S, Fault
from tests.adapters.site import Asked, Respond, Said, Site

PASSWORD = "s3cret-pass:wörd"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="calendars"'}


def _store(url: str, *, authorities: Path | None = None, limits: Limits | None = None) -> CaldavStore:
    known = str(authorities) if authorities else None
    return CaldavStore(url, "dana", PASSWORD, person="dana@example.com", authorities=known, limits=limits)


@pytest.fixture
def server() -> Scripted:
    return Scripted()


def _login(asked: Asked) -> str:
    return asked.headers.get("Authorization", "")


def _always(said: Said) -> Respond:
    return lambda _: said


def _asking(respond: Respond, *challenges: str) -> Respond:
    def guarded(asked: Asked) -> Said | Fault:
        if _login(asked):
            return respond(asked)
        return Said(401, headers={"WWW-Authenticate": ", ".join(challenges)} if challenges else {})

    return guarded


# the HTTP client


def test_the_client_is_requests_and_nothing_replaces_urllib3() -> None:
    assert USE_REQUESTS
    assert importlib.util.find_spec("niquests") is None
    assert importlib.util.find_spec("urllib3_future") is None


def test_vobject_with_which_the_client_would_edit_events_is_not_there() -> None:
    assert importlib.util.find_spec("vobject") is None


def test_nothing_of_the_environment_is_used(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login eve password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    assert _store(site.url).calendars()
    assert not any(map(_login, site.asked))


# the login


def test_the_password_is_sent_in_utf8_and_only_when_asked_for(server: Scripted, site: Site) -> None:
    site.respond = _asking(server, CHALLENGE["WWW-Authenticate"])
    assert _store(site.url).calendars()
    sent = [_login(asked) for asked in site.asked]
    assert sent[0] == ""
    assert set(sent[1:]) == {"Basic " + b64encode(f"dana:{PASSWORD}".encode()).decode()}


def test_digest_keeps_the_password(server: Scripted, site: Site) -> None:
    site.respond = _asking(server, 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256')
    assert _store(site.url).calendars()
    assert _login(site.asked[-1]).startswith('Digest username="dana"')
    assert not any(_login(asked).startswith("Basic") for asked in site.asked)


def test_a_server_that_also_answers_strangers_is_shown_the_login(server: Scripted, site: Site) -> None:
    stranger = multistatus(response("/", "<D:current-user-principal><D:unauthenticated/></D:current-user-principal>"))
    site.respond = lambda asked: server(asked) if _login(asked) else stranger
    assert _store(site.url).calendars()


@pytest.mark.parametrize("challenges", [[CHALLENGE["WWW-Authenticate"]], ["Negotiate"], []])
def test_a_login_that_is_refused_has_to_be_renewed(site: Site, challenges: list[str]) -> None:
    headers = {"WWW-Authenticate": ", ".join(challenges)} if challenges else {}
    site.respond = lambda _: Said(401, headers=headers)
    with pytest.raises(ReconnectError, match="does not accept the login of dana"):
        _store(site.url).calendars()


def test_no_message_and_no_log_has_the_password_or_a_title(
    server: Scripted, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for body in (b"<html>secret title", b'<?xml version="1.0"?><a>secret title'):
        for status in (200, 207, 401, 403, 404, 500):
            answer = Said(status, body, CHALLENGE | {"Content-Type": "text/xml"})
            site.respond = _always(answer)
            with pytest.raises(AppError) as told:
                _store(site.url).calendars()
            said.append(str(told.value))
    logged = "\n".join([*said, caplog.text])
    assert PASSWORD not in logged
    assert b64encode(PASSWORD.encode()).decode()[:8] not in logged
    assert "secret title" not in logged


# addresses


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://dav.example.com/", "unencrypted"),
        ("http://203.0.114.1/", "unencrypted"),
        ("https://dana:pass@dav.example.com/", "leave the login out"),
        ("ftp://dav.example.com/", "begins with https://"),
        ("https:///dav", "begins with https://"),
    ],
)
def test_an_address_that_would_give_the_password_away_is_refused(address: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        _store(address)
    assert "pass@" not in str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://dav.example.com/",
        "http://localhost:5232/",
        "http://radicale:5232/",
        "http://10.0.0.7/",
        "http://nas.local/",
    ],
)
def test_an_address_of_ones_own_network_may_be_without_tls(address: str) -> None:
    _store(address)


def test_private_addresses_can_be_shut_out(site: Site) -> None:
    store = CaldavStore(site.url, "dana", PASSWORD, person="dana@example.com", allow_private=False)
    with pytest.raises(UnavailableError, match="private address"):
        store.calendars()
    assert site.asked == []


# redirects


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_server_keeps_the_question(server: Scripted, site: Site, status: int) -> None:
    def respond(asked: Asked) -> Said | Fault:
        if asked.path == "/old/":
            return Said(status, headers={"Location": "/"})
        return server(asked)

    site.respond = respond
    assert [one.href for one in _store(site.url + "old/").calendars()] == ["/cal/"]
    first, second = site.asked[:2]
    assert (second.method, second.body) == (first.method, first.body) == ("PROPFIND", first.body)


def test_a_redirect_to_another_server_gets_no_password(server: Scripted, site: Site) -> None:
    with Site(server) as other:
        site.respond = _asking(lambda _: Said(302, headers={"Location": other.url}), CHALLENGE["WWW-Authenticate"])
        with pytest.raises(NotFoundError, match="leads to another server"):
            _store(site.url).calendars()
        assert other.asked == []


def test_a_redirect_to_tls_of_the_same_host_is_followed(server: Scripted, site: Site, authority: Authority) -> None:
    with Site(server, authority.for_servers()) as secure:
        site.respond = lambda _: Said(301, headers={"Location": secure.url})
        assert _store(site.url, authorities=authority.certificate).calendars()[0].href == f"{secure.url}cal/"


def test_redirects_come_to_an_end(site: Site) -> None:
    site.respond = lambda asked: Said(302, headers={"Location": asked.path + "x"})
    with pytest.raises(NotFoundError, match="redirects more than 5 times"):
        _store(site.url).calendars()
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("url", "target", "may"),
    [
        ("https://example.com/a", "https://example.com/b", True),
        ("https://example.com/", "https://dav.example.com/", True),
        ("https://example.com/", "https://example.com:8443/", True),
        ("http://example.com/", "https://example.com/", True),
        ("https://example.com/", "http://example.com/", False),
        ("http://example.com/", "https://dav.example.com/", False),
        ("http://example.com/", "http://example.com:81/", False),
        ("https://dav.example.com/", "https://example.com/", False),
        ("https://example.com/", "https://example.com.evil.test/", False),
        ("https://example.com/", "https://evilexample.com/", False),
    ],
)
def test_where_a_redirect_may_lead(url: str, target: str, may: bool) -> None:
    assert _may_follow(url, target) is may


# certificates


def test_a_server_with_tls_and_a_password(radicale_tls: Running) -> None:
    assert radicale_tls.authority
    authorities = str(radicale_tls.authority.certificate)
    store = CaldavStore(radicale_tls.url, "ana", PASSWORDS["ana"], person="ana@example.com", authorities=authorities)
    assert store.calendars() == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server: Scripted, authority: Authority) -> None:
    with Site(server, authority.for_servers()) as site:
        with pytest.raises(UnavailableError, match=r"no certificate to be trusted \(unable to get") as told:
            _store(site.url).calendars()
        assert site.asked == []
    assert "\n" not in str(told.value)


def test_a_certificate_for_another_name_is_not_trusted(server: Scripted, authority: Authority, tmp_path: Path) -> None:
    other = authority.for_name("other.example.com", tmp_path)
    with Site(server, other.for_servers()) as site, pytest.raises(UnavailableError, match="IP address mismatch"):
        _store(site.url, authorities=authority.certificate).calendars()


def test_a_file_without_certificates_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(ConfigError, match=rf"{name} holds no certificates .*CLEARWEEK_CALDAV_AUTHORITIES"):
            _store("https://dav.example.com/", authorities=tmp_path / name)


# limits


def test_a_large_answer_is_not_taken_in(site: Site) -> None:
    site.respond = lambda _: Said(207, b"x" * 20_000)
    with pytest.raises(UnavailableError, match=r"more than 0\.01 MB"):
        _store(site.url, limits=Limits(size=10_000)).calendars()


def test_an_answer_that_trickles_is_cut(site: Site) -> None:
    site.respond = lambda _: Said(207, b"x" * 1_000, pause_s=0.05)
    with pytest.raises(UnavailableError, match=r"did not answer within 0\.3 s"):
        _store(site.url, limits=Limits(total_s=0.3)).calendars()


def test_an_answer_that_stops_in_the_middle_is_not_waited_for(site: Site) -> None:
    site.respond = lambda _: Said(207, b"xx", pause_s=60.0)
    with pytest.raises(UnavailableError, match=r"said nothing for 0\.2 s"):
        _store(site.url, limits=Limits(silence_s=0.2)).calendars()


def test_a_server_that_is_not_there_cannot_be_reached(site: Site) -> None:
    with Site(lambda _: Said(200)) as gone:
        url = gone.url
    with pytest.raises(UnavailableError, match="cannot be reached"):
        _store(url).calendars()


# faults


KINDS = ("start", "principal", "home", "about", "sync", "multiget")
GENERAL: list[tuple[Said | Fault, type[AppError], int | None]] = [
    (Said(401, headers=CHALLENGE), ReconnectError, None),
    (Said(412), UnavailableError, None),
    (Said(500, b"<html>oh no", {"Content-Type": "text/html"}), UnavailableError, None),
    (Said(503, headers={"Retry-After": str(RETRY_AFTER_S)}), UnavailableError, RETRY_AFTER_S),
    (Said(429, headers={"Retry-After": str(RETRY_AFTER_S)}), UnavailableError, RETRY_AFTER_S),
    (Said(429), UnavailableError, None),
    (Fault.RESET, UnavailableError, None),
    (Fault.SILENCE, UnavailableError, None),
    (Said(207, b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response>'), UnavailableError, None),
    (Said(207, b"<D:multi", length=500), UnavailableError, None),
]
OF_A_CALENDAR: list[tuple[str, Said | Fault, type[AppError]]] = [
    ("about", Said(404), NotFoundError),
    ("about", Said(410), NotFoundError),
    ("about", Said(403), NotFoundError),
    ("multiget", Said(404), NotFoundError),
    ("multiget", Said(410), NotFoundError),
]


def _ask_everything(store: CaldavStore) -> tuple[list[RemoteCalendar], int]:
    found = list(store.calendars())
    pages = list(store.changes("/cal/", None, NothingKnown()))
    return found, sum(len(page.changed) for page in pages)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("said", "error", "wait"), GENERAL)
def test_each_fault_of_each_request_has_its_name(
    server: Scripted, site: Site, kind: str, said: Said | Fault, error: type[AppError], wait: int | None
) -> None:
    server.keep("/cal/a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    store = _store(site.url, limits=Limits(silence_s=0.3 if said is Fault.SILENCE else 20.0))
    server.instead[kind] = said
    with pytest.raises(error) as told:
        _ask_everything(store)
    assert "\n" not in str(told.value)
    assert getattr(told.value, "retry_after_s", None) == wait
    del server.instead[kind]
    assert _ask_everything(store)[1] == 1


@pytest.mark.parametrize(("kind", "said", "error"), OF_A_CALENDAR)
def test_a_refusal_of_a_calendar_has_its_name(
    server: Scripted, site: Site, kind: str, said: Said | Fault, error: type[AppError]
) -> None:
    server.keep("/cal/a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    server.instead[kind] = said
    with pytest.raises(error):
        _ask_everything(_store(site.url))


@pytest.mark.parametrize(
    ("said", "error"),
    [(Said(401, headers=CHALLENGE), ReconnectError), (Said(404), NotFoundError), (Said(410), StaleTokenError)],
)
def test_a_refusal_of_changes_has_its_name(server: Scripted, site: Site, said: Said, error: type[AppError]) -> None:
    server.instead["sync"] = said
    with pytest.raises(error):
        list(_store(site.url).changes("/cal/", "sync:token-0", NothingKnown()))


def test_an_order_that_passes_leaves_the_store_as_it_was(server: Scripted) -> None:
    with ExitStack() as stack:
        site = stack.enter_context(Site(server))
        store = _store(site.url)
        for fault in (Fault.RESET, Fault.ERROR, Fault.CUT_OFF):
            with site.failing(fault), pytest.raises(UnavailableError):
                store.calendars()
            assert store.calendars()
