"""Juniper EX switches."""

from __future__ import annotations

from pedell.drivers.api import Answer, Call, Deadline, Done, implements
from pedell_network import params
from pedell_network.command_line.driver import PlatformSwitch
from pedell_network.command_line.platform import Change
from pedell_network.juniper_junos.platform import JUNOS


class JuniperJunos(PlatformSwitch):
    """Juniper EX2200 to EX4600 with Junos (not Junos Evolved).

    Settings on the switch: `set system services ssh`, a user of a class that may configure and restart (super-user),
    `set protocols lldp interface all`.
    Sources: the Junos CLI references for EX, ntc-templates, netmiko 4.8.
    A change is committed with an automatic way back of two minutes, and confirmed over the same line; in a restart of
    a port or of its power the off stays unconfirmed, so that the switch brings it back by itself where Pedell dies.
    Everything committed is saved: `network.save_config` is not offered.
    """

    id = "juniper-junos"
    title = "Juniper Junos"
    brands = ("Juniper EX2200, EX2300, EX3300, EX3400, EX4300, EX4600",)
    protocol = "command line over SSH, commit confirmed"
    proof = (
        "public sample outputs (ntc-templates) and vendor references",
        "its simulator over real SSH",
    )
    limitations = (
        "a find by address does not tell the VLAN's number",
        "ports of a virtual chassis are no interfaces and so not offered",
        "not yet tried on a real switch",
    )
    kinds = frozenset({"switch"})
    platform = JUNOS
    _tentative = False

    @implements("network.port_restart")
    def port_restart(self, call: Call, asked: params.PortRestart) -> Answer:
        """Off for two minutes at most, wait, on."""
        self._tentative = True
        try:
            return super().port_restart(call, asked)
        finally:
            self._tentative = False

    def _cycle_power(self, call: Call, asked: params.PoeCycle, *, access_point: bool) -> Done:
        self._tentative = True
        try:
            return super()._cycle_power(call, asked, access_point=access_point)
        finally:
            self._tentative = False

    def change(self, change: Change, deadline: Deadline, **words: object) -> None:
        """Commit; in the middle of a restart the off only for two minutes."""
        from pedell_network.juniper_junos.commit import commit

        off = change in {self.platform.port_off, self._power.off}
        lines = change.filled(**words).lines
        commit(self.session(deadline), lines, deadline, confirm=not (self._tentative and off))
