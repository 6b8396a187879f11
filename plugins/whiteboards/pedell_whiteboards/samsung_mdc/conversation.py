"""What is said to an MDC display, and when.

One command at a time, a tenth of a second between them. Answers of other displays on the same serial line, and
late answers to earlier commands, are passed over. After any trouble the line is given up and opened anew for
the next command: displays drop their network when they switch on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream, open_stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.samsung_mdc import codec

_LONGEST_ANSWERS = 8192
# No certificate has this fingerprint: the error then names the one that was seen.
_NO_FINGERPRINT = "0" * 64


@dataclass(frozen=True)
class Settings:
    """How to speak: display id, seconds for an answer, seconds between commands, PIN and pinned certificate."""

    display: int = 1
    answer_time: float = 3.0
    pause: float = 0.1
    pin: str = ""
    fingerprint: str = ""


class Conversation:
    """One conversation with one display."""

    def __init__(self, url: StreamURL, record: Record, settings: Settings) -> None:
        self._url = url
        self._record = record
        self._settings = settings
        self._stream: Stream | None = None
        self._last = 0.0

    def open(self, deadline: Deadline) -> None:
        """Connect; with a PIN also TLS and login. Raises DeviceError with NO and leaves nothing open then."""
        stream = self._stream = open_stream(self._url, deadline, self._record)
        if not self._settings.pin:
            return
        try:
            self._login(stream, deadline.within(self._settings.answer_time * 2))
        except DeviceError as error:
            self.close()
            error.happened = Happened.NO
            raise

    def close(self) -> None:
        """Close; the next command opens anew."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def ask(self, command: codec.Command, deadline: Deadline) -> bytes:
        """Ask for values; DeviceError (always NO), REFUSED where the display says no."""
        return self._exchange(command, b"", deadline, Happened.NO)

    def tell(self, command: codec.Command, data: bytes, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        self._exchange(command, data, deadline, Happened.UNKNOWN)

    def _exchange(self, command: codec.Command, data: bytes, deadline: Deadline, happened: Happened) -> bytes:
        stream = self._ready(deadline)
        try:
            stream.send(codec.encode(command, self._settings.display, data), deadline, happened=happened)
            frame = self._answer(stream, command, deadline, happened)
        except DeviceError:
            self.close()
            raise
        finally:
            self._last = time.monotonic()
        if not frame.ack:
            word = command.name.lower().replace("_", " ")
            reason = f" (error {frame.values[0]})" if frame.values else ""
            raise DeviceError(ErrorClass.REFUSED, f"the display refuses {word}{reason}")
        return frame.values

    def _ready(self, deadline: Deadline) -> Stream:
        """The open line; opened anew where the display has closed it meanwhile."""
        if self._stream is not None and self._last:
            try:
                self._stream.drain()
            except DeviceError:
                self.close()
        if self._stream is None:
            self.open(deadline)
        time.sleep(max(0.0, min(self._last + self._settings.pause - time.monotonic(), deadline.left())))
        assert self._stream is not None
        return self._stream

    def _answer(
        self, stream: Stream, command: codec.Command, deadline: Deadline, happened: Happened
    ) -> codec.Frame:
        until = deadline.within(self._settings.answer_time)
        data = b""
        received = 0
        while received < _LONGEST_ANSWERS:
            came = stream.receive(until, happened=happened)
            received += len(came)
            data += came
            if codec.SECURED in data:
                raise DeviceError(
                    ErrorClass.AUTH,
                    f"{stream.place} wants a secured connection",
                    hint="name the PIN and the certificate in the device's options: pin, fingerprint",
                )
            while data:
                try:
                    frame, data = codec.decode(data)
                except DeviceError as error:
                    error.happened = happened
                    raise
                if frame is None:
                    break
                if frame.display == self._settings.display and frame.command == command:
                    return frame
        raise DeviceError(
            ErrorClass.PROTOCOL, f"{stream.place} says much, but nothing to the command", happened=happened
        )

    def _login(self, stream: Stream, deadline: Deadline) -> None:
        from pedell.transports.stream_tcp import SocketStream

        if not isinstance(stream, SocketStream):
            raise DeviceError(
                ErrorClass.PRECONDITION, "a PIN is for displays on the network, not on a serial line"
            )
        start = b""
        while len(start) < len(codec.SECURED):
            start += stream.receive(deadline, len(codec.SECURED) - len(start))
        if start != codec.SECURED:
            raise DeviceError(ErrorClass.PROTOCOL, f"{stream.place} does not offer a secured connection")
        stream.start_tls(deadline, self._settings.fingerprint or _NO_FINGERPRINT)
        stream.send(self._settings.pin.encode(), deadline, shown=b"(PIN)")
        codec.parse_login(stream.read_until(b">>", deadline, 64))
