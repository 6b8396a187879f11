"""The capabilities of a Sharp display."""

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
from pedell.i18n import t
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.model import NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import REFERENCE, PanelOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.sharp import codec
from pedell_whiteboards.sharp.conversation import Conversation

T = TypeVar("T")

_RESET_TIME = 40.0
_REMOTE_AND_KEYS = 2
_POWER_ON_BY_SERIAL, _POWER_ON_BY_NETWORK = 1, 2


class SharpOptions(PanelOptions):
    """Options of one display."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    answer_time: float = Field(default=10.0, gt=0, le=60, description="Seconds that an answer may take.")
    padding: codec.Padding = Field(
        default=codec.Padding.BEFORE,
        description="How parameters fill four characters: before (blanks before it), after, zeros, none.",
    )
    ending: codec.Ending = Field(default=codec.Ending.CR, description="What ends a command: cr or crlf.")
    input_command: Literal["INPS", "IAVD"] = Field(
        default="INPS", description="Command that is the input; IAVD on BIG PAD and Aquos."
    )
    loudest: int = Field(default=100, ge=1, le=100, description="The display's own number for full volume.")
    unmute: Literal[0, 2] = Field(
        default=0, description="What switches the sound on: 0, or 2 on BIG PAD and Aquos."
    )
    lock_level: Literal[1, 2] = Field(default=1, description="How much a lock locks (ALCK); 2 is everything.")
    keep_power_on: bool = Field(
        default=False,
        description="Send RSPW before switching off, for displays that else cannot be switched on.",
    )
    user: str = Field(default="", max_length=16, description="User of the network login, if one is set.")
    password: str = Field(default="", pattern=REFERENCE, description="Reference of its password.")


class SharpDriver(PanelDriver[SharpOptions, bytes]):
    """Sharp professional displays, touch displays and BIG PAD, in Sharp's own command format ("S-format").

    Models: PN-L, PN-C, PN-E, PN-R, PN-M, PN-U, PN-V, PN-H series, BIG PAD PN-70SC5/80SC5, 4T-B. Newer ones that are
    set to "N-format" are driven by `nec`.

    Settings on the device: RS-232C/LAN SELECT on the line that is used (only one of both answers), STANDBY MODE not on
    LOW POWER, the baud rate as in the address.

    Address: `serial:///dev/ttyUSB0?baud=9600` (PN series: 38400 when new), `rfc2217://host:port`, `tcp://host:port` of a
    serial server, or `host` of the display itself (10008, with a login).

    Sources: Sharp's operation manuals, PepperDash/epi-sharp-display; see the codec.

    Known limitations: no restart, no freeze, no switching off of the picture, no hours. An answer does not name its
    command. MUTE 0 changes over on some models, so it is only sent to a display that says that it is muted.
    """

    id: ClassVar[str] = "sharp"
    title: ClassVar[str] = "Sharp (S-format)"
    brands = ("Sharp PN series and touch displays", "Sharp BIG PAD, 4T-B")
    protocol = "Sharp ASCII commands over RS-232, TCP 10008"
    proof = (
        "a log of a 4T-B80 and examples of Sharp's manuals",
        "commands, numbers of inputs and login as in control-system drivers (PlaceOS, Extron, AMX, Nodel), by reading",
        "aquosremote speaks with its simulator",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no freeze, no blank, no hours, no restart of its own",
        "inputs of BIG PAD are counted terminals: name them under 'inputs'",
    )
    options = SharpOptions
    port = 10008
    baud = 9600
    usually: ClassVar = {"network_standby": False}
    _waiting_for_signal = False

    @cached_property
    def inputs(self) -> InputTable:
        """Numbers of INPS or IAVD."""
        settings = self.settings
        usual = codec.AV_INPUTS if settings.input_command == "IAVD" else codec.PN_INPUTS
        return InputTable(usual if settings.other_inputs else {}, settings.inputs, codec.INPUT_CODE)

    def make_line(self) -> Conversation:
        """The display's own network port asks for user and password; a serial server does not."""
        settings = self.settings

        def password() -> str:
            return self.env.secret(settings.password) if settings.password else ""

        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            padding=settings.padding,
            ending=settings.ending,
            login=(settings.user, password) if self._own_port else None,
        )

    def speaks(self) -> str:
        """Its own name."""
        return "Sharp S-format"

    def who(self, deadline: Deadline) -> Identity:
        """Serial number and model, as far as the model tells them."""
        if self.settings.input_command == "IAVD":
            model = self._text(lambda: self._talk.query("MNRD", deadline, parameter="1"))
        else:
            model = self._text(lambda: self._talk.query("INF1", deadline))
        return Identity(
            serial=self._text(lambda: self._talk.query("SRNO", deadline)), model=model, manufacturer="Sharp"
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, then what the display tells while it is on, then what it always tells."""
        del params
        warnings: list[str] = []
        power = self.power(call)
        on = power is Power.ON
        settings = self.settings

        def value(command: str, parse: Callable[[str], T], *, always: bool = False) -> T | None:
            if not on and not always:
                return None
            return self.maybe(lambda: parse(self._talk.query(command, call.deadline, again=False)), warnings)

        shown = value(settings.input_command, codec.parse_number)
        volume = value("VOLM", codec.parse_number)
        lock = value("ALCK", codec.parse_number)
        result = Status(
            power=power,
            input=None if shown is None else self.inputs.name(str(shown)),
            volume=None if volume is None else min(round(volume * 100 / settings.loudest), 100),
            muted=value("MUTE", codec.parse_muted),
            controls_locked=None if lock is None else lock > 0,
            signal=False if self._waiting_for_signal else None,
            temperature=value("ERRT", codec.parse_temperature, always=True),
            off_reason=None if on else value("STCA", codec.parse_standby_cause, always=True),
            faults=value("DSTA", codec.parse_heat, always=True) or (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """As every panel; one that waits for a signal is told to show its picture."""
        answer = super().power_on(call, params)
        if isinstance(answer, Done) and self._waiting_for_signal:
            self.switch(call, on=True)
            return Done(
                Nothing(), warnings=(t("{name} is on and waits for a signal", name=self.target.name),)
            )
        return answer

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._order(self.settings.input_command, int(self.inputs.code(params.input)), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._order("VOLM", round(params.volume * self.settings.loudest / 100), call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off: 1 on every model."""
        del params
        return self._order("MUTE", 1, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on, where the display says that it is off."""
        del params
        if codec.parse_muted(self._talk.query("MUTE", call.deadline)):
            self._talk.order("MUTE", self.settings.unmute, call.deadline)
            return self.confirm(
                call,
                lambda: codec.parse_muted(self._talk.query("MUTE", call.deadline)),
                wanted=False,
                what="mute",
            )
        return Nothing()

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock remote control and keys; which of both is a setting that not every model has."""
        del params
        try:
            self._talk.order("ALTG", _REMOTE_AND_KEYS, call.deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
        return self._order("ALCK", self.settings.lock_level, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """No lock."""
        del params
        return self._order("ALCK", 0, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """ALL RESET 1: everything."""
        del params
        self._talk.order("RSET", 0, call.deadline, answer_time=max(_RESET_TIME, self.settings.answer_time))
        return Nothing()

    @implements("display.network_standby")
    def network_standby(self, call: Call, params: NetworkStandby) -> Answer:
        """Which line may switch it on: the network, or else the serial line."""
        return self._order("RSPW", _POWER_ON_BY_NETWORK if params.enabled else _POWER_ON_BY_SERIAL, call)

    def power(self, call: Call) -> Power:
        """Read the state; a display that waits for a signal is on."""
        value = self._talk.query("POWR", call.deadline)
        power = codec.parse_power(value)
        self._waiting_for_signal = codec.parse_number(value) == 2
        return power

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; before switching off make sure that it can be switched on again."""
        if not on and self.settings.keep_power_on:
            line = _POWER_ON_BY_NETWORK if self.on_network and self._own_port else _POWER_ON_BY_SERIAL
            self._talk.order("RSPW", line, call.deadline)
        try:
            self._talk.order("POWR", int(on), call.deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                # It knows the command: it is still busy with the last one.
                raise DeviceError(ErrorClass.BUSY, "the display does not take it now") from None
            raise

    def _order(self, command: str, value: int, call: Call) -> Nothing:
        self._talk.order(command, value, call.deadline)
        return Nothing()

    def _text(self, read: Callable[[], str]) -> str:
        try:
            return read()
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                return ""
            raise

    @property
    def _own_port(self) -> bool:
        return "://" not in self.target.address

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
