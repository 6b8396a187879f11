"""HTTP/1.1 for the simulator, by h11 over asyncio, with the lab's faults; TLS with a certificate of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import h11
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pedell.lab.simulator import Fault, FaultKind

_MOST = 4 * 1024 * 1024
_PATIENCE = 60.0


@dataclass(frozen=True)
class Request:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass
class Reply:
    """One answer: `body` becomes JSON."""

    status: int
    body: Any = None
    headers: list[tuple[str, str]] = field(default_factory=list)


class WebServer:
    """Listens, and hands requests to `answer`. `fault` names what goes wrong with one."""

    def __init__(
        self,
        answer: Callable[[Request, Fault | None], Reply],
        fault: Callable[[Request], Fault | None],
        closed: Callable[[], bool],
    ) -> None:
        self._answer = answer
        self._fault = fault
        self._closed = closed
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._connected, host, port, ssl=tls)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the door and every connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not self._closed():
                with contextlib.suppress(OSError, h11.RemoteProtocolError, TimeoutError):
                    await self._talk(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER)
        while (request := await self._read(wire, reader)) is not None:
            fault = self._fault(request)
            kind = fault.kind if fault else None
            if fault is not None and kind is FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
            if kind is FaultKind.VANISH:
                return
            reply = Reply(200) if kind is FaultKind.SILENT else self._answer(request, fault)
            if kind in {FaultKind.SILENT, FaultKind.DEAF}:
                await asyncio.wait_for(reader.read(1), _PATIENCE)
                return
            body = b"" if reply.body is None else json.dumps(reply.body).encode()
            if kind is FaultKind.GARBLE:
                body = b'{"meta": \xff\x00]'
            headers = [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                *reply.headers,
            ]
            parts = [
                wire.send(h11.Response(status_code=reply.status, headers=headers)),
                wire.send(h11.Data(data=body)),
                wire.send(h11.EndOfMessage()),
            ]
            whole = b"".join(part for part in parts if part)
            writer.write(whole[: len(whole) // 2] if kind is FaultKind.CUT else whole)
            await writer.drain()
            if kind is FaultKind.CUT or h11.MUST_CLOSE in {wire.our_state, wire.their_state}:
                return
            wire.start_next_cycle()

    async def _read(self, wire: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
        head: h11.Request | None = None
        body = b""
        while True:
            event = wire.next_event()
            if event is h11.NEED_DATA:
                wire.receive_data(await asyncio.wait_for(reader.read(65536), _PATIENCE))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
                if len(body) > _MOST:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = {
                    name.decode("ascii").lower(): value.decode("latin-1") for name, value in head.headers
                }
                path = urlsplit(head.target.decode("ascii", "replace")).path
                return Request(head.method.decode("ascii"), path, headers, body)
            else:
                return None


class Certificate:
    """Self-signed for localhost, valid for a week; the key lives in memory only."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unifi lab")])
        now = dt.datetime.now(dt.UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        self._made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=7))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, hashes.SHA256())
        )  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """SHA-256, hexadecimal."""
        return self._made.fingerprint(hashes.SHA256()).hex()

    def context(self) -> ssl.SSLContext:
        """Settings for a server; ssl reads keys from files only, so they stand on disk for a moment."""
        secret = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="pedell-lab-") as folder:
            path = Path(folder) / "server.pem"
            path.touch(mode=0o600)
            path.write_bytes(secret + self._made.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(path)
        return context
