"""A gadget behind a login: refused until the gadget named `door` holds the value `open`. Tries are counted."""

from __future__ import annotations

from pedell.drivers.api import DeviceError, ErrorClass
from pedell.hooks.api import hookimpl
from tests.engine.gadget import GadgetDriver

PEDELL_API = 1


class LockedDriver(GadgetDriver):
    """As a gadget."""

    id = "locked"
    title = "Locked gadget"

    def connect(self, deadline):
        super().connect(deadline)
        own, self.name = self.name, "door"
        opened = self.ask(deadline, "status", effect=False)["value"] == "open"
        self.name = f"login-{own}"
        self.ask(deadline, "set", "-", "tried")
        self.name = own
        if not opened:
            raise DeviceError(ErrorClass.AUTH, "wrong password")


@hookimpl
def pedell_drivers():
    return [LockedDriver]
