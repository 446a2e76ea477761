from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.errors import NotFoundError, ReconnectError, UnavailableError
from tests.adapters.google.given_events import monday
from tests.adapters.google.remote import DANA, answering, store_at
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.google_double.receiver import Receiver, receiving

HOME = "https://clearweek.example.com/hooks/google"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def test_a_channel_brings_a_message_for_each_change_until_it_is_ended(double: GoogleDouble, hook: Receiver) -> None:
    store = store_at(double)
    resource_id, ends = store.watch(DANA, "channel-1", "secret", hook.url)
    assert ends == double.now.replace(microsecond=0) + double.channels.longest
    double.put_event(DANA, monday(id="event1"))
    double.channels.delivered()
    assert hook.messages == [("channel-1", "secret", "sync"), ("channel-1", "secret", "exists")]
    store.stop("channel-1", resource_id)
    assert double.count("channels.stop") == 1
    double.put_event(DANA, monday(id="event2"))
    double.channels.delivered()
    assert len(hook.messages) == 2


def test_the_end_is_the_one_that_google_says(double: GoogleDouble) -> None:
    double.channels.longest = timedelta(minutes=61)
    _, ends = store_at(double).watch(DANA, "channel-1", "secret", HOME)
    assert ends - double.now <= timedelta(minutes=61)


def test_an_address_without_tls_is_refused_with_googles_words(double: GoogleDouble) -> None:
    with pytest.raises(UnavailableError, match="WebHook callback must be HTTPS"):
        store_at(double).watch(DANA, "channel-1", "secret", "http://clearweek.example.com/")


def test_a_channel_is_asked_for_once_only(double: GoogleDouble) -> None:
    """Its id is taken if the first request came through."""
    double.fault(faults.refused("backendError"), on="events.watch", times=None)
    with pytest.raises(UnavailableError):
        store_at(double).watch(DANA, "channel-1", "secret", HOME)
    assert double.count("events.watch") == 1


@pytest.mark.parametrize(
    ("calendar", "fault", "error"),
    [
        ("nobody@example.com", None, NotFoundError),
        (DANA, faults.refused("deleted"), NotFoundError),
        (DANA, faults.refused("authError"), ReconnectError),
        (DANA, faults.reset(), UnavailableError),
        (DANA, answering(200, b'{"resourceId": "a"}'), UnavailableError),
        (DANA, answering(200, b'{"resourceId": "a", "expiration": "soon"}'), UnavailableError),
    ],
)
def test_a_channel_that_cannot_be(
    double: GoogleDouble, calendar: str, fault: faults.Fault | None, error: type[Exception]
) -> None:
    if fault is not None:
        double.fault(fault, on="events.watch", times=None)
    with pytest.raises(error):
        store_at(double).watch(calendar, "channel-1", "secret", HOME)


def test_ending_what_is_not_there_is_no_fault(double: GoogleDouble) -> None:
    store_at(double).stop("channel-1", "res-1")
    double.fault(faults.refused("deleted"), on="channels.stop")
    store_at(double).stop("channel-1", "res-1")


def test_an_end_that_does_not_come_through_is_told(double: GoogleDouble) -> None:
    double.fault(faults.unavailable(), on="channels.stop", times=None)
    with pytest.raises(UnavailableError):
        store_at(double).stop("channel-1", "res-1")
