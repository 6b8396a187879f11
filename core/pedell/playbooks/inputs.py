"""Inputs of a playbook: from words on a command line or values of a request to checked values."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from pedell.errors import Finding, UsageError
from pedell.i18n import t
from pedell.playbooks.model import Input, Playbook
from pedell.security.secrets import PREFIX

Bound = str | int | float | bool | None
_TRUE = frozenset({"true", "yes", "ja", "on", "1"})
_FALSE = frozenset({"false", "no", "nein", "off", "0"})


def parse_pairs(words: Iterable[str]) -> dict[str, str]:
    """`key=value` words as a mapping; raises UsageError."""
    pairs: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                t("{word} is no input", word=repr(word[:80])), hint=t("inputs are written name=value")
            )
        if name.strip() in pairs:
            raise UsageError(t("the input {name} is given twice", name=name.strip()))
        pairs[name.strip()] = value
    return pairs


def bind_inputs(playbook: Playbook, given: Mapping[str, object]) -> dict[str, Bound]:
    """What the playbook's steps see as `inputs`: every declared input, checked, with defaults.

    Texts are read as the input's type, so that words from a command line and JSON values are both welcome. An
    input that is not given and has no default is none. Raises UsageError that names every mistake.
    """
    found: list[Finding] = []
    for name in given:
        if name not in playbook.inputs:
            near = get_close_matches(name, list(playbook.inputs), 1)
            known = ", ".join(playbook.inputs) or t("none")
            hint = t("did you mean {name}?", name=near[0]) if near else t("its inputs: {names}", names=known)
            found.append(
                Finding(t("there is no input {name}", name=name[:80]), hint=hint, code="unknown-input")
            )
    values: dict[str, Bound] = {}
    for name, declared in playbook.inputs.items():
        value = given.get(name)
        if value is None:
            value = declared.default
        if value is None:
            if declared.required:
                hint = str(declared.title.text) if declared.title else ""
                found.append(
                    Finding(t("the input {name} is missing", name=name), hint=hint, code="missing-input")
                )
            values[name] = None
            continue
        try:
            values[name] = read_input(declared, value)
        except ValueError as error:
            found.append(Finding(f"{name}: {error}", hint=_hint(declared), code="wrong-input"))
    if found:
        raise UsageError(t("the inputs of {playbook} are wrong", playbook=playbook.id), findings=found)
    return values


def read_input(declared: Input, value: object) -> Bound:
    """One value as the input's type; raises ValueError in plain words."""
    return _READERS[declared.type](declared, value)


def _text(declared: Input, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(t("a text is needed"))  # noqa: TRY004 - one kind of error for all mistakes
    text = str(value)
    if len(text) > declared.max_length:
        raise ValueError(
            t("it has {count} characters, allowed are {limit}", count=len(text), limit=declared.max_length)
        )
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" for character in text):
        raise ValueError(t("it holds a control character"))
    return text


def _integer(declared: Input, value: object) -> int:
    if isinstance(value, str):
        try:
            value = int(value.strip()) if len(value) < 40 else None
        except ValueError:
            value = None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(t("a whole number is needed"))  # noqa: TRY004
    _within(declared, value)
    return value


def _number(declared: Input, value: object) -> float:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(t("a number is needed"))
    _within(declared, value)
    return value


def _within(declared: Input, value: float) -> None:
    if declared.minimum is not None and value < declared.minimum:
        raise ValueError(t("at least {limit}", limit=f"{declared.minimum:g}"))
    if declared.maximum is not None and value > declared.maximum:
        raise ValueError(t("at most {limit}", limit=f"{declared.maximum:g}"))


def _boolean(declared: Input, value: object) -> bool:
    del declared
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(t("true or false is needed"))


def _choice(declared: Input, value: object) -> str:
    if isinstance(value, str) and value in declared.choices:
        return value
    raise ValueError(t("it is none of the choices"))


def _secret(declared: Input, value: object) -> str:
    del declared
    # The value is not repeated in the message: somebody may have typed the secret itself.
    if not isinstance(value, str) or not value.startswith(PREFIX) or "/" not in value.removeprefix(PREFIX):
        raise ValueError(t("a secret is given as a reference, never as itself"))
    return value


_READERS: Mapping[str, Callable[[Input, object], Bound]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "secret": _secret,
}


def _hint(declared: Input) -> str:
    if declared.type == "secret":
        return "secret://env/NAME, secret://file/NAME"
    near = ", ".join(declared.choices)
    title = str(declared.title.text) if declared.title else ""
    return near or title
