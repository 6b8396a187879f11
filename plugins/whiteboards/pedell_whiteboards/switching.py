"""Switching displays on and off: warm-up and cool-down are waiting, not errors.

A way is the list of states to reach in turn: `on`, `off`, or `off, on` for a restart. Each step reads first
and sends only what is missing, so a way can be taken up again at any point. Nothing is sent while the display
warms up or cools down, since displays refuse or forget commands then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from pedell.drivers.api import Answer, Call, DeviceError, Done, ErrorClass, Happened, Nothing, Waiting
from pedell.i18n import t
from pedell_whiteboards.model import Power

_PASSING = {ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.BUSY, ErrorClass.PROTOCOL}
LOST = 10
"""After so many readings at which nothing moves, a command that was sent is taken for lost and sent again. It is
lost as well where a process died after a later step was sent and before that was written down."""
MOST = 4
"""So often a command is sent in all: a lamp that does not light is not struck for as long as the limit lasts."""
GONE = 3
"""After so many readings without an answer, a display that was switched off and can be woken is taken to be off."""
_WANTED = {"on": Power.ON, "off": Power.STANDBY}


class Switch(Protocol):
    """A display that can be switched."""

    def power(self, call: Call) -> Power:
        """Read the state."""

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; DeviceError(BUSY, NO) where the display cannot take it now."""


@dataclass(frozen=True)
class Pace:
    """How fast a display is, in seconds.

    Attributes:
        on: from switching on until asking is worth while. off: the same for switching off.
        limit: after which a way has failed.
    """

    on: float
    off: float
    limit: float


@dataclass(frozen=True)
class Way:
    """States still to reach, and what was done so far.

    Attributes:
        left: `on` and `off`, in turn.
        sent: whether the command for the first of them was sent.
        begun: whether any command may have been sent, so that a failure is no "nothing happened" any more.
        parts: whether the commands are announced as parts of a composite action.
        still: at how many readings since then the display had not begun to move.
        woken: how often it was woken over the network.
        tries: how often the command for the first of them may have reached the display.
    """

    left: tuple[str, ...]
    sent: bool = False
    begun: bool = False
    parts: bool = False
    still: int = 0
    woken: int = 0
    tries: int = 0

    @property
    def next(self) -> Way:
        """The way from the next state on."""
        return replace(self, left=self.left[1:], sent=False, still=0, tries=0)

    @classmethod
    def from_token(cls, token: Mapping[str, Any]) -> Way:
        """Take up the way that a waiting call's token describes."""
        left = tuple(str(step) for step in token.get("left", ()))
        if not set(left) <= set(_WANTED):
            raise DeviceError(
                ErrorClass.PROTOCOL, "the waiting call's token cannot be read", happened=Happened.UNKNOWN
            )
        return cls(
            left,
            sent=bool(token.get("sent")),
            begun=bool(token.get("begun")),
            parts=bool(token.get("parts")),
            still=int(token.get("still", 0)),
            woken=int(token.get("woken", 0)),
            tries=int(token.get("tries", 0)),
        )

    def waiting(self, pace: Pace, why: str = "") -> Waiting:
        """The answer that lets the engine ask again."""
        step = self.left[0]
        token = {**asdict(self), "left": list(self.left)}
        after = pace.on if step == "on" else pace.off
        if not why:
            why = t("the display is switching on") if step == "on" else t("the display is switching off")
        return Waiting(token, why, poll_after=after, deadline=pace.limit, delivered=self.begun)


TURN_ON = Way(("on",))
TURN_OFF = Way(("off",))
OFF_AND_ON_AGAIN = Way(("off", "on"), begun=True, parts=True)
"""After a restart of the display's own that may have been lost: only this shows that it restarted."""
RESTARTED = Way(("on",), begun=True)
"""A restart of the display's own was sent; it is switched on where it ends in standby."""
OFF_AND_ON = Way(("off", "on"), parts=True)
"""Instead of a restart of the display's own."""


@dataclass(frozen=True)
class Away:
    """What to do about a display that does not answer at all.

    Attributes:
        gone_when_off: being away is what being off looks like.
        wake: wakes it over the network; none where that is not possible.
        error: raises what is known already of why it does not answer, else returns.
    """

    gone_when_off: bool = False
    wake: Callable[[], None] | None = None
    error: Callable[[], None] = lambda: None


_NEVER_AWAY = Away()
_AWAY = {ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT}


def lost(error: DeviceError) -> bool:
    """Whether a command may have been carried out although nothing says so, or a failure is told: the state tells."""
    return error.happened is not Happened.NO and error.error_class in _PASSING | {ErrorClass.DEVICE_FAULT}


def take(
    call: Call, display: Switch, way: Way, pace: Pace, *, patient: bool = False, away: Away = _NEVER_AWAY
) -> Answer:
    """As `go`, with the answer at the end of the way."""
    waiting = go(call, display, way, pace, patient=patient, away=away)
    return waiting or Done(Nothing(), emulated=t("off, wait for standby, on") if way.parts else "")


def go(
    call: Call, display: Switch, way: Way, pace: Pace, *, patient: bool = False, away: Away = _NEVER_AWAY
) -> Waiting | None:
    """Take the next steps; None when the way is at its end.

    Raises what the display raises, unless `patient`: on a later call a display that does not answer is one
    that starts, and a command that may have got lost is sent again where the next reading says so. So it is from the
    first command on where off and on stand for a restart: raised, it would be taken up as another restart, and a
    projector that drops the line when it is switched off would be restarted without end. One that is away is woken
    where it shall be on.
    """
    try:
        power = _read(call, display, way, away)
        if power is None:
            if way.left[0] == "off":
                way = way.next
            return _wake(call, way, pace, away) if way.left else None
        while way.left and power is _WANTED[way.left[0]]:
            way = way.next
        if not way.left:
            return None
        if power in {Power.WARMING, Power.COOLING}:
            return replace(way, still=0).waiting(pace)
        if way.tries >= MOST or (way.sent and way.still < LOST):
            return replace(way, still=way.still + 1).waiting(pace)
        step = way.left[0]
        with call.effect(step) if way.parts else nullcontext():
            display.switch(call, on=step == "on")
    except DeviceError as error:
        unknown = error.happened is not Happened.NO
        begun = way.begun or unknown
        if (patient and error.error_class in _PASSING) or (way.parts and lost(error)):
            still = way.still + int(way.sent and error.error_class in _AWAY)
            return replace(way, begun=begun, still=still, tries=way.tries + int(unknown)).waiting(
                pace, t("not ready yet: {why}", why=error.message)
            )
        if begun and error.happened is Happened.NO:
            error.happened = Happened.UNKNOWN
        raise
    return replace(way, sent=True, begun=True, still=0, tries=way.tries + 1).waiting(pace)


def _read(call: Call, display: Switch, way: Way, away: Away) -> Power | None:
    """The state; none where the display is away and that is what was wanted, or can be helped by waking it."""
    try:
        away.error()
        return display.power(call)
    except DeviceError as error:
        if error.error_class not in _AWAY:
            raise
        if way.left[0] == "on":
            helps = away.wake is not None
        else:
            # Only where it can be brought back: nobody knows yet whether it is off or just cut off.
            usual = away.gone_when_off or (away.wake is not None and way.still >= GONE)
            helps = way.sent and usual and (away.wake is not None or len(way.left) == 1)
        if helps:
            return None
        raise


def _wake(call: Call, way: Way, pace: Pace, away: Away) -> Waiting:
    """Wake it, also again: a packet may get lost, and one too many does no harm."""
    assert away.wake is not None
    with call.effect("on") if way.parts and not way.woken and not way.sent else nullcontext():
        away.wake()
    woken = replace(way, begun=True, woken=way.woken + 1)
    return woken.waiting(pace, t("woken over the network, waiting for an answer"))
