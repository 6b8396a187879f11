"""A second driver for gadgets, which knows nothing of what the first one began, and answers all the same."""

from __future__ import annotations

from pedell.drivers.api import Happened
from pedell.hooks.api import hookimpl
from tests.engine.gadget import GadgetDriver

PEDELL_API = 1


class GizmoDriver(GadgetDriver):
    """Takes any token for its own, and finds everything undone."""

    id = "gizmo"
    title = "Gizmo"

    def poll(self, capability, call, token):
        return self.status(call, None)

    def probe(self, capability, call, params, evidence):
        return Happened.NO


@hookimpl
def pedell_drivers():
    return [GizmoDriver]
