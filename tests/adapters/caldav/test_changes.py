"""What has changed: long lists, lists in parts, forgotten tokens, and servers with few abilities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.adapters.caldav.changes import OBJECTS_AT_ONCE
from app.errors import AppError, StaleTokenError, UnavailableError
from tests.adapters.caldav.scripted import CALENDAR, Scripted, multistatus, response
from tests.adapters.calendar_store_contract import LUNCH
from tests.adapters.remote import Mirror
from tests.adapters.site import Said

# long lists


def test_texts_are_asked_for_many_at_once(server: Scripted, mirror: Mirror) -> None:
    for n in range(2 * OBJECTS_AT_ONCE + 1):
        server.put(replace(LUNCH, uid=f"many-{n}@example.com"))
    pages = mirror.sync()
    assert [len(page.changed) for page in pages] == [100, 100, 6]
    assert {page.total for page in pages} == {206}
    assert server.kinds == ["about", "sync", "multiget", "multiget", "multiget"]


def test_a_list_in_parts_is_followed_to_its_end(server: Scripted, mirror: Mirror) -> None:
    server.at_once = 2
    assert len(mirror.changed()) == 5
    server.delete("/cal/0%40example.com.ics")
    for n in range(5, 9):
        server.put(replace(LUNCH, uid=f"{n}@example.com"))
    pages = mirror.sync()
    assert sum(len(page.changed) for page in pages) == 4
    assert len(mirror.objects) == 8
    assert mirror.token == "sync:token-10"


def test_what_is_removed_in_a_later_part_stays_removed(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.at_once = 1
    server.put(replace(LUNCH, uid="short-lived@example.com"))
    server.delete("/cal/short-lived%40example.com.ics")
    mirror.sync()
    assert len(mirror.objects) == 5


def test_what_goes_while_a_first_list_is_followed_is_removed(server: Scripted, mirror: Mirror) -> None:
    server.at_once = 3
    pages = mirror.store.changes("/cal/", None, mirror)
    first = next(pages)
    server.delete(first.changed[0].href)
    assert first.changed[0].href in [href for page in pages for href in page.removed]


def test_a_token_that_leads_nowhere_ends_the_sync(server: Scripted, mirror: Mirror) -> None:
    server.instead["sync"] = multistatus(response("/cal/", status=507), token="again")
    with pytest.raises(UnavailableError, match="no token that leads on"):
        mirror.sync()
    assert server.kinds.count("sync") == 2


def test_parts_without_end_end_the_sync(server: Scripted, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.caldav.changes.MAX_ANSWERS", 7)
    server.instead["sync"] = lambda _: multistatus(response("/cal/", status=507), token=f"t{len(server.kinds)}")
    with pytest.raises(UnavailableError, match="more than 7 parts"):
        mirror.sync()


def test_a_list_without_a_token_is_no_whole_list(server: Scripted, mirror: Mirror) -> None:
    server.instead["sync"] = multistatus(server.tag("/cal/0%40example.com.ics"))
    with pytest.raises(UnavailableError, match="no token that leads on"):
        mirror.sync()


def test_an_object_that_is_both_changed_and_gone_was_written_anew(server: Scripted, mirror: Mirror) -> None:
    """Cyrus lists what was deleted and then came back in both ways."""
    mirror.sync()
    server.put(replace(LUNCH, uid="0@example.com", title="Changed"))
    name = "/cal/0%40example.com.ics"
    server.instead["sync"] = multistatus(server.tag(name), response(name, status=404), token="token-9")
    (page,) = mirror.sync()
    assert ([one.href for one in page.changed], page.removed) == ([name], ())


def test_the_calendar_itself_is_none_of_its_objects(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.instead["sync"] = multistatus(response("/cal/", '<D:getetag>"c"</D:getetag>'), token="token-9")
    assert mirror.changed() == set()
    assert server.kinds[-1] == "sync"


# tokens that are not known any more


@pytest.mark.parametrize(("begun", "error"), [(False, UnavailableError), (True, StaleTokenError)])
def test_a_token_that_is_refused_between_two_parts(
    server: Scripted, mirror: Mirror, begun: bool, error: type[AppError]
) -> None:
    if begun:
        mirror.sync()
        server.put(replace(LUNCH, uid="new@example.com"))
        server.put(replace(LUNCH, uid="newer@example.com"))
    server.at_once = 1
    server.kinds.clear()
    server.instead["sync"] = lambda asked: server.sync(asked) if server.kinds.count("sync") == 1 else Said(403)
    with pytest.raises(error):
        mirror.sync()


def test_a_server_that_lost_its_report_is_read_by_tags_from_then_on(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.lose_report()
    server.instead["sync"] = Said(501)
    with pytest.raises(StaleTokenError):
        mirror.sync()
    mirror.token = None
    assert len(mirror.changed()) == 5
    assert mirror.changed() == set()


@pytest.mark.parametrize("status", [400, 403, 405, 409, 410, 412, 415, 501, 507])
def test_each_way_to_refuse_a_token_is_understood(server: Scripted, mirror: Mirror, status: int) -> None:
    mirror.sync()
    server.instead["sync"] = Said(status)
    with pytest.raises(StaleTokenError):
        mirror.sync()


def test_a_list_of_everything_instead_of_changes_is_no_list_of_changes(server: Scripted, mirror: Mirror) -> None:
    """DAViCal answers a token that it does not know with all that there is; what was deleted is not in it."""
    mirror.sync()
    server.delete("/cal/0%40example.com.ics")
    server.put(replace(LUNCH, uid="1@example.com", title="Changed"))
    server.instead["sync"] = lambda asked: server.sync(replace(asked, body=b"<a/>"))
    with pytest.raises(StaleTokenError, match="all events instead"):
        mirror.sync()
    mirror.token = None
    mirror.sync()
    assert len(mirror.objects) == 4


def test_a_change_that_was_seen_already_is_no_sign_of_a_full_list(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.instead["sync"] = multistatus(server.tag("/cal/0%40example.com.ics"), token="token-9")
    assert mirror.changed() == {"0@example.com"}


def test_a_token_of_another_kind_is_not_known(mirror: Mirror) -> None:
    mirror.token = "nonsense"
    with pytest.raises(StaleTokenError):
        mirror.sync()


# servers with less


def test_without_sync_collection_a_tag_of_the_calendar_says_that_nothing_changed(
    server: Scripted, mirror: Mirror
) -> None:
    server.lose_report()
    assert len(mirror.changed()) == 5
    server.kinds.clear()
    assert mirror.changed() == set()
    assert server.kinds == ["about"]


@pytest.mark.parametrize("ctag", ["2", None])
def test_without_sync_collection_tags_are_compared(server: Scripted, mirror: Mirror, ctag: str | None) -> None:
    server.lose_report(None if ctag is None else "1")
    mirror.sync()
    server.put(replace(LUNCH, uid="1@example.com", title="Changed"))
    server.put(replace(LUNCH, uid="new@example.com"))
    server.delete("/cal/0%40example.com.ics")
    server.lose_report(ctag)
    assert mirror.changed() == {"1@example.com", "new@example.com"}
    assert set(mirror.objects) == {f"/cal/{name}%40example.com.ics" for name in ("1", "2", "3", "4", "new")}
    assert mirror.changed() == set()


@pytest.mark.parametrize("status", [400, 403, 405, 415, 501, 507])
def test_a_report_that_is_promised_but_refused_is_done_without(server: Scripted, mirror: Mirror, status: int) -> None:
    server.instead["sync"] = Said(status)
    assert len(mirror.changed()) == 5
    assert mirror.token == "ctag:ctag-1"


def test_an_object_without_a_tag_is_read_each_time(server: Scripted, mirror: Mirror) -> None:
    server.lose_report(None)
    server.instead["tags"] = lambda _: multistatus(
        response("/cal/", CALENDAR), response("/cal/0%40example.com.ics", "<D:getcontentlength>1</D:getcontentlength>")
    )
    for _ in range(2):
        assert mirror.changed() == {"0@example.com"}
