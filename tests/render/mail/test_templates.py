"""The HTML templates that are checked in are what MJML makes of their sources: `make templates` writes them."""

from __future__ import annotations

from importlib.resources import files

import pytest
from mjml import mjml2html

FOLDER = files("app") / "render" / "mail"


def _compiled(name: str) -> str:
    source = (FOLDER / f"{name}.mjml").read_text(encoding="utf-8")
    page = mjml2html(source, fonts={}, include_loader=lambda path: (FOLDER / path).read_text(encoding="utf-8"))
    return page.rstrip("\n") + "\n"


@pytest.mark.parametrize("name", ["weekly", "short"])
def test_the_template_is_what_its_source_compiles_to(name: str, request: pytest.FixtureRequest) -> None:
    template = FOLDER / f"{name}.html.j2"
    if request.config.getoption("--update-golden"):
        template.write_bytes(_compiled(name).encode())  # type: ignore[attr-defined]
    assert template.read_bytes().decode() == _compiled(name), "run `make templates`"


@pytest.mark.parametrize("name", ["weekly", "short"])
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    page = _compiled(name)
    for sign in ("https://", "http://", "@import", "<script", "<link"):
        assert sign not in page.replace("http://www.w3.org/1999/xhtml", "")
