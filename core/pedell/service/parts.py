"""Parts of `pedell serve`: started in order, stopped in reverse, each with a time limit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol, Self

from pedell.drivers.deadline import Deadline
from pedell.errors import PedellError


class Part(Protocol):
    """Something that works in the background."""

    def start(self) -> None:
        """Begin; returns when it works. Raises PedellError where it cannot."""

    def stop(self, deadline: Deadline) -> None:
        """End what was begun, at the latest at the deadline. Called once, also after a failed start."""


class Running:
    """Parts that run together; a context manager that stops whatever was started."""

    def __init__(self, parts: Sequence[Part], drain: float) -> None:
        """`drain`: seconds that all parts together may take to stop."""
        self._parts = parts
        self._drain = drain
        self._begun: list[Part] = []

    def __enter__(self) -> Self:
        """Start all; where one cannot start, those before it are stopped."""
        try:
            for part in self._parts:
                self._begun.append(part)
                part.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *about: object) -> None:
        """Stop in reverse order."""
        self._stop()

    def _stop(self) -> None:
        deadline = Deadline.after(self._drain)
        failure: Exception | None = None
        while self._begun:
            try:
                self._begun.pop().stop(deadline)
            except Exception as error:  # the others are stopped all the same
                failure = failure or error
        if failure is not None:
            raise failure


class Repeating:
    """Does some work again and again in a thread: when woken, and every so often.

    What goes wrong is told once until it goes well again; the work is tried again at the next turn.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Deadline], int],
        *,
        every: float,
        limit: float,
        tell: Callable[[str], None],
    ) -> None:
        """`work` answers how much it did: as long as that is something, it is asked again at once.

        `every`: seconds between turns. `limit`: seconds that one turn may take. `tell`: takes a line for people.
        """
        self._work = work
        self._every = every
        self._limit = limit
        self._tell = tell
        self._name = name
        self._due = threading.Event()
        self._ending = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin with a turn at once."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._due.set()

    def stop(self, deadline: Deadline) -> None:
        """Let the turn end."""
        self._ending = True
        self._due.set()
        if self._thread.is_alive():
            self._thread.join(deadline.left())

    def _run(self) -> None:
        while not self._ending:
            self._due.clear()
            if not self._turn():
                self._due.wait(self._every)

    def _turn(self) -> bool:
        try:
            done = self._work(Deadline.after(self._limit))
        except Exception as error:  # a turn that fails must not end the turns
            words = error.message if isinstance(error, PedellError) else f"{type(error).__name__}: {error}"
            if words != self._trouble:
                self._tell(f"{self._name}: {words}")
            self._trouble = words
            return False
        if self._trouble:
            self._tell(f"{self._name}: ok")
        self._trouble = ""
        return done > 0
