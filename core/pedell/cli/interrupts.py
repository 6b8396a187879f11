"""Ctrl-C and SIGTERM while a run is followed: the first asks for a clean end, the second leaves at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SILENCE_SECONDS = 1.0
"""So long a stop may take before it is said what it waits for."""


class Interrupts:
    """Counts them; `first` and `second` are what people are told in that moment."""

    def __init__(self, first: str, second: str) -> None:
        self.count = 0
        self._words = (first, second)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within the block. Raises KeyboardInterrupt in it at the second one."""
        try:
            before = {number: signal.signal(number, self._pressed) for number in SIGNALS}
        except ValueError:  # not in the main thread: somebody else handles signals
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        # It may come in the middle of anything, so that nothing but this is done here.
        del number, frame
        self.count += 1
        say(self._words[min(self.count, 2) - 1])
        if self.count > 1:
            raise KeyboardInterrupt


def say(text: str) -> None:
    """One line on standard error, past everything that is buffered, also from within a signal's handler."""
    from pedell.cli.output import clean

    line = f"{clean(text)}\n"
    with contextlib.suppress(OSError, ValueError):
        # A terminal shows ^C where it was pressed: the line begins on its own.
        start = "\r\n" if os.isatty(2) else ""
        os.write(2, (start + line).encode(sys.stderr.encoding or "utf-8", "replace"))


@contextmanager
def said_when_it_takes_long(text: str) -> Iterator[None]:
    """Say what is waited for where the block takes longer than a moment."""
    timer = threading.Timer(SILENCE_SECONDS, say, (text,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
