"""What an edit makes of an object, as real servers take it: nothing of it is refused, changed or left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.ics_edit.editor import IcsEditor
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.text import VIENNA

GOLDEN = Path(__file__).parents[1] / "ics_edit" / "golden"
EDITED = ("override", "retimed", "ended", "rebased", "restored")


@pytest.mark.parametrize(("server", "folder"), [("radicale", "/dana/edited"), ("people", "/dana/calendars/edited")])
def test_servers_take_edited_texts_as_they_are(server: str, folder: str, request: pytest.FixtureRequest) -> None:
    """Overrides that are cancelled after the end of their series, and those with new names, are allowed anywhere."""
    user, editor = DavUser(request.getfixturevalue(server), "dana"), IcsEditor(VIENNA)
    user.make_calendar(f"{folder}/", "Edited")
    for name in ("weekly", *EDITED, "weekly", "inserted"):
        text = (GOLDEN / f"{name}.ics").read_bytes().decode()
        path = f"{folder}/{'new' if name == 'inserted' else 'old'}.ics"
        user.put(path, text)
        assert editor.versions([user.ask("GET", path).content.decode()]) == editor.versions([text]), name
    user.ask("DELETE", f"{folder}/")
    user.close()
