"""The sentence that says which run holds a device, said and understood in one place: it is stored as it is said."""

from __future__ import annotations

import re

from pedell.i18n import tr

_SAID = re.compile(r" is held by run (\d{1,12})$")


def held(name: str, run: object) -> str:
    """Why a task does not go on, in English."""
    return tr("en", "{name} is held by run {run}", name=name, run=run)


def holder(why: str) -> int:
    """The run's number, where that is what is said; else 0."""
    found = _SAID.search(why)
    return int(found[1]) if found else 0
