"""What a simulated switch knows and does: ports, power, addresses, neighbours, two configurations.

No vendor here. MAC addresses are written aa:bb:cc:dd:ee:ff, kinds of neighbours by the letters of LLDP; each
personality prints them in its own way.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field


@dataclass
class PortConfig:
    """What the configuration says of a port."""

    shutdown: bool = False
    description: str = ""
    trunk: bool = False
    vlan: int = 1
    power: str = "auto"
    """How power is given, in the vendor's words."""
    powered: bool = True


@dataclass
class Neighbour:
    """Who announces himself on a port: letters by LLDP (B bridge, R router, W access point, T telephone), words by CDP."""

    name: str
    capabilities: str
    mac: str = "00:11:22:33:44:55"
    port: str = "1"
    description: str = ""
    address: str = "10.0.0.99"
    cdp: str = ""


@dataclass
class Port:
    """A port: what hangs on it, and whether it has hung itself up."""

    config: PortConfig = field(default_factory=PortConfig)
    cable: bool = True
    wedged: bool = False
    """No link although all is well, until the port is shut and opened again."""
    err_disabled: bool = False
    watts: float = 0.0
    macs: list[str] = field(default_factory=list)
    neighbour: Neighbour | None = None
    up_at: float = 0.0
    input_errors: int = 0
    crc: int = 0
    bundle: str = ""
    """Name of the bundle of links that it belongs to."""
    own: str = ""
    """The switch's own address on it, such as 10.0.9.1/30: it routes."""

    @property
    def link(self) -> bool:
        """Whether there is a link now."""
        powered = not self.watts or self.config.powered
        alive = self.cable and powered and not (self.config.shutdown or self.err_disabled or self.wedged)
        return alive and time.monotonic() >= self.up_at


@dataclass
class Switch:
    """The whole switch."""

    hostname: str = "sw1"
    model: str = "WS-C2960X-24PS-L"
    serial: str = "FOC1234X0AB"
    mac: str = "00:1e:14:aa:bb:00"
    version: str = "15.2(7)E8"
    address: str = "127.0.0.1"
    ports: dict[str, Port] = field(default_factory=dict)
    startup: dict[str, PortConfig] = field(default_factory=dict)
    arp: dict[str, str] = field(default_factory=dict)
    gateway: str = ""
    lldp: bool = True
    cdp: bool = True
    link_delay: float = 0.3
    started: float = field(default_factory=time.monotonic)
    reason: str = "power-on"
    extra: dict[str, object] = field(default_factory=dict)
    """What one vendor's switch knows and no other."""

    def save(self) -> None:
        """Copy the running configuration over the other."""
        self.startup = {name: copy.copy(port.config) for name, port in self.ports.items()}

    def restart(self) -> None:
        """Come up again with what was saved."""
        self.started = time.monotonic()
        self.reason = "Reload command"
        for name, port in self.ports.items():
            port.config = copy.copy(self.startup[name])
            port.err_disabled = port.wedged = False
            port.up_at = time.monotonic() + self.link_delay

    @property
    def dirty(self) -> bool:
        """Whether there are unsaved changes."""
        return any(port.config != self.startup[name] for name, port in self.ports.items())

    def shut(self, name: str) -> None:
        """Take a port down; that also lets go of what had hung itself up."""
        port = self.ports[name]
        port.config.shutdown = True
        port.wedged = port.err_disabled = False

    def open(self, name: str) -> None:
        """Take a port up; the link comes after a moment."""
        port = self.ports[name]
        if port.config.shutdown:
            port.up_at = time.monotonic() + self.link_delay
        port.config.shutdown = False

    def power(self, name: str, on: bool, mode: str | None = None) -> None:
        """Switch a port's power, and say how it is given from now on."""
        port = self.ports[name]
        if on and not port.config.powered:
            port.up_at = time.monotonic() + self.link_delay
            port.wedged = False
        port.config.powered = on
        port.config.power = port.config.power if mode is None else mode

    def learnt(self) -> list[tuple[int, str, str]]:
        """The MAC table: VLAN, address, port."""
        return [
            (port.config.vlan, mac, name)
            for name, port in self.ports.items()
            for mac in port.macs
            if port.link
        ]

    @property
    def uptime(self) -> int:
        """Seconds since it started."""
        return int(time.monotonic() - self.started)


def plain_mac(text: str) -> str:
    """Any spelling as aa:bb:cc:dd:ee:ff."""
    digits = "".join(c for c in text.lower() if c in "0123456789abcdef")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def classroom(hostname: str, names: list[str], power: str = "auto") -> Switch:
    """A school's switch: access ports, an access point on the fifth, an uplink on the last."""
    switch = Switch(hostname=hostname)
    for number, name in enumerate(names, 1):
        switch.ports[name] = Port(PortConfig(vlan=20, power=power), macs=[f"00:50:56:{number:02x}:00:01"])
    if len(names) >= 5:
        point = switch.ports[names[4]]
        point.config.description = "AP B204"
        point.watts = 12.5
        point.macs = [f"00:50:56:05:00:{client:02x}" for client in range(1, 16)]
        point.neighbour = Neighbour("ap-b204", "B,W,R", "f0:9f:c2:01:02:04", "eth0", "UAP-AC-Pro")
    last = switch.ports[names[-1]]
    last.config = PortConfig(description="Uplink Keller", trunk=True, power=power)
    last.macs = [f"00:50:56:fe:00:{client:02x}" for client in range(1, 41)]
    last.neighbour = Neighbour(
        "sw-keller", "B,R", "00:1e:14:00:00:01", "Gi1/0/48", "Cisco IOS Software", cdp="Router Switch IGMP"
    )
    switch.gateway = "10.0.0.1"
    switch.arp = {"10.0.0.1": last.macs[0], "127.0.0.1": last.macs[1]}
    switch.save()
    return switch
