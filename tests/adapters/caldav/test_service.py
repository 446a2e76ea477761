"""Where a domain's CalDAV server is: a name server on the loopback tells."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from app.adapters.caldav.calendar_store import CaldavStore
from app.adapters.caldav.service import service_url
from app.errors import NotFoundError
from tests.adapters.caldav.scripted import NothingKnown, Scripted
from tests.adapters.caldav.servers import Authority
from tests.adapters.site import Site

NAME = "_caldavs._tcp.example.com."


@pytest.mark.parametrize("address", ["", "dana@", "dav.example.com/dav", "dana at example.com"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NotFoundError, match="neither a URL nor a mail address"):
        service_url(address)


@contextmanager
def _dns(records: Mapping[str, str]) -> Iterator[dns.resolver.Resolver]:
    """A name server on the loopback that knows some records, and a resolver that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                wire, peer = sock.recvfrom(4096)
                if not wire:
                    return
                answer = dns.message.make_response(dns.message.from_wire(wire))
                question = answer.question[0]
                key = f"{question.name.to_text()} {dns.rdatatype.to_text(question.rdtype)}"
                if key in records:
                    answer.answer.append(
                        dns.rrset.from_text(question.name, 60, "IN", key.split()[1], *records[key].split("|"))
                    )
                sock.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = sock.getsockname()[1]
        try:
            yield resolver
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", sock.getsockname())
            thread.join()


def test_a_mail_address_leads_to_the_server_that_its_domain_names(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site(Scripted(), authority.for_servers()) as site:
        port = site.url.rpartition(":")[2].strip("/")
        records = {
            "_caldavs._tcp.localhost. SRV": f"0 1 {port} localhost.",
            "_caldavs._tcp.localhost. TXT": '"path=/"',
        }
        with _dns(records) as resolver:
            monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
            store = CaldavStore(
                "dana@localhost", "dana", "secret", person="dana@example.com", authorities=str(authority.certificate)
            )
            (found,) = store.calendars()
        assert found.href == f"https://localhost:{port}/cal/"
        (page,) = store.changes(found.href, None, NothingKnown())
        assert page.token == "sync:token-0"


@pytest.mark.parametrize(
    ("records", "url"),
    [
        ({"SRV": "0 1 443 dav.example.com."}, "https://dav.example.com:443/"),
        ({"SRV": "0 1 8443 example.com.", "TXT": '"path=/dav/cal other=1"'}, "https://example.com:8443/dav/cal"),
        ({"SRV": "0 1 443 dav.example.com.", "TXT": '"nothing"'}, "https://dav.example.com:443/"),
        ({"SRV": "0 1 443 evil.example.net."}, "https://example.com/"),
        ({"SRV": "0 1 443 evilexample.com."}, "https://example.com/"),
        (
            {"SRV": "5 9 443 later.example.com.|1 1 443 light.example.com.|1 2 443 heavy.example.com."},
            "https://heavy.example.com:443/",
        ),
        ({"SRV": "0 0 0 ."}, "https://example.com/"),
        ({}, "https://example.com/"),
    ],
)
@pytest.mark.parametrize("address", ["dana@example.com", "Example.com."])
def test_what_the_dns_says(records: Mapping[str, str], url: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with _dns({f"{NAME} {kind}": text for kind, text in records.items()}) as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        assert service_url(address) == url


def test_without_any_dns_the_host_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns.resolver, "default_resolver", dns.resolver.Resolver(configure=False))
    assert service_url("dana@example.com") == "https://example.com/"


def test_a_url_is_taken_as_it_is() -> None:
    assert service_url("https://dav.example.com/x?y#z") == "https://dav.example.com/x?y#z"
