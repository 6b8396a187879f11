"""The capabilities of a Samsung display."""

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
    Identity,
    NoParams,
    Nothing,
    implements,
)
from pedell_whiteboards.model import NetworkStandby, Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import REFERENCE, ChainOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.samsung_mdc import codec
from pedell_whiteboards.samsung_mdc.codec import Command
from pedell_whiteboards.samsung_mdc.conversation import Conversation
from pedell_whiteboards.text import clean

T = TypeVar("T")


class SamsungMdcOptions(ChainOptions):
    """Options of one display."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    display: int = Field(default=1, ge=0, le=253, description="Display id, as in its menu; usually 0 or 1.")
    pin: str = Field(default="", pattern=REFERENCE, description="Reference of the PIN (Secured Protocol).")
    fingerprint: str = Field(default="", description="SHA-256 fingerprint of the display's certificate.")
    old_tls: bool = Field(
        default=False,
        description="Speak TLS 1.0 and 1.1 as well, as early models with Secured Protocol need it.",
    )


class SamsungMdcDriver(PanelDriver[SamsungMdcOptions, codec.Frame]):
    """Samsung MDC over network or serial line.

    Models: QM, QB, QH, DM, DB, DC, ME, MD, UD, PM series, Flip and WA boards, SBB boxes; not hotel and consumer
    televisions.

    Settings on the device: MDC connection on "RJ45 MDC" or "RS232C MDC" (only one of both answers), network
    standby on, an id of its own on a shared serial line.

    Address: `host` or `host:port` (1515), `serial:///dev/ttyUSB0?baud=9600`, `rfc2217://host:port`. The option
    `display` is the id. With "Secured Protocol" the options `pin` and `fingerprint` are needed.

    Sources: Samsung's MDC protocol document 14.4c and 15.x, python-samsung-mdc 1.18.

    Known limitations: no freeze. A display with another id, or without network standby while off, is silent.
    Models that do not know the restart are switched off and on. TLS older than 1.2 only with the option `old_tls`.
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
        "TLS older than 1.2 only where the option old_tls says so",
    )
    options = SamsungMdcOptions
    port = 1515
    codes = codec.INPUTS
    discovers = True
    factory_ids = (1, 0)

    def make_line(self) -> Conversation:
        """With a PIN also TLS and login."""
        settings = self.settings
        return Conversation(
            self.url,
            self.env.record,
            self.pacing,
            display=settings.display,
            own_port="://" not in self.target.address,
            pin=self.env.secret(settings.pin) if settings.pin else "",
            fingerprint=settings.fingerprint,
            old_tls=settings.old_tls,
        )

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model, name and firmware, as far as the model tells them."""
        return Identity(
            serial=self._text(Command.SERIAL, deadline),
            model=self._text(Command.MODEL_NAME, deadline),
            name=self._text(Command.DEVICE_NAME, deadline),
            firmware=self._text(Command.FIRMWARE, deadline),
            manufacturer="Samsung",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The status block, then what only some models tell."""
        del params
        warnings: list[str] = []
        try:
            block = codec.parse_status(self._talk.get(Command.STATUS, call.deadline))
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            block = codec.StatusBlock(self.power(call), None, None, "")
        blank = self._maybe(Command.PANEL, codec.parse_panel, call, warnings)
        errors = self._maybe(Command.ERRORS, codec.parse_errors, call, warnings)
        result = Status(
            power=block.power,
            input=self.inputs.name(block.input) if block.input else None,
            volume=block.volume,
            muted=block.muted,
            blank=blank,
            controls_locked=self._maybe(Command.SAFETY_LOCK, codec.parse_flag, call, warnings),
            signal=errors.signal if errors else None,
            hours=self._maybe(Command.PANEL_TIME, codec.parse_hours, call, warnings),
            temperature=errors.temperature if errors else None,
            faults=errors.faults if errors else (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self._tell(Command.INPUT, int(self.inputs.code(params.input), 16), call)

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
            return codec.parse_power(self._talk.get(Command.POWER, call.deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                raise DeviceError(ErrorClass.BUSY, "the display is starting") from None
            raise

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self._tell(Command.POWER, int(on), call)

    def restart_now(self, call: Call) -> bool:
        """Power 02; older models do not know it and say no."""
        try:
            self._tell(Command.POWER, 2, call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            return False
        return True

    def leaves_network(self, call: Call) -> bool:
        """Without network standby it would."""
        if not self.on_network or self.settings.gone_when_off:
            return self.on_network
        return self._maybe(Command.NETWORK_STANDBY, codec.parse_flag, call, []) is False

    def _tell(self, command: Command, value: int, call: Call) -> Nothing:
        self._talk.set(command, bytes([value]), call.deadline)
        return Nothing()

    def _text(self, command: Command, deadline: Deadline) -> str:
        try:
            return clean(self._talk.get(command, deadline))
        except DeviceError as error:
            if error.error_class is ErrorClass.REFUSED:
                return ""
            raise

    def _maybe(
        self, command: Command, parse: Callable[[bytes], T], call: Call, warnings: list[str]
    ) -> T | None:
        return self.maybe(lambda: parse(self._talk.get(command, call.deadline, again=False)), warnings)

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
