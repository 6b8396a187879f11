"""What BenQ and ViewSonic panels do alike: the same packet, and the same codes for sound, brightness and power."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    ErrorClass,
    Happened,
    NoParams,
    Nothing,
    implements,
)
from pedell.i18n import t
from pedell_whiteboards.ifp import codec
from pedell_whiteboards.ifp.conversation import Conversation
from pedell_whiteboards.model import SelectInput, SetVolume
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")
O = TypeVar("O", bound="IfpOptions")  # noqa: E741

POWER, INPUT, VOLUME, MUTE = 0x21, 0x22, 0x35, 0x36
GET_INPUT, GET_VOLUME, GET_MUTE, GET_POWER = 0x6A, 0x66, 0x67, 0x6C
OFF, ON = b"000", b"001"


class IfpOptions(ChainOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(
        default=1, ge=1, le=98, description="Display id, as in its menu; 1 over the network."
    )
    pause: float = Field(default=0.2, ge=0, le=10, description="Seconds between two commands.")


class IfpDriver(PanelDriver[O, codec.Packet]):
    """The base of both brands."""

    def make_line(self) -> Conversation:
        """One id on the line."""
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=self.settings.display,
            own_port="://" not in self.target.address,
        )

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self.set(INPUT, self.inputs.code(params.input).upper().encode(), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self.set(VOLUME, b"%03d" % params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self.set(MUTE, ON, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self.set(MUTE, OFF, call)

    def set_power(self, value: bytes, call: Call) -> None:
        """Switch; a panel that refuses what it knows is still busy with the last switching."""
        try:
            self.talk.set(POWER, value, call.deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the panel does not take it now") from None
            raise

    def set(self, command: int, value: bytes, call: Call) -> Nothing:
        """Give an order."""
        self.talk.set(command, value, call.deadline)
        return Nothing()

    def lock(self, call: Call, remote: tuple[int, bytes], keys: tuple[int, bytes]) -> Done:
        """Lock or free the remote control, then the keys, each by a command and its value; a panel may lack the second."""
        self.talk.set(*remote, call.deadline)
        try:
            self.talk.set(*keys, call.deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                error.happened = Happened.UNKNOWN  # one half is done
                raise
            told = t("{name} has no lock for its keys, only for the remote control", name=self.target.name)
            return Done(Nothing(), warnings=(told,))
        return Done(Nothing())

    def value(
        self,
        command: int,
        parse: Callable[[bytes], T],
        call: Call,
        warnings: list[str],
        *,
        value: bytes = b"000",
    ) -> T | None:
        """A value that not every model tells."""
        return self.maybe(
            lambda: parse(self.talk.get(command, call.deadline, value=value, again=False)), warnings
        )

    def text(self, read: Callable[[Deadline], str], deadline: Deadline) -> str:
        """A text that not every model tells."""
        try:
            return read(deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                return ""
            raise

    @property
    def talk(self) -> Conversation:
        """The conversation."""
        line = self.line
        assert isinstance(line, Conversation)
        return line
