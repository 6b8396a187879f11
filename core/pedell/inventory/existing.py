"""What the store holds, in the shape in which import files say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern

from sqlalchemy import Connection, select

from pedell.inventory.entries import DeviceEntry, DriverEntry, LinkEntry
from pedell.store.tables.inventory import controller, device, device_driver, device_tag, link, room, site


@dataclass(frozen=True, slots=True)
class StoredDevice:
    """A device of the store: its number, who brought it, and all its fields."""

    no: int
    source: str
    entry: DeviceEntry


def devices(connection: Connection, only: set[int] | None = None) -> Iterator[StoredDevice]:
    """All devices, retired ones too, or those numbered, in the order of their numbers.

    The small tables beside `device` are read first: one portion of devices at a time is in memory.
    """
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for no, tag in connection.execute(select(device_tag).order_by(device_tag.c.device, device_tag.c.tag)):
        tags[no].append(intern(tag))
    further: defaultdict[int, list[DriverEntry]] = defaultdict(list)
    for use in connection.execute(select(device_driver).order_by(device_driver.c.device, device_driver.c.n)):
        further[use.device].append(DriverEntry(intern(use.driver), use.address, intern(use.options)))
    links: defaultdict[int, list[LinkEntry]] = defaultdict(list)
    joined = select(link.c.device, link.c.kind, device.c.name, link.c.detail).join(
        device, device.c.no == link.c.other
    )
    for no, kind, other, detail in connection.execute(joined):
        links[no].append(LinkEntry(intern(kind), intern(other), detail))
    query = (
        select(device, site.c.slug, room.c.name.label("place"), controller.c.name.label("server"))
        .select_from(device.join(site).outerjoin(room, room.c.no == device.c.room).outerjoin(controller))
        .order_by(device.c.no)
    )
    for row in connection.execute(query.execution_options(yield_per=2_000)):
        if only is not None and row.no not in only:
            continue
        entry = DeviceEntry(
            name=row.name,
            file="",
            line=0,
            kind=intern(row.kind),
            site=intern(row.slug),
            room=intern(row.place or ""),
            driver=intern(row.driver),
            also=tuple(further.get(row.no, ())),
            address=row.address,
            controller=intern(row.server or ""),
            model=intern(row.model),
            serial=row.serial,
            mac=row.mac,
            options=intern(row.options),
            tags=tuple(tags.get(row.no, ())),
            state=intern(row.state),
            links=tuple(sorted(links.get(row.no, ()))),
        )
        yield StoredDevice(row.no, row.source, entry)
