"""The loop for libraries that know asyncio only: one per process, with deadlines."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports import background


def test_what_it_returns_and_raises_comes_through():
    async def well() -> int:
        return 7

    async def ill() -> int:
        raise KeyError("x")

    assert background.run(well(), Deadline.after(30), "asking") == 7
    with pytest.raises(KeyError):
        background.run(ill(), Deadline.after(30), "asking")


def test_too_late_is_told_and_the_work_is_cancelled():
    cancelled = threading.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(DeviceError, match="out of time while writing") as caught:
        background.run(for_ever(), Deadline.after(0.05), "writing", happened=Happened.UNKNOWN)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)
    assert cancelled.wait(30)


def test_nothing_is_begun_after_the_deadline():
    begun = threading.Event()

    async def work() -> None:
        begun.set()

    with pytest.raises(DeviceError) as caught:
        background.run(work(), Deadline.after(-1), "writing", happened=Happened.UNKNOWN)
    assert caught.value.happened is Happened.NO
    assert not begun.is_set()


def test_one_loop_for_all_threads():
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(background.loop())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({id(loop) for loop in found}) == 1
