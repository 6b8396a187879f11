"""A task's attempts in the journal: the intent before the call, the outcome after it."""

from __future__ import annotations

import json
from typing import Any

from pedell.drivers.api import DeviceError, Effect, Happened, Waiting
from pedell.engine.context import Attempt
from pedell.engine.conversation import Conversation
from pedell.engine.gates import Answer, Question
from pedell.engine.hands import LOCK_PAUSE, Hands, masked
from pedell.engine.order import Order
from pedell.engine.signals import SAFETY, Cancelled, Fenced, Pause, StepFailed, Trouble
from pedell.hooks.observed import AttemptInfo
from pedell.i18n import tr
from pedell.journal.chain import text_of
from pedell.journal.held import held
from pedell.journal.ops import Cap, Intent, Outcome, Verdict
from pedell.store.database import new_id, now

HOLD_GRACE = 60.0
"""Seconds beyond its time limit that an attempt holds its device when its process has died."""
RESULT_IN_EVENT = 2000


class Attempts:
    """Writes attempts; asks the gate before them and tells it after."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    def question(self, order: Order, firmware: str = "") -> Question:
        """What the gate is asked."""
        run = self._hands.run
        window = run.book.playbook.window
        return Question(
            run.no, run.id, order.capability, order.device, order.target, run.reason, window, firmware
        )

    def pass_gate(self, order: Order) -> tuple[Cap, ...]:
        """Ask the gate; raises StepFailed or Pause where it does not open."""
        return self.obey(self._hands.tools.gate.ask(self.question(order)))

    def obey(self, answer: Answer) -> tuple[Cap, ...]:
        """Go on, or raise StepFailed or Pause, as the gate says."""
        if answer.refused:
            raise StepFailed(Trouble(SAFETY, answer.refused))
        if answer.wait_until:
            self._hands.close()
            lasting = answer.wait_until - self._hands.now() > LOCK_PAUSE
            raise Pause(answer.wait_until, answer.why, lasting=lasting, rule=answer.rule)
        return answer.caps

    def tell(self, order: Order, error_class: str, firmware: str = "") -> None:
        """Tell the gate what became of a call, a read, or a connection."""
        self._hands.tools.gate.tell(self.question(order, firmware), error_class)

    def intend(self, order: Order, key: str, caps: tuple[Cap, ...]) -> Attempt:
        """Make the intent durable; raises a Signal where the device may not be touched."""
        item = self._hands.item
        attempt = Attempt(
            id=new_id(), step=key, epoch=item.shard.epoch, state="open", capability=order.capability.name, effect=order.capability.effect,
            params=order.params.model_dump(mode="json"), started=now(), device=order.device, hold_until=_hold_until(order),
        )  # fmt: skip
        info = AttemptInfo(self._hands.run.id, item.device_id, attempt.capability, attempt.id)
        item.memo[via(key)] = {"r": order.driver.id}
        self._hands.tools.plugins.before_attempt(info)
        answer = self._hands.tools.journal.intent(self._intent(order, attempt, caps))
        match answer.verdict:
            case Verdict.GRANTED:
                item.attempts[key] = attempt
                return attempt
            case Verdict.BUSY:
                self._hands.close()
                key = _lock_key(order)
                why = held(order.target.name, answer.holder)
                raise Pause(self._hands.now() + LOCK_PAUSE, why, blocked_on=key)
            case Verdict.STOPPED:
                self._hands.close()
                why = tr("en", "everything is stopped ('pedell go' goes on)")
                raise Pause(self._hands.now() + LOCK_PAUSE, why)
            case Verdict.FENCED:
                raise Fenced
            case Verdict.CANCELLED:
                raise Cancelled
            case Verdict.CAPPED:
                why = tr("en", "enough for this hour: {cap}; a person must look", cap=answer.holder)
                raise StepFailed(Trouble(SAFETY, why))

    def _intent(self, order: Order, attempt: Attempt, caps: tuple[Cap, ...]) -> Intent:
        capability = order.capability
        effect, risk = str(capability.effect), capability.risk
        recovery = ":".join(
            part for part in (capability.recovery.kind, capability.recovery.capability) if part
        )
        return Intent(
            self._hands.item.shard,
            attempt={
                "id": attempt.id, "task": self._hands.item.no, "step": attempt.step, "device": order.device, "lock_key": _lock_key(order),
                "capability": capability.name, "effect": effect, "risk": int(risk), "recovery": recovery,
                "params": text_of(attempt.params), "hold_until": attempt.hold_until,
            },
            body={"attempt": attempt.id, "device": order.target.id, "capability": capability.name, "effect": effect, "risk": str(risk),
                  "driver": order.driver.id, "step": attempt.step, "params": masked(attempt.params, self._hands.tools.secrets.mask)},
            task_memo=json.dumps(self._hands.item.memo, ensure_ascii=False), shielded=order.shielded, caps=caps, under=order.under,
        )  # fmt: skip

    def done(self, order: Order, attempt: Attempt, conversation: Conversation | None, result: Any) -> None:
        """It happened."""
        attempt.result = json.dumps(result, ensure_ascii=False) if result is not None else ""
        self._write(order, attempt, "done", Happened.YES, conversation, holds=False, result=result)

    def failed(
        self,
        order: Order | None,
        attempt: Attempt,
        conversation: Conversation | None,
        error: DeviceError,
        *,
        error_class: str = "",
    ) -> None:
        """It failed, and nobody has to find out anything any more."""
        self._explain(attempt, error, error_class)
        self._write(order, attempt, "failed", error.happened, conversation, holds=False)

    def doubt(
        self,
        order: Order | None,
        attempt: Attempt,
        conversation: Conversation | None,
        error: DeviceError,
        *,
        holds: bool = True,
    ) -> None:
        """Nobody knows yet; the device stays held. Without an order nobody could be asked."""
        self._explain(attempt, error, "")
        self._write(order, attempt, "in_doubt", Happened.UNKNOWN, conversation, holds=holds)

    def waiting(
        self, order: Order, attempt: Attempt, conversation: Conversation | None, answer: Waiting
    ) -> None:
        """It was accepted; its first deadline is kept over all later answers."""
        stored = json.loads(attempt.token) if attempt.token else {}
        deadline = stored.get("deadline", self._hands.now() + answer.deadline)
        token = {
            "token": dict(answer.token),
            "deadline": deadline,
            "why": self._hands.tools.secrets.mask(answer.why),
            "delivered": answer.delivered,
            "parts": attempt.parts,
        }
        attempt.token = text_of(token)
        if attempt.hold_until:
            attempt.hold_until = int((deadline + HOLD_GRACE) * 1_000_000)
        self._write(order, attempt, "waiting", Happened.UNKNOWN, conversation, holds=True)

    def _explain(self, attempt: Attempt, error: DeviceError, error_class: str) -> None:
        attempt.result = ""
        attempt.error_class = error_class or str(error.error_class)
        attempt.message = self._hands.tools.secrets.mask(error.message)[:1000]

    def _write(
        self, order: Order | None, attempt: Attempt, state: str, happened: Happened, conversation: Conversation | None, *,
        holds: bool, result: Any = None,
    ) -> None:  # fmt: skip
        if state in ("done", "waiting"):
            attempt.error_class = attempt.message = ""
        transcript = conversation.transcript.take() if conversation is not None else None
        kept = transcript[0] if transcript else ""
        told = {"class": attempt.error_class, "message": attempt.message, "transcript": kept}
        body: dict[str, Any] = {
            "attempt": attempt.id,
            "capability": attempt.capability,
            "happened": str(happened),
        }
        body |= {name: value for name, value in told.items() if value}
        if result is not None:
            body["result"] = (
                result if len(attempt.result) <= RESULT_IN_EVENT else {"size": len(attempt.result)}
            )
        hands = self._hands
        hands.tools.journal.put(
            Outcome(
                hands.item.shard, attempt=attempt.id, epoch=attempt.epoch, state=state, holds=holds, hold_until=attempt.hold_until,
                values={"happened": str(happened), "error_class": attempt.error_class, "message": attempt.message,
                        "result": attempt.result, "token": attempt.token, "transcript": kept},
                body=body, transcript=transcript,
            )
        )  # fmt: skip
        attempt.state, attempt.happened = state, happened
        # What recovery finds out after an interruption says nothing about the device.
        if state != "waiting" and conversation is not None and order is not None:
            self.tell(order, attempt.error_class, conversation.firmware)
        if state in ("done", "failed"):
            info = AttemptInfo(hands.run.id, hands.item.device_id, attempt.capability, attempt.id, state)
            hands.tools.plugins.after_attempt(info)


def via(key: str) -> str:
    """Where the memo says through which driver an attempt was made."""
    return f"{key}%"


def _lock_key(order: Order) -> str:
    return f"device:{order.device}"


def _hold_until(order: Order) -> int:
    """What happens once holds its device until somebody has settled it."""
    if order.capability.effect is Effect.ONCE:
        return 0
    return now() + int((order.timeout + HOLD_GRACE) * 1_000_000)
