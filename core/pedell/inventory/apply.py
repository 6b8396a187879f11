"""Writes a plan into the store: a few statements for many rows, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, insert, select, update

from pedell.inventory.chunks import chunks
from pedell.inventory.entries import ControllerEntry, DeviceEntry, RoomEntry, SiteEntry
from pedell.inventory.plan import Change, Changed, Plan
from pedell.inventory.rooms import room_key
from pedell.journal import installation
from pedell.store.database import new_id, now
from pedell.store.tables.inventory import controller, device, device_driver, device_tag, link, room, site

Row = dict[str, Any]


def apply(connection: Connection, plan: Plan, *, prune: bool) -> None:
    """Write the plan; `prune` marks devices that are gone as retired."""
    _Writing(connection, plan).run(prune=prune)


class _Writing:
    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.connection = connection
        self.plan = plan
        self.at = now()

    def run(self, *, prune: bool) -> None:
        plan = self.plan
        self.many(site, (_site_row(entry) for entry in plan.new_sites))
        self.revise(site, plan.changed_sites)
        self.sites = self.by_name(site.c.slug, site.c.no)
        self.many(room, (_room_row(entry, self.sites[entry.site]) for entry in plan.new_rooms))
        self.revise(room, plan.changed_rooms)
        rooms = select(site.c.slug, room.c.name, room.c.no).select_from(room.join(site))
        self.rooms = {(slug, name): no for slug, name, no in self.connection.execute(rooms)}
        self.many(controller, (_controller_row(entry) for entry in plan.new_controllers))
        self.revise(controller, plan.changed_controllers)
        self.controllers = self.by_name(controller.c.name, controller.c.no)
        self.add_devices()
        self.change_devices()
        if prune:
            for part in chunks([gone.no for gone in plan.gone]):
                self.connection.execute(
                    update(device).where(device.c.no.in_(part)).values(state="retired", changed=self.at)
                )
        installation.count(self.connection, installation.INVENTORY)

    def by_name(self, name: ColumnElement[str], no: ColumnElement[int]) -> dict[str, int]:
        return dict(self.connection.execute(select(name, no)).all())

    def many(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert in portions: a hundred thousand rows need not be in memory at once."""
        waiting: list[Row] = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == 5_000:
                self.connection.execute(insert(table), waiting)
                waiting = []
        if waiting:
            self.connection.execute(insert(table), waiting)

    def revise(self, table: Table, changed: Sequence[Changed]) -> None:
        for one in changed:
            self.connection.execute(update(table).where(table.c.no == one.no).values(dict(one.values)))

    def row(self, entry: DeviceEntry, source: str) -> Row:
        return {
            "name": entry.name,
            "kind": entry.kind,
            "site": self.sites[entry.site or ""],
            "room": self.rooms[entry.site or "", entry.room] if entry.room else None,
            "driver": entry.driver,
            "address": entry.address,
            "controller": self.controllers[entry.controller] if entry.controller else None,
            "model": entry.model,
            "serial": entry.serial,
            "mac": entry.mac,
            "options": entry.options,
            "state": entry.state,
            "source": source,
            "changed": self.at,
        }

    def add_devices(self) -> None:
        entries = self.plan.new_devices
        self.many(device, ({**self.row(entry, self.plan.source), "id": new_id()} for entry in entries))
        for part in chunks(entries):
            numbers = self.numbers(entry.name for entry in part)
            pairs = [(numbers[entry.name], entry) for entry in part]
            self.many(device_tag, _tag_rows(pairs))
            self.many(device_driver, _driver_rows(pairs))
        for part in chunks([entry for entry in entries if entry.links]):
            numbers = self.numbers(entry.name for entry in part)
            self.add_links([(numbers[entry.name], entry) for entry in part])

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(sorted(set(names))):
            query = select(device.c.name, device.c.no).where(device.c.name.in_(part))
            found.update(self.connection.execute(query).all())
        return found

    def add_links(self, pairs: Sequence[tuple[int, DeviceEntry]]) -> None:
        others = self.numbers(one.to for _, entry in pairs for one in entry.links or ())
        self.many(
            link,
            (
                {"device": no, "kind": one.kind, "other": others[one.to], "detail": one.detail}
                for no, entry in pairs
                for one in entry.links or ()
            ),
        )

    def change_devices(self) -> None:
        statement = (
            update(device)
            .where(device.c.no == bindparam("wanted"))
            .values(
                {
                    column.name: bindparam(column.name)
                    for column in device.c
                    if column.name not in ("no", "id")
                }
            )
        )
        for part in chunks(self.plan.changed_devices):
            self.connection.execute(
                statement, [{**self.row(one.entry, one.source), "wanted": one.no} for one in part]
            )
            tagged = [(one.no, one.entry) for one in part if _touches(one.changes, "tags")]
            self.clear(device_tag, tagged)
            self.many(device_tag, _tag_rows(tagged))
            driven = [(one.no, one.entry) for one in part if _touches(one.changes, "also")]
            self.clear(device_driver, driven)
            self.many(device_driver, _driver_rows(driven))
            linked = [(one.no, one.entry) for one in part if _touches(one.changes, "links")]
            self.clear(link, linked)
            self.add_links(linked)

    def clear(self, table: Table, pairs: Sequence[tuple[int, DeviceEntry]]) -> None:
        if pairs:
            self.connection.execute(delete(table).where(table.c.device.in_([no for no, _ in pairs])))


def _touches(changes: Iterable[Change], field: str) -> bool:
    return any(change.field == field for change in changes)


def _site_row(entry: SiteEntry) -> Row:
    return {
        "id": new_id(), "slug": entry.slug, "name": entry.name, "campus": entry.campus or "",
        "timezone": entry.timezone or "", "state": "active",
    }  # fmt: skip


def _room_row(entry: RoomEntry, site_no: int) -> Row:
    return {
        "id": new_id(), "site": site_no, "name": entry.name, "key": room_key(entry.name), "title": entry.title or "",
        "tags": entry.tags or "[]",
    }  # fmt: skip


def _controller_row(entry: ControllerEntry) -> Row:
    return {
        "id": new_id(), "name": entry.name, "kind": entry.kind, "address": entry.address,
        "options": entry.options or "{}", "limits": entry.limits or "{}", "state": "active",
    }  # fmt: skip


def _tag_rows(pairs: Iterable[tuple[int, DeviceEntry]]) -> Iterator[Row]:
    return ({"device": no, "tag": tag} for no, entry in pairs for tag in entry.tags or ())


def _driver_rows(pairs: Iterable[tuple[int, DeviceEntry]]) -> Iterator[Row]:
    return (
        {"device": no, "n": n, "driver": use.driver, "address": use.address, "options": use.options}
        for no, entry in pairs
        for n, use in enumerate(entry.also or (), 1)
    )
