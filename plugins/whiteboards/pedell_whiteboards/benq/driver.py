"""The capabilities of a BenQ panel."""

from __future__ import annotations

from typing import ClassVar, Literal

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
    POWER,
    IfpDriver,
    IfpOptions,
)
from pedell_whiteboards.model import Power, Status

_REBOOT = b"003"
_GET_MODEL_INFO, _GET_SIGNAL, _GET_TEMPERATURE, _GET_HOURS = 0x20, 0x22, 0x71, 0x76
_PICTURE_RESET, _REMOTE, _KEYS = 0x26, 0x42, 0x45
_GET_REMOTE, _GET_KEYS = 0x68, 0x73
_MODEL, _FIRMWARE, _SERIAL = 0x02, 0x04, 0x06

INPUTS = {
    "vga1": "000", "hdmi1": "001", "hdmi2": "002", "av1": "003", "component1": "004", "s-video": "005", "dvi1": "006",
    "displayport1": "007", "sdi": "008", "media-player": "009", "hdmi3": "021", "hdmi4": "022", "hdmi5": "023",
    "android": "101", "ops": "102",
}  # fmt: skip


class BenqOptions(IfpOptions):
    """Options of one panel."""

    own_restart: bool = Field(
        default=False,
        description="Whether the panel knows a restart (power 003); on some the same order freezes the picture instead.",
    )
    standby: Literal["000", "002"] = Field(
        default="000",
        description="What switches it off: 000; or 002 on Android panels, where 000 only switches the backlight off.",
    )


class BenqDriver(IfpDriver[BenqOptions]):
    """BenQ interactive panels and signage over network or serial line.

    Models: RP, RM, RE, CP, IL, ST, SL, TH series with RS-232 or LAN control. Not projectors.

    Settings on the device: "LAN control" on, the standby mode that keeps the network for switching on over it, else
    Wake-on-LAN. Over the network the id is always 1.

    Address: `host` or `host:port` (4660), `serial:///dev/ttyUSB0?baud=9600` (38400 on some newer education boards),
    `rfc2217://host:port`, `tcp://host:port` of a serial server. The option `display` is the id.

    Sources: BenQ's RS232 & LAN command lists of RP552H, RP553K, RM8602K, RP6504 and ST4301K, see the codec; for reading
    power, input, volume and mute, for locks and the reset of the picture openavc's driver, which was written from BenQ's
    guide of RM6503, RM7503 and RM8603. Third, by reading: control-system modules for panels with this packet (of 9600 and
    of 38400 baud, the latter with 002 for standby and 000 for the backlight), Ricoh's D6500 in
    acaprojects/ruby-engine-drivers and a program for iiyama's TF4338MSC at TCP 4660. They agree in packet, power, input,
    volume and mute and in what is answered. They contradict in power 003: BenQ's ST lists and the guide of RM6503 call it
    restart, two of the modules freeze (and freeze no more) by it. So it is never sent where `own_restart` does not say
    that the model restarts.

    Known limitations: no freeze (an order that changes over). Locks and the reset of the picture only on models whose guide
    has them, or where the option `can` says so; what a panel does not know it refuses, which is told. Inputs differ
    between models: name them under `inputs`. In standby an Android panel has no network and can only be woken.
    """

    id: ClassVar[str] = "benq"
    title: ClassVar[str] = "BenQ panels"
    brands = (
        "BenQ RP, RM, RE, CP, IL interactive panels",
        "BenQ ST, SL, TH signage",
        "Ricoh D6500",
    )
    protocol = "BenQ RS232 & LAN commands over TCP 4660, RS-232"
    proof = (
        "vectors of BenQ's command lists (RP552H, RM8602K, ST4301K)",
        "reading, locks and the guide of RM6503 to RM8603 as openavc's driver has them, by reading",
        "two control-system modules and the driver of Ricoh's D6500 in acaprojects/ruby-engine-drivers, by reading",
        "no independent client that could be run (benqprojector speaks the projectors' other protocol)",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no freeze; locks and reset of the picture only where the model's guide has them",
        "an Android panel in standby has no network: on only by Wake-on-LAN",
        "a restart of its own only on some models (own_restart)",
    )
    options = BenqOptions
    port = 4660
    codes = INPUTS
    usually: ClassVar = dict.fromkeys(
        ("blank", "unblank", "lock_controls", "unlock_controls", "reset_picture"), False
    )
    discovers = True

    def speaks(self) -> str:
        """Its own name."""
        return "BenQ RS232 & LAN"

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model and firmware."""

        def info(which: int) -> str:
            value = bytes([which]).ljust(15, b"\0")
            return codec.parse_model_info(self.talk.get(_GET_MODEL_INFO, deadline, value=value), which)

        return Identity(
            serial=self.text(lambda _: info(_SERIAL), deadline),
            model=self.text(lambda _: info(_MODEL), deadline),
            firmware=self.text(lambda _: info(_FIRMWARE), deadline),
            manufacturer="BenQ",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, then everything that a panel tells while it is on."""
        del params
        warnings: list[str] = []
        value = self._power_value(call)
        power = self._meaning(value)
        if power is not Power.ON:
            return Status(power=power)
        shown = self.value(GET_INPUT, codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=None if shown is None else self.inputs.name(shown),
            volume=self.value(GET_VOLUME, codec.parse_level, call, warnings),
            muted=self.value(GET_MUTE, codec.parse_flag, call, warnings),
            blank=value == OFF if self.settings.standby != "000" else None,
            controls_locked=self._locked(call, warnings),
            signal=self.value(_GET_SIGNAL, codec.parse_flag, call, warnings),
            hours=self.value(_GET_HOURS, codec.parse_hours, call, warnings, value=b"00000"),
            temperature=self.value(_GET_TEMPERATURE, codec.parse_degrees, call, warnings, value=b"0000"),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off, on panels where that is another thing than standby; one that is off stays off."""
        del params
        return self._light(call, OFF)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on; one that is off stays off."""
        del params
        return self._light(call, ON)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then keys: 000 locks."""
        del params
        return self.lock(call, (_REMOTE, OFF), (_KEYS, OFF))

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Remote control, then keys: 001 frees."""
        del params
        return self.lock(call, (_REMOTE, ON), (_KEYS, ON))

    @implements("display.reset_picture")
    def reset_picture(self, call: Call, params: NoParams) -> Answer:
        """Reset the picture only."""
        del params
        return self.set(_PICTURE_RESET, OFF, call)

    def power(self, call: Call) -> Power:
        """Read the state; a panel that starts is silent."""
        return self._meaning(self._power_value(call))

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self.set_power(ON if on else self.settings.standby.encode(), call)

    def restart_now(self, call: Call) -> bool:
        """Power 003; models that do not know it say no."""
        try:
            self.set(POWER, _REBOOT, call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            return False
        return True

    def _power_value(self, call: Call) -> bytes:
        return self.talk.get(GET_POWER, call.deadline)

    def _meaning(self, value: bytes) -> Power:
        number = codec.parse_number(value)
        if number > 3:
            raise DeviceError(ErrorClass.PROTOCOL, f"the panel's power state {number} has no meaning")
        if number == 3:
            return Power.WARMING
        if number == 0 and self.settings.standby != "000":
            return Power.ON
        return Power.ON if number == 1 else Power.STANDBY

    def _locked(self, call: Call, warnings: list[str]) -> bool | None:
        if "display.lock_controls" not in self.supports(self.target):
            return None
        free = [self.value(what, codec.parse_flag, call, warnings) for what in (_GET_REMOTE, _GET_KEYS)]
        known = [one for one in free if one is not None]
        return not all(known) if known else None

    def _light(self, call: Call, value: bytes) -> Answer:
        if self.settings.standby == "000":
            raise DeviceError(
                ErrorClass.UNSUPPORTED,
                f"{self.target.name} has no command for its backlight",
                hint="Android panels: set the option standby to 002",
            )
        if self.power(call) is not Power.ON:
            raise DeviceError(ErrorClass.PRECONDITION, f"{self.target.name} is off")
        return self.set(POWER, value, call)
