"""Which of some TCP ports of a host are open: all are tried at once, and closed again at once."""

from __future__ import annotations

import errno
import selectors
import socket
from collections.abc import Iterable

from pedell.drivers.api import Deadline


def open_ports(host: str, ports: Iterable[int], seconds: float) -> frozenset[int]:
    """The ports that take a connection within `seconds`; none for a host that is not known."""
    deadline = Deadline.after(seconds)
    found: set[int] = set()
    with selectors.DefaultSelector() as waiting:
        try:
            for port in ports:
                knock = _knock(host, port)
                if knock is not None:
                    waiting.register(knock, selectors.EVENT_WRITE, port)
            while waiting.get_map() and not deadline.passed():
                for key, _ in waiting.select(deadline.left()):
                    assert isinstance(key.fileobj, socket.socket)
                    if key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                        found.add(key.data)
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()
        finally:
            for key in list(waiting.get_map().values()):
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()
    return frozenset(found)


def _knock(host: str, port: int) -> socket.socket | None:
    """A connection that is on its way to the host's first address; none where nothing leads there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        return None
    made = socket.socket(family, kind, protocol)
    on_its_way = False
    try:
        made.setblocking(False)
        on_its_way = made.connect_ex(address) in {0, errno.EINPROGRESS}
    finally:
        if not on_its_way:
            made.close()
    return made if on_its_way else None
