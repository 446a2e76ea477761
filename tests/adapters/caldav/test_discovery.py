"""Where the calendars of a login are, and what their server says of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from app.adapters.caldav.calendar_store import CaldavStore
from app.domain.calendar.connected import RemoteCalendar
from app.errors import NotFoundError
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.caldav.scripted import CALENDAR, NothingKnown, Scripted, href, multistatus, response
from tests.adapters.caldav.servers import PASSWORDS, Authority, Running
from tests.adapters.remote import Fault
from tests.adapters.site import Asked, Said, Site
from tests.adapters.text import calendar, vtimezone

NUMBERS = count()
EVENTS = '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
TASKS = EVENTS.replace("VEVENT", "VTODO")


def _store(url: str, authorities: Path | None = None, user: str = "dana") -> CaldavStore:
    known = str(authorities) if authorities else None
    return CaldavStore(url, user, PASSWORDS[user], person=f"{user}@example.com", authorities=known)


def _of(server: Running, path: str = "", user: str = "dana") -> dict[str, RemoteCalendar]:
    authorities = server.authority.certificate if server.authority else None
    return {one.href: one for one in _store(server.url + path, authorities, user).calendars()}


@pytest.fixture
def server() -> Scripted:
    return Scripted()


@pytest.fixture
def dana(radicale: Running) -> Iterator[DavUser]:
    user = DavUser(radicale, "dana")
    yield user
    user.close()


# real servers


def test_radicale_says_name_zone_and_rights(radicale: Running, dana: DavUser) -> None:
    vienna = calendar("PRODID:x", *vtimezone("Europe/Vienna", "+0100", "+0200", since="1970")).decode()
    path = f"/dana/zoned-{next(NUMBERS)}/"
    dana.make_calendar(path, "Zöned", f"{EVENTS}<C:calendar-timezone>{vienna}</C:calendar-timezone>")
    found = _of(radicale)[path]
    assert (found.name, found.owner, found.writable, found.schedules) == ("Zöned", None, True, False)
    assert found.zone is not None
    assert found.zone.key == "Europe/Vienna"


def test_lists_of_tasks_are_no_calendars(radicale: Running, dana: DavUser) -> None:
    path = f"/dana/tasks-{next(NUMBERS)}/"
    dana.make_calendar(path, "Tasks", TASKS)
    assert path not in _of(radicale)


def test_a_url_of_a_calendar_means_that_one(radicale: Running, dana: DavUser) -> None:
    paths = [f"/dana/one-{next(NUMBERS)}/" for _ in range(2)]
    for path in paths:
        dana.make_calendar(path, "One", EVENTS)
    assert list(_of(radicale, paths[0][1:])) == paths[:1]
    assert set(paths) <= set(_of(radicale)) & set(_of(radicale, "dana/"))


def test_the_own_calendars_of_others_are_not_seen(radicale: Running, dana: DavUser) -> None:
    dana.make_calendar(f"/dana/own-{next(NUMBERS)}/", "Own", EVENTS)
    assert _of(radicale, user="ana") == {}


def test_xandikos_sends_invitations_once_it_knows_an_address(xandikos: Running) -> None:
    before = _of(xandikos, user="ana")
    assert {(one.owner, one.schedules) for one in before.values()} == {(None, False)}
    ana = DavUser(xandikos, "ana")
    ana.set_address("Ana@example.com")
    ana.make_calendar("/ana/calendars/a-second/", "A second", EVENTS)
    ana.close()
    after = _of(xandikos, user="ana")
    assert {(one.owner, one.schedules, one.writable) for one in after.values()} == {("ana@example.com", True, True)}
    assert [one.primary for one in after.values()] == [True, False]
    assert next(iter(after)) == "/ana/calendars/calendar/"


# from an address to a server


def test_a_host_that_is_no_calendar_server_may_know_where_one_is(server: Scripted, site: Site) -> None:
    for nothing in (
        Said(405),
        Said(404),
        Said(200, b"<html>", {"Content-Type": "text/html"}),
        multistatus(response("/")),
    ):
        server.instead |= {
            "start": nothing,
            "well-known": Said(301, headers={"Location": "/me/"}),
            "principal": multistatus(
                response("/me/", href("D:current-user-principal", "/me/") + href("C:calendar-home-set", "/"))
            ),
        }
        assert [one.href for one in _store(site.url).calendars()] == ["/cal/"]


def test_a_host_without_calendars_is_said_to_be_none(server: Scripted, site: Site) -> None:
    server.instead["start"] = Said(404)
    with pytest.raises(NotFoundError, match="no CalDAV server at"):
        _store(site.url).calendars()


def test_a_login_without_calendars_is_said_to_have_none(server: Scripted, site: Site) -> None:
    server.instead["principal"] = multistatus(response("/me/", "<D:displayname>Dana</D:displayname>"))
    with pytest.raises(NotFoundError, match="has no calendars for this login"):
        _store(site.url).calendars()


def test_of_a_named_calendar_nothing_else_is_asked(server: Scripted, site: Site) -> None:
    server.instead["about"] = multistatus(response("/cal/", CALENDAR + href("D:current-user-principal", "/me/")))
    assert [one.href for one in _store(site.url + "cal/").calendars()] == ["/cal/"]
    assert server.kinds == ["about", "principal", "about"]


# what a server says of a calendar


def _home(*calendars: str) -> Said:
    return multistatus(response("/", "<D:resourcetype><D:collection/></D:resourcetype>"), *calendars)


def _calendar(path: str, *properties: str) -> str:
    return response(path, "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>" + "".join(properties))


def _may(*privileges: str) -> str:
    inside = "".join(f"<D:privilege><{one}/></D:privilege>" for one in privileges)
    return f"<D:current-user-privilege-set>{inside}</D:current-user-privilege-set>"


def _listed(server: Scripted, site: Site, *calendars: str) -> list[RemoteCalendar]:
    server.instead["home"] = _home(*calendars)
    return list(_store(site.url).calendars())


def test_a_calendar_without_a_name_has_that_of_its_path(server: Scripted, site: Site) -> None:
    found = _listed(server, site, _calendar("/calendars/Team%20plan/"))
    assert [(one.name, one.href) for one in found] == [("Team plan", "/calendars/Team%20plan/")]


def test_rights_are_told(server: Scripted, site: Site) -> None:
    found = _listed(
        server,
        site,
        _calendar("/all/", _may("D:all")),
        _calendar("/write/", _may("D:read", "D:write")),
        _calendar("/content/", _may("D:read", "D:write-content")),
        _calendar("/read/", _may("D:read")),
        _calendar("/busy/", _may("C:read-free-busy")),
        _calendar("/none/", _may()),
        _calendar("/untold/"),
    )
    told = {one.href: one.writable for one in found}
    assert told == {"/all/": True, "/write/": True, "/content/": True, "/read/": False, "/untold/": False}


def test_a_calendar_that_is_out_of_order_hides_no_other(server: Scripted, site: Site) -> None:
    broken = response("/broken/", "<D:displayname>Broken</D:displayname>", status=500)
    found = _listed(server, site, broken, response("/away/", status=503), _calendar("/cal/"))
    assert [one.href for one in found] == ["/cal/"]


def test_a_login_may_be_named_by_its_address(server: Scripted, site: Site) -> None:
    server.instead["principal"] = multistatus(response("/dana%40example.com/", href("C:calendar-home-set", "/")))
    assert _listed(server, site, _calendar("/cal/"))[0].owner == "dana@example.com"


def test_whose_a_calendar_is(server: Scripted, site: Site) -> None:
    addresses = "<C:calendar-user-address-set><D:href>{}</D:href><D:href>{}</D:href></C:calendar-user-address-set>"
    people = {
        "/ana/": addresses.format("/ana/", "MAILTO:Ana@Example.com"),
        "/zoe%40example.com/": addresses.format("/x/", "urn:uuid:1"),
        "/group/": addresses.format("", "urn:uuid:2"),
    }
    own = addresses.format("mailto:d.d@example.com", "mailto:Dana@example.com") + href("C:calendar-home-set", "/")
    server.instead["principal"] = multistatus(response("/me/", own))
    asked: list[str] = []

    def respond(request: Asked) -> Said | Fault:
        if request.path in people:
            asked.append(request.path)
            return multistatus(response(request.path, people[request.path]))
        return Said(403) if request.path == "/secret/" else server(request)

    site.respond = respond
    owners = ["/me/", "/ana/", "/ana/", "/zoe%40example.com/", "/group/", "/secret/"]
    listed = [_calendar(f"/{n}/", href("D:owner", owner)) for n, owner in enumerate(owners)]
    found = {one.href: one.owner for one in _listed(server, site, *listed, _calendar("/6/"))}
    ana = "ana@example.com"
    dana = "dana@example.com"
    assert list(found)[:2] == ["/0/", "/6/"]
    assert found == {
        "/0/": dana,
        "/1/": ana,
        "/2/": ana,
        "/3/": "zoe@example.com",
        "/4/": "group",
        "/5/": "secret",
        "/6/": dana,
    }
    assert asked.count("/ana/") == 1


def _timezone(*words: str) -> str:
    return f"<C:calendar-timezone>{calendar(*vtimezone(*words)).decode()}</C:calendar-timezone>"


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("<C:calendar-timezone-id>Asia/Tokyo</C:calendar-timezone-id>", "Asia/Tokyo"),
        ("<C:calendar-timezone-id>Mars/Olympus</C:calendar-timezone-id>", None),
        (_timezone("W. Europe Standard Time", "+0100", "+0200"), "Europe/Berlin"),
        (_timezone("Nowhere", "+0017"), None),
        ("<C:calendar-timezone>nonsense</C:calendar-timezone>", None),
        ("<C:calendar-timezone/>", None),
    ],
)
def test_the_zone_is_what_the_server_says_and_never_guessed(
    server: Scripted, site: Site, said: str, zone: str | None
) -> None:
    (found,) = _listed(server, site, _calendar("/cal/", said))
    assert (found.zone.key if found.zone else None) == zone


def test_invitations_are_sent_by_a_server_that_says_so_and_knows_the_address(server: Scripted, site: Site) -> None:
    outbox = href("C:schedule-outbox-URL", "/me/outbox/") + href("C:calendar-home-set", "/")
    address = href("C:calendar-user-address-set", "mailto:dana@example.com")
    for header, principal, schedules in (
        ("1, calendar-access, calendar-auto-schedule", outbox + address, True),
        ("1, calendar-access", outbox + address, False),
        ("1, calendar-auto-schedule", outbox, False),
        ("1, calendar-auto-schedule", address + href("C:calendar-home-set", "/"), False),
    ):
        server.instead |= {
            "principal": multistatus(response("/me/", principal)),
            "options": Said(200, headers={"DAV": header}),
        }
        assert _listed(server, site, _calendar("/cal/"))[0].schedules is schedules


def test_calendars_may_be_on_another_server_with_tls(authority: Authority) -> None:
    one, other = Scripted(), Scripted()
    with Site(one, authority.for_servers()) as site, Site(other, authority.for_servers()) as second:
        one.instead["principal"] = multistatus(response("/me/", href("C:calendar-home-set", second.url)))
        store = _store(site.url, authority.certificate)
        (found,) = store.calendars()
        assert found.href == f"{second.url}cal/"
        assert list(store.changes(found.href, None, NothingKnown()))


def test_calendars_on_another_server_without_tls_are_not_asked_for(server: Scripted, site: Site) -> None:
    with Site(Scripted()) as other:
        server.instead["principal"] = multistatus(response("/me/", href("C:calendar-home-set", other.url)))
        with pytest.raises(NotFoundError, match="another server without TLS"):
            _store(site.url).calendars()
        assert other.asked == []
