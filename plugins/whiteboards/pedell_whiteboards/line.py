"""One conversation on a line: what is said to a display, and when, for every protocol that asks and answers.

One command is in flight, with a pause between two. Bytes that are no answer (line noise, an echo, answers of other
displays on the same line, late answers, notifications) are passed over, up to a bound. After any trouble the line is
given up and opened anew for the next command: displays drop their network when they switch on. A question is asked
once more after silence or a broken answer; an order never is.

What a protocol says for itself: `decode`, which finds the first frame in what came; a predicate for each command, which
says whether a frame answers it; and `greet`, where something is said before the first command (a login, a hello, TLS).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream, is_taken, open_stream, taken
from pedell.transports.stream_url import StreamURL

F = TypeVar("F")
Decode = Callable[[bytes], tuple[F | None, bytes]]
"""The first frame in what came, and what follows it; None, with what is to be kept, while no frame is complete.

It passes over noise itself. DeviceError(PROTOCOL) for a frame that breaks the rules (the conversation corrects
`happened`); any other class is passed on as it is, such as AUTH for a display that wants a login.
"""
_PROLONGED = 10
# Seconds until it can be seen that a display has closed the line after its answer, and until which that was because of it.
_SEEN, _BECAUSE = 0.02, 1.0
_ASK_AGAIN = frozenset({ErrorClass.TIMEOUT, ErrorClass.PROTOCOL})


@dataclass(frozen=True)
class Pacing:
    """How fast a line is.

    Attributes:
        answer_time: seconds that an answer may take.
        pause: seconds between the end of one command and the next.
        connect_time: seconds that opening may take, login included.
        most: bytes that may come without being the answer.
    """

    answer_time: float = 3.0
    pause: float = 0.1
    connect_time: float = 10.0
    most: int = 8192


class LineConversation(Generic[F]):
    """One conversation with one display. Opens on first use where `open` was not called."""

    def __init__(
        self,
        url: StreamURL,
        record: Record,
        pacing: Pacing,
        decode: Decode[F],
        *,
        greet: Callable[[Stream, Deadline], None] | None = None,
        prolongs: Callable[[F], bool] | None = None,
    ) -> None:
        """Take the address, the transcript and what the protocol says for itself.

        Args:
            url: where.
            record: the transcript, as `Env.record`.
            pacing: how fast.
            decode: see `Decode`.
            greet: talks on a line just opened, before the first command. Whatever it raises is told with NO.
            prolongs: whether a frame means "the answer comes later": the answer time then begins anew.
        """
        self.url = url
        self.pacing = pacing
        self._record = record
        self._decode = decode
        self._greet = greet
        self._prolongs = prolongs
        self._stream: Stream | None = None
        self._spoke = False
        self._closes = False
        self._last = 0.0

    def open(self, deadline: Deadline) -> None:
        """Connect and greet. Raises DeviceError with NO and leaves nothing open then."""
        self.close()
        until = deadline.within(self.pacing.connect_time)
        stream = self._stream = open_stream(self.url, until, self._record)
        if self._greet is None:
            return
        try:
            self._greet(stream, until)
        except DeviceError as error:
            self.close()
            error.happened = Happened.NO
            raise
        except BaseException:
            self.close()
            raise
        if stream.sent:
            # It has answered already; some close the line after each answer, also after this one.
            self._spoke, self._last = (
                True,
                max(time.monotonic(), time.monotonic() + _SEEN - self.pacing.pause),
            )

    def close(self) -> None:
        """Close; the next command opens anew."""
        stream, self._stream = self._stream, None
        self._spoke = False
        if stream is not None:
            stream.close()

    def ask(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        *,
        answer_time: float | None = None,
        again: bool = True,
    ) -> F:
        """Ask a question: the frame for which `answers` holds, be it a yes or a no.

        It is asked once more after silence or a broken answer, unless `again` says no. Raises DeviceError, always NO.
        """
        try:
            return self._exchange(request, answers, deadline, answer_time, Happened.NO)
        except DeviceError as error:
            if not again or error.error_class not in _ASK_AGAIN or deadline.passed():
                raise
            first = error
        try:
            return self._exchange(request, answers, deadline, answer_time, Happened.NO)
        except DeviceError as error:
            # A display that is still busy with the first line takes no second one: the first trouble tells more.
            raise (first if error.error_class is ErrorClass.UNREACHABLE else error) from None

    def tell(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        *,
        answer_time: float | None = None,
    ) -> F:
        """Give an order, never twice: the frame for which `answers` holds, be it a yes or a no.

        Raises DeviceError with UNKNOWN where the order may have arrived and no answer tells.
        """
        return self._exchange(request, answers, deadline, answer_time, Happened.UNKNOWN)

    def tell_quietly(
        self,
        request: bytes,
        deadline: Deadline,
        *,
        listen: float = 0.3,
        answers: Callable[[F], bool] | None = None,
    ) -> tuple[F, ...]:
        """Give an order whose normal answer is silence; the frames that come within `listen` seconds all the same.

        Listening ends early with a frame for which `answers` holds. Silence means only that nothing was said against
        the order: ask for the value afterwards. Raises DeviceError, with UNKNOWN where the line is cut after the order
        was sent.
        """
        stream = self._ready(deadline)
        heard: list[F] = []
        data, received = b"", 0
        try:
            stream.send(request, deadline)
            until = Deadline.after(listen)
            while received < self.pacing.most and not (answers and any(map(answers, heard))):
                try:
                    came = stream.receive(until)
                except DeviceError as error:
                    if error.error_class is ErrorClass.TIMEOUT:
                        break
                    raise
                self._check_line(stream, data + came)
                received += len(came)
                frames, data = self._frames(data + came, Happened.UNKNOWN)
                heard += frames
        except BaseException:
            self.close()
            raise
        finally:
            self._last = time.monotonic()
        self._spoke = True
        return tuple(heard)

    def await_answer(
        self,
        stream: Stream,
        answers: Callable[[F], bool],
        deadline: Deadline,
        *,
        answer_time: float | None = None,
        happened: Happened = Happened.NO,
    ) -> F:
        """The frame on `stream` for which `answers` holds; also for greetings that speak in frames."""
        patience = self.pacing.answer_time if answer_time is None else answer_time
        until = deadline.within(patience)
        data, received, prolonged = b"", 0, 0
        while received < self.pacing.most:
            came = stream.receive(until, happened=happened)
            self._check_line(stream, data + came)
            received += len(came)
            frames, data = self._frames(data + came, happened, answers)
            for frame in frames:
                if answers(frame):
                    return frame
                if self._prolongs is not None and prolonged < _PROLONGED and self._prolongs(frame):
                    prolonged += 1
                    until = deadline.within(patience)
        raise DeviceError(
            ErrorClass.PROTOCOL, f"{stream.place} says much, but nothing to the command", happened=happened
        )

    def _exchange(
        self,
        request: bytes,
        answers: Callable[[F], bool],
        deadline: Deadline,
        answer_time: float | None,
        happened: Happened,
    ) -> F:
        stream = self._ready(deadline)
        head = self._head()
        try:
            stream.send(
                head + request, deadline, happened=happened, shown=b"(login)" + request if head else None
            )
            frame = self.await_answer(stream, answers, deadline, answer_time=answer_time, happened=happened)
        except BaseException:
            self.close()
            raise
        finally:
            self._last = time.monotonic()
        self._spoke = True
        if self._closes:
            self.close()
        return frame

    def _check_line(self, stream: Stream, data: bytes) -> None:
        """A serial server in raw mode says with its first words that somebody else has the line: BUSY, with NO."""
        if not self._spoke and is_taken(data):
            raise taken(stream.place)

    def _head(self) -> bytes:
        """What stands before the first command of a line just opened, such as a login; not for the transcript."""
        return b""

    def _ready(self, deadline: Deadline) -> Stream:
        """The open line, emptied; opened anew where the display has closed it meanwhile."""
        self._rest(deadline)
        if self._stream is None:
            self.open(deadline)
            if self._spoke:
                self._rest(deadline)
        if self._stream is None:
            self.open(deadline)
        assert self._stream is not None
        return self._stream

    def _rest(self, deadline: Deadline) -> None:
        """Pause between two commands, and notice what came or went meanwhile."""
        # First the pause: some displays close the line after each command, which is to be seen before the next.
        time.sleep(max(0.0, min(self._last + self.pacing.pause - time.monotonic(), deadline.left())))
        # Before the first answer nothing is thrown away: a display may announce there that it wants a login.
        if self._stream is not None and self._spoke:
            try:
                self._stream.drain()
            except DeviceError:
                # One that closes after an answer does it after each; sooner or later an order would meet it.
                self._closes = self._closes or time.monotonic() - self._last < _BECAUSE + self.pacing.pause
                self.close()

    def _frames(
        self, data: bytes, happened: Happened, until: Callable[[F], bool] | None = None
    ) -> tuple[list[F], bytes]:
        """The complete frames in `data`, at most up to the one that `until` is waiting for, and the rest."""
        found: list[F] = []
        while data:
            try:
                frame, rest = self._decode(data)
            except DeviceError as error:
                if error.error_class is ErrorClass.PROTOCOL:
                    error.happened = happened
                raise
            if frame is None:
                return found, rest
            assert len(rest) < len(data), "a decoder must take what it has read"
            data = rest
            found.append(frame)
            if until is not None and until(frame):
                break
        return found, data


def text_lines(*ends: bytes, limit: int = 1024) -> Decode[bytes]:
    """A decoder for protocols of text: a frame is a line up to the first of `ends`, without blanks around it.

    Empty lines and NUL are passed over; more than `limit` bytes without an end is PROTOCOL. Use it where an end cannot
    stand inside an answer.
    """

    def decode(data: bytes) -> tuple[bytes | None, bytes]:
        while data:
            at, end = min(
                ((data.find(end), end) for end in ends if end in data),
                default=(-1, b""),
                key=lambda hit: hit[0],
            )
            if at < 0:
                break
            line, data = data[:at].strip(b" \t\r\n\0"), data[at + len(end) :]
            if line:
                return line, data
        if len(data) > limit:
            raise DeviceError(ErrorClass.PROTOCOL, f"{len(data)} bytes of text came without an end")
        return None, data

    return decode
