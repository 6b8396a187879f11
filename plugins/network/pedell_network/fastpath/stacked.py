"""FASTPATH as data, in the words of switches that can be stacked: ports are 1/0/5, PoE is `poe` and `no poe`.

Sources: Netgear's M4300 CLI manual, and what another project captured and noted on such switches (`stacked_parse`).
"""

from __future__ import annotations

import dataclasses

from pedell.drivers.api import Deadline
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.command_line.platform import Change, Look, Neighbourhood, PortLook, Power, Saving
from pedell_network.fastpath import parse as fastpath
from pedell_network.fastpath import stacked_parse as parse
from pedell_network.fastpath.platform import CONFIGURED, FASTPATH, PORT

assert FASTPATH.saving is not None
STACKED = dataclasses.replace(
    FASTPATH,
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
)
ACCESS = Change(("switchport access vlan {vlan}",), where=PORT)


class StackedSwitch(PlatformSwitch):
    """A switch with `STACKED`, or with what a maker made of it."""

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """In the mode that the port is in: in access mode participation is taken down, and has no effect."""
        told = self.conversation(deadline).read(CONFIGURED.format(port=port), deadline)
        if parse.in_access_mode(told):
            self.change(ACCESS, deadline, port=port, vlan=vlan)
        else:
            super().put_into_vlan(port, vlan, old, deadline)
