"""Cisco Catalyst switches with IOS or IOS-XE, over SSH through netmiko."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell_network import results
from pedell_network.cisco_ios import ports
from pedell_network.guards import Facts
from pedell_network.managed import ManagedSwitch, Place
from pedell_network.names import listed
from pedell_network.options import host_port
from pedell_network.results import Neighbour, PortStatus

if TYPE_CHECKING:
    from pedell_network.cisco_ios.conversation import Ios
    from pedell_network.session import Dialect


class CiscoIos(ManagedSwitch):
    """Cisco Catalyst 2960, 3560, 3650, 3750, 3850, 9200, 9300 and their like.

    Settings on the switch: `ip ssh version 2`, a local user or AAA with level 15 or an enable secret, and
    `lldp run` or `cdp run` for the guards that know switches behind a port.
    Sources: Catalyst 2960-X (IOS 15.2) and 9300 (IOS-XE 17) command references, ntc-templates, netmiko 4.8.
    Known limitations: after a crash in the middle of a PoE cycle that another machine completes, the port's power
    comes back as `power inline auto`, also where it was `static`.
    """

    id = "cisco-ios"
    title = "Cisco IOS / IOS-XE"
    brands = ("Cisco Catalyst 2960, 3560, 3650, 3750, 3850, 9200, 9300",)
    protocol = "command line over SSH"
    proof = (
        "shapes of public sample outputs",
        "its simulator over real SSH",
    )
    limitations = (
        "a PoE cycle that crashes and that another machine completes brings the power back as auto, also where it was static",
    )
    kinds = frozenset({"switch"})

    @classmethod
    def dialect(cls) -> Dialect:
        """IOS."""
        from pedell_network.cisco_ios.conversation import DIALECT

        return DIALECT

    def ios(self, deadline: Deadline) -> Ios:
        """The conversation."""
        from pedell_network.cisco_ios.conversation import Ios

        return Ios(self.session(deadline), enable=bool(self.settings.enable))

    def port_name(self, text: str) -> str:
        """Gi1/0/5 for GigabitEthernet 1/0/5."""
        return ports.port(text, self.settings.port_prefix)

    def port_names(self, deadline: Deadline) -> Sequence[str]:
        """`show interfaces status`."""
        return listed(self.session(deadline).run("show interfaces status", deadline), ports.short)

    def read_port(self, port: str, deadline: Deadline) -> PortStatus:
        """A port as it is."""
        return self.ios(deadline).port(port, deadline)

    def read_facts(self, port: str, deadline: Deadline) -> Facts:
        """What the guards want to know."""
        host, _ = host_port(self.target, self.settings.port)
        return self.ios(deadline).facts(port, host, self.protected(port), deadline)

    def switch_port(self, port: str, on: bool, deadline: Deadline) -> None:
        """`shutdown` or `no shutdown`."""
        self.configure(port, "no shutdown" if on else "shutdown", deadline=deadline)

    def read_info(self, deadline: Deadline) -> results.DeviceInfo:
        """`show version`."""
        return self.ios(deadline).info(deadline)

    def read_neighbours(self, deadline: Deadline) -> Sequence[Neighbour]:
        """Who announces himself by LLDP or CDP."""
        return self.ios(deadline).neighbours(deadline)

    def find_address(self, mac: str, deadline: Deadline) -> Sequence[Place]:
        """`show mac address-table address`."""
        places = self.ios(deadline).find(mac, deadline)
        if places is None:
            raise DeviceError(ErrorClass.UNSUPPORTED, "this switch does not show a MAC address table")
        return places

    def addresses_behind(self, port: str, deadline: Deadline) -> int | None:
        """`show mac address-table interface`."""
        return self.ios(deadline).addresses_behind(port, deadline)

    def power_setting(self, port: str, deadline: Deadline) -> str:
        """The `power inline …` line of the port, such as `power inline static`."""
        return self.ios(deadline).poe_setting(port, deadline)

    def switch_power(self, port: str, on: bool, setting: str, deadline: Deadline) -> None:
        """`power inline never`, or what it was."""
        line = (setting or "power inline auto") if on else "power inline never"
        self.configure(port, line, deadline=deadline)

    def put_into_vlan(self, port: str, vlan: int, old: int | None, deadline: Deadline) -> None:
        """`switchport access vlan`."""
        del old
        lines = ("switchport mode access", f"switchport access vlan {vlan}")
        self.configure(port, *lines, deadline=deadline)

    def unsaved_changes(self, deadline: Deadline) -> bool:
        """Whether running and startup configuration differ."""
        return self.ios(deadline).unsaved(deadline)

    def save_running(self, deadline: Deadline) -> None:
        """`copy running-config startup-config`."""
        self.ios(deadline).save(deadline)

    def read_running(self, deadline: Deadline) -> str:
        """`show running-config`."""
        return self.ios(deadline).running(deadline)

    def restart(self, deadline: Deadline) -> None:
        """`reload`."""
        self.ios(deadline).reload(deadline)

    def configure(self, port: str, *lines: str, deadline: Deadline) -> None:
        """Configure a port."""
        self.ios(deadline).configure([f"interface {port}", *lines], deadline)
