"""What is said to a NEC display: parameters that are read and set, and commands."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation
from pedell_whiteboards.nec import codec


class Conversation(NamelessConversation[codec.Frame]):
    """One conversation with the display of one id.

    The display answers "busy, or not known here" with one and the same message, which does not name the request: BUSY.
    """

    def __init__(
        self, url: StreamURL, record: Record, pacing: Pacing, *, display: int, own_port: bool
    ) -> None:
        """Take what every line takes, the display's id, and whether the line is its own network port."""
        super().__init__(url, record, pacing, codec.decode)
        self.own_port = own_port
        self._display = display

    def get(self, code: str, deadline: Deadline, *, again: bool = True) -> codec.Parameter:
        """Read a parameter; DeviceError (always NO), UNSUPPORTED or BUSY where the display says no."""
        request = codec.encode(self._display, "C", code)
        return _known(self.ask(request, self._answers("D", code), deadline, again=again), code)

    def set(self, code: str, value: int, deadline: Deadline) -> None:
        """Set a parameter; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        request = codec.encode(self._display, "E", f"{code}{value:04X}")
        _known(self.tell(request, self._answers("F", code), deadline), code)

    def point(self, code: str, value: int, deadline: Deadline) -> None:
        """Set a parameter that only chooses what is read next; DeviceError, always NO."""
        request = codec.encode(self._display, "E", f"{code}{value:04X}")
        _known(self.ask(request, self._answers("F", code), deadline, again=False), code)

    def read(self, message: str, answer: str, deadline: Deadline, *, again: bool = True) -> str:
        """A command that only asks; `answer` is what its answer holds at the beginning or after the result."""
        request = codec.encode(self._display, "A", message)
        return _said(self.ask(request, self._answers("B", answer), deadline, again=again), message)

    def order(self, message: str, answer: str, deadline: Deadline) -> str:
        """A command that does something."""
        request = codec.encode(self._display, "A", message)
        return _said(self.tell(request, self._answers("B", answer), deadline), message)

    def clear_up(self, deadline: Deadline) -> None:
        """Every answer but the null message names its request."""
        answers = self._answers("B", "00D6")
        request = codec.encode(self._display, "A", "01D6")
        self.ask(request, lambda frame: answers(frame) and not codec.is_null(frame), deadline)

    def _answers(self, kind: str, code: str) -> Callable[[codec.Frame], bool]:
        """Answers of other displays on the same line, and late ones to other requests, are passed over."""

        def answers(frame: codec.Frame) -> bool:
            if frame.source != self._display:
                return False
            # The code stands at the beginning, or after the result's two digits.
            at = frame.message.upper().find(code, 0, len(code) + 2)
            return codec.is_null(frame) or (frame.kind == kind and at in {0, 2})

        return answers


def _known(frame: codec.Frame, code: str) -> codec.Parameter:
    _said(frame, code)
    parameter = codec.parse_parameter(frame.message)
    if not parameter.known:
        raise DeviceError(
            ErrorClass.UNSUPPORTED, f"the display does not have parameter {code}, or not this value"
        )
    return parameter


def _said(frame: codec.Frame, request: str) -> str:
    if codec.is_null(frame):
        raise DeviceError(ErrorClass.BUSY, f"the display is busy, or does not know {request}")
    return frame.message
