"""What is said to a SICP display, and how it is found out whether it wants a group byte."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation
from pedell_whiteboards.sicp import codec
from pedell_whiteboards.sicp.codec import Command, Envelope, Frame
from pedell_whiteboards.text import OTHER_ID

# Philips' documents: an answer comes within half a second.
_PROBE_TIME = 0.5
# What a display without group byte says to a frame with one, read as if there were a group byte.
_PLAIN_VERDICTS = frozenset({b"\x06", b"\x15", b"\x18"})
_NO_ANSWER = frozenset({ErrorClass.TIMEOUT, ErrorClass.PROTOCOL})


class Conversation(NamelessConversation[Frame]):
    """One conversation with the display of one id. Answers of others on the line are no frames to it."""

    def __init__(
        self,
        url: StreamURL,
        record: Record,
        pacing: Pacing,
        *,
        display: int,
        envelope: Envelope | None,
        own_port: bool,
    ) -> None:
        """Take what every line takes, the id, the envelope, and whether the line is the display's own network port.

        No envelope means to find it out by asking for the power.
        """
        super().__init__(
            url, record, pacing, self._decoded, greet=self._find_out if envelope is None else None
        )
        self.own_port = own_port
        self._display = display
        self._known = envelope
        self._envelope = envelope or Envelope.GROUP

    @property
    def envelope(self) -> Envelope:
        """How data is wrapped; known once the line is open."""
        return self._envelope

    def get(self, command: Command, deadline: Deadline, *which: int, again: bool = True) -> bytes:
        """Ask for values; DeviceError (always NO), REFUSED where the display says no."""
        asked = bytes([command, *which])
        frame = self.ask(self._wrapped(asked, deadline), _tells(asked), deadline, again=again)
        if frame.verdict is None:
            return frame.data[1:]
        raise _refused(command, frame)

    def set(self, command: Command, data: bytes, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        request = self._wrapped(bytes([command]) + data, deadline)
        frame = self.tell(request, lambda frame: frame.verdict is not None, deadline)
        if not frame.verdict:
            raise _refused(command, frame)

    def clear_up(self, deadline: Deadline) -> None:
        """A report says what it reports; done and refused say not what."""
        asked = bytes([Command.GET_POWER])
        self.ask(self._wrapped(asked, deadline), lambda frame: _reports(frame, asked), deadline)

    def _wrapped(self, data: bytes, deadline: Deadline) -> bytes:
        """The request; the line is opened before where only opening can tell how to wrap it."""
        if self._known is None:
            self.open(deadline)
        return codec.encode(self._envelope, self._display, data)

    def _decoded(self, data: bytes) -> tuple[Frame | None, bytes]:
        return codec.decode(self._envelope, self._display, data)

    def _find_out(self, stream: Stream, deadline: Deadline) -> None:
        """Ask for the power with a group byte and without: the wrong way gets a refusal or no answer at all."""
        if self._known is not None:
            return
        patience = min(_PROBE_TIME, self.pacing.answer_time)
        for envelope in (Envelope.GROUP, Envelope.PLAIN):
            self._envelope = envelope
            stream.send(codec.encode(envelope, self._display, bytes([Command.GET_POWER])), deadline)
            try:
                frame = self.await_answer(stream, _speaks, deadline, answer_time=patience)
            except DeviceError as error:
                if error.error_class not in _NO_ANSWER or deadline.passed() or envelope is Envelope.PLAIN:
                    if error.error_class is ErrorClass.TIMEOUT:
                        error.hint = OTHER_ID
                    raise
                continue
            if frame.data not in _PLAIN_VERDICTS:
                self._known = envelope
                return
        raise DeviceError(
            ErrorClass.PROTOCOL, f"{stream.place} answers the question for its power with nonsense"
        )


def _speaks(frame: Frame) -> bool:
    return frame.data in _PLAIN_VERDICTS or _tells(bytes([Command.GET_POWER]))(frame)


def _reports(frame: Frame, asked: bytes) -> bool:
    """What was asked itself is an echo."""
    return frame.data[:1] == asked[:1] and frame.data != asked


def _tells(asked: bytes) -> Callable[[Frame], bool]:
    """A report of what was asked for, or a refusal; "done" is a late answer to an order."""
    return lambda frame: _reports(frame, asked) or frame.verdict is False


def _refused(command: Command, frame: Frame) -> DeviceError:
    return DeviceError(
        ErrorClass.REFUSED,
        f"the display refuses the command {command.name.lower().replace('_', ' ')} (answer {frame.data[-1]:02x})",
        hint="it does not know the command, or cannot do it in this state",
    )
