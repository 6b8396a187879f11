"""Servers that answer what a test wants, bytes by bytes, on real sockets."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Handle = Callable[[socket.socket, bytes], None]


@dataclass
class Server:
    """Where it listens, and the whole requests that came in."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@contextmanager
def serving(*replies: bytes | Handle, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Answer each request with the next reply (the last one for ever); a callable gets the socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        over = threading.Event()
        lines: list[threading.Thread] = []

        def line(sock: socket.socket) -> None:
            with (
                suppress(OSError, ssl.SSLError),
                tls.wrap_socket(sock, server_side=True) if tls else sock as secured,
            ):
                secured.settimeout(10)
                while (request := _request(secured)) and not over.is_set():
                    server.requests.append(request)
                    reply = replies[min(len(server.requests), len(replies)) - 1]
                    if callable(reply):
                        reply(secured, request)
                        break
                    secured.sendall(reply)
            sock.close()

        def accept() -> None:
            while not over.is_set():
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                if over.is_set():
                    sock.close()
                    return
                server.connections += 1
                lines.append(threading.Thread(target=line, args=(sock,), daemon=True))
                lines[-1].start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield server
        finally:
            over.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", server.port), timeout=30).close()
            acceptor.join(30)
            for thread in lines:
                thread.join(30)


def _request(sock: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        part = sock.recv(65536)
        if not part:
            return b""
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        part = sock.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def until_closed(sock: socket.socket, request: bytes) -> None:
    """Say nothing until the client goes."""
    del request
    while sock.recv(4096):
        pass


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and what a client needs to know of it."""

    pem: Path
    key: Path
    fingerprint: str

    @property
    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(self.pem, self.key)
        return made


def certificate(folder: Path, host: str = "127.0.0.1") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pedell test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Certificate(pem, secret, made.fingerprint(hashes.SHA256()).hex(":"))
