"""What is said to a panel of the TE04 kind: orders answered by + or -, questions by a report."""

from __future__ import annotations

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.iiyama_te import codec
from pedell_whiteboards.iiyama_te.codec import Frame, Letter, Report, Verdict
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation


class Conversation(NamelessConversation[Frame]):
    """One conversation with the panel of one id."""

    def __init__(
        self, url: StreamURL, record: Record, pacing: Pacing, *, display: int, own_port: bool
    ) -> None:
        """Take what every line takes, the id, and whether the line is the panel's own network port."""
        super().__init__(url, record, pacing, codec.decode)
        self.own_port = own_port
        self._display = display

    def get(self, letter: Letter, deadline: Deadline, *, again: bool = True) -> int:
        """Ask for a value; DeviceError (always NO), REFUSED where the panel says no."""
        frame = self.ask(
            codec.question(self._display, letter),
            lambda frame: self._refuses(frame) or self._reports(frame, letter),
            deadline,
            again=again,
        )
        if isinstance(frame, Report):
            return frame.value
        raise _refused(letter)

    def set(self, letter: Letter, value: int, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        frame = self.tell(
            codec.order(self._display, letter, value),
            lambda frame: isinstance(frame, Verdict) and frame.display == self._display,
            deadline,
        )
        assert isinstance(frame, Verdict)
        if not frame.taken:
            raise _refused(letter)

    def clear_up(self, deadline: Deadline) -> None:
        """A report says what it reports; + and - say not what."""
        self.ask(
            codec.question(self._display, Letter.POWER),
            lambda frame: self._reports(frame, Letter.POWER),
            deadline,
        )

    def _refuses(self, frame: Frame) -> bool:
        return frame == Verdict(self._display, taken=False)

    def _reports(self, frame: Frame, letter: Letter) -> bool:
        return isinstance(frame, Report) and (frame.display, frame.letter) == (self._display, letter)


def _refused(letter: Letter) -> DeviceError:
    return DeviceError(
        ErrorClass.REFUSED, f"the panel refuses the command for {letter.name.lower().replace('_', ' ')}"
    )
