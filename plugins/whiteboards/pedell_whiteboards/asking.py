"""A call that only asks, where no run stands behind it: discovery."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

from pedell.drivers.api import Deadline, DeviceError, ErrorClass


class Asking:
    """A `Call` on which effects do not exist."""

    token = ""
    purpose = ""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    @property
    def deadline(self) -> Deadline:
        """Until when the call may take."""
        return self._deadline

    def effect(self, name: str) -> AbstractContextManager[None]:
        """Refuse."""
        raise DeviceError(ErrorClass.REFUSED, f"{name}: nothing is done while only asking")

    def sleep(self, seconds: float) -> None:
        """Wait, at most until the deadline."""
        time.sleep(min(seconds, self._deadline.check("waiting")))

    def note(self, text: str) -> None:
        """Say nothing."""
