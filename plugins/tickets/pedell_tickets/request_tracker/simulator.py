"""A simulated Request Tracker for the lab: HTTP on a real socket, faults, and a scrip with a webhook."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import h11

from pedell.lab.simulator import FaultKind, Simulator
from pedell_tickets.request_tracker.simulated import RIGHTS, Reply, SimulatedTransaction, Tracker

_LIMIT = 4 * 1024 * 1024


class RequestTrackerSimulator(Simulator):
    """One Request Tracker.

    Settings: `token` and `user` of Pedell's bot, `rights` it has (all by default), `queue`, `webhook_url`
    and `webhook_secret` of the scrip. The address is RT's URL. Faults may name `create`, `comment`, `set`,
    `read`.
    """

    kind = "request-tracker"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        bot = str(self.settings.get("user", "pedell-bot"))
        rights = frozenset(self.settings.get("rights", RIGHTS))
        token = str(self.settings.get("token", "1-27-lab"))
        self.tracker = Tracker({bot: (token, rights)}, str(self.settings.get("queue", "General")))
        self.tracker.on_transaction = self._tell
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns the URL."""
        self._server = await asyncio.start_server(self._serve, host, port)
        where = self._server.sockets[0].getsockname()
        self.tracker.base = f"http://{where[0]}:{where[1]}"
        return self.tracker.base

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def state(self) -> dict[str, Any]:
        """Tickets with their notes."""
        return {
            str(ticket.id): {
                "subject": ticket.subject,
                "status": ticket.status,
                "notes": self.tracker.notes(ticket.id),
            }
            for ticket in self.tracker.tickets.values()
        }

    def change(self, **values: Any) -> None:
        """A person opens a ticket (`open={subject, content, requestor}`) or changes one (`status={id: word}`)."""
        opened, status = values.pop("open", None), values.pop("status", None)
        if values:
            super().change(**values)
        if opened:
            self.tracker.open(
                opened["subject"], opened.get("content", ""), "teacher", opened.get("requestor", "teacher")
            )
        for key, word in (status or {}).items():
            ticket = self.tracker.tickets[int(key)]
            ticket.status = word
            self.tracker.add(ticket, "Status", "teacher")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            if self.fault("", FaultKind.CLOSED) is None:
                await self._converse(reader, writer)
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER)
        while True:
            asked: h11.Request | None = None
            body = b""
            while True:
                event = wire.next_event()
                if event is h11.NEED_DATA:
                    wire.receive_data(await reader.read(65_536))
                elif isinstance(event, h11.Request):
                    asked = event
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
                    if len(body) > _LIMIT:
                        return
                elif isinstance(event, h11.EndOfMessage):
                    break
                else:
                    return
            if asked is None or not await self._answer(wire, asked, body, reader, writer):
                return
            wire.start_next_cycle()

    async def _answer(
        self,
        wire: h11.Connection,
        asked: h11.Request,
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        method, target = asked.method.decode(), asked.target.decode()
        headers = {name.decode().lower(): value.decode() for name, value in asked.headers}
        comment = urlsplit(target).path.endswith("/comment")
        name = {"POST": "comment" if comment else "create", "PUT": "set"}.get(method, "read")
        fault = self.fault(name)
        kind = fault.kind if fault else None
        if kind is FaultKind.VANISH:
            return False
        if kind is FaultKind.SILENT:
            await reader.read()
            return False
        if kind is FaultKind.SLOW and fault is not None:
            await asyncio.sleep(fault.seconds)
        user = self.tracker.user(headers.get("authorization", ""))
        if not user or kind is FaultKind.LOGIN:
            reply = Reply(401, {"message": "Unauthorized"})
        elif kind is FaultKind.REFUSE:
            reply = Reply(503, {"message": "Service Unavailable"})
        else:
            reply = self.tracker.answer(method, target, headers, body, user)
        if kind is FaultKind.DEAF:
            await reader.read()
            return False
        if kind is FaultKind.GARBLE:
            writer.write(b"\x00\xff RT is on fire\r\n\r\n")
            await writer.drain()
            return False
        head = [("Content-Type", "application/json"), ("Content-Length", str(len(reply.body)))]
        response = h11.Response(status_code=reply.status, headers=head + list(reply.headers.items()))
        sent = (wire.send(part) for part in (response, h11.Data(data=reply.body), h11.EndOfMessage()))
        raw = b"".join(part or b"" for part in sent)
        if kind is FaultKind.CUT:
            writer.write(raw[: len(raw) // 2])
            await writer.drain()
            return False
        writer.write(raw)
        await writer.drain()
        return wire.our_state is h11.DONE

    def _tell(self, line: SimulatedTransaction) -> None:
        """Count what took place, and do what the scrip does: one POST per transaction, no second try."""
        self.count(line.type.lower(), str(line.ticket))
        if self.settings.get("webhook_url") and self._server is not None:
            task = asyncio.get_running_loop().create_task(self._post(line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _post(self, line: SimulatedTransaction) -> None:
        ticket = self.tracker.tickets[line.ticket]
        body = json.dumps(
            {
                "event": line.type,
                "ticket_id": ticket.id,
                "transaction_id": line.id,
                "creator": line.creator,
                "queue": self.tracker.queue,
                "status": ticket.status,
                "subject": ticket.subject,
            }
        ).encode()
        signature = hmac.new(
            str(self.settings.get("webhook_secret", "")).encode(), body, hashlib.sha256
        ).hexdigest()
        url = urlsplit(str(self.settings["webhook_url"]))
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(url.hostname, url.port)
                try:
                    writer.write(
                        f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n"
                        "Content-Type: application/json\r\n"
                        f"X-RT-Signature: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                        + body
                    )
                    await writer.drain()
                    await reader.read(4096)
                finally:
                    # At once, also where nobody takes what was sent, or the simulator is stopped meanwhile.
                    writer.transport.abort()
        except (OSError, TimeoutError):
            return
