"""Schedules and fires in the store; every function works in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pedell.schedule.model import CatchUp, Fire, FireState, Schedule
from pedell.store.database import new_id
from pedell.store.tables.schedules import fire, schedule


def add(connection: Connection, values: Mapping[str, object], at: int) -> Schedule:
    """Write a new schedule; it counts from `at`."""
    row = {**values, "id": new_id(), "paused": False, "created": at, "looked": at}
    made = connection.execute(insert(schedule).values(row).returning(schedule.c.no)).scalar_one()
    found = by_no(connection, made)
    assert found is not None
    return found


def by_no(connection: Connection, no: int) -> Schedule | None:
    """The schedule, unless it was removed."""
    row = (
        connection.execute(select(schedule).where(schedule.c.no == no, schedule.c.removed.is_(None)))
        .mappings()
        .first()
    )
    return _schedule(row) if row else None


def all_of(connection: Connection) -> Sequence[Schedule]:
    """All schedules by name, those removed left out."""
    query = select(schedule).where(schedule.c.removed.is_(None)).order_by(schedule.c.name)
    return [_schedule(row) for row in connection.execute(query).mappings()]


def change(connection: Connection, no: int, **values: object) -> None:
    """Set columns of a schedule."""
    connection.execute(update(schedule).where(schedule.c.no == no).values(values))


def looked(connection: Connection, no: int, at: int) -> None:
    """Remember that all times up to `at` have been dealt with; never goes back."""
    connection.execute(update(schedule).where(schedule.c.no == no, schedule.c.looked < at).values(looked=at))


def insert_fire(
    connection: Connection, no: int, nominal: str, due: int, at: int, state: FireState, note: str
) -> int | None:
    """Write a fire; its number, or None where this time has one already."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"schedule": no, "nominal": nominal, "due": due, "at": at, "state": state.value, "note": note}
    statement = maker(fire).values(values).on_conflict_do_nothing(index_elements=["schedule", "nominal"])
    number = connection.execute(statement.returning(fire.c.no)).scalar()
    return int(number) if number is not None else None


def change_fire(connection: Connection, no: int, **values: object) -> None:
    """Set columns of a fire."""
    connection.execute(update(fire).where(fire.c.no == no).values(values))


def fires(connection: Connection, schedule_no: int | None, limit: int) -> Sequence[Fire]:
    """Fires, newest first."""
    query = select(fire).order_by(fire.c.due.desc(), fire.c.no.desc()).limit(limit)
    if schedule_no is not None:
        query = query.where(fire.c.schedule == schedule_no)
    return [_fire(row) for row in connection.execute(query).mappings()]


def _schedule(row: RowMapping) -> Schedule:
    kept = {name: row[name] for name in Schedule.__dataclass_fields__}
    return Schedule(**{**kept, "inputs": json.loads(row["inputs"]), "catch_up": CatchUp(row["catch_up"])})


def _fire(row: RowMapping) -> Fire:
    kept = {name: row[name] for name in Fire.__dataclass_fields__}
    return Fire(**{**kept, "state": FireState(row["state"])})
