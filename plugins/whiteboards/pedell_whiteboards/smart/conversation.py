"""What is said to a SMART board: wake its prompt, ask, order, and wait for the prompt before the next command."""

from __future__ import annotations

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import LineConversation, Pacing
from pedell_whiteboards.smart import codec
from pedell_whiteboards.smart.codec import Kind, Line

_PROMPT_TIME = 1.0
_AGAIN = frozenset({ErrorClass.TIMEOUT, ErrorClass.PROTOCOL})


class _Heard:
    """Listens for the answer to one command, up to the prompt that follows it."""

    def __init__(self, name: str, sent: bytes, *, prompt: bool) -> None:
        self.answer: Line | None = None
        self._name = name
        self._sent = sent.decode("ascii").strip()
        self._prompt = prompt
        self._strange = False

    def __call__(self, line: Line) -> bool:
        if line.kind is Kind.PROMPT:
            # After lines that say nothing to the command the prompt means that nothing more will come.
            return self.answer is not None or self._strange
        if line.kind is Kind.INVALID or (line.kind is Kind.ANSWER and line.name == self._name):
            # Around a change some boards tell the state before and the state after it.
            self.answer = line
            return not self._prompt
        self._strange = self._strange or (line.kind is Kind.OTHER and line.value != self._sent)
        return False


class Conversation(LineConversation[Line]):
    """One conversation with one board."""

    def __init__(self, url: StreamURL, record: Record, pacing: Pacing, *, prompt: bool = True) -> None:
        """Take what every line takes, and whether the board sends its prompt after each answer."""
        super().__init__(url, record, pacing, codec.decode, greet=self._wake)
        self._prompt = prompt
        self._spaced = False

    def get(self, name: str, deadline: Deadline, *, again: bool = True) -> str:
        """Ask for a property; DeviceError (always NO), REFUSED where the board does not know it, or not now."""
        try:
            return self._say(codec.get(name), name, deadline, Happened.NO)
        except DeviceError as error:
            if not again or error.error_class not in _AGAIN or deadline.passed():
                raise
        return self._say(codec.get(name), name, deadline, Happened.NO)

    def put(self, name: str, value: str, deadline: Deadline) -> str:
        """Order a property; the value in force afterwards.

        Some boards want blanks around the equals sign; one that refuses has done nothing, so that is tried then.
        Raises DeviceError: REFUSED with NO, or UNKNOWN where the order may have arrived and no answer tells.
        """
        try:
            return self._put(name, value, deadline, spaced=self._spaced)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            refusal = error
        try:
            told = self._put(name, value, deadline, spaced=not self._spaced)
        except DeviceError as error:
            raise (refusal if error.error_class is ErrorClass.REFUSED else error) from None
        self._spaced = not self._spaced
        return told

    def order(self, text: str, name: str, deadline: Deadline) -> str:
        """Give an order that is no property, such as `off now`; what the board says of `name` then."""
        return self._say(f"{text}\r".encode("ascii"), name, deadline, Happened.UNKNOWN)

    def _put(self, name: str, value: str, deadline: Deadline, *, spaced: bool) -> str:
        return self._say(codec.put(name, value, spaced=spaced), name, deadline, Happened.UNKNOWN)

    def _say(self, request: bytes, name: str, deadline: Deadline, happened: Happened) -> str:
        heard = _Heard(name, request, prompt=self._prompt)
        try:
            if happened is Happened.NO:
                self.ask(request, heard, deadline, again=False)
            else:
                self.tell(request, heard, deadline)
        except DeviceError as error:
            # The answer came, only the prompt did not.
            if heard.answer is None or error.error_class is not ErrorClass.TIMEOUT:
                raise
        if heard.answer is None:
            self.close()
            raise DeviceError(
                ErrorClass.PROTOCOL, f"the display says nothing it can mean about {name}", happened=happened
            )
        if heard.answer.kind is Kind.INVALID:
            raise DeviceError(
                ErrorClass.REFUSED,
                f"the display refuses {name}: {heard.answer.value}",
                hint="most settings can be asked for and changed only while it is on",
            )
        return heard.answer.value

    def _wake(self, stream: Stream, deadline: Deadline) -> None:
        """A lone CR ends what may be left of an earlier command, and brings the prompt."""
        patience = min(_PROMPT_TIME, self.pacing.answer_time)
        for last in (False, True):
            stream.send(b"\r", deadline)
            try:
                self.await_answer(
                    stream, lambda line: line.kind is Kind.PROMPT, deadline, answer_time=patience
                )
            except DeviceError as error:
                if error.error_class is not ErrorClass.TIMEOUT:
                    raise
                if last:
                    error.hint = (
                        "it may be in deep standby (switch its power saving off), still starting, or the cable"
                        " is a crossed one"
                    )
                    raise
                continue
            return
