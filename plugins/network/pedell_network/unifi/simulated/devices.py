"""Switches and access points that report to their controller now and then, and take its orders with the next report.

Field names and shapes from aiounifi's models and the device lists that its tests and others' publish.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Port:
    """A port of a switch as it really is."""

    number: int
    name: str
    poe: bool = True
    cable: bool = True
    wedged: bool = False
    """No link although all is well, until the port was off once."""
    watts: float = 0.0
    """What hangs there draws so much, and lives from it."""
    macs: dict[str, int] = field(default_factory=dict)
    uplink: bool = False
    errors: int = 0
    off: bool = False
    power: bool = True
    up_at: float = 0.0

    def link(self, now: float) -> bool:
        """Whether there is a link."""
        fed = not self.watts or self.power
        return self.cable and not self.off and not self.wedged and fed and now >= self.up_at


@dataclass
class Device:
    """A device: what it is, and what the controller last heard of it."""

    mac: str
    type: str
    name: str
    model: str
    number: int
    ports: list[Port] = field(default_factory=list)
    overrides: list[dict[str, Any]] = field(default_factory=list)
    uplink: dict[str, Any] = field(default_factory=dict)
    lldp: list[dict[str, Any]] = field(default_factory=list)
    ip: str = "10.0.0.10"
    version: str = "7.1.26"
    started: float = 0.0
    away_until: float = 0.0
    state: int = 1
    reported: dict[str, Any] = field(default_factory=dict)
    pending: float = 0.0
    """When overrides that were written will be taken; 0 for none."""


class Site:
    """Devices and time passing for them. `speed` is simulated seconds per real one."""

    def __init__(self, speed: float, report: float, link_delay: float) -> None:
        self._speed = speed
        self._report = report
        self._link_delay = link_delay
        self._origin = time.monotonic()
        self._epoch = time.time()
        self.devices: dict[str, Device] = {}
        self.silent = False

    def now(self) -> float:
        """Seconds on the controller's clock."""
        return self._epoch + (time.monotonic() - self._origin) * self._speed

    def add(self, device: Device) -> None:
        """A device that has run for ten days."""
        device.started = device.started or self.now() - 10 * 86400
        self.devices[device.mac] = device
        self._tell(device)

    def pass_time(self) -> None:
        """Let devices take orders and report that are due."""
        now = self.now()
        for device in self.devices.values():
            if device.away_until:
                if now < device.away_until:
                    device.reported["state"] = 0
                    continue
                device.started, device.away_until = device.away_until, 0.0
            if self.silent:
                continue
            if device.pending and now >= device.pending:
                device.pending = 0.0
                self._obey(device)
            if now - device.reported["last_seen"] >= self._report:
                self._tell(device)

    def catch_up(self, device: Device) -> None:
        """Let the device have taken its settings and reported, as if some time had passed."""
        self._obey(device)
        self._tell(device)

    def write(self, device: Device, overrides: list[dict[str, Any]]) -> None:
        """The controller has new settings, and hands them over with the next report."""
        device.overrides = copy.deepcopy(overrides)
        device.pending = self.now() + self._report / 2
        device.reported["state"] = 5

    def cycle(self, port: Port) -> None:
        """Take the power and give it back: what lives from it starts anew."""
        if port.watts:
            port.up_at = self.now() + self._link_delay
        port.wedged = False

    def restart(self, device: Device, seconds: float) -> None:
        """Go away for some time."""
        device.away_until = self.now() + seconds

    def _obey(self, device: Device) -> None:
        settings = {item.get("port_idx"): item for item in device.overrides}
        for port in device.ports:
            mine = settings.get(port.number, {})
            off, power = mine.get("forward") == "disabled", mine.get("poe_mode", "auto") != "off"
            if (port.off and not off) or (not port.power and power and port.watts):
                port.up_at = self.now() + self._link_delay
            if off:
                port.wedged = False
            port.off, port.power = off, power

    def _tell(self, device: Device) -> None:
        now = self.now()
        device.reported = {
            "state": 5 if device.pending else device.state,
            "last_seen": int(now),
            "uptime": int(now - device.started),
            "port_table": [self._row(device, port, now) for port in device.ports],
        }

    def _row(self, device: Device, port: Port, now: float) -> dict[str, Any]:
        mine = next((item for item in device.overrides if item.get("port_idx") == port.number), {})
        link = port.link(now)
        feeds = port.poe and port.power and bool(port.watts)
        return {
            "port_idx": port.number, "name": mine.get("name", port.name), "enable": not port.off, "up": link,
            "speed": 1000 if link else 0, "full_duplex": link, "media": "GE", "is_uplink": port.uplink,
            "port_poe": port.poe, "poe_enable": port.power and port.poe, "poe_mode": mine.get("poe_mode", "auto"),
            "poe_good": feeds, "poe_power": f"{port.watts:.2f}" if feeds else "0.00", "op_mode": mine.get("op_mode", "switch"),
            "portconf_id": mine.get("portconf_id", ""), "forward": mine.get("forward", "all"),
            "native_networkconf_id": mine.get("native_networkconf_id", ""), "aggregated_by": False,
            "rx_errors": port.errors, "tx_errors": 0,
            "mac_table": [
                {"mac": mac, "vlan": vlan, "age": 3, "static": False, "uptime": 60} for mac, vlan in port.macs.items()
            ] if link else [],
        }  # fmt: skip

    def shown(self, device: Device) -> dict[str, Any]:
        """A row of stat/device: settings as the controller has them, the rest as last reported."""
        return {
            "_id": f"5f{device.number:022x}", "device_id": f"5f{device.number:022x}", "mac": device.mac, "type": device.type,
            "name": device.name, "model": device.model, "ip": device.ip, "version": device.version, "adopted": True,
            "serial": device.mac.replace(":", "").upper(), "uplink": dict(device.uplink), "lldp_table": list(device.lldp),
            "port_overrides": copy.deepcopy(device.overrides), **copy.deepcopy(device.reported),
        }  # fmt: skip


def classroom(site: Site, ports: int) -> None:
    """A console, a switch with boards and an access point, a switch behind it."""
    console = Device("78:45:58:00:00:01", "udm", "konsole", "UDMPROMAX", 1, ip="10.0.0.1")
    switch = Device("00:11:22:33:44:55", "usw", "sw-b2", "USL24P", 2, ip="10.0.0.2")
    point = Device("04:18:d6:00:02:04", "uap", "ap-b204", "UAL6", 3, ip="10.0.0.204")
    below = Device("00:11:22:33:44:66", "usw", "sw-raum", "USMINI", 4, ip="10.0.0.3")
    switch.ports = [Port(number, f"Port {number}") for number in range(1, ports + 1)]
    for port in switch.ports[:-2]:
        port.macs = {f"00:50:56:99:00:{port.number:02x}": 20}
    board, access, trunk, up = switch.ports[1], switch.ports[4], switch.ports[-2], switch.ports[-1]
    board.watts, access.watts = 8.2, 6.5
    up.uplink, up.poe = True, False
    up.macs = {f"00:50:56:07:00:{number:02x}": 1 for number in range(20)}
    trunk.poe = False
    switch.uplink = {
        "uplink_mac": console.mac,
        "uplink_remote_port": 3,
        "port_idx": up.number,
        "name": "eth0",
    }
    point.uplink = {
        "uplink_mac": switch.mac,
        "uplink_remote_port": access.number,
        "port_idx": 1,
        "name": "eth0",
    }
    below.uplink = {
        "uplink_mac": switch.mac,
        "uplink_remote_port": trunk.number,
        "port_idx": 1,
        "name": "port 1",
    }
    switch.lldp = [
        {"chassis_id": point.mac, "chassis_id_subtype": "mac", "is_wired": True, "local_port_idx": access.number, "port_id": "eth0"},
        {"chassis_id": "00:04:f2:00:00:01", "chassis_id_subtype": "mac", "is_wired": True, "local_port_idx": 3, "port_id": "1"},
    ]  # fmt: skip
    switch.overrides = [
        {"port_idx": 1, "name": "Tafel B201", "forward": "native", "native_networkconf_id": "net20",
         "tagged_vlan_mgmt": "block_all", "setting_preference": "manual", "poe_mode": "auto", "stp_port_mode": True},
        {"port_idx": 4, "portconf_id": "conf-kids", "name": "Schüler", "poe_mode": "auto", "egress_rate_limit_kbps": 5000},
        {"port_idx": access.number, "name": "AP B204", "forward": "customize", "tagged_vlan_mgmt": "custom",
         "native_networkconf_id": "net1", "excluded_networkconf_ids": ["net99"]},
    ]  # fmt: skip
    for device in (console, switch, point, below):
        site.add(device)
