"""A shell's channel as a screen: waits that end when something comes, and what silence means on this line."""

from __future__ import annotations

import re
import select
import socket
import time
from collections import deque

import paramiko
from netmiko.exceptions import ReadException

from pedell_network.screen import Screen

LIMIT = 10_000_000
"""Bytes that one answer may have."""
_MOST = 0.5
"""Seconds of silence that are always enough, on however slow a line."""
_SEND = 10.0
_MODE = re.compile(r"\([\w./:+-]{1,40}\)(?=[#>][ \t]*\Z)")


class AnswerTooLongError(ReadException):
    """More than `LIMIT` bytes came without an end."""


class Wire:
    """One channel. `known` holds the prompts that this conversation has seen for certain, by their shape."""

    def __init__(self, channel: paramiko.Channel, encoding: str) -> None:
        self.screen = Screen()
        self.known: set[str] = set()
        self.settled = False
        """Whether the last thing that came was a prompt, and nothing was sent since."""
        self._channel = channel
        self._encoding = encoding
        self._bytes = 0
        self._came = 0.0
        self._gaps: deque[float] = deque(maxlen=15)

    def pull(self, seconds: float) -> bool:
        """Wait until something comes; False where nothing does. Raises ReadException once the line is closed."""
        self._channel.settimeout(max(0.0, seconds))
        try:
            data = self._channel.recv(65_536)
        except TimeoutError:
            return False
        if not data:
            raise ReadException("closed by the device")
        now = time.monotonic()
        if self._came:
            self._gaps.append(now - self._came)
        self._came = now
        self._bytes += len(data)
        if self._bytes > LIMIT:
            raise AnswerTooLongError(f"more than {LIMIT} bytes")
        self.screen.feed(data)
        self.settled = False
        return True

    def quiet(self, least: float) -> bool:
        """Wait for silence, at least `least` seconds of it; False where something came instead.

        A busy process of ours is no silence: what waits unread in the socket counts as come.
        """
        if self.pull(self.silence(least)):
            return False
        for _ in range(100):
            if not self._unread():
                return not self.pull(0.0)
            if self.pull(0.05):
                return False
        return True

    def _unread(self) -> bool:
        transport = self._channel.get_transport()
        sock = getattr(transport, "sock", None)
        if isinstance(sock, paramiko.Channel):
            return bool(sock.recv_ready())
        if not isinstance(sock, socket.socket) or sock.fileno() < 0:
            return False
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))

    def send(self, text: str) -> None:
        """Send keys."""
        self.settled = False
        self._came = 0.0
        self._bytes = 0
        self._channel.settimeout(_SEND)
        self._channel.sendall(text.encode(self._encoding))

    def drain(self) -> None:
        """Take what has come without waiting, and forget it: nobody asked for it."""
        settled = self.settled
        while self.pull(0.0):
            settled = False
        self.settled = settled
        self.screen.clear()

    def silence(self, least: float) -> float:
        """Seconds after which silence is one: at least `least`, longer where the line dribbles.

        The median of the last pauses: one long thought of the switch makes it no slow line.
        """
        if len(self._gaps) < 4:
            return least
        return min(_MOST, max(least, 4 * sorted(self._gaps)[len(self._gaps) // 2]))

    def knows(self, line: str) -> bool:
        """Whether a line is a prompt that was seen before; counters in it may have gone on."""
        return shape(line) in self.known

    def expects(self, line: str) -> bool:
        """Whether it was seen before, or is such a prompt with a mode behind its name: `sw1(config-if)#`."""
        return self.knows(line) or self.knows(_MODE.sub("", line))

    def learn(self) -> None:
        """The cursor's line is a prompt."""
        self.known.add(shape(self.screen.line))


def shape(line: str) -> str:
    """A prompt without what changes from one to the next: a counter, a star for unsaved changes."""
    return re.sub(r"\d+", "0", line).strip("* \t")
