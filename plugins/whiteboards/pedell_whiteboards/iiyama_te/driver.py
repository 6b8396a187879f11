"""The capabilities of an iiyama TE04 and its relatives."""

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
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell_whiteboards.iiyama_te import codec
from pedell_whiteboards.iiyama_te.codec import Frame, Letter
from pedell_whiteboards.iiyama_te.conversation import Conversation
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver

T = TypeVar("T")


class IiyamaTeOptions(ChainOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=1, le=98, description="Id, as in its menu.")
    gone_when_off: bool = Field(
        default=True, description="Whether it is not reachable by network while it is off."
    )


class IiyamaTeDriver(PanelDriver[IiyamaTeOptions, Frame]):
    """The ASCII protocol of touch panels over network or serial line.

    Models: iiyama TE xx04, older Clevertouch (Pro series and before), InFocus INF6540e to INF8640e, MAXHUB V6, Avocor H,
    L, S and 9200 series, Optoma RKe. Not the TE xx68 and newer Clevertouch, which speak frames that begin with AA BB CC.

    Settings on the device: "Android remote" on for network control, Wake-on-LAN on to be switched on over the
    network.

    Address: `host` or `host:port` (4664), `serial:///dev/ttyUSB0` (9600 baud), `rfc2217://host:port`, or
    `tcp://host:port` of a serial server (4999), then with the option `gone_when_off: false`.

    Sources: see the codec.

    Known limitations: over the network it can be switched off, but only woken on. Freeze is a key of the remote
    control, which toggles, and so is not offered. Touching is locked only where the model (or the option `can`) is
    known to take it. No serial number, model, hours or temperature.
    """

    id: ClassVar[str] = "iiyama-te"
    title: ClassVar[str] = "iiyama TE (ASCII)"
    brands = (
        "iiyama ProLite TE xx04",
        "Clevertouch Pro series and older",
        "InFocus INF6540e to INF8640e",
        "MAXHUB V6",
        "Avocor H, L, S, 9200",
        "Optoma RKe",
    )
    protocol = "ASCII frames (:01S0003) over TCP 4664 or RS-232 9600"
    proof = (
        "examples of byuoitav/clevertouch-control and of two specifications in ai4av (Clevertouch, MAXHUB)",
        "Avocor's table of commands and four control-system modules, which agree by reading",
        "no independent client that could be run at hand",
    )
    limitations = (
        "no serial number, so a moved address is not noticed",
        "no freeze (a toggle), no restart of its own, no hours or temperature",
        "over the network on only by Wake-on-LAN",
        "locks the remote control, not the keys",
        "touch lock only on MAXHUB V6 and Avocor, or where the option can names it",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = IiyamaTeOptions
    port = 4664
    tells_starting = False
    codes = codec.INPUTS
    usually: ClassVar[dict[str, bool]] = {"touch_lock": False, "touch_unlock": False}
    discovers = True

    def make_line(self) -> Conversation:
        """The conversation."""
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=self.settings.display,
            own_port="://" not in self.target.address,
        )

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there: the protocol has no words for it."""
        self._talk.get(Letter.POWER, deadline)
        return Identity()

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power and backlight; the rest only while it is on."""
        del params
        power, blank = codec.parse_power(self._talk.get(Letter.POWER, call.deadline))
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        code = self._maybe(Letter.INPUT, codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=self._maybe(Letter.VOLUME, codec.parse_volume, call, warnings),
            muted=self._maybe(Letter.MUTE, codec.parse_flag, call, warnings),
            blank=blank,
            controls_locked=self._maybe(Letter.REMOTE_LOCK, codec.parse_flag, call, warnings),
            touch_locked=self._touch_locked(call, warnings),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._set(Letter.INPUT, int(self.inputs.code(params.input)), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._set(Letter.VOLUME, params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._set(Letter.MUTE, 1, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._set(Letter.MUTE, 0, call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off."""
        del params
        return self._set(Letter.POWER, codec.BACKLIGHT_OFF, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on."""
        del params
        return self._set(Letter.POWER, codec.BACKLIGHT_ON, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Disable the remote control."""
        del params
        return self._set(Letter.REMOTE_LOCK, 1, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Enable the remote control."""
        del params
        return self._set(Letter.REMOTE_LOCK, 0, call)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Touch off."""
        del params
        return self._set(Letter.TOUCH, 0, call)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Touch on."""
        del params
        return self._set(Letter.TOUCH, 1, call)

    def power(self, call: Call) -> Power:
        """Read the state; without backlight it is on all the same."""
        return codec.parse_power(self._talk.get(Letter.POWER, call.deadline))[0]

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; one that refuses it is between on and off.

        Some do not answer when they are switched on: what is read afterwards tells.
        """
        try:
            self._set(Letter.POWER, codec.POWER_ON if on else codec.POWER_OFF, call)
        except DeviceError as error:
            if on and (error.error_class, error.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN):
                return
            if error.error_class is not ErrorClass.REFUSED:
                raise
            raise DeviceError(ErrorClass.BUSY, "the panel refuses to be switched now") from None

    def _touch_locked(self, call: Call, warnings: list[str]) -> bool | None:
        if "display.touch_lock" not in self.supports(self.target):
            return None
        works = self._maybe(Letter.TOUCH, codec.parse_flag, call, warnings)
        return None if works is None else not works

    def _set(self, letter: Letter, value: int, call: Call) -> Nothing:
        self._talk.set(letter, value, call.deadline)
        return Nothing()

    def _maybe(self, letter: Letter, parse: Callable[[int], T], call: Call, warnings: list[str]) -> T | None:
        return self.maybe(lambda: parse(self._talk.get(letter, call.deadline, again=False)), warnings)

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
