"""What is said to a BenQ or ViewSonic panel: gets, sets, and texts that come in several packets."""

from __future__ import annotations

from collections.abc import Callable

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened
from pedell.transports.stream import Record
from pedell.transports.stream_url import StreamURL
from pedell_whiteboards.ifp import codec
from pedell_whiteboards.ifp.codec import Kind, Packet
from pedell_whiteboards.line import Pacing
from pedell_whiteboards.nameless import NamelessConversation

_POWER = 0x6C


class Conversation(NamelessConversation[Packet]):
    """One conversation with the panel of one id. The id of everybody (99) is never used."""

    def __init__(
        self, url: StreamURL, record: Record, pacing: Pacing, *, display: int, own_port: bool
    ) -> None:
        """Take what every line takes, the panel's id, and whether the line is its own network port."""
        super().__init__(url, record, pacing, codec.decode)
        self.own_port = own_port
        self._display = display

    def get(self, command: int, deadline: Deadline, *, value: bytes = b"000", again: bool = True) -> bytes:
        """Ask for a value; DeviceError (always NO), REFUSED where the panel says no."""
        request = codec.encode(self._display, Kind.GET, command, value)
        packet = self.ask(request, self._answers(command), deadline, again=again)
        if packet.kind is Kind.NO:
            raise _refused(command)
        return packet.value

    def get_long(self, command: int, packets: int, deadline: Deadline) -> bytes:
        """Ask for a text that comes in one long packet or in up to `packets` short ones."""
        answers = self._answers(command)

        def last(packet: Packet) -> bool:
            return answers(packet) and (packet.kind is Kind.NO or codec.is_last(packet.value, packets))

        request = codec.encode(self._display, Kind.GET, command)
        try:
            heard = self.tell_quietly(request, deadline, listen=self.pacing.answer_time, answers=last)
        except DeviceError as error:
            error.happened = Happened.NO
            raise
        mine = [packet for packet in heard if answers(packet)]
        if not mine:
            self.close()
            raise DeviceError(ErrorClass.TIMEOUT, f"the panel does not answer {command:02X} in time")
        if any(packet.kind is Kind.NO for packet in mine):
            raise _refused(command)
        return codec.join([packet.value for packet in mine])

    def set(self, command: int, value: bytes, deadline: Deadline) -> None:
        """Give an order; DeviceError with UNKNOWN where it may have arrived and no answer tells."""
        request = codec.encode(self._display, Kind.SET, command, value)
        packet = self.tell(request, self._consents, deadline)
        if packet.kind is Kind.NO:
            raise _refused(command)

    def clear_up(self, deadline: Deadline) -> None:
        """A get is answered with its command; a no is nobody's."""
        request = codec.encode(self._display, Kind.GET, _POWER)
        answers = self._answers(_POWER)
        self.ask(request, lambda packet: answers(packet) and packet.kind is Kind.ANSWER, deadline)

    def _mine(self, packet: Packet) -> bool:
        return packet.display in {self._display, 0}

    def _consents(self, packet: Packet) -> bool:
        return self._mine(packet) and packet.kind in {Kind.YES, Kind.NO}

    def _answers(self, command: int) -> Callable[[Packet], bool]:
        """Answers of other panels on the same line, and late ones to other gets, are passed over."""
        return lambda packet: (
            self._mine(packet)
            and (packet.kind is Kind.NO or (packet.kind is Kind.ANSWER and packet.command == command))
        )


def _refused(command: int) -> DeviceError:
    return DeviceError(
        ErrorClass.REFUSED,
        f"the panel refuses the command {command:02X}: unknown to it, or not in this state",
    )
