"""What comes after a printer said yes: looking, for a bounded time, until it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pedell.drivers.api import Call, DeviceError, Happened, Result, Waiting

LOOK = 5.0
"""Seconds that a call itself looks; then it is Waiting."""
R = TypeVar("R", bound=Result)


@contextmanager
def accepted(what: str) -> Iterator[None]:
    """Let every DeviceError say that the printer took `what` before the trouble came."""
    try:
        yield
    except DeviceError as error:
        if error.happened is Happened.YES:
            raise
        text = f"{what} was accepted, then: {error.message}"
        raise DeviceError(error.error_class, text, happened=Happened.YES, hint=error.hint) from error


def settle(what: str, look: Callable[[], R | Waiting], call: Call) -> R | Waiting:
    """Look again and again, for `LOOK` seconds or half of the time that the call has left."""
    until = call.deadline.within(min(LOOK, call.deadline.left() / 2))
    pause = 0.1
    while True:
        answer = look()
        if not isinstance(answer, Waiting) or until.passed():
            return answer
        with accepted(what):
            call.sleep(min(pause, max(0.05, until.left())))
        pause = min(2 * pause, 1.0)
