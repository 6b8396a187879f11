"""One attempt at a capability, as the driver sees it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.errors import StoreError
from pedell.journal.ops import PartMark, ShardRef, Verdict
from pedell.journal.writer import Journal

AGAIN_SECONDS = 0.2
LAST_SECONDS = 1.0
"""Time that a call must have left for a part of it to be asked for anew."""


class EngineCall:
    """The engine's `Call`: parts are durable, waits end with the deadline or a cancel."""

    def __init__(
        self,
        journal: Journal,
        shard: ShardRef,
        attempt: str,
        deadline: Deadline,
        cancelled: threading.Event,
        *,
        reads: bool,
        parts: str = "",
        purpose: str = "",
    ) -> None:
        """`parts`: what an earlier call of the same attempt began, as it is stored."""
        self.deadline = deadline
        self.token = attempt
        self.purpose = purpose
        self.notes: list[str] = []
        self.parts: dict[str, str] = json.loads(parts) if parts else {}
        self.abandoned = False
        self._journal = journal
        self._shard = shard
        self._cancelled = cancelled
        self._reads = reads

    @property
    def touched(self) -> bool:
        """Whether a part of a composite action was announced."""
        return bool(self.parts)

    @contextmanager
    def effect(self, name: str) -> Iterator[None]:
        """Announce a part durably, then let it happen.

        A composite action that has begun may finish although the run is cancelled: a port must not stay shut.
        """
        if self._reads:
            raise DeviceError(ErrorClass.REFUSED, f"a read may not have the effect {name}")
        self.parts[name] = "begun"
        self._mark(name, begins=True)
        yield
        self.parts[name] = "ended"
        self._mark(name, begins=False)

    def _mark(self, name: str, *, begins: bool) -> None:
        while not self._marked(name, begins=begins):
            # A moment without the store is no reason to leave a device as it is, half-way least of all.
            time.sleep(AGAIN_SECONDS)

    def _marked(self, name: str, *, begins: bool) -> bool:
        """Whether it is durable, or on its way where it has ended; False where it may be tried again."""
        mark = PartMark(self._shard, self.token, json.dumps(self.parts), name, begins)
        happened = Happened.UNKNOWN if len(self.parts) > 1 else Happened.NO
        self._check_owned()
        try:
            if not begins:
                self._journal.put(mark)
            elif self._journal.intent(mark).verdict is not Verdict.GRANTED:
                raise DeviceError(ErrorClass.REFUSED, "somebody else does this now", happened=happened)
        except StoreError as error:
            # What failed for certain was not written; it may be asked for anew as long as the call has time.
            if begins and mark.answer.done and self.deadline.left() > LAST_SECONDS:
                return False
            if begins:
                raise DeviceError(
                    ErrorClass.REFUSED, f"not begun: {error.message}", happened=happened
                ) from error
        # The store may have taken so long that somebody else sees to the device by now.
        self._check_owned()
        return True

    def _check_owned(self) -> None:
        if self.abandoned:
            raise DeviceError(ErrorClass.TIMEOUT, "the call was given up", happened=Happened.UNKNOWN)

    def sleep(self, seconds: float) -> None:
        """Wait; raises DeviceError(TIMEOUT) at the deadline, and when the run is cancelled before any effect."""
        left = self.deadline.left()
        if self.touched:
            # Between the parts of a composite action a cancel waits.
            threading.Event().wait(min(seconds, left))
        elif self._cancelled.wait(min(seconds, left)):
            raise DeviceError(ErrorClass.REFUSED, "cancelled", happened=Happened.UNKNOWN)
        if seconds > left:
            raise DeviceError(ErrorClass.TIMEOUT, "out of time while waiting", happened=Happened.UNKNOWN)

    def note(self, text: str) -> None:
        """A sentence for the ticket's note."""
        if len(self.notes) < 50:
            self.notes.append(text[:500].encode("utf-8", "replace").decode())
