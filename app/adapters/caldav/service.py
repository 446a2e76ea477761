"""Where a domain's CalDAV server is, by its DNS (RFC 6764 §3 and §4)."""

from __future__ import annotations

import re

from dns.exception import DNSException
from dns.name import from_text
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV
from dns.resolver import resolve

from app.errors import NotFoundError

DNS_TIMEOUT_S = 5.0
"""Seconds for each question to the DNS; without an answer the domain's own host is taken."""

_PATH = re.compile(rb"path=(/[^\s\"]*)", re.IGNORECASE)


def service_url(address: str) -> str:
    """Where to begin: a URL as it is; for a mail address or a host name, what its DNS says, else the host with TLS.

    A server of another domain is not believed, since the password would go there (§8). Raises `NotFoundError` for what
    is no address.
    """
    if "://" in address:
        return address
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", domain):
        raise NotFoundError(f"{address!r} is neither a URL nor a mail address")
    name = f"_caldavs._tcp.{domain}"
    server = _server(name, domain)
    return f"https://{server}{_path(name)}" if server else f"https://{domain}/"


def _server(name: str, domain: str) -> str | None:
    """Host and port of the server that is to be tried first, within the domain."""
    try:
        found = [one for one in resolve(name, "SRV", lifetime=DNS_TIMEOUT_S) if isinstance(one, SRV)]
    except DNSException:
        return None
    within = [one for one in found if one.target.is_subdomain(from_text(domain))]
    best = min(within, key=lambda one: (one.priority, -one.weight), default=None)
    return f"{best.target.to_text(omit_final_dot=True)}:{best.port}" if best else None


def _path(name: str) -> str:
    try:
        texts = [b"".join(one.strings) for one in resolve(name, "TXT", lifetime=DNS_TIMEOUT_S) if isinstance(one, TXT)]
    except DNSException:
        return "/"
    paths = [match[1].decode("ascii", "replace") for match in map(_PATH.search, texts) if match]
    return next(iter(paths), "/")
