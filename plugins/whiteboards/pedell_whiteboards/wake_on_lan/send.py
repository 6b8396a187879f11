"""Sending magic packets: several, a little apart, since nobody acknowledges one."""

from __future__ import annotations

from pedell.drivers.api import Call
from pedell.transports.stream import Record
from pedell.transports.udp import Datagrams
from pedell_whiteboards.wake_on_lan.packet import magic_packet

PORT = 9
TIMES = 4
GAP = 0.1


def wake(
    call: Call,
    record: Record,
    mac: str,
    broadcast: str,
    *,
    port: int = PORT,
    times: int = TIMES,
    source: str = "",
    secureon: bytes = b"",
) -> None:
    """Send the packet `times` times, a tenth of a second apart.

    Raises DeviceError: PRECONDITION for a MAC address or source that cannot be used, UNREACHABLE where the network does
    not take the first packet; both with NO.
    """
    packet = magic_packet(mac, secureon)
    shown = packet[:102] + b"(SecureOn)" if secureon else None
    with Datagrams(record, source=source) as line:
        for number in range(times):
            if number:
                call.sleep(GAP)
            line.send(packet, broadcast, port, shown=shown)
