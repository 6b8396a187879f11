"""Turns rows of files into entries; a bad row is a finding and the others go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from sys import intern
from typing import TypeVar

from pedell.errors import Finding
from pedell.i18n import t
from pedell.inventory import fields
from pedell.inventory.csv_source import read_csv
from pedell.inventory.entries import (
    UNREADABLE,
    ControllerEntry,
    DeviceEntry,
    Document,
    DriverEntry,
    LinkEntry,
    Located,
    Reading,
    RoomEntry,
    SeparateLink,
    SiteEntry,
)
from pedell.inventory.fields import FieldError
from pedell.inventory.text_files import read_text
from pedell.inventory.yaml_source import read_yaml

V = TypeVar("V")
_LINK = ("kind", "to", "detail")
_TAKEN = {
    "sites": ("slug", "name", "campus", "timezone", "rooms"),
    "rooms": ("site", "name", "title", "tags"),
    "controllers": ("name", "kind", "address", "options", "limits"),
    "devices": ("name", "kind", "site", "room", "driver", "also", "address", "controller", "model", "serial",
                "mac", "options", "tags", "state", "links"),
    "links": ("device", *_LINK),
}  # fmt: skip


def gather(paths: list[Path]) -> Document:
    """Read all files of one import; never raises for what stands in them."""
    document = Document()
    for path in paths:
        name = str(path)
        text, findings = read_text(path, name)
        if findings and findings[0].code == UNREADABLE:
            document.findings += findings
            document.unreadable = True
            continue
        document.findings += findings
        take(
            document,
            read_csv(text, name)
            if path.suffix.lower() in (".csv", ".txt", ".tsv")
            else read_yaml(text, name),
            name,
        )
    return document


def take(document: Document, rows: Reading, name: str) -> None:
    """Add a file's rows to the document."""
    add = {
        "sites": _site, "rooms": _room, "controllers": _controller, "devices": _device, "links": _link,
    }  # fmt: skip
    for row in rows:
        if isinstance(row, Finding):
            document.findings.append(row)
            document.unreadable = document.unreadable or row.code == UNREADABLE
        else:
            try:
                add[row.section](document, _Row(row.body, _TAKEN[row.section], name))
            except _RowError as error:
                document.findings.append(error.finding)
                if row.section == "devices":
                    _count_as_present(document, row.body)


def _count_as_present(document: Document, body: Located) -> None:
    """A device on a bad row is not gone; where the row does not even tell its name, nothing is."""
    try:
        assert isinstance(body.value, dict)
        document.refused.add(fields.name(body.value["name"]))
    except (KeyError, FieldError):
        document.unreadable = True


class _RowError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _Row:
    """One row's fields; whatever is wrong becomes a _RowError with its place."""

    def __init__(self, body: Located, taken: tuple[str, ...], file: str) -> None:
        self.body = body
        self.file = file
        self.line = body.line
        if not isinstance(body.value, dict):
            raise self.wrong(t("names and values are expected"), body)
        self.values: Mapping[str, Located] = body.value
        for key in self.values:
            if key not in taken:
                near = get_close_matches(key, taken, 1)
                hint = t("did you mean {word}?", word=near[0]) if near else ", ".join(taken)
                raise self.wrong(t("there is no field '{key}'", key=key[:80]), self.values[key], hint)

    def wrong(self, message: str, at: Located, hint: str = "") -> _RowError:
        return _RowError(
            Finding(message, source=self.file, line=at.line, column=at.column, hint=hint, code="row")
        )

    def optional(self, key: str, read: Callable[[Located], V]) -> V | None:
        at = self.values.get(key)
        if at is None:
            return None
        try:
            made = read(at)
        except FieldError as error:
            raise self.wrong(f"{key}: {error.message}", error.place or at, error.hint) from error
        return intern(made) if isinstance(made, str) else made  # type: ignore[return-value]

    def needed(self, key: str, read: Callable[[Located], V]) -> V:
        made = self.optional(key, read)
        if made is None:
            raise self.wrong(t("'{key}' is missing", key=key), self.body)
        return made

    def items(self, key: str) -> list[Located] | None:
        at = self.values.get(key)
        if at is None:
            return None
        if isinstance(at.value, str) and at.value.strip() in ("", "~", "null", "[]"):
            return []
        if not isinstance(at.value, list):
            raise self.wrong(f"{key}: {t('a list is expected')}", at)
        return at.value

    def short(self, key: str, limit: int) -> str | None:
        return self.optional(key, lambda at: fields.text(at, limit))

    def first(
        self, known: Mapping[V, SiteEntry | RoomEntry | ControllerEntry | DeviceEntry], key: V, what: str
    ) -> None:
        """Refuse what a row before has said already."""
        if key in known:
            earlier = known[key]
            where = (
                f"{earlier.file}:{earlier.line}"
                if earlier.file != self.file
                else t("line {line}", line=earlier.line)
            )
            raise self.wrong(t("{what} stands in {where} already", what=what, where=where), self.body)


def _site(document: Document, row: _Row) -> None:
    slug = row.needed("slug", fields.slug)
    row.first(document.sites, slug, slug)
    document.sites[slug] = SiteEntry(
        slug, row.optional("name", lambda at: fields.name(at, 200)), row.short("campus", 64),
        row.optional("timezone", fields.timezone), row.file, row.line,
    )  # fmt: skip
    for item in row.items("rooms") or ():
        body = Located({"name": item}, item.line, item.column) if isinstance(item.value, str) else item
        try:
            _room(document, _Row(body, ("name", "title", "tags"), row.file), slug)
        except _RowError as error:
            document.findings.append(error.finding)


def _room(document: Document, row: _Row, site: str | None = None) -> None:
    slug = site or row.needed("site", fields.slug)
    name = row.needed("name", lambda at: fields.name(at, 64))
    row.first(document.rooms, (slug, name), f"{slug} {name}")
    tags = row.optional("tags", fields.tags)
    document.rooms[slug, name] = RoomEntry(
        slug,
        name,
        row.short("title", 200),
        None if tags is None else json.dumps(tags, ensure_ascii=False),
        row.file,
        row.line,
    )


def _controller(document: Document, row: _Row) -> None:
    name = row.needed("name", lambda at: fields.name(at, 64))
    row.first(document.controllers, name, name)
    document.controllers[name] = ControllerEntry(
        name, row.optional("kind", fields.lower), row.optional("address", fields.address),
        row.optional("options", fields.options), row.optional("limits", fields.limits), row.file, row.line,
    )  # fmt: skip


def _device(document: Document, row: _Row) -> None:
    name = row.needed("name", fields.name)
    row.first(document.devices, name, name)
    links = row.items("links")
    entry = DeviceEntry(
        name=name,
        file=row.file,
        line=row.line,
        kind=row.optional("kind", fields.lower),
        site=row.optional("site", fields.slug),
        room=row.short("room", 64),
        driver=row.optional("driver", fields.lower),
        also=_also(row),
        address=row.optional("address", fields.address),
        controller=row.short("controller", 64),
        model=row.short("model", 128),
        serial=row.optional("serial", fields.serial),
        mac=row.optional("mac", fields.mac),
        options=row.optional("options", fields.options),
        tags=row.optional("tags", fields.tags),
        state=row.optional("state", fields.state),
        links=None
        if links is None
        else tuple(sorted({_link_of(_Row(item, _LINK, row.file)) for item in links})),
    )
    document.devices[name] = entry


def _also(row: _Row) -> tuple[DriverEntry, ...] | None:
    at = row.values.get("also")
    if at is None:
        return None
    made = []
    for item in _several(row, at):
        body = Located({"driver": item}, item.line, item.column) if isinstance(item.value, str) else item
        inner = _Row(body, ("driver", "address", "options"), row.file)
        made.append(
            DriverEntry(
                inner.needed("driver", fields.lower),
                inner.optional("address", fields.address) or "",
                inner.optional("options", fields.options) or "{}",
            )
        )
    return tuple(made)


def _several(row: _Row, at: Located) -> list[Located]:
    """Further drivers: a list, names with commas between them, or a list as JSON in a field of CSV."""
    if isinstance(at.value, list):
        return at.value
    try:
        word = fields.text(at, fields.MAX_OPTIONS)
        found = fields.structured(at, fields.MAX_OPTIONS) if word.startswith("[") else None
    except FieldError as error:
        raise row.wrong(f"also: {error.message}", at, error.hint) from error
    if found is not None and isinstance(found.value, list):
        return found.value
    return [Located(part, at.line, at.column) for part in word.replace(",", " ").split()]


def _link_of(row: _Row) -> LinkEntry:
    return LinkEntry(
        row.needed("kind", lambda at: fields.name(at, 32)),
        row.needed("to", fields.name),
        row.short("detail", 128) or "",
    )


def _link(document: Document, row: _Row) -> None:
    device = row.needed("device", fields.name)
    document.links.append(SeparateLink(device, _link_of(row), row.file, row.line))
