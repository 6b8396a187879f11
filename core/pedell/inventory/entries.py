"""What import files say, one light entry for each thing. None means: the file says nothing about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pedell.errors import Finding


@dataclass(slots=True)
class Located:
    """A value of a file with its place; only `plain` ones may be numbers or truth values."""

    value: str | list[Located] | dict[str, Located]
    line: int
    column: int
    plain: bool = True


@dataclass(slots=True)
class SiteEntry:
    """A site."""

    slug: str
    name: str | None
    campus: str | None
    timezone: str | None
    file: str
    line: int


@dataclass(slots=True)
class RoomEntry:
    """A room; `tags` is JSON text."""

    site: str
    name: str
    title: str | None
    tags: str | None
    file: str
    line: int


@dataclass(slots=True)
class ControllerEntry:
    """A controller; `options` and `limits` are JSON text."""

    name: str
    kind: str | None
    address: str | None
    options: str | None
    limits: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class LinkEntry:
    """A link from a device to another."""

    kind: str
    to: str
    detail: str


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """A further driver of a device; an empty address is the device's; `options` is JSON text."""

    driver: str
    address: str
    options: str


@dataclass(slots=True)
class DeviceEntry:
    """A device; `options` is JSON text with sorted keys, so that equal options are equal text."""

    name: str
    file: str
    line: int
    kind: str | None = None
    site: str | None = None
    room: str | None = None
    driver: str | None = None
    also: tuple[DriverEntry, ...] | None = None
    address: str | None = None
    controller: str | None = None
    model: str | None = None
    serial: str | None = None
    mac: str | None = None
    options: str | None = None
    tags: tuple[str, ...] | None = None
    state: str | None = None
    links: tuple[LinkEntry, ...] | None = None


DEVICE_FIELDS = (
    "kind", "site", "room", "driver", "also", "address", "controller", "model", "serial", "mac", "options",
    "tags", "state", "links",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeparateLink:
    """A link that stands outside of its device."""

    device: str
    link: LinkEntry
    file: str
    line: int


@dataclass
class Document:
    """Everything that the files of one import say.

    Attributes:
        findings: what is wrong, and what is odd (severity `warning`).
        refused: names of devices whose rows are bad: they count as present.
        unreadable: a part could not be read at all, so nothing can be called gone.
    """

    sites: dict[str, SiteEntry] = field(default_factory=dict)
    rooms: dict[tuple[str, str], RoomEntry] = field(default_factory=dict)
    controllers: dict[str, ControllerEntry] = field(default_factory=dict)
    devices: dict[str, DeviceEntry] = field(default_factory=dict)
    links: list[SeparateLink] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One row: the section it stands in and its fields."""

    section: str
    body: Located


Reading = Iterator[Item | Finding]
"""What readers of files give: rows and findings, in the file's order. After a finding with code `unreadable`
it is unknown what else the file would have said."""
UNREADABLE = "unreadable"
