"""What an import would do: planned first, shown, then applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pedell.errors import Finding
from pedell.inventory.entries import ControllerEntry, DeviceEntry, RoomEntry, SiteEntry


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A site, room or controller that is there and would change; `values` are what is to be written."""

    no: int
    name: str
    changes: tuple[Change, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChangedDevice:
    """A device that is there and would change; `entry` has all fields as they would be, `source` who owns it then."""

    no: int
    source: str
    entry: DeviceEntry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A device that the file does not have any more."""

    no: int
    name: str
    site: str


@dataclass
class Plan:
    """What an import would do.

    Attributes:
        source: whose devices these are; only devices of the same source are called gone.
        gone_unknown: nothing can be called gone, since a part of the files could not be read.
        refused: how many rows are bad; `findings` tells why, and what is merely odd (severity `warning`).
    """

    source: str
    new_sites: list[SiteEntry] = field(default_factory=list)
    new_rooms: list[RoomEntry] = field(default_factory=list)
    new_controllers: list[ControllerEntry] = field(default_factory=list)
    new_devices: list[DeviceEntry] = field(default_factory=list)
    changed_sites: list[Changed] = field(default_factory=list)
    changed_rooms: list[Changed] = field(default_factory=list)
    changed_controllers: list[Changed] = field(default_factory=list)
    changed_devices: list[ChangedDevice] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    unchanged: int = 0
    gone_unknown: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many findings are errors."""
        return sum(1 for finding in self.findings if finding.severity == "error")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write, gone devices aside."""
        return not any(
            (self.new_sites, self.new_rooms, self.new_controllers, self.new_devices,
             self.changed_sites, self.changed_rooms, self.changed_controllers, self.changed_devices)
        )  # fmt: skip

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many of each are added and changed."""
        return {
            "sites": {"added": len(self.new_sites), "changed": len(self.changed_sites)},
            "rooms": {"added": len(self.new_rooms), "changed": len(self.changed_rooms)},
            "controllers": {"added": len(self.new_controllers), "changed": len(self.changed_controllers)},
            "devices": {"added": len(self.new_devices), "changed": len(self.changed_devices)},
        }
