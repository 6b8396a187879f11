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
    from pedell_whiteboards.a9.driver import A9Driver
    from pedell_whiteboards.aabbcc.driver import AabbccDriver
    from pedell_whiteboards.android_adb.driver import AndroidAdbDriver
    from pedell_whiteboards.benq.driver import BenqDriver
    from pedell_whiteboards.epson.driver import EpsonDriver
    from pedell_whiteboards.i3.driver import I3Driver
    from pedell_whiteboards.iiyama_te.driver import IiyamaTeDriver
    from pedell_whiteboards.lg.driver import LgDriver
    from pedell_whiteboards.nec.driver import NecDriver
    from pedell_whiteboards.newline.driver import NewlineDriver
    from pedell_whiteboards.pjlink.driver import PjlinkDriver
    from pedell_whiteboards.promethean.driver import PrometheanDriver
    from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
    from pedell_whiteboards.sharp.driver import SharpDriver
    from pedell_whiteboards.sicp.driver import SicpDriver
    from pedell_whiteboards.smart.driver import SmartDriver
    from pedell_whiteboards.viewsonic.driver import ViewsonicDriver
    from pedell_whiteboards.wake_on_lan.driver import WakeOnLanDriver

    return [
        A9Driver,
        AabbccDriver,
        AndroidAdbDriver,
        BenqDriver,
        EpsonDriver,
        I3Driver,
        IiyamaTeDriver,
        LgDriver,
        NecDriver,
        NewlineDriver,
        PjlinkDriver,
        PrometheanDriver,
        SamsungMdcDriver,
        SharpDriver,
        SicpDriver,
        SmartDriver,
        ViewsonicDriver,
        WakeOnLanDriver,
    ]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """One for each protocol."""
    from pedell_whiteboards.a9.simulator import A9Simulator
    from pedell_whiteboards.aabbcc.simulator import AabbccSimulator
    from pedell_whiteboards.android_adb.simulator import AndroidAdbSimulator
    from pedell_whiteboards.benq.simulator import BenqSimulator
    from pedell_whiteboards.epson.simulator import EpsonSimulator
    from pedell_whiteboards.i3.simulator import I3Simulator
    from pedell_whiteboards.iiyama_te.simulator import IiyamaTeSimulator
    from pedell_whiteboards.lg.simulator import LgSimulator
    from pedell_whiteboards.nec.simulator import NecSimulator
    from pedell_whiteboards.newline.simulator import NewlineSimulator
    from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
    from pedell_whiteboards.promethean.simulator import PrometheanSimulator
    from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
    from pedell_whiteboards.sharp.simulator import SharpSimulator
    from pedell_whiteboards.sicp.simulator import SicpSimulator
    from pedell_whiteboards.smart.simulator import SmartSimulator
    from pedell_whiteboards.viewsonic.simulator import ViewsonicSimulator

    return [
        A9Simulator,
        AabbccSimulator,
        AndroidAdbSimulator,
        BenqSimulator,
        EpsonSimulator,
        I3Simulator,
        IiyamaTeSimulator,
        LgSimulator,
        NecSimulator,
        NewlineSimulator,
        PjlinkSimulator,
        PrometheanSimulator,
        SamsungMdcSimulator,
        SharpSimulator,
        SicpSimulator,
        SmartSimulator,
        ViewsonicSimulator,
    ]
