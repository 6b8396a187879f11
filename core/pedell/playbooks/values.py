"""Values in expressions: plain data only, and how much of it one evaluation may make.

What a driver or a device said is data: it is looked at, compared and printed, never compiled, and nothing of
it can be called.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from enum import Enum

from pydantic import BaseModel

from pedell.errors import ExpressionError
from pedell.i18n import t

Value = str | int | float | bool | list["Value"] | dict[str, "Value"] | None

STEPS = 200_000
CHARACTERS = 2_000_000
DEPTH = 24
BITS = 1024
_PLAIN = frozenset({str, int, float, bool, list, dict, type(None)})


class MissingError(ExpressionError):
    """A name or a field that is not there; `default` and `is defined` may forgive it."""


class Budget:
    """What one evaluation may still spend: steps taken and characters made."""

    def __init__(self) -> None:
        self.steps = STEPS
        self.characters = CHARACTERS

    def step(self, count: int = 1) -> None:
        """Spend steps; raises ExpressionError when there are none left."""
        self.steps -= count
        if self.steps < 0:
            raise ExpressionError(t("the expression takes too long"))

    def write(self, count: int) -> None:
        """Spend characters, before they are made."""
        self.characters -= count
        if self.characters < 0:
            raise ExpressionError(t("the expression makes too long a text"))

    def made(self, text: str) -> str:
        """A text that has just been made."""
        self.write(len(text))
        return text


def kind(value: object) -> str:
    """What a value is, in plain words."""
    if isinstance(value, bool):
        return t("yes or no")
    names = {
        str: t("a text"),
        int: t("a number"),
        float: t("a number"),
        list: t("a list"),
        dict: t("a record"),
    }
    return t("none") if value is None else names.get(type(value), type(value).__name__)


def plain(value: object) -> Value:
    """One value as plain data, its insides not yet looked at."""
    if type(value) in _PLAIN:
        return value  # type: ignore[return-value]
    if isinstance(value, BaseModel):
        data: dict[str, Value] = value.model_dump(mode="json", by_alias=True)
        return data
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, date):  # a datetime is a date as well
        return value.isoformat()
    for base in (str, bool, int, float):
        if isinstance(value, base):
            return base(value)
    raise ExpressionError(
        t("a value of type {type} cannot be used in an expression", type=type(value).__name__)
    )


def settle(value: object, budget: Budget, depth: int = 0) -> Value:
    """The whole value as JSON can carry it; raises ExpressionError where it is too big or too deep."""
    value = plain(value)
    budget.step()
    if depth > DEPTH:
        raise ExpressionError(t("the value is nested too deeply"))
    if isinstance(value, str):
        return budget.made(value)
    if isinstance(value, list):
        return [settle(item, budget, depth + 1) for item in value]
    if isinstance(value, dict):
        return {budget.made(str(plain(key))): settle(item, budget, depth + 1) for key, item in value.items()}
    return value if value is None or isinstance(value, bool) else number(value)


def number(value: object) -> int | float:
    """A number that can be shown and stored; raises ExpressionError on infinite and monstrous ones."""
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, int) and value.bit_length() <= BITS:
        return value
    raise ExpressionError(t("the number is too big"))


def text(value: object, budget: Budget) -> str:
    """A value as it is put into a text: lists and records as JSON, none as `none`."""
    value = plain(value)
    if isinstance(value, str):
        return budget.made(value)
    if isinstance(value, list | dict):
        return budget.made(json.dumps(settle(value, budget), ensure_ascii=False))
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(number(value))
