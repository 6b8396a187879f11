"""Effects: never called without a durable intent, never called again without knowing what became of the last."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from pedell.drivers.api import (
    Answer,
    Deadline,
    DeviceError,
    Driver,
    Effect,
    ErrorClass,
    Happened,
    RecoveryKind,
    Risk,
    Waiting,
)
from pedell.engine.attempts import Attempts
from pedell.engine.calls import EngineCall
from pedell.engine.context import Attempt
from pedell.engine.conversation import Conversation, DriverBugError
from pedell.engine.hands import CONTROLLER, LOCK_PAUSE, Hands
from pedell.engine.order import Order, answered
from pedell.engine.polls import together
from pedell.engine.recovery import SUPERSEDED, Recovery
from pedell.engine.rounds import Rounds, connected
from pedell.engine.signals import Cancelled, InDoubt, NotCalled, Pause, StepFailed, Trouble
from pedell.i18n import tr
from pedell.safety.waking import FRESH_SECONDS

REPEATS = 20
"""So often an effect may be repeated whose outcome stayed unknown; each time a process died or a line was cut."""
ASK_AGAIN = 5.0
"""Seconds until the next poll, when the question failed rather than the effect."""
_PASSING = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.BUSY, ErrorClass.PROTOCOL})
_QUESTION = _PASSING | {ErrorClass.AUTH}
"""What a poll fails with where it is no answer about the effect."""


class Effects:
    """Calls one task's effects."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._attempts = Attempts(hands)
        self._recovery = Recovery(hands, self._attempts, self.perform)
        self._rounds = Rounds(hands, self._attempts)

    def perform(self, order: Order) -> Any:
        """Bring the effect about once, whatever earlier attempts came to; returns plain data."""
        for repeat in range(REPEATS + 1):
            key = f"{order.key}^{repeat}" if repeat else order.key
            known = self._hands.item.attempts.get(key)
            if known is None:
                return self._attempt(order, key)
            if known.state == "done":
                return json.loads(known.result) if known.result else None
            if known.state == "waiting":
                return self._poll(order, known)
            if known.state in ("open", "in_doubt"):
                settled = self._recovery.settle(order, known)
                if settled is not None:
                    return settled[0]
                if (told := self._hands.item.memo.get(f"{key}!")) is not None:
                    # Only what an engine's end interrupted is taken up anew; this failed before our eyes, and
                    # finishing it took until now.
                    raise StepFailed(Trouble(*told["f"]))
            elif known.error_class != SUPERSEDED:
                raise StepFailed(Trouble(known.error_class, known.message, known.happened))
        message = tr(
            "en",
            "{name}: the outcome stayed unknown {times} times over",
            name=order.capability.name,
            times=REPEATS,
        )
        raise StepFailed(Trouble(ErrorClass.TIMEOUT, message, Happened.UNKNOWN))

    def give_up(self, order: Order, attempt: Attempt, parts: Mapping[str, str], message: str) -> None:
        """The call hangs: its outcome is unknown, and whoever takes the task up next finds out."""
        if parts:
            attempt.parts = json.dumps(dict(parts))
        error = DeviceError(ErrorClass.TIMEOUT, message, happened=Happened.UNKNOWN)
        self._attempts.doubt(order, attempt, None, error)
        self._attempts.tell(order, error.error_class)

    def _attempt(self, order: Order, key: str) -> Any:
        hands = self._hands
        if not order.shielded and hands.cancelled():
            raise Cancelled
        if not order.shielded:
            hands.still_there(order)
        if hands.run.check_only:
            raise NotCalled
        asked = time.monotonic()
        caps = () if order.shielded else self._attempts.pass_gate(order)
        conversation = hands.conversation(order.driver, order.target)
        self._ready(order, conversation)
        if not order.shielded and time.monotonic() - asked > FRESH_SECONDS:
            # Connecting took its time: somebody may have put a hold on the device, or a lesson may have begun.
            caps = self._attempts.pass_gate(order)
        attempt = self._attempts.intend(order, key, caps)
        call = hands.begin(order, attempt.id, attempt)
        return self._act(
            order,
            attempt,
            conversation,
            call,
            lambda driver: driver.call(order.capability.name, call, order.params),
        )

    def _ready(self, order: Order, conversation: Conversation) -> None:
        """Connected, and with the right device where a room could be interrupted: else nothing was attempted."""
        self._hands.prepare(order)
        try:
            conversation.driver()
            if order.capability.risk >= Risk.DISRUPTIVE:
                conversation.identify(Deadline.after(order.timeout))
        except DeviceError as error:
            self._hands.drop(order)
            self._hands.end()
            self._attempts.tell(order, error.error_class)
            if (pause := self._hands.comes_again(order, order.key, error)) is not None:
                self._hands.close()
                raise pause from error
            raise StepFailed(self._hands.told(error, Happened.NO)) from error
        self._hands.end()

    def _act(
        self,
        order: Order,
        attempt: Attempt,
        conversation: Conversation,
        call: EngineCall,
        act: Callable[[Driver], Answer],
    ) -> Any:
        """Call the driver and record what became of it."""
        try:
            answer = answered(lambda: act(conversation.driver()), conversation, Happened.UNKNOWN)
            result = None if isinstance(answer, Waiting) else self._hands.plain(answer)
        except DeviceError as error:
            self._hands.drop(order)
            self._hands.check_owned()
            if call.parts:
                attempt.parts = json.dumps(call.parts)
            return self._trouble(order, attempt, conversation, error)
        self._hands.check_owned()
        if isinstance(answer, Waiting):
            if call.parts:
                attempt.parts = json.dumps(call.parts)
            self._attempts.waiting(order, attempt, conversation, answer)
            self._hands.end()
            raise self._later(order, attempt, answer.why, answer.poll_after)
        self._attempts.done(order, attempt, conversation, result)
        self._hands.end()
        return result

    def _trouble(
        self, order: Order, attempt: Attempt, conversation: Conversation | None, error: DeviceError
    ) -> Any:
        """Record a failure; what is in doubt or half done is taken care of at once."""
        unknown = error.happened is Happened.UNKNOWN
        capability = order.capability
        open_end = unknown and (capability.effect is Effect.ONCE or _completes(order))
        half_done = bool(attempt.parts) and (error.happened is not Happened.NO or _halved(order, attempt))
        refused = not attempt.parts and not attempt.token
        if refused and (pause := self._hands.comes_again(order, order.key, error)) is not None:
            # It was refused unseen: this attempt gives way to a later one.
            self._attempts.failed(order, attempt, conversation, error, error_class=SUPERSEDED)
            self._hands.end()
            self._hands.close()
            raise pause from error
        if not (open_end or half_done):
            self._attempts.failed(order, attempt, conversation, error)
            self._hands.end()
            raise StepFailed(self._hands.told(error, error.happened)) from error
        told = self._hands.told(error, error.happened)
        self._hands.item.memo[f"{attempt.step}!"] = {"f": told.stored()}
        self._attempts.doubt(order, attempt, conversation, error)
        self._hands.end()
        settled = self._recovery.settle(order, attempt)
        if settled is not None:
            return settled[0]
        # Nothing is in doubt any more, but the step has not been done: its retry may try anew.
        raise StepFailed(self._hands.told(error, Happened(attempt.happened))) from error

    def _later(self, order: Order, attempt: Attempt, why: str, poll_after: float) -> Pause:
        deadline = json.loads(attempt.token)["deadline"]
        now = self._hands.now()
        until = now + poll_after
        if order.polled_together:
            until = together(until, poll_after)
        return Pause(min(until, max(deadline, now + 0.1)), why, lasting=poll_after > LOCK_PAUSE)

    def _poll(self, order: Order, attempt: Attempt) -> Any:
        hands = self._hands
        stored = json.loads(attempt.token)
        late = hands.now() >= stored["deadline"]
        leave = late or (hands.cancelled() and not order.shielded)
        conversation: Conversation | None = None
        try:
            answer = self._rounds.ask(order, attempt, stored)
            if answer is None:
                conversation = hands.conversation(order.driver, order.target)
                answer = self._asked(order, attempt, conversation, stored["token"])
            result = None if isinstance(answer, Waiting) else hands.plain(answer)
        except Pause as pause:
            if not leave or pause.rule != CONTROLLER:
                raise
            # Its controller may not be asked for long: nobody waits for that who wants to end.
            return self._leave(order, attempt, None, tr("en", "given up: {why}", why=stored["why"]))
        except DeviceError as error:
            hands.drop(order)
            hands.check_owned()
            if error.error_class in _PASSING and not leave and not isinstance(error, DriverBugError):
                hands.end()
                after = max(ASK_AGAIN, error.retry_after or 0.0)
                raise self._later(order, attempt, stored["why"], after) from error
            if (wait := self._rounds.refused(order, error, asked=conversation is not None)) > 0:
                why = tr("en", "the login was refused: {trouble}", trouble=error.message)
                if not leave:
                    hands.end()
                    raise self._later(order, attempt, why, wait) from error
                if order.capability.effect is Effect.ONCE and not _completes(order):
                    # A probe would only try the same login again, once for each device.
                    return self._leave(order, attempt, conversation, why)
            if error.error_class in _QUESTION:
                # It tells what became of the question: the effect was accepted before, and may have happened.
                error = DeviceError(
                    error.error_class, error.message, happened=Happened.UNKNOWN, hint=error.hint
                )
            return self._trouble(order, attempt, conversation, error)
        call = hands.call
        hands.check_owned()
        if not isinstance(answer, Waiting):
            self._attempts.done(order, attempt, conversation, result)
            hands.end()
            return result
        if call is not None and call.parts:
            attempt.parts = json.dumps(call.parts)
        if leave:
            why = (
                tr("en", "waited in vain: {why}", why=answer.why)
                if late
                else tr("en", "given up: {why}", why=answer.why)
            )
            return self._leave(order, attempt, conversation, why)
        if dict(answer.token) != stored["token"] or answer.why != stored["why"]:
            self._attempts.waiting(order, attempt, conversation, answer)
        hands.end()
        raise self._later(order, attempt, answer.why, answer.poll_after)

    def _asked(
        self, order: Order, attempt: Attempt, conversation: Conversation, token: Mapping[str, Any]
    ) -> Answer:
        call = self._hands.begin(order, attempt.id, attempt)
        driver = connected(conversation)
        return answered(
            lambda: driver.poll(order.capability.name, call, token), conversation, Happened.UNKNOWN
        )

    def _leave(self, order: Order, attempt: Attempt, conversation: Conversation | None, why: str) -> Any:
        """Stop waiting for what was accepted: it may still be carried out."""
        words = tr("en", "{why}; it may still be carried out", why=why)
        error = DeviceError(ErrorClass.TIMEOUT, words, happened=Happened.UNKNOWN)
        if order.capability.effect is Effect.ONCE:
            self._attempts.doubt(order, attempt, conversation, error)
            self._hands.end()
            raise InDoubt(attempt.id, error.message)
        cancelled = self._hands.cancelled() and not order.shielded
        if cancelled and attempt.parts and _completes(order):
            # Half of it has happened: a projector must not stay off because somebody pressed Ctrl-C.
            self._attempts.doubt(order, attempt, conversation, error)
            self._hands.end()
            self._recovery.settle(order, attempt)
            raise Cancelled
        self._attempts.failed(order, attempt, conversation, error)
        self._hands.end()
        if cancelled:
            raise Cancelled
        raise StepFailed(self._hands.told(error, Happened.UNKNOWN))


def _completes(order: Order) -> bool:
    """Whether another capability finishes what was begun."""
    return order.capability.recovery.kind is RecoveryKind.COMPLETE


def _halved(order: Order, attempt: Attempt) -> bool:
    """Whether a part has happened and another is known not to have: somebody must finish it, such as opening a port."""
    parts = json.loads(attempt.parts)
    return _completes(order) and "ended" in parts.values()
