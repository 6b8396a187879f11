"""The capabilities of a Samsung display."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Driver,
    ErrorClass,
    Identity,
    NoParams,
    Nothing,
    Options,
    Target,
    implements,
)
from pedell.i18n import t
from pedell_whiteboards import switching
from pedell_whiteboards.address import endpoint, stream_url
from pedell_whiteboards.inputs import InputTable, check_inputs
from pedell_whiteboards.model import DeviceInfo, NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import REFERENCE, read_options
from pedell_whiteboards.samsung_mdc import codec
from pedell_whiteboards.samsung_mdc.codec import Command
from pedell_whiteboards.samsung_mdc.conversation import Conversation, Settings
from pedell_whiteboards.text import clean

PORT = 1515
# On the network a display is gone for this long after it was switched on; a serial line answers at once.
_SERIAL_SETTLE = 3.0
_NOT_KNOWN = {ErrorClass.REFUSED, ErrorClass.TIMEOUT}

T = TypeVar("T")


def _codes(inputs: Mapping[str, str]) -> dict[str, str]:
    return check_inputs(inputs, codec.INPUT_CODE)


class SamsungMdcOptions(Options):
    """Options of one display."""

    display: int = Field(default=1, ge=0, le=253, description="Display id, as in its menu; usually 0 or 1.")
    pin: str = Field(default="", pattern=REFERENCE, description="Reference of the PIN (Secured Protocol).")
    fingerprint: str = Field(default="", description="SHA-256 fingerprint of the display's certificate.")
    answer_time: float = Field(default=3.0, gt=0, le=30, description="Seconds that an answer may take.")
    pause: float = Field(default=0.1, ge=0, le=5, description="Seconds between two commands.")
    inputs: Annotated[Mapping[str, str], AfterValidator(_codes)] = Field(
        default={}, description="Plain names and codes, such as {usb-c: '27'}; before the usual ones."
    )
    settle: float = Field(
        default=15.0, ge=0, le=120, description="Seconds that the network is gone after switching on."
    )
    limit: float = Field(default=300.0, gt=0, le=1800, description="Seconds that switching may take.")


class SamsungMdcDriver(Driver):
    """Samsung MDC over network or serial line.

    Models: QM, QB, QH, DM, DB, DC, ME, MD, UD, PM series, Flip and WA boards, SBB boxes; not hotel and consumer
    televisions.

    Settings on the device: MDC connection on "RJ45 MDC" or "RS232C MDC" (only one of both answers), network
    standby on, an id of its own on a shared serial line.

    Address: `host` or `host:port` (1515), `serial:///dev/ttyUSB0?baud=9600`, `rfc2217://host:port`. The option
    `display` is the id. With "Secured Protocol" the options `pin` and `fingerprint` are needed.

    Sources: Samsung's MDC protocol document 14.4c and 15.x, python-samsung-mdc 1.18.

    Known limitations: no freeze. A display with another id, or without network standby while off, is silent.
    Models that do not know the restart are switched off and on. TLS older than 1.2 is not spoken.
    """

    id: ClassVar[str] = "samsung-mdc"
    title: ClassVar[str] = "Samsung MDC"
    brands = (
        "Samsung QM, QB, QH, DM, DB, DC, ME, MD, UD, PM",
        "Flip and WA boards",
        "SBB boxes",
    )
    protocol = "MDC over TCP 1515, TLS with PIN, RS-232"
    proof = (
        "vectors of python-samsung-mdc and of manuals",
        "python-samsung-mdc speaks with its simulator",
        "ser2net between driver and simulator",
    )
    limitations = (
        "no freeze, no list of inputs",
        "TLS older than 1.2 is not spoken",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard", "projector"})
    options: ClassVar[type[Options]] = SamsungMdcOptions

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """The line, not the display: several displays may hang on one."""
        return endpoint(cls.id, target, PORT)

    def connect(self, deadline: Deadline) -> None:
        """Connect; with a PIN also log in."""
        self._conversation.open(deadline)

    def close(self) -> None:
        """Close the line, if it was ever opened."""
        opened: Conversation | None = self.__dict__.get("_conversation")
        if opened is not None:
            opened.close()

    def identity(self, deadline: Deadline) -> Identity:
        """Serial number, model, name and firmware, as far as the model tells them."""
        return Identity(
            serial=self._text(Command.SERIAL, deadline),
            model=self._text(Command.MODEL_NAME, deadline),
            name=self._text(Command.DEVICE_NAME, deadline),
            firmware=self._text(Command.FIRMWARE, deadline),
            manufacturer="Samsung",
        )

    @implements("display.device_info")
    def device_info(self, call: Call, params: NoParams) -> Answer:
        """The identity; a display does not tell which inputs it has."""
        del params
        who = self.identity(call.deadline)
        return DeviceInfo(
            manufacturer=who.manufacturer,
            model=who.model,
            name=who.name,
            serial=who.serial,
            firmware=who.firmware,
            protocol="Samsung MDC",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The status block, then what only some models tell."""
        del params
        warnings: list[str] = []
        try:
            block = codec.parse_status(self._conversation.ask(Command.STATUS, call.deadline))
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            block = codec.StatusBlock(self.power(call), None, None, "")
        blank = self._maybe(Command.PANEL, codec.parse_panel, call, warnings)
        errors = self._maybe(Command.ERRORS, codec.parse_errors, call, warnings)
        result = Status(
            power=block.power,
            input=self._inputs.name(block.input) if block.input else None,
            volume=block.volume,
            muted=block.muted,
            blank=blank,
            signal=errors.signal if errors else None,
            hours=self._maybe(Command.PANEL_TIME, codec.parse_hours, call, warnings),
            temperature=errors.temperature if errors else None,
            faults=errors.faults if errors else (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """Switch on; the display leaves the network for a while."""
        del params
        return self._go(call, switching.TURN_ON)

    @implements("display.power_off")
    def power_off(self, call: Call, params: NoParams) -> Answer:
        """Switch off; a display that leaves the network then cannot be asked whether it did."""
        del params
        if not self._leaves_network(call) or self.power(call) is Power.STANDBY:
            return self._go(call, switching.TURN_OFF)
        self.switch(call, on=False)
        return Done(
            Nothing(),
            warnings=(
                t("{name} is not reachable while it is off: switch it on by hand", name=self.target.name),
            ),
        )

    @implements("display.restart")
    def restart(self, call: Call, params: NoParams) -> Answer:
        """The display's own restart; off, wait, on where the model does not know it."""
        del params
        if self.power(call) is not Power.ON:
            return self._go(call, switching.TURN_ON)
        try:
            self._conversation.tell(Command.POWER, b"\x02", call.deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            if self._leaves_network(call):
                raise DeviceError(
                    ErrorClass.PRECONDITION,
                    f"{self.target.name} cannot restart by itself, and would not be reachable once it is off",
                    hint="switch its network standby on first (display.network_standby)",
                ) from None
            return self._go(call, switching.OFF_AND_ON)
        # Asked too soon, it would still say "on" before it goes down, on a serial line as well.
        pace = replace(self._pace, on=self._settings.settle)
        return switching.RESTARTED.waiting(pace, t("the display restarts"))

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Ask whether switching came further, and send what comes next."""
        del capability
        way = switching.Way.from_token(token)
        return switching.take(call, self, way, self._pace, patient=True)

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._tell(Command.INPUT, int(self._inputs.code(params.input), 16), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self._tell(Command.VOLUME, params.volume, call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._tell(Command.MUTE, 1, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._tell(Command.MUTE, 0, call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Panel off: the value is the other way round than everywhere else."""
        del params
        return self._tell(Command.PANEL, 1, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Panel on."""
        del params
        return self._tell(Command.PANEL, 0, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Safety lock: keys and remote control."""
        del params
        return self._tell(Command.SAFETY_LOCK, 1, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """No safety lock."""
        del params
        return self._tell(Command.SAFETY_LOCK, 0, call)

    @implements("display.reset_picture")
    def reset_picture(self, call: Call, params: NoParams) -> Answer:
        """Reset the picture only."""
        del params
        return self._tell(Command.RESET, 0, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset everything, also network and id."""
        del params
        return self._tell(Command.RESET, 3, call)

    @implements("display.network_standby")
    def network_standby(self, call: Call, params: NetworkStandby) -> Answer:
        """Stay reachable while off."""
        return self._tell(Command.NETWORK_STANDBY, int(params.enabled), call)

    def power(self, call: Call) -> Power:
        """Read the state; displays say no to this only while they start."""
        try:
            return codec.parse_power(self._conversation.ask(Command.POWER, call.deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the display is starting") from None
            raise

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self._tell(Command.POWER, int(on), call)

    def _go(self, call: Call, way: switching.Way) -> Answer:
        return switching.take(call, self, way, self._pace)

    def _tell(self, command: Command, value: int, call: Call) -> Nothing:
        self._conversation.tell(command, bytes([value]), call.deadline)
        return Nothing()

    def _leaves_network(self, call: Call) -> bool:
        """Whether it would not be reachable once it is off."""
        return self._on_network and self._maybe(Command.NETWORK_STANDBY, codec.parse_flag, call, []) is False

    def _text(self, command: Command, deadline: Deadline) -> str:
        try:
            return clean(self._conversation.ask(command, deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                return ""
            raise

    def _maybe(
        self, command: Command, parse: Callable[[bytes], T], call: Call, warnings: list[str]
    ) -> T | None:
        """A value that not every model knows; some are silent then, so the display must have answered before."""
        try:
            return parse(self._conversation.ask(command, call.deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.PROTOCOL:
                warnings.append(error.message)
            elif error.error_class not in _NOT_KNOWN:
                raise
            return None

    @property
    def _on_network(self) -> bool:
        return stream_url(self.target.address, PORT).scheme in {"tcp", "tls"}

    @cached_property
    def _settings(self) -> SamsungMdcOptions:
        return read_options(SamsungMdcOptions, self.target)

    @cached_property
    def _inputs(self) -> InputTable:
        return InputTable(codec.INPUTS, self._settings.inputs, codec.INPUT_CODE)

    @cached_property
    def _pace(self) -> switching.Pace:
        settle = self._settings.settle
        return switching.Pace(
            on=settle if self._on_network else min(settle, _SERIAL_SETTLE),
            off=min(settle, _SERIAL_SETTLE),
            limit=self._settings.limit,
        )

    @cached_property
    def _conversation(self) -> Conversation:
        settings = self._settings
        return Conversation(
            stream_url(self.target.address, PORT),
            self.env.record,
            Settings(
                display=settings.display,
                answer_time=settings.answer_time,
                pause=settings.pause,
                pin=self.env.secret(settings.pin) if settings.pin else "",
                fingerprint=settings.fingerprint,
            ),
        )
