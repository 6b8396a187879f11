"""Calls capabilities for one task: reads at once, effects through the journal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from pedell.drivers.api import (
    Answer, Capability, Deadline, DeviceError, Done, Driver, Effect, ErrorClass, Happened, Params, RecoveryKind, Risk, Target, Waiting,
)  # fmt: skip
from pedell.engine.calls import EngineCall
from pedell.engine.context import Attempt, Reading, RunFacts, TaskItem, Tools
from pedell.engine.conversation import CONNECT_SECONDS, Conversation, from_bug
from pedell.engine.gates import Question
from pedell.engine.signals import SAFETY, Cancelled, Fenced, InDoubt, Pause, StepFailed, Trouble
from pedell.hooks.observed import AttemptInfo
from pedell.journal.chain import text_of
from pedell.journal.ops import Cap, Intent, Outcome, TaskChange, Verdict
from pedell.playbooks.model import Do
from pedell.store.database import new_id, now

HOLD_GRACE = 60.0
"""Seconds beyond its time limit that an attempt holds its device when its process has died."""
LOCK_PAUSE = 1.0
SUPERSEDED = "superseded"
"""Error class of an attempt whose outcome stayed unknown and that was repeated."""
REPEATS = 20


class TaskActions:
    """The hands of one task. Used by one thread at a time."""

    def __init__(self, item: TaskItem, run: RunFacts, tools: Tools, wake: Callable[[], None]) -> None:
        self.item = item
        self.run = run
        self.tools = tools
        self.readings: list[Reading] = []
        self.trouble: Trouble | None = None
        self.notes: list[str] = []
        self.abandoned = False
        self.running: EngineCall | None = None
        self.running_key = ""
        self.running_attempt: Attempt | None = None
        self._running_work: _Work | None = None
        self.hard_deadline = float("inf")
        self._wake = wake
        self._conversations: dict[str, tuple[Conversation, str]] = {}
        self._others: dict[int, tuple[Target, ...]] = {}

    def now(self) -> float:
        """UTC epoch seconds."""
        return time.time()

    def cancelled(self) -> bool:
        """Whether the run is being cancelled."""
        return self.run.cancelled.is_set()

    def may_repeat(self, step: Do, trouble: Trouble) -> bool:
        """A wrong password is never tried again; what happens once is tried again only when it did not happen."""
        if trouble.error_class == ErrorClass.AUTH:
            return False
        capability = self.tools.plugins.capabilities.get(step.do)
        return capability is not None and (
            capability.effect is not Effect.ONCE or trouble.happened == Happened.NO
        )

    def close(self) -> None:
        """Close all conversations and give their leases back."""
        conversations, self._conversations = self._conversations, {}
        for key, (conversation, slot) in conversations.items():
            conversation.close()
            self.tools.leases.release(key)
            if slot:
                self.tools.leases.free_slot(slot)

    def call(self, key: str, step: Do, params: Mapping[str, Any], *, shielded: bool) -> Any:
        """Call a capability on the task's device, or on the one that a link names."""
        capability = self.tools.plugins.capabilities.get(step.do)
        if capability is None:
            raise StepFailed(Trouble(ErrorClass.UNSUPPORTED, f"no family knows {step.do}"))
        try:
            checked = capability.params.model_validate(dict(params))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise StepFailed(
                Trouble(ErrorClass.PRECONDITION, f"{step.do}: {where}: {first['msg']}")
            ) from error
        device, targets = self._device(step)
        driver, target = self._driver(capability, targets)
        timeout = step.timeout or capability.timeout
        work = _Work(key, step, capability, checked, device, driver, target, timeout, shielded)
        if self.run.watched:
            self.tools.journal.put(TaskChange(self.item.shard, self.item.no, {"step": capability.name}))
        started = time.monotonic()
        outcome = "done"
        try:
            return self._read(work) if capability.effect is Effect.READ else self._effect(work)
        except StepFailed as failed:
            outcome = failed.trouble.error_class
            raise
        except (Pause, InDoubt, Cancelled, Fenced) as signal:
            outcome = type(signal).__name__.lower()
            raise
        finally:
            if outcome != "pause":
                self.readings.append(
                    Reading(key, capability.name, outcome, round(time.monotonic() - started, 3))
                )

    def _device(self, step: Do) -> tuple[int, tuple[Target, ...]]:
        if step.on is None:
            return self.item.device, self.item.targets
        found = [link for link in self.item.links if link.kind == step.on.link]
        if not found:
            raise StepFailed(
                Trouble(
                    ErrorClass.PRECONDITION, f"{self.item.name} has no link {step.on.link} in the inventory"
                )
            )
        other = found[0].other
        return other, self.other_targets(other)

    def other_targets(self, device: int) -> tuple[Target, ...]:
        """Targets of a device reached through a link; looked up by the engine when the task was loaded."""
        targets = self._others.get(device)
        if not targets:
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, "the linked device is not in the inventory"))
        return targets

    def know(self, others: Mapping[int, tuple[Target, ...]]) -> None:
        """Tell the targets of linked devices."""
        self._others.update(others)

    def _driver(self, capability: Capability, targets: tuple[Target, ...]) -> tuple[type[Driver], Target]:
        for target in targets:
            driver = self.tools.plugins.drivers.get(target.driver)
            if driver is not None and capability.name in driver.supports(target):
                return driver, target
        names = ", ".join(target.driver for target in targets)
        raise StepFailed(
            Trouble(ErrorClass.UNSUPPORTED, f"{targets[0].name} ({names}) cannot do {capability.name}")
        )

    def conversation(self, driver: type[Driver], target: Target) -> Conversation:
        """The open conversation with this endpoint, under its lease; pauses where somebody else has it."""
        key = driver.endpoint(target)
        if key in self._conversations:
            return self._conversations[key][0]
        slot = ""
        limit = getattr(driver, "controller_limits", None)
        if target.controller is not None and limit is not None:
            slot = f"controller:{target.controller.id}"
            if not self.tools.leases.take_slot(slot, int(getattr(limit, "connections", limit)), self._wake):
                self.close()
                raise Pause(self.now() + LOCK_PAUSE, f"waits for {target.controller.name}")
        if not self.tools.leases.acquire(key, self._wake):
            if slot:
                self.tools.leases.free_slot(slot)
            # Never hold one lease while waiting for another.
            self.close()
            raise Pause(self.now() + LOCK_PAUSE, f"{target.name} is in use")
        made = Conversation(driver, target, self.tools.secrets, self.tools.data)
        self._conversations[key] = (made, slot)
        return made

    def _drop(self, work: _Work) -> None:
        """After trouble: close, so that the next call starts afresh."""
        held = self._conversations.get(work.driver.endpoint(work.target))
        if held is not None:
            held[0].close()

    def _call(self, work: _Work, attempt: str) -> EngineCall:
        deadline = Deadline.after(work.timeout)
        call = EngineCall(
            self.tools.journal,
            self.item.shard,
            attempt,
            deadline,
            self.run.cancelled,
            reads=work.capability.effect is Effect.READ,
        )
        self.running = call
        self.running_key = work.key
        self._running_work = work
        # Connecting has a limit of its own, in front of the call's.
        self.hard_deadline = deadline.at + CONNECT_SECONDS
        return call

    def _ended(self, call: EngineCall) -> None:
        self.hard_deadline = float("inf")
        self.running = None
        self.running_attempt = None
        self.notes.extend(call.notes)
        if self.abandoned:
            raise Fenced

    def _read(self, work: _Work) -> Any:
        waiting = self.item.memo.get(f"{work.key}^")
        conversation = self.conversation(work.driver, work.target)
        call = self._call(work, f"{self.run.id}:{self.item.no}:{work.key}"[:80])
        try:
            answer = _answered(
                lambda: self._ask(work, conversation, call, waiting["token"] if waiting else None)
            )
        except DeviceError as error:
            self._drop(work)
            self._ended(call)
            raise StepFailed(_trouble(error, Happened.NO)) from error
        self._ended(call)
        if isinstance(answer, Waiting):
            deadline = waiting["deadline"] if waiting else self.now() + answer.deadline
            if self.now() >= deadline:
                raise StepFailed(Trouble(ErrorClass.TIMEOUT, f"waited in vain: {answer.why}"))
            self.item.memo[f"{work.key}^"] = {"token": dict(answer.token), "deadline": deadline}
            raise Pause(self.now() + answer.poll_after, answer.why, lasting=answer.poll_after > LOCK_PAUSE)
        return self._plain(answer)

    def _ask(
        self, work: _Work, conversation: Conversation, call: EngineCall, token: Mapping[str, Any] | None
    ) -> Answer:
        driver = conversation.driver()
        if token is not None:
            return driver.poll(work.capability.name, call, token)
        return driver.call(work.capability.name, call, work.params)

    def _plain(self, answer: Answer) -> Any:
        if isinstance(answer, Done):
            if answer.emulated:
                self.notes.append(f"emulated: {answer.emulated}")
            self.notes.extend(answer.warnings)
            answer = answer.result
        if isinstance(answer, Waiting):
            raise TypeError("a waiting answer is no result")
        return answer.model_dump(mode="json")

    # Effects ------------------------------------------------------------------------------------------

    def _effect(self, work: _Work) -> Any:
        for repeat in range(REPEATS + 1):
            key = f"{work.key}^{repeat}" if repeat else work.key
            known = self.item.attempts.get(key)
            if known is None:
                return self._attempt(work, key)
            if known.state == "done":
                return json.loads(known.result) if known.result else None
            if known.state == "waiting":
                return self._poll(work, known)
            if known.state in ("open", "in_doubt"):
                settled = self._recover(work, known)
                if settled is not None:
                    return settled[0]
                continue
            if known.error_class != SUPERSEDED:
                raise StepFailed(Trouble(known.error_class, known.message, known.happened))
        raise StepFailed(
            Trouble(
                ErrorClass.TIMEOUT,
                f"{work.capability.name}: the outcome stayed unknown {REPEATS} times over",
                Happened.UNKNOWN,
            )
        )

    def _attempt(self, work: _Work, key: str) -> Any:
        capability = work.capability
        if not work.shielded and self.cancelled():
            raise Cancelled
        question = self._question(work)
        caps: tuple[Cap, ...] = ()
        if not work.shielded:
            caps = self._pass_gate(question)
        if self.run.check_only:
            self.notes.append(f"check only: {capability.name} was not called")
            return None
        conversation = self.conversation(work.driver, work.target)
        self.running_key = work.key
        self.hard_deadline = time.monotonic() + CONNECT_SECONDS + work.timeout
        try:
            conversation.driver()
            if capability.risk >= Risk.DISRUPTIVE:
                conversation.identify(Deadline.after(work.timeout))
        except DeviceError as error:
            self._drop(work)
            if self.abandoned:
                raise Fenced from error
            raise StepFailed(_trouble(error, Happened.NO)) from error
        finally:
            self.hard_deadline = float("inf")
        attempt = Attempt(
            id=new_id(), step=key, epoch=self.item.shard.epoch, state="open", capability=capability.name, effect=capability.effect,
            params=work.params.model_dump(mode="json"), started=now(),
        )  # fmt: skip
        self._intend(work, attempt, caps)
        self.item.attempts[key] = attempt
        call = self._call(work, attempt.id)
        self.running_attempt = attempt
        return self._perform(
            work, attempt, conversation, call, lambda driver: driver.call(capability.name, call, work.params)
        )

    def _question(self, work: _Work) -> Question:
        return Question(self.run.no, self.run.id, work.capability, work.device, work.target, self.run.reason)

    def _pass_gate(self, question: Question) -> tuple[Cap, ...]:
        answer = self.tools.gate.ask(question)
        if answer.refused:
            raise StepFailed(Trouble(SAFETY, answer.refused))
        if answer.wait_until:
            self.close()
            raise Pause(answer.wait_until, answer.why, lasting=answer.wait_until - self.now() > LOCK_PAUSE)
        return answer.caps

    def _intend(self, work: _Work, attempt: Attempt, caps: tuple[Cap, ...]) -> None:
        capability = work.capability
        recovery = capability.recovery.kind + (
            f":{capability.recovery.capability}" if capability.recovery.capability else ""
        )
        hold_until = (
            0 if capability.effect is Effect.ONCE else now() + int((work.timeout + HOLD_GRACE) * 1_000_000)
        )
        attempt.hold_until = hold_until
        info = AttemptInfo(self.run.id, self.item.device_id, capability.name, attempt.id)
        self.tools.plugins.before_attempt(info)
        intent = Intent(
            self.item.shard,
            attempt={
                "id": attempt.id, "task": self.item.no, "step": attempt.step, "device": work.device, "lock_key": f"device:{work.device}",
                "capability": capability.name, "effect": str(capability.effect), "risk": int(capability.risk), "recovery": recovery,
                "params": text_of(attempt.params), "hold_until": hold_until,
            },
            body={"attempt": attempt.id, "device": work.target.id, "capability": capability.name, "effect": str(capability.effect),
                  "risk": str(capability.risk), "step": attempt.step, "params": attempt.params},
            task_memo=json.dumps(self.item.memo, ensure_ascii=False), shielded=work.shielded,
            caps=caps,
        )  # fmt: skip
        answer = self.tools.journal.intent(intent)
        if answer.verdict is Verdict.BUSY:
            self.close()
            raise Pause(
                self.now() + LOCK_PAUSE,
                f"{work.target.name} is held by run {answer.holder}",
                blocked_on=f"device:{work.device}",
            )
        if answer.verdict is Verdict.STOPPED:
            self.close()
            raise Pause(self.now() + LOCK_PAUSE, "everything is stopped ('pedell go' goes on)")
        if answer.verdict is Verdict.FENCED:
            raise Fenced
        if answer.verdict is Verdict.CANCELLED:
            raise Cancelled
        if answer.verdict is Verdict.CAPPED:
            raise StepFailed(Trouble(SAFETY, f"enough for this hour: {answer.holder}; a person must look"))

    def _perform(
        self,
        work: _Work,
        attempt: Attempt,
        conversation: Conversation,
        call: EngineCall,
        act: Callable[[Driver], Answer],
    ) -> Any:
        """Call the driver and record what became of it."""
        happened_if_broken = Happened.UNKNOWN
        try:
            answer = _answered(lambda: act(conversation.driver()), happened_if_broken)
            result = None if isinstance(answer, Waiting) else self._plain(answer)
        except DeviceError as error:
            self._drop(work)
            attempt.parts = json.dumps(call.parts) if call.parts else attempt.parts
            if self.abandoned:
                raise Fenced from error
            self._failed_effect(work, attempt, conversation, error)
            self._ended(call)
            settled = self._after_trouble(work, attempt)
            if settled is not None:
                return settled[0]
            raise StepFailed(_trouble(error, Happened(attempt.happened))) from error
        if self.abandoned:
            raise Fenced
        if isinstance(answer, Waiting):
            self._begin_waiting(work, attempt, answer, conversation)
            self._ended(call)
            self._pause_waiting(attempt, answer.why, answer.poll_after)
        self._outcome(work, attempt, "done", Happened.YES, conversation, result=result)
        self._ended(call)
        return result

    def _failed_effect(
        self, work: _Work, attempt: Attempt, conversation: Conversation | None, error: DeviceError
    ) -> None:
        unknown = error.happened is Happened.UNKNOWN
        open_end = unknown and (
            work.capability.effect is Effect.ONCE or work.capability.recovery.kind is RecoveryKind.COMPLETE
        )
        half = error.happened is not Happened.NO and bool(attempt.parts)
        state = "in_doubt" if open_end or half else "failed"
        self._outcome(work, attempt, state, error.happened, conversation, error=error)

    def _after_trouble(self, work: _Work, attempt: Attempt) -> tuple[Any] | None:
        """An effect that is in doubt, or half done, is taken care of at once."""
        if attempt.state != "in_doubt":
            return None
        return self._recover(work, attempt)

    def _begin_waiting(
        self, work: _Work, attempt: Attempt, answer: Waiting, conversation: Conversation
    ) -> None:
        stored = json.loads(attempt.token) if attempt.token else {}
        deadline = stored.get("deadline", self.now() + answer.deadline)
        token = {
            "token": dict(answer.token),
            "deadline": deadline,
            "why": answer.why,
            "delivered": answer.delivered,
        }
        attempt.token = text_of(token)
        self._outcome(work, attempt, "waiting", Happened.UNKNOWN, conversation)

    def _pause_waiting(self, attempt: Attempt, why: str, poll_after: float) -> None:
        lasting = poll_after > LOCK_PAUSE
        deadline = json.loads(attempt.token)["deadline"]
        raise Pause(min(self.now() + poll_after, max(deadline, self.now() + 0.1)), why, lasting=lasting)

    def _poll(self, work: _Work, attempt: Attempt) -> Any:
        stored = json.loads(attempt.token)
        conversation = self.conversation(work.driver, work.target)
        call = self._call(work, attempt.id)
        self.running_attempt = attempt
        late = self.now() >= stored["deadline"]
        try:
            answer = _answered(
                lambda: conversation.driver().poll(work.capability.name, call, stored["token"])
            )
            result = None if isinstance(answer, Waiting) else self._plain(answer)
        except DeviceError as error:
            self._drop(work)
            transient = error.error_class in (
                ErrorClass.UNREACHABLE,
                ErrorClass.TIMEOUT,
                ErrorClass.BUSY,
                ErrorClass.PROTOCOL,
            )
            if transient and not late and not self.cancelled():
                # The question failed, not the effect: ask again.
                self._ended(call)
                self._pause_waiting(attempt, stored["why"], 5.0)
            self._failed_effect(work, attempt, conversation, error)
            self._ended(call)
            settled = self._after_trouble(work, attempt)
            if settled is not None:
                return settled[0]
            raise StepFailed(_trouble(error, Happened(attempt.happened))) from error
        if isinstance(answer, Waiting):
            if late or (self.cancelled() and not work.shielded):
                why = "given up" if not late else "waited in vain"
                gone = DeviceError(
                    ErrorClass.TIMEOUT,
                    f"{why}: {answer.why}; it may still be carried out",
                    happened=Happened.UNKNOWN,
                )
                self._failed_effect(work, attempt, conversation, gone)
                self._ended(call)
                if attempt.state == "in_doubt":
                    raise InDoubt(attempt.id, gone.message)
                raise StepFailed(_trouble(gone, Happened.UNKNOWN))
            changed = dict(answer.token) != stored["token"] or answer.why != stored["why"]
            if changed:
                self._begin_waiting(work, attempt, answer, conversation)
            self._ended(call)
            self._pause_waiting(attempt, answer.why, answer.poll_after)
        self._outcome(work, attempt, "done", Happened.YES, conversation, result=result)
        self._ended(call)
        return result

    # Recovery -----------------------------------------------------------------------------------------

    def _recover(self, work: _Work, attempt: Attempt) -> tuple[Any] | None:
        """Decide about an attempt of unknown outcome.

        Returns the result in a tuple where the effect is known to be done, None where the step may be tried
        anew (the attempt is settled then); raises InDoubt or StepFailed else.
        """
        recovery = work.capability.recovery
        if recovery.kind is RecoveryKind.REPEAT:
            self._supersede(work, attempt, "outcome unknown; repeated")
            return None
        if recovery.kind is RecoveryKind.PROBE:
            return self._probe(work, attempt)
        if recovery.kind is RecoveryKind.COMPLETE and recovery.capability is not None:
            return self._complete(work, attempt, recovery.capability)
        self._stay_in_doubt(work, attempt, "the outcome is unknown and nothing can tell it")
        return None

    def _stay_in_doubt(self, work: _Work, attempt: Attempt, why: str) -> None:
        if attempt.state != "in_doubt":
            error = DeviceError(ErrorClass.TIMEOUT, why, happened=Happened.UNKNOWN)
            self._outcome(work, attempt, "in_doubt", Happened.UNKNOWN, None, error=error)
        raise InDoubt(attempt.id, f"{work.capability.name} on {work.target.name}: {why}")

    def _supersede(self, work: _Work, attempt: Attempt, message: str) -> None:
        error = DeviceError(ErrorClass.TIMEOUT, message, happened=Happened.UNKNOWN)
        self._outcome(work, attempt, "failed", Happened.UNKNOWN, None, error=error, error_class=SUPERSEDED)

    def _probe(self, work: _Work, attempt: Attempt) -> tuple[Any] | None:
        evidence = {
            "started": attempt.started / 1_000_000,
            "token": attempt.id,
            "parts": json.loads(attempt.parts or "{}"),
        }
        if attempt.token:
            evidence["waiting"] = json.loads(attempt.token)["token"]
        try:
            conversation = self.conversation(work.driver, work.target)
            call = self._call(work, attempt.id)
            happened = _answered(
                lambda: conversation.driver().probe(work.capability.name, call, work.params, evidence)
            )
            self._ended(call)
        except DeviceError as error:
            self._drop(work)
            self.hard_deadline = float("inf")
            self._stay_in_doubt(
                work, attempt, f"the outcome is unknown, and asking for it failed: {error.message}"
            )
            raise AssertionError from error
        if happened is Happened.YES:
            self.notes.append(f"{work.capability.name}: found done after an interruption")
            self._outcome(work, attempt, "done", Happened.YES, conversation, result=None)
            return (None,)
        if happened is Happened.NO:
            nothing = DeviceError(ErrorClass.TIMEOUT, "interrupted; a probe found that nothing had happened")
            self._outcome(
                work, attempt, "failed", Happened.NO, conversation, error=nothing, error_class=SUPERSEDED
            )
            return None
        self._stay_in_doubt(work, attempt, "the outcome is unknown, and the device cannot tell")
        return None

    def _complete(self, work: _Work, attempt: Attempt, name: str) -> tuple[Any] | None:
        """Finish what was begun, such as enabling a port again; allowed also while cancelled or stopped."""
        capability = self.tools.plugins.capabilities.get(name)
        if capability is None:
            self._stay_in_doubt(work, attempt, f"no family knows {name}")
            return None
        given = {key: value for key, value in attempt.params.items() if key in capability.params.model_fields}
        parts = json.loads(attempt.parts or "{}")
        if not parts and attempt.happened == Happened.NO:
            self._supersede(work, attempt, "interrupted before anything was done")
            return None
        # The attempt's lock must give way to the completion on the same device.
        error = DeviceError(ErrorClass.TIMEOUT, f"interrupted; {name} finishes it", happened=Happened.UNKNOWN)
        inner = _Work(
            f"{attempt.step}+{name}", work.step, capability, capability.params.model_validate(given), work.device, work.driver,
            work.target, capability.timeout, shielded=True,
        )  # fmt: skip
        self._outcome(work, attempt, "in_doubt", Happened.UNKNOWN, None, error=error, holds=False)
        self._effect(inner)
        self.notes.append(f"{work.capability.name} was interrupted; {name} was called to finish it")
        if work.capability.effect is Effect.REPEATABLE:
            self._outcome(
                work, attempt, "failed", Happened.YES, None, error_class=SUPERSEDED,
                error=DeviceError(ErrorClass.TIMEOUT, f"interrupted; finished by {name}, then repeated"),
            )  # fmt: skip
            return None
        self._outcome(work, attempt, "done", Happened.YES, None, result=None)
        return (None,)

    # ---------------------------------------------------------------------------------------------------

    def _outcome(
        self, work: _Work, attempt: Attempt, state: str, happened: Happened, conversation: Conversation | None, *,
        result: Any = None, error: DeviceError | None = None, error_class: str = "", holds: bool | None = None,
    ) -> None:  # fmt: skip
        attempt.state = state
        attempt.happened = happened
        attempt.result = json.dumps(result, ensure_ascii=False) if result is not None else ""
        attempt.error_class = error_class or (str(error.error_class) if error else "")
        attempt.message = self.tools.secrets.mask(error.message)[:1000] if error else ""
        transcript = conversation.transcript.take() if conversation is not None else None
        hold = state in ("in_doubt", "waiting") if holds is None else holds
        hold_until = attempt.hold_until
        if state == "waiting":
            hold_until = (
                int((json.loads(attempt.token)["deadline"] + HOLD_GRACE) * 1_000_000)
                if work.capability.effect is not Effect.ONCE
                else 0
            )
        body: dict[str, Any] = {
            "attempt": attempt.id,
            "capability": attempt.capability,
            "happened": str(happened),
        }
        for name, value in (
            ("class", attempt.error_class),
            ("message", attempt.message),
            ("transcript", transcript[0] if transcript else ""),
        ):
            if value:
                body[name] = value
        if result is not None:
            body["result"] = result if len(attempt.result) <= 2000 else {"size": len(attempt.result)}
        self.tools.journal.put(
            Outcome(
                self.item.shard, attempt=attempt.id, epoch=attempt.epoch, state=state, holds=hold, hold_until=hold_until,
                values={"happened": str(happened), "error_class": attempt.error_class, "message": attempt.message, "result": attempt.result,
                        "token": attempt.token, "transcript": transcript[0] if transcript else ""},
                body=body, transcript=transcript,
            )
        )  # fmt: skip
        if state != "waiting":
            self.tools.gate.tell(self._question(work), attempt.error_class if state != "done" else "")
        if state in ("done", "failed"):
            self.tools.plugins.after_attempt(
                AttemptInfo(self.run.id, self.item.device_id, attempt.capability, attempt.id, state)
            )

    def give_up(self) -> None:
        """The call in flight has outlived its time: record that, and touch nothing any more."""
        self.abandoned = True
        if self.running is not None:
            self.running.abandoned = True
        attempt, work = self.running_attempt, self._running_work
        message = "the call outlived its time and was given up"
        if attempt is not None and work is not None:
            error = DeviceError(ErrorClass.TIMEOUT, message, happened=Happened.UNKNOWN)
            if self.running is not None and self.running.parts:
                attempt.parts = json.dumps(self.running.parts)
            self._outcome(work, attempt, "in_doubt", Happened.UNKNOWN, None, error=error)
        elif self.running_key:
            self.item.memo[self.running_key] = {"f": [str(ErrorClass.TIMEOUT), message, "no"]}

    def record(
        self, state: str, kind: str, body: Mapping[str, Any], values: Mapping[str, Any], failures: int = 0
    ) -> None:
        """Make a state of the task durable, with its event."""
        self.tools.journal.put(
            TaskChange(self.item.shard, self.item.no, {"state": state, **values}, kind, body, failures)
        )


class _Work:
    """One call that a step asks for."""

    __slots__ = ("capability", "device", "driver", "key", "params", "shielded", "step", "target", "timeout")

    def __init__(
        self, key: str, step: Do, capability: Capability, params: Params, device: int, driver: type[Driver], target: Target,
        timeout: float, shielded: bool,
    ) -> None:  # fmt: skip
        self.key = key
        self.step = step
        self.capability = capability
        self.params = params
        self.device = device
        self.driver = driver
        self.target = target
        self.timeout = timeout
        self.shielded = shielded


def _answered(ask: Callable[[], Any], happened: Happened = Happened.NO) -> Any:
    """Whatever a driver raises becomes a DeviceError that tells the truth about the effect."""
    try:
        return ask()
    except DeviceError:
        raise
    except Exception as error:
        bug = from_bug(error)
        raise DeviceError(bug.error_class, bug.message, happened=happened, hint=bug.hint) from error


def _trouble(error: DeviceError, happened: Happened) -> Trouble:
    line = f"{error.message} ({error.hint})" if error.hint else error.message
    return Trouble(str(error.error_class), line[:1000], str(happened))
