"""Netgear's managed switches with FASTPATH."""

from __future__ import annotations

import dataclasses

from pedell.drivers.api import Deadline
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.command_line.platform import (
    Change,
    Look,
    Neighbourhood,
    PortLook,
    Power,
    Saving,
)
from pedell_network.fastpath import parse as fastpath
from pedell_network.fastpath.platform import CONFIGURED, FASTPATH, PORT
from pedell_network.netgear import parse

assert FASTPATH.saving is not None
NETGEAR = dataclasses.replace(
    FASTPATH,
    netmiko="netgear_prosafe",
    manufacturer="Netgear",
    port_name=parse.port_name,
    port_example="1/0/5 or 0/5",
    port=(
        PortLook("show port {port}", fastpath.port),
        PortLook("show interface ethernet {port}", parse.counters, optional=True),
        PortLook("show poe port info {port}", parse.power, optional=True),
        PortLook(CONFIGURED, fastpath.configured, optional=True),
        PortLook("show vlan port {port}", parse.pvid, optional=True),
    ),
    power=Power(off=Change(("no poe",), where=PORT), on=Change(("poe",), where=PORT)),
    neighbours=Neighbourhood(
        Look("show lldp remote-device all", parse.announced),
        "show lldp remote-device detail {port}",
        fastpath.neighbours,
    ),
    saving=Saving(
        dataclasses.replace(FASTPATH.saving.save, command="write memory confirm"), FASTPATH.saving.unsaved
    ),
    guarding=dataclasses.replace(FASTPATH.guarding, gateway=Look("show ip management", fastpath.gateway)),
)
ACCESS = Change(("switchport access vlan {vlan}",), where=PORT)


class NetgearProsafe(PlatformSwitch):
    """Netgear M4250, M4300, M5300 and GSM72xx (not the Smart switches, whose command line has no SSH or is none).

    Settings on the switch: `ip ssh server enable`, a user with full access, `lldp receive` on the ports.
    Sources: the captures and notes of python-netgear-switch-library (M4300, GSM7252PS), Netgear's M4300 CLI manual,
    netmiko 4.8.
    """

    id = "netgear-prosafe"
    title = "Netgear managed switches (M4250, M4300, GSM72xx)"
    brands = ("Netgear M4250, M4300, M5300, GSM72xx",)
    protocol = "command line over SSH"
    proof = (
        "from documentation: captures that another project took from an M4300-16X and a GSM7252PS, Netgear's CLI manual",
        "its simulator over real SSH",
    )
    limitations = (
        "GSM72xx with firmware before 12 does not tell its gateway by `show ip management`: that guard is a warning there",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = NETGEAR

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """In the mode that the port is in: in access mode participation is taken down, and has no effect."""
        told = self.conversation(deadline).read(CONFIGURED.format(port=port), deadline)
        if parse.in_access_mode(told):
            self.change(ACCESS, deadline, port=port, vlan=vlan)
        else:
            super().put_into_vlan(port, vlan, old, deadline)
