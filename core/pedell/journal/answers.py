"""What one thread waits for and the writer gives, once. Two bare locks: a Future costs several times as much."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from pedell.errors import StoreError

T = TypeVar("T")


class Answer(Generic[T]):
    """Given at most once, waited for by one thread."""

    __slots__ = ("_error", "_given", "_taken", "_value", "done")

    def __init__(self) -> None:
        self._taken = threading.Lock()
        self._given = threading.Lock()
        self._given.acquire()
        self._value: T | None = None
        self._error: BaseException | None = None
        self.done = False

    def take(self) -> bool:
        """The writer takes the question up; False where nobody waits for it any more, or it was taken before."""
        return self._taken.acquire(blocking=False)

    def give(self, value: T) -> None:
        """The answer."""
        self._value = value
        self.done = True
        self._given.release()

    def fail(self, error: BaseException) -> None:
        """There is no answer; whoever waits gets the error."""
        self._error = error
        self.done = True
        self._given.release()

    def wait(self, seconds: float) -> T:
        """The answer; raises what it failed with, or StoreError where it does not come in time."""
        in_time = self._given.acquire(timeout=seconds)
        # Giving up wins only while the writer has not taken it up; then nothing was written. Else it may yet be
        # written: then the attempt stays open and is in doubt, which is the truth.
        if not in_time and (self.take() or not self._given.acquire(timeout=seconds)):
            raise StoreError("the journal did not answer in time")
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]
