"""The lab's control door: HTTP on loopback, for `pedell lab`, tests and the demo. Not for devices.

Every request carries the token that only the lab's owner can read. Answers are JSON.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import h11

from pedell.errors import PedellError
from pedell.lab.simulator import FaultKind
from pedell.lab.stage import Stage

BODY_LIMIT = 64 * 1024
REQUEST_LIMIT = 10.0


class Door:
    """Answers `status`, `fault`, `heal`, `change`, `effects` and `stop`."""

    def __init__(self, stage: Stage, stop: Callable[[], None]) -> None:
        self._stage = stage
        self._stop = stop
        self._server: asyncio.Server | None = None
        self.token = secrets.token_urlsafe(24)
        self.url = ""

    async def open(self) -> None:
        """Listen on a free port of the loopback address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_LIMIT):
                status, answer = await self._answer(reader)
                body = json.dumps(answer, default=str).encode()
                connection = h11.Connection(h11.SERVER)
                headers = [
                    ("content-type", "application/json"),
                    ("content-length", str(len(body))),
                    ("connection", "close"),
                ]
                for event in (
                    h11.Response(status_code=status, headers=headers),
                    h11.Data(data=body),
                    h11.EndOfMessage(),
                ):
                    writer.write(connection.send(event) or b"")
                await writer.drain()
        except (OSError, TimeoutError, h11.RemoteProtocolError):
            pass  # a client that went away, or does not speak HTTP, gets no answer
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, Mapping[str, Any]]:
        connection, request, body = h11.Connection(h11.SERVER), None, b""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(BODY_LIMIT))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BODY_LIMIT:
                    return 413, {"error": "too long"}
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                raise h11.RemoteProtocolError("closed")
        assert request is not None
        said = dict(request.headers).get(b"authorization", b"")
        if not hmac.compare_digest(said, f"Bearer {self.token}".encode()):
            return 401, {"error": "wrong token"}
        name = f"{request.method.decode()} {request.target.decode().partition('?')[0]}"
        action = self._actions().get(name)
        if action is None:
            return 404, {"error": f"nothing at {name}"}
        try:
            # A list or a number has no names to ask for and ends as a TypeError.
            return 200, action(dict(json.loads(body)) if body else {})
        except KeyError as error:
            return 400, {"error": f"there is nothing named {error}"}
        except (PedellError, ValueError, TypeError) as error:
            return 400, {"error": error.message if isinstance(error, PedellError) else str(error)}

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Mapping[str, Any]]]:
        return {
            "GET /status": self._status,
            "POST /fault": self._fault,
            "POST /heal": self._heal,
            "POST /change": self._change,
            "GET /effects": self._effects,
            "POST /stop": self._end,
        }

    def _status(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        del wish
        return {
            "simulators": [self._stage.describe(role) for role in self._stage.roles.values()],
            "warnings": self._stage.warnings,
        }

    def _fault(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        found = self._stage.find(str(wish["name"]))
        for role in found:
            role.simulator.misbehave(
                FaultKind(wish["kind"]),
                on=str(wish.get("on", "")),
                times=int(wish.get("times", 0)),
                seconds=float(wish.get("seconds", 3.0)),
            )
        return {"simulators": [role.played.name for role in found]}

    def _heal(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        found = self._stage.find(str(wish.get("name", "*")))
        for role in found:
            role.simulator.well()
        return {"simulators": [role.played.name for role in found]}

    def _change(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        found = self._stage.find(str(wish["name"]))
        for role in found:
            role.simulator.change(**wish["values"])
        return {"simulators": [role.played.name for role in found]}

    def _effects(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        del wish
        return {
            "effects": [
                {"at": record.at, "device": name, "name": record.name, "detail": record.detail}
                for name, role in self._stage.roles.items()
                for record in role.simulator.effects
            ]
        }

    def _end(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        del wish
        self._stop()
        return {}
