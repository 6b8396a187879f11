"""What is said to a Sharp display: commands whose answers do not name them, and the login over the network."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation
from pedell_whiteboards.sharp import codec

_ANY = "????"


class Conversation(NamelessConversation[bytes]):
    """One conversation with one display. `WAIT` begins the answer time anew."""

    def __init__(
        self,
        url: StreamURL,
        record: Record,
        pacing: Pacing,
        *,
        padding: codec.Padding,
        ending: codec.Ending,
        login: tuple[str, Callable[[], str]] | None,
    ) -> None:
        """Take what every line takes, how parameters are filled, and user and password where there is a login."""
        super().__init__(
            url,
            record,
            pacing,
            codec.decode,
            greet=self._greet if login else None,
            prolongs=codec.is_wait,
        )
        self.own_port = login is not None
        self._padding = padding
        self._ending = ending
        self._login = login

    def query(self, command: str, deadline: Deadline, *, parameter: str = _ANY, again: bool = True) -> str:
        """Ask for a value; DeviceError (always NO), REFUSED where the display says ERR.

        An answer names no question either: after something late the line is made clear first.
        """
        if self._late:
            self.make_clear(deadline)
        request = codec.encode(command, parameter, self._padding, self._ending)
        return codec.parse(self.ask(request, _answers(request), deadline, again=again), command)

    def order(
        self, command: str, parameter: int, deadline: Deadline, *, answer_time: float | None = None
    ) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        request = codec.encode(command, str(parameter), self._padding, self._ending)
        codec.parse(self.tell(request, codec.is_verdict, deadline, answer_time=answer_time))

    def clear_up(self, deadline: Deadline) -> None:
        """The power state is a digit, which no order is answered with."""
        request = codec.encode("POWR", _ANY, self._padding, self._ending)
        self.ask(request, codec.is_power, deadline)

    def _greet(self, stream: Stream, deadline: Deadline) -> None:
        """Prompts have no end of line: they are read up to their colon."""
        assert self._login is not None
        user, password = self._login
        until = deadline.within(self.pacing.answer_time)
        stream.read_until(codec.PROMPTS[0], until, codec.LINE_LIMIT)
        stream.send(user.encode() + self._ending.data, until)
        stream.read_until(codec.PROMPTS[1], until, codec.LINE_LIMIT)
        stream.send(password().encode() + self._ending.data, until, shown=b"(password)")
        try:
            said = self.await_answer(stream, lambda line: line.strip(b"*") != b"", until)
        except DeviceError as error:
            error.hint = "a wrong user or password may be answered by silence"
            raise
        if not said.upper().startswith(b"OK"):
            raise DeviceError(
                ErrorClass.AUTH,
                "the display refuses user and password",
                hint="name them in the device's options: user, password",
            )


def _answers(request: bytes) -> Callable[[bytes], bool]:
    """Everything but an echo of the command and the announcement of a later answer."""
    echo = request.strip()
    return lambda line: line != echo and not codec.is_wait(line)
