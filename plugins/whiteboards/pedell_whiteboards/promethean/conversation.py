"""What is said to an ActivPanel: questions that are answered, and orders that mostly are not."""

from __future__ import annotations

from pedell.drivers.api import Deadline, DeviceError, Happened
from pedell.transports.stream import Record
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.line import LineConversation, Pacing
from pedell_whiteboards.promethean import codec
from pedell_whiteboards.promethean.codec import Command, Frame


class Conversation(LineConversation[Frame]):
    """One conversation with one panel."""

    def __init__(self, url: StreamURL, record: Record, pacing: Pacing, *, listen: float = 0.3) -> None:
        """Take what every line takes, and how long to listen after an order, in seconds."""
        super().__init__(url, record, pacing, codec.decode)
        self._listen = listen

    def get(
        self, command: Command, deadline: Deadline, action: int = codec.GET, *, again: bool = True
    ) -> bytes:
        """Ask; DeviceError (always NO), TIMEOUT also where the panel does not know what is asked."""
        return self.ask(
            codec.encode(command, action), lambda frame: _tells(frame, command, action), deadline, again=again
        ).data

    def set(self, command: Command, action: int, value: int, deadline: Deadline) -> bool:
        """Give an order and listen a moment; whether the panel answered it. Silence says nothing either way.

        Raises DeviceError with UNKNOWN where the line was cut, or said nonsense, after the order was sent.
        """
        heard = self.tell_quietly(
            codec.encode(command, action, value),
            deadline,
            listen=self._listen,
            answers=lambda frame: (frame.command, frame.action) == (command, action),
        )
        return any((frame.command, frame.action) == (command, action) for frame in heard)

    def try_to_set(self, command: Command, action: int, value: int, deadline: Deadline) -> None:
        """Give an order of which a question tells afterwards whether it was done: only that is evidence.

        Some panels close the line after each command. Raises DeviceError, NO, where the order did not leave.
        """
        try:
            self.set(command, action, value, deadline)
        except DeviceError as error:
            if error.happened is Happened.NO or deadline.passed():
                raise


def _tells(frame: Frame, command: Command, action: int) -> bool:
    """The maker's own example answers the question for the model with another action than it was asked with."""
    return frame.command == command and (frame.action == action or command is Command.INFO)
