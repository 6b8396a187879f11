"""What pydantic found wrong with a value that a person gave, in words that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from pedell.i18n import language, said, tr

_MEMBER = re.compile(r"[a-z-]*\[.*\]$")


def place(*parts: object) -> str:
    """Where it is: names and numbers joined by dots, without what pydantic calls the members of its unions."""
    return ".".join(str(part) for part in parts if not _MEMBER.match(str(part)))


def reason(error: ErrorDetails, code: str = "") -> str:
    """What is wrong with the value, without its name; in the language named, else in that of this context."""
    code = code or language()
    context: Mapping[str, Any] = error.get("ctx", {})
    kind = error["type"]
    return (
        _missing(kind, code)
        or _kind(kind, code)
        or _bound(kind, context, code)
        or _other(error, context, code)
    )


def _missing(kind: str, code: str) -> str:
    match kind:
        case "missing":
            return tr(code, "is missing")
        case "extra_forbidden":
            return tr(code, "is not known here")
        case "none_required":
            return tr(code, "must be left out")
        case _:
            return ""


def _kind(kind: str, code: str) -> str:
    match kind:
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return tr(code, "must be a whole number")
        case "float_parsing" | "float_type" | "finite_number" | "decimal_parsing" | "decimal_type":
            return tr(code, "must be a number")
        case "bool_parsing" | "bool_type":
            return tr(code, "must be true or false")
        case "string_type" | "string_sub_type" | "path_type" | "string_unicode":
            return tr(code, "must be a text")
        case "list_type" | "tuple_type" | "set_type" | "frozen_set_type":
            return tr(code, "must be a list")
        case "dict_type" | "mapping_type" | "model_type" | "model_attributes_type" | "dataclass_type":
            return tr(code, "must hold names with values")
        case _:
            return ""


def _bound(kind: str, context: Mapping[str, Any], code: str) -> str:
    match kind:
        case "greater_than_equal":
            return tr(code, "at least {limit}", limit=_plain(context.get("ge")))
        case "greater_than":
            return tr(code, "more than {limit}", limit=_plain(context.get("gt")))
        case "less_than_equal":
            return tr(code, "at most {limit}", limit=_plain(context.get("le")))
        case "less_than":
            return tr(code, "less than {limit}", limit=_plain(context.get("lt")))
        case "string_too_long":
            return tr(code, "at most {limit} characters", limit=context.get("max_length"))
        case "string_too_short" | "too_short" if context.get("min_length") == 1:
            return tr(code, "must not be empty")
        case "string_too_short":
            return tr(code, "at least {limit} characters", limit=context.get("min_length"))
        case "too_long":
            return tr(code, "at most {limit} entries", limit=context.get("max_length"))
        case "too_short":
            return tr(code, "at least {limit} entries", limit=context.get("min_length"))
        case _:
            return ""


def _plain(limit: object) -> object:
    return f"{limit:g}" if isinstance(limit, float) else limit


def _other(error: ErrorDetails, context: Mapping[str, Any], code: str) -> str:
    match error["type"]:
        case "literal_error" | "enum":
            return tr(
                code,
                "must be one of {allowed}",
                allowed=str(context.get("expected", "")).replace(" or ", ", "),
            )
        case "string_pattern_mismatch":
            return tr(code, "must have the form {form}", form=str(context.get("pattern", "")).strip("^$()"))
        case "json_invalid":
            return tr(code, "is no JSON: {error}", error=context.get("error", ""))
        case "json_type" | "invalid-json-value":
            return tr(code, "must be JSON")
        case "value_error" | "assertion_error":
            # A sentence of ours, or of a plugin's.
            words = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
            return said(words, code)
        case _:
            return said(error["msg"], code)
