"""UDP ports of this machine that are only listened on, several at once."""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from pedell.drivers.errors import DeviceError, ErrorClass

LARGEST = 2048
"""Bytes of a datagram that are read: more than any notice has; the rest is dropped."""
MOST = 256
"""Datagrams that one look takes, so that somebody who floods the port cannot keep it from ending."""
_ROOM = 1 << 18


class Ears:
    """Sockets that never send, for IPv4 and IPv6 where the machine has both.

    What comes while nobody looks waits in the system's buffer, which is bounded.
    """

    def __init__(self, ports: Iterable[int], address: str = "", *, shared: bool = False) -> None:
        """Listen on ports of a local address (any); DeviceError(BUSY or PRECONDITION, NO) where that fails.

        A port is this process's alone, or `shared` with others of this machine that share it; of those only the one that
        came last gets what is sent to it alone.
        """
        self._selector = selectors.DefaultSelector()
        try:
            for port in sorted(set(ports)):
                self._selector.register(_bound(address, port, shared=shared), selectors.EVENT_READ, port)
        except BaseException:
            self.close()
            raise

    def hear(self, seconds: float) -> Iterator[tuple[int, str, bytes]]:
        """Port, sender's address and bytes of what comes within so many seconds; ends with the first that came."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            ear = key.fileobj
            assert isinstance(ear, socket.socket)
            for _ in range(MOST):
                try:
                    data, sender = ear.recvfrom(LARGEST)
                except OSError:  # nothing more now, or a checksum that was wrong
                    break
                yield key.data, str(sender[0]).removeprefix("::ffff:").partition("%")[0], data

    def close(self) -> None:
        """Close; may be called twice."""
        with contextlib.suppress(RuntimeError):  # closed already
            for key in list((self._selector.get_map() or {}).values()):
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()
            self._selector.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _opened(address: str) -> socket.socket:
    """One socket for both kinds of addresses where none is named; what comes by IPv4 then says so in its sender's."""
    if ":" in address or (not address and socket.has_dualstack_ipv6()):
        made = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(bool(address)))
        return made
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _bound(address: str, port: int, *, shared: bool) -> socket.socket:
    made = _opened(address)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
    except (OSError, UnicodeError) as error:
        made.close()
        reason = getattr(error, "strerror", None) or str(error)
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise DeviceError(
                ErrorClass.BUSY,
                f"UDP port {port} belongs to another program of this machine",
                hint="only one can listen there: is another Pedell at work, or another program for such devices?",
            ) from None
        raise DeviceError(
            ErrorClass.PRECONDITION, f"{address or 'this machine'}, UDP port {port}: cannot listen ({reason})"
        ) from None
    return made
