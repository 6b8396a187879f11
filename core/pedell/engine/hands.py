"""What a task holds while it runs: conversations under lease, the call in flight, sentences for the note."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pedell.drivers.api import Answer, Deadline, DeviceError, Done, Driver, Effect, Happened, Target, Waiting
from pedell.engine.calls import EngineCall
from pedell.engine.context import Attempt, RunFacts, TaskItem, Tools
from pedell.engine.conversation import CONNECT_SECONDS, Conversation
from pedell.engine.order import Order, trouble
from pedell.engine.signals import Fenced, Pause, Trouble

LOCK_PAUSE = 1.0
"""Seconds after which somebody who found a thing taken looks again, whoever wakes it before."""


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
        self._conversations: dict[str, tuple[Conversation, str]] = {}

    def now(self) -> float:
        """UTC epoch seconds."""
        return time.time()

    def cancelled(self) -> bool:
        """Whether the run is being cancelled."""
        return self.run.cancelled.is_set()

    def close(self) -> None:
        """Close all conversations and give their leases back."""
        conversations, self._conversations = self._conversations, {}
        for key, (conversation, slot) in conversations.items():
            conversation.close()
            self.tools.leases.release(key)
            if slot:
                self.tools.leases.free_slot(slot)

    def conversation(self, driver: type[Driver], target: Target) -> Conversation:
        """The open conversation with this endpoint, under its lease; pauses where somebody else has it."""
        key = driver.endpoint(target)
        if key in self._conversations:
            return self._conversations[key][0]
        slot = self._slot(driver, target)
        if not self.tools.leases.acquire(key, self._wake):
            if slot:
                self.tools.leases.free_slot(slot)
            # Never hold one lease while waiting for another.
            self.close()
            raise Pause(self.now() + LOCK_PAUSE, f"{target.name} is in use")
        made = Conversation(driver, target, self.tools.secrets, self.tools.data)
        self._conversations[key] = (made, slot)
        return made

    def _slot(self, driver: type[Driver], target: Target) -> str:
        """One of the places that a controller allows; empty where it declares no limit."""
        limits = driver.controller_limits
        if target.controller is None or limits is None:
            return ""
        slot = f"controller:{target.controller.id}"
        if not self.tools.leases.take_slot(slot, limits.connections, self._wake):
            self.close()
            raise Pause(self.now() + LOCK_PAUSE, f"waits for {target.controller.name}")
        return slot

    def drop(self, order: Order) -> None:
        """After trouble: close, so that the next call starts afresh."""
        held = self._conversations.get(order.driver.endpoint(order.target))
        if held is not None:
            held[0].close()

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
            purpose=f"run {self.run.no}, ticket {self.run.ticket}",
        )  # fmt: skip
        self.call, self.order, self.attempt = call, order, attempt
        self.hard_deadline = deadline.at + CONNECT_SECONDS
        return call

    def end(self) -> None:
        """The call has ended; raises Fenced where it was given up meanwhile."""
        self.check_owned()
        call, self.call, self.attempt = self.call, None, None
        if call is not None:
            self.notes.extend(call.notes)

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

    def plain(self, answer: Answer) -> Any:
        """A result as data; notes what else was said of it."""
        if isinstance(answer, Done):
            if answer.emulated:
                self.notes.append(f"emulated: {answer.emulated}")
            self.notes.extend(answer.warnings)
            answer = answer.result
        if isinstance(answer, Waiting):
            raise TypeError("a waiting answer is no result")
        return answer.model_dump(mode="json")
