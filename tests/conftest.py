import signal

import pytest

# Who starts the tests in the background has Ctrl-C ignored, and every command that they start would ignore it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.databases"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
