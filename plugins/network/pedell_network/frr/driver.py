"""Routers with FRRouting, through vtysh behind SSH and netmiko."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pedell.drivers.api import Call, Deadline, DeviceError, ErrorClass, Happened, NoParams, implements
from pedell_network import params, results
from pedell_network.backup import keep
from pedell_network.frr import parse
from pedell_network.guards import Facts
from pedell_network.results import PortStatus
from pedell_network.switch import Switch

if TYPE_CHECKING:
    from pedell_network.session import Dialect


class Frr(Switch):
    """FRRouting 8 and later; the login's shell, or sshd's ForceCommand, is vtysh.

    Settings on the router: a user in group frrvty whose shell runs `vtysh`.
    Sources: FRR 8.4.4, tried.
    Known limitations: no MAC table, no neighbours, no PoE, no VLANs; identity is the host's name only.
    """

    id = "frr"
    title = "FRRouting"
    brands = ("FRRouting 8 and later",)
    protocol = "vtysh over SSH"
    proof = ("the real vtysh 8.4 in a network namespace: the far end loses its carrier and gets it back",)
    limitations = ("no MAC table, no neighbours, no PoE, no VLANs",)
    kinds = frozenset({"switch"})

    @classmethod
    def dialect(cls) -> Dialect:
        """Like IOS, with its own complaints."""
        from pedell_network.frr.vtysh import DIALECT

        return DIALECT

    def port_name(self, text: str) -> str:
        """An interface's name."""
        return parse.port(text)

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """`show interface brief`."""
        return parse.names(self.session(deadline).run("show interface brief", deadline))

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is. Raises PRECONDITION for one that is not there."""
        return parse.interface(self.session(deadline).run(f"show interface {port} json", deadline), port)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What can be known: the port, and whether our packets leave through it."""
        status = self.read_port(port, deadline)
        try:
            ours = ipaddress.ip_address(self.session(deadline).local_address)
            word = "ip" if ours.version == 4 else "ipv6"
            ways = parse.route(self.session(deadline).run(f"show {word} route {ours} json", deadline))
        except (ValueError, DeviceError) as error:
            if isinstance(error, DeviceError) and error.error_class is not ErrorClass.REFUSED:
                raise
            ways = ()
        return Facts(status, None, None, port in ways if ways else None, self.protected(port))

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """`shutdown` or `no shutdown`."""
        line = self.session(deadline)
        line.run("configure terminal", deadline)
        try:
            line.run(f"interface {port}", deadline)
            line.run("no shutdown" if on else "shutdown", deadline, effect=True)
        finally:
            line.leave("end", deadline)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """`show version`."""
        return parse.version(self.session(deadline).run("show version", deadline))

    @implements("network.backup_config")
    def backup_config(self, call: Call, asked: NoParams) -> results.ConfigBackup:
        """`show running-config` into the data folder, secrets masked."""
        del asked

        def read() -> str:
            return parse.configuration(self.session(call.deadline).run("show running-config", call.deadline))

        return keep(self.env.data, self.target, read, call.purpose)

    @implements("network.save_config")
    def save_config(self, call: Call, asked: params.SaveConfig) -> results.SavedConfig:
        """`write memory`; FRR cannot tell whether anything was unsaved, so it must be allowed."""
        if asked.unsaved == "refuse":
            raise DeviceError(
                ErrorClass.PRECONDITION,
                "FRR does not tell whether there are other unsaved changes",
                hint="unsaved: save keeps them all",
            )
        text = self.session(call.deadline).run("write memory", call.deadline, effect=True)
        if "saved" not in text.lower():
            raise DeviceError(
                ErrorClass.DEVICE_FAULT,
                "the router does not confirm that it saved",
                happened=Happened.UNKNOWN,
            )
        return results.SavedConfig(saved=True)
