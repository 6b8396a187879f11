"""What is said to a PJLink projector, and when.

The projector speaks first. The login stands before the first command, which is a question for the class, so a
wrong password shows before anything else is asked. Lines that answer something else (notifications, late answers)
are passed over. The projector closes the line after 30 s of silence, some (AWOL) after each answer; the next command opens it
anew, and then the login stands before that command: the class is known by then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import LineConversation, Pacing, text_lines
from pedell_whiteboards.pjlink import codec


class Conversation(LineConversation[codec.Answer]):
    """One conversation with one projector.

    Attributes:
        pjlink_class: 1 or 2, as the projector says; known once connected.
    """

    def __init__(
        self, url: StreamURL, record: Record, pacing: Pacing, *, password: Callable[[], str], sha256: bool
    ) -> None:
        """Take what every line takes, and where the password comes from (asked only when needed)."""
        super().__init__(url, record, pacing, _decode, greet=self._login)
        self._password = password
        self._sha256 = sha256
        self._before = b""
        self._class_known = False
        self.pjlink_class = 1

    def open(self, deadline: Deadline) -> None:
        """Connect and log in; an old projector that stumbles over the newer login is met a second time."""
        try:
            super().open(deadline)
        except _OldProjectorError:
            self._sha256 = False
            super().open(deadline)

    def get(
        self, body: str, parameter: str, deadline: Deadline, pjlink_class: int = 1, *, again: bool = True
    ) -> str:
        """Ask a question; the value, or the DeviceError (always NO) that the projector's error means."""
        request = codec.encode(pjlink_class, body, parameter)
        return codec.check(self.ask(request, _to(body), deadline, again=again)).value

    def set(self, body: str, parameter: str, deadline: Deadline, pjlink_class: int = 1) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells.

        ERR4 tells of a failure, but not of how far the order had come by then.
        """
        answer = self.tell(codec.encode(pjlink_class, body, parameter), _to(body), deadline)
        try:
            value = codec.check(answer).value
        except DeviceError as error:
            if error.error_class is ErrorClass.DEVICE_FAULT:
                error.happened = Happened.UNKNOWN
            raise
        if value.upper() != "OK":
            self.close()
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"the projector answers {value[:40]!r} to {body}",
                happened=Happened.UNKNOWN,
            )

    def _login(self, stream: Stream, deadline: Deadline) -> None:
        until = deadline.within(self.pacing.answer_time)
        try:
            line = stream.read_until(codec.END, until, codec.LINE_LIMIT)
        except DeviceError as error:
            error.hint = "projectors talk to one control system at a time: is another one connected?"
            raise
        greeting = codec.parse_greeting(line)
        prefix = ""
        if greeting.random:
            password = self._password()
            prefix = (
                self._sha256_login(stream, password, deadline)
                if self._sha256
                else codec.md5_digest(greeting.random, password)
            )
        self._before = b""
        if self._class_known:
            self._before = prefix.encode()
            return
        question = codec.encode(1, "CLSS", "?")
        stream.send(prefix.encode() + question, deadline, shown=b"(login)" + question if prefix else None)
        try:
            answer = self.await_answer(stream, _to("CLSS"), deadline)
        except DeviceError as error:
            if prefix and error.error_class is ErrorClass.PROTOCOL:
                error.hint = "some projectors close the line when the password is wrong"
            raise
        # Anything but 2, also an error, means the first class.
        self.pjlink_class = 2 if answer.value == "2" else 1
        if answer.value.upper() == "ERRA":
            codec.check(answer)
        self._class_known = True

    def _head(self) -> bytes:
        head, self._before = self._before, b""
        return head

    def _sha256_login(self, stream: Stream, password: str, deadline: Deadline) -> str:
        """The new exchange of specification 2.10; an old projector answers ERRA or closes."""
        try:
            stream.send(b"PJLINK 2\r", deadline)
            line = stream.read_until(codec.END, deadline.within(self.pacing.answer_time), codec.LINE_LIMIT)
            greeting = codec.parse_greeting(line)
        except DeviceError:
            raise _OldProjectorError from None
        if not greeting.sha256:
            raise _OldProjectorError
        theirs = greeting.random
        ours = secrets.token_hex(16)
        return ours + codec.sha256_digest(theirs, ours, password)


class _OldProjectorError(Exception):
    """It does not know the exchange of specification 2.10."""


_lines = text_lines(codec.END, limit=codec.LINE_LIMIT)


def _decode(data: bytes) -> tuple[codec.Answer | None, bytes]:
    line, rest = _lines(data)
    if line is None:
        return None, rest
    if codec.is_login_refused(line):
        raise codec.login_refused()
    return codec.parse_answer(line), rest


def _to(body: str) -> Callable[[codec.Answer], bool]:
    return lambda answer: answer.body == body
