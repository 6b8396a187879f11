"""The capabilities of a SICP display."""

from __future__ import annotations

from collections.abc import Callable
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
from pedell_whiteboards.model import NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import ChainOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.sicp import codec
from pedell_whiteboards.sicp.codec import Command, Envelope, Frame
from pedell_whiteboards.sicp.conversation import Conversation
from pedell_whiteboards.text import clean

T = TypeVar("T")

_MODEL, _FIRMWARE, _VERSION = 0x00, 0x01, 0x00
_APM_NO_TCP = 0x02
# Platforms know one of these settings; a display that refuses one has done nothing.
_STANDBY = {
    True: ((Command.SET_APM, 0x03), (Command.SET_APM, 0x00), (Command.SET_ECO, 0x01)),
    False: ((Command.SET_APM, 0x02), (Command.SET_APM, 0x01), (Command.SET_ECO, 0x00)),
}


class SicpOptions(ChainOptions):
    """Options of one display."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=1, le=255, description="Monitor id, as in its menu.")
    envelope: Envelope | Literal["auto"] = Field(
        default="auto",
        description="Frame: Philips with group byte or plain (auto finds out which), or iiyama.",
    )
    answer_time: float = Field(default=1.0, gt=0, le=60, description="Seconds that an answer may take.")


class SicpDriver(PanelDriver[SicpOptions, Frame]):
    """SICP over network or serial line.

    Models: Philips professional displays (BDL: D-, Q-, P-, T- and B-Line), iiyama ProLite large format (LExx40,
    LExx41, LHxx42, LHxx54, LHxx60) and AG Neovo, both in iiyama's frame.

    Settings on the device: network control port on LAN (not RS-232), advanced power management (APM) off or on "mode
    2" to be switched on over the network, a monitor id of its own on a shared line, never 0.

    Address: `host` or `host:port` (5000), `serial:///dev/ttyUSB0` (9600 baud, crossed cable), `rfc2217://host:port`,
    or `tcp://host:port` of a serial server. The option `display` is the monitor id.

    Sources: Philips' SICP documents, iiyama's application note; see the codec.

    Known limitations: no freeze. Restart, blank, touch lock and "signal" are known to later platforms only; older ones
    refuse them, and are restarted by off, wait, on. Orders to groups and to all are never sent.
    """

    id: ClassVar[str] = "sicp"
    title: ClassVar[str] = "SICP (Philips, iiyama)"
    brands = ("Philips BDL professional displays", "iiyama ProLite LE and LH", "AG Neovo")
    protocol = "SICP with or without group byte, and iiyama's frame, over TCP 5000 or RS-232 9600"
    proof = (
        "examples of Philips' SICP documents",
        "pyamasicp speaks with its simulator (iiyama's frame)",
        "four programs for Philips' frame and one for AG Neovo, which agree by reading; none that could be run",
    )
    limitations = (
        "no freeze",
        "restart, blank and touch lock only on later platforms",
        "iiyama and AG Neovo: mute, temperature, blank and touch lock are those of Philips, untested",
    )
    options = SicpOptions
    port = 5000
    tells_starting = False
    codes = codec.INPUTS
    discovers = True

    def make_line(self) -> Conversation:
        """The conversation."""
        wanted = self.settings.envelope
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=self.settings.display,
            envelope=None if wanted == "auto" else wanted,
            own_port="://" not in self.target.address,
        )

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model and firmware, but not the maker; the power state shows first that anybody is there."""
        self._talk.get(Command.GET_POWER, deadline)
        iiyama = self.settings.envelope is Envelope.IIYAMA
        return Identity(
            serial=self._text(deadline, Command.SERIAL),
            model=self._text(deadline, Command.LABELS, _MODEL),
            firmware=self._text(deadline, Command.LABELS, _FIRMWARE),
            manufacturer="iiyama" if iiyama else "",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state; the rest only while it is on."""
        del params
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        code = self._maybe(Command.GET_INPUT, codec.parse_input, call, warnings)
        volume = self._maybe(Command.GET_VOLUME, codec.parse_volume, call, warnings)
        touch = self._maybe(Command.GET_TOUCH, codec.parse_flag, call, warnings)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=volume[0] if volume else None,
            muted=self._maybe(Command.GET_MUTE, codec.parse_flag, call, warnings),
            blank=self._maybe(Command.GET_BACKLIGHT, codec.parse_flag, call, warnings),
            controls_locked=self._locked(call, warnings),
            touch_locked=None if touch is None else not touch,
            signal=self._maybe(Command.VIDEO_PRESENT, codec.parse_flag, call, warnings),
            hours=self.maybe(
                lambda: codec.parse_hours(self._talk.get(Command.HOURS, call.deadline, 2, again=False)),
                warnings,
            ),
            temperature=self._maybe(Command.TEMPERATURE, codec.parse_temperature, call, warnings),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input; a code of four digits names the playlist or page as well."""
        code = bytes.fromhex(self.inputs.code(params.input))
        philips = (code if len(code) > 1 else code + b"\x09") + b"\x01\x00"
        iiyama = self.settings.envelope is Envelope.IIYAMA
        return self._set(Command.SET_INPUT, code.ljust(4, b"\0") if iiyama else philips, call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume of the speakers; audio out, where there is one, stays as it is."""
        now = codec.parse_volume(self._talk.get(Command.GET_VOLUME, call.deadline))
        return self._set(Command.SET_VOLUME, bytes([params.volume, *now[1:]]), call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._set(Command.SET_MUTE, b"\x01", call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._set(Command.SET_MUTE, b"\x00", call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off: 01."""
        del params
        return self._set(Command.SET_BACKLIGHT, b"\x01", call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on: 00."""
        del params
        return self._set(Command.SET_BACKLIGHT, b"\x00", call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock the remote control and the keys."""
        del params
        return self._lock(codec.LOCK_ALL, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Unlock the remote control and the keys."""
        del params
        return self._lock(codec.UNLOCK_ALL, call)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Touch feature off."""
        del params
        return self._set(Command.SET_TOUCH, b"\x00", call)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Touch feature on."""
        del params
        return self._set(Command.SET_TOUCH, b"\x01", call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset everything."""
        del params
        return self._set(Command.FACTORY_RESET, b"", call)

    @implements("display.network_standby")
    def network_standby(self, call: Call, params: NetworkStandby) -> Answer:
        """Advanced power management, or eco mode: whichever the platform knows."""
        ways = _STANDBY[params.enabled]
        for command, value in ways[:-1]:
            if self._accepts(command, value, call):
                return Nothing()
        command, value = ways[-1]
        return self._set(command, bytes([value]), call)

    def power(self, call: Call) -> Power:
        """Read the state; displays say no to this only while they start."""
        try:
            return codec.parse_power(self._talk.get(Command.GET_POWER, call.deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the display is starting") from None
            raise

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; one that refuses it is between on and off."""
        if not self._accepts(Command.SET_POWER, codec.ON if on else codec.OFF, call):
            raise DeviceError(ErrorClass.BUSY, "the display refuses to be switched now")

    def restart_now(self, call: Call) -> bool:
        """Restart the Android system; older platforms do not know it."""
        return self._accepts(Command.RESTART, 0, call)

    def leaves_network(self, call: Call) -> bool:
        """With power management on "mode 1" it would, and could only be woken."""
        if not self.on_network or self.settings.gone_when_off:
            return self.on_network
        return self._maybe(Command.GET_APM, lambda data: data[:1] == bytes([_APM_NO_TCP]), call, []) is True

    def _lock(self, value: int, call: Call) -> Answer:
        """Both, as far as the display knows them."""
        remote = self._accepts(Command.SET_REMOTE, value, call)
        if not remote:
            self._set(Command.SET_KEYS, bytes([value]), call)
        elif self._accepts(Command.SET_KEYS, value, call):
            return Nothing()
        concerned = t("keys") if remote else t("remote control")
        return Done(
            Nothing(),
            warnings=(t("{name} refuses this for: {what}", name=self.target.name, what=concerned),),
        )

    def _locked(self, call: Call, warnings: list[str]) -> bool | None:
        told = [
            self._maybe(command, lambda data: data[:1] != bytes([codec.UNLOCK_ALL]), call, warnings)
            for command in (Command.GET_REMOTE, Command.GET_KEYS)
        ]
        known = [locked for locked in told if locked is not None]
        return any(known) if known else None

    def _accepts(self, command: Command, value: int, call: Call) -> bool:
        """Give an order; False where the display refuses it and so has done nothing."""
        try:
            self._talk.set(command, bytes([value]), call.deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            return False
        return True

    def _set(self, command: Command, data: bytes, call: Call) -> Nothing:
        self._talk.set(command, data, call.deadline)
        return Nothing()

    def _text(self, deadline: Deadline, command: Command, *which: int) -> str:
        told = self.maybe(lambda: self._talk.get(command, deadline, *which, again=False), [])
        return clean((told or b"").replace(b"\0", b""))

    def _maybe(
        self, command: Command, parse: Callable[[bytes], T], call: Call, warnings: list[str]
    ) -> T | None:
        return self.maybe(lambda: parse(self._talk.get(command, call.deadline, again=False)), warnings)

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
