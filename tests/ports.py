"""A port at which nobody listens, for as long as a test needs that."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nobody(host: str = "127.0.0.1") -> Iterator[int]:
    """Bound and not listening: connections are refused, and no other program, worker or client gets the port."""
    with socket.socket() as taken:
        taken.bind((host, 0))
        yield int(taken.getsockname()[1])
