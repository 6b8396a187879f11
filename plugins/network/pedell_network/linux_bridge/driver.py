"""Switches that are Linux: bridges with iproute2, over SSH through netmiko."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pedell.drivers.api import Call, Deadline, DeviceError, Done, ErrorClass, Happened, NoParams, implements
from pedell_network import params, results
from pedell_network.guards import Facts, unknown
from pedell_network.linux_bridge import parse
from pedell_network.results import Mode, PortChange, PortStatus
from pedell_network.switch import Switch

if TYPE_CHECKING:
    from pedell_network.session import Dialect

_UNTIL_OFF = 1.5
"""Seconds after which a port that the device itself switches off is off."""
_OPTIONAL = frozenset({ErrorClass.UNSUPPORTED, ErrorClass.REFUSED, ErrorClass.AUTH})
_INFO = (
    'echo "name=$(hostname)"; echo "kernel=$(uname -sr)"; echo "uptime=$(cat /proc/uptime)"; '
    'for what in "maker sys_vendor" "model product_name" "serial product_serial"; do set -- $what; '
    'echo "$1=$(cat /sys/class/dmi/id/$2 2>/dev/null)"; done'
)


class LinuxBridge(Switch):
    """Linux bridges: Cumulus-like switches, OpenWrt, a computer with several network cards.

    Settings on the device: an SSH login that may run `ip` and `bridge`, or the option `sudo` with a sudoers rule
    for both; `lldpd` for neighbours.
    Sources: iproute2 6.1 and a kernel 6 (tried), lldpd 1.0.16.
    Known limitations: no PoE and no saving of configurations; a port's state lasts until the next restart, what
    the distribution's own files say comes back then. VLANs only where the bridge filters them.
    """

    id = "linux-bridge"
    title = "Linux bridge"
    brands = ("Linux bridges: Cumulus-like switches, OpenWrt",)
    protocol = "iproute2 over SSH"
    proof = ("a real bridge in a network namespace: the far end loses its carrier and gets it back",)
    limitations = (
        "no PoE, nothing is saved",
        "VLANs only where the bridge filters them",
    )
    kinds = frozenset({"switch"})

    @classmethod
    def dialect(cls) -> Dialect:
        """A shell."""
        from pedell_network.linux_bridge.shell import DIALECT

        return DIALECT

    def run(self, command: str, deadline: Deadline, *, effect: bool = False) -> str:
        """What a command prints. Raises what its status says."""
        text = self.session(deadline).run(f"{command}; echo {parse.MARK}$?", deadline, effect=effect)
        return text.rsplit(parse.MARK, 1)[0]

    def optional(self, command: str, deadline: Deadline) -> str | None:
        """As `run`; None where it is not there or may not be run."""
        try:
            return self.run(command, deadline)
        except DeviceError as error:
            if error.error_class in _OPTIONAL:
                return None
            raise

    def change(self, command: str, deadline: Deadline) -> None:
        """Run a command that needs rights."""
        self.run(f"sudo -n {command}" if self.settings.sudo else command, deadline, effect=True)

    def _leave(self, port: str, vlan: int, deadline: Deadline) -> None:
        """Take a port out of the VLAN that it was in; it is in its new one already, whatever becomes of this."""
        try:
            self.change(f"bridge vlan del dev {port} vid {vlan}", deadline)
        except DeviceError as error:
            raise DeviceError(
                error.error_class,
                f"{port} is in the new VLAN, but may still be in VLAN {vlan}: {error.message}",
                happened=Happened.UNKNOWN,
                hint=error.hint,
            ) from error

    def port_name(self, text: str) -> str:
        """An interface's name."""
        return parse.port(text)

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """`ip link`."""
        return parse.names(self.run("ip -j link show", deadline))

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self._port(port, deadline)[0]

    def _port(self, port: str, deadline: Deadline) -> tuple[PortStatus, str, bool]:
        """The port, the bridge that it belongs to, and whether it is several links under one name or one of those."""
        shown = self.run(f"ip -j -s link show dev {port}", deadline)
        speed = self.optional(f"cat /sys/class/net/{port}/speed 2>/dev/null", deadline) or ""
        status, bridge = parse.link(shown, port, speed)
        listed = self.optional(f"bridge -j vlan show dev {port}", deadline)
        mode, vlan = parse.vlans(listed, port) if listed else (Mode.UNKNOWN, None)
        return status.model_copy(update={"mode": mode, "vlan": vlan}), bridge, parse.bundled(shown, port)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know."""
        status, bridge, bundle = self._port(port, deadline)
        learnt = self._learnt(bridge, deadline) if bridge else ()
        told = self.optional("lldpcli -f json0 show neighbors", deadline)
        near = (
            None if told is None else tuple(found for found in parse.neighbours(told) if found.port == port)
        )
        count = None if learnt is None else len({found[0] for found in learnt if found[2] == port})
        way_in = self._is_way_in(port, learnt, deadline)
        gateway = self._is_gateway_behind(port, learnt, deadline)
        return Facts(status, near, count, way_in, self.protected(port), bundle, gateway=gateway)

    def _learnt(self, bridge: str, deadline: Deadline) -> tuple[tuple[str, int | None, str], ...] | None:
        told = self.optional(f"bridge -j fdb show br {parse.port(bridge)}", deadline)
        return None if told is None else parse.addresses(told)

    def _is_way_in(
        self, port: str, learnt: tuple[tuple[str, int | None, str], ...] | None, deadline: Deadline
    ) -> bool | None:
        try:
            ours = str(ipaddress.ip_address(self.session(deadline).local_address))
        except ValueError:
            return None
        told = self.optional(f"ip -j route get {ours}", deadline)
        if told is None:
            return None
        device, gateway = parse.route(told)
        if device == port:
            return True
        # The bridge itself may carry our connection: then the port behind which our next hop was learnt counts.
        return self._is_behind(gateway or ours, device, port, learnt, deadline) if device else None

    def _is_gateway_behind(
        self, port: str, learnt: tuple[tuple[str, int | None, str], ...] | None, deadline: Deadline
    ) -> bool | None:
        told = self.optional("ip -j route show default", deadline)
        device, gateway = parse.route(told or "")
        if not gateway or not device:
            return None
        return device == port or self._is_behind(gateway, device, port, learnt, deadline)

    def _is_behind(
        self,
        address: str,
        device: str,
        port: str,
        learnt: tuple[tuple[str, int | None, str], ...] | None,
        deadline: Deadline,
    ) -> bool:
        try:
            hop = str(ipaddress.ip_address(address))
        except ValueError:
            return False
        told = self.optional(f"ip -j neigh show {hop} dev {parse.port(device)}", deadline)
        mac = parse.hop(told or "")
        return any(found[0] == mac and found[2] == port for found in learnt or ())

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """`ip link set`."""
        self.change(f"ip link set dev {port} {'up' if on else 'down'}", deadline)

    def cut_off(self, port: str, pause: float, deadline: Deadline) -> None:
        """Off and on by the device itself, in a shell of its own that the end of our line does not end."""
        sudo = "sudo -n " if self.settings.sudo else ""
        word = f"{sudo}ip link set dev {port}"
        turns = f"sleep 1; {word} down; sleep {math.ceil(pause)}; {word} up"
        self.run(f"(setsid sh -c '{turns}' </dev/null >/dev/null 2>&1 &)", deadline, effect=True)
        # The device waits for our line to fall silent; only then it is off.
        time.sleep(_UNTIL_OFF)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """Name, kernel, uptime; maker and serial number where the firmware tells."""
        return parse.info(self.run(_INFO, deadline))

    @implements("network.neighbours")
    def neighbours(self, call: Call, asked: NoParams) -> results.Neighbours:
        """Who announces himself to lldpd."""
        del asked
        return results.Neighbours(
            neighbours=parse.neighbours(self.run("lldpcli -f json0 show neighbors", call.deadline))
        )

    @implements("network.find_mac")
    def find_mac(self, call: Call, asked: params.FindMac) -> results.FoundMac:
        """By the bridges' tables, or by the name that a neighbour announces."""
        if asked.neighbour:
            told = self.run("lldpcli -f json0 show neighbors", call.deadline)
            name = asked.neighbour.casefold()
            near = [found for found in parse.neighbours(told) if found.name.casefold() == name]
            if not near:
                return results.FoundMac(found=False)
            return results.FoundMac(found=True, port=near[0].port, mac=near[0].mac, through="neighbours")
        digits = "".join(c for c in asked.mac.lower() if c in "0123456789abcdef")
        mac = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
        learnt = parse.addresses(self.run("bridge -j fdb show", call.deadline))
        places = [found for found in learnt if found[0] == mac]
        if not places:
            return results.FoundMac(found=False, mac=mac)
        _, vlan, port = places[0]
        count = len({found[0] for found in learnt if found[2] == port})
        return results.FoundMac(
            found=True, port=port, vlan=vlan, mac=mac, through="addresses", addresses=count
        )

    @implements("network.set_access_vlan")
    def set_access_vlan(self, call: Call, asked: params.AccessVlan) -> Done:
        """The port's one untagged VLAN."""
        port = self.port_of(call, asked.port)
        if asked.save:
            raise DeviceError(ErrorClass.UNSUPPORTED, "a Linux bridge cannot save its configuration")
        facts = self.guarded(call, port, asked)
        old = facts.status.vlan
        if facts.status.mode is Mode.UNKNOWN:
            raise DeviceError(ErrorClass.PRECONDITION, f"the bridge of {port} does not filter VLANs")
        self.change(f"bridge vlan add dev {port} vid {asked.vlan} pvid untagged", call.deadline)
        if old is not None and old != asked.vlan:
            self._leave(port, old, call.deadline)
        after = self.proved(call, port)
        if after.vlan != asked.vlan:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT, f"{port} is not in VLAN {asked.vlan}", happened=Happened.UNKNOWN
            )
        return Done(PortChange(before=facts.status, after=after), warnings=unknown(facts))
