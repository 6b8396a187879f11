"""What a simulated Catalyst knows and does: ports, power, addresses, neighbours, two configurations."""

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

    def lines(self, name: str) -> list[str]:
        """As `show running-config` prints it."""
        out = [f"interface {name}"]
        if self.description:
            out.append(f" description {self.description}")
        if self.trunk:
            out.append(" switchport mode trunk")
        else:
            out += [f" switchport access vlan {self.vlan}"] if self.vlan != 1 else []
            out.append(" switchport mode access")
        if self.power != "auto":
            out.append(f" power inline {self.power}")
        if self.shutdown:
            out.append(" shutdown")
        return out


@dataclass
class Neighbour:
    """Who announces himself on a port: letters by LLDP, words by CDP, as IOS's legends have them."""

    name: str
    capabilities: str
    mac: str = "0011.2233.4455"
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

    @property
    def link(self) -> bool:
        """Whether there is a link now."""
        powered = not self.watts or self.config.power != "never"
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

    def power(self, name: str, mode: str) -> None:
        """Set a port's power: never, or auto and the like."""
        port = self.ports[name]
        if port.config.power == "never" and mode != "never":
            port.up_at = time.monotonic() + self.link_delay
            port.wedged = False
        port.config.power = mode


def classroom(hostname: str, ports: int) -> Switch:
    """A school's switch: access ports, an access point on 5, an uplink on the last."""
    switch = Switch(hostname=hostname)
    for number in range(1, ports + 1):
        name = f"Gi1/0/{number}"
        switch.ports[name] = Port(PortConfig(vlan=20), macs=[f"0050.56{number:02x}.0001"])
    if ports >= 5:
        point = switch.ports["Gi1/0/5"]
        point.config.description = "AP B204"
        point.watts = 12.5
        point.macs = [f"0050.5605.{client:04x}" for client in range(1, 16)]
        point.neighbour = Neighbour("ap-b204", "B,W,R", "f09f.c201.0204", "eth0", "UAP-AC-Pro")
    last = switch.ports[f"Gi1/0/{ports}"]
    last.config = PortConfig(description="Uplink Keller", trunk=True)
    last.macs = [f"0050.56fe.{client:04x}" for client in range(1, 41)]
    last.neighbour = Neighbour(
        "sw-keller", "B,R", "001e.1400.0001", "Gi1/0/48", "Cisco IOS Software", cdp="Router Switch IGMP"
    )
    switch.gateway = "10.0.0.1"
    switch.arp = {"10.0.0.1": last.macs[0], "127.0.0.1": last.macs[1]}
    switch.save()
    return switch
