"""The capabilities of a Newline panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar, Literal, TypeVar

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
from pedell_whiteboards.counted import NEWLINE, Frame
from pedell_whiteboards.counted_panel import Code, CountedPanel
from pedell_whiteboards.inputs import InputTable
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.newline import codec
from pedell_whiteboards.newline.codec import Generation
from pedell_whiteboards.options import PanelOptions

T = TypeVar("T")


class NewlineOptions(PanelOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    generation: Generation = Field(
        default=Generation.NEWER,
        description="How it counts its inputs: newer, or older (TruTouch, TT-xx14B).",
    )
    asks: Literal["power", "screen"] = Field(
        default="power",
        description="What tells that it is on: its power, or, where it does not tell that, whether its screen is lit.",
    )
    own_restart: bool = Field(
        default=False, description="Whether it takes the restart of its inner link; else off, wait, on."
    )
    pause: float = Field(default=0.2, ge=0, le=10, description="Seconds between two commands.")
    gone_when_off: bool = Field(
        default=True, description="Whether it is not reachable by network while it is off."
    )


class NewlineDriver(CountedPanel[NewlineOptions]):
    """Newline panels over a serial line, or over the network where they can.

    Models: TruTouch, TT-xx14B, RS, RS+, Q, X, STV, TT, Lyra; which codes a model knows differs.

    Settings on the device: for the network "IP control" on, and Wake-on-LAN to be switched on.

    Address: `serial:///dev/ttyUSB0` (19200 baud; 38400 and 115200 occur, see the model's manual and the option `baud`),
    `rfc2217://host:port`, `tcp://host:port` of a serial server, or `host` or `host:port` of the panel itself (6688).

    Sources: see the codec.

    Known limitations: over the network it can be switched off, but only woken on. While the sound is off, the volume is
    not told. The key for the sound changes over, so it is read before and after. Picture off, freeze and key lock are
    offered only where the option `can` says that the panel takes them, and are not read; the restart of its own likewise
    by `own_restart`. No serial number, model, hours, temperature or faults.
    """

    id: ClassVar[str] = "newline"
    title: ClassVar[str] = "Newline"
    brands = ("Newline TruTouch, RS, RS+, Q, X, STV, TT, Lyra",)
    protocol = "7F ... CF frames over RS-232 19200 (38400, 115200), TCP 6688, or a serial server"
    proof = (
        "from documentation: Newline's RS+ manual, an app of the maker's tool chain",
        "eight control-system modules and programs for its panels, which agree by reading",
        "no independent client that could be run at hand",
    )
    limitations = (
        "over the network on only by Wake-on-LAN",
        "no serial number, so a moved address is not noticed",
        "picture off, freeze, key lock and its own restart only where options can and own_restart name them, and not read",
        "baud rate and inputs by model",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = NewlineOptions
    port = 6688
    baud = 19200
    tells_starting = False
    discovers = True
    wire = NEWLINE
    code_on, code_off = codec.ON, codec.OFF
    usually: ClassVar[dict[str, bool]] = dict.fromkeys(
        ("blank", "unblank", "freeze", "unfreeze", "lock_controls", "unlock_controls"), False
    )

    @property
    def on_network(self) -> bool:
        """Only by its own port: behind tcp:// there is a serial server."""
        return "://" not in self.target.address

    @cached_property
    def inputs(self) -> InputTable:
        """The inputs of the panel's generation."""
        usual = codec.INPUTS[self.settings.generation] if self.settings.other_inputs else {}
        return InputTable(usual, self.settings.inputs, codec.INPUT_CODE)

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there."""
        self._power(deadline)
        return Identity(manufacturer="Newline")

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """The power; input and sound while it is on."""
        del params
        power = self.power(call)
        if power is not Power.ON:
            return Status(power=power)
        warnings: list[str] = []
        generation = self.settings.generation
        shown = self._maybe(
            codec.ASK_INPUT[generation], lambda frame: codec.parse_input(frame, generation), call, warnings
        )
        volume = self._maybe(codec.ASK_VOLUME, codec.parse_volume, call, warnings)
        muted = None if volume is None else volume == 0
        if generation is Generation.NEWER:
            muted = self._maybe(codec.ASK_MUTED, codec.parse_muted, call, warnings)
        result = Status(
            power=power,
            input=self._own_name(shown),
            volume=None if muted and volume == 0 else volume,
            muted=muted,
        )
        return Done(result, warnings=tuple(warnings))

    def _own_name(self, shown: str | None) -> str | None:
        """The name that the device or its model has for an input which is usually called `shown`."""
        code = codec.INPUTS[self.settings.generation].get(shown or "")
        return next((name for name, own in self.settings.inputs.items() if own == code), shown)

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input."""
        return self.order((codec.KEY, int(self.inputs.code(params.input), 16)), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume."""
        return self.order((codec.VOLUME, params.volume), call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off."""
        del params
        return self._sound(call, muted=True)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on."""
        del params
        return self._sound(call, muted=False)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Backlight off."""
        del params
        return self.order(codec.DARK, call)

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Backlight on."""
        del params
        return self.order(codec.LIT, call)

    @implements("display.freeze")
    def freeze(self, call: Call, params: NoParams) -> Answer:
        """Hold the picture."""
        del params
        return self.order(codec.FREEZE, call)

    @implements("display.unfreeze")
    def unfreeze(self, call: Call, params: NoParams) -> Answer:
        """Let it run."""
        del params
        return self.order(codec.UNFREEZE, call)

    @implements("display.lock_controls")
    def lock_controls(self, call: Call, params: NoParams) -> Answer:
        """Lock the keys."""
        del params
        return self.order(codec.LOCK, call)

    @implements("display.unlock_controls")
    def unlock_controls(self, call: Call, params: NoParams) -> Answer:
        """Unlock the keys."""
        del params
        return self.order(codec.UNLOCK, call)

    def restart_now(self, call: Call) -> bool:
        """The restart of the inner link."""
        self.order(codec.REBOOT, call)
        return True

    def power(self, call: Call) -> Power:
        """Read the state."""
        return self._power(call.deadline)

    def _power(self, deadline: Deadline) -> Power:
        if self.settings.asks == "screen":
            return codec.parse_screen(self.get(codec.ASK_SCREEN, deadline))
        return codec.parse_power(self.get(codec.ASK_POWER, deadline))

    def _sound(self, call: Call, *, muted: bool) -> Nothing:
        """Press the key, which changes over, where it is the other way by the panel's own word, and ask again."""
        if self._muted(call) is muted:
            return Nothing()
        self.order(codec.SOUND_KEY, call)
        return self.confirm(call, lambda: self._muted(call), muted, "sound off")

    def _muted(self, call: Call) -> bool:
        if self.settings.generation is Generation.OLDER:
            return codec.parse_volume(self.get(codec.ASK_VOLUME, call.deadline)) == 0
        return codec.parse_muted(self.get(codec.ASK_MUTED, call.deadline))

    def _maybe(self, what: Code, parse: Callable[[Frame], T], call: Call, warnings: list[str]) -> T | None:
        return self.maybe(lambda: parse(self.get(what, call.deadline, again=False)), warnings)
