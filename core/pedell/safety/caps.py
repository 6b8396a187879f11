"""How often something may be called per scope and clock hour."""

from __future__ import annotations

from pedell.drivers.api import Risk
from pedell.journal.ops import Cap
from pedell.model.safety import SafetySettings
from pedell.safety.question import Question


def caps(question: Question, settings: SafetySettings) -> tuple[Cap, ...]:
    """What is counted when this attempt begins."""
    name, target = question.capability.name, question.target
    places = {
        "site": target.site,
        "controller": target.controller.name if target.controller else "",
        "model": target.model,
        "everywhere": "everywhere",
    }
    found = []
    if question.capability.risk >= Risk.DESTRUCTIVE:
        found.append(Cap(f"{name}|site:{target.site}", settings.destructive_per_hour))
    elif question.capability.risk >= Risk.DISRUPTIVE:
        found.append(Cap(f"{name}|site:{target.site}", settings.disruptive_per_hour))
    for own in settings.caps:
        place = places[own.per]
        if own.capability == name and place:
            scope = f"{name}|{own.per}:{place}" if own.per != "everywhere" else f"{name}|everywhere"
            # Two limits for one scope: the smaller one counts.
            known = next((cap for cap in found if cap.scope == scope), None)
            if known is None:
                found.append(Cap(scope, own.limit))
            else:
                found[found.index(known)] = Cap(scope, min(known.limit, own.limit))
    return tuple(found)
