"""What a task holds while it runs: conversations under lease, the call in flight, sentences for the note."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pedell.drivers.api import (
    Answer,
    Deadline,
    DeviceError,
    Done,
    Driver,
    Effect,
    ErrorClass,
    Happened,
    Target,
    Waiting,
)
from pedell.engine.calls import EngineCall
from pedell.engine.context import Attempt, RunFacts, TaskItem, Tools
from pedell.engine.controllers import LONGEST_REST, Turn
from pedell.engine.conversation import CONNECT_SECONDS, Conversation
from pedell.engine.order import Order, trouble
from pedell.engine.signals import Fenced, Pause, StepFailed, Trouble
from pedell.i18n import tr

CONTROLLER = "controller"
"""The rule that a task waits for where its controller bears no more."""
TRIES = 10
"""So often a step is tried again by itself where its controller asked to come later."""
CLOSE_SECONDS = 2.0
"""So long a driver that hangs has to close; its contract says that it does so within that time."""
LOCK_PAUSE = 1.0
"""Seconds after which somebody who found a thing taken looks again, whoever wakes it before."""


@dataclass
class Line:
    """An endpoint under lease, and whoever of this task's devices is talked to over it: one of them at a time."""

    slots: set[str] = field(default_factory=set)
    """Places at controllers, held as long as the lease."""
    talks: list[Conversation] = field(default_factory=list)

    def find(self, driver: type[Driver], target: Target) -> Conversation | None:
        """The conversation with this very device; another one's has its own options, login and number on the line."""
        return next((talk for talk in self.talks if talk.speaks(driver, target)), None)

    def close(self, other: Conversation | None = None) -> None:
        """Close all conversations, or all but this one."""
        for talk in self.talks:
            if talk is not other:
                talk.close()


class Hands:
    """Used by one thread at a time; the dispatcher alone may give up on the call in flight."""

    def __init__(self, item: TaskItem, run: RunFacts, tools: Tools, wake: Callable[[], None]) -> None:
        self.item = item
        self.run = run
        self.tools = tools
        self.notes: list[str] = []
        self.abandoned = False
        self.call: EngineCall | None = None
        self.order: Order | None = None
        self.attempt: Attempt | None = None
        self.hard_deadline = float("inf")
        """On the monotonic clock: beyond it (and a grace) the call in flight is given up."""
        self._wake = wake
        self._owning = threading.Lock()
        self._lines: dict[str, Line] = {}

    def now(self) -> float:
        """UTC epoch seconds."""
        return time.time()

    def still_there(self, order: Order) -> None:
        """Raises StepFailed where the device was retired since the run was asked for."""
        if order.device in self.item.retired:
            why = tr(
                "en", "{name} is retired in the inventory; nothing more is done to it", name=order.target.name
            )
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, why))

    def cancelled(self) -> bool:
        """Whether the run is being cancelled."""
        return self.run.cancelled.is_set()

    def close(self) -> bool:
        """Close all conversations and give their leases back.

        A driver that does not come back from closing is given up like one that hangs in a call: False then.
        """
        if self._lines:
            self._hang_up(list(self._lines.values()))
        if self.abandoned:
            return False
        lines, self._lines = self._lines, {}
        for key, line in lines.items():
            self._give_back(key, line)
        return True

    def _hang_up(self, lines: Sequence[Line], other: Conversation | None = None) -> None:
        """Close the conversations of these lines, but not `other`, within a limit that the dispatcher sees to."""
        # Nothing is in flight any more: where this is given up, nothing but the conversation is lost.
        self.order = None
        self.hard_deadline = time.monotonic() + CLOSE_SECONDS
        for line in lines:
            line.close(other)
        with self._owning:
            self.hard_deadline = float("inf")

    def let_go(self) -> None:
        """As `close`, after a call was given up: a driver that does not close either keeps nobody from the device."""
        lines, self._lines = self._lines, {}
        for key, line in lines.items():
            closing = threading.Thread(target=line.close, name="closing", daemon=True)
            closing.start()
            closing.join(CLOSE_SECONDS)
            self._give_back(key, line)

    def _give_back(self, key: str, line: Line) -> None:
        self.tools.leases.release(key)
        for slot in line.slots:
            self.tools.leases.free_slot(slot)

    def conversation(self, driver: type[Driver], target: Target) -> Conversation:
        """The conversation with this device, under its endpoint's lease; pauses where somebody else has that.

        Several devices may share an endpoint, such as displays in a chain: each has a conversation of its own, and
        whoever was talked to before is hung up on first.
        """
        key = driver.endpoint(target)
        line = self._lines.get(key) or Line()
        slot = self._slot(driver, target, line)
        if key not in self._lines:
            if not self.tools.leases.acquire(key, self._wake):
                if slot:
                    self.tools.leases.free_slot(slot)
                # Never hold one lease while waiting for another.
                self.close()
                raise Pause(self.now() + LOCK_PAUSE, tr("en", "{name} is in use", name=target.name))
            self._lines[key] = line
        if slot:
            line.slots.add(slot)
        talk = line.find(driver, target)
        if talk is None:
            turn = None
            if target.controller is not None:
                turn = Turn(self.tools.controllers.get(target.controller.id, driver.bears(target)))
            talk = Conversation(driver, target, self.tools.secrets, self.tools.data, turn)
            line.talks.append(talk)
        if line.talks != [talk]:
            self._hang_up([line], talk)
            self.check_owned()
        self._admit(talk.turn, target)
        return talk

    def _admit(self, turn: Turn | None, target: Target) -> None:
        """Wait for the controller's next free request, without a thread and without a place at it."""
        if turn is None or target.controller is None:
            return
        wait = turn.admit(f"{self.run.no}:{self.item.no}")
        if wait:
            self.close()
            raise self.controller_pause(target.controller.name, wait)

    def controller_pause(self, name: str, wait: float) -> Pause:
        """Go on when the controller bears it."""
        why = tr("en", "{name} is asked as often as it may be, or wants to be left alone", name=name)
        return Pause(self.now() + wait, why, lasting=wait > LOCK_PAUSE, rule=CONTROLLER)

    def comes_again(self, order: Order, key: str, error: DeviceError) -> Pause | None:
        """The pause after which the step is tried anew, where its controller asked to come later and nothing happened.

        Up to a bound; None where it has failed.
        """
        controller, wait = order.target.controller, error.retry_after
        if controller is None or wait is None or error.happened is not Happened.NO:
            return None
        self.tools.controllers.get(controller.id, order.driver.bears(order.target)).rest(wait)
        counter = f"{key}&"
        tried = self.item.memo.get(counter, {"n": 0})["n"]
        if tried >= TRIES:
            return None
        self.item.memo[counter] = {"n": tried + 1}
        return self.controller_pause(controller.name, min(max(wait, 0.1), LONGEST_REST))

    def _slot(self, driver: type[Driver], target: Target, line: Line) -> str:
        """One of the places that a controller allows; empty where it declares no limit, or the line has one."""
        limits = driver.bears(target)
        if target.controller is None or limits is None:
            return ""
        slot = f"controller:{target.controller.id}"
        if slot in line.slots:
            return ""
        if not self.tools.leases.take_slot(slot, limits.connections, self._wake):
            self.close()
            why = tr("en", "waits for {name}", name=target.controller.name)
            raise Pause(self.now() + LOCK_PAUSE, why)
        return slot

    def drop(self, order: Order) -> None:
        """After trouble: close, so that the next call starts afresh."""
        line = self._lines.get(order.driver.endpoint(order.target))
        talk = line.find(order.driver, order.target) if line is not None else None
        if talk is not None:
            talk.close()

    @property
    def wake(self) -> Callable[[], None]:
        """Wakes the task where it pauses."""
        return self._wake

    def prepare(self, order: Order) -> None:
        """Connecting and identifying begin: they too can hang."""
        self.order = order
        self.hard_deadline = time.monotonic() + CONNECT_SECONDS + order.timeout

    def begin(self, order: Order, token: str, attempt: Attempt | None = None) -> EngineCall:
        """A call begins; connecting has a limit of its own in front of the call's."""
        deadline = Deadline.after(order.timeout)
        reads = order.capability.effect is Effect.READ
        call = EngineCall(
            self.tools.journal, self.item.shard, token, deadline, self.run.cancelled, reads=reads,
            parts=attempt.parts if attempt else "",
            purpose=tr("en", "run {run}, ticket {ticket}", run=self.run.no, ticket=self.run.ticket),
        )  # fmt: skip
        self.call, self.order, self.attempt = call, order, attempt
        self.hard_deadline = deadline.at + CONNECT_SECONDS
        return call

    def end(self) -> None:
        """The call has ended; raises Fenced where it was given up meanwhile."""
        self.check_owned()
        call, self.call, self.attempt = self.call, None, None
        if call is not None:
            self.notes.extend(self.tools.secrets.mask(note) for note in call.notes)

    def check_owned(self) -> None:
        """Raises Fenced where the call in flight was given up; it cannot be given up any more afterwards."""
        with self._owning:
            if self.abandoned:
                raise Fenced
            self.hard_deadline = float("inf")

    def abandon(self) -> bool:
        """Give up the call in flight: its thread may touch nothing any more. False where it has just ended."""
        with self._owning:
            self.abandoned = self.abandoned or time.monotonic() > self.hard_deadline
            return self.abandoned

    def told(self, error: DeviceError, happened: Happened) -> Trouble:
        """A device's error as a step's trouble, without secrets: it goes into memo, task and note."""
        made = trouble(error, happened)
        return replace(made, message=self.tools.secrets.mask(made.message))

    def clean(self, text: str) -> str:
        """A device's words without secrets, and without halves of surrogate pairs, which no store takes."""
        return self.tools.secrets.mask(text).encode("utf-8", "replace").decode()

    def plain(self, answer: Answer) -> Any:
        """A result as data; notes what else was said of it."""
        if isinstance(answer, Done):
            if answer.emulated:
                self.notes.append(f"emulated: {self.clean(answer.emulated)}")
            self.notes.extend(self.clean(warning) for warning in answer.warnings)
            answer = answer.result
        if isinstance(answer, Waiting):
            raise TypeError("a waiting answer is no result")
        return masked(answer.model_dump(mode="json"), self.tools.secrets.mask)


def masked(value: Any, mask: Callable[[str], str]) -> Any:
    """Plain data without secrets: what a device says of itself goes into memo, proof and journal."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(key) if isinstance(key, str) else key: masked(item, mask) for key, item in value.items()}
    return value
