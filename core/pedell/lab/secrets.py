"""The lab's own secrets: a school's file names them, the data folder keeps them, simulators are told them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pedell.lab.school import School

SECRET = "secret://file/lab-"


def secret_names(school: School) -> set[str]:
    """Names of the secrets that the school needs, without `secret://file/`."""
    found: set[str] = set()
    for played in school.played:
        _collect(played.settings, found)
        _collect(played.controller or {}, found)
        for device in played.devices:
            _collect(device.part.options, found)
    return found


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str) and value.startswith(SECRET):
        found.add(value.removeprefix("secret://file/"))
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, found)


def reveal(value: Any, secrets: Mapping[str, str]) -> Any:
    """`value` with references to the lab's secrets replaced by the secrets, for simulators."""
    if isinstance(value, str) and value.startswith(SECRET):
        return secrets[value.removeprefix("secret://file/")]
    if isinstance(value, Mapping):
        return {key: reveal(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [reveal(item, secrets) for item in value]
    return value
