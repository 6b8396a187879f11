"""Run simulators in the background of a synchronous test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from pedell.lab.simulator import Simulator

R = TypeVar("R")


class SimulatorHost:
    """An event loop in a thread; starts simulators and stops all of them at the end.

    Use as a context manager: `with SimulatorHost() as host: address = host.start(PjlinkSimulator("p1"))`.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulators", daemon=True)
        self._running: list[Simulator] = []

    def __enter__(self) -> Self:
        """Start the loop."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every simulator and the loop."""
        try:
            for simulator in reversed(self._running):
                self.run(simulator.stop())
            self.run(_cancel_all())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, R], timeout: float = 10.0) -> R:
        """Run a coroutine on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    def start(self, simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> str:
        """Start a simulator; returns its address."""
        address = self.run(simulator.start(host, port))
        self._running.append(simulator)
        return address

    def stop(self, simulator: Simulator) -> None:
        """Stop one simulator early: the device vanishes."""
        self._running.remove(simulator)
        self.run(simulator.stop())


async def _cancel_all() -> None:
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
