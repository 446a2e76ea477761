"""A double in a process of its own."""

from __future__ import annotations

from functools import partial

import httplib2
import pytest

from tests.google_double import GoogleDouble, Json
from tests.google_double.apart import apart
from tests.google_double.conftest import DANA
from tests.google_double.samples import meeting


def _fill(count: int, google: GoogleDouble) -> Json:
    google.add_user(DANA)
    google.load_events(DANA, (meeting() for _ in range(count)))
    return google.credentials(DANA)


def _count(google: GoogleDouble) -> int:
    return google.count("events.list")


def _fail(google: GoogleDouble) -> None:
    google.event(DANA, "nothing")


def test_a_double_elsewhere_is_filled_asked_and_counted_from_here() -> None:
    with apart() as google:
        token = google.do(partial(_fill, 3))["token"]
        http = httplib2.Http(timeout=10)
        url = f"{google.url}/calendar/v3/calendars/primary/events"
        response, body = http.request(url, headers={"Authorization": f"Bearer {token}"})
        http.close()
        assert (response.status, body.count(b'"calendar#event"')) == (200, 3)
        assert google.do(_count) == 1
        with pytest.raises(Exception, match="notFound"):
            google.do(_fail)
