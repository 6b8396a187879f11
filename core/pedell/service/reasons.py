"""What needs a reason before it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pedell.drivers.api import Risk
from pedell.errors import RefusedError, UsageError
from pedell.i18n import t
from pedell.model.safety import SafetySettings
from pedell.service.planning import Plan

if TYPE_CHECKING:
    from pedell.service.runs import RunRequest


def demand_reason(plan: Plan, request: RunRequest, settings: SafetySettings) -> None:
    """Raise RefusedError or UsageError where a reason has to be given and is not."""
    if request.reason.strip():
        return
    if request.at_once:
        raise UsageError(t("not to wait for the next free slot needs a reason"), hint="--reason")
    if request.check_only:
        return
    if plan.irreversible:
        names = ", ".join(plan.irreversible)
        raise RefusedError(t("{names} cannot be undone and needs a reason", names=names), hint="--reason")
    if settings.disruptive_needs_reason and plan.risk >= Risk.DISRUPTIVE:
        raise RefusedError(t("what interrupts a room needs a reason"), hint="--reason")
