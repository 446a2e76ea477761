"""HTTP that talks to nobody but the public Internet, unless it may: each peer is checked on the connected socket.

So redirects, and names that change their mind between two look-ups, are covered.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """The peer of a connection is not on the public Internet."""


class _Guard:
    """Admits peers, and remembers the sockets; it knows nothing of pools, or these would keep each other open."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._open: list[socket.socket] = []

    def admit(self, sock: socket.socket) -> socket.socket:
        """Let a connected socket pass, or close it and raise `PrivateAddressError`."""
        if not self._allow_private and not _is_public(sock.getpeername()[0]):
            sock.close()
            raise PrivateAddressError("not a public address")
        return sock

    def remember(self, connection: HTTPConnection) -> None:
        """Note a connection's socket (with TLS around it), so that it can be cut even when only its body is left."""
        if connection.sock is not None:
            self._open.append(connection.sock)

    def cut(self) -> None:
        """End every connection; whoever reads from one gets an error or its end."""
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class GuardedAdapter(HTTPAdapter):
    """Checks the peer of each new connection before a byte is sent, and can cut all of them at once."""

    def __init__(self, *, allow_private: bool) -> None:
        self._guard = _Guard(allow_private=allow_private)
        super().__init__(max_retries=0)

    def cut(self) -> None:
        """End every connection; whoever reads from one gets an error or its end."""
        self._guard.cut()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let the pools make connections that are checked."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._guarding(HTTPConnectionPool, _Connection),
            "https": self._guarding(HTTPSConnectionPool, _SecureConnection),
        }

    def _guarding(self, pool: type[HTTPConnectionPool], connection: type[_Connection]) -> type[HTTPConnectionPool]:
        """A pool whose connections ask the guard."""
        own = type(connection.__name__, (connection,), {"guard": self._guard})
        return type(pool.__name__, (pool,), {"ConnectionCls": own})


class _Connection(HTTPConnection):
    """A connection whose peer is admitted by its guard."""

    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.admit(super()._new_conn())

    def connect(self) -> None:
        super().connect()
        self.guard.remember(self)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same with TLS: the bases' order puts the check around the connection of urllib3 that speaks it."""


def has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error was made from another of this kind, through `raise from`, context or arguments."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, kind):
            return True
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            todo += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast
