"""The capabilities of a ViewSonic panel."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    Done,
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell_whiteboards.ifp import codec
from pedell_whiteboards.ifp.panel import (
    GET_INPUT,
    GET_MUTE,
    GET_POWER,
    GET_VOLUME,
    OFF,
    ON,
    IfpDriver,
    IfpOptions,
)
from pedell_whiteboards.model import Power, Status

_BACKLIGHT, _FREEZE, _BUTTONS, _EXTRAS, _REMOTE, _RESET = 0x28, 0x2A, 0x38, 0x3D, 0x42, 0x7E
_GET_TEMPERATURE, _GET_HOURS = 0x30, 0x31
_GET_NAME, _GET_MAC, _GET_SERIAL, _GET_FIRMWARE = 0x34, 0x35, 0x37, 0x38
_GET_BACKLIGHT, _GET_FREEZE, _GET_REMOTE, _GET_BUTTONS = 0x68, 0x69, 0x6E, 0x70
_HOURS_PACKETS, _TEXT_PACKETS = 4, 6
# What stands behind command 3D on newer panels: 1xx on, 0xx off.
_X_BACKLIGHT, _X_FREEZE, _X_TOUCH = 1, 2, 3

INPUTS = {
    "tv": "000", "av1": "001", "s-video": "002", "component1": "003", "hdmi1": "004", "hdmi2": "014", "hdmi3": "024",
    "hdmi4": "034", "dvi1": "005", "vga1": "006", "vga2": "016", "vga3": "026", "ops": "007", "media-player": "008",
    "displayport1": "009", "displayport2": "029", "usb-c": "019", "usb-c2": "039", "whiteboard": "00a",
}  # fmt: skip


class ViewsonicOptions(IfpOptions):
    """Options of one panel."""

    extras: Literal["2a", "3d"] = Field(
        default="2a",
        description="How freezing and backlight are switched: by commands of their own (2a), or by 3D as touch.",
    )
    signal_in_input: bool = Field(
        default=True,
        description="Whether the answer to the input tells in its first digit if there is a signal.",
    )


class ViewsonicDriver(IfpDriver[ViewsonicOptions]):
    """ViewSonic ViewBoard interactive panels and signage over network or serial line.

    Models: ViewBoard IFP30, IFP32, IFP33, IFP50, IFP51, IFP52, IFP60, IFP62, IFP70, IFP110; CDE, CDX, CDP series. Not
    projectors.

    Settings on the device: in the menu "RS-232" or "LAN control" on, standby mode with network on ("power save" off) for
    switching on over the network, an id of its own on a shared serial line. Only the panel's own subnet is served.

    Address: `host` or `host:port` (5000), `serial:///dev/ttyUSB0?baud=9600`, `rfc2217://host:port`, `tcp://host:port` of a
    serial server. The option `display` is the id.

    Sources: ViewSonic's user guides, AVISPL/dal-avdevices-monitors-viewsonic-ifp; see the codec.

    Known limitations: no restart of its own. Some CDE ask on their screen before they switch off, and a module for them
    presses Enter then; here the order is sent and the state read, and the order sent again where nothing moves. Touching
    can only be locked on models that know command 3D. Long texts come in three formats; the middle one does not tell
    serial number and firmware.
    """

    id: ClassVar[str] = "viewsonic"
    title: ClassVar[str] = "ViewSonic ViewBoard"
    brands = ("ViewSonic ViewBoard IFP", "ViewSonic CDE, CDX, CDP")
    protocol = "ViewSonic LFD protocol over TCP 5000, RS-232"
    proof = (
        "vectors of ViewSonic's user guides (IFP50, IFP6550, IFP8662, CDE8600)",
        "AVISPL's and two other drivers (CDE30, a television) agree by reading; none could be run",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no restart of its own: off, wait, on",
        "no reset of the picture alone; command 7E resets all",
        "touch lock only on ViewBoards whose firmware knows command 3D",
    )
    options = ViewsonicOptions
    port = 5000
    codes = INPUTS
    usually: ClassVar = {"touch_lock": False, "touch_unlock": False}
    discovers = True

    def speaks(self) -> str:
        """Its own name."""
        return "ViewSonic LFD"

    def who(self, deadline: Deadline) -> Identity:
        """Name, MAC address, serial number and firmware, as far as the model tells them."""

        def long(command: int) -> bytes:
            return self.talk.get_long(command, _TEXT_PACKETS, deadline)

        # Something that every panel answers comes first: silence to the rest then means "not known".
        self.talk.get(GET_POWER, deadline)
        return Identity(
            serial=self.text(lambda _: codec.parse_text(long(_GET_SERIAL)), deadline),
            mac=self.text(lambda _: codec.parse_mac(long(_GET_MAC)), deadline),
            name=self.text(lambda _: codec.parse_text(long(_GET_NAME)), deadline),
            firmware=self.text(lambda _: codec.parse_text(long(_GET_FIRMWARE)), deadline),
            manufacturer="ViewSonic",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, then everything that a panel tells while it is on."""
        del params
        warnings: list[str] = []
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        if self.settings.signal_in_input:
            seen = self.value(GET_INPUT, codec.parse_viewsonic_input, call, warnings)
            signal, shown = seen or (None, None)
        else:
            signal, shown = None, self.value(GET_INPUT, codec.parse_input, call, warnings)
        lit = self._extra(_GET_BACKLIGHT, _X_BACKLIGHT, call, warnings)
        remote = self.value(_GET_REMOTE, codec.parse_number, call, warnings)
        touch = (
            self._extra(None, _X_TOUCH, call, warnings)
            if "display.touch_lock" in self.supports(self.target)
            else None
        )
        result = Status(
            power=power,
            input=None if shown is None else self.inputs.name(shown),
            volume=self.value(GET_VOLUME, codec.parse_level, call, warnings),
            muted=self.value(GET_MUTE, codec.parse_flag, call, warnings),
            blank=None if lit is None else not lit,
            frozen=self._extra(_GET_FREEZE, _X_FREEZE, call, warnings),
            controls_locked=None if remote is None else remote == 0,
            touch_locked=None if touch is None else not touch,
            signal=signal,
            hours=self.maybe(
                lambda: codec.parse_hours(self.talk.get_long(_GET_HOURS, _HOURS_PACKETS, call.deadline)),
                warnings,
            ),
            temperature=self.value(_GET_TEMPERATURE, codec.parse_degrees, call, warnings),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off."""
        del params
        return self._set_extra(_BACKLIGHT, _X_BACKLIGHT, call, on=False)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on."""
        del params
        return self._set_extra(_BACKLIGHT, _X_BACKLIGHT, call, on=True)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self._set_extra(_FREEZE, _X_FREEZE, call, on=True)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let it run."""
        del params
        return self._set_extra(_FREEZE, _X_FREEZE, call, on=False)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Touch off."""
        del params
        return self.set(_EXTRAS, b"00%d" % _X_TOUCH, call)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Touch on."""
        del params
        return self.set(_EXTRAS, b"10%d" % _X_TOUCH, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then buttons."""
        del params
        return self.lock(call, (_REMOTE, OFF), (_BUTTONS, ON))

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then buttons."""
        del params
        return self.lock(call, (_REMOTE, ON), (_BUTTONS, OFF))

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Restore defaults."""
        del params
        return self.set(_RESET, OFF, call)

    def power(self, call: Call) -> Power:
        """Read the state; a panel that starts is silent."""
        return Power.ON if codec.parse_flag(self.talk.get(GET_POWER, call.deadline)) else Power.STANDBY

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self.set_power(ON if on else OFF, call)

    def _extra(self, old: int | None, new: int, call: Call, warnings: list[str]) -> bool | None:
        if self.settings.extras == "3d" or old is None:
            return self.value(_EXTRAS, codec.parse_flag, call, warnings, value=b"%03d" % new)
        return self.value(old, codec.parse_flag, call, warnings)

    def _set_extra(self, old: int, new: int, call: Call, *, on: bool) -> Nothing:
        if self.settings.extras == "3d":
            return self.set(_EXTRAS, b"%d0%d" % (on, new), call)
        return self.set(old, ON if on else OFF, call)
