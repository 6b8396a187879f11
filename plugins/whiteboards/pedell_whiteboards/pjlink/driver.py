"""The capabilities of a PJLink projector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from pedell_whiteboards import switching
from pedell_whiteboards.address import endpoint, stream_url
from pedell_whiteboards.inputs import InputTable, check_inputs
from pedell_whiteboards.model import DeviceInfo, Power, SelectInput, Status
from pedell_whiteboards.options import REFERENCE, read_options
from pedell_whiteboards.pjlink import codec
from pedell_whiteboards.pjlink.conversation import Conversation

PORT = 4352
_TERMINALS = "123456789abcdefghijklmnopqrstuvwxyz"
_GROUPS = {"1": "vga", "2": "video", "3": "hdmi", "4": "usb", "5": "network", "6": "internal"}
_TABLE = {f"{name}{end}": f"{group}{end}" for group, name in _GROUPS.items() for end in _TERMINALS}
# What a projector says instead of a value it does not have, or not now.
_NO_VALUE = {ErrorClass.UNSUPPORTED, ErrorClass.REFUSED, ErrorClass.BUSY, ErrorClass.DEVICE_FAULT}

T = TypeVar("T")


def _codes(inputs: Mapping[str, str]) -> dict[str, str]:
    return check_inputs(inputs, codec.INPUT_CODE)


class PjlinkOptions(Options):
    """Options of one projector."""

    password: str = Field(default="", pattern=REFERENCE, description="Reference of the PJLink password.")
    sha256: bool = Field(default=False, description="Try the login of specification 2.10 first.")
    answer_time: float = Field(default=5.0, gt=0, le=30, description="Seconds that an answer may take.")
    inputs: Annotated[Mapping[str, str], AfterValidator(_codes)] = Field(
        default={}, description="Plain names and codes, such as {ops: '36'}; before the usual ones."
    )
    settle: float = Field(default=3.0, ge=0, le=60, description="Seconds between questions while switching.")
    limit: float = Field(default=600.0, gt=0, le=1800, description="Seconds that switching may take.")


class PjlinkDriver(Driver):
    """PJLink, class 1 and 2.

    Models: almost every networked projector (Epson, Panasonic, NEC, Sharp, Sony, Hitachi, BenQ, ViewSonic,
    Optoma, Casio, Christie) and some large displays; class 2 since about 2013.

    Settings on the device: PJLink on, network standby on (else the port closes while it is off), a password.

    Address: `host` or `host:port` (4352). Inputs are named by group and number: vga1 (11), video1 (21),
    hdmi1 (31, any digital input), usb1 (41), network1 (51), internal1 (61); the option `inputs` names others.

    Sources: PJLink specification 1.04, 2.00, 2.10 (JBMIA); the login by SHA-256 was not tried on hardware.

    Known limitations: PJLink has no restart (off, wait for standby, on is done instead), no absolute volume,
    no locks, no reset, no temperature in degrees. Freezing needs class 2. Projectors take one connection at a
    time.
    """

    id: ClassVar[str] = "pjlink"
    title: ClassVar[str] = "PJLink"
    brands = (
        "almost every networked projector",
        "some large displays",
    )
    protocol = "PJLink class 1 and 2 over TCP 4352"
    proof = (
        "vectors of the specification",
        "aiopjlink speaks with its simulator",
        "the login by SHA-256 only against the simulator",
    )
    limitations = (
        "no restart (off, wait, on), no absolute volume, no locks, no resets, no degrees",
        "class 1: no freeze, no serial number",
        "one connection at a time",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"projector", "whiteboard"})
    options: ClassVar[type[Options]] = PjlinkOptions

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """One conversation per projector."""
        return endpoint(cls.id, target, PORT)

    def connect(self, deadline: Deadline) -> None:
        """Connect and log in."""
        self._conversation.open(deadline)

    def close(self) -> None:
        """Close the line, if it was ever opened."""
        opened: Conversation | None = self.__dict__.get("_conversation")
        if opened is not None:
            opened.close()

    def identity(self, deadline: Deadline) -> Identity:
        """Class 1 tells no serial number."""
        second = self._conversation.pjlink_class == 2
        return Identity(
            serial=self._text("SNUM", deadline, 2) if second else "",
            model=self._text("INF2", deadline),
            name=self._text("NAME", deadline),
            firmware=self._text("SVER", deadline, 2) if second else "",
            manufacturer=self._text("INF1", deadline),
        )

    @implements("display.device_info")
    def device_info(self, call: Call, params: NoParams) -> Answer:
        """The identity, the class and the inputs."""
        del params
        who = self.identity(call.deadline)
        warnings: list[str] = []
        codes = self._maybe("INST", codec.parse_inputs, call, warnings, self._conversation.pjlink_class)
        info = DeviceInfo(
            manufacturer=who.manufacturer,
            model=who.model,
            name=who.name,
            serial=who.serial,
            firmware=who.firmware,
            protocol=f"PJLink class {self._conversation.pjlink_class}",
            inputs=tuple(self._inputs.name(code) for code in codes or ()),
        )
        return Done(info, warnings=tuple(warnings))

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Everything the class tells; in standby only little."""
        del params
        second = self._conversation.pjlink_class == 2
        warnings: list[str] = []
        state = self.power(call)
        shown = self._maybe("INPT", codec.parse_input, call, warnings, self._conversation.pjlink_class)
        mute = self._maybe("AVMT", codec.parse_mute, call, warnings)
        faults = self._maybe("ERST", codec.parse_errors, call, warnings)
        lamps = self._maybe("LAMP", codec.parse_lamps, call, warnings)
        frozen = self._maybe("FREZ", codec.parse_flag, call, warnings, 2) if second else None
        hours = self._maybe("FILT", codec.parse_hours, call, warnings, 2) if second else None
        size = self._maybe("IRES", str, call, warnings, 2) if second else None
        result = Status(
            power=state,
            input=None if shown is None else self._inputs.name(shown),
            muted=None if mute is None else mute.audio,
            blank=None if mute is None else mute.video,
            frozen=frozen,
            signal=None if size in {None, "*", ""} else size != "-",
            hours=max(lamps) if lamps else None,
            filter_hours=hours,
            faults=faults or (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """Switch on; warming up is waiting."""
        del params
        return self._go(call, switching.TURN_ON)

    @implements("display.power_off")
    def power_off(self, call: Call, params: NoParams) -> Answer:
        """Switch off; cooling down is waiting."""
        del params
        return self._go(call, switching.TURN_OFF)

    @implements("display.restart")
    def restart(self, call: Call, params: NoParams) -> Answer:
        """PJLink has none: off, wait for standby, on."""
        del params
        return self._go(call, switching.OFF_AND_ON)

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Ask whether switching came further, and send what comes next."""
        del capability
        way = switching.Way.from_token(token)
        return switching.take(call, self, way, self._pace, patient=True)

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        code = self._inputs.code(params.input).upper()
        self._conversation.tell("INPT", code, call.deadline, self._conversation.pjlink_class)
        return Nothing()

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._tell("AVMT", "21", call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._tell("AVMT", "20", call)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Picture off."""
        del params
        return self._tell("AVMT", "11", call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Picture on."""
        del params
        return self._tell("AVMT", "10", call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture (class 2)."""
        del params
        return self._freeze("1", call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let the picture run (class 2)."""
        del params
        return self._freeze("0", call)

    def power(self, call: Call) -> Power:
        """Read the state."""
        return codec.parse_power(self._conversation.ask("POWR", "?", call.deadline))

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self._conversation.tell("POWR", "1" if on else "0", call.deadline)

    def _go(self, call: Call, way: switching.Way) -> Answer:
        return switching.take(call, self, way, self._pace)

    def _tell(self, body: str, parameter: str, call: Call) -> Nothing:
        self._conversation.tell(body, parameter, call.deadline)
        return Nothing()

    def _freeze(self, parameter: str, call: Call) -> Nothing:
        if self._conversation.pjlink_class < 2:
            raise DeviceError(
                ErrorClass.UNSUPPORTED, f"{self.target.name} speaks PJLink class 1, which cannot freeze"
            )
        self._conversation.tell("FREZ", parameter, call.deadline, 2)
        return Nothing()

    def _text(self, body: str, deadline: Deadline, pjlink_class: int = 1) -> str:
        try:
            return self._conversation.ask(body, "?", deadline, pjlink_class)
        except DeviceError as error:
            if error.error_class in _NO_VALUE:
                return ""
            raise

    def _maybe(
        self, body: str, parse: Callable[[str], T], call: Call, warnings: list[str], pjlink_class: int = 1
    ) -> T | None:
        """A value, or none where the projector has none now; one without meaning is a warning."""
        value = self._text(body, call.deadline, pjlink_class)
        try:
            return parse(value) if value else None
        except DeviceError as error:
            warnings.append(error.message)
            return None

    @cached_property
    def _settings(self) -> PjlinkOptions:
        return read_options(PjlinkOptions, self.target)

    @cached_property
    def _inputs(self) -> InputTable:
        return InputTable(_TABLE, self._settings.inputs, codec.INPUT_CODE)

    @cached_property
    def _pace(self) -> switching.Pace:
        return switching.Pace(on=self._settings.settle, off=self._settings.settle, limit=self._settings.limit)

    @cached_property
    def _conversation(self) -> Conversation:
        settings = self._settings
        return Conversation(
            stream_url(self.target.address, PORT),
            self.env.record,
            password=self._password,
            sha256=settings.sha256,
            answer_time=settings.answer_time,
        )

    def _password(self) -> str:
        reference = self._settings.password
        if not reference:
            raise DeviceError(
                ErrorClass.AUTH,
                f"{self.target.name} wants a password",
                hint="name it in the device's options: password: secret://...",
            )
        return self.env.secret(reference)
