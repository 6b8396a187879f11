"""The capabilities of a NEC or Sharp NEC display."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

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
    implements,
)
from pedell.i18n import t
from pedell_whiteboards import switching
from pedell_whiteboards.model import NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.nec import codec
from pedell_whiteboards.nec.conversation import Conversation
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")

_ASK_POWER, _POWER = "01D6", "00D6"
_SWITCH = "C203D6"
_ON, _OFF = 1, 4
_VOLUME, _MUTE, _SCREEN_MUTE, _LAN_POWER = "0062", "008D", "10B6", "10D3"
_SENSOR, _TEMPERATURE = "0278", "0279"
_MINUTES_HIGH, _MINUTES_LOW, _HALF_HOURS = "11FE", "11FF", "00FF"
_RESET_ALL, _RESET_PICTURE = 1, 2


@dataclass(frozen=True)
class _Pair:
    """Values of a parameter that switches something."""

    on: int
    off: int


_LOCKS = {"10D4": _Pair(2, 1), "023F": _Pair(4, 1), "116A": _Pair(2, 1), "00FB": _Pair(1, 0)}
_FREEZES = {"0276": _Pair(1, 0), "0272": _Pair(4, 1)}
_TOUCH_LOCKED = _Pair(1, 2)


class NecOptions(ChainOptions):
    """Options of one display."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=1, le=100, description="Display id (monitor ID), as in its menu.")
    answer_time: float = Field(default=5.0, gt=0, le=60, description="Seconds that an answer may take.")
    input_opcode: Literal["0060", "1106"] = Field(default="0060", description="Parameter that is the input.")
    remote_lock: Literal["10D4", "023F"] = Field(
        default="10D4", description="Parameter that locks the remote control; 023F on displays before 2014."
    )
    key_lock: Literal["116A", "00FB", ""] = Field(
        default="116A", description="Parameter that locks the keys; 00FB on older displays, empty for none."
    )
    freeze_opcode: Literal["0276", "0272"] = Field(
        default="0276", description="Parameter that holds the picture; 0272 on older displays."
    )
    touch_opcode: Literal["10C4", "1172", "1185"] = Field(
        default="10C4",
        description="Parameter that takes touches: panel's supply, its USB supply, or built-in touch.",
    )
    reset_opcode: Literal["02CB", "0004"] = Field(
        default="02CB",
        description="Parameter that resets; 0004, which has no reset of the picture, on older displays.",
    )
    save: bool = Field(
        default=False,
        description="Save settings after each change, for displays that forget them without mains.",
    )


class NecDriver(PanelDriver[NecOptions, codec.Frame]):
    """NEC and Sharp NEC MultiSync large displays over network or serial line.

    Models: MultiSync V, P, M, ME, MA, C, CB, E, X, UN, UX and UHD series, and Sharp displays that are set to the command
    format "N-format", such as PN-LC862. Not projectors, which speak another protocol.

    Settings on the device: network control on, "LAN power" or "network standby" on, power save as little as that needs,
    an id of its own on a shared serial line. The network closes after fifteen minutes of silence.

    Address: `host` or `host:port` (7142), `serial:///dev/ttyUSB0?baud=9600`, `rfc2217://host:port`,
    `tcp://host:port` of a serial server. The option `display` is the id.

    Sources: NEC's External Control documents, nec-pd-sdk 23.8.22; see the codec.

    Known limitations: no restart of its own. A display with another id is silent. What a model does not know, and what
    it cannot do just now, it answers alike. The display is pointed at one sensor after the other to read them.
    """

    id: ClassVar[str] = "nec"
    title: ClassVar[str] = "NEC / Sharp NEC MultiSync"
    brands = (
        "NEC and Sharp NEC MultiSync V, P, M, ME, MA, C, CB, E, X, UN, UX",
        "Sharp PN-LC, PN-LM and others in N-format",
    )
    protocol = "NEC External Control over TCP 7142, RS-232"
    proof = (
        "vectors of NEC's documents and of a log of an M551",
        "nec-pd-sdk, the maker's own client, speaks with its simulator",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no restart of its own: off, wait, on",
        "which parameter locks, freezes or takes touches differs between years: options of the device, or of its model",
    )
    options = NecOptions
    port = 7142
    codes = codec.INPUTS
    usually: ClassVar = {"touch_lock": False, "touch_unlock": False}
    discovers = True
    _seen = codec.PowerState(Power.STANDBY)

    def make_line(self) -> Conversation:
        """One id on the line."""
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=self.settings.display,
            own_port="://" not in self.target.address,
        )

    def speaks(self) -> str:
        """Its own name."""
        return "NEC External Control"

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model, MAC address and firmware, as far as the model tells them."""
        return Identity(
            serial=self._text("C216", "C316", codec.parse_text, deadline),
            model=self._text("C217", "C317", codec.parse_text, deadline),
            mac=self._text("C22A02", "C32A", codec.parse_mac, deadline),
            firmware=self._text("CA0200", "CB02", codec.parse_firmware, deadline),
            manufacturer="NEC",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, then what the display tells while it is on, then what it always tells."""
        del params
        warnings: list[str] = []
        power = self.power(call)
        on = power is Power.ON and not self._seen.waiting
        settings = self.settings

        def value(code: str) -> int | None:
            return self.maybe(lambda: self._get(code, call).value, warnings) if on else None

        def flag(code: str, pair: _Pair) -> bool | None:
            seen = value(code)
            return None if seen is None else seen == pair.on

        shown, volume = value(settings.input_opcode), value(_VOLUME)
        diagnosis = self.maybe(lambda: self._diagnosis(call), warnings)
        result = Status(
            power=power,
            input=None if shown is None else self.inputs.name(f"{shown:02x}"),
            volume=None if volume is None else min(volume, 100),
            muted=flag(_MUTE, _Pair(1, 2)),
            blank=flag(_SCREEN_MUTE, _Pair(1, 2)),
            frozen=flag(settings.freeze_opcode, _FREEZES[settings.freeze_opcode]),
            controls_locked=flag(settings.remote_lock, _LOCKS[settings.remote_lock]),
            touch_locked=flag(settings.touch_opcode, _TOUCH_LOCKED) if self._touches else None,
            signal=False if self._seen.waiting else (not diagnosis.no_signal if diagnosis and on else None),
            hours=self.maybe(lambda: self._hours(call), warnings),
            temperature=self.maybe(lambda: self._temperature(call), warnings) if on else None,
            faults=diagnosis.faults if diagnosis else (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """As every panel; one that saves power until a signal comes is told to show its picture."""
        answer = super().power_on(call, params)
        if isinstance(answer, Done) and self._seen.waiting:
            self.switch(call, on=True)
            return Done(
                Nothing(), warnings=(t("{name} is on and waits for a signal", name=self.target.name),)
            )
        return answer

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._set(self.settings.input_opcode, int(self.inputs.code(params.input), 16), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._set(_VOLUME, params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._set(_MUTE, 1, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._set(_MUTE, 2, call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Screen mute on."""
        del params
        return self._set(_SCREEN_MUTE, 1, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Screen mute off."""
        del params
        return self._set(_SCREEN_MUTE, 2, call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        code = self.settings.freeze_opcode
        return self._set(code, _FREEZES[code].on, call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let it run."""
        del params
        code = self.settings.freeze_opcode
        return self._set(code, _FREEZES[code].off, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then keys."""
        del params
        return self._lock(call, on=True)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then keys."""
        del params
        return self._lock(call, on=False)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Touch panel off."""
        del params
        return self._set(self.settings.touch_opcode, _TOUCH_LOCKED.on, call)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Touch panel on."""
        del params
        return self._set(self.settings.touch_opcode, _TOUCH_LOCKED.off, call)

    @implements("display.reset_picture")
    def reset_picture(self, call: Call, params: NoParams) -> Answer:
        """Reset the menu "picture"."""
        del params
        if self.settings.reset_opcode != "02CB":
            raise DeviceError(ErrorClass.UNSUPPORTED, f"{self.target.name} has no reset of the picture alone")
        return self._set("02CB", _RESET_PICTURE, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset all menus."""
        del params
        self._talk.set(self.settings.reset_opcode, _RESET_ALL, call.deadline)
        return Nothing()

    @implements("display.network_standby")
    def network_standby(self, call: Call, params: NetworkStandby) -> Answer:
        """LAN power."""
        return self._set(_LAN_POWER, 2 if params.enabled else 1, call)

    def power(self, call: Call) -> Power:
        """Read the state; a display that saves power is on."""
        self._seen = codec.parse_power(self._talk.read(_ASK_POWER, _POWER, call.deadline))
        return self._seen.power

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        message = f"{_SWITCH}{_ON if on else _OFF:04X}"
        codec.parse_power_set(self._talk.order(message, _SWITCH, call.deadline))

    @property
    def pace(self) -> switching.Pace:
        """It says "on" and "off" at once, and takes nothing for fifteen seconds after either, on every line."""
        settle = self.settings.settle
        return switching.Pace(settle, settle, self.settings.limit)

    def leaves_network(self, call: Call) -> bool:
        """Without LAN power it would."""
        if not self.on_network or self.settings.gone_when_off:
            return self.on_network
        return self.maybe(lambda: self._get(_LAN_POWER, call).value, []) == 1

    def _get(self, code: str, call: Call) -> codec.Parameter:
        return self._talk.get(code, call.deadline, again=False)

    def _set(self, code: str, value: int, call: Call) -> Done:
        self._talk.set(code, value, call.deadline)
        return self._saved(call, [])

    def _saved(self, call: Call, warnings: list[str]) -> Done:
        if self.settings.save:
            try:
                self._talk.order("0C", "0C", call.deadline)
            except DeviceError as error:
                # What was asked for is done; that it may be forgotten without mains is not the call's failure.
                warnings.append(t("the settings could not be saved: {why}", why=error.message))
        return Done(Nothing(), warnings=tuple(warnings))

    def _lock(self, call: Call, *, on: bool) -> Done:
        settings, warnings = self.settings, list[str]()
        remote = _LOCKS[settings.remote_lock]
        self._talk.set(settings.remote_lock, remote.on if on else remote.off, call.deadline)
        if settings.key_lock:
            keys = _LOCKS[settings.key_lock]
            try:
                self._talk.set(settings.key_lock, keys.on if on else keys.off, call.deadline)
            except DeviceError as error:
                if error.error_class is not ErrorClass.UNSUPPORTED:
                    error.happened = Happened.UNKNOWN  # one half is done
                    raise
                warnings.append(
                    t("{name} has no lock for its keys, only for the remote control", name=self.target.name)
                )
        return self._saved(call, warnings)

    @property
    def _touches(self) -> bool:
        return "display.touch_lock" in self.supports(self.target)

    def _diagnosis(self, call: Call) -> codec.Diagnosis:
        return codec.parse_diagnosis(self._talk.read("B1", "A1", call.deadline, again=False))

    def _hours(self, call: Call) -> int:
        """Minutes in two words on newer displays, else half hours."""
        try:
            high = self._get(_MINUTES_HIGH, call).value
            return (high << 16 | self._get(_MINUTES_LOW, call).value) // 60
        except DeviceError as error:
            if error.error_class not in {ErrorClass.UNSUPPORTED, ErrorClass.BUSY}:
                raise
        return self._get(_HALF_HOURS, call).value // 2

    def _temperature(self, call: Call) -> float:
        """The hottest of the sensors; which one is read is chosen first."""
        degrees = []
        for sensor in range(1, min(self._get(_SENSOR, call).maximum, 3) + 1):
            self._talk.point(_SENSOR, sensor, call.deadline)
            degrees.append(codec.parse_temperature(self._get(_TEMPERATURE, call).value))
        if not degrees:
            raise DeviceError(ErrorClass.UNSUPPORTED, "the display has no temperature sensor")
        return max(degrees)

    def _text(self, message: str, answer: str, parse: Callable[[str], str], deadline: Deadline) -> str:
        try:
            return parse(self._talk.read(message, answer, deadline))
        except DeviceError as error:
            if error.error_class in {ErrorClass.BUSY, ErrorClass.UNSUPPORTED}:
                return ""
            raise

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
