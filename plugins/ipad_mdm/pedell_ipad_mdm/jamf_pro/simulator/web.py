"""HTTP/1.1 for the simulator, by h11 over asyncio, with the lab's faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11

from pedell.lab.simulator import Fault, FaultKind

_MOST = 1024 * 1024
_PATIENCE = 60.0


@dataclass(frozen=True)
class Request:
    """One request."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    def first(self, name: str, default: str = "") -> str:
        """The first parameter of this name."""
        return next((value for key, value in self.query if key == name), default)

    def every(self, name: str) -> list[str]:
        """All parameters of this name; commas separate more."""
        return [part for key, value in self.query if key == name for part in value.split(",") if part]


@dataclass
class Reply:
    """One answer: `body` becomes JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Request, Fault | None], Awaitable[Reply]]
Faulty = Callable[[Request], Fault | None]
_DOES_NOTHING = (FaultKind.SILENT, FaultKind.VANISH)


class WebServer:
    """Listens, and hands requests to `answer`.

    Faults: `faulty` names the one that concerns a request; `closed` tells whether connections are refused.
    `clock` gives the server's time, which goes into every answer's Date.
    """

    def __init__(
        self, answer: Answer, faulty: Faulty, closed: Callable[[], bool], clock: Callable[[], float]
    ) -> None:
        self._answer = answer
        self._faulty = faulty
        self._closed = closed
        self._clock = clock
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
            if self._closed():
                writer.transport.abort()
                return
            with contextlib.suppress(
                OSError, h11.RemoteProtocolError, TimeoutError, asyncio.IncompleteReadError
            ):
                await self._talk(reader, writer)
        except asyncio.CancelledError:
            # Only `stop` cancels; a cancelled handler would be reported as an error by asyncio's streams.
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER)
        while (request := await self._read(wire, reader)) is not None:
            fault = self._faulty(request)
            kind = fault.kind if fault else None
            if kind is FaultKind.SLOW and fault is not None:
                await asyncio.sleep(fault.seconds)
            reply = Reply(200) if kind in _DOES_NOTHING else await self._answer(request, fault)
            if kind is FaultKind.VANISH:
                return
            if kind in (FaultKind.SILENT, FaultKind.DEAF):
                await asyncio.wait_for(reader.read(1), _PATIENCE)
                return
            body = b"" if reply.body is None else json.dumps(reply.body).encode()
            if kind is FaultKind.GARBLE:
                body = b'{"totalCount": \xff\x00]'
            whole = self._encode(wire, reply, body)
            if kind is FaultKind.CUT:
                writer.write(whole[: len(whole) // 2])
                await writer.drain()
                return
            writer.write(whole)
            await writer.drain()
            if wire.our_state is h11.MUST_CLOSE or wire.their_state is not h11.DONE:
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
                parts = urlsplit(head.target.decode("ascii", "replace"))
                headers = {
                    name.decode("ascii").lower(): value.decode("latin-1") for name, value in head.headers
                }
                query = parse_qsl(parts.query, keep_blank_values=True)
                return Request(head.method.decode("ascii"), parts.path, query, headers, body)
            else:
                return None

    def _encode(self, wire: h11.Connection, reply: Reply, body: bytes) -> bytes:
        headers = {
            "Date": formatdate(self._clock(), usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **reply.headers,
        }
        parts = [
            wire.send(h11.Response(status_code=reply.status, headers=list(headers.items()))),
            wire.send(h11.Data(data=body)),
            wire.send(h11.EndOfMessage()),
        ]
        return b"".join(part for part in parts if part)
