"""Compares what files say with what the store holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from pedell.errors import Finding
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.inventory import existing
from pedell.inventory.drivers import DriverCheck
from pedell.inventory.entries import (
    DEVICE_FIELDS,
    ControllerEntry,
    DeviceEntry,
    Document,
    DriverEntry,
    LinkEntry,
    RoomEntry,
    SiteEntry,
)
from pedell.inventory.plan import Change, Changed, ChangedDevice, Gone, Plan
from pedell.store.tables.inventory import controller, room, site

Said = Iterable[tuple[str, str | None]]
_DEFAULTS = DeviceEntry(
    name="", file="", line=0, room="", also=(), address="", controller="", model="", serial="", mac="", options="{}",
    tags=(), state="active", links=(),
)  # fmt: skip


def compare(connection: Connection, plugins: Plugins, document: Document, source: str) -> Plan:
    """Plan the import of a document; the store is only read."""
    return _Comparison(connection, plugins, document, source).plan()


def shown(value: object) -> str:
    """A field's value as plans show it."""
    if isinstance(value, tuple):
        return ", ".join(_shown_item(item) for item in value)
    return "" if value in (None, "{}", "[]") else str(value)


def _shown_item(item: object) -> str:
    if isinstance(item, LinkEntry):
        return f"{item.kind} {item.to}" + (f" ({item.detail})" if item.detail else "")
    if isinstance(item, DriverEntry):
        return " ".join(
            part for part in (item.driver, item.address, item.options if item.options != "{}" else "") if part
        )
    return str(item)


class _Comparison:
    def __init__(self, connection: Connection, plugins: Plugins, document: Document, source: str) -> None:
        self.connection = connection
        self.document = document
        self.check = DriverCheck(plugins)
        self.made = Plan(source, gone_unknown=document.unreadable, findings=list(document.findings))
        self.sites = {row.slug: row for row in connection.execute(select(site))}
        self.controllers = {row.name: row for row in connection.execute(select(controller))}
        rooms = select(room, site.c.slug).join(site)
        self.rooms = {(row.slug, row.name): row for row in connection.execute(rooms)}
        self.added_rooms: set[tuple[str, str]] = set()
        self.serials: dict[str, str] = {}
        self.gone_serials: dict[str, str] = {}
        self.places: dict[tuple[str, str], str] = {}
        self.stored_names: set[str] = set()

    def wrong(
        self, entry: SiteEntry | RoomEntry | ControllerEntry | DeviceEntry, message: str, hint: str = ""
    ) -> None:
        self.made.findings.append(Finding(message, source=entry.file, line=entry.line, hint=hint, code="row"))

    def odd(self, entry: DeviceEntry, message: str, hint: str = "") -> None:
        self.made.findings.append(
            Finding(message, source=entry.file, line=entry.line, hint=hint, code="odd", severity="warning")
        )

    def plan(self) -> Plan:
        self.plan_sites()
        self.plan_rooms()
        self.plan_controllers()
        self.join_links()
        self.plan_devices()
        self.check_links()
        self.made.findings.sort(key=lambda finding: (finding.source, finding.line or 0))
        return self.made

    def plan_sites(self) -> None:
        for entry in self.document.sites.values():
            row = self.sites.get(entry.slug)
            if row is None:
                entry.name = entry.name or entry.slug
                self.made.new_sites.append(entry)
            else:
                said = (("name", entry.name), ("campus", entry.campus), ("timezone", entry.timezone))
                self.note(self.made.changed_sites, row, entry.slug, said)

    def plan_rooms(self) -> None:
        for key, entry in self.document.rooms.items():
            row = self.rooms.get(key)
            if not self.knows_site(entry.site):
                self.wrong(
                    entry,
                    t("there is no site {name}", name=entry.site),
                    t("sites come before what stands in them"),
                )
            elif row is None:
                self.made.new_rooms.append(entry)
                self.added_rooms.add(key)
            else:
                said = (("title", entry.title), ("tags", entry.tags))
                self.note(self.made.changed_rooms, row, f"{entry.site} {entry.name}", said)

    def plan_controllers(self) -> None:
        for entry in list(self.document.controllers.values()):
            row = self.controllers.get(entry.name)
            if row is None and not (entry.kind and entry.address):
                self.wrong(entry, t("a new controller needs kind and address"))
                del self.document.controllers[entry.name]
            elif row is None:
                self.made.new_controllers.append(entry)
            else:
                said = (
                    ("kind", entry.kind),
                    ("address", entry.address),
                    ("options", entry.options),
                    ("limits", entry.limits),
                )
                self.note(self.made.changed_controllers, row, entry.name, said)

    def note(self, where: list[Changed], row: Row[*tuple[Any, ...]], name: str, said: Said) -> None:
        values = {key: value for key, value in said if value is not None and value != getattr(row, key)}
        if values:
            changes = tuple(
                Change(key, shown(getattr(row, key)), shown(value)) for key, value in values.items()
            )
            where.append(Changed(row.no, name, changes, values))

    def knows_site(self, slug: str) -> bool:
        return slug in self.sites or slug in self.document.sites

    def join_links(self) -> None:
        """Links that stand by themselves go to their device; a device of the store gets an entry for them."""
        for separate in self.document.links:
            entry = self.document.devices.get(separate.device)
            if entry is None:
                if separate.device in self.document.refused:
                    continue
                entry = DeviceEntry(separate.device, separate.file, separate.line)
                self.document.devices[separate.device] = entry
            entry.links = tuple(sorted({*(entry.links or ()), separate.link}))

    def plan_devices(self) -> None:
        devices = self.document.devices
        spoken_of = {entry.site for entry in devices.values() if entry.site}
        known: dict[str, existing.StoredDevice] = {}
        for stored in existing.devices(self.connection):
            name = stored.entry.name
            self.stored_names.add(name)
            if name in devices:
                known[name] = stored
                continue
            if stored.entry.state == "retired":
                continue
            serial = (stored.entry.serial or "").casefold()
            gone = (
                not self.made.gone_unknown
                and stored.source == self.made.source
                and stored.entry.site in spoken_of
                and name not in self.document.refused
            )
            if gone:
                self.made.gone.append(Gone(stored.no, name, stored.entry.site or ""))
            if serial:
                (self.gone_serials if gone else self.serials).setdefault(serial, name)
        # In the files' order: of two rows with one serial number the second is the bad one.
        for name, said in devices.items():
            if name in known:
                self.plan_known(known[name], said)
            else:
                self.plan_new(said)

    def plan_known(self, stored: existing.StoredDevice, said: DeviceEntry) -> None:
        before = stored.entry
        if said.state is None and before.state == "retired":
            said.state = "active"
        self.drop_dead_links(said)
        full = _filled(said, before)
        if not self.acceptable(full):
            return
        changes = _changes(before, full)
        # A row that only adds a link or a serial number does not take the device over.
        source = self.made.source if said.site is not None else stored.source
        if stored.source != source:
            changes = (*changes, Change("source", stored.source, source))
        if changes:
            self.made.changed_devices.append(ChangedDevice(stored.no, source, full, changes))
        else:
            self.made.unchanged += 1

    def plan_new(self, said: DeviceEntry) -> None:
        missing = [key for key in ("kind", "site", "driver") if not getattr(said, key)]
        if missing:
            self.wrong(
                said, t("device {name} is new and lacks {fields}", name=said.name, fields=", ".join(missing)),
                t("a device that is there already needs only what changes"),
            )  # fmt: skip
            self.document.refused.add(said.name)
            return
        self.drop_dead_links(said)
        full = _filled(said, _DEFAULTS)
        if self.acceptable(full):
            self.made.new_devices.append(full)

    def acceptable(self, full: DeviceEntry) -> bool:
        """Check a device with all its fields; a bad one is told and left out."""
        message, hint = self.trouble(full)
        if message:
            self.wrong(full, f"{full.name}: {message}", hint)
            self.document.refused.add(full.name)
            return False
        if full.serial and full.state != "retired":
            self.serials[full.serial.casefold()] = full.name
            if full.serial.casefold() in self.gone_serials:
                old = self.gone_serials[full.serial.casefold()]
                self.odd(
                    full,
                    t("{name} has the serial number of {other}, which is gone", name=full.name, other=old),
                    t("if it was renamed, import with --prune to retire the old name"),
                )
        self.note_address(full)
        place = (full.site or "", full.room or "")
        if full.room and place not in self.rooms and place not in self.added_rooms:
            self.added_rooms.add(place)
            self.made.new_rooms.append(RoomEntry(*place, None, None, full.file, full.line))
        return True

    def trouble(self, full: DeviceEntry) -> tuple[str, str]:
        if not self.knows_site(full.site or ""):
            return t("there is no site {name}", name=full.site), t("sites come before what stands in them")
        known = full.controller in self.controllers or full.controller in self.document.controllers
        if full.controller and not known:
            return t("there is no controller {name}", name=full.controller), t("controllers come with YAML")
        owner = (
            self.serials.get((full.serial or "").casefold(), full.name)
            if full.state != "retired"
            else full.name
        )
        if full.serial and owner != full.name:
            return t("serial number {serial} belongs to {name} already", serial=full.serial, name=owner), ""
        if any(link.to == full.name for link in full.links or ()):
            return t("a device cannot be linked to itself"), ""
        return self.check.problem(full)

    def note_address(self, full: DeviceEntry) -> None:
        """Two devices at one address are odd, except behind a controller or on a serial line."""
        if (
            not full.address
            or full.controller
            or full.address.startswith("serial:")
            or full.state == "retired"
        ):
            return
        key = (full.driver or "", full.address)
        other = self.places.setdefault(key, full.name)
        if other != full.name and not (full.options and json.loads(full.options)):
            self.odd(
                full,
                t(
                    "{name} has the same address as {other}: {address}",
                    name=full.name,
                    other=other,
                    address=full.address,
                ),
            )

    def drop_dead_links(self, entry: DeviceEntry) -> None:
        """Links lead to devices that are there once the import is done; others are told and left out."""
        if entry.links:
            entry.links = tuple(link for link in entry.links if self.leads_somewhere(entry, link))

    def leads_somewhere(self, entry: DeviceEntry, link: LinkEntry) -> bool:
        if link.to in self.stored_names or (
            link.to in self.document.devices and link.to not in self.document.refused
        ):
            return True
        self.wrong(
            entry,
            t("{name}: there is no device {other} to link to", name=entry.name, other=link.to),
            t("the device itself is imported, this link is not"),
        )
        return False

    def check_links(self) -> None:
        """Once more at the end: a device that others link to may have turned out bad."""
        for full in (*self.made.new_devices, *(changed.entry for changed in self.made.changed_devices)):
            self.drop_dead_links(full)


def _changes(before: DeviceEntry, after: DeviceEntry) -> tuple[Change, ...]:
    pairs = ((key, getattr(before, key), getattr(after, key)) for key in DEVICE_FIELDS)
    return tuple(Change(key, shown(old), shown(new)) for key, old, new in pairs if old != new)


def _filled(said: DeviceEntry, rest: DeviceEntry) -> DeviceEntry:
    """The entry with what it does not say taken from another."""
    return replace(said, **{key: getattr(rest, key) for key in DEVICE_FIELDS if getattr(said, key) is None})
