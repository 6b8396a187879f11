"""The capabilities of an i3 panel."""

from __future__ import annotations

from typing import ClassVar

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
from pedell_whiteboards.counted import Frame
from pedell_whiteboards.i3 import codec
from pedell_whiteboards.line import LineConversation
from pedell_whiteboards.model import Power, Status
from pedell_whiteboards.options import PanelOptions
from pedell_whiteboards.panel import PanelDriver

_GOOD = 1


class I3Options(PanelOptions):
    """Options of one panel."""

    gone_when_off: bool = Field(
        default=True, description="Whether it is not reachable by network while it is off."
    )
    settle: float = Field(
        default=30.0, ge=0, le=300, description="Seconds that the network is gone after switching on."
    )


class I3Driver(PanelDriver[I3Options, Frame]):
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
    proof = ("from documentation: i3-technologies' command sheet", "no independent client at hand")
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

    def make_line(self) -> LineConversation[Frame]:
        """The conversation."""
        return LineConversation(self.url, self.env.record, self.pacing, codec.read)

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
        self._order(codec.HIBERNATE, call)
        return Done(Nothing(), warnings=(t("{name} switches the sound off as well", name=self.target.name),))

    @implements("display.unblank")
    def unblank(self, call: Call, params: NoParams) -> Answer:
        """Picture and sound on again."""
        del params
        return self._order(codec.WAKE, call)

    @implements("display.factory_reset")
    def factory_reset(self, call: Call, params: NoParams) -> Answer:
        """Restore the panel's Android to factory settings."""
        del params
        return self._order(codec.FACTORY_RESET, call)

    def restart_now(self, call: Call) -> bool:
        """The panel's own restart."""
        self._order(codec.REBOOT, call)
        return True

    def power(self, call: Call) -> Power:
        """Read the state; hibernation is on."""
        return self._state(call.deadline)[0]

    def switch(self, call: Call, *, on: bool) -> None:
        """Send the command. One that refuses it is between on and off."""
        try:
            self._order(codec.ON if on else codec.OFF, call)
        except DeviceError as error:
            if error.error_class is not ErrorClass.REFUSED:
                raise
            raise DeviceError(ErrorClass.BUSY, "the panel refuses to be switched now") from None

    def _state(self, deadline: Deadline) -> tuple[Power, bool]:
        frame = self.line.ask(codec.request(codec.POWER), lambda frame: frame.answers(*codec.POWER), deadline)
        return codec.parse_power(frame)

    def _order(self, what: tuple[int, int], call: Call) -> Nothing:
        """Give an order; the panel answers it with 01, and with something else where it did not do it."""
        frame = self.line.tell(codec.request(what), lambda frame: frame.answers(*what), call.deadline)
        if frame.values[0] != _GOOD:
            raise DeviceError(
                ErrorClass.REFUSED,
                f"{self.target.name} refuses the command {what[0]:02x} {what[1]:02x} (answer {frame.values[0]:02x})",
                happened=Happened.NO,
            )
        return Nothing()
