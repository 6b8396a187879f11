"""The base of every simulator.

A simulator plays one device, or one server with many, on a real socket or pty. It keeps state, counts the
effects that reach it, and misbehaves on request. It shares nothing with the driver: even the wire's
constants are written again from the source and cited.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from pedell.i18n import tr


class FaultKind(StrEnum):
    """Ways to misbehave that every simulator understands."""

    SILENT = "silent"
    """Take the request, answer nothing; nothing happens."""
    DEAF = "deaf"
    """Take the request, do it, answer nothing."""
    SLOW = "slow"
    """Answer after `seconds`."""
    REFUSE = "refuse"
    """Answer with the protocol's own "no" (NAK, ERR3, 0x0507, 503)."""
    GARBLE = "garble"
    """Answer with bytes that break the protocol."""
    CUT = "cut"
    """Do it, send half of the answer and close the line."""
    VANISH = "vanish"
    """Close the line in the middle of the request; nothing happens."""
    LOGIN = "login"
    """Refuse the login."""
    CLOSED = "closed"
    """Accept no connection."""


@dataclass
class Fault:
    """A misbehaviour in force.

    Attributes:
        kind: what goes wrong.
        on: the request it concerns, in the simulator's own words (`restart`); empty for every one.
        times: how often, then well again; 0 for ever.
        seconds: for SLOW.
    """

    kind: FaultKind
    on: str = ""
    times: int = 0
    seconds: float = 3.0
    used: int = field(default=0)


@dataclass(frozen=True)
class EffectRecord:
    """One effect that reached the device: when (epoch seconds), which, with what."""

    at: float
    name: str
    detail: str = ""


class Simulator(ABC):
    """One simulated device or server; all methods run on the lab's event loop."""

    kind: ClassVar[str]
    """Id, such as `pjlink`."""

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.settings: dict[str, Any] = dict(settings or {})
        self.faults: list[Fault] = []
        self.effects: list[EffectRecord] = []
        self.on_effect: Callable[[EffectRecord], None] | None = None

    @abstractmethod
    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; returns the address for the inventory, as the driver's docstring says."""

    @abstractmethod
    async def stop(self) -> None:
        """Close everything; no socket, pty, task or file is left."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """What the device would show to somebody standing before it; JSON-able."""

    def change(self, **values: Any) -> None:
        """Set parts of the state from outside: somebody pulls the cable, wakes the iPad."""
        known = ", ".join(sorted(self.state()))
        names = ", ".join(sorted(values))
        raise ValueError(
            tr(
                "en",
                "{kind} has no state named {names}, but {known}",
                kind=self.kind,
                names=names,
                known=known,
            )
        )

    def count(self, name: str, detail: str = "") -> None:
        """Note an effect that took place."""
        record = EffectRecord(time.time(), name, detail)
        self.effects.append(record)
        if self.on_effect is not None:
            self.on_effect(record)

    def counts(self) -> Counter[str]:
        """How often each effect took place."""
        return Counter(record.name for record in self.effects)

    def misbehave(
        self, kind: FaultKind | str, *, on: str = "", times: int = 0, seconds: float = 3.0
    ) -> Fault:
        """From now on, until `well()` or for `times` requests."""
        fault = Fault(FaultKind(kind), on, times, seconds)
        self.faults.append(fault)
        return fault

    def well(self) -> None:
        """Behave again."""
        self.faults.clear()

    def fault(self, request: str = "", *kinds: FaultKind) -> Fault | None:
        """The fault that concerns this request, if any; counts its use. `kinds` narrows what is asked for."""
        for fault in self.faults:
            if kinds and fault.kind not in kinds:
                continue
            if fault.on and fault.on != request:
                continue
            if fault.times and fault.used >= fault.times:
                continue
            fault.used += 1
            return fault
        return None
