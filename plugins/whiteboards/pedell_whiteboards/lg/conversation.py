"""What is said to an LG display: questions and orders, both answered with OK or NG."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.lg import codec
from pedell_whiteboards.lg.codec import Answer
from pedell_whiteboards.line import LineConversation, Pacing


class Conversation(LineConversation[Answer]):
    """One conversation with the display of one set id."""

    def __init__(
        self, url: StreamURL, record: Record, pacing: Pacing, *, display: int, digits: int, one_digit: bool
    ) -> None:
        """Take what every line takes, the set id, and how numbers are written: digits of the id, of the data."""
        super().__init__(url, record, pacing, codec.decode)
        self._display = display
        self._digits = digits
        self._short = one_digit

    def get(self, command: str, deadline: Deadline, *which: str, again: bool = True) -> str:
        """Ask for a value; DeviceError (always NO), REFUSED where the display says NG."""
        request = codec.encode(command, self._display, *which, codec.READ, digits=self._digits)
        return _data(command, self.ask(request, self._to(command), deadline, again=again))

    def set(
        self,
        command: str,
        value: int,
        deadline: Deadline,
        *,
        answer_time: float | None = None,
        or_else: int | None = None,
    ) -> int:
        """Give an order; the value that the display says it took, which is the ordered one, or `or_else`.

        A yes to another value is a late one to an earlier order, and passed over. DeviceError with UNKNOWN where the
        order may have arrived and no answer tells.
        """
        data = f"{value:X}" if self._short and value < 0x10 else f"{value:02X}"
        request = codec.encode(command, self._display, data, digits=self._digits)
        taken = {codec.same(f"{number:X}") for number in (value, or_else) if number is not None}
        mine = self._to(command)

        def answers(answer: Answer) -> bool:
            return mine(answer) and (not answer.good or not answer.data or codec.same(answer.data) in taken)

        told = _data(command, self.tell(request, answers, deadline, answer_time=answer_time))
        return value if codec.same(told) in {"", codec.same(f"{value:X}")} else int(told, 16)

    def _to(self, command: str) -> Callable[[Answer], bool]:
        """Only the second letter comes back; one command is in flight, so that is enough."""
        return lambda answer: (answer.letter, answer.display) == (command[1], self._display)


def _data(command: str, answer: Answer) -> str:
    if not answer.good:
        raise DeviceError(
            ErrorClass.REFUSED,
            f"the display says NG to {command}" + (f" ({answer.data})" if answer.data else ""),
            hint="often this means: not with this input, or not in this state",
        )
    return answer.data
