"""Debian's Chromium for tests, without anything that it would do on its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.api.calls import PATIENCE_S

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGS += ["--disable-component-update", "--disable-sync"]


@contextmanager
def started() -> Iterator[Browser]:
    """A browser; without one on this machine only CI fails, a test elsewhere is skipped."""
    program = shutil.which("chromium")
    if program is None:
        assert "CI" not in os.environ, "CI tests with Chromium: install it"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGS, timeout=PATIENCE_S * 1_000)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    with started() as browser:
        yield browser
