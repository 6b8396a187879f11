"""The capabilities of an ActivPanel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
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
from pedell.i18n import t
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver
from pedell_whiteboards.promethean import codec
from pedell_whiteboards.promethean.codec import Command, Frame, Generation
from pedell_whiteboards.promethean.conversation import Conversation
from pedell_whiteboards.text import clean

T = TypeVar("T")

_WATCHES = 10
# Readings, a fifth of a second apart at least: changing the source takes a while.
_SWITCHES_WITHIN = 10
_GONE = frozenset({ErrorClass.TIMEOUT, ErrorClass.UNREACHABLE, ErrorClass.PROTOCOL})


class PrometheanOptions(PanelOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    generation: Generation = Field(
        default=Generation.AP9, description="Which values it means: ap5 (also V5, V6), ap7, ap9 or vp."
    )
    listen: float = Field(
        default=0.3, gt=0, le=5, description="Seconds to listen after an order, which is mostly not answered."
    )
    pause: float = Field(default=0.2, ge=0, le=10, description="Seconds between two commands.")


class PrometheanDriver(PanelDriver[PrometheanOptions, Frame]):
    """Promethean ActivPanels over network or serial line.

    Models: ActivPanel 5 (V5, V6, Touch), 7 (Titanium, Nickel, Cobalt), 9 (also Premium, Elements), VTP-65.

    Settings on the device: standby instead of sleep when it is switched off by itself, since a sleeping panel may be
    gone from network and line.

    Address: `host` or `host:port` (5000), `serial:///dev/ttyUSB0` (115200 baud; 38400 for generation 5 and
    variant "AU" of 7), `rfc2217://host:port`, or `tcp://host:port` of a serial server.

    Sources: the command tables of paulwareing/ActivPanel; see the codec.

    Known limitations: orders are not answered, so everything that can be read is read afterwards. No restart of its
    own (off, wait, on), no hours, temperature, faults; the lock is that of the remote control, not of the keys.
    """

    id: ClassVar[str] = "promethean"
    title: ClassVar[str] = "Promethean ActivPanel"
    brands = ("Promethean ActivPanel 5, 7, 9, VTP-65",)
    protocol = "F6 ... 6F frames over TCP 5000 or RS-232 115200 or 38400"
    proof = (
        "command tables of paulwareing/ActivPanel, values of a real panel in lu-screen-dashboard-2026",
        "power, volume and sources of Promethean's own article 1595 in YooUp's database agree by reading",
        "no independent client that could be run at hand",
    )
    limitations = (
        "no restart of its own, no hours, temperature or faults",
        "locks the remote control, not the keys",
        "a line that echoes what is sent cannot be used: an echo looks like an answer",
        "a panel that sleeps deeply may not be reached",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = PrometheanOptions
    port = 5000
    baud = 115_200
    tells_starting = False
    discovers = True

    def make_line(self) -> Conversation:
        """The conversation."""
        return Conversation(self.url, self.env.record, self.pacing, listen=self.settings.listen)

    @cached_property
    def inputs(self) -> InputTable:
        """The inputs of the panel's generation."""
        usual = codec.INPUTS[self.settings.generation] if self.settings.other_inputs else {}
        return InputTable(usual, self.settings.inputs, codec.INPUT_CODE)

    def who(self, deadline: Deadline) -> Identity:
        """Serial number, model and firmware; the power state shows first that anybody is there."""
        self._power(deadline)
        return Identity(
            serial=self._text(codec.SERIAL, deadline),
            model=self._text(codec.MODEL, deadline),
            firmware=self._text(codec.FIRMWARE, deadline),
            manufacturer="Promethean",
        )

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power state; the rest only while the panel is on."""
        del params
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        code = self._maybe(Command.INPUT, codec.parse_input, call, warnings)
        result = Status(
            power=power,
            input=self.inputs.name(code) if code else None,
            volume=self._maybe(Command.VOLUME, codec.parse_volume, call, warnings),
            muted=self._flag(Command.MUTE, call, warnings),
            blank=self._flag(Command.BLANK, call, warnings),
            frozen=self._flag(Command.FREEZE, call, warnings),
            touch_locked=self._flag(Command.TOUCH_LOCK, call, warnings),
            controls_locked=self._flag(Command.REMOTE_LOCK, call, warnings),
        )
        return Done(result, warnings=tuple(warnings))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        code = self.inputs.code(params.input)
        self._talk.try_to_set(Command.INPUT, 1, int(code, 16), call.deadline)
        return self.confirm(
            call,
            lambda: self._read(Command.INPUT, codec.parse_input, call),
            code,
            "input",
            tries=_SWITCHES_WITHIN,
        )

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        self._talk.try_to_set(Command.VOLUME, 1, params.volume, call.deadline)
        return self.confirm(
            call, lambda: self._read(Command.VOLUME, codec.parse_volume, call), params.volume, "volume"
        )

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._order(Command.MUTE, call, on=True)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._order(Command.MUTE, call, on=False)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Picture off: ordered by 00, told by 01."""
        del params
        return self._order(Command.BLANK, call, on=True)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Picture on."""
        del params
        return self._order(Command.BLANK, call, on=False)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self._order(Command.FREEZE, call, on=True)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let the picture run."""
        del params
        return self._order(Command.FREEZE, call, on=False)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock the remote control."""
        del params
        return self._order(Command.REMOTE_LOCK, call, on=True)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Unlock the remote control."""
        del params
        return self._order(Command.REMOTE_LOCK, call, on=False)

    @implements("display.touch_lock")
    def touch_lock(self, call: Call, params: NoParams) -> Answer:
        """Lock touching: ordered by 00, told by 00 from generation 7 on, by 01 before."""
        del params
        return self._order(Command.TOUCH_LOCK, call, on=True)

    @implements("display.touch_unlock")
    def touch_unlock(self, call: Call, params: NoParams) -> Answer:
        """Unlock touching."""
        del params
        return self._order(Command.TOUCH_LOCK, call, on=False)

    @implements("display.reset_picture")
    def reset_picture(self, call: Call, params: NoParams) -> Answer:
        """Reset the picture; nothing that can be read tells that it was done."""
        del params
        self._must_be_on(call)
        answered = self._talk.set(Command.PICTURE, codec.PICTURE_RESET, 0, call.deadline)
        unsaid = t("{name} does not confirm that it reset the picture", name=self.target.name)
        return Done(Nothing(), warnings=() if answered else (unsaid,))

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Reset everything. The panel may confirm it, or go away to start anew; else nobody knows.

        A line that is cut in the very moment of the order tells nothing, and is an error as everywhere.
        """
        del params
        self._must_be_on(call)
        if self._talk.set(Command.INFO, codec.FACTORY_RESET, 0, call.deadline):
            return Nothing()
        for _ in range(_WATCHES):
            try:
                call.sleep(min(1.0, self.settings.settle / _WATCHES))
                self._talk.get(Command.POWER, call.deadline, again=False)
            except DeviceError as error:
                error.happened = Happened.UNKNOWN
                if error.error_class not in _GONE or call.deadline.passed():
                    raise
                return Done(
                    Nothing(),
                    warnings=(
                        t("{name} does not confirm the reset, but went away to start", name=self.target.name),
                    ),
                )
        raise DeviceError(
            ErrorClass.TIMEOUT,
            f"{self.target.name} does not confirm the factory reset, and goes on as before",
            happened=Happened.UNKNOWN,
            hint="look at the panel whether it was reset",
        )

    def power(self, call: Call) -> Power:
        """Read the state."""
        return self._power(call.deadline)

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command; off is standby, not sleep."""
        self._talk.try_to_set(Command.POWER, 1, int(on), call.deadline)

    def _must_be_on(self, call: Call) -> None:
        """In standby an order is lost without a word, and nothing would tell."""
        if self.power(call) is not Power.ON:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"{self.target.name} is off",
                hint="switch it on first (display.power_on)",
            )

    def _power(self, deadline: Deadline) -> Power:
        return codec.parse_power(self._talk.get(Command.POWER, deadline), self.settings.generation)

    def _order(self, command: Command, call: Call, *, on: bool) -> Nothing:
        """Order a setting, and read whether it is so."""
        setting = codec.settings(self.settings.generation)[command]
        self._talk.try_to_set(command, setting.action, setting.on if on else setting.off, call.deadline)
        what = command.name.lower().replace("_", " ")
        return self.confirm(
            call, lambda: self._read(command, lambda data: codec.parse_setting(data, setting), call), on, what
        )

    def _read(self, command: Command, parse: Callable[[bytes], T], call: Call, *, again: bool = True) -> T:
        return parse(self._talk.get(command, call.deadline, again=again))

    def _maybe(
        self, command: Command, parse: Callable[[bytes], T], call: Call, warnings: list[str]
    ) -> T | None:
        return self.maybe(lambda: self._read(command, parse, call, again=False), warnings)

    def _flag(self, command: Command, call: Call, warnings: list[str]) -> bool | None:
        setting = codec.settings(self.settings.generation)[command]
        return self._maybe(command, lambda data: codec.parse_setting(data, setting), call, warnings)

    def _text(self, action: int, deadline: Deadline) -> str:
        told = self.maybe(lambda: self._talk.get(Command.INFO, deadline, action, again=False), [])
        return clean((told or b"").replace(b"\0", b""))

    @property
    def _talk(self) -> Conversation:
        line = self.line
        assert isinstance(line, Conversation)
        return line
