import signal
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

# Who starts the tests in the background has Ctrl-C ignored, and every command that they start would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples everywhere, and never by the clock: a busy machine fails no test.
settings.register_profile(
    "clearweek", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("clearweek")

pytest_plugins = ["tests.databases"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file in the folder `golden` beside the test; `--update-golden` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{name} differs; if that is meant, run pytest --update-golden"

    return compare
