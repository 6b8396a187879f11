"""Engines to be killed: imports everything once, then forks one engine after another as it is told.

A line of JSON on standard input starts one (see `Plan`); `started PID`, `passed PHASE` where its trap springs, and
`ended STATUS` (as waitpid tells it) go to standard output. It ends with its input.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

REST_SECONDS = 0.7
LONGEST = 80.0


@dataclass(frozen=True)
class Plan:
    """One engine.

    Attributes:
        data: the data folder.
        phase, passage, signal: its trap; no trap without a phase. Signal 0: an exception instead.
        weak: a protection to take away, by its name in weaken.py.
        lockless: as if on another machine, and the engine lock had been lost with the connection that held it.
        busy_ms: how long it waits for a locked store.
        jumps: when its clock jumps, and by how much altogether: seconds since its start, seconds.
        reader: no engine, but somebody who reads devices under lease until killed.
        command: no engine, but this command of `pedell`.
    """

    data: str
    phase: str = ""
    passage: int = 1
    signal: int = 9
    weak: str = ""
    lockless: bool = False
    busy_ms: int = 0
    jumps: tuple[tuple[float, float], ...] = ()
    reader: bool = False
    command: tuple[str, ...] = ()


def work(plan: Plan) -> None:
    """Be the engine until everything has ended or rests."""
    from pedell.drivers.deadline import Deadline
    from pedell.engine import host, leases
    from pedell.engine.lock import FileLock
    from pedell.errors import StoreError
    from pedell.service.engine_part import EnginePart
    from pedell.store import database
    from tests.crash import seam, weaken
    from tests.engine.school import open_service, settled

    host.LISTEN_SECONDS = 0.02
    if plan.busy_ms:
        database.BUSY_MS = plan.busy_ms
    if plan.jumps:
        jump(plan.jumps)
    service = open_service(Path(plan.data))
    if plan.weak:
        weaken.CONTROLS[plan.weak]()
    if plan.lockless:
        FileLock.take = FileLock.held = lambda self: True  # type: ignore[method-assign]
        leases.Leases._lock_byte = lambda self, offset, kind: True  # type: ignore[method-assign]
    if plan.phase:
        trap = seam.Trap(plan.phase, plan.passage, plan.signal, lambda phase: tell(f"passed {phase}"))
        seam.lay(trap, service.around.store)
    part = EnginePart(service.runs, lambda text: None, lambda _: None)
    part.start()
    end = time.monotonic() + LONGEST
    rested = time.monotonic()
    while time.monotonic() < end and not part.ended_by_itself:
        try:
            numbers = service.runs.open_runs()
            moves = [service.runs.progress(number) for number in numbers]
        except StoreError:
            # The line to the store was cut; what the engine makes of it is to be seen, not what this loop does.
            time.sleep(0.03)
            continue
        if not numbers:
            break
        if not all(settled(one) for one in moves):
            rested = time.monotonic()
        elif time.monotonic() - rested > REST_SECONDS:
            break
        time.sleep(0.03)
    part.stop(Deadline.after(60))
    service.around.close()


def read(plan: Plan) -> None:
    """Look at devices, one after another, as commands do that only look."""
    import random

    from sqlalchemy import select

    from pedell.drivers.api import DeviceError
    from pedell.drivers.deadline import Deadline
    from pedell.engine.conversation import Conversation
    from pedell.engine.leases import Leases
    from pedell.store.tables.inventory import device
    from tests.engine.gadget import GadgetDriver
    from tests.engine.school import open_service

    service = open_service(Path(plan.data))
    leases = Leases(Path(plan.data))
    with service.around.store.reading() as connection:
        numbers = list(connection.execute(select(device.c.no)).scalars())
        targets = [found[0] for found in service.runs.inventory.targets(connection, numbers).values()]
    dice = random.Random()
    while True:
        target = dice.choice(targets)
        try:
            with leases.lease(GadgetDriver.endpoint(target), Deadline.after(1)):
                talk = Conversation(GadgetDriver, target, service.around.secrets, Path(plan.data))
                try:
                    talk.driver().ask(Deadline.after(2), "status", effect=False)
                finally:
                    talk.close()
        except DeviceError:
            continue
        for number in service.runs.open_runs():
            service.runs.progress(number)
        time.sleep(0.01)


def jump(jumps: Sequence[Sequence[float]]) -> None:
    """Let this process's wall clock jump; its monotonic clock goes on."""
    plain, began = time.time_ns, time.monotonic()

    def shifted() -> int:
        passed = time.monotonic() - began
        offset = next((by for after, by in reversed(jumps) if passed >= after), 0.0)
        return plain() + int(offset * 1_000_000_000)

    time.time_ns = shifted
    time.time = lambda: shifted() / 1_000_000_000


def call(plan: Plan) -> int:
    """Run a command as a person would; what it prints is of no interest."""
    from pedell.cli import base, main
    from tests.engine.school import open_service

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    base.App.service = cached_property(lambda app: open_service(Path(plan.data)))  # type: ignore[assignment]
    base.App.service.__set_name__(base.App, "service")
    return main.run(plan.command)


def tell(line: str) -> None:
    """One line to whoever started us, whatever happens next."""
    os.write(1, f"{line}\n".encode())


def main() -> None:
    from pedell.service import engine_part  # noqa: F401
    from tests.crash import seam, weaken  # noqa: F401
    from tests.engine import school  # noqa: F401

    faulthandler.register(signal.SIGUSR1)
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        pid = os.fork()
        if not pid:
            code = 0
            try:
                if plan.command:
                    code = call(plan)
                else:
                    read(plan) if plan.reader else work(plan)
            except BaseException:
                traceback.print_exc()
                code = 70
            finally:
                os._exit(code)
        tell(f"started {pid}")
        tell(f"ended {os.waitpid(pid, 0)[1]}")


if __name__ == "__main__":
    main()
