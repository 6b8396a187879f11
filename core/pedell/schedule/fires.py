"""Turns times that are due into runs: each once, whoever looks, however many processes.

A fire is a row with a unique key (schedule, nominal time); the run is written in the same transaction. What
takes long, planning the run, happens before it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from pedell.errors import PedellError, StoreError
from pedell.i18n import t
from pedell.schedule import rows
from pedell.schedule.model import CatchUp, FireState, Schedule
from pedell.schedule.rule import DAY, SECOND, Due
from pedell.store.database import Store

log = logging.getLogger("pedell.schedule")

LATE = 300 * SECOND
"""A time that was due longer ago than this was missed; whether it is caught up is the schedule's rule."""
CATCH_UP = 10
"""So many missed times are run at most."""
RECORDED = 100
"""So many missed times are recorded one by one."""
BACK = 31 * DAY
"""Times that were missed longer ago are not looked for."""

Start = Callable[[Connection], Sequence[int]]
"""Writes the runs in the transaction of the fire, one for each site; returns their numbers."""
Prepare = Callable[[Schedule, Due], Start]
"""Plans the runs of one time, outside of any transaction. Raises PedellError where it cannot run."""


@dataclass(frozen=True)
class Fired:
    """What became of a time that was due; `runs` are the numbers of what was made."""

    due: Due
    state: FireState
    runs: tuple[int, ...] = ()
    note: str = ""


def look(store: Store, number: int, prepare: Prepare, at: int) -> Sequence[Fired]:
    """Deal with all times of a schedule that are due at `at`; what another process dealt with is left out."""
    with store.reading() as connection:
        found = rows.by_no(connection, number)
    if found is None or found.paused:
        return []
    start, skip, note = _sort(found, at)
    if not start and found.looked < at - BACK:
        # What lies further back is given up; without this it would be looked for again and again.
        with store.writing() as connection:
            rows.looked(connection, number, at - BACK)
    fired: list[Fired] = []
    for due in sorted([*start, *skip]):
        runs = due in start
        done = _start(store, found, due, prepare, at) if runs else _skip(store, found, due, at, note)
        if done is not None:
            fired.append(done)
    return fired


def run_now(store: Store, schedule: Schedule, prepare: Prepare, at: int) -> Fired:
    """Run a schedule once, out of its turn; raises PedellError where it cannot run."""
    moment = datetime.fromtimestamp(at / SECOND, UTC).isoformat(timespec="milliseconds")
    due = Due(at, f"now:{moment}")
    start = prepare(schedule, due)
    with store.writing() as connection:
        number = rows.insert_fire(connection, schedule.no, due.nominal, at, at, FireState.STARTED, "")
        return _written(connection, due, number, start)


def _sort(schedule: Schedule, at: int) -> tuple[set[Due], list[Due], str]:
    """Times to start, times to skip, and why those are skipped."""
    kept: deque[Due] = deque(schedule.rule.between(max(schedule.looked, at - BACK), at), maxlen=RECORDED)
    on_time = [due for due in kept if due.at >= at - LATE]
    if schedule.catch_up is CatchUp.ALL:
        start = list(kept)[-CATCH_UP:]
        note = t("missed; at most {count} are caught up", count=CATCH_UP)
    elif schedule.catch_up is CatchUp.LAST:
        start = list(kept)[-1:]
        note = t("missed; only the last one is caught up")
    else:
        start = on_time[-1:]
        note = t("missed; this schedule does not catch up")
    chosen = set(start)
    return chosen, [due for due in kept if due not in chosen], note


def _skip(store: Store, schedule: Schedule, due: Due, at: int, note: str) -> Fired | None:
    return _record(store, schedule, due, at, FireState.SKIPPED, note)


def _record(store: Store, schedule: Schedule, due: Due, at: int, state: FireState, note: str) -> Fired | None:
    with store.writing() as connection:
        number = rows.insert_fire(connection, schedule.no, due.nominal, due.at, at, state, note)
        rows.looked(connection, schedule.no, due.at)
    return Fired(due, state, note=note) if number is not None else None


def _start(store: Store, schedule: Schedule, due: Due, prepare: Prepare, at: int) -> Fired | None:
    try:
        start = prepare(schedule, due)
        return _started(store, schedule, due, start, at)
    except StoreError:
        # The time stays due: it is looked at again when the store answers.
        raise
    except PedellError as error:
        note = f"{error.message} ({error.hint})" if error.hint else error.message
    except Exception as error:
        # A bug must not keep this schedule from its next time, nor the others from theirs.
        log.exception("schedule %s, %s", schedule.name, due.nominal)
        note = f"{type(error).__name__}: {error}"
    return _record(store, schedule, due, at, FireState.FAILED, note[:2000])


def _started(store: Store, schedule: Schedule, due: Due, start: Start, at: int) -> Fired | None:
    with store.writing() as connection:
        current = rows.by_no(connection, schedule.no)
        if current is None or current.paused:
            return None
        number = rows.insert_fire(connection, schedule.no, due.nominal, due.at, at, FireState.STARTED, "")
        rows.looked(connection, schedule.no, due.at)
        if number is None:
            return None
        return _written(connection, due, number, start)


def _written(connection: Connection, due: Due, number: int | None, start: Start) -> Fired:
    runs = tuple(start(connection))
    note = ""
    if len(runs) > 1:
        note = t(
            "{count} runs, one for each site: {numbers}", count=len(runs), numbers=", ".join(map(str, runs))
        )
    if number is not None:
        rows.change_fire(connection, number, run=runs[0], note=note)
    return Fired(due, FireState.STARTED, runs, note)
