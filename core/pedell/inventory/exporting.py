"""Writes devices as files that the import reads back. Secrets stand in them as references, as everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from pedell.inventory.chunks import chunks
from pedell.inventory.csv_source import DEVICE_COLUMNS
from pedell.inventory.entries import DeviceEntry, DriverEntry
from pedell.inventory.existing import devices
from pedell.store.tables.inventory import controller, device, room, site

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet program run a cell."""


def export_csv(connection: Connection, numbers: Iterable[int], delimiter: str = ";") -> Iterator[str]:
    """Lines of CSV with a byte order mark, so that spreadsheet programs see UTF-8. Links are left out."""
    yield "\ufeff" + _line(DEVICE_COLUMNS, delimiter)
    for stored in devices(connection, set(numbers)):
        yield _line([_cell(stored.entry, column) for column in DEVICE_COLUMNS], delimiter)


def _line(cells: Iterable[str], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what would be a formula; one that has such an apostrophe gets another."""
    if cell.startswith(_FORMULA) or (cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA)):
        return f"'{cell}"
    return cell


def _cell(entry: DeviceEntry, column: str) -> str:
    value = getattr(entry, column)
    if column == "tags":
        return ", ".join(value)
    if column == "also":
        plain = all(not use.address and use.options == "{}" for use in value)
        return (
            ", ".join(use.driver for use in value)
            if plain
            else json.dumps([_use(use) for use in value], ensure_ascii=False)
        )
    if column == "options":
        return "" if value == "{}" else str(value)
    return str(value)


def _use(use: DriverEntry) -> dict[str, object]:
    return {"driver": use.driver, "address": use.address, "options": json.loads(use.options)}


def export_yaml(connection: Connection, numbers: Iterable[int]) -> Iterator[str]:
    """Lines of YAML with everything the devices need: their sites, rooms, controllers and links."""
    wanted = sorted(set(numbers))
    yield from _places(connection, wanted)
    yield "devices:\n"
    for stored in devices(connection, set(wanted)):
        entry = stored.entry
        fields: dict[str, object] = {"name": entry.name}
        for key in ("kind", "site", "room", "driver", "address", "controller", "model", "serial", "mac"):
            if getattr(entry, key):
                fields[key] = getattr(entry, key)
        if entry.state != "active":
            fields["state"] = entry.state
        if entry.tags:
            fields["tags"] = list(entry.tags)
        if entry.options != "{}":
            fields["options"] = json.loads(entry.options or "{}")
        if entry.also:
            fields["also"] = [_use(use) for use in entry.also]
        if entry.links:
            fields["links"] = [{"kind": one.kind, "to": one.to, "detail": one.detail} for one in entry.links]
        yield _item(fields)


def _places(connection: Connection, wanted: list[int]) -> Iterator[str]:
    sites: set[int] = set()
    rooms: set[int] = set()
    servers: set[int] = set()
    for part in chunks(wanted):
        rows = connection.execute(
            select(device.c.site, device.c.room, device.c.controller).where(device.c.no.in_(part))
        )
        for at, place, server in rows:
            sites.add(at)
            rooms.update([place] if place is not None else [])
            servers.update([server] if server is not None else [])
    yield "sites:\n"
    for row in connection.execute(select(site).order_by(site.c.slug)):
        if row.no in sites:
            yield _item({"slug": row.slug, "name": row.name, "campus": row.campus, "timezone": row.timezone})
    yield "rooms:\n"
    for row in connection.execute(select(room, site.c.slug).join(site).order_by(site.c.slug, room.c.name)):
        if row.no in rooms:
            yield _item(
                {"site": row.slug, "name": row.name, "title": row.title, "tags": json.loads(row.tags)}
            )
    yield "controllers:\n"
    for row in connection.execute(select(controller).order_by(controller.c.name)):
        if row.no in servers:
            yield _item(
                {
                    "name": row.name,
                    "kind": row.kind,
                    "address": row.address,
                    "options": json.loads(row.options),
                    "limits": json.loads(row.limits),
                }
            )


def _item(fields: dict[str, object]) -> str:
    # JSON is YAML: quoting every value keeps `0012` and `no` what they are.
    lines = [f"{key}: {_quoted(value)}" for key, value in fields.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def _quoted(value: object) -> str:
    # Umlauts stay readable; what YAML does not take as itself, or nobody sees, is written as its number.
    made = json.dumps(value, ensure_ascii=False)
    return made if made.isprintable() else "".join(one if one.isprintable() else _number(one) for one in made)


def _number(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
