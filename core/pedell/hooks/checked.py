"""What can be known of a driver before it is used: a mistake is told when the plugin is loaded, not in the middle of a run."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import CO_VARARGS

from pedell.drivers.driver import Driver

_NAMES: Sequence[tuple[str, type]] = (("id", str), ("title", str), ("kinds", frozenset))
_TAKEN = 3
"""What a capability's method is called with: self, call, params."""


def check_driver(driver: type[Driver]) -> None:
    """Raise TypeError for a driver that lacks something, or has a capability's method that cannot be called as one."""
    for name, kind in _NAMES:
        value = getattr(driver, name, None)
        if not isinstance(value, kind) or not value:
            raise TypeError(f"driver {driver.__name__} needs {name}, a {kind.__name__} that is not empty")
    missing = sorted(getattr(driver, "__abstractmethods__", ()))
    if missing:
        raise TypeError(f"driver {driver.id} lacks {', '.join(missing)}")
    for capability, method in driver.capabilities().items():
        if not _takes(getattr(driver, method)):
            raise TypeError(
                f"driver {driver.id}: {method}, which answers {capability}, must take (self, call, params)"
            )


def _takes(method: object) -> bool:
    code = getattr(method, "__code__", None)
    if code is None:  # something callable of its own kind
        return callable(method)
    optional = len(getattr(method, "__defaults__", None) or ())
    named = code.co_kwonlyargcount - len(getattr(method, "__kwdefaults__", None) or ())
    enough = code.co_argcount >= _TAKEN or bool(code.co_flags & CO_VARARGS)
    return enough and code.co_argcount - optional <= _TAKEN and named == 0
