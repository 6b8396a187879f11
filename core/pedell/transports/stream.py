"""Byte streams by URL: TCP, TLS, serial lines and serial servers (RFC 2217), all alike to a driver.

Every wait takes a deadline. Errors are DeviceErrors whose `happened` tells the truth as far as a stream can
know it: NO as long as nothing was sent, and from then on what the caller says, by default UNKNOWN. A
conversation that only asked a question says `happened=Happened.NO`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass, Happened
from pedell.transports.stream_url import StreamURL, parse_stream_url

Record = Callable[[str, bytes | str], None]
"""As `Env.record`: direction and data of a line of the transcript."""

_DRAIN_ROUNDS = 64
_TAKEN = b"Port already in use"


def is_taken(said: bytes) -> bool:
    """Whether this is how a serial server (ser2net) turns away who comes while somebody else has the line."""
    return _TAKEN in said


def taken(place: str) -> DeviceError:
    """What that means. Nothing of what was sent has reached the line."""
    return DeviceError(
        ErrorClass.BUSY,
        f"the serial server at {place} serves somebody else on this line",
        hint="a serial line serves one at a time: who else is connected? ser2net's kickolduser turns the other one out",
    )


class Stream(ABC):
    """An open stream. Used by one thread at a time.

    Attributes:
        place: where it leads, for messages.
        sent: whether anything was sent on it.
    """

    # Whether a failed write may have sent a part without telling how much.
    _writes_blindly = False

    def __init__(self, place: str, record: Record) -> None:
        self.place = place
        self.sent = False
        self._record = record
        self._kept = b""

    def send(
        self,
        data: bytes,
        deadline: Deadline,
        *,
        happened: Happened = Happened.UNKNOWN,
        shown: bytes | None = None,
    ) -> None:
        """Send all of `data`; `shown` stands in the transcript instead, where data holds a secret.

        Raises DeviceError: UNREACHABLE or TIMEOUT with NO when not a byte left, else PROTOCOL or TIMEOUT with
        `happened`.
        """
        written = 0
        self._record(">", data if shown is None else shown)
        while written < len(data):
            partly = written > 0
            true = happened if partly else Happened.NO
            try:
                left = deadline.check(f"sending to {self.place}", happened=true)
                written += self._write(data[written:], left)
                self.sent = True
            except TimeoutError:
                raise self._late("did not take what was sent", true) from None
            except OSError as error:
                if partly or self._writes_blindly:
                    raise self._cut(happened, error) from None
                raise self._gone(error) from None

    def receive(
        self, deadline: Deadline, limit: int = 4096, *, happened: Happened = Happened.UNKNOWN
    ) -> bytes:
        """At least one byte and at most `limit`.

        What has come already is taken also after the deadline: a machine that stood still for a moment finds the
        answer waiting, and may not call it missing.

        Raises DeviceError: TIMEOUT at the deadline; PROTOCOL when the line is cut, or UNREACHABLE when that
        happens before anything was sent. `happened` is what the caller says, NO before anything was sent.
        """
        if self._kept:
            data, self._kept = self._kept[:limit], self._kept[limit:]
            return data
        true = happened if self.sent else Happened.NO
        try:
            data = self._read(limit, deadline.left())
        except TimeoutError:
            raise self._late("does not answer", true) from None
        except OSError as error:
            raise (self._cut(true, error) if self.sent else self._gone(error)) from None
        if not data:
            raise self._cut(true) if self.sent else self._gone()
        self._record("<", data)
        return data

    def read_until(
        self,
        terminator: bytes,
        deadline: Deadline,
        limit: int = 4096,
        *,
        happened: Happened = Happened.UNKNOWN,
    ) -> bytes:
        """Everything up to and with `terminator`; what came after it is kept for the next call.

        Raises DeviceError as `receive`, and PROTOCOL when `limit` bytes hold no terminator.
        """
        data = b""
        while terminator not in data:
            if len(data) >= limit:
                raise DeviceError(
                    ErrorClass.PROTOCOL,
                    f"{self.place} sends {len(data)} bytes without an end",
                    happened=happened if self.sent else Happened.NO,
                )
            data += self.receive(deadline, limit - len(data), happened=happened)
        line, end, rest = data.partition(terminator)
        self._kept = rest + self._kept
        return line + end

    def drain(self) -> None:
        """Discard what is there; raises DeviceError(UNREACHABLE, NO) when the other side has closed."""
        self._kept = b""
        for _ in range(_DRAIN_ROUNDS):
            try:
                data = self._read(4096, 0)
            except TimeoutError:
                return
            except OSError as error:
                raise self._gone(error) from None
            if not data:
                raise self._gone()
            self._record("<", data)
        raise DeviceError(ErrorClass.PROTOCOL, f"{self.place} sends without being asked and without an end")

    @abstractmethod
    def close(self) -> None:
        """Close. Never raises, may be called twice."""

    @abstractmethod
    def _read(self, limit: int, timeout: float) -> bytes:
        """What is there, b"" when the other side has closed; TimeoutError when nothing comes in time."""

    @abstractmethod
    def _write(self, data: bytes, timeout: float) -> int:
        """Send some of it; how much. TimeoutError when nothing could be sent in `timeout` s."""

    def _late(self, what: str, happened: Happened) -> DeviceError:
        return DeviceError(ErrorClass.TIMEOUT, f"{self.place} {what} in time", happened=happened)

    def _cut(self, happened: Happened, error: OSError | None = None) -> DeviceError:
        return DeviceError(
            ErrorClass.PROTOCOL, f"the line to {self.place} was cut{_reason(error)}", happened=happened
        )

    def _gone(self, error: OSError | None = None) -> DeviceError:
        return DeviceError(ErrorClass.UNREACHABLE, f"{self.place} has closed the connection{_reason(error)}")


def _reason(error: OSError | None) -> str:
    return f" ({error.strerror})" if error is not None and error.strerror else ""


def open_stream(url: str | StreamURL, deadline: Deadline, record: Record) -> Stream:
    """Open a stream.

    Raises DeviceError, always with NO: PRECONDITION for an address that cannot be used, UNREACHABLE, TIMEOUT,
    BUSY for a serial line in use, AUTH for a certificate that is not the expected one.
    """
    address = parse_stream_url(url) if isinstance(url, str) else url
    if address.scheme == "serial":
        from pedell.transports.stream_serial import SerialStream

        return SerialStream(address, record)
    if address.scheme == "rfc2217":
        from pedell.transports.stream_serial import Rfc2217Stream

        return Rfc2217Stream(address, deadline, record)
    from pedell.transports.stream_tcp import SocketStream

    stream = SocketStream(address, deadline, record)
    if address.scheme == "tls":
        stream.start_tls(deadline, address.fingerprint)
    return stream
