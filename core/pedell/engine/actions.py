"""What the step language may do to the world, for one task: reads at once, effects through the journal."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from pedell.drivers.api import (
    Answer,
    Capability,
    DeviceError,
    Driver,
    Effect,
    ErrorClass,
    Happened,
    Target,
    Waiting,
)
from pedell.engine.attempts import Attempts, via
from pedell.engine.calls import EngineCall
from pedell.engine.context import UNSETTLED, Reading, RunFacts, TaskItem, Tools
from pedell.engine.conversation import Conversation
from pedell.engine.effects import Effects
from pedell.engine.hands import LOCK_PAUSE, Hands
from pedell.engine.order import Order, answered
from pedell.engine.recovery import GIVEN_UP
from pedell.engine.signals import Cancelled, Fenced, InDoubt, Pause, StepFailed, Trouble
from pedell.i18n import tr
from pedell.journal.ops import TaskChange
from pedell.playbooks.model import Do
from pedell.validation import place, reason


class TaskActions(Hands):
    """The actions of one task. Used by one thread at a time."""

    def __init__(self, item: TaskItem, run: RunFacts, tools: Tools, wake: Callable[[], None]) -> None:
        super().__init__(item, run, tools, wake)
        self.readings: list[Reading] = []
        self.trouble: Trouble | None = None
        self._attempts = Attempts(self)
        self._effects = Effects(self)
        self._others: dict[int, tuple[Target, ...]] = {}

    def know(self, others: Mapping[int, tuple[Target, ...]]) -> None:
        """Tell the targets of linked devices."""
        self._others.update(others)

    def may_repeat(self, step: Do, trouble: Trouble) -> bool:
        """A wrong password is never tried again; what happens once is tried again only when it did not happen."""
        if trouble.error_class == ErrorClass.AUTH:
            return False
        capability = self.tools.plugins.capabilities.get(step.do)
        return capability is not None and (
            capability.effect is not Effect.ONCE or trouble.happened == Happened.NO
        )

    def in_hand(self, key: str) -> bool:
        """Whether an effect of this step waits, or its outcome is unknown."""
        return any(
            known.state in UNSETTLED and step.partition("^")[0] == key
            for step, known in self.item.attempts.items()
        )

    def orphaned(self, key: str, trouble: Trouble) -> tuple[Any] | None:
        """A step cannot be called, as its driver, its link or its device is gone: its result where it was done before.

        What was called, and can neither be asked about nor finished any more, only a person can tell: raises InDoubt,
        unless another call would do no harm.
        """
        for known in self.item.attempts.values():
            if known.step.partition("^")[0] != key:
                continue
            if known.state == "done":
                return (json.loads(known.result) if known.result else None,)
            if known.state not in UNSETTLED:
                continue
            words = tr("en", "what became of it cannot be found out: {trouble}", trouble=trouble.message)
            error = DeviceError(ErrorClass.PRECONDITION, words, happened=Happened.UNKNOWN)
            if known.effect == Effect.REPEATABLE and not known.parts:
                self._attempts.failed(None, known, None, error)
                continue
            self._attempts.doubt(None, known, None, error)
            raise InDoubt(known.id, f"{known.capability}: {words}")
        return None

    def call_step(self, key: str, step: Do, params: Mapping[str, Any], *, shielded: bool) -> Any:
        """Call a capability on the task's device, or on the one that a link names; returns plain data."""
        order = self._order(key, step, params, shielded=shielded)
        if self.run.watched:
            self.tools.journal.put(TaskChange(self.item.shard, self.item.no, {"step": order.capability.name}))
        started = time.monotonic()
        outcome = "done"
        try:
            return (
                self._read(order) if order.capability.effect is Effect.READ else self._effects.perform(order)
            )
        except StepFailed as failed:
            outcome = failed.trouble.error_class
            raise
        except (Pause, InDoubt, Cancelled, Fenced) as signal:
            outcome = type(signal).__name__.lower()
            raise
        finally:
            if outcome != "pause":
                seconds = round(time.monotonic() - started, 3)
                self.readings.append(Reading(key, order.capability.name, outcome, seconds))

    def approved(self) -> None:
        """Returns where a second person has approved the run; raises Pause or StepFailed."""
        self._attempts.obey(self.tools.gate.approved(self.run.no))

    def give_up(self) -> None:
        """The call in flight was abandoned: record that it has outlived its time."""
        call, order, attempt = self.call, self.order, self.attempt
        if call is not None:
            call.abandoned = True
        if order is None:
            return
        if attempt is not None:
            self._effects.give_up(order, attempt, call.parts if call else {}, GIVEN_UP)
        else:
            # A further try has the step's own entry in the memo.
            key = re.sub(r"~\d+$", "", order.key)
            self.item.memo[key] = {"f": [str(ErrorClass.TIMEOUT), GIVEN_UP, "no"]}

    def leave(self, why: str) -> bool:
        """A bug came between an intent and its outcome: leave the attempt in doubt. False where none is open."""
        if self.abandoned or self.order is None or self.attempt is None:
            return False
        if self.attempt.state in ("done", "failed"):
            return False
        parts = self.call.parts if self.call else {}
        self._effects.give_up(self.order, self.attempt, parts, self.tools.secrets.mask(why))
        return True

    def record(
        self, state: str, kind: str, body: Mapping[str, Any], values: Mapping[str, Any], failures: int = 0
    ) -> None:
        """Make a state of the task durable, with its event where `kind` names one."""
        self.tools.journal.put(
            TaskChange(self.item.shard, self.item.no, {"state": state, **values}, kind, body, failures)
        )

    def _order(self, key: str, step: Do, params: Mapping[str, Any], *, shielded: bool) -> Order:
        capability = self.tools.plugins.capabilities.get(step.do)
        if capability is None:
            raise StepFailed(
                Trouble(ErrorClass.UNSUPPORTED, tr("en", "no family knows {name}", name=step.do))
            )
        try:
            checked = capability.params.model_validate(dict(params))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            # What concerns several parameters has no place of its own.
            where = ": ".join([step.do, *filter(None, [place(*first["loc"])])])
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, f"{where}: {reason(first, 'en')}")) from error
        device, targets = self._device(step)
        driver, target = self._driver(capability, targets, self._same_device(key, step, device))
        return Order(
            key,
            step,
            capability,
            checked,
            device,
            driver,
            target,
            step.timeout or capability.timeout,
            shielded,
        )

    def _device(self, step: Do) -> tuple[int, tuple[Target, ...]]:
        if step.on is None:
            return self.item.device, self.item.targets
        found = [link for link in self.item.links if link.kind == step.on.link]
        if not found:
            message = tr(
                "en", "{name} has no link {link} in the inventory", name=self.item.name, link=step.on.link
            )
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, message))
        targets = self._others.get(found[0].other)
        if not targets:
            message = tr("en", "{name} is not in the inventory", name=found[0].other_name)
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, message))
        return found[0].other, targets

    def _same_device(self, key: str, step: Do, device: int) -> str:
        """Asking or finishing goes to the device that was called, wherever a link in the inventory leads by now.

        Returns the driver that it was called through; empty where nothing is to be asked or finished.
        """
        for known in self.item.attempts.values():
            if known.state not in UNSETTLED or known.step.partition("^")[0] != key:
                continue
            if known.device != device:
                message = tr("en", "{name} is linked to another device than when {capability} was called",
                    name=self.item.name, capability=step.do,
                )  # fmt: skip
                raise StepFailed(Trouble(ErrorClass.PRECONDITION, message))
            return str(self.item.memo.get(via(known.step), {"r": ""})["r"])
        return ""

    def _driver(
        self, capability: Capability, targets: tuple[Target, ...], called: str
    ) -> tuple[type[Driver], Target]:
        """`called`: another driver would understand neither the token nor what has become of the device."""
        if called and called not in [target.driver for target in targets]:
            message = tr("en", "{name} has another driver in the inventory than {driver}, by which {capability} was called",
                name=targets[0].name, driver=called, capability=capability.name,
            )  # fmt: skip
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, message))
        for target in [one for one in targets if not called or one.driver == called]:
            driver = self.tools.plugins.drivers.get(target.driver)
            if driver is not None and capability.name in driver.supports(target):
                return driver, target
        names = ", ".join(target.driver for target in targets)
        message = tr("en", "{name} ({drivers}) cannot do {capability}", name=targets[0].name, drivers=names,
            capability=capability.name,
        )  # fmt: skip
        raise StepFailed(Trouble(ErrorClass.UNSUPPORTED, message))

    def _read(self, order: Order) -> Any:
        waiting = self.item.memo.get(f"{order.key}^")
        if waiting is not None and waiting.get("driver", order.driver.id) != order.driver.id:
            waiting = None  # another driver would not understand the token; a read is asked anew
        if not order.shielded:
            self.still_there(order)
            self._attempts.pass_gate(order)
        conversation = self.conversation(order.driver, order.target)
        call = self.begin(order, f"{self.run.id}:{self.item.no}:{order.key}"[:80])
        try:
            token = waiting["token"] if waiting else None
            answer = answered(lambda: _ask(order, conversation, call, token), conversation)
        except DeviceError as error:
            self.drop(order)
            self.end()
            self._attempts.tell(order, error.error_class)
            if (pause := self.comes_again(order, order.key, error)) is not None:
                self.close()
                raise pause from error
            raise StepFailed(self.told(error, Happened.NO)) from error
        self.end()
        self._attempts.tell(order, "")
        if not isinstance(answer, Waiting):
            return self.plain(answer)
        deadline = waiting["deadline"] if waiting else self.now() + answer.deadline
        if self.now() >= deadline:
            raise StepFailed(Trouble(ErrorClass.TIMEOUT, tr("en", "waited in vain: {why}", why=answer.why)))
        self.item.memo[f"{order.key}^"] = {
            "token": dict(answer.token),
            "deadline": deadline,
            "driver": order.driver.id,
        }
        raise Pause(self.now() + answer.poll_after, answer.why, lasting=answer.poll_after > LOCK_PAUSE)


def _ask(
    order: Order, conversation: Conversation, call: EngineCall, token: Mapping[str, Any] | None
) -> Answer:
    driver = conversation.driver()
    if token is not None:
        return driver.poll(order.capability.name, call, token)
    return driver.call(order.capability.name, call, order.params)
