"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pedell.drivers.api import Contract, Driver
from pedell.hooks.api import hookimpl

if TYPE_CHECKING:
    from pedell.lab.simulator import Simulator

PEDELL_API = 1


@hookimpl
def pedell_contracts() -> Iterable[Contract]:
    """The contract of displays."""
    from pedell_whiteboards.contract import CONTRACT

    return [CONTRACT]


@hookimpl
def pedell_drivers() -> Iterable[type[Driver]]:
    """One for each protocol."""
    from pedell_whiteboards.android_adb.driver import AndroidAdbDriver
    from pedell_whiteboards.pjlink.driver import PjlinkDriver
    from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
    from pedell_whiteboards.wake_on_lan.driver import WakeOnLanDriver

    return [
        AndroidAdbDriver,
        PjlinkDriver,
        SamsungMdcDriver,
        WakeOnLanDriver,
    ]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """One for each protocol."""
    from pedell_whiteboards.android_adb.simulator import AndroidAdbSimulator
    from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
    from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator

    return [
        AndroidAdbSimulator,
        PjlinkSimulator,
        SamsungMdcSimulator,
    ]
