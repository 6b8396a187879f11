"""Several displays on one serial line, told apart by their numbers, as they are looped through."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from pedell.lab.simulator import Simulator
from pedell_whiteboards.simulation import DisplaySimulator, PtyLine


class _Tap:
    """One display's ear and mouth on the shared line."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.came: asyncio.Queue[bytes] = asyncio.Queue()

    async def read(self) -> bytes:
        return await self.came.get()

    async def write(self, data: bytes) -> None:
        self.chain.answered(data)

    async def hang_up(self) -> None:
        """A serial line stays."""


class Chain(Simulator):
    """The line; `collisions` counts requests that came while another one was not answered yet."""

    kind: ClassVar[str] = "chain"

    def __init__(self, *members: DisplaySimulator) -> None:
        super().__init__("chain")
        self.members = members
        self.collisions = 0
        self._open = 0
        self._taps: list[_Tap] = []

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        self._line = PtyLine()
        for member in self.members:
            tap = _Tap(self)
            self._taps.append(tap)
            member.wire(tap)
        self._task = asyncio.get_running_loop().create_task(self._listen())
        return f"serial://{self._line.path}?baud=9600"

    async def _listen(self) -> None:
        while True:
            data = await self._line.read()
            self.collisions += self._open > 0
            self._open += 1
            for tap in self._taps:
                tap.came.put_nowait(data)

    def answered(self, data: bytes) -> None:
        self._open = max(0, self._open - 1)
        self._line_write(data)

    def _line_write(self, data: bytes) -> None:
        asyncio.get_running_loop().create_task(self._line.write(data))

    async def stop(self) -> None:
        self._task.cancel()
        for member in self.members:
            await member.stop()
        self._line.close()

    def state(self) -> dict[str, Any]:
        return {member.name: member.state() for member in self.members}
