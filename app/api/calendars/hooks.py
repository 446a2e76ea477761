"""Where servers say that something changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.api.addresses import HOOK
from app.api.openapi.description import refusals
from app.api.parts import PartsDep
from app.domain.calendar.connected import PushMessage

router = APIRouter(tags=["hooks"])
Said = Annotated[str, Header(max_length=500)]


@router.post(
    HOOK,
    operation_id="hearGoogle",
    summary="Where Google says that a calendar changed",
    response_class=Response,
    responses={200: {"description": "Heard, whatever it was."}, **refusals(413, 422, 500, 503)},
)
def hear_google(
    parts: PartsDep,
    x_goog_channel_id: Said = "",
    x_goog_channel_token: Said = "",
    x_goog_resource_state: Said = "",
) -> Response:
    """Have the calendar of a push channel synced. It needs no key, but the channel's own token.

    Anything else, such as a message of a channel that is not known any more, is answered alike and changes nothing.
    """
    parts.heard(PushMessage(x_goog_channel_id, x_goog_channel_token, x_goog_resource_state))
    return Response()
