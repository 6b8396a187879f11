"""Check mode: the step language where effects do not exist.

Reads happen; of every effect is said that it would be called. What comes after it can often not be told any
more, since nothing has changed: proofs are not judged, nothing is waited for, and what fails is said, not failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pedell.drivers.api import ErrorClass
from pedell.engine.interpreter import Interpreter
from pedell.engine.signals import NotCalled, StepFailed, Trouble
from pedell.i18n import said
from pedell.playbooks.model import AnyStep, Block, Check, Do, Say, Visit
from pedell.playbooks.model import Pause as PauseStep


class CheckInterpreter(Interpreter):
    """Runs one task's steps without touching anything."""

    _pretending = False
    """Whether an effect has been left out: from here on the device is not what the steps expect."""

    def _step(self, step: AnyStep, key: str) -> None:
        if not self._pretending:
            super()._step(step, key)
            return
        try:
            super()._step(step, key)
        except StepFailed as failed:
            en, de = (step.name.en, step.name.de) if step.name else (key, key)
            self._tell(
                f"cannot be told in a check: {en} ({failed.trouble.message})",
                f"lässt sich in einer Prüfung nicht sagen: {de} ({said(failed.trouble.message, 'de')})",
            )

    def _do(self, step: Do, key: str) -> Any:
        known = self._memo.get(key)
        if known is not None and "would" in known:
            return self._would(known["would"])
        try:
            return super()._do(step, key)
        except NotCalled:
            made = self._memo[key] = {"would": {"do": step.do, "with": self._given(step)}}
            return self._would(made["would"])

    def _given(self, step: Do) -> dict[str, Any]:
        try:
            return self._fill(step.with_)
        except StepFailed:
            return {}

    def _would(self, what: Mapping[str, Any]) -> None:
        self._pretending = True
        given = ", ".join(
            f"{name}={value}" for name, value in what["with"].items() if value not in (None, "")
        )
        call = f"{what['do']}({given})" if given else what["do"]
        self._tell(f"would call {call}", f"würde {call} aufrufen")

    def _failed(self, step: Do, trouble: Trouble) -> None:
        if not self._pretending or (step.optional and trouble.error_class == ErrorClass.UNSUPPORTED):
            super()._failed(step, trouble)
            return
        raise StepFailed(trouble)

    def _until(self, step: Do | Block, key: str) -> Any:
        if not self._pretending:
            return super()._until(step, key)
        result = self._body(step, key)
        if isinstance(step, Do) and step.save_as:
            self._names[step.save_as] = result
        return result

    def _check(self, step: Check, key: str) -> None:
        if not self._pretending:
            super()._check(step, key)
            return
        en, de = (step.name.en, step.name.de) if step.name else (step.check, step.check)
        self._tell(f"would then have to hold: {en}", f"müsste danach gelten: {de}")

    def _pause(self, step: PauseStep, key: str) -> None:
        del key
        if step.wait == "approval":
            self._tell("would wait for a second person", "würde auf eine zweite Person warten")
            return
        self._tell(f"would wait {step.wait:g} s", f"würde {step.wait:g} s warten")

    def _say(self, step: Say, key: str) -> None:
        if not self._pretending:
            super()._say(step, key)

    def _visit(self, step: Visit, key: str) -> None:
        words = self._words(step.visit)
        del key
        self._tell(
            f"would go on the list for the visit: {words['en']}", f"käme auf die Besuchsliste: {words['de']}"
        )

    def _tell(self, english: str, german: str) -> None:
        self.says.append({"en": english, "de": german})
