"""What is said to an MDC display: questions, orders, and the login of "Secured Protocol"."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation
from pedell_whiteboards.samsung_mdc import codec

# No certificate has this fingerprint: the one that is seen is told, and not trusted.
_NO_FINGERPRINT = "0" * 64


class Conversation(NamelessConversation[codec.Frame]):
    """One conversation with the display of one id.

    An answer names its command, and a yes the value; a no does not say to which value, so that a late one is possible.
    """

    def __init__(
        self,
        url: StreamURL,
        record: Record,
        pacing: Pacing,
        *,
        display: int,
        own_port: bool,
        pin: str = "",
        fingerprint: str = "",
        old_tls: bool = False,
    ) -> None:
        """Take what every line takes, the display's id, whether the line is the display's own network port, and the
        PIN and pinned certificate where it is secured, and whether with the TLS of early models.
        """
        super().__init__(url, record, pacing, _decode, greet=self._login if pin else None)
        self.own_port = own_port
        self._display = display
        self._old_tls = old_tls
        self._pin = pin
        self._fingerprint = fingerprint

    def get(self, command: codec.Command, deadline: Deadline, *, again: bool = True) -> bytes:
        """Ask for values; DeviceError (always NO), REFUSED where the display says no."""
        request = codec.encode(command, self._display)
        return _values(self.ask(request, self._to(command), deadline, again=again))

    def set(self, command: codec.Command, data: bytes, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells.

        A yes to another value is a late one to an earlier order, and passed over.
        """
        mine = self._to(command)

        def answers(frame: codec.Frame) -> bool:
            return mine(frame) and (not frame.ack or codec.takes(command, data, frame.values))

        _values(self.tell(codec.encode(command, self._display, data), answers, deadline))

    def clear_up(self, deadline: Deadline) -> None:
        """The status is only ever asked for: neither a yes nor a no to that answers an order."""
        request = codec.encode(codec.Command.STATUS, self._display)
        self.ask(request, self._to(codec.Command.STATUS), deadline)

    def _to(self, command: codec.Command) -> Callable[[codec.Frame], bool]:
        """Answers of other displays on the same line, and late ones to other commands, are passed over."""
        return lambda frame: frame.display == self._display and frame.command == command

    def _login(self, stream: Stream, deadline: Deadline) -> None:
        from pedell.transports.stream_tcp import SocketStream

        if not isinstance(stream, SocketStream):
            raise DeviceError(
                ErrorClass.PRECONDITION, "a PIN is for displays on the network, not on a serial line"
            )
        until = deadline.within(self.pacing.answer_time * 2)
        start = b""
        while len(start) < len(codec.SECURED):
            start += stream.receive(until, len(codec.SECURED) - len(start))
        if start != codec.SECURED:
            raise DeviceError(ErrorClass.PROTOCOL, f"{stream.place} does not offer a secured connection")
        try:
            stream.start_tls(until, self._fingerprint or _NO_FINGERPRINT, old=self._old_tls)
        except DeviceError:
            if self._fingerprint or not stream.seen:
                raise
            raise DeviceError(
                ErrorClass.AUTH,
                f"the display's certificate is not known yet: its fingerprint is {stream.seen}",
                hint="where you trust the way to it, name that in the device's option 'fingerprint'",
            ) from None
        stream.send(self._pin.encode(), until, shown=b"(PIN)")
        codec.parse_login(stream.read_until(b">>", until, 64))


def _decode(data: bytes) -> tuple[codec.Frame | None, bytes]:
    if codec.SECURED in data:
        raise DeviceError(
            ErrorClass.AUTH,
            "the display wants a secured connection",
            hint="name the PIN and the certificate in the device's options: pin, fingerprint",
        )
    frame, rest = codec.decode(data)
    # The beginning of the secured greeting is no frame, but must not get lost.
    return (frame, rest) if frame is not None or rest else (None, data[1 - len(codec.SECURED) :])


def _values(frame: codec.Frame) -> bytes:
    if not frame.ack:
        word = codec.Command(frame.command).name.lower().replace("_", " ")
        why = f"error {frame.values[0]}" if frame.values else "no reason given"
        raise DeviceError(ErrorClass.REFUSED, f"the display refuses the command for {word} ({why})")
    return frame.values
