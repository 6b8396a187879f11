"""PJLink class 2 by UDP: searching a network for projectors.

Source: PJLink specification 2.00 (JBMIA), "Search" and "Status notification": `%2SRCH` is broadcast to UDP 4352; every
class 2 projector answers `%2ACKN=` and its MAC address to UDP 4352 of the one who asked, after a random wait of up to
10 s. A projector that comes onto the network says `%2LKUP=` and its MAC address by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from ipaddress import ip_address

from pedell.drivers.api import Deadline, DeviceError
from pedell.transports.stream import Record
from pedell.transports.udp import Datagrams
from pedell_whiteboards.pjlink import codec

PORT = 4352
_AGAIN_AFTER = 10.0
"""A broadcast may get lost: it is sent once more when the first answers must have come."""


def search(
    broadcast: str, deadline: Deadline, record: Record, *, port: int = PORT
) -> Iterator[tuple[str, str]]:
    """IP and MAC address of each projector that answers until the deadline, each once.

    Raises DeviceError with NO where the port is taken, or the network does not take the question.
    """
    seen: set[tuple[str, str]] = set()
    with Datagrams(record, port=port) as line:
        line.send(codec.SEARCH, broadcast, port)
        again = Deadline.after(_AGAIN_AFTER)
        while not deadline.passed():
            came = line.receive(deadline.within(again.left()) if again.left() else deadline)
            if came is None and again.passed() and not deadline.passed():
                with contextlib.suppress(DeviceError):
                    line.send(codec.SEARCH, broadcast, port)
                again = deadline
                continue
            if came is None:
                return
            data, sender = came
            try:
                notice = codec.parse_notice(data)
            except DeviceError:
                continue  # our own question comes back, too
            found = (str(ip_address(sender)), notice.value)
            if notice.body in {"ACKN", "LKUP"} and found not in seen:
                seen.add(found)
                yield found
