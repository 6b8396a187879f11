"""What is said to a PJLink projector, and when.

The projector speaks first. The login stands before the first command, which is a question for the class, so a
wrong password shows before anything else is asked. One command at a time. Lines that answer something else
(notifications, late answers) are passed over. After any trouble the line is given up and opened anew for the
next command, and also when the projector has closed it after 30 s of silence.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record, Stream, open_stream
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.pjlink import codec

_STRAY_LINES = 32


class Conversation:
    """One conversation with one projector.

    Attributes:
        pjlink_class: 1 or 2, as the projector says; known once connected.
    """

    def __init__(
        self, url: StreamURL, record: Record, *, password: Callable[[], str], sha256: bool, answer_time: float
    ) -> None:
        """Take the address, the transcript, and where the password comes from (asked only when needed)."""
        self._url = url
        self._record = record
        self._password = password
        self._sha256 = sha256
        self._answer_time = answer_time
        self._stream: Stream | None = None
        self.pjlink_class = 1

    def open(self, deadline: Deadline) -> None:
        """Connect and log in; raises DeviceError with NO and leaves nothing open then."""
        try:
            try:
                self._login(deadline, sha256=self._sha256)
            except _OldProjectorError:
                self.close()
                self._login(deadline, sha256=False)
        except DeviceError as error:
            self.close()
            error.happened = Happened.NO
            raise

    def close(self) -> None:
        """Close; the next command opens anew."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def ask(self, body: str, parameter: str, deadline: Deadline, pjlink_class: int = 1) -> str:
        """Ask a question; the value, or the DeviceError (always NO) that the projector's error means."""
        return self._command(body, parameter, deadline, pjlink_class, Happened.NO)

    def tell(self, body: str, parameter: str, deadline: Deadline, pjlink_class: int = 1) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        value = self._command(body, parameter, deadline, pjlink_class, Happened.UNKNOWN)
        if value.upper() != "OK":
            self.close()
            raise DeviceError(
                ErrorClass.PROTOCOL,
                f"the projector answers {value[:40]!r} to {body}",
                happened=Happened.UNKNOWN,
            )

    def _command(
        self, body: str, parameter: str, deadline: Deadline, pjlink_class: int, happened: Happened
    ) -> str:
        stream = self._ready(deadline)
        try:
            stream.send(codec.encode(pjlink_class, body, parameter), deadline, happened=happened)
            answer = self._answer(stream, body, deadline, happened)
        except DeviceError:
            self.close()
            raise
        return codec.check(answer).value

    def _ready(self, deadline: Deadline) -> Stream:
        """The open line; opened anew where the projector has closed it meanwhile."""
        if self._stream is not None:
            try:
                self._stream.drain()
            except DeviceError:
                self.close()
        if self._stream is None:
            self.open(deadline)
        assert self._stream is not None
        return self._stream

    def _answer(self, stream: Stream, body: str, deadline: Deadline, happened: Happened) -> codec.Answer:
        until = deadline.within(self._answer_time)
        for _ in range(_STRAY_LINES):
            line = stream.read_until(codec.END, until, codec.LINE_LIMIT, happened=happened)
            if codec.is_login_refused(line):
                raise DeviceError(ErrorClass.AUTH, "the projector refuses the password")
            try:
                answer = codec.parse_answer(line)
            except DeviceError as error:
                error.happened = happened
                raise
            if answer.body == body:
                return answer
        raise DeviceError(
            ErrorClass.PROTOCOL, f"the projector says much, but nothing to {body}", happened=happened
        )

    def _login(self, deadline: Deadline, *, sha256: bool) -> None:
        stream = self._stream = open_stream(self._url, deadline, self._record)
        until = deadline.within(self._answer_time)
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
                if sha256
                else codec.md5_digest(greeting.random, password)
            )
        question = codec.encode(1, "CLSS", "?")
        stream.send(prefix.encode() + question, deadline, shown=b"(login)" + question if prefix else None)
        try:
            answer = self._answer(stream, "CLSS", deadline, Happened.NO)
        except DeviceError as error:
            if prefix and error.error_class is ErrorClass.PROTOCOL:
                error.hint = "some projectors close the line when the password is wrong"
            raise
        # Anything but 2, also an error, means the first class.
        self.pjlink_class = 2 if answer.value == "2" else 1
        if answer.value.upper() == "ERRA":
            codec.check(answer)

    def _sha256_login(self, stream: Stream, password: str, deadline: Deadline) -> str:
        """The new exchange of specification 2.10; an old projector answers ERRA or closes."""
        try:
            stream.send(b"PJLINK 2\r", deadline)
            line = stream.read_until(codec.END, deadline.within(self._answer_time), codec.LINE_LIMIT)
            theirs = codec.parse_greeting(line).random
        except DeviceError:
            raise _OldProjectorError from None
        if len(theirs) != 32:
            raise _OldProjectorError
        ours = secrets.token_hex(16)
        return ours + codec.sha256_digest(theirs, ours, password)


class _OldProjectorError(Exception):
    """It does not know the exchange of specification 2.10."""
