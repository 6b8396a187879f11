"""Waking a display over the network, for drivers whose control port may be gone while the display is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pedell.drivers.api import Call
from pedell.transports.stream import Record
from pedell.transports.udp import broadcast_address
from pedell_whiteboards.wake_on_lan.send import PORT, wake


@dataclass(frozen=True)
class Waking:
    """How a display is woken: its MAC address, and the broadcast address of its network."""

    mac: str
    broadcast: str
    port: int = PORT

    @classmethod
    def of(cls, mac: str, broadcast: str, host: str) -> Self | None:
        """None where no MAC address is known, or `broadcast` says `off`; empty is the local network's own."""
        if not mac or broadcast == "off":
            return None
        address, _, port = broadcast.partition(":")
        return cls(mac, address or broadcast_address(host), int(port or PORT))

    def send(self, call: Call, record: Record) -> None:
        """Send the packets; DeviceError with NO where that is not possible."""
        wake(call, record, self.mac, self.broadcast, port=self.port)
