"""Off, wait, on: the one thing that must never stop in the middle.

Whatever happens after the off was sent (a cut line, a cancelled run, a silent switch, a deadline), the on is
tried again on new connections until it is certain, up to a few seconds past the call's own deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pedell.drivers.api import Call, Deadline, DeviceError, ErrorClass, Happened

RESERVE = 15.0
"""Seconds that must be left for the way back before anything is switched off."""
GRACE = 4.0
"""Seconds past the deadline in which the way back may still be tried; the engine waits five."""
OFF = 3.0
"""Seconds that the off may take at least; it never gets those of the way back."""
_TRY = 8.0
TRANSIENT = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.PROTOCOL, ErrorClass.BUSY})


@dataclass(frozen=True)
class Part:
    """One half: the name it is announced under, and what does it within a deadline."""

    name: str
    act: Callable[[Deadline], None]


def off_and_on(
    call: Call, what: str, off: Part, on: Part, *, pause: float, hang_up: Callable[[], None]
) -> None:
    """Switch `what` off and on again.

    `hang_up` closes the conversation, so that the next act opens a new one. Raises DeviceError: NO where
    nothing was switched off, YES where it was off and is on again, UNKNOWN where that is not certain.
    """
    if call.deadline.left() < pause + RESERVE + OFF:
        raise DeviceError(ErrorClass.TIMEOUT, f"too little time is left to switch {what} off and on again")
    happened = Happened.NO
    try:
        with call.effect(off.name):
            happened = Happened.UNKNOWN
            try:
                off.act(Deadline(call.deadline.at - pause - RESERVE))
            except DeviceError as error:
                happened = error.happened
                raise
            happened = Happened.YES
        call.sleep(pause)
    except BaseException as error:
        if happened is Happened.NO:
            raise
        _bring_back(call, what, on, hang_up)
        if isinstance(error, DeviceError):
            raise DeviceError(
                error.error_class, f"{error.message}; {what} is on again", happened=happened, hint=error.hint
            ) from error
        raise
    _bring_back(call, what, on, hang_up)


def for_certain(act: Callable[[Deadline], None], deadline: Deadline, hang_up: Callable[[], None]) -> None:
    """Do it, on new connections after transient trouble, until it is done or the deadline is near."""
    pause = 0.2
    while True:
        try:
            act(deadline.within(_TRY))
        except DeviceError as error:
            hang_up()
            if error.error_class not in TRANSIENT or deadline.left() <= pause:
                raise
        else:
            return
        time.sleep(pause)
        pause = min(2.0, pause * 2)


def _bring_back(call: Call, what: str, on: Part, hang_up: Callable[[], None]) -> None:
    deadline = Deadline(call.deadline.at + GRACE)
    announced = False
    try:
        with call.effect(on.name):
            announced = True
            for_certain(on.act, deadline, hang_up)
    except DeviceError as error:
        if announced:
            raise _still_off(what, error) from error
        # The run may not act any more, but a room must not stay dark for that.
        try:
            for_certain(on.act, deadline, hang_up)
        except DeviceError as trouble:
            raise _still_off(what, trouble) from trouble
        raise DeviceError(
            error.error_class, f"{error.message}; {what} is on again", happened=Happened.YES, hint=error.hint
        ) from error


def _still_off(what: str, error: DeviceError) -> DeviceError:
    return DeviceError(
        error.error_class,
        f"{what} may still be off: {error.message}",
        happened=Happened.UNKNOWN,
        hint="switch it on, by network.port_enable or network.poe_on",
    )
