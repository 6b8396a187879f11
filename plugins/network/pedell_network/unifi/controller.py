"""What is asked of the controller about one device.

Sources: aiounifi and Art-of-WiFi/UniFi-API-client (see answers): `stat/device`, `stat/sta`, `cmd/devmgr`,
`rest/device`, `rest/networkconf`, `rest/portconf`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell_network.unifi import ports
from pedell_network.unifi.answers import Row, number, word
from pedell_network.unifi.ports import Override
from pedell_network.unifi.session import UnifiSession, quoted

# States of a device: disconnected(0), connected(1), pending(2), firmware mismatch(3), upgrading(4), provisioning(5),
# heartbeat missed(6), adopting(7), deleting(8), inform error(9), adoption failed(10), isolated(11).
CONNECTED, UPGRADING, PROVISIONING, MISSED = 1, 4, 5, 6
_LOST = {0: "disconnected", 2: "not adopted", 7: "being adopted", 8: "being removed", 9: "in trouble (inform error)",
         10: "not adopted", 11: "isolated"}  # fmt: skip


class Controller:
    """One conversation about one device. Raises DeviceError."""

    def __init__(self, session: UnifiSession, site: str, mac: str) -> None:
        self._session = session
        self._site = site
        self.mac = mac

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def device(self, deadline: Deadline) -> Row:
        """The device as the controller last heard of it. Raises PRECONDITION for one that it does not know."""
        return self.one(self.mac, deadline)

    def one(self, mac: str, deadline: Deadline) -> Row:
        """Any device of the site."""
        found = self._session.get(self._path("stat", "device", mac), deadline)
        for row in found:
            if word(row, "mac").lower() == mac:
                return row
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the controller does not know the device {mac} on site {self._site}",
            hint="options site of the device or the controller; it is the short id",
        )

    def everybody(self, deadline: Deadline) -> list[Row]:
        """All devices of the site."""
        return self._session.get(self._path("stat", "device"), deadline)

    def clients(self, deadline: Deadline) -> list[Row]:
        """All clients that are connected now."""
        return self._session.get(self._path("stat", "sta"), deadline)

    def profiles(self, deadline: Deadline) -> dict[str, Row]:
        """Port profiles by id."""
        rows = self._session.get(self._path("rest", "portconf"), deadline)
        return {word(row, "_id"): row for row in rows if word(row, "_id")}

    def vlans(self, deadline: Deadline) -> dict[str, int]:
        """VLANs by the network's id; a LAN without one is VLAN 1. WANs and VPNs have no ports."""
        found = {}
        for row in self._session.get(self._path("rest", "networkconf"), deadline):
            if word(row, "_id") and word(row, "purpose") in {"corporate", "guest", "vlan-only"}:
                tagged = row.get("vlan_enabled") is not False
                found[word(row, "_id")] = (number(row, "vlan") or 1) if tagged else 1
        return found

    def power_cycle(self, index: int, deadline: Deadline) -> None:
        """Take a port's power and give it back: the switch does both by itself."""
        self._command({"cmd": "power-cycle", "mac": self.mac, "port_idx": index}, deadline)

    def restart(self, mac: str, deadline: Deadline) -> None:
        """Restart a device; `soft` leaves a switch's power over Ethernet on."""
        self._command({"cmd": "restart", "mac": mac, "reboot_type": "soft"}, deadline)

    def write_overrides(self, device: Row, overrides: Sequence[Override], deadline: Deadline) -> None:
        """Replace the switch's whole list of overrides, and see that the controller keeps all of it."""
        number_ = word(device, "_id") or word(device, "device_id")
        if not number_:
            raise DeviceError(ErrorClass.PROTOCOL, "the controller does not tell the device's id")
        body = {"port_overrides": list(overrides)}
        try:
            self._session.change("PUT", self._path("rest", "device", number_), body, deadline)
        except DeviceError as error:
            if error.happened is not Happened.UNKNOWN or deadline.left() < 1:
                raise
            if ports.missing(overrides, self.device(deadline)):
                raise
            return  # no answer came, but a read shows that it was done
        lost = ports.missing(overrides, self.device(deadline))
        if lost:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT,
                f"the controller agreed, but did not keep {', '.join(lost[:3])}",
                happened=Happened.UNKNOWN,
                hint="an old controller knows port profiles only: compare the ports on its pages",
            )

    def _command(self, body: Mapping[str, object], deadline: Deadline) -> None:
        self._session.change("POST", self._path("cmd", "devmgr"), body, deadline)

    def _path(self, *parts: str) -> str:
        return quoted(("api", "s", self._site, *parts))


def in_touch(device: Row, *, changing: bool) -> None:
    """Raise where what the controller tells is old, or where the device takes no orders now."""
    state = number(device, "state")
    name = word(device, "name") or word(device, "mac")
    if state in _LOST:
        raise DeviceError(
            ErrorClass.UNREACHABLE,
            f"the controller has no contact with {name}: it is {_LOST[state]}",
            hint="what it last reported may be hours old",
        )
    if state == UPGRADING:
        raise DeviceError(ErrorClass.BUSY, f"{name} is getting new firmware")
    if changing and state == MISSED:
        raise DeviceError(ErrorClass.UNREACHABLE, f"{name} has missed its last report to the controller")


def started_at(device: Row) -> int | None:
    """When the device started, in seconds on the controller's own clock; None where it does not tell."""
    seen, uptime = number(device, "last_seen"), number(device, "uptime")
    return seen - uptime if seen is not None and uptime is not None else None
