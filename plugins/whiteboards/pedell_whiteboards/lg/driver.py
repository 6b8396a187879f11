"""The capabilities of an LG display."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

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
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.lg import codec
from pedell_whiteboards.lg.conversation import Conversation
from pedell_whiteboards.model import NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver

_ON, _RESTART = 1, 2

T = TypeVar("T")


class LgOptions(PanelOptions):
    """Options of one display."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=1, le=1000, description="Set id, as in its menu, in decimal.")
    digits: int = Field(default=2, ge=2, le=3, description="Digits of the set id on the line; some want 3.")
    one_digit: bool = Field(default=False, description="Whether small numbers have one digit (ka 01 1).")
    input_command: Literal["xb", "kb"] = Field(
        default="xb", description="Command for inputs; kb on old monitors, with codes of one digit."
    )
    switch_time: float = Field(
        default=12.0, gt=0, le=60, description="Seconds that the answer to switching on may take."
    )
    asks_model: bool = Field(default=True, description="Whether to ask for the model's name by fv.")


class LgDriver(PanelDriver[LgOptions, codec.Answer]):
    """LG signage and classroom displays over network or serial line.

    Models: signage (LS, SM, UH, UL, VL, SE, TR, TC series), IFP and CreateBoard, hotel televisions and most
    televisions with an RS-232 jack. Not the IP control of consumer televisions with webOS, which is encrypted words.

    Settings on the device: network control on, Wake-on-LAN or network standby on, a set id of its own on a shared
    serial line, never 0.

    Address: `host` or `host:port` (9761), `serial:///dev/ttyUSB0` (9600 baud, crossed cable), `rfc2217://host:port`,
    or `tcp://host:port` of a serial server. The option `display` is the set id.

    Sources: LG's owner's manuals; see the codec.

    Known limitations: no freeze, no touch lock. Inputs have other codes on every other model: see the option
    `inputs`. A display with another set id is silent.
    """

    id: ClassVar[str] = "lg"
    title: ClassVar[str] = "LG signage"
    brands = ("LG signage, IFP and CreateBoard", "LG hotel televisions, televisions with RS-232")
    protocol = "LG commands (ka 01 01) over TCP 9761 or RS-232 9600"
    proof = (
        "vectors of LG's manuals and of PepperDash's driver",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no freeze, no touch lock",
        "codes of inputs differ between models",
        "not the encrypted IP control of consumer televisions",
    )
    options = LgOptions
    port = 9761
    tells_starting = False
    codes = codec.INPUTS
    discovers = True

    def make_line(self) -> Conversation:
        """The conversation."""
        settings = self.settings
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=settings.display,
            digits=settings.digits,
            one_digit=settings.one_digit,
        )

    @cached_property
    def inputs(self) -> InputTable:
        """The inputs; old monitors have a table of their own."""
        usual = codec.INPUTS if self.settings.input_command == codec.INPUT else codec.OLD_INPUTS
        return InputTable(usual if self.settings.other_inputs else {}, self.settings.inputs, codec.INPUT_CODE)

    def known_by(self, deadline: Deadline) -> Identity:
        """Serial number and firmware."""
        return self._who(deadline, model=False)

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, firmware and the model's name, which not every model tells."""
        return self._who(deadline, model=self.settings.asks_model)

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state, and why it is off; the rest only while it is on."""
        del params
        warnings: list[str] = []
        power = self.power(call)
        if power is not Power.ON:
            reason = self._maybe(codec.OFF_REASON, codec.parse_off_reason, call, warnings)
            return Done(Status(power=power, off_reason=reason), warnings=tuple(warnings))
        code = self._maybe(self.settings.input_command, codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=self._maybe(codec.VOLUME, codec.parse_volume, call, warnings),
            muted=self._maybe(codec.SOUND, codec.parse_muted, call, warnings),
            blank=self._maybe(codec.SCREEN, codec.parse_blank, call, warnings),
            controls_locked=self._maybe(codec.CONTROLS, codec.parse_flag, call, warnings),
            signal=self.maybe(
                lambda: codec.parse_signal(self._talk.get(codec.STATUS, call.deadline, "02", again=False)),
                warnings,
            ),
            hours=self._maybe(codec.HOURS, codec.parse_hours, call, warnings),
            temperature=self._maybe(codec.TEMPERATURE, codec.parse_temperature, call, warnings),
            faults=self._maybe(codec.LAMP, codec.parse_lamp, call, warnings) or (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._set(self.settings.input_command, int(self.inputs.code(params.input), 16), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._set(codec.VOLUME, params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off: 00."""
        del params
        return self._set(codec.SOUND, 0, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on: 01."""
        del params
        return self._set(codec.SOUND, 1, call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Screen mute."""
        del params
        return self._set(codec.SCREEN, 1, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """No screen mute."""
        del params
        return self._set(codec.SCREEN, 0, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock keys and remote control."""
        del params
        return self._set(codec.CONTROLS, 1, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Unlock keys and remote control."""
        del params
        return self._set(codec.CONTROLS, 0, call)

    @implements("display.reset_picture")
    def reset_picture(self, call: Call, params: NoParams) -> Answer:
        """Reset the picture only."""
        del params
        return self._set(codec.RESET, 0, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset everything."""
        del params
        return self._set(codec.RESET, 2, call)

    @implements("display.network_standby")
    def network_standby(self, call: Call, params: NetworkStandby) -> Answer:
        """Wake-on-LAN, which keeps the network alive in standby."""
        return self._set(codec.WAKE_ON_LAN, int(params.enabled), call)

    def power(self, call: Call) -> Power:
        """Read the state."""
        return codec.parse_power(self._talk.get(codec.POWER, call.deadline))

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; one that says NG to it is between on and off."""
        if self._switched(int(on), call) is None:
            raise DeviceError(ErrorClass.BUSY, "the display refuses to be switched now")

    def restart_now(self, call: Call) -> bool:
        """Power 02. Older models do not know it: they say NG, or may take it for 01, which changes nothing."""
        return self._switched(_RESTART, call) == _RESTART

    def leaves_network(self, call: Call) -> bool:
        """Without Wake-on-LAN it would."""
        if not self.on_network or self.settings.gone_when_off:
            return self.on_network
        return self._maybe(codec.WAKE_ON_LAN, codec.parse_flag, call, []) is False

    def _switched(self, value: int, call: Call) -> int | None:
        """What the display says it took; none for NG. The answer to switching on may come only when it is up."""
        patience = max(self.settings.switch_time, self.settings.answer_time)
        other = _ON if value == _RESTART else None
        try:
            return self._talk.set(codec.POWER, value, call.deadline, answer_time=patience, or_else=other)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            return None

    def _set(self, command: str, value: int, call: Call) -> Nothing:
        self._talk.set(command, value, call.deadline)
        return Nothing()

    def _who(self, deadline: Deadline, *, model: bool) -> Identity:
        """The power state shows first that anybody is there: off, most displays only know that command."""
        power = codec.parse_power(self._talk.get(codec.POWER, deadline))
        serial = self._text(codec.SERIAL, deadline)
        tells = power is Power.ON or bool(serial)
        return Identity(
            serial=serial,
            model=self._text(codec.MODEL, deadline) if model and tells else "",
            firmware=self._text(codec.FIRMWARE, deadline) if tells else "",
            manufacturer="LG",
        )

    def _text(self, command: str, deadline: Deadline) -> str:
        return self.maybe(lambda: self._talk.get(command, deadline, again=False), []) or ""

    def _maybe(self, command: str, parse: Callable[[str], T], call: Call, warnings: list[str]) -> T | None:
        return self.maybe(lambda: parse(self._talk.get(command, call.deadline, again=False)), warnings)

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
