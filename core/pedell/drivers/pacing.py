"""How fast a controller may be asked: the engine says it, transports obey.

The engine puts a pace around every call of a driver whose device is reached through a controller. The HTTP transport
asks it before each request and tells it of each `Retry-After`, so that no driver has to. One that speaks otherwise
calls `before_request` and `come_later`, or raises a DeviceError with `retry_after`. Outside of the engine nothing
happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from pedell.drivers.deadline import Deadline


class Pace(Protocol):
    """The pace of one controller, for one call."""

    def request(self, deadline: Deadline) -> None:
        """Wait for the next request's turn; raises DeviceError(BUSY), nothing sent, where it does not come in time."""

    def later(self, seconds: float) -> None:
        """The controller wants nobody to come before so many seconds are over."""


_pace: ContextVar[Pace | None] = ContextVar("pedell_pace", default=None)


@contextmanager
def paced(pace: Pace | None) -> Iterator[None]:
    """Within the block, this thread's requests keep the pace."""
    before = _pace.set(pace)
    try:
        yield
    finally:
        _pace.reset(before)


def before_request(deadline: Deadline) -> None:
    """Call before each request to a controller; may wait a moment. Raises DeviceError(BUSY), nothing was sent."""
    pace = _pace.get()
    if pace is not None:
        pace.request(deadline)


def come_later(seconds: float) -> None:
    """Call where the controller asks to come later: everybody who wants something of it waits."""
    pace = _pace.get()
    if pace is not None:
        pace.later(seconds)
