"""The service as it is started: over a socket, and from the environment."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api.openapi.examples import CALENDAR_EXAMPLE
from app.api.problems import MEDIA_TYPE
from app.errors import ConfigError
from app.main import create_app, factory
from app.wiring import Settings
from tests.api.calls import OPTIONS, PATIENCE_S, served

BODY = (
    "--x\r\n"
    'Content-Disposition: form-data; name="calendars"; filename="dana.ics"\r\n'
    "Content-Type: text/calendar\r\n\r\n"
    f"{CALENDAR_EXAMPLE}\r\n"
    "--x\r\n"
    'Content-Disposition: form-data; name="options"\r\n\r\n'
    f"{json.dumps(OPTIONS)}\r\n"
    "--x--\r\n"
).encode()


@pytest.fixture
def url() -> Iterator[str]:
    with served(factory) as found:
        yield found


def test_a_plan_comes_over_a_socket(url: str) -> None:
    request = urllib.request.Request(
        f"{url}/v1/plans", data=BODY, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        assert json.load(answer)["week"] == "2026-W49"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_problem_comes_over_a_socket(url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}/v1/plans", timeout=PATIENCE_S)
    with caught.value as answer:
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert json.load(answer)["status"] == 405


def test_a_wrong_configuration_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "pattern.toml").write_text("blocks = []")
    with pytest.raises(ConfigError, match="did you mean block"):
        create_app(Settings(config_dir=tmp_path))
