"""Datagrams: packets to one address or to a whole network, and what comes back."""

from __future__ import annotations

import array
import contextlib
import fcntl
import socket
import struct
from ipaddress import IPv4Address, IPv4Interface
from types import TracebackType
from typing import Self

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass
from pedell.transports.stream import Record

LIMITED_BROADCAST = "255.255.255.255"
# Requests of netdevice(7) on Linux.
_SIOCGIFCONF, _SIOCGIFNETMASK = 0x8912, 0x891B
_IFREQ = struct.Struct("16sH2x4s16x")


class Datagrams:
    """One UDP socket that may send to broadcast addresses."""

    def __init__(self, record: Record, *, source: str = "", port: int = 0) -> None:
        """Open on a local address (any) and port (any); DeviceError(BUSY or PRECONDITION, NO) where that fails.

        A port that is named is shared with others of this machine that share it: broadcasts reach all of them.
        """
        self._record = record
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if port:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((source, port))
        except OSError as error:
            self._socket.close()
            where = f"{source or 'any address'}, UDP port {port or 'any'}"
            if port:
                raise DeviceError(
                    ErrorClass.BUSY,
                    f"{where} cannot be used ({error.strerror})",
                    hint="is another program listening there?",
                ) from None
            raise DeviceError(ErrorClass.PRECONDITION, f"{where} is not ours ({error.strerror})") from None

    @property
    def port(self) -> int:
        """The local port."""
        return int(self._socket.getsockname()[1])

    def send(self, data: bytes, host: str, port: int, *, shown: bytes | None = None) -> None:
        """Send one packet; DeviceError(UNREACHABLE, NO) where the network does not take it."""
        self._record(">", data if shown is None else shown)
        try:
            self._socket.sendto(data, (host, port))
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DeviceError(
                ErrorClass.UNREACHABLE, f"nothing can be sent to {host}, UDP port {port} ({reason})"
            ) from None

    def receive(self, deadline: Deadline) -> tuple[bytes, str] | None:
        """The next packet and who sent it; None at the deadline."""
        while not deadline.passed():
            self._socket.settimeout(max(0.001, deadline.left()))
            try:
                data, sender = self._socket.recvfrom(65535)
            except TimeoutError:
                return None
            except OSError:
                continue  # an earlier packet found nobody (ICMP); that says nothing about others
            self._record("<", data)
            return data, str(sender[0])
        return None

    def close(self) -> None:
        """Close."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def local_networks() -> tuple[IPv4Interface, ...]:
    """This machine's IPv4 addresses with their networks; empty where the system does not tell."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        room = array.array("B", bytes(_IFREQ.size * 256))
        place, _ = room.buffer_info()
        used = struct.unpack(
            "iL", fcntl.ioctl(asking, _SIOCGIFCONF, struct.pack("iL", len(room) * room.itemsize, place))
        )[0]
        found = []
        for name, _, address in _IFREQ.iter_unpack(room.tobytes()[: used - used % _IFREQ.size]):
            answer = fcntl.ioctl(asking, _SIOCGIFNETMASK, struct.pack("16s24x", name))
            mask = IPv4Address(answer[20:24])
            found.append(IPv4Interface(f"{IPv4Address(address)}/{mask}"))
        return tuple(found)
    return ()


def broadcast_address(host: str) -> str:
    """The broadcast address of the local network that a host is in; the limited one where it is in none."""
    try:
        wanted = IPv4Address(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
    except (OSError, UnicodeError, ValueError):
        return LIMITED_BROADCAST
    for own in local_networks():
        if wanted in own.network and own.network.num_addresses > 2:
            return str(own.network.broadcast_address)
    return LIMITED_BROADCAST
