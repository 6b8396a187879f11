"""The capabilities of a PJLink projector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Env,
    ErrorClass,
    Found,
    Identity,
    NoParams,
    Nothing,
    Notice,
    implements,
)
from pedell.i18n import t
from pedell_whiteboards import switching
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.model import Power, SelectInput, Status
from pedell_whiteboards.options import REFERENCE, PanelOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.pjlink import codec
from pedell_whiteboards.pjlink.conversation import Conversation
from pedell_whiteboards.pjlink.notices import read_notices
from pedell_whiteboards.pjlink.search import PORT, search

_TERMINALS = "123456789abcdefghijklmnopqrstuvwxyz"
_GROUPS = {"1": "vga", "2": "video", "3": "hdmi", "4": "usb", "5": "network", "6": "internal"}
# What a projector says instead of a value it does not have, or not now.
_NO_VALUE = {ErrorClass.UNSUPPORTED, ErrorClass.REFUSED, ErrorClass.BUSY, ErrorClass.DEVICE_FAULT}

T = TypeVar("T")


class PjlinkOptions(PanelOptions):
    """Options of one projector."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    password: str = Field(default="", pattern=REFERENCE, description="Reference of the PJLink password.")
    sha256: bool = Field(default=False, description="Try the login of specification 2.10 first.")
    answer_time: float = Field(default=5.0, gt=0, le=30, description="Seconds that an answer may take.")
    pause: float = Field(default=0.0, ge=0, le=10, description="Seconds between two commands.")
    settle: float = Field(default=3.0, ge=0, le=60, description="Seconds between questions while switching.")
    limit: float = Field(default=600.0, gt=0, le=1800, description="Seconds that switching may take.")


class PjlinkDriver(PanelDriver[PjlinkOptions, codec.Answer]):
    """PJLink, class 1 and 2.

    Models: almost every networked projector (Epson, Panasonic, NEC, Sharp, Sony, Hitachi, BenQ, ViewSonic,
    Optoma, Casio, Christie) and some large displays; class 2 since about 2013.

    Settings on the device: PJLink on, network standby on (else the port closes while it is off), a password.

    Address: `host` or `host:port` (4352). Inputs are named by group and number: vga1 (11), video1 (21),
    hdmi1 (31, any digital input), usb1 (41), network1 (51), internal1 (61); the option `inputs` names others.

    Sources: PJLink specification 1.04, 2.00, 2.10 (JBMIA); the login by SHA-256 was not tried on hardware.

    Known limitations: PJLink has no restart (off, wait for standby, on is done instead), no absolute volume,
    no locks, no reset, no temperature in degrees. Freezing needs class 2. Projectors take one connection at a
    time. Some do not tell their power in standby, and for a moment after switching: they are then taken to be in standby,
    and the result says so.
    """

    id: ClassVar[str] = "pjlink"
    title: ClassVar[str] = "PJLink"
    brands = (
        "almost every networked projector",
        "some large displays",
    )
    protocol = "PJLink class 1 and 2 over TCP 4352, search and notices over UDP 4352"
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
    options = PjlinkOptions
    port = 4352
    discovers = True
    searches = True
    notice_port = PORT
    found_as = "projector"
    _untold = False
    """Whether the projector did not tell its power when it was asked last."""
    codes: ClassVar = {
        f"{name}{end}": f"{group}{end}" for group, name in _GROUPS.items() for end in _TERMINALS
    }

    @classmethod
    def search(cls, broadcast: str, deadline: Deadline, env: Env) -> Iterator[Found]:
        """Class 2 projectors that answer a broadcast."""
        for address, mac in search(broadcast, deadline, env.record):
            yield Found(cls.id, "projector", address, mac=mac)

    @classmethod
    def read_notices(cls, data: bytes) -> Sequence[Notice]:
        """What a class 2 projector tells by itself; inputs by their usual names."""
        return read_notices(data, InputTable(cls.codes, {}, codec.INPUT_CODE).name)

    def make_line(self) -> Conversation:
        """The password is asked for only where the projector wants one."""
        return Conversation(
            self.url, self.env.record, self.pacing, password=self._password, sha256=self.settings.sha256
        )

    def who(self, deadline: Deadline) -> Identity:
        """Class 1 tells no serial number."""
        second = self._talk.pjlink_class == 2
        return Identity(
            serial=self._text("SNUM", deadline, 2) if second else "",
            model=self._text("INF2", deadline),
            name=self._text("NAME", deadline),
            firmware=self._text("SVER", deadline, 2) if second else "",
            manufacturer=self._text("INF1", deadline),
        )

    def speaks(self) -> str:
        """With the class."""
        return f"PJLink class {self._talk.pjlink_class}"

    def inputs_there(self, call: Call, warnings: list[str]) -> tuple[str, ...]:
        """The projector lists them."""
        codes = self._maybe("INST", codec.parse_inputs, call, warnings, self._talk.pjlink_class)
        return tuple(self.inputs.name(code) for code in codes or ())

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Everything the class tells; in standby only little."""
        del params
        second = self._talk.pjlink_class == 2
        warnings: list[str] = []
        state = self.power(call)
        if self._untold:
            warnings.append(self._not_told())
        shown = self._maybe("INPT", codec.parse_input, call, warnings, self._talk.pjlink_class)
        mute = self._maybe("AVMT", codec.parse_mute, call, warnings)
        faults = self._maybe("ERST", codec.parse_errors, call, warnings)
        lamps = self._maybe("LAMP", codec.parse_lamps, call, warnings)
        frozen = self._maybe("FREZ", codec.parse_flag, call, warnings, 2) if second else None
        hours = self._maybe("FILT", codec.parse_hours, call, warnings, 2) if second else None
        size = self._maybe("IRES", str, call, warnings, 2) if second else None
        result = Status(
            power=state,
            input=None if shown is None else self.inputs.name(shown),
            muted=None if mute is None else mute.audio,
            blank=None if mute is None else mute.video,
            frozen=frozen,
            signal=None if size in {None, "*", ""} else size != "-",
            hours=max(lamps) if lamps else None,
            lamp_hours=lamps or (),
            filter_hours=hours,
            faults=faults or (),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        code = self.inputs.code(params.input).upper()
        self._talk.set("INPT", code, call.deadline, self._talk.pjlink_class)
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
        """Read the state. One that says "not now" to the question for its power, or OK, is not on: Epson and NEC do so
        in standby, others for a moment after switching (home-assistant/core issues 16606, 26719 and change 20510).
        """
        try:
            value = self._talk.get("POWR", "?", call.deadline)
        except DeviceError as error:
            if error.error_class is not ErrorClass.BUSY:
                raise
            value = "OK"
        self._untold = value.upper() == "OK"
        return Power.STANDBY if self._untold else codec.parse_power(value)

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command."""
        self._talk.set("POWR", "1" if on else "0", call.deadline)

    def _take(self, call: Call, way: switching.Way, *, patient: bool = False) -> Answer:
        answer = super()._take(call, way, patient=patient)
        if self._untold and isinstance(answer, Done):
            return replace(answer, warnings=(*answer.warnings, self._not_told()))
        return answer

    def _not_told(self) -> str:
        return t("{name} does not tell its power now; it is taken to be in standby", name=self.target.name)

    def _tell(self, body: str, parameter: str, call: Call) -> Nothing:
        self._talk.set(body, parameter, call.deadline)
        return Nothing()

    def _freeze(self, parameter: str, call: Call) -> Nothing:
        if self._talk.pjlink_class < 2:
            raise DeviceError(
                ErrorClass.UNSUPPORTED, f"{self.target.name} speaks PJLink class 1, which cannot freeze"
            )
        self._talk.set("FREZ", parameter, call.deadline, 2)
        return Nothing()

    def _text(self, body: str, deadline: Deadline, pjlink_class: int = 1) -> str:
        try:
            return self._talk.get(body, "?", deadline, pjlink_class)
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

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line

    def _password(self) -> str:
        reference = self.settings.password
        if not reference:
            raise DeviceError(
                ErrorClass.AUTH,
                f"{self.target.name} wants a password",
                hint="name it in the device's options: password: secret://...",
            )
        return self.env.secret(reference)
