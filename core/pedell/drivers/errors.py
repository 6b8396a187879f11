"""How a call on a device fails: what kind of trouble, and whether the effect happened."""

from __future__ import annotations

import math
from enum import StrEnum

from pedell.errors import PedellError


class ErrorClass(StrEnum):
    """Kinds of trouble, the same for all vendors."""

    UNREACHABLE = "unreachable"
    """No connection: nothing was sent."""
    REFUSED = "refused"
    """The device understood and said no."""
    AUTH = "auth"
    """Wrong or missing password, PIN or right. Never retried: it would lock the account out."""
    BUSY = "busy"
    """The device does something else now, or its sessions are taken."""
    TIMEOUT = "timeout"
    """No answer in time."""
    PROTOCOL = "protocol"
    """The answer cannot be understood, or the line was cut in the middle."""
    UNSUPPORTED = "unsupported"
    """The device cannot do this."""
    PRECONDITION = "precondition"
    """Not in this state, or not the device that the inventory says."""
    DEVICE_FAULT = "device_fault"
    """The device reports a fault of its own."""


class Happened(StrEnum):
    """Whether the effect of a failed call took place."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


LONGEST_WAIT = 86_400.0
"""Seconds beyond which nobody is left alone at his own wish."""


class DeviceError(PedellError):
    """A call on a device failed.

    `message` is one line of plain words without secrets; `happened` must be UNKNOWN as soon as the request
    may have reached the device and no answer tells otherwise. `retry_after`: so many seconds the device or its
    controller wants to be left alone; behind a controller the engine then tries again by itself, where nothing happened.
    """

    def __init__(
        self,
        error_class: ErrorClass,
        message: str,
        *,
        happened: Happened = Happened.NO,
        hint: str = "",
        retry_after: float | None = None,
    ) -> None:
        # A device's answer may hold halves of surrogate pairs (JSON can), which no store and no file takes.
        super().__init__(
            message.encode("utf-8", "replace").decode(), hint=hint.encode("utf-8", "replace").decode()
        )
        self.error_class = error_class
        self.happened = happened
        # It may be whatever stood in an answer: what is no time is none.
        self.retry_after = None
        if retry_after is not None and math.isfinite(retry_after):
            self.retry_after = min(max(retry_after, 0.0), LONGEST_WAIT)


class IdentityError(DeviceError):
    """The device that answers is not the one that the inventory says."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(ErrorClass.PRECONDITION, message, hint=hint)
