"""Parts: started in order, stopped in reverse, whatever goes wrong."""

from __future__ import annotations

import threading

import pytest

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.service.parts import Repeating, Running


class Piece:
    def __init__(self, name: str, log: list[str], *, bad_start: bool = False, bad_stop: bool = False) -> None:
        self.name, self.log, self.bad_start, self.bad_stop = name, log, bad_start, bad_stop

    def start(self) -> None:
        self.log.append(f"+{self.name}")
        if self.bad_start:
            raise StoreError("no")

    def stop(self, deadline: Deadline) -> None:
        assert not deadline.passed()
        self.log.append(f"-{self.name}")
        if self.bad_stop:
            raise StoreError("no")


def test_order() -> None:
    log: list[str] = []
    with Running([Piece("a", log), Piece("b", log)], 60):
        log.append("running")
    assert log == ["+a", "+b", "running", "-b", "-a"]


def test_a_part_that_does_not_start() -> None:
    log: list[str] = []
    with (
        pytest.raises(StoreError),
        Running([Piece("a", log), Piece("b", log, bad_start=True), Piece("c", log)], 60),
    ):
        pass
    assert log == ["+a", "+b", "-b", "-a"]


def test_a_part_that_does_not_stop_well() -> None:
    log: list[str] = []
    with pytest.raises(StoreError), Running([Piece("a", log), Piece("b", log, bad_stop=True)], 60):
        pass
    assert log == ["+a", "+b", "-b", "-a"]


def test_repeating_tells_trouble_once_and_goes_on() -> None:
    told: list[str] = []
    turns = threading.Semaphore(0)
    results: list[object] = [StoreError("full"), StoreError("full"), 1, 0]

    def work(deadline: Deadline) -> int:
        turns.release()
        result = results.pop(0) if results else 0
        if isinstance(result, Exception):
            raise result
        assert isinstance(result, int)
        return result

    part = Repeating("inbox", work, every=600, limit=5, tell=told.append)
    part.start()
    for _ in range(2):
        assert turns.acquire(timeout=60)
        part.wake()
    for _ in range(2):  # the third turn did something, so the fourth follows by itself
        assert turns.acquire(timeout=60)
        if len(results) == 1:
            part.wake()
    part.stop(Deadline.after(60))
    assert told == ["inbox: full", "inbox: ok"]
