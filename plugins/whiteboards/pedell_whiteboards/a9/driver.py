"""The capabilities of a panel that speaks A9 ... 8A."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from pydantic import Field, field_validator

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    ErrorClass,
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell_whiteboards.a9 import codec
from pedell_whiteboards.a9.codec import Command
from pedell_whiteboards.line import LineConversation
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")


class A9Options(ChainOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=1, le=255, description="Id, as in its menu; not 138 and 169.")
    pause: float = Field(default=0.5, ge=0, le=10, description="Seconds between two commands.")

    @field_validator("display")
    @classmethod
    def _own(cls, display: int) -> int:
        if display in codec.RESERVED:
            raise ValueError(f"{display} cannot be a display's id")
        return display


class A9Driver(PanelDriver[A9Options, codec.Answer]):
    """CTOUCH, Legamaster and relatives over a serial line.

    Models: CTOUCH Runner, Leddura, Laser, Laser Air, Nova, Sky and Canvas; Legamaster e-Screen ETX; i3TOUCH P7511;
    EasyPitch.

    Settings on the device: an id of its own (not 0), firmware 2.99 or newer for CTOUCH.

    Address: `serial:///dev/ttyUSB0` (9600 baud; 115200 for Legamaster ETX), `rfc2217://host:port`, or `tcp://host:port`
    of a serial server. The brands' documents speak of TCP, but name no port.

    Sources: see the codec.

    Known limitations: names of inputs differ by model; those of CTOUCH and EasyPitch are known, others are given in the
    option `inputs` (what is shown is read as `code-09` until then, and can be selected by that name). Which value locks
    the keys or freezes the picture is not certain: both are offered only where the option `can` says so, with 01 for on.
    No restart of its own (off, wait, on), no serial number, model, hours, temperature or faults.
    """

    id: ClassVar[str] = "a9"
    title: ClassVar[str] = "A9 (CTOUCH, Legamaster)"
    brands = (
        "CTOUCH Runner, Leddura, Laser, Nova, Sky, Canvas",
        "Legamaster e-Screen ETX",
        "i3TOUCH P7511",
        "EasyPitch",
    )
    protocol = "A9 ... 8A frames over RS-232 9600 or 115200, or a serial server"
    proof = (
        "from documentation: CTOUCH's and Legamaster's documents and the i3TOUCH P7511's manual, which agree in the frame",
        "YooUp's database has power, volume and inputs of CTOUCH and EasyPitch in the same bytes",
        "no independent client at hand; the answers are from the makers' documents alone",
    )
    limitations = (
        "names of inputs by the option inputs, but for CTOUCH and EasyPitch",
        "key lock and freeze only where the option can names them",
        "no serial number, so a moved address is not noticed",
        "no restart of its own, no hours, temperature or faults",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = A9Options
    usually: ClassVar[dict[str, bool]] = {
        "lock_controls": False,
        "unlock_controls": False,
        "freeze": False,
        "unfreeze": False,
    }

    def make_line(self) -> LineConversation[codec.Answer]:
        """The conversation."""
        return LineConversation(self.url, self.env.record, self.pacing, codec.decode)

    @property
    def on_network(self) -> bool:
        """Never: behind tcp:// there is a serial server."""
        return False

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there: the protocol has no words for it."""
        self._get(Command.POWER, codec.parse_power, deadline)
        return Identity()

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state; the rest only while the panel is on."""
        del params
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        code = self._maybe(Command.INPUT, codec.parse_input, call, warnings)
        able = self.supports(self.target)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=self._maybe(Command.VOLUME, codec.parse_volume, call, warnings),
            muted=self._maybe(Command.MUTE, codec.parse_mute, call, warnings),
            blank=self._maybe(Command.BACKLIGHT, codec.parse_blank, call, warnings),
            frozen=self._maybe(Command.FREEZE, codec.parse_switched, call, warnings)
            if "display.freeze" in able
            else None,
            controls_locked=self._maybe(Command.KEY_LOCK, codec.parse_switched, call, warnings)
            if "display.lock_controls" in able
            else None,
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._set(Command.INPUT, int(self.inputs.code(params.input), 16), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._set(Command.VOLUME, params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._set(Command.MUTE, codec.MUTED, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on: 02, or 00 where the panel refuses that value."""
        del params
        first, second = codec.UNMUTED
        try:
            return self._set(Command.MUTE, first, call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
        return self._set(Command.MUTE, second, call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off."""
        del params
        return self._set(Command.BACKLIGHT, 0, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on."""
        del params
        return self._set(Command.BACKLIGHT, 1, call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self._set(Command.FREEZE, 1, call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let the picture run."""
        del params
        return self._set(Command.FREEZE, 0, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock the keys."""
        del params
        return self._set(Command.KEY_LOCK, 1, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Unlock the keys."""
        del params
        return self._set(Command.KEY_LOCK, 0, call)

    def power(self, call: Call) -> Power:
        """Read the state."""
        return self._get(Command.POWER, codec.parse_power, call.deadline)

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; one that refuses it is between on and off."""
        try:
            self._set(Command.POWER, int(on), call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            raise DeviceError(ErrorClass.BUSY, "the panel refuses to be switched now") from None

    def _set(self, command: Command, value: int, call: Call) -> Nothing:
        """Give an order. An answer that repeats another value than the one ordered is no yes."""
        answer = self.line.tell(
            codec.order(self.settings.display, command, value),
            lambda answer: answer.command == command and (not answer.ack or answer.data == value),
            call.deadline,
        )
        if not answer.ack:
            raise codec.refusal(answer, command)
        return Nothing()

    def _get(
        self, command: Command, parse: Callable[[int], T], deadline: Deadline, *, again: bool = True
    ) -> T:
        answer = self.line.ask(
            codec.question(self.settings.display, command),
            lambda answer: answer.command == command,
            deadline,
            again=again,
        )
        if not answer.ack:
            raise codec.refusal(answer, command)
        return parse(answer.data)

    def _maybe(
        self, command: Command, parse: Callable[[int], T], call: Call, warnings: list[str]
    ) -> T | None:
        return self.maybe(lambda: self._get(command, parse, call.deadline, again=False), warnings)
