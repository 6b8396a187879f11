"""A device that follows a script: what it waits for, and what it does then."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Act = Callable[[socket.socket], None]


def say(*parts: bytes, gap: float = 0.0) -> Act:
    """Send, with a gap between parts."""

    def act(line: socket.socket) -> None:
        for number, part in enumerate(parts):
            if number and gap:
                time.sleep(gap)
            line.sendall(part)

    return act


def hear(expected: bytes) -> Act:
    """Wait for exactly these bytes."""

    def act(line: socket.socket) -> None:
        came = b""
        while len(came) < len(expected):
            more = line.recv(len(expected) - len(came))
            if not more:
                raise AssertionError(f"hung up after {came!r}, expected {expected!r}")
            came += more
        assert came == expected

    return act


class Script:
    """One list of acts for each connection, in turn; `trouble` holds what went wrong in the device."""

    def __init__(self, *connections: list[Act]) -> None:
        self.connections = list(connections)
        self.accepted = 0
        self.trouble: list[BaseException] = []
        self._over = threading.Event()

    def _serve(self, listening: socket.socket) -> None:
        kept: list[socket.socket] = []
        while not self._over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                continue
            line.settimeout(30)
            kept.append(line)
            self.accepted += 1
            acts = self.connections.pop(0) if self.connections else []
            try:
                for act in acts:
                    act(line)
            except BaseException as error:
                if not self._over.is_set():
                    self.trouble.append(error)
            if hang_up in acts:
                line.close()
        for line in kept:
            line.close()

    @contextmanager
    def running(self) -> Iterator[str]:
        """The device's address."""
        listening = socket.create_server(("127.0.0.1", 0))
        listening.settimeout(0.02)
        thread = threading.Thread(target=self._serve, args=(listening,))
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            self._over.set()
            thread.join(40)
            listening.close()
        assert self.trouble == []


def hang_up(line: socket.socket) -> None:
    """Close in good order."""
    line.shutdown(socket.SHUT_RDWR)
