"""The capabilities of a SMART board or projector."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
from pedell_whiteboards import switching
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.smart import codec
from pedell_whiteboards.smart.conversation import Conversation
from pedell_whiteboards.text import clean

T = TypeVar("T")

_INPUTS = {
    "hdmi1": "hdmi1", "hdmi2": "hdmi2", "hdmi3": "hdmi3", "hdmi4": "hdmi4", "vga1": "vga1", "ops": "ops1",
    "usb-c": "usbc1", "usb-c2": "usbc2", "android": "android", "displayport1": "displayport", "ops-hdmi": "ops/hdmi",
    "ops-displayport": "ops/displayport",
}  # fmt: skip


class SmartOptions(PanelOptions):
    """Options of one board."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    projector: bool = Field(
        default=False, description="Whether it is a projector (UF, UX, M600i), which has other words."
    )
    off_word: Literal["standby", "ready", "powersave", "off"] = Field(
        default="standby", description="What off is: the board's word for it."
    )
    shade: Literal["screenshade", "videomute"] = Field(
        default="screenshade", description="The board's word for a dark picture; projectors have videomute."
    )
    prompt: bool = Field(default=True, description="Whether it sends > after every answer.")
    settle: float = Field(
        default=20.0, ge=0, le=300, description="Seconds after switching before it is asked again."
    )


class SmartDriver(PanelDriver[SmartOptions, codec.Line]):
    """SMART boards and projectors over a serial line.

    Models: SMART Board 6000S, 6000S V3 and C, 7000, 7000R, MX, MX V2, V3 and V5, 8070i, 8084i; projectors UF65 to UF75,
    UX60 and UX80, 600i, M600i. Not GX, which speaks another protocol.

    Settings on the device: power saving (deep standby, "soft off") off, since a board in it is silent and cannot be
    switched on by the line.

    Address: `serial:///dev/ttyUSB0` (19200 baud, straight cable), `rfc2217://host:port`, or `tcp://host:port` of a
    serial server; a board has no network protocol of its own.

    Sources: SMART's guides 171414, 171555, 171164, 170340 and 170549; see the codec.

    Known limitations: no restart of its own (off, wait, on), no hours, temperature, faults or key lock. Several
    7000 on one line cannot be told apart.
    """

    id: ClassVar[str] = "smart"
    title: ClassVar[str] = "SMART"
    brands = (
        "SMART Board 6000S, 7000, MX, MX V2, MX V3, MX V5, 8070i, 8084i",
        "SMART projectors UF65 to UF75, UX60, UX80, 600i, M600i",
    )
    protocol = "SMART serial commands (ASCII) over RS-232 19200, or a serial server"
    proof = (
        "examples of SMART's guides",
        "ten control-system modules for boards and projectors (NCSU, ICD and others), which agree by reading",
        "ser2net between driver and simulator",
        "no independent client that could be run at hand",
    )
    limitations = (
        "no restart of its own, no hours, temperature, faults or key lock of boards",
        "silent in deep standby: power saving must be off",
        "a chain of 7000 boards on one line is not spoken",
    )
    options = SmartOptions
    baud = 19200
    codes = _INPUTS
    usually: ClassVar[dict[str, bool]] = {"factory_reset": False}

    def make_line(self) -> Conversation:
        """The conversation."""
        return Conversation(self.url, self.env.record, self.pacing, prompt=self.settings.prompt)

    @property
    def on_network(self) -> bool:
        """Never: behind tcp:// there is a serial server."""
        return False

    @property
    def pace(self) -> switching.Pace:
        """Boards drop commands for a while after switching, on a serial line as well."""
        settle = self.settings.settle
        return switching.Pace(settle, settle, self.settings.limit)

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model and firmware; a board that is off may tell less."""
        self._state(deadline)
        firmware = ("fwverddp",) if self.settings.projector else ("fwversion", "fwver")
        return Identity(
            serial=codec.parse_serial(self._text(deadline, "serialnum")),
            model=self._text(deadline, "modelnum"),
            firmware=self._text(deadline, *firmware),
            manufacturer="SMART",
        )

    def inputs_there(self, call: Call, warnings: list[str]) -> tuple[str, ...]:
        """Projectors list their inputs."""
        if not self.settings.projector:
            return super().inputs_there(call, warnings)
        codes = self._maybe("videoinputs", codec.parse_inputs, call, warnings)
        return tuple(self._input_name(code) for code in codes or ())

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state; the rest is told only while the board is on."""
        del params
        power = self._state(call.deadline).power
        warnings: list[str] = []
        projector = self.settings.projector
        hours = self._maybe("lamphrs", codec.parse_hours, call, warnings) if projector else None
        if power is not Power.ON:
            return Done(Status(power=power, hours=hours), warnings=tuple(warnings))
        code = self._maybe("input", codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=self._input_name(code) if code else None,
            volume=self._maybe("volume", codec.parse_volume, call, warnings),
            muted=self._maybe("mute", codec.parse_flag, call, warnings),
            blank=self._maybe(self._blank_name, codec.parse_flag, call, warnings),
            frozen=self._maybe("videofreeze", codec.parse_flag, call, warnings),
            signal=self._maybe("signaldetected", codec.parse_flag, call, warnings) if projector else None,
            hours=hours,
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input, by the first of the boards' words for it that is not refused: a refusal changes nothing."""
        words = codec.same_input(self.inputs.code(params.input))
        refusal: DeviceError | None = None
        for word in words:
            try:
                return self._put("input", word, call, words)
            except DeviceError as error:
                if (error.error_class, error.happened) != (ErrorClass.REFUSED, Happened.NO):
                    raise
                refusal = refusal or error
        assert refusal is not None
        raise refusal

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._put("volume", str(params.volume), call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._put("mute", "on", call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._put("mute", "off", call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """The screen shade; a projector mutes its picture."""
        del params
        return self._put(self._blank_name, "on", call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """No screen shade."""
        del params
        return self._put(self._blank_name, "off", call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self._put("videofreeze", "on", call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let the picture run."""
        del params
        return self._put("videofreeze", "off", call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Projectors only: restore the defaults."""
        del params
        self._talk.order("set restoredefaults", "restoredefaults", call.deadline)
        return Nothing()

    def power(self, call: Call) -> Power:
        """Read the state."""
        return self._state(call.deadline).power

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the word for it; one that updates its firmware is left alone."""
        if self._state(call.deadline).updating:
            raise DeviceError(
                ErrorClass.BUSY, "the display updates its firmware and must not be switched now"
            )
        ways = self._ways_of_switching(on=on)
        for way in ways[:-1]:
            try:
                way(call.deadline)
            except DeviceError as error:
                # One that refuses has done nothing.
                if error.error_class is not ErrorClass.REFUSED:
                    raise
            else:
                return
        ways[-1](call.deadline)

    def _ways_of_switching(self, *, on: bool) -> list[Callable[[Deadline], str]]:
        """Guides differ in a projector's orders; plain `off` would only ask whether it is meant.

        The first MX boards know no standby, only ready.
        """
        if self.settings.projector:
            order = "on" if on else "off now"
            return [
                partial(self._talk.order, text, "powerstate") for text in (order, f"set powerstate {order}")
            ]
        words = ["on"] if on else dict.fromkeys([self.settings.off_word, "ready"])
        return [partial(self._talk.put, "powerstate", word) for word in words]

    def _put(self, name: str, value: str, call: Call, means: tuple[str, ...] = ()) -> Nothing:
        """Order a property; the answer tells what is in force, and that may be something else.

        `means` are other words by which the board may tell the value.
        """
        told = self._talk.put(name, value, call.deadline)
        if told.lower() not in {value.lower(), *means}:
            raise DeviceError(
                ErrorClass.REFUSED,
                f"the display has {name} at {clean(told, 40)} now, not {value}",
                happened=Happened.UNKNOWN,
            )
        return Nothing()

    def _state(self, deadline: Deadline) -> codec.PowerState:
        return codec.parse_power(self._talk.get("powerstate", deadline))

    def _text(self, deadline: Deadline, *names: str) -> str:
        """The first of the properties that the board knows."""
        for name in names:
            told = self.maybe(partial(self._talk.get, name, deadline, again=False), [])
            if told:
                return told
        return ""

    def _maybe(self, name: str, parse: Callable[[str], T], call: Call, warnings: list[str]) -> T | None:
        return self.maybe(lambda: parse(self._talk.get(name, call.deadline, again=False)), warnings)

    def _input_name(self, code: str) -> str:
        """The plain name of what the board tells, by whichever of the boards' words."""
        names = [self.inputs.name(word) for word in codec.same_input(code)]
        return next((name for name in names if not name.startswith("code-")), names[0])

    @property
    def _blank_name(self) -> str:
        return "videomute" if self.settings.projector else self.settings.shade

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
