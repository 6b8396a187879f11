"""What an engine asks of the inventory for every shard of devices that it opens, compiled once.

Rows come in no order (see `pedell.store.prepared`): whoever needs one sorts.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select

from pedell.store.prepared import Prepared, among
from pedell.store.tables.inventory import device, device_driver, link, room, site

DEVICES = Prepared(
    lambda dialect: (
        select(
            device.c.no, device.c.id, device.c.name, device.c.kind, device.c.driver, device.c.address, device.c.model,
            device.c.serial, device.c.mac, device.c.options, site.c.slug, room.c.name.label("place"), device.c.controller,
        )
        .select_from(device.join(site).outerjoin(room, room.c.no == device.c.room))
        .where(among(device.c.no, "numbers", dialect))
    )
)  # fmt: skip

DRIVERS = Prepared(
    lambda dialect: select(
        device_driver.c.device, device_driver.c.n, device_driver.c.driver, device_driver.c.address, device_driver.c.options
    ).where(among(device_driver.c.device, "numbers", dialect))
)  # fmt: skip
"""A device's drivers after its first; `n` is their order."""


def _links(
    here: ColumnElement[int], there: ColumnElement[int], dialect: str
) -> Select[int, str, int, int, str, str]:
    return (
        select(here.label("here"), link.c.kind, link.c.no, there.label("there"), device.c.name, link.c.detail)
        .join(device, device.c.no == there)
        .where(among(here, "numbers", dialect))
    )  # fmt: skip


LINKS_FROM = Prepared(lambda dialect: _links(link.c.device, link.c.other, dialect))
"""Links that start at these devices."""

LINKS_TO = Prepared(lambda dialect: _links(link.c.other, link.c.device, dialect))
"""Links that end at them."""
