"""How runs end or come to rest: their line in the ledger, the ticket's note, and who is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import func, select, update

from pedell.engine.active import ActiveRun
from pedell.engine.context import Tools
from pedell.errors import PedellError, StoreError
from pedell.hooks.observed import RunInfo
from pedell.journal.ops import Barrier, CloseRun
from pedell.store.database import Store
from pedell.store.tables.journal import run, task

log = logging.getLogger("pedell.engine")


class RunEnds:
    """`closed(run)` is called once a run has its line in the ledger."""

    def __init__(self, store: Store, tools: Tools, closed: Callable[[int], None]) -> None:
        self._store = store
        self._tools = tools
        self._closed = closed
        self._rested: dict[int, tuple[str, dict[str, int]]] = {}

    def close(self, active: ActiveRun) -> bool:
        """Close a run whose tasks have all ended; False where that has to be tried again."""
        try:
            state = self._state(active)
            if not self._tools.journal.close_run(CloseRun(active.control, state)):
                return True  # another engine has the run now; what this one knows of it is not what the ticket is told
            self._closed(active.facts.no)
        except PedellError as error:
            log.warning("run %s could not be closed: %s", active.facts.no, error.message)
            return False
        except Exception:
            # A bug in the note must not leave the run in hand for ever, closed and unclosed.
            log.exception("run %s could not be closed", active.facts.no)
            return False
        self._rested.pop(active.facts.no, None)
        self._tell(active, state)
        return True

    def rest(self, active: ActiveRun) -> bool:
        """Nothing of the run can go on before a time or a person comes; False where that has to be told again."""
        state = "in_doubt" if active.states.get("in_doubt", 0) else "waiting"
        try:
            # Who reads that it rests reads why: its devices' states are written before.
            self._tools.journal.flush(Barrier(active.control))
            with self._store.writing() as connection:
                open_one = update(run).where(run.c.no == active.facts.no, run.c.ended.is_(None))
                connection.execute(open_one.values(state=state))
        except StoreError as error:
            log.warning("run %s rests, which could not be written: %s", active.facts.no, error.message)
            return False
        # A device that is asked every few seconds wakes its run each time; that it rests again is no news.
        told = (state, {name: count for name, count in active.states.items() if count})
        if self._rested.get(active.facts.no) != told:
            self._rested[active.facts.no] = told
            self._tell(active, state)
        return True

    def begin(self, number: int, at: int) -> None:
        """The run has been taken up."""
        with self._store.writing() as connection:
            first = update(run).where(run.c.no == number, run.c.started.is_(None)).values(started=at)
            connection.execute(first)
            connection.execute(
                update(run).where(run.c.no == number, run.c.ended.is_(None)).values(state="open")
            )

    def _state(self, active: ActiveRun) -> str:
        states = active.states
        if states.get("cancelled", 0):
            # The journal may have said so to a device before this engine heard of it.
            return "cancelled"
        failed = states.get("failed", 0) + states.get("skipped", 0) + states.get("cancelled", 0)
        if failed and active.facts.book.playbook.targets.unable == "skip":
            failed -= self._unable(active.facts.no)
        return "failed" if failed else "done"

    def _unable(self, number: int) -> int:
        """Devices that could not be served from the start: they stand in the run's control shard."""
        query = select(func.count()).select_from(task)
        mine = query.where(task.c.run == number, task.c.shard == 0, task.c.state == "skipped")
        with self._store.reading() as connection:
            return connection.execute(mine).scalar_one()

    def _tell(self, active: ActiveRun, state: str) -> None:
        facts = active.facts
        self._tools.plugins.run_finished(RunInfo(facts.id, facts.book.id, str(facts.ticket), state))
