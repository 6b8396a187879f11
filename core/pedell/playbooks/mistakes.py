"""What pydantic found wrong, in plain words and with line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pedell.errors import Finding
from pedell.i18n import t
from pedell.playbooks import model
from pedell.playbooks.document import Document, Path
from pedell.validation import reason

STEP_LISTS = frozenset({"steps", "block", "rescue", "always"})
STEP_MODELS: Mapping[str, type[BaseModel]] = {
    "do": model.Do,
    "check": model.Check,
    "say": model.Say,
    "block": model.Block,
    "play": model.Play,
    "wait": model.Pause,
    "visit": model.Visit,
}


def findings(document: Document, errors: Iterable[ErrorDetails]) -> list[Finding]:
    """One finding for each mistake."""
    found: dict[tuple[Path, str], Finding] = {}
    for error in errors:
        path = _path(document, error["loc"])
        message, hint = _words(document, path, error)
        at_key = error["type"] == "extra_forbidden"
        code = {"extra_forbidden": "unknown-word", "missing": "missing"}.get(error["type"], "wrong-value")
        found.setdefault((path, message), document.finding(path, message, code=code, hint=hint, key=at_key))
    return list(found.values())


def _path(document: Document, loc: tuple[int | str, ...]) -> Path:
    """The location that pydantic gives, without the tags of its unions and the names of its validators."""
    path: Path = ()
    tagged: Path | None = None
    for part in loc:
        value = document.at(path)
        if part == "[key]":
            break
        if (
            path != tagged
            and len(path) > 1
            and isinstance(path[-1], int)
            and path[-2] in STEP_LISTS
            and part in STEP_MODELS
        ):
            tagged = path
        elif isinstance(value, dict if isinstance(part, str) else list):
            path = (*path, part)
        else:
            break
    return path


def _words(document: Document, path: Path, error: ErrorDetails) -> tuple[str, str]:
    name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else t("this entry")
    match error["type"]:
        case "extra_forbidden":
            return t("{name} is not known here", name=name), _near(
                str(path[-1]), _allowed(document, path[:-1])
            )
        case "union_tag_not_found" | "union_tag_invalid":
            return _step(document.at(path))
        case "string_pattern_mismatch":
            return t("{name} does not have the form that is needed", name=name), _form(path)
        case _:
            return plain_words(name, error)


def plain_words(name: str, error: ErrorDetails) -> tuple[str, str]:
    """A message and a hint for one of pydantic's errors about the value called `name`."""
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return t("{name} is missing", name=name), ""
        case "string_type":
            return t("{name} must be a text", name=name), t("put it in quotes")
        case "int_type" | "int_parsing" | "int_from_float":
            return t("{name} must be a whole number", name=name), ""
        case "float_type" | "float_parsing":
            return t("{name} must be a number", name=name), ""
        case "bool_type" | "bool_parsing":
            return t("{name} must be true or false", name=name), ""
        case "list_type":
            return t("{name} must be a list", name=name), t("each entry begins with a dash")
        case "dict_type" | "model_type" | "model_attributes_type":
            return t("{name} must hold words with values", name=name), ""
        case "literal_error" | "enum":
            allowed = str(context.get("expected", ""))
            value = error.get("input")
            near = (
                _near(value, [word.strip("' ") for word in allowed.replace(" or ", ", ").split(",")])
                if isinstance(value, str)
                else ""
            )
            return t("{name} must be one of {allowed}", name=name, allowed=allowed), near
        case "greater_than_equal" | "greater_than":
            return t("{name} is too small", name=name), reason(error)
        case "less_than_equal" | "less_than":
            return t("{name} is too big", name=name), reason(error)
        case "string_too_long" | "too_long":
            return t("{name} is too long", name=name), t("at most {limit}", limit=context.get("max_length"))
        case "string_too_short" | "too_short":
            return t("{name} is empty", name=name), ""
        case _:
            return f"{name}: {reason(error)}", ""


def _near(word: str, allowed: Iterable[str]) -> str:
    known = sorted(set(allowed))
    near = get_close_matches(word.lower().replace("-", "_"), known, 1, 0.6)
    if near:
        return t("did you mean {name}?", name=f"`{near[0]}`")
    return t("known here: {names}", names=", ".join(known)) if known else ""


def _step(value: object) -> tuple[str, str]:
    kinds = ", ".join(STEP_MODELS)
    if not isinstance(value, dict):
        return t("a step must hold words with values"), t(
            "such as {example}", example="- do: display.restart"
        )
    found = [word for word in STEP_MODELS if word in value]
    if len(found) > 1:
        return t("a step does one thing, this one has {found}", found=", ".join(found)), t(
            "make several steps of it"
        )
    near = [match for word in value for match in get_close_matches(str(word), list(STEP_MODELS), 1)]
    hint = t("did you mean {name}?", name=f"`{near[0]}`") if near else ""
    return t("a step needs one of {kinds}", kinds=kinds), hint


def _form(path: Path) -> str:
    forms = {
        "id": t("small letters, digits and dashes, such as reset-whiteboard"),
        "do": t("family.verb, such as display.restart"),
        "save_as": t("small letters, digits and underscores"),
    }
    return forms.get(str(path[-1]), "") if path else ""


def _allowed(document: Document, path: Path) -> list[str]:
    """The words that may stand at a path."""
    here: type[BaseModel] = model.Playbook
    for index, part in enumerate(path):
        if isinstance(part, int) and path[index - 1] in STEP_LISTS:
            kind = model.step_kind(document.at(path[: index + 1]))
            here = STEP_MODELS[kind] if kind else model.Step
        elif isinstance(part, str) and part not in STEP_LISTS:
            here = _PARTS.get(part, model.Input if index and path[index - 1] == "inputs" else here)
    return [field.alias or name for name, field in here.model_fields.items()]


_PARTS: Mapping[str, type[BaseModel]] = {
    "title": model.Words,
    "description": model.Words,
    "say": model.Words,
    "visit": model.Words,
    "fail": model.Words,
    "name": model.Words,
    "targets": model.Targets,
    "strategy": model.Strategy,
    "stop": model.Stop,
    "ticket": model.TicketRule,
    "retry": model.Retry,
    "on": model.Link,
}
