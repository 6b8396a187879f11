"""What the inventory answers: light frozen rows, since there may be a hundred thousand of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One device, as lists and plans show it.

    Attributes:
        no: short number. id: ULID. name: unique name. kind: kind of device.
        site: slug of the site. room: name of the room, empty where there is none.
        drivers: ids of its drivers, in their order.
        model, serial: as known; may be empty.
        controller: name of the server it is reached through, may be empty.
        state: active, spare or retired.
        address: as the first driver takes it.
    """

    no: int
    id: str
    name: str
    kind: str
    site: str
    room: str
    drivers: tuple[str, ...]
    model: str
    controller: str
    state: str
    serial: str
    address: str


@dataclass(frozen=True, slots=True)
class DeviceLink:
    """How a device hangs together with another: `detail` may name a port."""

    kind: str
    other: int
    other_name: str
    detail: str


@dataclass(frozen=True, slots=True)
class RoomMatch:
    """A room that a text names: `text` is the passage."""

    no: int
    site: str
    site_name: str
    room: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site with how many rooms and devices (retired ones left out) it has."""

    no: int
    id: str
    slug: str
    name: str
    campus: str
    timezone: str
    rooms: int
    devices: int


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """One room with how many devices (retired ones left out) stand in it."""

    no: int
    id: str
    name: str
    title: str
    tags: tuple[str, ...]
    devices: int


@dataclass(frozen=True)
class DriverUse:
    """One of a device's drivers; `options` hold secrets as references only."""

    driver: str
    address: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class DeviceDetail:
    """Everything the inventory knows of one device."""

    facts: DeviceFacts
    mac: str
    tags: tuple[str, ...]
    uses: tuple[DriverUse, ...]
    links: tuple[DeviceLink, ...]
    links_here: tuple[DeviceLink, ...]
    """Links of other devices to this one; `other` is the device they start at."""
    source: str
    changed: int
