"""Lints the steps: capabilities and their parameters, names before they are there, proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pydantic import BaseModel

from pedell.drivers.capability import Capability, Effect, Risk
from pedell.errors import Finding, PedellError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.document import Data, Document, Path
from pedell.playbooks.expressions import Checked, Expressions
from pedell.playbooks.inputs import read_input
from pedell.playbooks.lint_parameters import parameter_findings
from pedell.playbooks.model import AnyStep, Block, Check, Input, step_kind

RESERVED = frozenset({"inputs", "device", "links", "item", "result", "error"})
DEVICE = frozenset({"name", "kind", "model", "site", "room", "serial", "over"})
ERROR = frozenset({"class", "message"})
CONDITIONS = ("when", "for_each", "until", "check", "before", "after")
TEXTS = ("with", "inputs", "say", "visit", "fail")


@dataclass(frozen=True)
class Known:
    """A name that expressions may read here.

    Attributes:
        fields: its fields, where they are known. always: whether it is certainly there and not none.
        guard: the `when` under which it was made.
    """

    fields: frozenset[str] | None = None
    always: bool = True
    guard: str = ""


class StepLinter:
    """Walks the steps in the order of a run, keeping what names there are."""

    def __init__(
        self,
        document: Document,
        plugins: Plugins,
        catalogue: Catalogue,
        expressions: Expressions,
        inputs: Mapping[str, Data],
    ) -> None:
        self._document = document
        self._plugins = plugins
        self._catalogue = catalogue
        self._expressions = expressions
        self._inputs = frozenset(inputs)
        self._saved: dict[str, Path] = {}
        self._read: set[str] = set()
        self._inputs_read: set[str] = set()
        self._unproven: list[Path] = []
        self.found: list[Finding] = []

    @property
    def inputs_read(self) -> frozenset[str]:
        """Inputs that some expression reads; all of them where `inputs` is read as a whole."""
        return frozenset(self._inputs_read)

    def run(self) -> None:
        """Look at all steps."""
        names = {"inputs": Known(self._inputs), "device": Known(DEVICE), "links": Known()}
        self._list(("steps",), names, (), proving=True)
        for path in self._unproven:
            self._say(
                (*path, "do"),
                t("no check follows this step, which interrupts a room"),
                "no-proof",
                hint=t("read the state afterwards and add a `check`"),
            )
        for name, path in self._saved.items():
            if name not in self._read and name not in {"before", "after"}:
                message = t("{name} is never read", name=f"`{name}`")
                self._say((*path, "save_as"), message, "unused-result", severity="warning")

    def _say(
        self,
        path: Path,
        message: str,
        code: str,
        *,
        hint: str = "",
        severity: str = "error",
        key: bool = False,
    ) -> None:
        self.found.append(
            self._document.finding(path, message, code=code, hint=hint, severity=severity, key=key)
        )

    def _list(self, path: Path, names: dict[str, Known], guards: tuple[str, ...], *, proving: bool) -> None:
        steps = self._document.at(path)
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, dict):
                self._step((*path, index), step, names, guards, proving=proving)

    def _step(
        self,
        path: Path,
        step: Mapping[str, Data],
        names: dict[str, Known],
        guards: tuple[str, ...],
        *,
        proving: bool,
    ) -> None:
        when = step.get("when")
        guards = (*guards, when) if isinstance(when, str) else guards
        kind = step_kind(step)
        inside = names
        if "for_each" in step:
            inside = {**names, "item": Known()}
        self._expressions_of(path, step, names, inside, guards)
        capability = self._do(path, step) if kind == "do" else None
        if kind == "do" and "until" in step:
            result = self._result(capability, step, guards)
            self._condition(path, step, "until", {**inside, "result": replace(result, always=True)}, guards)
        if kind == "do":
            self._save(path, step, names, self._result(capability, step, guards))
            if capability is not None and capability.risk > Risk.HARMLESS and proving:
                self._unproven.append(path)
        elif kind == "check":
            if proving:
                self._unproven.clear()
            self._read |= {"before", "after"}
        elif kind == "block":
            self._block(path, step, names, guards, proving=proving)
        elif kind == "play":
            self._play(path, step, proving=proving)
        if "until" not in step:
            for word in ("within", "every"):
                if word in step:
                    message = t("{name} does nothing without `until`", name=f"`{word}`")
                    self._say((*path, word), message, "no-effect", severity="warning", key=True)

    def _block(
        self,
        path: Path,
        step: Mapping[str, Data],
        names: dict[str, Known],
        guards: tuple[str, ...],
        *,
        proving: bool,
    ) -> None:
        before = dict(names)
        inside = {**names, "item": Known()} if "for_each" in step else dict(names)
        self._list((*path, "block"), inside, guards, proving=proving)
        if "until" in step:
            self._condition(path, step, "until", inside, guards)
        made = {name: known for name, known in inside.items() if name not in before and name != "item"}
        unsure = {name: replace(known, always=False, guard="") for name, known in made.items()}
        if step.get("rescue"):
            if not self._can_fail((*path, "block")):
                message = t("nothing in the block can fail, so this is never done")
                self._say((*path, "rescue"), message, "unreachable", severity="warning", key=True)
            rescue = {**before, **unsure, "error": Known(ERROR)}
            self._list((*path, "rescue"), rescue, guards, proving=False)
            unsure |= {
                name: replace(known, always=False, guard="")
                for name, known in rescue.items()
                if name not in before and name != "error"
            }
        self._list((*path, "always"), {**before, **unsure}, guards, proving=proving)
        certain = not step.get("rescue") and "for_each" not in step
        names.update(made if certain else unsure)

    def _can_fail(self, path: Path) -> bool:
        steps = self._document.at(path)
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            kind = step_kind(step) if isinstance(step, dict) else None
            if not isinstance(step, dict) or kind in {"check", "play"} or "until" in step:
                return True
            if kind == "do" and step.get("optional") is not True:
                return True
            if kind == "block" and self._can_fail((*path, index, "block")):
                return True
        return False

    def _do(self, path: Path, step: Mapping[str, Data]) -> Capability | None:
        name = step.get("do")
        if not isinstance(name, str):
            return None
        capability = self._plugins.capabilities.get(name)
        if capability is None:
            hint = self._near_capability(name)
            message = t("there is no capability {name}", name=f"`{name}`")
            self._say((*path, "do"), message, "unknown-capability", hint=hint)
            return None
        self.found += parameter_findings(self._document, path, step.get("with"), capability)
        if capability.effect is Effect.ONCE:
            for word in ("retry", "until"):
                if word in step:
                    message = t(
                        "{name} must not be repeated, so `{word}` is not possible",
                        name=f"`{name}`",
                        word=word,
                    )
                    self._say((*path, word), message, "repeats-once", key=True)
        self._family(path, step, capability)
        return capability

    def _near_capability(self, name: str) -> str:
        family, _, verb = name.partition(".")
        near = [f"{family}.{match}" for match in get_close_matches(verb, self._verbs(family), 1)]
        near = near or get_close_matches(name, list(self._plugins.capabilities), 1, 0.8)
        if near:
            return t("did you mean {name}?", name=f"`{near[0]}`")
        if self._verbs(family):
            return t("known here: {names}", names=", ".join(self._verbs(family)))
        bad = ", ".join(record.name for record in self._plugins.records if record.quarantined)
        if bad:
            return t("quarantined plugins: {names}; see 'pedell plugins'", names=bad)
        return t("families: {names}", names=", ".join(sorted(self._plugins.contracts)))

    def _verbs(self, family: str) -> list[str]:
        names = sorted(self._plugins.capabilities)
        return [name.partition(".")[2] for name in names if name.startswith(f"{family}.")]

    def _family(self, path: Path, step: Mapping[str, Data], capability: Capability) -> None:
        kinds = self._document.at(("targets", "kind"))
        if "on" in step or not isinstance(kinds, list) or not kinds:
            return
        family = capability.name.partition(".")[0]
        owners = {self._plugins.kinds.get(kind) for kind in kinds if isinstance(kind, str)}
        if family not in owners and None not in owners:
            message = t("{name} is not for the kinds of device in `targets`", name=f"`{capability.name}`")
            hint = t("another device is reached by `on: {example}`", example="{link: uplink}")
            self._say((*path, "do"), message, "other-family", hint=hint, severity="warning")

    def _result(
        self, capability: Capability | None, step: Mapping[str, Data], guards: tuple[str, ...]
    ) -> Known:
        fields = None
        if capability is not None and "for_each" not in step:
            fields = _fields(capability.result)
        always = step.get("optional") is not True and not guards
        if capability is not None and not capability.always_tells:
            # Found done after an interruption: it was, but nobody heard what came of it.
            always = False
        return Known(fields, always, guards[-1] if guards else "")

    def _save(self, path: Path, step: Mapping[str, Data], names: dict[str, Known], known: Known) -> None:
        name = step.get("save_as")
        if not isinstance(name, str):
            return
        if name in RESERVED:
            message = t("{name} has a meaning of its own", name=f"`{name}`")
            self._say((*path, "save_as"), message, "reserved-name", hint=t("choose another name"))
            return
        self._saved[name] = path
        names[name] = known

    def _play(self, path: Path, step: Mapping[str, Data], *, proving: bool) -> None:
        name = step.get("play")
        if not isinstance(name, str):
            return
        try:
            inner = self._catalogue.get(name)
        except PedellError as error:
            self._say((*path, "play"), error.message, "unknown-playbook", hint=error.hint)
            return
        given = step.get("inputs")
        given = given if isinstance(given, dict) else {}
        for word in given:
            if word not in inner.playbook.inputs:
                near = get_close_matches(word, list(inner.playbook.inputs), 1)
                message = t("{playbook} has no input {name}", playbook=f"`{name}`", name=f"`{word}`")
                hint = t("did you mean {name}?", name=f"`{near[0]}`") if near else ""
                self._say((*path, "inputs", word), message, "unknown-input", hint=hint, key=True)
            else:
                self._given((*path, "inputs", word), inner.playbook.inputs[word], given[word])
        for word, declared in inner.playbook.inputs.items():
            if declared.required and declared.default is None and word not in given:
                message = t("{playbook} needs the input {name}", playbook=f"`{name}`", name=f"`{word}`")
                self._say((*path, "play"), message, "missing-input")
        if proving and _proves(inner.playbook.steps):
            self._unproven.clear()

    def _given(self, path: Path, declared: Input, value: Data) -> None:
        if value is None or (isinstance(value, str) and "{{" in value):
            return
        try:
            read_input(declared, value)
        except ValueError as error:
            self._say(path, t("the value does not fit: {reason}", reason=error), "wrong-input")

    def _expressions_of(
        self,
        path: Path,
        step: Mapping[str, Data],
        names: Mapping[str, Known],
        inside: Mapping[str, Known],
        guards: tuple[str, ...],
    ) -> None:
        for word in CONDITIONS:
            # What `until` may read is known after the step.
            if word != "until":
                self._condition(path, step, word, names, guards)
        for word in TEXTS:
            self._texts((*path, word), step.get(word), inside, guards)

    def _condition(
        self,
        path: Path,
        step: Mapping[str, Data],
        word: str,
        names: Mapping[str, Known],
        guards: tuple[str, ...],
    ) -> None:
        source = step.get(word)
        if isinstance(source, str):
            checked = self._expressions.check(source)
            if "{{" in source:
                message = t("this is an expression already")
                self._say(
                    (*path, word),
                    message,
                    "expression",
                    hint=t("leave {open} and {close} away", open="{{", close="}}"),
                )
                return
            self._names((*path, word), checked, names, guards)

    def _texts(self, path: Path, value: Data, names: Mapping[str, Known], guards: tuple[str, ...]) -> None:
        if isinstance(value, str):
            self._names(path, self._expressions.check_texts(value), names, guards)
        elif isinstance(value, dict):
            for key, item in value.items():
                self._texts((*path, key), item, names, guards)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._texts((*path, index), item, names, guards)

    def _names(
        self, path: Path, checked: Checked, names: Mapping[str, Known], guards: tuple[str, ...]
    ) -> None:
        for problem in checked.problems:
            self._say(path, problem, "expression")
        for chain in sorted(checked.paths | checked.asked):
            self._read.add(chain[0])
            if chain[0] == "inputs":
                self._inputs_read |= {chain[1]} if len(chain) > 1 else self._inputs
        looked_at = {chain[0] for chain in checked.asked} | {
            chain[0] for chain in checked.paths if len(chain) == 1
        }
        for chain in sorted(checked.paths):
            self._chain(path, chain, names, guards, looked_at)

    def _chain(
        self,
        path: Path,
        chain: tuple[str, ...],
        names: Mapping[str, Known],
        guards: tuple[str, ...],
        looked_at: set[str],
    ) -> None:
        known = names.get(chain[0])
        if known is None:
            later = chain[0] in RESERVED
            near = get_close_matches(chain[0], list(names), 1)
            hint = t("did you mean {name}?", name=f"`{near[0]}`") if near and not later else ""
            self._say(
                path, t("nothing is called {name} here", name=f"`{chain[0]}`"), "unknown-name", hint=hint
            )
            return
        if len(chain) > 1 and known.fields is not None and chain[1] not in known.fields:
            near = get_close_matches(chain[1], sorted(known.fields), 1)
            known_fields = t("known here: {names}", names=", ".join(sorted(known.fields)) or t("none"))
            hint = t("did you mean {name}?", name=f"`{near[0]}`") if near else known_fields
            code = "undeclared-input" if chain[0] == "inputs" else "unknown-field"
            self._say(
                path,
                t("{name} has no field {field}", name=f"`{chain[0]}`", field=f"`{chain[1]}`"),
                code,
                hint=hint,
            )
        if not known.always and chain[0] not in looked_at and not self._guarded(chain[0], known, guards):
            self._say(
                path,
                t("{name} may be missing here", name=f"`{'.'.join(chain)}`"),
                "maybe-missing",
                hint=t(
                    "write `{name} | default(…)`, or add `when: {first}`",
                    name=".".join(chain),
                    first=chain[0],
                ),
                severity="warning",
            )

    def _guarded(self, name: str, known: Known, guards: tuple[str, ...]) -> bool:
        if known.guard and known.guard in guards:
            return True
        with suppress(PedellError):
            checked = [self._expressions.check(guard) for guard in guards]
            return any(name in item.names or name in {chain[0] for chain in item.asked} for item in checked)
        return False


def _proves(steps: Sequence[AnyStep]) -> bool:
    return any(isinstance(step, Check) or (isinstance(step, Block) and _proves(step.block)) for step in steps)


def _fields(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())
