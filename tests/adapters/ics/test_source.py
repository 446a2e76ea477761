from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from app.adapters import guarded_http
from app.adapters.ics.source import read_source, shown_name
from app.errors import AppError, InputError, NotFoundError, ParseError, UnavailableError

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class _Pages(BaseHTTPRequestHandler):
    statuses: ClassVar[dict[str, int]] = {"/404": 404, "/401": 401, "/503": 503, "/418": 418}
    release = threading.Event()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/loop"):
            self._redirect("/loop")
        elif path == "/moved":
            self._redirect("/calendar.ics")
        elif path == "/file":
            self._redirect("file:///etc/passwd")
        elif path in self.statuses:
            self.send_response(self.statuses[path])
            self.send_header("Retry-After", "7")
            self.end_headers()
        else:
            self._body(path)

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def _body(self, path: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(BODY)
        if path == "/trickle":
            self.wfile.flush()
            self.release.wait(20)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Pages.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_path_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(BODY)
    assert read_source(str(tmp_path / "a.ics")) == BODY


def test_standard_input_is_read() -> None:
    assert read_source("-", stdin=io.BytesIO(BODY)) == BODY


@pytest.mark.parametrize("path", ["/calendar.ics", "/moved"])
def test_a_url_is_read_through_redirects(site: str, path: str) -> None:
    assert read_source(site + path, allow_private=True) == BODY


@pytest.mark.parametrize("path", ["/calendar.ics", "/moved"])
def test_a_private_address_is_refused(site: str, path: str) -> None:
    with pytest.raises(InputError, match="private address"):
        read_source(site + path)


def test_a_private_address_is_refused_before_anything_is_said_to_it(site: str) -> None:
    with pytest.raises(InputError, match="private address"):
        read_source(site.replace("http:", "https:") + "/calendar.ics")
    with pytest.raises(UnavailableError):
        read_source(site.replace("http:", "https:") + "/calendar.ics", allow_private=True)


def test_a_name_that_resolves_to_a_private_address_is_refused(site: str) -> None:
    with pytest.raises(InputError, match="private address"):
        read_source(site.replace("127.0.0.1", "localhost") + "/calendar.ics")


def test_a_redirect_to_a_private_address_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    monkeypatch.setattr(guarded_http, "_is_public", lambda _: next(answers))
    other = site.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(_Pages, "_redirect", lambda self, to: _redirect_to(self, other + to))
    with pytest.raises(InputError, match="private address"):
        read_source(site + "/moved")


def _redirect_to(page: _Pages, to: str) -> None:
    page.send_response(302)
    page.send_header("Location", to)
    page.end_headers()


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("/404", NotFoundError, "there is no calendar"),
        ("/401", InputError, "asks for a login"),
        ("/503", UnavailableError, "cannot answer now"),
        ("/418", InputError, "HTTP 418"),
        ("/loop", InputError, "redirects more than 5 times"),
        ("/file", InputError, "address that cannot be read"),
    ],
)
def test_each_answer_of_a_server_is_one_clear_line(site: str, path: str, error: type[AppError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        read_source(site + path + "?token=abc123", allow_private=True)
    assert "\n" not in str(caught.value)
    assert "abc123" not in str(caught.value)


def test_when_to_come_back_is_passed_on(site: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        read_source(site + "/503", allow_private=True)
    assert caught.value.retry_after_s == 7


def test_a_server_that_trickles_is_cut_off(site: str) -> None:
    with pytest.raises(UnavailableError, match="did not answer within"):
        read_source(site + "/trickle", allow_private=True, total_timeout_s=0.2)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="cannot be reached"):
        read_source("http://127.0.0.1:9/x.ics", allow_private=True)


@pytest.mark.parametrize("source", ["file", "-", "url"])
def test_sizes_are_bounded(site: str, tmp_path: Path, source: str) -> None:
    (tmp_path / "a.ics").write_bytes(BODY)
    name = {"file": str(tmp_path / "a.ics"), "-": "-", "url": site + "/calendar.ics"}[source]
    with pytest.raises(ParseError, match="larger than"):
        read_source(name, limit=10, allow_private=True, stdin=io.BytesIO(BODY))


def test_paths_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no file .*missing\.ics"):
        read_source(str(tmp_path / "missing.ics"))
    with pytest.raises(InputError, match="is a folder"):
        read_source(str(tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        read_source("a\0b")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("-", "standard input"),
        ("team/dana.ics", "team/dana.ics"),
        ("https://u:p@example.com/a.ics?key=1", "https://example.com/a.ics"),
        (
            "https://calendar.google.com/calendar/ical/dana%40example.com/private-abc123/basic.ics",
            "https://calendar.google.com/calendar/ical/dana%40example.com/private-…/basic.ics",
        ),
        (
            "https://outlook.example.com/owa/calendar/0123456789abcdef0123456789abcdef@example.com/98fe76dc54ba32101234/calendar.ics",
            "https://outlook.example.com/owa/calendar/…@example.com/…/calendar.ics",
        ),
        ("webcal://p12.example.com/published/2/MTIzNDU2Nzg5MTIzNDU2Nw.AbC-d", "webcal://p12.example.com/published/2/…"),
        (
            "https://cloud.example.com/public-calendars/aB3dE6gH9jK2mN5p.ics?export",
            "https://cloud.example.com/public-calendars/….ics",
        ),
        (
            "https://example.com/teams/cross-functional-planning.ics",
            "https://example.com/teams/cross-functional-planning.ics",
        ),
        ("ftp://u:p@example.com/a.ics?key=1", "ftp://example.com/a.ics"),
        ("https://u:p@[::1?key=1", "https://[::1"),
    ],
)
def test_secrets_of_a_url_are_not_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown
