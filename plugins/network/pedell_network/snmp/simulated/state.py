"""What a simulated switch knows and does: ports, power, VLANs, addresses, neighbours."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Neighbour:
    """Who announces himself on a port; `capabilities` are bits of the first octet, 0x20 bridge, 0x10 access point."""

    name: str
    capabilities: int = 0x20
    mac: str = "001122334455"
    port: str = "1"
    description: str = ""
    address: str = "10.0.0.99"


@dataclass
class Port:
    """A port: what hangs on it, and what it has been told."""

    number: int
    name: str
    alias: str = ""
    admin: bool = True
    cable: bool = True
    wedged: bool = False
    """No link although all is well, until the port was down once."""
    poe: bool = True
    """Whether it can give power at all."""
    power: bool = True
    powered: bool = False
    """Whether what hangs there lives from the port's power."""
    pvid: int = 1
    macs: dict[str, int] = field(default_factory=dict)
    """VLAN by address."""
    neighbour: Neighbour | None = None
    aggregate: int = 0
    errors: int = 0
    crc: int = 0
    up_at: float = 0.0
    changed_at: float = 0.0

    @property
    def delivers(self) -> bool:
        """Whether power flows."""
        return self.poe and self.power and self.powered and self.cable

    @property
    def link(self) -> bool:
        """Whether there is a link now."""
        alive = self.cable and self.admin and not self.wedged and (not self.powered or self.power)
        return alive and time.monotonic() >= self.up_at


@dataclass
class Switch:
    """The whole switch. `first_index` is the ifIndex of port 1."""

    name: str = "sw-snmp"
    model: str = "GS1900-24EP"
    serial: str = "S212L01000001"
    mac: str = "b8eca3000001"
    maker: str = "Zyxel"
    firmware: str = "V2.80(ABTP.0)"
    first_index: int = 10101
    link_delay: float = 0.1
    ports: list[Port] = field(default_factory=list)
    vlans: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)
    """Members and untagged members by VLAN, as numbers of ports."""
    arp: dict[str, str] = field(default_factory=dict)
    gateway: str = ""
    lldp: bool = True
    started: float = field(default_factory=time.monotonic)

    def ticks(self, moment: float) -> int:
        """Hundredths of a second since the start."""
        return max(0, int((moment - self.started) * 100))

    def switch(self, port: Port, on: bool) -> None:
        """An administrator takes a port down or up; its link comes after a moment."""
        if on and not port.admin:
            port.up_at = time.monotonic() + self.link_delay
        if not on:
            port.wedged = False
        if port.admin != on:
            port.changed_at = max(time.monotonic(), port.up_at if on else 0.0)
        port.admin = on

    def switch_power(self, port: Port, on: bool) -> None:
        """Give or take power; what lived from it starts afresh."""
        if on and not port.power and port.powered:
            port.up_at = time.monotonic() + self.link_delay
        if port.power != on and port.powered:
            port.changed_at = max(time.monotonic(), port.up_at if on else 0.0)
        port.power = on


def classroom(count: int) -> Switch:
    """A switch with boards and access points, and an uplink on its last port."""
    made = Switch()
    made.ports = [
        Port(number, f"Gi1/0/{number}", pvid=20, macs={f"0050569900{number:02x}": 20})
        for number in range(1, count + 1)
    ]
    everybody = {port.number for port in made.ports}
    uplink = made.ports[-1]
    uplink.poe, uplink.pvid, uplink.alias = False, 1, "uplink"
    uplink.macs = {f"00505607{number:04x}": 30 for number in range(40)}
    uplink.neighbour = Neighbour("sw-keller", 0x28, "00254500ab01", "Gi1/0/24", "Cisco IOS", "10.0.0.1")
    made.arp = {"127.0.0.1": next(iter(uplink.macs))}
    access_point = made.ports[min(4, count - 1)]
    access_point.powered, access_point.alias = True, "AP B204"
    access_point.neighbour = Neighbour("ap-b204", 0x30, "0418d6000204", "eth0", "U6-Lite", "10.0.0.204")
    phone = made.ports[min(1, count - 1)]
    phone.powered = True
    made.vlans = {
        1: ({uplink.number}, {uplink.number}),
        20: (set(everybody), everybody - {uplink.number}),
        30: ({uplink.number}, set()),
    }
    return made
