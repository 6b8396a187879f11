"""Threads that work through lines of jobs, for what the inventory asks devices itself."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from pedell.drivers.api import Deadline

J = TypeVar("J")
A = TypeVar("A")


class Crowd(Generic[J, A]):
    """Answers jobs of many lines at once, those of one line in turn.

    A job that overstays is left behind on its thread, its line is given up and its thread replaced.
    """

    def __init__(
        self,
        lines: Sequence[list[J]],
        answer: Callable[[J], A],
        late: Callable[[J], A],
        *,
        threads: int,
        limit: float,
    ) -> None:
        """Take the lines, what answers a job (and never raises), and what is said for one that overstays `limit` s."""
        self._todo: queue.SimpleQueue[list[J]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[A] = queue.SimpleQueue()
        self._answer = answer
        self._late = late
        self._limit = limit
        self._left = sum(len(line) for line in lines)
        self._running: dict[int, tuple[Deadline, list[J]]] = {}
        self._lock = threading.Lock()
        self._started = 0
        self._threads: list[threading.Thread] = []
        for line in lines:
            self._todo.put(line)
        for _ in range(threads):
            self._hire()

    def _hire(self) -> None:
        # Daemons: a driver that hangs must not keep the process alive.
        thread = threading.Thread(target=self._work, name="check", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        with suppress(queue.Empty):
            while True:
                line = self._todo.get_nowait()
                for position, job in enumerate(line):
                    with self._lock:
                        self._started += 1
                        turn = self._started
                        self._running[turn] = (Deadline.after(self._limit), line[position:])
                    answer = self._answer(job)
                    with self._lock:
                        if self._running.pop(turn, None) is None:
                            return
                    self._answers.put(answer)

    def run(self) -> Iterator[A]:
        """Answers as they come."""
        while self._left:
            try:
                answer = self._answers.get(timeout=0.1)
            except queue.Empty:
                yield from self._give_up()
                continue
            self._left -= 1
            yield answer
        for thread in self._threads:
            thread.join(0.2)

    def _give_up(self) -> Iterator[A]:
        """Answer for jobs that are stuck, and for those behind them: they would meet the same endpoint."""
        with self._lock:
            late = [turn for turn, (deadline, _) in self._running.items() if deadline.passed()]
            stuck = [self._running.pop(turn)[1] for turn in late]
        for line in stuck:
            self._left -= len(line)
            for job in line:
                yield self._late(job)
            self._hire()
