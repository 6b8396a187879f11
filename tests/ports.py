"""Ports of this machine: one at which nobody listens, and one for a program that must be told its port."""

from __future__ import annotations

import errno
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_000


@contextmanager
def nobody(host: str = "127.0.0.1") -> Iterator[int]:
    """Bound and not listening: connections are refused, and no other program, worker or client gets the port."""
    with socket.socket() as taken:
        taken.bind((host, 0))
        yield int(taken.getsockname()[1])


def free(host: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has now, for a program that takes it a moment later.

    Below those that the kernel deals out: one of these may belong to any connection of another test by then.
    """
    above = int(_RANGE.read_text().split()[0])
    dice = random.SystemRandom()
    for _ in range(200):
        port = dice.randrange(_LOWEST, above) if above > 2 * _LOWEST else 0
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("no port is free")
