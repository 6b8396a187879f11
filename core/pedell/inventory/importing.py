"""One import from reading to writing."""

from __future__ import annotations

from collections.abc import Callable

from pedell.hooks.plugins import Plugins
from pedell.inventory.apply import apply
from pedell.inventory.compare import compare
from pedell.inventory.entries import Document
from pedell.inventory.plan import Plan
from pedell.store.database import Store


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

    Files are read before the transaction begins. Raises StoreError; mistakes in files are findings of the plan.
    """
    document = read()
    if dry_run:
        with store.reading() as connection:
            return compare(connection, plugins, document, source)
    with store.writing() as connection:
        plan = compare(connection, plugins, document, source)
        if not plan.empty or (prune and plan.gone):
            apply(connection, plan, prune=prune)
    return plan
