"""All tables; importing this package fills `metadata`.

After a change in a table write the migration: `python -m pedell.store.revise` (see there).
"""

from __future__ import annotations

from pedell.store.tables import control, inventory, journal, notices, schedules, ticketing
from pedell.store.tables.base import alike, metadata

alike(metadata)

__all__ = ["control", "inventory", "journal", "metadata", "notices", "schedules", "ticketing"]
