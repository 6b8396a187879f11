"""Compares a step's parameters with what the capability takes."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic import ValidationError

from pedell.drivers.capability import Capability
from pedell.errors import Finding
from pedell.i18n import t
from pedell.playbooks.document import Data, Document, Path
from pedell.playbooks.mistakes import plain_words
from pedell.validation import reason


def parameter_findings(document: Document, step: Path, given: Data, capability: Capability) -> list[Finding]:
    """Unknown, missing and ill-typed parameters; what an expression will give is known only in the run."""
    if given is not None and not isinstance(given, dict):
        return []
    values = given or {}
    filled = {name for name, value in values.items() if _has_expression(value)}
    literal = {name: value for name, value in values.items() if name not in filled}
    try:
        capability.params.model_validate(literal)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=True)
    else:
        errors = []
    known = {field.alias or name for name, field in capability.params.model_fields.items()}
    found = [_unknown(document, (*step, "with", name), capability, known) for name in sorted(filled - known)]
    for item in errors:
        loc = item["loc"]
        if not loc:
            if not filled:
                message = f"{capability.name}: {reason(item)}"
                found.append(document.finding((*step, "with"), message, code="wrong-parameter"))
            continue
        name = str(loc[0])
        if name in filled:
            continue
        if item["type"] == "missing" and len(loc) == 1:
            message = t(
                "{capability} needs the parameter {name}", capability=f"`{capability.name}`", name=f"`{name}`"
            )
            where = (*step, "with") if "with" in _keys(document, step) else (*step, "do")
            found.append(document.finding(where, message, code="missing-parameter"))
        elif item["type"] == "extra_forbidden" and len(loc) == 1:
            found.append(_unknown(document, (*step, "with", name), capability, known))
        else:
            message, hint = plain_words(f"`{name}`", item)
            found.append(document.finding((*step, "with", *loc), message, code="wrong-parameter", hint=hint))
    return found


def _unknown(document: Document, path: Path, capability: Capability, known: set[str]) -> Finding:
    name = str(path[-1])
    near = get_close_matches(name, sorted(known), 1)
    takes = t("it takes {names}", names=", ".join(sorted(known))) if known else t("it takes none")
    return document.finding(
        path,
        t("{capability} has no parameter {name}", capability=f"`{capability.name}`", name=f"`{name}`"),
        code="unknown-parameter",
        hint=t("did you mean {name}?", name=f"`{near[0]}`") if near else takes,
        key=True,
    )


def _keys(document: Document, step: Path) -> dict[str, Data]:
    value = document.at(step)
    return value if isinstance(value, dict) else {}


def _has_expression(value: Data) -> bool:
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        return any(_has_expression(item) for item in value.values())
    return isinstance(value, list) and any(_has_expression(item) for item in value)
