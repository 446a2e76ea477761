"""Writes to a CalDAV server request by request: their conditions, their bytes, and what each answer means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.adapters.caldav.writing import TRIES
from app.domain.calendar.event import Partstat
from app.domain.calendar.writing import Edit, Insert, Notify, Remove
from app.errors import (
    AppError,
    ChangedError,
    NotFoundError,
    ParseError,
    RefusedError,
    UnansweredError,
    UnavailableError,
)
from tests.adapters.caldav.remotes import ScriptedRemote
from tests.adapters.caldav.scripted import Scripted, multistatus, name_of, response
from tests.adapters.calendar_store_contract import GUESTS, LUNCH, REVIEW, STANDUP
from tests.adapters.calendar_writer_contract import KEY, LATER, Desk, local
from tests.adapters.remote import Mirror
from tests.adapters.site import Asked, Said, Site
from tests.adapters.text import calendar, vevent

MEETING = replace(LUNCH, organizer=GUESTS[0].email, attendees=GUESTS)
NAME = name_of(LUNCH.uid)
NEW = Insert("01234567-89ab-cdef-0123-456789abcdef", local(2, 11), local(2, 11, 30), "FREQ=DAILY;COUNT=3")
NEW_NAME = f"/cal/{NEW.uid}.ics"
ANSWERED = replace(MEETING, attendees=(replace(GUESTS[0], partstat=Partstat.DECLINED), *GUESTS[1:]))


@pytest.fixture
def server() -> Scripted:
    return Scripted(MEETING, REVIEW, STANDUP)


@pytest.fixture
def desk(site: Site, server: Scripted) -> Desk:
    """Logged in, so that each write is one request."""
    remote = ScriptedRemote(site, server)
    mirror = Mirror(remote)
    mirror.sync()
    desk = Desk(remote, mirror, remote.writer())
    desk.seen(LUNCH.uid)
    return desk


def _changes(site: Site) -> list[Asked]:
    """The requests that would change something, in their order."""
    return [asked for asked in site.asked if asked.method in ("PUT", "DELETE")]


def _tagged(server: Scripted, etag: str | None, tag: str | None = None) -> None:
    """Have objects come with these tags."""

    def get(asked: Asked) -> Said:
        said = server.get(asked)
        headers = {"Content-Type": "text/calendar", "ETag": etag, "Schedule-Tag": tag}
        return replace(said, headers={name: value for name, value in headers.items() if value is not None})

    server.instead["get"] = get


# conditions


def test_a_write_depends_on_the_tag_of_the_text_that_was_edited(desk: Desk, site: Site) -> None:
    (seen,) = desk.seen(LUNCH.uid)
    desk.write(LATER, [seen])
    (put,) = _changes(site)
    assert put.headers["If-Match"] == seen.etag
    assert "If-Schedule-Tag-Match" not in put.headers
    assert put.headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_where_there_is_a_schedule_tag_it_has_to_match_too(desk: Desk, site: Site, server: Scripted) -> None:
    """RFC 6638 §3.2.10."""
    _tagged(server, '"1"', '"s-1"')
    desk.write(LATER, desk.seen(LUNCH.uid))
    (put,) = _changes(site)
    assert (put.headers["If-Match"], put.headers["If-Schedule-Tag-Match"]) == ('"1"', '"s-1"')


def test_an_answer_that_comes_meanwhile_neither_stops_a_write_nor_is_lost(
    desk: Desk, site: Site, server: Scripted
) -> None:
    """What was read anew is edited, instead of relying on the server to keep the answers."""
    seen = desk.seen(LUNCH.uid)
    server.put(ANSWERED)
    desk.write(LATER, seen)
    assert len(_changes(site)) == 2
    assert desk.starts(LUNCH.uid) == ["11-25T13:00"]
    text = server.objects[NAME][1]
    assert "PARTSTAT=DECLINED" in text


def test_answers_without_end_are_no_reason_to_go_on_for_ever(desk: Desk, site: Site, server: Scripted) -> None:
    seen = desk.seen(LUNCH.uid)

    def put(asked: Asked) -> Said:
        server.put(replace(ANSWERED, attendees=(*ANSWERED.attendees[:1], *GUESTS[1:])))
        return server.write(asked)

    server.instead["put"] = put
    with pytest.raises(ChangedError):
        desk.write(LATER, seen)
    assert len(_changes(site)) == TRIES


def test_a_change_that_the_server_calls_one_is_one(desk: Desk, site: Site, server: Scripted) -> None:
    _tagged(server, '"1"', '"s-1"')
    seen = desk.seen(LUNCH.uid)
    _tagged(server, '"2"', '"s-2"')
    server.instead["put"] = Said(412)
    with pytest.raises(ChangedError):
        desk.write(LATER, seen)
    assert len(_changes(site)) == 1


@pytest.mark.parametrize(("etag", "why"), [(None, "no ETag"), ('W/"1"', "only a weak ETag")])
def test_without_a_tag_to_depend_on_nothing_is_written(
    desk: Desk, site: Site, server: Scripted, etag: str | None, why: str
) -> None:
    _tagged(server, etag)
    seen = desk.seen(LUNCH.uid)
    for edit in (LATER, Remove(LUNCH.uid)):
        with pytest.raises(RefusedError, match=why):
            desk.write(edit, seen)
    assert _changes(site) == []


def test_texts_are_asked_for_uncompressed_as_compressing_weakens_tags(desk: Desk, site: Site) -> None:
    desk.seen(LUNCH.uid)
    assert {one.headers["Accept-Encoding"] for one in site.asked if one.method == "GET"} == {"identity"}


# bytes


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_what_no_edit_names_goes_back_byte_by_byte(desk: Desk, site: Site, server: Scripted, end: str) -> None:
    """Properties that nobody knows, foldings, odd letters and ends of lines."""
    odd = vevent(
        'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="A & B <c>":geo:48.2,16.4',
        "DTSTART:20361124T110000Z",
        "DTEND:20361124T113000Z",
        "DESCRIPTION:tab\there \u2028 \x7f and ",
        "  a fold\\n ☕",
        "BEGIN:VALARM",
        "TRIGGER:-PT5M",
        "END:VALARM",
        uid=LUNCH.uid,
    )
    server.keep(NAME, calendar("X-OWN:1", *odd, end=end).decode())
    desk.write(LATER, desk.seen(LUNCH.uid))
    (put,) = _changes(site)
    written = put.body.decode().split("\n")
    before = calendar("X-OWN:1", *odd, end=end).decode().split("\n")
    named = ("DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED")
    assert [line for line in written if not line.startswith(named)] == [
        line for line in before if not line.startswith(named)
    ]
    assert server.objects[NAME][1].encode() == put.body


def test_what_is_not_utf_8_is_not_written(desk: Desk, server: Scripted) -> None:
    body = MEETING.text().replace("Lunch", "Für alle").encode("latin-1")
    server.instead["get"] = Said(200, body, {"Content-Type": "text/calendar", "ETag": '"1"'})
    with pytest.raises(ParseError, match="not UTF-8"):
        desk.seen(LUNCH.uid)


# where things are


def test_an_event_that_lies_elsewhere_by_now_is_found_by_its_uid(desk: Desk, server: Scripted) -> None:
    server.delete(NAME)
    server.keep("/cal/elsewhere.ics", MEETING.text())
    (found,) = desk.seen(LUNCH.uid)
    assert found.href == "/cal/elsewhere.ics"


def test_another_event_in_its_place_or_with_a_longer_uid_is_not_it(desk: Desk, server: Scripted) -> None:
    server.keep(NAME, replace(MEETING, uid="x" + LUNCH.uid).text())
    assert desk.seen(LUNCH.uid) == []


def test_a_calendar_that_is_gone_is_told(desk: Desk, server: Scripted) -> None:
    server.delete(NAME)
    server.instead["query"] = Said(404)
    with pytest.raises(NotFoundError):
        desk.seen(LUNCH.uid)


def test_what_the_server_cannot_tell_now_is_not_gone(desk: Desk, server: Scripted) -> None:
    server.delete(NAME)
    server.instead["query"] = multistatus(response("/cal/elsewhere.ics", status=500))
    with pytest.raises(UnavailableError):
        desk.seen(LUNCH.uid)


def test_a_new_series_has_a_place_made_of_its_uid(desk: Desk, site: Site) -> None:
    assert desk.writer.new_uid(KEY) == NEW.uid
    desk.write(NEW, desk.seen(STANDUP.uid))
    (put,) = _changes(site)
    assert (put.path, put.headers["If-None-Match"]) == (NEW_NAME, "*")
    assert "If-Match" not in put.headers


@pytest.mark.parametrize("status", [409, 412, 403])
def test_a_new_series_that_is_elsewhere_already_is_not_made_again(desk: Desk, server: Scripted, status: int) -> None:
    source = desk.seen(STANDUP.uid)
    server.keep("/cal/elsewhere.ics", replace(MEETING, uid=NEW.uid).text())
    server.instead["put"] = Said(status)
    desk.write(NEW, source)
    assert NEW_NAME not in server.objects


def test_a_new_series_that_is_nowhere_was_refused(desk: Desk, server: Scripted) -> None:
    server.instead["put"] = Said(409, b"no such collection", {"Content-Type": "text/plain"})
    with pytest.raises(RefusedError, match="no such collection"):
        desk.write(NEW, desk.seen(STANDUP.uid))


# what answers mean


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, ChangedError) for status in (404, 410, 412)),
        *((status, RefusedError) for status in (301, 302, 307, 308, 400, 403, 405, 409, 413, 415, 422, 501, 507)),
        *((status, UnavailableError) for status in (408, 423, 425, 429)),
        *((status, UnansweredError) for status in (202, 207, 500, 502, 503, 504)),
    ],
)
def test_each_answer_has_one_meaning(
    desk: Desk, site: Site, server: Scripted, status: int, error: type[AppError]
) -> None:
    seen = desk.seen(LUNCH.uid)
    server.instead["put"] = Said(status, headers={"Location": f"{site.url}cal/other.ics"})
    with pytest.raises(error) as told:
        desk.write(LATER, seen)
    assert type(told.value) is error
    assert len(_changes(site)) == 1
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_write_is_done_whatever_the_type_of_an_empty_answer(desk: Desk, server: Scripted, status: int) -> None:
    server.instead["put"] = Said(status, headers={"Content-Type": "text/html; charset=UTF-8"})
    desk.write(LATER, desk.seen(LUNCH.uid))


def test_a_web_page_is_no_word_that_it_was_written(desk: Desk, server: Scripted) -> None:
    server.instead["put"] = Said(200, b"<html>Log in</html>", {"Content-Type": "text/html"})
    with pytest.raises(UnansweredError):
        desk.write(LATER, desk.seen(LUNCH.uid))


@pytest.mark.parametrize(
    ("body", "media_type", "words"),
    [
        (b'<D:error xmlns:D="DAV:"><D:quota-not-exceeded/></D:error>', "text/xml", "HTTP 507: quota-not-exceeded"),
        (
            b'<D:error xmlns:D="DAV:" xmlns:S="s"><S:message>Over\nquota\x07</S:message></D:error>'.replace(
                b"\x07", b""
            ),
            "application/xml",
            "HTTP 507: message Over quota",
        ),
        (b"no\r\nroom \x1b[31m" + b"x" * 500, "text/plain", "HTTP 507: no room \\[31mx+\\)"),
        (b"<html><b>507</b></html>", "text/html", "HTTP 507\\)"),
        (b"<broken", "text/xml", "HTTP 507\\)"),
        (b"", "", "HTTP 507\\)"),
    ],
)
def test_a_refusal_has_the_words_of_the_server(
    desk: Desk, server: Scripted, body: bytes, media_type: str, words: str
) -> None:
    server.instead["put"] = Said(507, body, {"Content-Type": media_type} if media_type else {})
    with pytest.raises(RefusedError, match=words) as told:
        desk.write(LATER, desk.seen(LUNCH.uid))
    assert len(str(told.value)) < 400


def test_a_redirect_is_not_followed(desk: Desk, server: Scripted) -> None:
    seen = desk.seen(LUNCH.uid)
    with Site(lambda _: Said(201)) as other:
        server.instead["put"] = Said(307, headers={"Location": f"{other.url}cal/x.ics"})
        with pytest.raises(RefusedError, match="leads elsewhere"):
            desk.write(LATER, seen)
        assert other.asked == []


def test_a_request_that_never_left_has_done_nothing(server: Scripted) -> None:
    with Site(server) as site:
        remote = ScriptedRemote(site, server)
        seen = list(remote.writer().current("/cal/", LUNCH.uid, NAME))
        writer = remote.writer()
    with pytest.raises(UnavailableError) as told:
        writer.write("/cal/", LATER, seen, Notify.ALL)
    assert type(told.value) is UnavailableError


@pytest.mark.parametrize(("edit", "uid"), [(LATER, LUNCH.uid), (NEW, STANDUP.uid), (Remove(LUNCH.uid), LUNCH.uid)])
def test_an_answer_that_breaks_off_is_no_answer(desk: Desk, server: Scripted, site: Site, edit: Edit, uid: str) -> None:
    seen = desk.seen(uid)
    server.instead |= dict.fromkeys(("put", "delete"), Said(200, b"half", length=100))
    with pytest.raises(UnansweredError):
        desk.write(edit, seen)
    assert len(_changes(site)) == 1


def test_what_was_refused_for_a_login_can_be_asked_for_again(desk: Desk, server: Scripted, site: Site) -> None:
    """The first request of a writer is asked a second time with the login; a write is only done then."""
    seen = desk.seen(LUNCH.uid)
    desk.remote.writer().write("/cal/", LATER, seen, Notify.ALL)
    assert [("Authorization" in one.headers) for one in _changes(site)] == [False, True]
    assert desk.starts(LUNCH.uid) == ["11-25T13:00"]


# who is told


@pytest.mark.parametrize("notify", [Notify.NONE, Notify.EXTERNAL_ONLY])
def test_a_server_that_tells_all_guests_is_not_asked_to_tell_fewer(
    desk: Desk, server: Scripted, site: Site, notify: Notify
) -> None:
    _tagged(server, '"1"', '"s-1"')
    with pytest.raises(RefusedError, match="tells all guests itself"):
        desk.write(LATER, desk.seen(LUNCH.uid), notify)
    assert _changes(site) == []


def test_a_meeting_without_guests_can_be_written_without_telling_anyone(desk: Desk, server: Scripted) -> None:
    _tagged(server, '"2"', '"s-2"')
    desk.write(LATER, desk.seen(REVIEW.uid), Notify.NONE)
    assert desk.starts(REVIEW.uid) == ["11-25T13:00"]
