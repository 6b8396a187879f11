"""Byte streams over a serial line: a tty of this machine, or one of a serial server (RFC 2217)."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import queue
import select
import socket
import termios
import threading
import time
from typing import TypedDict

import serial
from serial import rfc2217

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass
from pedell.transports.stream import Record, Stream, is_taken, taken
from pedell.transports.stream_url import LineSettings, StreamURL

log = logging.getLogger("pedell.transports")
# pyserial's own reader can only wait for a fixed time: so long at most beyond a deadline.
_TICK = 0.02
_NEGOTIATION = 3.0
# Seconds to read what a server says that has hung up already.
_LAST_WORDS = 1.0


class _Settings(TypedDict):
    baudrate: int
    bytesize: int
    parity: str
    stopbits: float
    rtscts: bool
    xonxoff: bool


def _settings(line: LineSettings) -> _Settings:
    """As pyserial names them."""
    return {
        "baudrate": line.baud,
        "bytesize": line.bits,
        "parity": line.parity,
        "stopbits": line.stop,
        "rtscts": line.flow == "rtscts",
        "xonxoff": line.flow == "xonxoff",
    }


class SerialStream(Stream):
    """A tty, opened for this process alone. Pseudo terminals have no modem lines; that is tolerated."""

    def __init__(self, url: StreamURL, record: Record) -> None:
        """Open; raises DeviceError: UNREACHABLE where there is no such tty, BUSY where it is in use."""
        super().__init__(url.place, record)
        try:
            self._port = serial.Serial(url.path, exclusive=True, timeout=0, **_settings(url.line))
        except (OSError, ValueError, termios.error) as error:
            code = getattr(error, "errno", None)
            if code in {errno.EAGAIN, errno.EBUSY, errno.EACCES} and os.access(url.path, os.R_OK | os.W_OK):
                raise DeviceError(ErrorClass.BUSY, f"{self.place} is in use by another program") from None
            reason = os.strerror(code) if code else "not a serial line"
            raise DeviceError(
                ErrorClass.UNREACHABLE,
                f"{self.place} cannot be opened ({reason})",
                hint="is the adapter plugged in, and is this user in the group that owns it (dialout)?",
            ) from None

    def close(self) -> None:
        """Close; what was not sent yet is dropped, so that a stuck line cannot hold us."""
        with contextlib.suppress(OSError, termios.error):
            if self._port.is_open:
                self._port.reset_output_buffer()
        with contextlib.suppress(OSError, termios.error):
            self._port.close()

    def _read(self, limit: int, timeout: float) -> bytes:
        self._wait(select.POLLIN, timeout)
        try:
            return os.read(self._fd(), limit)
        except BlockingIOError:
            raise TimeoutError from None

    def _write(self, data: bytes, timeout: float) -> int:
        self._wait(select.POLLOUT, timeout)
        return os.write(self._fd(), data)

    def _fd(self) -> int:
        if not self._port.is_open:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._port.fileno()

    def _wait(self, event: int, timeout: float) -> None:
        poll = select.poll()
        poll.register(self._fd(), event)
        if not poll.poll(timeout * 1000):
            raise TimeoutError


class _Port(rfc2217.Serial):
    """pyserial's, for servers that hang up while options are agreed on: its reading thread would die of that with a
    traceback, and what the server said before would be lost.
    """

    _read_buffer: queue.Queue[bytes | None]
    _socket: socket.socket | None
    _thread: threading.Thread | None

    def close(self) -> None:
        """Close; pyserial's own leaves the socket of a server that has hung up to the garbage collector."""
        opened = self._socket
        super().close()
        if opened is not None:
            opened.close()

    def _internal_raw_write(self, data: bytes) -> None:
        try:
            super()._internal_raw_write(data)  # type: ignore[misc]
        except OSError:
            if self._thread is threading.current_thread():
                return  # it reads on, up to the end
            if self._thread is not None:
                self._thread.join(_LAST_WORDS)
            raise

    def _telnet_read_loop(self) -> None:
        # Whatever ends it, it ends as where the line is cut: an exception would reach nobody but the terminal, and
        # whoever reads would wait in vain.
        try:
            super()._telnet_read_loop()  # type: ignore[misc]
        except Exception as error:
            log.debug("the line of a serial server: %s: %s", type(error).__name__, error)
            self._read_buffer.put(None)

    def said(self) -> bytes:
        """What came as data and was not read."""
        data = b""
        with contextlib.suppress(queue.Empty):
            while True:
                data += self._read_buffer.get_nowait() or b""
        return data


class Rfc2217Stream(Stream):
    """A serial line of a serial server. pyserial reads it in a thread of its own, which ends with `close`."""

    _writes_blindly = True

    def __init__(self, url: StreamURL, deadline: Deadline, record: Record) -> None:
        """Connect and set the line; raises DeviceError(UNREACHABLE, PROTOCOL, BUSY or TIMEOUT, NO)."""
        super().__init__(url.place, record)
        left = min(_NEGOTIATION, deadline.check(f"connecting to {url.place}"))
        flag = "&ign_set_control" if url.ign_set_control else ""
        self._port = _Port(None, timeout=_TICK, **_settings(url.line))
        self._port.port = f"rfc2217://{url.place}?timeout={left:.3f}{flag}"
        try:
            self._port.open()
        except (OSError, ValueError) as error:  # a ValueError is a setting that the server does not take
            if "Could not open port" in str(error):
                raise DeviceError(ErrorClass.UNREACHABLE, f"{url.place} cannot be reached") from None
            if is_taken(self._port.said()):
                raise taken(url.place) from None
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"{url.place} does not agree on the settings of its serial line",
                hint=""
                if url.ign_set_control
                else "servers before a line without modem signals need ?ign_set_control",
            ) from None

    def close(self) -> None:
        """Close the connection and end the reading thread."""
        with contextlib.suppress(OSError):
            self._port.close()

    def _read(self, limit: int, timeout: float) -> bytes:
        until = time.monotonic() + timeout
        rounds = 0
        # Twice at least: the first answer after the server has closed is empty, the second one raises.
        while rounds < 2 or time.monotonic() < until:
            data = self._port.read(1)
            if data:
                return bytes(data + self._port.read(min(self._port.in_waiting, limit - 1)))
            rounds += 1
        raise TimeoutError

    def _write(self, data: bytes, timeout: float) -> int:
        del timeout  # frames of a few bytes; pyserial cannot limit it
        self._port.write(data)
        return len(data)
