"""A device's options from the inventory, checked where a conversation begins."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from pedell.drivers.api import DeviceError, ErrorClass, Options, Target

REFERENCE = r"^(secret://\S+)?$"
"""Secrets stand in options only as references."""

SomeOptions = TypeVar("SomeOptions", bound=Options)


def read_options(kind: type[SomeOptions], target: Target) -> SomeOptions:
    """The typed options; DeviceError(PRECONDITION) names each wrong one, never its value."""
    try:
        return kind.model_validate(dict(target.options))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the options of {target.name} cannot be used: {wrong}"[:500],
            hint=f"known options: {', '.join(sorted(kind.model_fields))}",
        ) from None
