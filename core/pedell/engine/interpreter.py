"""The step language, by replay.

A task is run from its first step each time; what is in the memo is taken as it was, so that the first step
without an entry is where it goes on, after a pause as well as after a crash. Only plain data goes into the
memo. Keys are paths: `2.b1#0@3~1` is the first step in the block of step 2, first item, fourth repetition,
first further try.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pedell.drivers.errors import ErrorClass
from pedell.engine.signals import CHECK, Cancelled, Memo, Pause, StepFailed, Trouble
from pedell.errors import ExpressionError, UsageError
from pedell.i18n import said, tr
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.inputs import bind_inputs
from pedell.playbooks.model import AnyStep, Block, Check, Do, Play, Playbook, Say, Visit
from pedell.playbooks.model import Pause as PauseStep

TRANSIENT = frozenset({ErrorClass.UNREACHABLE, ErrorClass.TIMEOUT, ErrorClass.BUSY, ErrorClass.PROTOCOL})
"""What counts as "not yet" while repeating until something holds: a device that restarts says nothing."""


class Actions(Protocol):
    """What the interpreter may do to the world."""

    def call_step(self, key: str, step: Do, params: Mapping[str, Any], *, shielded: bool) -> Any:
        """Call a capability; returns plain data. Raises any Signal."""

    def may_repeat(self, step: Do, trouble: Trouble) -> bool:
        """Whether the effect class allows another try after this trouble."""

    def in_hand(self, key: str) -> bool:
        """Whether an effect of this step has begun and is not over; then it goes on also after a cancel."""

    def approved(self) -> None:
        """Returns where a second person has approved the run; raises Pause or StepFailed."""

    def cancelled(self) -> bool:
        """Whether the run is being cancelled."""

    def now(self) -> float:
        """UTC epoch seconds."""


class Interpreter:
    """Runs one task's steps; collects proofs, sentences and visits on the way."""

    def __init__(
        self,
        playbook: Playbook,
        names: Mapping[str, Any],
        memo: Memo,
        actions: Actions,
        expressions: Expressions,
        subplaybook: Callable[[str], Playbook],
    ) -> None:
        self._playbook = playbook
        self._names: dict[str, Any] = dict(names)
        self._memo = memo
        self._actions = actions
        self._expressions = expressions
        self._sub = subplaybook
        self._shield = 0
        self.proofs: list[dict[str, Any]] = []
        self.says: list[dict[str, str]] = []
        self.visits: list[dict[str, str]] = []

    def run(self) -> None:
        """Run to the end; raises a Signal where it ends otherwise."""
        self._steps(self._playbook.steps, "")

    def _steps(self, steps: Sequence[AnyStep], prefix: str) -> None:
        for number, step in enumerate(steps, 1):
            self._step(step, f"{prefix}{number}")

    def _step(self, step: AnyStep, key: str) -> None:
        if step.when is not None:
            decided = self._once(f"{key}?", lambda: self._truth(step.when))
            if not decided:
                return
        if isinstance(step, Do | Block):
            self._repeated(step, key)
        elif isinstance(step, Check):
            self._check(step, key)
        elif isinstance(step, Say):
            self._say(step, key)
        elif isinstance(step, Visit):
            self._visit(step, key)
        elif isinstance(step, PauseStep):
            self._pause(step, key)
        elif isinstance(step, Play):
            self._play(step, key)

    def _repeated(self, step: Do | Block, key: str) -> None:
        if step.for_each is None:
            self._until(step, key)
            return
        items = self._once(f"{key}*", lambda: self._list(step.for_each))
        outer = self._names.get("item")
        results = []
        for number, item in enumerate(items):
            self._names["item"] = item
            results.append(self._until(step, f"{key}#{number}"))
        self._names["item"] = outer
        if isinstance(step, Do) and step.save_as:
            self._names[step.save_as] = results

    def _until(self, step: Do | Block, key: str) -> Any:
        once = step.until is None
        result = (
            self._body(step, key) if once else self._once_or_fail(f"{key}!", lambda: self._repeat(step, key))
        )
        if isinstance(step, Do) and step.save_as:
            self._names[step.save_as] = result
        return result

    def _repeat(self, step: Do | Block, key: str) -> Any:
        """Repeat until it holds; between two repetitions the thread is given back."""
        state = self._memo.setdefault(f"{key}@", {"start": self._actions.now(), "n": 0})
        inner = f"{key}@{state['n']}"
        trouble: Trouble | None = None
        result: Any = None
        try:
            result = self._body(step, inner)
        except StepFailed as failed:
            if failed.trouble.error_class not in TRANSIENT:
                raise
            trouble = failed.trouble
        if trouble is None:
            self._names["result"] = result
            if self._truth(step.until):
                return result
        if self._actions.now() >= state["start"] + step.within:
            last = f": {trouble.message}" if trouble else ""
            why = tr("en", "after {seconds} s this did not hold: {condition}",
                seconds=f"{step.within:g}", condition=step.until,
            )  # fmt: skip
            raise StepFailed(Trouble(ErrorClass.TIMEOUT, f"{why}{last}", "no"))
        for stale in [name for name in self._memo if name.startswith(inner)]:
            del self._memo[stale]
        state["n"] += 1
        why = tr("en", "until {condition}", condition=step.until)
        raise Pause(self._actions.now() + step.every, why)

    def _body(self, step: Do | Block, key: str) -> Any:
        if isinstance(step, Do):
            return self._do(step, key)
        self._block(step, key)
        return None

    def _do(self, step: Do, key: str) -> Any:
        known = self._memo.get(key)
        if known is not None:
            if "f" in known:
                return self._failed(step, Trouble(*known["f"]))
            return known["r"]
        tried = self._memo.get(f"{key}~", {"n": 0})["n"]
        own = f"{key}~{tried}" if tried else key
        if not self._shield and self._actions.cancelled() and not self._actions.in_hand(own):
            raise Cancelled
        try:
            params = self._fill(step.with_)
            result = self._actions.call_step(own, step, params, shielded=bool(self._shield))
        except StepFailed as failed:
            trouble = failed.trouble
            retry = step.retry
            if (
                retry is not None and tried < retry.times and trouble.error_class in retry.on
                and self._actions.may_repeat(step, trouble)
            ):  # fmt: skip
                self._memo[f"{key}~"] = {"n": tried + 1}
                why = tr("en", "again after: {trouble}", trouble=trouble.message)
                raise Pause(self._actions.now() + retry.backoff * 2**tried, why) from failed
            self._memo[key] = {"f": trouble.stored()}
            return self._failed(step, trouble)
        self._memo[key] = {"r": result}
        return result

    def _failed(self, step: Do, trouble: Trouble) -> None:
        if not step.optional:
            raise StepFailed(trouble)
        if trouble.error_class == ErrorClass.UNSUPPORTED:
            return  # that the device has no such thing is nothing to tell anybody
        english, german = trouble.message, said(trouble.message, "de")
        prefix = "" if english.startswith(f"{step.do}:") else f"{step.do}: "
        self.says.append({"en": prefix + english, "de": prefix + german})

    def _block(self, step: Block, key: str) -> None:
        ending: StepFailed | Cancelled | None = None
        try:
            try:
                self._steps(step.block, f"{key}.b")
            except StepFailed as failed:
                if not step.rescue:
                    raise
                self._names["error"] = {
                    "class": failed.trouble.error_class,
                    "message": failed.trouble.message,
                }
                self._steps(step.rescue, f"{key}.r")
        except (StepFailed, Cancelled) as signal:
            ending = signal
        if step.always:
            self._shield += 1
            try:
                self._steps(step.always, f"{key}.a")
            finally:
                self._shield -= 1
        if ending is not None:
            raise ending

    def _check(self, step: Check, key: str) -> None:
        proof = self._once(key, lambda: self._prove(step))
        self.proofs.append(proof)
        if not proof["ok"]:
            words = proof["fail"] or {"en": f"does not hold: {step.check}", "de": f"gilt nicht: {step.check}"}
            raise StepFailed(Trouble(CHECK, words["en"], "no"))

    def _prove(self, step: Check) -> dict[str, Any]:
        holds = self._truth(step.check)
        return {
            "ok": holds,
            "check": {"en": step.name.en, "de": step.name.de}
            if step.name
            else {"en": step.check, "de": step.check},
            "before": self._value(step.before) if step.before else self._names.get("before"),
            "after": self._value(step.after) if step.after else self._names.get("after"),
            "fail": self._words(step.fail) if step.fail and not holds else None,
        }

    def _say(self, step: Say, key: str) -> None:
        self.says.append(self._once(key, lambda: self._words(step.say)))

    def _visit(self, step: Visit, key: str) -> None:
        self.visits.append(self._once(key, lambda: self._words(step.visit)))

    def _pause(self, step: PauseStep, key: str) -> None:
        if not self._shield and self._actions.cancelled():
            raise Cancelled
        if step.wait == "approval":
            self._once_or_fail(key, self._actions.approved)
            return
        until = self._once(key, lambda: self._actions.now() + float(step.wait))
        if self._actions.now() < until:
            why = step.name.en if step.name else tr("en", "waits {seconds} s", seconds=f"{step.wait:g}")
            raise Pause(until, why, lasting=step.wait > 30)

    def _play(self, step: Play, key: str) -> None:
        inner = self._sub(step.play)
        try:
            given = bind_inputs(inner, self._once(key, lambda: self._fill(step.inputs)))
        except UsageError as error:
            said = "; ".join(str(finding) for finding in error.findings) or error.message
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, f"{step.play}: {said}")) from error
        outer = self._names
        self._names = {
            **{name: outer[name] for name in ("device", "links") if name in outer},
            "inputs": given,
        }
        try:
            self._steps(inner.steps, f"{key}/")
        finally:
            self._names = outer

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = {"r": make()}
        return known["r"]

    def _once_or_fail(self, key: str, make: Callable[[], Any]) -> Any:
        known = self._memo.get(key)
        if known is not None and "f" in known:
            raise StepFailed(Trouble(*known["f"]))
        try:
            return self._once(key, make)
        except StepFailed as failed:
            self._memo[key] = {"f": failed.trouble.stored()}
            raise

    def _truth(self, source: str | None) -> bool:
        try:
            return self._expressions.truth(source or "false", self._names)
        except ExpressionError as error:
            raise self._unusable(error, source or "") from error

    def _value(self, source: str) -> Any:
        try:
            return self._expressions.evaluate(source, self._names)
        except ExpressionError as error:
            raise self._unusable(error, source) from error

    def _unusable(self, error: ExpressionError, source: str) -> StepFailed:
        """Why an expression has no value; where a step's result is none, that is said."""
        none = [name for name, value in sorted(self._names.items()) if value is None and _reads(source, name)]
        if not none:
            return StepFailed(Trouble(ErrorClass.PRECONDITION, error.message))
        why = tr(
            "en",
            "{name} is none: the step was left out, failed and is optional, or was found done after an interruption, so that "
            "nobody knows its result",
            name=", ".join(none),
        )
        return StepFailed(Trouble(ErrorClass.PRECONDITION, f"{error.message}; {why}"))

    def _list(self, source: str | None) -> list[Any]:
        value = self._value(source or "[]")
        if not isinstance(value, list):
            raise StepFailed(Trouble(ErrorClass.PRECONDITION, f"for_each needs a list: {source}"))
        return value

    def _fill(self, value: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            filled = self._expressions.fill(value, self._names if names is None else names)
        except ExpressionError as error:
            raise self._unusable(error, json.dumps(value, default=str)) from error
        return filled if isinstance(filled, dict) else {}

    def _words(self, words: Any) -> dict[str, str]:
        """A text in both languages; what a device said of its trouble stands in either in its own words."""
        german = dict(self._names)
        if "error" in german:
            german["error"] = {**german["error"], "message": said(german["error"]["message"], "de")}
        return {
            "en": str(self._fill({"text": words.en})["text"]),
            "de": str(self._fill({"text": words.de}, german)["text"]),
        }


def _reads(source: str, name: str) -> bool:
    """Whether a name stands in an expression, or in parameters that hold some, as a word of its own."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", source) is not None
