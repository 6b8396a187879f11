"""The capabilities of a Newline panel."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    Identity,
    NoParams,
    implements,
)
from pedell_whiteboards.counted import NEWLINE
from pedell_whiteboards.counted_panel import CountedPanel
from pedell_whiteboards.model import Power, SelectInput, SetVolume, Status
from pedell_whiteboards.newline import codec
from pedell_whiteboards.options import PanelOptions


class NewlineOptions(PanelOptions):
    """Options of one panel."""

    input_code: ClassVar[str] = codec.INPUT_CODE
    own_restart: bool = Field(
        default=False, description="Whether it takes the restart of its inner link; else off, wait, on."
    )
    pause: float = Field(default=0.2, ge=0, le=10, description="Seconds between two commands.")


class NewlineDriver(CountedPanel[NewlineOptions]):
    """Newline panels over a serial line.

    Models: RS, RS+, Q, X, TT, Lyra; which codes a model knows differs.

    Settings on the device: none known.

    Address: `serial:///dev/ttyUSB0` (19200 baud; 38400 and 115200 occur, see the model's manual and the option `baud`),
    `rfc2217://host:port`, or `tcp://host:port` of a serial server.

    Sources: see the codec.

    Known limitations: the only state that is read is whether the screen is lit, by a code of the inner link. Sound,
    volume and a restart of its own are codes of that link too, and are offered only where the options `can` and
    `own_restart` say that the panel takes them. The keys for mute and screen toggle, and so are not offered. No serial
    number, model, hours, temperature, faults, locks or resets.
    """

    id: ClassVar[str] = "newline"
    title: ClassVar[str] = "Newline"
    brands = ("Newline RS, RS+, Q, X, TT, Lyra",)
    protocol = "7F ... CF frames over RS-232 19200 (38400, 115200), or a serial server"
    proof = (
        "from documentation: Newline's RS+ manual, and an app of the maker's tool chain",
        "no independent client at hand",
    )
    limitations = (
        "reads only whether the screen is lit; input and volume are not read",
        "no serial number, so a moved address is not noticed",
        "volume, sound and its own restart only where options can and own_restart name them",
        "baud rate by model",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = NewlineOptions
    baud = 19200
    codes = codec.INPUTS
    wire = NEWLINE
    code_on, code_off = codec.ON, codec.OFF
    usually: ClassVar[dict[str, bool]] = {"set_volume": False, "mute": False, "unmute": False}

    @property
    def on_network(self) -> bool:
        """Never: behind tcp:// there is a serial server."""
        return False

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there."""
        self.get(codec.SCREEN, deadline)
        return Identity(manufacturer="Newline")

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Whether the screen is lit."""
        del params
        return Status(power=self.power(call))

    @implements("display.select_input")
    def select_input(self, call: Call, params: SelectInput) -> Answer:
        """Show an input; the answer is the only proof."""
        return self.order((codec.OUTER, int(self.inputs.code(params.input), 16)), call)

    @implements("display.set_volume")
    def set_volume(self, call: Call, params: SetVolume) -> Answer:
        """Set the volume, over the inner link."""
        return self.order((codec.VOLUME, params.volume), call)

    @implements("display.mute")
    def mute(self, call: Call, params: NoParams) -> Answer:
        """Sound off, over the inner link."""
        del params
        return self.order(codec.SOUND_OFF, call)

    @implements("display.unmute")
    def unmute(self, call: Call, params: NoParams) -> Answer:
        """Sound on, over the inner link."""
        del params
        return self.order(codec.SOUND_ON, call)

    def restart_now(self, call: Call) -> bool:
        """The restart of the inner link."""
        self.order(codec.REBOOT, call)
        return True

    def power(self, call: Call) -> Power:
        """Whether the screen is lit."""
        return codec.parse_screen(self.get(codec.SCREEN, call.deadline))
