"""What the family's capabilities answer."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pedell.drivers.api import Result


class UpDown(StrEnum):
    """Whether a port is switched on, or has a link."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    """What a port carries."""

    ACCESS = "access"
    TRUNK = "trunk"
    ROUTED = "routed"
    UNKNOWN = "unknown"


class Poe(StrEnum):
    """Power over Ethernet of one port."""

    ON = "on"
    """Power is delivered."""
    OFF = "off"
    """Switched on, but nothing asks for power."""
    DISABLED = "disabled"
    """Switched off by an administrator."""
    DENIED = "denied"
    """Something asks for more than there is."""
    FAULT = "fault"


class PortStatus(Result):
    """A port now. What the switch does not tell is none."""

    port: str = Field(description="Name as the switch writes it.")
    admin: UpDown = Field(description="Switched on or off by an administrator.")
    oper: UpDown = Field(description="Whether there is a link.")
    fault: str = Field(default="", description="Why the switch itself took it down, such as err-disabled.")
    speed: int | None = Field(default=None, description="Mbit/s.")
    duplex: str = ""
    mode: Mode = Mode.UNKNOWN
    vlan: int | None = Field(default=None, description="Access VLAN, or native VLAN of a trunk.")
    description: str = ""
    poe: Poe | None = None
    poe_watts: float | None = Field(default=None, description="Watts delivered.")
    input_errors: int | None = Field(default=None, description="Since the counters were cleared.")
    crc_errors: int | None = Field(default=None, description="Since the counters were cleared.")
    output_errors: int | None = Field(default=None, description="Since the counters were cleared.")
    last_change: float | None = Field(default=None, description="Seconds since the link changed.")


class PortChange(Result):
    """A port before and after something was done to it."""

    before: PortStatus
    after: PortStatus

    @property
    def link_back(self) -> bool:
        """Whether there is a link now."""
        return self.after.oper is UpDown.UP


class DeviceInfo(Result):
    """A switch about itself."""

    name: str = ""
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    firmware: str = ""
    uptime: int | None = Field(default=None, description="Seconds since it started.")
    restart_reason: str = ""
    unsaved_changes: bool | None = Field(default=None, description="Whether a restart would lose changes.")


class Neighbour(Result):
    """What announces itself on a port."""

    port: str = Field(description="Our port.")
    name: str = ""
    description: str = ""
    remote_port: str = ""
    address: str = Field(default="", description="Management address.")
    mac: str = ""
    capabilities: tuple[str, ...] = Field(
        default=(),
        description="What it is: bridge, router, access_point, phone, repeater, docsis, station, other.",
    )

    @property
    def access_point(self) -> bool:
        """Whether it is an access point."""
        return "access_point" in self.capabilities

    @property
    def carries_others(self) -> bool:
        """Whether it is a switch, a router or a repeater; phones and access points bridge too, but only for themselves."""
        kinds = set(self.capabilities)
        return bool(kinds & {"bridge", "router", "repeater"}) and not kinds & {"access_point", "phone"}

    @property
    def unclear(self) -> bool:
        """Whether it says no more than that it is something else: a small switch may do so, and so may a camera."""
        return self.capabilities == ("other",)


class Neighbours(Result):
    """All neighbours."""

    neighbours: tuple[Neighbour, ...] = ()


class FoundMac(Result):
    """Where something hangs."""

    found: bool
    port: str = ""
    vlan: int | None = None
    mac: str = ""
    through: str = Field(default="", description="How it was found: addresses or neighbours.")
    behind: str = Field(
        default="", description="Name of the switch behind that port; it is further away then."
    )
    addresses: int | None = Field(default=None, description="How many addresses are behind that port.")


class SavedConfig(Result):
    """Whether anything had to be saved."""

    saved: bool
    unsaved_changes: bool | None = Field(
        default=None, description="Whether there were unsaved changes before."
    )


class ConfigBackup(Result):
    """Where a copy of the configuration lies."""

    file: str = Field(description="Path below the data folder.")
    sha256: str = Field(description="Of the masked text.")
    lines: int
    changed: bool = Field(description="Whether it differs from the copy before.")
    first: bool = Field(default=False, description="Whether there was no copy of this switch before.")
    revision: str = Field(default="", description="Version in the history; `pedell devices config` shows it.")


class Restarted(Result):
    """A switch that has started again."""

    uptime: int = Field(description="Seconds since it started.")
    restart_reason: str = ""
