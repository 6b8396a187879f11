"""The one capability of a display that is only woken: switching on."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from pydantic import Field, field_validator

from pedell.drivers.api import (
    Answer,
    Call,
    Deadline,
    DeviceError,
    Done,
    Driver,
    ErrorClass,
    Happened,
    Identity,
    NoParams,
    Nothing,
    Options,
    Target,
    Waiting,
    implements,
)
from pedell.i18n import t
from pedell.transports.udp import broadcast_address
from pedell_whiteboards.options import REFERENCE, read_options
from pedell_whiteboards.wake_on_lan.send import PORT, TIMES, wake

# Nothing listens there: a machine that is awake refuses it, which is an answer as good as any.
_ANY_PORT = 9
_TRY = 2.0
_LOOK_AFTER = 3.0


class WakeOnLanOptions(Options):
    """Options of one display."""

    mac: str = Field(default="", description="MAC address to wake, where it is not the inventory's.")
    broadcast: str = Field(
        default="",
        pattern=r"^(\d{1,3}(\.\d{1,3}){3})?$",
        description="Broadcast address of its network, such as 10.4.2.255; empty for the local one.",
    )
    port: int = Field(default=PORT, ge=1, le=65535, description="UDP port: 9, seldom 7 or another.")
    packets: int = Field(
        default=TIMES, ge=3, le=5, description="How many packets, a tenth of a second apart."
    )
    source: str = Field(
        default="",
        pattern=r"^(\d{1,3}(\.\d{1,3}){3})?$",
        description="Address of ours to send from, on a machine with several networks.",
    )
    secureon: str = Field(
        default="", pattern=REFERENCE, description="Reference of the SecureOn password, six pairs of digits."
    )
    answers: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="TCP port that must take a connection when it is awake; empty: any sign of life will do.",
    )
    limit: float = Field(default=90.0, gt=0, le=900, description="Seconds until it must answer.")

    @field_validator("mac")
    @classmethod
    def _address(cls, mac: str) -> str:
        if mac and re.fullmatch(r"[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}", mac) is None:
            raise ValueError("twelve hexadecimal digits, such as 00:11:22:33:44:55")
        return mac


def _signs_of_life(host: str, port: int | None, deadline: Deadline) -> bool:
    """Whether a host takes a connection; without a port, whether it takes or refuses one."""
    left = max(0.1, deadline.within(_TRY).left())
    try:
        socket.create_connection((host, _ANY_PORT if port is None else port), left).close()
    except ConnectionRefusedError:
        return port is None
    except (OSError, UnicodeError):
        return False
    return True


class WakeOnLanDriver(Driver):
    """Wake-on-LAN: switches on, and does nothing else.

    Models: whatever wakes by a magic packet. It stands beside another driver (`also:` in the inventory) or alone,
    for displays that have no other way. Drivers of displays wake by themselves where the MAC address is known.

    Settings on the device: Wake-on-LAN or network standby on, a cable (not Wi-Fi), no deep economy mode.

    Address: the host that answers when it is awake. The MAC address stands in the inventory or in the option `mac`.

    Sources: AMD's white paper 20213 on the magic packet; package wakeonlan for its length.

    Known limitations: nobody acknowledges a magic packet. That it worked is known from the port in the option
    `answers`, or from any sign of life. Where the host is awake already (network standby), whether the panel is on
    cannot be told, and the result says so. It knows no identity. Broadcasts do not cross routers.
    """

    id: ClassVar[str] = "wake-on-lan"
    title: ClassVar[str] = "Wake-on-LAN"
    kinds: ClassVar[frozenset[str]] = frozenset({"whiteboard", "projector"})
    brands = ("whatever wakes by a magic packet",)
    protocol = "magic packet over UDP 9"
    proof = ("packet of the package wakeonlan, compared byte by byte",)
    limitations = (
        "switches on only; whether the panel is on is told by another driver",
        "broadcasts do not cross routers",
    )
    options: ClassVar[type[Options]] = WakeOnLanOptions

    @classmethod
    def endpoint(cls, target: Target) -> str:
        """The host; packets do not hinder a conversation."""
        return f"{cls.id}:{target.address.lower()}"

    def connect(self, deadline: Deadline) -> None:
        """Nothing to connect to: it sleeps. Wrong options show here."""
        del deadline
        if not self._mac:
            raise DeviceError(
                ErrorClass.PRECONDITION,
                f"the MAC address of {self.target.name} is not known",
                hint="enter it in the inventory (mac), or in the options of the driver",
            )

    def close(self) -> None:
        """Nothing is open."""

    def identity(self, deadline: Deadline) -> Identity:
        """It tells nothing."""
        del deadline
        return Identity()

    @implements("display.power_on")
    def power_on(self, call: Call, params: NoParams) -> Answer:
        """Send the packets; waking up is waiting."""
        del params
        awake = self._awake(call.deadline)
        settings = self._settings
        wake(
            call,
            self.env.record,
            self._mac,
            settings.broadcast or broadcast_address(self.target.address),
            port=settings.port,
            times=settings.packets,
            source=settings.source,
            secureon=self._secureon(),
        )
        if awake:
            return Done(
                Nothing(),
                warnings=(
                    t(
                        "{name} answered before it was woken: whether its panel is on now is not known",
                        name=self.target.name,
                    ),
                ),
            )
        return self._wait()

    def poll(self, capability: str, call: Call, token: Mapping[str, Any]) -> Answer:
        """Look whether it answers."""
        del capability, token
        return Nothing() if self._awake(call.deadline) else self._wait()

    def probe(
        self, capability: str, call: Call, params: Any, evidence: Mapping[str, Any]
    ) -> Happened | Answer:
        """A host that answers is awake."""
        del capability, params, evidence
        return Nothing() if self._awake(call.deadline) else Happened.UNKNOWN

    def _wait(self) -> Waiting:
        why = t("woken over the network, waiting for an answer")
        return Waiting({"woken": True}, why, poll_after=_LOOK_AFTER, deadline=self._settings.limit)

    def _awake(self, deadline: Deadline) -> bool:
        return _signs_of_life(self.target.address, self._settings.answers, deadline)

    def _secureon(self) -> bytes:
        reference = self._settings.secureon
        if not reference:
            return b""
        digits = re.sub(r"[-: ]", "", self.env.secret(reference))
        if re.fullmatch(r"[0-9A-Fa-f]{8}|[0-9A-Fa-f]{12}", digits) is None:
            raise DeviceError(
                ErrorClass.PRECONDITION, "a SecureOn password is six pairs of hexadecimal digits"
            )
        return bytes.fromhex(digits)

    @property
    def _mac(self) -> str:
        return self._settings.mac or self.target.mac

    @cached_property
    def _settings(self) -> WakeOnLanOptions:
        return read_options(WakeOnLanOptions, self.target)
