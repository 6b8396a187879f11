"""A small HTTP server for the simulated printer, on h11 (RFC 9112)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import h11

_MOST = 16 * 1024 * 1024


@dataclass
class Asked:
    """One HTTP request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answered:
    """One HTTP answer, and what becomes of the line.

    Attributes:
        hold: answer nothing and keep the line open until the other side is tired of it.
        cut: send half of it and close.
        drop: send nothing and close.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hold: bool = False
    cut: bool = False
    drop: bool = False


class Web:
    """Listens, keeps lines open, and closes all of them at the end."""

    def __init__(self, handle: Callable[[Asked], Awaitable[Answered]], welcome: Callable[[], bool]) -> None:
        self._handle = handle
        self._welcome = welcome
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int, secured: ssl.SSLContext | None) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._line, host, port, ssl=secured)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def stop(self) -> None:
        """Close the door, then every line."""
        if self._server is None:
            return
        self._server.close()
        lines = list(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            if self._welcome():
                await self._talk(reader, writer)
        except (h11.RemoteProtocolError, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the other side broke off or broke the rules
        except asyncio.CancelledError:
            # stop() awaits us, and asyncio's own callback would log a cancelled handler. A client that is silent
            # would let the goodbye of TLS take half a minute.
            writer.transport.abort()
        finally:
            self._lines.discard(task)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            asked = await _read(http, reader, writer)
            if asked is None:
                return
            answered = await self._handle(asked)
            if answered.drop:
                return
            if answered.hold:
                while await reader.read(4096):
                    pass
                return
            whole = _write(http, answered)
            writer.write(whole[: len(whole) // 2] if answered.cut else whole)
            await writer.drain()
            if answered.cut or http.our_state is not h11.DONE:
                return
            http.start_next_cycle()


async def _read(
    http: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Asked | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            if http.they_are_waiting_for_100_continue:
                go_on = http.send(h11.InformationalResponse(status_code=100, headers=[]))
                writer.write(go_on or b"")
            http.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _MOST:
                return None
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            return Asked(head.method.decode("ascii"), head.target.decode("latin-1"), headers, bytes(body))
        else:
            return None


def _write(http: h11.Connection, answered: Answered) -> bytes:
    headers = {
        "Content-Type": "application/ipp",
        **answered.headers,
        "Content-Length": str(len(answered.body)),
    }
    parts = (
        h11.Response(status_code=answered.status, headers=list(headers.items())),
        h11.Data(data=answered.body),
        h11.EndOfMessage(),
    )
    return b"".join(http.send(part) or b"" for part in parts)
