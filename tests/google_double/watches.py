"""`events.watch` and `channels.stop`."""

from __future__ import annotations

from tests.google_double.errors import Json
from tests.google_double.messages import Answer
from tests.google_double.routes import Call, answers


@answers("calendar.events.watch")
def watch(call: Call) -> Json:
    """Open a channel for the events of a calendar."""
    calendar = call.world.calendar(call.viewer, call.path["calendarId"], "reader")
    return call.channels.watch(calendar, call.viewer, call.request.json()).reply()


@answers("calendar.channels.stop")
def stop(call: Call) -> Answer:
    """Close a channel."""
    body = call.request.json()
    call.channels.stop(call.viewer, str(body.get("id")), str(body.get("resourceId")))
    return Answer(204)
