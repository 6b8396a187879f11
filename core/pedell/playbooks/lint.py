"""Lints playbooks: what would go wrong in a run, said before it, with line and column.

Works on the document, not on the model, so that a playbook that does not fit the schema is looked at as well
and all its mistakes come at once. The codes stand in docs/playbooks.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from pydantic import ValidationError

from pedell.errors import Finding, PlaybookError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.document import Data, Document
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.inputs import read_input
from pedell.playbooks.lint_steps import StepLinter
from pedell.playbooks.load import Reading
from pedell.playbooks.model import Input

WORDY = 3
"""From so many words on, a German text that equals the English one was probably forgotten."""


def lint(
    reading: Reading, plugins: Plugins, catalogue: Catalogue, expressions: Expressions
) -> tuple[Finding, ...]:
    """Everything there is to say about one playbook, mistakes of YAML and schema included, in its order."""
    document = reading.document
    found = list(reading.findings)
    if isinstance(document.data, dict):
        inputs = document.data.get("inputs")
        declared = inputs if isinstance(inputs, dict) else {}
        steps = StepLinter(document, plugins, catalogue, expressions, declared)
        steps.run()
        found += steps.found
        found += _targets(document, plugins)
        found += _strategy(document)
        found += _inputs(document, declared, steps.inputs_read)
        found += _translations(document)
        found += _parts(reading, catalogue)
    return tuple(sorted(_distinct(found), key=lambda finding: (finding.line or 0, finding.column or 0)))


def _distinct(found: Sequence[Finding]) -> list[Finding]:
    """Without repetitions; a wrong value needs no second mistake at the same place."""
    wrong = {(finding.line, finding.column) for finding in found if finding.code == "wrong-value"}
    kept: dict[tuple[int | None, int | None, str], Finding] = {}
    for finding in found:
        place = (finding.line, finding.column)
        if place not in wrong or finding.code in {"wrong-value", "yaml-text"}:
            kept.setdefault((*place, finding.message), finding)
    return list(kept.values())


def _targets(document: Document, plugins: Plugins) -> list[Finding]:
    kinds = document.at(("targets", "kind"))
    found = []
    for index, kind in enumerate(kinds if isinstance(kinds, list) else []):
        if isinstance(kind, str) and kind not in plugins.kinds:
            near = get_close_matches(kind, list(plugins.kinds), 1)
            hint = (
                t("did you mean {name}?", name=f"`{near[0]}`")
                if near
                else t("known here: {names}", names=", ".join(sorted(plugins.kinds)))
            )
            message = t("there is no kind of device {name}", name=f"`{kind}`")
            found.append(
                document.finding(("targets", "kind", index), message, code="unknown-kind", hint=hint)
            )
    return found


def _strategy(document: Document) -> list[Finding]:
    strategy = document.at(("strategy",))
    if not isinstance(strategy, dict) or "batch_wait" not in strategy or strategy.get("batches"):
        return []
    message = t("without batches nothing waits for one")
    path = ("strategy", "batch_wait")
    return [document.finding(path, message, code="no-effect", severity="warning", key=True)]


def _inputs(document: Document, declared: Mapping[str, Data], read: frozenset[str]) -> list[Finding]:
    found: list[Finding] = []
    for name, raw in declared.items():
        path = ("inputs", name)
        if name not in read:
            message = t("the input {name} is never used", name=f"`{name}`")
            found.append(document.finding(path, message, code="unused-input", severity="warning", key=True))
        if not isinstance(raw, dict):
            continue
        if "title" not in raw:
            message = t("the input {name} has no title", name=f"`{name}`")
            hint = t("people are asked with it")
            found.append(
                document.finding(path, message, code="missing-title", hint=hint, severity="warning", key=True)
            )
        try:
            item = Input.model_validate(raw)
        except ValidationError:
            continue
        if item.default is not None:
            try:
                read_input(item, item.default)
            except ValueError as error:
                message = t("the default does not fit: {reason}", reason=error)
                found.append(document.finding((*path, "default"), message, code="wrong-default"))
            if item.required:
                message = t("with a default it need not be given")
                found.append(
                    document.finding((*path, "required"), message, code="no-effect", severity="warning")
                )
    return found


def _translations(document: Document) -> list[Finding]:
    found: list[Finding] = []
    for path in document.places:
        value = document.at(path)
        if isinstance(value, dict) and set(value) == {"en", "de"} and "with" not in path:
            english, german = value["en"], value["de"]
            if isinstance(english, str) and english == german and len(english.split()) >= WORDY:
                message = t("the German text is the English one")
                found.append(
                    document.finding((*path, "de"), message, code="untranslated", severity="warning")
                )
    return found


def _parts(reading: Reading, catalogue: Catalogue) -> list[Finding]:
    """A playbook that plays itself, or nests too deeply."""
    if reading.loaded is None:
        return []
    try:
        catalogue.parts(reading.loaded)
    except PlaybookError as error:
        # One that is unknown is reported at its step.
        if not error.hint and not error.findings:
            return [reading.document.finding(("id",), error.message, code="endless-play")]
    return []
