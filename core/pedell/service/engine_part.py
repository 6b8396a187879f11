"""The engine as a part of `pedell serve`: takes the lock when it is free, and takes up every open run."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.i18n import t
from pedell.service.runs import RunsService

LOOK_SECONDS = 1.0


class EnginePart:
    """Waits for the engine lock where a command holds it for a moment; tells when the engine cannot go on."""

    def __init__(self, runs: RunsService, tell: Callable[[str], None], broken: Callable[[str], None]) -> None:
        """`broken` is called once, with the reason, when the engine cannot go on."""
        self._runs = runs
        self._tell = tell
        self._broken = broken
        self._host = runs.host()
        self._started = False
        self.ended_by_itself = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="engine-watch", daemon=True)

    def start(self) -> None:
        """Begin; where another process is the engine, wait for it to end."""
        self._runs.reports.write_missing()
        self._started = self._host.start(everything=True)
        if not self._started:
            self._tell(t("another process is the engine; waiting for it to end"))
        self._thread.start()

    def stop(self, deadline: Deadline) -> None:
        """Take nothing new, let calls in flight end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(deadline.left())
        if self._started and not self._host.stop(deadline):
            raise StoreError(
                t("some calls did not end in time; what they did is in doubt until the next start")
            )

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            if not self._started:
                with contextlib.suppress(StoreError):  # the database is away; it may come back
                    self._started = self._host.start(everything=True)
            elif self._host.broken is not None:
                words = t("the engine has ended: {error}", error=self._host.broken)
                self._tell(words)
                self.ended_by_itself = True
                self._broken(words)
                return
