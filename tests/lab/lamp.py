"""A toy device for tests of the lab: a lamp that takes `on`, `off` and `state` as lines over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pedell.lab.simulator import FaultKind, Simulator


class LampSimulator(Simulator):
    kind = "lamp"

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        self.lit = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        self._server = await asyncio.start_server(self._serve, host, port)
        return f"{host}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.close()
            await self._server.wait_closed()

    def state(self) -> dict[str, Any]:
        return {"lit": self.lit, "password": self.settings.get("password", "")}

    def change(self, **values: Any) -> None:
        self.lit = bool(values["lit"])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while line := (await reader.readline()).decode().strip():
                if self.fault(line, FaultKind.SILENT):
                    continue
                if line != "state":
                    self.lit = line == "on"
                    self.count(line)
                writer.write(f"{'lit' if self.lit else 'dark'}\n".encode())
                await writer.drain()
        finally:
            self._open.discard(writer)
            writer.close()


class BrokenSimulator(LampSimulator):
    kind = "broken"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        raise OSError("no such socket")


SCHOOL = """
site: {slug: first, site: one, name: First School, campus: north}
others: {slug: "school-{number:03}", site: "s{number:03}", name: "School {number}"}
rooms: [{name: A1}, {name: A2, title: Physics}]
simulators:
  - simulator: lamp
    settings: {password: "secret://file/lab-lamp", serial: "{serial}"}
    device: {name: "{site}-lamp", kind: lamp, driver: lamp, room: A1, mac: "{mac}", options: {password: "secret://file/lab-lamp"}}
  - simulator: ghost
    device: {name: "{site}-ghost", kind: lamp, driver: lamp, links: [{kind: uplink, to: "{site}-lamp", detail: "1"}]}
city:
  - simulator: lamp
    controller: {name: hub, kind: hub}
    devices:
      - {name: "{site}-bulb", kind: lamp, driver: hub, plays: {name: "{site}-bulb"}, links: [{kind: uplink, to: "{site}-ghost"}]}
"""
