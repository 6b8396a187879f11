"""One import from reading to writing."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from pedell.hooks.plugins import Plugins
from pedell.inventory.apply import apply
from pedell.inventory.compare import compare
from pedell.inventory.entries import Document
from pedell.inventory.plan import Plan
from pedell.store.database import Store
from pedell.store.tables.inventory import controller, device, link, room, site


def run_import(
    store: Store,
    plugins: Plugins,
    read: Callable[[], Document],
    *,
    source: str,
    prune: bool = False,
    dry_run: bool = False,
) -> Plan:
    """Read, plan and, except for a dry run, write in one transaction; answers what was planned.

    Planning takes seconds for a hundred thousand devices and must not keep the engine from its journal, so it
    only reads; where somebody else has written meanwhile, it is done again before writing. Raises StoreError;
    mistakes in files are findings of the plan.
    """
    document = read()
    with store.reading() as connection:
        seen = _state(connection)
        plan = compare(connection, plugins, document, source)
    if dry_run or (plan.empty and not (prune and plan.gone)):
        return plan
    with store.writing() as connection:
        if _state(connection) != seen:
            plan = compare(connection, plugins, document, source)
        apply(connection, plan, prune=prune)
    return plan


def _state(connection: Connection) -> tuple[object, ...]:
    """Differs whenever devices have changed, or anything was added."""
    counts = [
        connection.execute(select(func.count()).select_from(table)).scalar()
        for table in (site, room, controller, link, device)
    ]
    return (*counts, connection.execute(select(func.max(device.c.changed))).scalar())
