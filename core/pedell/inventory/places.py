"""Sites and rooms, and finding them in a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches

from sqlalchemy import Connection, func, select

from pedell.errors import NotFoundError
from pedell.i18n import t
from pedell.inventory.chunks import chunks
from pedell.inventory.rooms import Mention, believable, fold, mentions, written
from pedell.inventory.rows import RoomFacts, RoomMatch, SiteFacts
from pedell.store.tables.inventory import device, room, site


class Places:
    """Questions about sites and rooms."""

    def sites(self, connection: Connection, words: str = "") -> list[SiteFacts]:
        """Sites by slug; `words` narrows to those whose slug, name or campus holds them."""
        rooms = select(room.c.site, func.count().label("n")).group_by(room.c.site).subquery()
        devices = (
            select(device.c.site, func.count().label("n"))
            .where(device.c.state != "retired")
            .group_by(device.c.site)
            .subquery()
        )
        query = (
            select(
                site,
                func.coalesce(rooms.c.n, 0).label("rooms"),
                func.coalesce(devices.c.n, 0).label("devices"),
            )
            .outerjoin(rooms, rooms.c.site == site.c.no)
            .outerjoin(devices, devices.c.site == site.c.no)
            .order_by(site.c.slug)
        )
        found = [
            SiteFacts(row.no, row.id, row.slug, row.name, row.campus, row.timezone, row.rooms, row.devices)
            for row in connection.execute(query)
        ]
        wanted = fold(words)
        return (
            [one for one in found if wanted in fold(f"{one.slug} {one.name} {one.campus}")]
            if wanted
            else found
        )

    def site(self, connection: Connection, reference: str) -> SiteFacts:
        """One site by slug, number, id or name; raises NotFoundError."""
        every = self.sites(connection)
        for one in every:
            if reference in (one.slug, str(one.no), one.id) or fold(reference) in (
                fold(one.slug),
                fold(one.name),
            ):
                return one
        near = get_close_matches(reference, [one.slug for one in every], 1)
        hint = t("did you mean {word}?", word=near[0]) if near else t("see 'pedell sites list'")
        raise NotFoundError(t("there is no site {name}", name=reference[:100]), hint=hint)

    def rooms(self, connection: Connection, site_no: int) -> list[RoomFacts]:
        """Rooms of a site, by name."""
        devices = (
            select(device.c.room, func.count().label("n"))
            .where(device.c.state != "retired")
            .group_by(device.c.room)
            .subquery()
        )
        query = (
            select(room, func.coalesce(devices.c.n, 0).label("devices"))
            .outerjoin(devices, devices.c.room == room.c.no)
            .where(room.c.site == site_no)
            .order_by(room.c.name)
        )
        return [
            RoomFacts(row.no, row.id, row.name, row.title, tuple(json.loads(row.tags)), row.devices)
            for row in connection.execute(query)
        ]

    def kinds(self, connection: Connection, site_no: int) -> dict[str, int]:
        """How many devices of each kind a site has, retired ones left out."""
        query = (
            select(device.c.kind, func.count())
            .where(device.c.site == site_no, device.c.state != "retired")
            .group_by(device.c.kind)
            .order_by(device.c.kind)
        )
        return dict(connection.execute(query).all())

    def find_rooms(self, connection: Connection, text: str, site_slug: str = "") -> list[RoomMatch]:
        """Rooms that a text names, in the order of the text; the same name may belong to several sites.

        `site_slug` narrows to one site; else the sites that the text itself names do, where it names any.
        """
        found = list(mentions(text))
        rows = self._rooms_by_key(connection, {one.key for one in found})
        wanted = {site_slug} if site_slug else {one.slug for one in self.find_sites(connection, text)}
        taken: dict[Mention, list[RoomMatch]] = {}
        # The longest passage wins, so that "B 204" is not also the room "B".
        for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
            if mention.key not in rows or any(m.start < mention.end and mention.start < m.end for m in taken):
                continue
            passage = text[mention.start : mention.end]
            here = [
                RoomMatch(no, slug, name, place, title, passage)
                for no, slug, name, place, title in rows[mention.key]
                if (not wanted or slug in wanted) and (believable(mention) or written(passage, place))
            ]
            if here:
                taken[mention] = here
        seen: dict[int, RoomMatch] = {}
        for mention in sorted(taken, key=lambda m: m.start):
            for match in taken[mention]:
                seen.setdefault(match.no, match)
        return list(seen.values())

    def _rooms_by_key(
        self, connection: Connection, keys: set[str]
    ) -> Mapping[str, list[tuple[int, str, str, str, str]]]:
        rows: dict[str, list[tuple[int, str, str, str, str]]] = {}
        for part in chunks(sorted(keys)):
            query = (
                select(room.c.key, room.c.no, site.c.slug, site.c.name, room.c.name, room.c.title)
                .join(site)
                .where(room.c.key.in_(part))
                .order_by(site.c.slug, room.c.name)
            )
            for key, *rest in connection.execute(query):
                no, slug, name, place, title = rest
                rows.setdefault(key, []).append((no, slug, name, place, title))
        return rows

    def find_sites(self, connection: Connection, text: str) -> list[SiteFacts]:
        """Sites whose slug or name stands in a text as whole words."""
        padded = f" {_spaced(text)} "
        return [
            one
            for one in self.sites(connection)
            if any(f" {words} " in padded for words in (_spaced(one.slug), _spaced(one.name)) if words)
        ]


def _spaced(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text[:20_000])).split())
