"""The capabilities of an i3 panel."""

from __future__ import annotations

from typing import ClassVar

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
from pedell.i18n import t
from pedell_whiteboards.counted import I3
from pedell_whiteboards.counted_panel import CountedPanel
from pedell_whiteboards.i3 import codec
from pedell_whiteboards.model import Power, Status
from pedell_whiteboards.options import PanelOptions


class I3Options(PanelOptions):
    """Options of one panel."""

    gone_when_off: bool = Field(
        default=True, description="Whether it is not reachable by network while it is off."
    )
    settle: float = Field(
        default=30.0, ge=0, le=300, description="Seconds that the network is gone after switching on."
    )


class I3Driver(CountedPanel[I3Options]):
    """i3 panels of the X series over network or serial line.

    Models: i3TOUCH X3 and those that take the same command sheet. Not the P7511 (`a9`) and the E10 (`aabbcc`).

    Settings on the device: Wake-on-LAN on, since a panel that is off takes no command over the network.

    Address: `host` or `host:port` (6688), `serial:///dev/ttyUSB0` (19200 baud), `rfc2217://host:port`, or
    `tcp://host:port` of a serial server, then with the option `gone_when_off: false`.

    Source: i3-technologies' command sheet; see the codec.

    Known limitations: over the network it can be switched off, but only woken on. Blank is the panel's hibernation,
    which switches the sound off as well. No input, volume, locks, serial number, hours or temperature.
    """

    id: ClassVar[str] = "i3"
    title: ClassVar[str] = "i3 X series"
    brands = ("i3TOUCH X3",)
    protocol = "FE ... CF frames over TCP 6688 or RS-232 19200"
    proof = (
        "from documentation: i3-technologies' command sheet",
        "the frame that switches on also in a control-system module, by reading",
        "no independent client at hand",
    )
    limitations = (
        "over the network on only by Wake-on-LAN",
        "blank switches the sound off as well",
        "no input, volume, locks, serial number, hours or temperature",
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard"})
    options = I3Options
    port = 6688
    baud = 19200
    discovers = True
    wire = I3
    code_on, code_off = codec.ON, codec.OFF

    def who(self, deadline: Deadline) -> Identity:
        """Nothing but that somebody is there."""
        self._state(deadline)
        return Identity(manufacturer="i3")

    @implements("display.status")
    def status(self, call: Call, params: NoParams) -> Answer:
        """Power, and whether picture and sound are off."""
        del params
        power, blank = self._state(call.deadline)
        return Status(power=power, blank=blank if power is Power.ON else None)

    @implements("display.blank")
    def blank(self, call: Call, params: NoParams) -> Answer:
        """Hibernation: picture off, and the sound with it."""
        del params
        self.order(codec.HIBERNATE, call)
        return Done(Nothing(), warnings=(t("{name} switches the sound off as well", name=self.target.name),))

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Picture and sound on again."""
        del params
        return self.order(codec.WAKE, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Restore the panel's Android to factory settings."""
        del params
        return self.order(codec.FACTORY_RESET, call)

    def restart_now(self, call: Call) -> bool:
        """The panel's own restart."""
        self.order(codec.REBOOT, call)
        return True

    def power(self, call: Call) -> Power:
        """Read the state; hibernation is on."""
        return self._state(call.deadline)[0]

    def _state(self, deadline: Deadline) -> tuple[Power, bool]:
        return codec.parse_power(self.get(codec.POWER, deadline))
