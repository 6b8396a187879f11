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
    from pedell_whiteboards.benq.driver import BenqDriver
    from pedell_whiteboards.epson.driver import EpsonDriver
    from pedell_whiteboards.nec.driver import NecDriver
    from pedell_whiteboards.pjlink.driver import PjlinkDriver
    from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
    from pedell_whiteboards.sharp.driver import SharpDriver
    from pedell_whiteboards.viewsonic.driver import ViewsonicDriver
    from pedell_whiteboards.wake_on_lan.driver import WakeOnLanDriver

    return [
        AndroidAdbDriver,
        BenqDriver,
        EpsonDriver,
        NecDriver,
        PjlinkDriver,
        SamsungMdcDriver,
        SharpDriver,
        ViewsonicDriver,
        WakeOnLanDriver,
    ]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """One for each protocol."""
    from pedell_whiteboards.android_adb.simulator import AndroidAdbSimulator
    from pedell_whiteboards.benq.simulator import BenqSimulator
    from pedell_whiteboards.epson.simulator import EpsonSimulator
    from pedell_whiteboards.nec.simulator import NecSimulator
    from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
    from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
    from pedell_whiteboards.sharp.simulator import SharpSimulator
    from pedell_whiteboards.viewsonic.simulator import ViewsonicSimulator

    return [
        AndroidAdbSimulator,
        BenqSimulator,
        EpsonSimulator,
        NecSimulator,
        PjlinkSimulator,
        SamsungMdcSimulator,
        SharpSimulator,
        ViewsonicSimulator,
    ]
