from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from httpx2 import Response

from app import wiring
from app.api.parts import ApiParts
from app.api.service import build
from app.services.planning.plan_week import Planned, plan_week
from tests.api.calls import CALENDAR, OPTIONS, Client, client, form, parts, served


@pytest.fixture(scope="session", autouse=True)
def _own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database of the tests, and never that of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('data') / 'clearweek.sqlite'}")
        yield


@pytest.fixture(scope="session")
def sample_files() -> list[tuple[str, bytes]]:
    """The calendars of the bundled sample."""
    return [(path.name, path.read_bytes()) for path in sorted(wiring.sample().glob("*.ics"))]


@pytest.fixture(scope="session")
def sample_team() -> bytes:
    """The team file of the bundled sample."""
    return Path(wiring.sample() / "team.toml").read_bytes()


@pytest.fixture(scope="session")
def sample_plan(sample_files: list[tuple[str, bytes]], sample_team: bytes) -> Response:
    """The answer for the bundled sample."""
    return client().post("/v1/plans", files=form(sample_files, team=sample_team))


@pytest.fixture(scope="session")
def planned() -> Planned:
    """Any plan, for planners that have nothing to think about."""
    made: list[Planned] = []
    real = parts(plan=lambda request: made.append(plan_week(request)) or made[0])  # type: ignore[func-returns-value]
    client(real).post("/v1/plans", files=form([CALENDAR], OPTIONS))
    return made[0]


@pytest.fixture
def serving() -> Iterator[Callable[[ApiParts], str]]:
    """Serves parts on a port of this machine until the test is over; gives the URL."""
    with ExitStack() as stack:
        yield lambda made: stack.enter_context(served(build(made)))


@pytest.fixture
def api() -> Client:
    """A client of the service as it is wired."""
    return client()


@pytest.fixture
def quick(planned: Planned) -> Client:
    """A client of a service whose planner answers at once, always the same."""
    return client(parts(plan=lambda _: planned))
