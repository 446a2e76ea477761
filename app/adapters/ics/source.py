"""Where calendars come from: a path, a URL, or `-` for standard input; bounded in size and in time."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

from app.errors import InputError, NotFoundError, ParseError

MAX_BYTES = 50_000_000
"""Size of one source; a calendar of 100,000 events has about this size."""
TOTAL_TIMEOUT_S = 60.0
"""Seconds for the whole of one URL, redirects included."""

_PRIVATE = re.compile(r"/private-[^/]+")
_KEY = re.compile(r"(?<=/)(?=[\w-]*\d)[\w-]{16,}[^/@]*?(?=@|\.ics|/|$)")


def read_source(
    name: str,
    *,
    allow_private: bool = False,
    limit: int = MAX_BYTES,
    total_timeout_s: float = TOTAL_TIMEOUT_S,
    stdin: BinaryIO | None = None,
) -> bytes:
    """Read the bytes of a path, of a `http(s)://` or `webcal(s)://` URL, or of standard input (`-`).

    Raises `NotFoundError` if there is no such file or page, `ParseError` if it is larger than `limit` bytes,
    `UnavailableError` if a server does not answer in time, and `InputError` for what cannot be read at all:
    a folder, a file without permission, a login page, a private address. Each names the source, without its secrets.
    """
    if name == "-":
        return _bounded(shown_name(name), stdin or sys.stdin.buffer, limit)
    if is_url(name):
        from app.adapters.ics.download import Download  # noqa: PLC0415 - files need no HTTP client

        return Download(name, limit, total_timeout_s, allow_private=allow_private).run()
    scheme, mark, _ = name.partition("://")
    if mark and scheme.isalpha():
        raise InputError(f"{shown_name(name)}: {scheme} is not read; use https, http, webcal, webcals, a path or -")
    return _read_path(name, limit)


def is_url(name: str) -> bool:
    """Whether a source is fetched over the network."""
    return name.lower().startswith(("http://", "https://", "webcal://", "webcals://"))


def shown_name(name: str) -> str:
    """A source's name fit for messages and logs: a URL loses its login, its query and the keys in its path.

    A key is what Google calls private, and whatever of 16 letters and digits or more stands in one part of the path,
    as in the addresses of Outlook, iCloud and Nextcloud.
    """
    if name == "-":
        return "standard input"
    if "://" not in name:
        return name
    try:
        url = urlsplit(name)
    except ValueError:
        scheme, _, rest = name.partition("?")[0].partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"
    path = _KEY.sub("…", _PRIVATE.sub("/private-…", url.path))
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], path, "", ""))


def _read_path(name: str, limit: int) -> bytes:
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            return _bounded(name, file, limit)
    except FileNotFoundError:
        raise NotFoundError(f"there is no file {name}") from None
    except IsADirectoryError:
        raise InputError(f"{name} is a folder; name the .ics files in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _bounded(name: str, stream: BinaryIO, limit: int) -> bytes:
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(name, limit)
    return data


def too_large(name: str, limit: int) -> ParseError:
    """What to say of a source of more bytes than the limit."""
    return ParseError(f"{name} is larger than {limit / 1e6:g} MB; export fewer years")
