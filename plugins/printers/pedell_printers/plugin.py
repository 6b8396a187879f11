"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable

from pedell.drivers.api import Contract, Driver
from pedell.hooks.api import hookimpl
from pedell.lab.simulator import Simulator

PEDELL_API = 1


@hookimpl
def pedell_contracts() -> Iterable[Contract]:
    """The family `printer`."""
    from pedell_printers.contract import CONTRACT

    return [CONTRACT]


@hookimpl
def pedell_drivers() -> Iterable[type[Driver]]:
    """The driver `ipp`."""
    from pedell_printers.ipp.driver import IppDriver

    return [IppDriver]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """The simulator `ipp`."""
    from pedell_printers.ipp.simulator import IppSimulator

    return [IppSimulator]
