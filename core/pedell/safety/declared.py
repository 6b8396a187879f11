"""The settings of safety stand in a file; that they have changed stands in the journal."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from pedell.journal import chain, installation
from pedell.model.actor import os_actor, said_by
from pedell.model.safety import SafetySettings

KIND = "safety.settings"
_KEPT = {
    "disruptive_needs_reason",
    "destructive_per_hour",
    "disruptive_per_hour",
    "caps",
    "grant_hours",
    "breakers",
}


def declare(connection: Connection, settings: SafetySettings) -> bool:
    """Add an event where the limits differ from those that were declared last; False where they do not.

    Timetables are left out: lessons change every week and protect nobody's data. Who is named is the account that the
    engine runs under; the file tells more.
    """
    now = json.loads(settings.model_dump_json(include=_KEPT))
    before = installation.last(connection, KIND)
    if before is not None and chain.text_of(json.loads(before)["now"]) == chain.text_of(now):
        return False
    was = json.loads(before)["now"] if before is not None else None
    installation.append(connection, KIND, {"now": now, "was": was, **said_by(os_actor())})
    return True
