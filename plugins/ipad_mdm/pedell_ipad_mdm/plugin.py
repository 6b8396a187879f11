"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pedell.hooks.api import hookimpl

if TYPE_CHECKING:
    from pedell.drivers.api import Contract, Driver
    from pedell.lab.simulator import Simulator

PEDELL_API = 1


@hookimpl
def pedell_contracts() -> Iterable[Contract]:
    """The family `ipad`."""
    from pedell_ipad_mdm.contract import CONTRACT

    return [CONTRACT]


@hookimpl
def pedell_drivers() -> Iterable[type[Driver]]:
    """Jamf Pro."""
    from pedell_ipad_mdm.jamf_pro.driver import JamfPro

    return [JamfPro]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """A Jamf Pro server with its iPads."""
    from pedell_ipad_mdm.jamf_pro.simulator import JamfProSimulator

    return [JamfProSimulator]
