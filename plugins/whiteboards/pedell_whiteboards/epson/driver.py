"""The capabilities of an Epson projector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Nothing,
    Waiting,
    implements,
)
from pedell_whiteboards import switching
from pedell_whiteboards.epson import codec
from pedell_whiteboards.epson.conversation import Conversation
from pedell_whiteboards.model import Fault, Power, SelectInput, SetVolume, Severity, Status
from pedell_whiteboards.options import REFERENCE, PanelOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")
_AFTER_OFF = 10.0
_STAYS_OFF = 2


class EpsonOptions(PanelOptions):
    """Options of one projector."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    answer_time: float = Field(default=5.0, gt=0, le=60, description="Seconds that an answer may take.")
    password: str = Field(
        default="",
        pattern=REFERENCE,
        description="Reference of the password of its network control, if one is set.",
    )
    volume_steps: int = Field(
        default=20,
        ge=1,
        le=100,
        description="Steps of the volume in the projector's menu: 20 on most, 40 on some.",
    )
    digest: bool = Field(
        default=False, description="Send the password as an MD5 digest (ESC/VP.net 2.0), for newer models."
    )


class EpsonDriver(PanelDriver[EpsonOptions, str]):
    """Epson projectors that speak ESC/VP21, over network or serial line.

    Models: EB, CB, PowerLite, Pro L and EH series with network or RS-232 port, short-throw ones with pen included.

    Settings on the device: "Communication On" (standby mode, network on) for switching on over the network, else it is
    gone while it is off; the control password where one is set.

    Address: `host` or `host:port` (3629, with the hello of ESC/VP.net), `serial:///dev/ttyUSB0?baud=9600`,
    `rfc2217://host:port`, `tcp://host:port` of a serial server (no hello there).

    Sources: ESC/VP21 Command User's Guide revision W, epson-projector 0.6.0 and others; see the codec.

    Known limitations: no restart of its own, no temperature, no locks. Sound and picture are switched off together
    (A/V mute). The volume has steps of the model's own. While it warms up or cools down it takes no commands.
    """

    id: ClassVar[str] = "epson"
    title: ClassVar[str] = "Epson ESC/VP21"
    brands = ("Epson EB, CB, PowerLite, Pro L, EH projectors",)
    protocol = "ESC/VP21 over RS-232, ESC/VP.net over TCP 3629"
    proof = (
        "vectors of the ESC/VP21 guide and of epson-projector",
        "epson-projector speaks with its simulator over TCP and serial line",
        "the password's two forms from other programs' sources, not from a device",
        "ser2net between driver and simulator",
    )
    limitations = (
        "sound alone cannot be switched off: A/V mute takes both",
        "no restart of its own, no temperature, no locks",
    )
    options = EpsonOptions
    kinds: ClassVar[frozenset[str]] = frozenset({"projector", "whiteboard"})
    port = 3629
    codes = codec.INPUTS
    discovers = True
    _abnormal = False

    def make_line(self) -> Conversation:
        """The projector's own network port wants a hello; a serial server does not."""
        settings = self.settings

        def password() -> str:
            return self.env.secret(settings.password) if settings.password else ""

        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            hello="://" not in self.target.address,
            password=password,
            digest=settings.digest,
        )

    def speaks(self) -> str:
        """Its own name."""
        return "Epson ESC/VP21"

    def who(self, deadline: Deadline) -> Identity:
        """Its serial number; more it does not tell."""
        try:
            serial = self._talk.query("SNO", deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            serial = ""
        return Identity(serial=serial, manufacturer="Epson")

    def inputs_there(self, call: Call, warnings: list[str]) -> tuple[str, ...]:
        """The projector's own list, which not every model tells, and none in standby."""
        codes = self._maybe("SOURCELIST", codec.parse_sources, call, warnings)
        return (
            tuple(self.inputs.name(code) for code in codes) if codes else super().inputs_there(call, warnings)
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, then what the projector tells while it is on, then what it always tells."""
        del params
        warnings: list[str] = []
        power = self.power(call)

        def value(name: str, parse: Callable[[str], T], *, always: bool = False) -> T | None:
            return self._maybe(name, parse, call, warnings) if always or power is Power.ON else None

        steady = power in {Power.ON, Power.STANDBY}
        shown = value("SOURCE", codec.parse_source)
        both = value("MUTE", codec.parse_switch)
        lamps = value("LAMP", codec.parse_hours, always=steady) or ()
        whole = None if lamps else value("ONTIME", codec.parse_hours, always=steady)
        faults = value("ERR", codec.parse_error, always=steady) or ()
        if self._abnormal and not faults:
            faults = (Fault(part="other", severity=Severity.ERROR),)
        result = Status(
            power=power,
            input=None if shown is None else self.inputs.name(shown),
            volume=value("VOL", lambda told: codec.parse_volume(told, self.settings.volume_steps)),
            muted=both,
            blank=both,
            frozen=value("FREEZE", codec.parse_switch),
            signal=value("SIGNAL", codec.parse_signal),
            hours=max(lamps) if lamps else (whole[0] if whole else None),
            lamp_hours=lamps,
            off_reason="fault" if self._abnormal else None,
            faults=faults,
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._order(f"SOURCE {self.inputs.code(params.input).upper()}", call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume, to the nearest of its steps."""
        return self._order(f"VOL {codec.encode_volume(params.volume, self.settings.volume_steps)}", call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """A/V mute: picture and sound off."""
        del params
        return self._order("MUTE ON", call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Picture and sound on."""
        del params
        return self._order("MUTE OFF", call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self._order("FREEZE ON", call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let it run."""
        del params
        return self._order("FREEZE OFF", call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset all."""
        del params
        return self._order("INITALL", call)

    def power(self, call: Call) -> Power:
        """Read the state; some models refuse even that for the first seconds of warming up."""
        try:
            value = self._talk.query("PWR", call.deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the projector warms up or cools down") from None
            raise
        power = codec.parse_power(value)
        self._abnormal = value == codec.ABNORMAL
        return power

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; the prompt comes when it is done, which may be half a minute later."""
        try:
            self._talk.begin(f"PWR {'ON' if on else 'OFF'}", call.deadline)
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the projector does not take it now") from None
            raise

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """As all, but one that stays off because of a fault is not waited for."""
        answer = super().poll(capability, call, token)
        way = switching.Way.from_token(token)
        if self._abnormal and isinstance(answer, Waiting) and way.left == ("on",) and way.still >= _STAYS_OFF:
            raise DeviceError(
                ErrorClass.DEVICE_FAULT,
                "the projector is off because of a fault",
                happened=Happened.UNKNOWN,
            )
        return answer

    @property
    def pace(self) -> switching.Pace:
        """After PWR OFF it takes nothing for ten seconds, on every line."""
        pace = super().pace
        return replace(pace, off=min(self.settings.settle, _AFTER_OFF))

    def _order(self, text: str, call: Call) -> Nothing:
        self._talk.order(text, call.deadline)
        return Nothing()

    def _maybe(self, name: str, parse: Callable[[str], T], call: Call, warnings: list[str]) -> T | None:
        return self.maybe(lambda: parse(self._talk.query(name, call.deadline, again=False)), warnings)

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
