"""Real CalDAV servers, each a process of its own on the loopback, in the environment kept by `make test`."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

BIN = Path(__file__).parents[3] / ".venv-servers" / "bin"
PASSWORDS = {"dana": "daña: ☕ & 1/2", "ana": "ana-secret"}
HASHED = """\
dana:$2b$04$r1PQmLdfjACLZHctzhQb6uhb7BBy/VpGSjaaFn.rStuAuFkAHmzQq
ana:$2b$04$Zmv9WJpjKMGxa1hELVbOEuNCNqjkGBTCbf7pM4kxo.uOW1fk5GDfi
"""
RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
ssl = {tls}
certificate = {certificate}
key = {key}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = bcrypt
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[logging]
level = warning
"""


@dataclass(frozen=True)
class Authority:
    """Who signs the servers' certificates, and one of these."""

    root: trustme.CA
    certificate: Path
    server_certificate: Path
    server_key: Path

    @classmethod
    def made(cls, folder: Path) -> Authority:
        root = trustme.CA()
        root.cert_pem.write_to_path(folder / "authority.pem")
        return cls(root, folder / "authority.pem", *_issued(root, folder, "127.0.0.1", "localhost"))

    def for_name(self, name: str, folder: Path) -> Authority:
        """The same with a certificate for another name."""
        return Authority(self.root, self.certificate, *_issued(self.root, folder, name))

    def for_servers(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server_certificate, self.server_key)
        return context

    def for_clients(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate)


def _issued(root: trustme.CA, folder: Path, *names: str) -> tuple[Path, Path]:
    certificate, key = folder / "server.pem", folder / "server.key"
    issued = root.issue_cert(*names)
    issued.private_key_pem.write_to_path(key)
    for number, part in enumerate(issued.cert_chain_pems):
        part.write_to_path(certificate, append=number > 0)
    return certificate, key


@dataclass(frozen=True)
class Running:
    """A server that answers on a port of the loopback, with TLS if it has an authority."""

    port: int
    authority: Authority | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}/"


@contextmanager
def radicale(folder: Path, authority: Authority | None = None) -> Iterator[Running]:
    port = _free_port()
    _write_users(folder)
    config = folder / "radicale.conf"
    certificate, key = (authority.server_certificate, authority.server_key) if authority else ("", "")
    config.write_text(RADICALE.format(port=port, folder=folder, tls=bool(authority), certificate=certificate, key=key))
    with _process([BIN / "python", "-m", "radicale", "--config", config], port, folder):
        yield Running(port, authority)


@contextmanager
def xandikos(folder: Path, authority: Authority) -> Iterator[Running]:
    """Many users, passwords and TLS, with which it also sends invitations; it takes a certificate that is there."""
    port = _free_port()
    _write_users(folder)
    certificates = folder / "state" / "certs"
    certificates.mkdir(parents=True)
    (certificates / "selfsigned.crt").write_bytes(authority.server_certificate.read_bytes())
    (certificates / "selfsigned.key").write_bytes(authority.server_key.read_bytes())
    command: list[str | Path] = [
        BIN / "xandikos",
        "multi-user",
        "-d",
        folder / "data",
        "--state-dir",
        folder / "state",
        "--defaults",
    ]
    command += ["-l", "127.0.0.1", "-p", str(port), "--autocert", "--htpasswd", folder / "users"]
    with _process(command, port, folder):
        yield Running(port, authority)


def _write_users(folder: Path) -> None:
    (folder / "users").write_text(HASHED)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _process(command: Sequence[str | Path], port: int, folder: Path) -> Iterator[None]:
    """A process that listens on a port once it is ready; it is ended afterwards."""
    assert BIN.is_dir(), f"{BIN.parent} is missing: `make test` installs the servers there"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(process, port, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer on port {port}: {log.read_text()}")
