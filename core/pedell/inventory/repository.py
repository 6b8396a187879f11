"""What the rest of Pedell asks of the inventory. Every method takes the caller's own transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from operator import itemgetter
from sys import intern

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from pedell.drivers.driver import ControllerTarget, Target
from pedell.errors import NotFoundError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.inventory import statements
from pedell.inventory.chunks import CHUNK, chunks
from pedell.inventory.conditions import condition, numbers
from pedell.inventory.parser import parse
from pedell.inventory.patterns import ascii_lower
from pedell.inventory.places import Places
from pedell.inventory.rows import (
    DeviceDetail,
    DeviceFacts,
    DeviceLink,
    DriverUse,
)
from pedell.inventory.selectors import Selector
from pedell.journal import installation
from pedell.store.database import Store, now
from pedell.store.prepared import Prepared
from pedell.store.tables.inventory import controller, device, device_driver, device_tag, room, site

FactsRow = tuple[int, str, str, str, str, str | None, str, str, str | None, str, str, str]
_FACTS = (
    select(
        device.c.no, device.c.id, device.c.name, device.c.kind, site.c.slug, room.c.name, device.c.driver,
        device.c.model, controller.c.name, device.c.state, device.c.serial, device.c.address,
    ).select_from(device.join(site).outerjoin(room, room.c.no == device.c.room).outerjoin(controller))
)  # fmt: skip


def read(selector: str | Selector) -> Selector:
    """A selector as text or as already read; raises SelectorError."""
    return parse(selector) if isinstance(selector, str) else selector


class Inventory(Places):
    """Sites, rooms, devices, controllers and links of one store."""

    def __init__(self, store: Store, plugins: Plugins | Callable[[], Plugins]) -> None:
        """`plugins` may be a function: most questions need none, and loading them takes time."""
        self.store = store
        self._plugins = plugins

    @property
    def plugins(self) -> Plugins:
        """The plugins whose drivers and kinds count."""
        return self._plugins if isinstance(self._plugins, Plugins) else self._plugins()

    def resolve(self, connection: Connection, selector: str | Selector) -> list[int]:
        """Numbers of the devices meant, ascending; retired ones only where the selector speaks of states.

        Raises SelectorError where the selector cannot be read; finding no device is no error.
        """
        return list(connection.execute(numbers(read(selector))).scalars())

    def count_per_site(self, connection: Connection, wanted: Sequence[int]) -> dict[str, int]:
        """How many of these devices each site has, by slug."""
        counts: dict[str, int] = {}
        for part in chunks(wanted):
            query = (
                select(site.c.slug, func.count())
                .select_from(device.join(site))
                .where(device.c.no.in_(part))
                .group_by(site.c.slug)
            )
            for slug, count in connection.execute(query):
                counts[slug] = counts.get(slug, 0) + count
        return dict(sorted(counts.items()))

    def facts(self, connection: Connection, wanted: Sequence[int]) -> list[DeviceFacts]:
        """Facts of these devices, in the order asked; numbers that do not exist are left out."""
        found: dict[int, DeviceFacts] = {}
        for part in chunks(wanted):
            for row in self._facts(connection, _FACTS.where(device.c.no.in_(part)), device.c.no.in_(part)):
                found[row.no] = row
        return [found[no] for no in wanted if no in found]

    def devices(
        self,
        connection: Connection,
        selector: str | Selector | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[DeviceFacts]:
        """Facts of the devices meant, by site, room and name; without a selector all that are not retired."""
        chosen = device.c.state != "retired" if selector is None else condition(read(selector))
        query = (
            _FACTS.where(chosen)
            .order_by(site.c.slug, room.c.name.nulls_first(), device.c.name)
            .limit(limit)
            .offset(offset)
        )
        return self._facts(connection, query, chosen)

    def _facts(
        self, connection: Connection, query: Select[*FactsRow], chosen: ColumnElement[bool]
    ) -> list[DeviceFacts]:
        further: dict[int, list[str]] = {}
        more = (
            select(device_driver.c.device, device_driver.c.driver)
            .join(device)
            .where(chosen)
            .order_by(device_driver.c.device, device_driver.c.n)
        )
        for no, driver in connection.execute(more):
            further.setdefault(no, []).append(intern(driver))
        single: dict[str, tuple[str, ...]] = {}
        made = []
        for (
            no,
            id_,
            name,
            kind,
            slug,
            place,
            driver,
            model,
            server,
            state,
            serial,
            address,
        ) in connection.execute(query):
            drivers = single.setdefault(driver, (driver,))
            if no in further:
                drivers = (intern(driver), *further[no])
            made.append(
                DeviceFacts(
                    no=no,
                    id=id_,
                    name=name,
                    kind=intern(kind),
                    site=intern(slug),
                    room=intern(place or ""),
                    drivers=drivers,
                    model=intern(model),
                    controller=intern(server or ""),
                    state=intern(state),
                    serial=serial,
                    address=address,
                )
            )
        return made

    def count(self, connection: Connection, selector: str | Selector | None = None) -> int:
        """How many devices are meant."""
        chosen = device.c.state != "retired" if selector is None else condition(read(selector))
        return connection.execute(select(func.count()).select_from(device).where(chosen)).scalar_one()

    def targets(self, connection: Connection, wanted: Sequence[int]) -> dict[int, tuple[Target, ...]]:
        """What drivers take, one Target for each of a device's drivers in their order."""
        found: dict[int, tuple[Target, ...]] = {}
        for part in chunks(wanted):
            found.update(self._targets(connection, part))
        return found

    def _targets(self, connection: Connection, part: Sequence[int]) -> dict[int, tuple[Target, ...]]:
        rows = statements.DEVICES.run(connection, numbers=list(part))
        servers = self._controllers(connection, {row[-1] for row in rows if row[-1] is not None})
        further: dict[int, list[DriverUse]] = {}
        for use in sorted(statements.DRIVERS.run(connection, numbers=list(part)), key=itemgetter(0, 1)):
            further.setdefault(use.device, []).append(
                DriverUse(use.driver, use.address, json.loads(use.options))
            )
        found = {}
        for no, id_, name, kind, driver, address, model, serial, mac, options, slug, place, server in rows:
            uses = [DriverUse(driver, address, json.loads(options)), *further.get(no, ())]
            found[no] = tuple(
                Target(
                    id=id_,
                    name=name,
                    kind=kind,
                    driver=use.driver,
                    address=use.address or address,
                    model=model,
                    serial=serial,
                    mac=mac,
                    options=use.options,
                    site=slug,
                    room=place or "",
                    controller=servers.get(server) if server is not None else None,
                )
                for use in uses
            )
        return found

    def _controllers(self, connection: Connection, wanted: Iterable[int]) -> dict[int, ControllerTarget]:
        rows = (
            connection.execute(select(controller).where(controller.c.no.in_(sorted(wanted)))).all()
            if wanted
            else ()
        )
        return {
            row.no: ControllerTarget(
                row.id, row.name, row.kind, row.address, json.loads(row.options), json.loads(row.limits)
            )
            for row in rows
        }

    def links(self, connection: Connection, wanted: Sequence[int]) -> dict[int, tuple[DeviceLink, ...]]:
        """Links that start at these devices, by device; devices without links are left out."""
        return self._links(connection, wanted, statements.LINKS_FROM)

    def _links(
        self, connection: Connection, wanted: Sequence[int], statement: Prepared
    ) -> dict[int, tuple[DeviceLink, ...]]:
        found: dict[int, list[DeviceLink]] = {}
        for part in chunks(wanted):
            rows = statement.run(connection, numbers=list(part))
            for no, kind, _, other, name, detail in sorted(rows, key=itemgetter(0, 1, 2)):
                found.setdefault(no, []).append(DeviceLink(intern(kind), other, name, detail))
        return {no: tuple(items) for no, items in found.items()}

    def number(self, connection: Connection, reference: str) -> int:
        """Number of the device named by name, number or id; a retired one too. Raises NotFoundError."""
        word = reference.strip()
        same = [device.c.name == word, func.lower(device.c.name) == ascii_lower(word)]
        if len(word) == 26:
            same.append(device.c.id == word.upper())
        if word.isascii() and word.isdigit() and len(word) <= 15:
            same.append(device.c.no == int(word))
        # A name wins over a number, an exact name over one in another case.
        for one in same:
            no: int | None = connection.execute(select(device.c.no).where(one).limit(1)).scalar()
            if no is not None:
                return no
        raise NotFoundError(
            t("there is no device {name}", name=word[:100]), hint=self._near(connection, word)
        )

    def _near(self, connection: Connection, word: str) -> str:
        start = f"{word[:2].replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        names = connection.execute(
            select(device.c.name).where(device.c.name.ilike(start, escape="!")).limit(CHUNK)
        ).scalars()
        near = get_close_matches(word, list(names), 1)
        return t("did you mean {word}?", word=near[0]) if near else t("see 'pedell devices list'")

    def detail(self, connection: Connection, no: int) -> DeviceDetail:
        """Everything about one device; raises NotFoundError where there is none."""
        facts = self.facts(connection, [no])
        if not facts:
            raise NotFoundError(t("there is no device {name}", name=no), hint=t("see 'pedell devices list'"))
        row = connection.execute(
            select(device.c.mac, device.c.source, device.c.changed).where(device.c.no == no)
        ).one()
        tags = connection.execute(
            select(device_tag.c.tag).where(device_tag.c.device == no).order_by(device_tag.c.tag)
        ).scalars()
        targets = self.targets(connection, [no])[no]
        return DeviceDetail(
            facts=facts[0], mac=row.mac, tags=tuple(tags), source=row.source, changed=row.changed,
            uses=tuple(DriverUse(one.driver, one.address, one.options) for one in targets),
            links=self.links(connection, [no]).get(no, ()),
            links_here=self._links(connection, [no], statements.LINKS_TO).get(no, ()),
        )  # fmt: skip

    def retired(self, connection: Connection, wanted: Sequence[int]) -> dict[int, str]:
        """Those of these devices that are retired, with their ids."""
        found: dict[int, str] = {}
        for part in chunks(wanted):
            query = select(device.c.no, device.c.id).where(device.c.no.in_(part), device.c.state == "retired")
            found.update((row.no, row.id) for row in connection.execute(query))
        return found

    def retire(self, connection: Connection, selector: str | Selector) -> int:
        """Mark the devices meant as retired; answers how many."""
        wanted = self.resolve(connection, selector)
        for part in chunks(wanted):
            connection.execute(
                update(device).where(device.c.no.in_(part)).values(state="retired", changed=now())
            )
        installation.count(connection, installation.INVENTORY)
        return len(wanted)
