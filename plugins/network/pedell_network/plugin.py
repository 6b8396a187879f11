"""What this plugin offers."""

from __future__ import annotations

from collections.abc import Iterable

from pedell.drivers.api import Contract, Driver
from pedell.hooks.api import hookimpl
from pedell.lab.simulator import Simulator
from pedell_network.allied_telesis_awplus.driver import AlliedTelesisAwplus
from pedell_network.aruba_aoscx.driver import ArubaAosCx
from pedell_network.cisco_ios.driver import CiscoIos
from pedell_network.cisco_s300.driver import CiscoS300
from pedell_network.contract import CONTRACT
from pedell_network.dlink_ds.driver import DlinkDs
from pedell_network.extreme_exos.driver import ExtremeExos
from pedell_network.frr.driver import Frr
from pedell_network.hp_comware.driver import HpComware
from pedell_network.hp_procurve.driver import HpProcurve
from pedell_network.juniper_junos.driver import JuniperJunos
from pedell_network.lancom_lcossx4.driver import LancomLcosSx4
from pedell_network.lancom_lcossx5.driver import LancomLcosSx5
from pedell_network.linux_bridge.driver import LinuxBridge
from pedell_network.mikrotik_routeros.driver import MikrotikRouterOs
from pedell_network.netgear.driver import NetgearProsafe
from pedell_network.snmp.driver import Snmp
from pedell_network.tplink_jetstream.driver import TplinkJetstream
from pedell_network.ubiquiti.driver import UbiquitiEdgeSwitch, UbiquitiUnifiSwitch
from pedell_network.unifi.driver import UnifiController
from pedell_network.zyxel_zynos.driver import ZyxelZynos

PEDELL_API = 1


@hookimpl
def pedell_contracts() -> Iterable[Contract]:
    """The family."""
    return [CONTRACT]


@hookimpl
def pedell_drivers() -> Iterable[type[Driver]]:
    """One per platform."""
    return [
        CiscoIos,
        HpProcurve,
        ArubaAosCx,
        JuniperJunos,
        MikrotikRouterOs,
        UbiquitiEdgeSwitch,
        UbiquitiUnifiSwitch,
        CiscoS300,
        ExtremeExos,
        NetgearProsafe,
        TplinkJetstream,
        DlinkDs,
        AlliedTelesisAwplus,
        HpComware,
        LancomLcosSx4,
        LancomLcosSx5,
        ZyxelZynos,
        Frr,
        LinuxBridge,
        Snmp,
        UnifiController,
    ]


@hookimpl
def pedell_simulators() -> Iterable[type[Simulator]]:
    """Switches for the lab, one personality a vendor."""
    from pedell_network.cisco_ios.simulated.switch import CiscoIosSimulator
    from pedell_network.simulated.allied_telesis_awplus import AlliedTelesisAwplusSimulator
    from pedell_network.simulated.aruba_aoscx import ArubaAosCxSimulator
    from pedell_network.simulated.cisco_s300 import CiscoS300Simulator
    from pedell_network.simulated.dlink_ds import DlinkDsSimulator
    from pedell_network.simulated.extreme_exos import ExtremeExosSimulator
    from pedell_network.simulated.fastpath import EdgeSwitchSimulator, UnifiSwitchSimulator
    from pedell_network.simulated.hp_comware import HpComwareSimulator
    from pedell_network.simulated.hp_procurve import HpProcurveSimulator
    from pedell_network.simulated.juniper_junos import JuniperJunosSimulator
    from pedell_network.simulated.lancom_lcossx4 import LancomLcosSx4Simulator
    from pedell_network.simulated.lancom_lcossx5 import LancomLcosSx5Simulator
    from pedell_network.simulated.mikrotik_routeros import MikrotikRouterOsSimulator
    from pedell_network.simulated.netgear import NetgearSimulator
    from pedell_network.simulated.tplink_jetstream import TplinkJetstreamSimulator
    from pedell_network.simulated.zyxel_zynos import ZyxelZynosSimulator
    from pedell_network.snmp.simulated.switch import SnmpSwitchSimulator
    from pedell_network.unifi.simulated.server import UnifiSimulator

    return [
        CiscoIosSimulator,
        HpProcurveSimulator,
        ArubaAosCxSimulator,
        JuniperJunosSimulator,
        MikrotikRouterOsSimulator,
        EdgeSwitchSimulator,
        UnifiSwitchSimulator,
        CiscoS300Simulator,
        ExtremeExosSimulator,
        NetgearSimulator,
        TplinkJetstreamSimulator,
        DlinkDsSimulator,
        AlliedTelesisAwplusSimulator,
        HpComwareSimulator,
        LancomLcosSx4Simulator,
        LancomLcosSx5Simulator,
        ZyxelZynosSimulator,
        SnmpSwitchSimulator,
        UnifiSimulator,
    ]
