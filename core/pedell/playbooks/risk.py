"""What a playbook may do at worst, known from its steps alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pedell.drivers.capability import Capability, Risk
from pedell.playbooks.load import LoadedPlaybook
from pedell.playbooks.model import AnyStep, Block, Do


def calls(steps: Iterable[AnyStep]) -> Iterator[Do]:
    """Every call of a capability among the steps, those in blocks included."""
    for step in steps:
        if isinstance(step, Do):
            yield step
        elif isinstance(step, Block):
            yield from calls([*step.block, *step.rescue, *step.always])


def worst(parts: Iterable[LoadedPlaybook], capabilities: Mapping[str, Capability]) -> Risk | None:
    """The greatest risk of all capabilities; None where one is unknown."""
    risk = Risk.HARMLESS
    for part in parts:
        for step in calls(part.playbook.steps):
            capability = capabilities.get(step.do)
            if capability is None:
                return None
            risk = max(risk, capability.risk)
    return risk
