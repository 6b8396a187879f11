"""What is said to an Epson projector: queries and commands that end with a prompt, and the hello over the network."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.epson import codec
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation


class Conversation(NamelessConversation[str]):
    """One conversation with one projector.

    An answer to a query names what was asked; that to a command is a bare prompt. So a late prompt is never taken for the
    answer to a query, and lines that nobody asked for are passed over.
    """

    def __init__(
        self,
        url: StreamURL,
        record: Record,
        pacing: Pacing,
        *,
        hello: bool,
        password: Callable[[], str],
        digest: bool,
    ) -> None:
        """Take what every line takes, and how to open the projector's own network port."""
        super().__init__(url, record, pacing, codec.decode, greet=self._hello if hello else None)
        self.own_port = hello
        self._password = password
        self._digest = digest

    def query(self, name: str, deadline: Deadline, *, again: bool = True) -> str:
        """Ask for a value; DeviceError (always NO), REFUSED where the projector says ERR."""
        text = self.ask(
            codec.encode(f"{name}?"),
            lambda said: said.upper() == codec.ERROR or said.upper().startswith(f"{name}="),
            deadline,
            again=again,
        )
        return codec.parse_value(codec.check(text, f"{name}?"), name)

    def order(self, text: str, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no prompt tells."""
        codec.check(self.tell(codec.encode(text), _prompt_after(text), deadline), text)

    def begin(self, text: str, deadline: Deadline) -> None:
        """Give an order whose prompt may come much later; DeviceError(REFUSED, NO) where it says no at once."""
        is_prompt = _prompt_after(text)
        self.make_clear(deadline)
        heard = self.tell_quietly(
            codec.encode(text), deadline, listen=self.pacing.answer_time, answers=is_prompt
        )
        for said in filter(is_prompt, heard):
            codec.check(said, text)
            return
        # A prompt that comes later must not be taken for the answer to what is asked next.
        self._late = True
        self.close()

    def clear_up(self, deadline: Deadline) -> None:
        """A query is answered with its name; an ERR is nobody's."""
        self.ask(codec.encode("PWR?"), lambda said: said.upper().startswith("PWR="), deadline)

    def _hello(self, stream: Stream, deadline: Deadline) -> None:
        until = deadline.within(self.pacing.answer_time * 2)
        password = self._password()
        if password and self._digest:
            welcome = self._say(stream, codec.hello(codec.ask_digest_header(), version=0x20), until)
            if welcome.status == codec.UNAUTHORISED and welcome.salt:
                headers = codec.digest_headers(welcome.salt, password)
                welcome = self._say(stream, codec.hello(*headers, version=0x20), until, shown=b"(digest)")
        elif password:
            packet = codec.hello(codec.password_header(password))
            welcome = self._say(stream, packet, until, shown=b"(hello with password)")
        else:
            welcome = self._say(stream, codec.hello(), until)
        codec.check_welcome(welcome, with_password=bool(password))

    def _say(
        self, stream: Stream, packet: bytes, until: Deadline, *, shown: bytes | None = None
    ) -> codec.Welcome:
        stream.send(packet, until, shown=shown)
        start = _exactly(stream, codec.HELLO_LENGTH, until)
        headers = _exactly(stream, codec.headers_of(start) * codec.HEADER_LENGTH, until)
        return codec.parse_welcome(start + headers)


def _prompt_after(text: str) -> Callable[[str], bool]:
    """A bare prompt, one after an echo of the command, or one that says no."""
    return lambda said: said.upper() in {"", codec.ERROR, text}


def _exactly(stream: Stream, size: int, until: Deadline) -> bytes:
    data = b""
    while len(data) < size:
        try:
            data += stream.receive(until, size - len(data), happened=Happened.NO)
        except DeviceError as error:
            if error.error_class is ErrorClass.TIMEOUT:
                error.hint = "a serial server before the projector is named tcp://host:port"
            elif error.error_class is ErrorClass.PROTOCOL:
                # Cut before anything but the hello was said.
                error.error_class = ErrorClass.UNREACHABLE
                error.hint = "projectors talk to one control system at a time: is another one connected?"
            raise
    return data
