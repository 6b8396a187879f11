"""What to do about an effect of unknown outcome: repeat, probe, complete, or leave it to a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pedell.drivers.api import (
    Answer,
    Capability,
    Deadline,
    DeviceError,
    Effect,
    ErrorClass,
    Happened,
    RecoveryKind,
    Risk,
    Waiting,
)
from pedell.engine.attempts import HOLD_GRACE, Attempts
from pedell.engine.context import Attempt
from pedell.engine.conversation import Conversation
from pedell.engine.hands import Hands
from pedell.engine.order import Order, answered, trouble
from pedell.engine.signals import InDoubt, Pause, StepFailed
from pedell.i18n import tr
from pedell.store.database import now

GIVEN_UP = "the call outlived its time and was given up"
SUPERSEDED = "superseded"
"""Error class of an attempt that is settled in favour of another try."""
COMPLETIONS = 8
"""So often a completion is tried, with growing pauses: about four minutes in all."""
LONGEST_PAUSE = 60.0
Settled = tuple[Any]


class Recovery:
    """Settles attempts; `perform` calls another effect of the same task."""

    def __init__(self, hands: Hands, attempts: Attempts, perform: Callable[[Order], Any]) -> None:
        self._hands = hands
        self._attempts = attempts
        self._perform = perform

    def settle(self, order: Order, attempt: Attempt) -> Settled | None:
        """The result in a tuple where the effect is known to be done, None where it may be tried anew.

        Raises InDoubt where only a person can tell.
        """
        recovery = order.capability.recovery
        if recovery.kind is RecoveryKind.REPEAT and attempt.message == GIVEN_UP:
            # Repeated at once it would hang another thread; the step's own retry waits first.
            error = DeviceError(ErrorClass.TIMEOUT, GIVEN_UP, happened=Happened.UNKNOWN)
            self._attempts.failed(order, attempt, None, error)
            raise StepFailed(trouble(error, Happened.UNKNOWN))
        if recovery.kind is RecoveryKind.REPEAT:
            self._supersede(order, attempt, "outcome unknown; repeated", Happened.UNKNOWN)
            return None
        if recovery.kind is RecoveryKind.PROBE:
            return self._probe(order, attempt)
        if recovery.kind is RecoveryKind.COMPLETE and recovery.capability is not None:
            return self._complete(order, attempt, recovery.capability)
        raise self._in_doubt(order, attempt, tr("en", "the outcome is unknown and nothing can tell it"))

    def _in_doubt(self, order: Order, attempt: Attempt, why: str) -> InDoubt:
        error = DeviceError(ErrorClass.TIMEOUT, why, happened=Happened.UNKNOWN)
        # Written again also where it is known: the device must be held from now on.
        self._attempts.doubt(order, attempt, None, error)
        words = tr(
            "en", "{capability} on the device {name}: {why}", capability=order.capability.name, name=order.target.name, why=why
        )  # fmt: skip
        return InDoubt(attempt.id, words)

    def _supersede(
        self,
        order: Order,
        attempt: Attempt,
        message: str,
        happened: Happened,
        conversation: Conversation | None = None,
    ) -> None:
        error = DeviceError(ErrorClass.TIMEOUT, message, happened=happened)
        self._attempts.failed(order, attempt, conversation, error, error_class=SUPERSEDED)

    def _probe(self, order: Order, attempt: Attempt) -> Settled | None:
        evidence = {
            "started": attempt.started / 1_000_000,
            "token": attempt.id,
            "parts": json.loads(attempt.parts or "{}"),
        }
        if attempt.token:
            evidence["waiting"] = json.loads(attempt.token)["token"]
        conversation = self._hands.conversation(order.driver, order.target)
        call = self._hands.begin(order, attempt.id, attempt)

        def ask() -> Happened | Answer:
            driver = conversation.driver()
            if order.capability.risk >= Risk.DISRUPTIVE:
                # Another device at this address would answer for itself.
                conversation.identify(Deadline.after(order.timeout))
            # As it was called: expressions may come to something else by now.
            called = order.capability.params.model_validate(attempt.params)
            return driver.probe(order.capability.name, call, called, evidence)

        try:
            told = answered(ask, conversation)
        except DeviceError as error:
            self._hands.drop(order)
            self._hands.end()
            why = tr(
                "en",
                "the outcome is unknown, and asking for it failed: {trouble}",
                trouble=error.message,
            )
            raise self._in_doubt(order, attempt, why) from error
        self._hands.end()
        if isinstance(told, Waiting):
            self._attempts.waiting(order, attempt, conversation, told)
            raise Pause(self._hands.now() + told.poll_after, told.why, lasting=True)
        if not isinstance(told, Happened) or told is Happened.YES:
            found = tr(
                "en",
                "{name}: found done after an interruption",
                name=order.capability.name,
            )
            self._hands.notes.append(found)
            result = self._hands.plain(told) if not isinstance(told, Happened) else None
            self._attempts.done(order, attempt, conversation, result)
            return (result,)
        if told is Happened.NO:
            message = "interrupted; a probe found that nothing had happened"
            self._supersede(order, attempt, message, Happened.NO, conversation)
            return None
        why = tr("en", "the outcome is unknown, and the device cannot tell")
        raise self._in_doubt(order, attempt, why)

    def _complete(self, order: Order, attempt: Attempt, name: str) -> Settled | None:
        """Finish what was begun, such as enabling a port again; also while the run is cancelled or stopped."""
        capability = self._hands.tools.plugins.capabilities.get(name)
        if capability is None:
            raise self._in_doubt(order, attempt, tr("en", "no family knows {name}", name=name))
        error = DeviceError(ErrorClass.TIMEOUT, f"interrupted; {name} finishes it", happened=Happened.UNKNOWN)
        # Nobody else may touch the device before it is finished, also when this process dies over it.
        if attempt.hold_until:
            attempt.hold_until = now() + int((capability.timeout + HOLD_GRACE + LONGEST_PAUSE) * 1_000_000)
        self._attempts.doubt(order, attempt, None, error)
        self._finish(order, attempt, capability)
        self._hands.notes.append(
            tr(
                "en",
                "{name} was interrupted; {completion} was called to finish it",
                name=order.capability.name,
                completion=name,
            )
        )
        if order.capability.effect is Effect.REPEATABLE:
            self._supersede(order, attempt, f"interrupted; finished by {name}", Happened.YES)
            return None
        self._attempts.done(order, attempt, None, None)
        return (None,)

    def _finish(self, order: Order, attempt: Attempt, capability: Capability) -> None:
        """Call the completion until it works; a person is asked when it does not."""
        memo = self._hands.item.memo
        counter = f"{attempt.step}+"
        tried = memo.get(counter, {"n": 0})["n"]
        given = {key: value for key, value in attempt.params.items() if key in capability.params.model_fields}
        inner = Order(
            f"{attempt.step}+{capability.name}~{tried}", order.step, capability, capability.params.model_validate(given), order.device,
            order.driver, order.target, capability.timeout, shielded=True, under=attempt.id,
        )  # fmt: skip
        try:
            self._perform(inner)
        except StepFailed as failed:
            if failed.trouble.error_class == ErrorClass.AUTH or tried + 1 >= COMPLETIONS:
                why = tr(
                    "en",
                    "{name} could not finish it: {trouble}",
                    name=capability.name,
                    trouble=failed.trouble.message,
                )
                raise self._in_doubt(order, attempt, why) from failed
            memo[counter] = {"n": tried + 1}
            why = tr(
                "en",
                "{name} is tried again to finish it: {trouble}",
                name=capability.name,
                trouble=failed.trouble.message,
            )
            raise Pause(self._hands.now() + min(2.0**tried, LONGEST_PAUSE), why) from failed
