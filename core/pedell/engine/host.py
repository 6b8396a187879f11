"""An engine in this process: takes the engine lock, works on runs, listens to rows that people write."""

from __future__ import annotations

import gc
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from pedell.drivers.deadline import Deadline
from pedell.engine import loading
from pedell.engine.context import Tools
from pedell.engine.engine import Engine
from pedell.engine.gates import Gate
from pedell.engine.leases import Leases
from pedell.engine.lock import engine_lock
from pedell.engine.rests import Rests
from pedell.engine.settle import SETTLED, Decision, Settlement, settle
from pedell.errors import PedellError, StoreError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.inventory.repository import Inventory
from pedell.journal.ops import Barrier, ShardRef
from pedell.journal.writer import Journal
from pedell.playbooks.expressions import Expressions
from pedell.security.secrets import Secrets
from pedell.store.database import Store, now
from pedell.store.tables.control import command
from pedell.store.tables.journal import attempt, event, run, task, transcript

log = logging.getLogger("pedell.engine")
LISTEN_SECONDS = 0.25
SETTLE_SECONDS = 30.0
DAY = 86_400 * 1_000_000
YOUNG_OBJECTS = 25_000
"""So many new objects before the collector looks for rings among them; Python's 700 is one device's worth of work."""


@dataclass(frozen=True)
class HostSettings:
    """What the host needs to know."""

    data: Path
    threads: int
    transcript_days: int


class EngineHost:
    """One engine and its journal, from lock to lock.

    `closed(run)` is called once a run has been closed, in the engine's pool: it writes the ticket's note.
    """

    def __init__(
        self,
        store: Store,
        inventory: Inventory,
        plugins: Plugins,
        secrets: Secrets,
        settings: HostSettings,
        closed: Callable[[int], None],
        gate: Gate,
    ) -> None:
        self._store = store
        self._settings = settings
        self._lock = engine_lock(store, settings.data)
        self._journal = Journal(store)
        self._leases: Leases | None = None
        self._inventory = inventory
        self._plugins = plugins
        self._secrets = secrets
        self._closed = closed
        self._gate = gate
        self._engine: Engine | None = None
        self._rests: Rests | None = None
        self._ears = threading.Thread(target=self._listen, name="engine-ears", daemon=True)
        self._stop = threading.Event()
        self._everything = False
        self._refused: set[int] = set()
        self._settled: dict[int, tuple[ShardRef, int]] = {}
        """Decisions that are being written, by command: the shard and the task."""

    def start(self, *, everything: bool) -> bool:
        """Take the lock and begin; False where another process is the engine.

        With `everything` all open runs are taken up, now and as they come; else only those adopted.
        """
        if not self._lock.take():
            return False
        _calm_collector()
        self._everything = everything
        self._leases = Leases(self._settings.data)
        self._journal.start()
        try:
            self._gate.begin()
        except StoreError as error:
            log.warning("the settings of safety were not compared with the last ones: %s", error.message)
        tools = Tools(
            self._journal,
            self._leases,
            self._plugins,
            self._secrets,
            self._settings.data,
            Expressions(),
            self._gate,
        )
        self._rests = Rests(self._store, tools.controllers)
        try:
            self._rests.begin()
        except StoreError as error:
            log.warning("controllers that rest were not read: %s", error.message)
        self._engine = Engine(self._store, self._inventory, tools, self._settings.threads, self._closed)
        self._engine.start()
        self._ears.start()
        return True

    @property
    def engine(self) -> Engine:
        """The engine; only between start and stop."""
        if self._engine is None:
            raise RuntimeError("the engine has not been started")
        return self._engine

    @property
    def broken(self) -> BaseException | None:
        """Why the engine cannot go on, if so."""
        return self._journal.dead or self.engine.broken

    def adopt(self, number: int) -> None:
        """Work on this run."""
        self.engine.adopt(number)

    def stop(self, deadline: Deadline) -> bool:
        """Take nothing new, let calls in flight end, write what is left, give the lock back."""
        if self._engine is None:
            return True
        self._stop.set()
        self._ears.join(deadline.left())
        ended = self._engine.stop(deadline)
        if self._rests is not None:
            self._rests.end()
        written = self._journal.stop(Deadline.after(max(10.0, deadline.left())))
        if self._leases is not None:
            self._leases.close()
        self._lock.give()
        return ended and written

    def _listen(self) -> None:
        swept = 0
        while not self._stop.wait(LISTEN_SECONDS):
            if not self._lock.held():
                self.engine.halt(self._lost())
                return
            try:
                if self._everything:
                    self._take_open_runs()
                self._take_commands()
                self._gate.tick()
                if self._rests is not None:
                    self._rests.keep()
                if now() - swept > DAY:
                    swept = now()
                    self._forget_transcripts()
            except PedellError as error:
                log.warning("%s", error.message)
            except Exception:
                log.exception("the engine's ears failed")

    def _lost(self) -> StoreError:
        if self._store.sqlite:
            folder = self._settings.data
            words = t(
                "this process is no longer the engine: the store's files in {folder} were moved, removed or replaced",
                folder=folder,
            )
        else:
            words = t(
                "this process is no longer the engine: "
                "the line to the database that held the engine's lock was lost"
            )
        return StoreError(words, hint=t("'pedell runs resume' goes on"))

    def _take_open_runs(self) -> None:
        known = set(self.engine.runs()) | self._refused
        with self._store.reading() as connection:
            # A planned run waits for its gate.
            found = (
                connection.execute(select(run.c.no).where(run.c.ended.is_(None), run.c.state != "planned"))
                .scalars()
                .all()
            )
        for number in found:
            if number not in known:
                try:
                    self.adopt(number)
                except StoreError:
                    raise  # nothing is wrong with the run: it is taken up with a later look
                except PedellError as error:
                    # One unreadable run must not keep the others from being worked on.
                    self._refused.add(number)
                    log.warning("run %s cannot be taken up: %s", number, error.message)

    def _take_commands(self) -> None:
        with self._store.reading() as connection:
            rows = connection.execute(
                select(command).where(command.c.taken.is_(None)).order_by(command.c.no)
            ).all()
        for row in rows:
            unknown = row.run is not None and row.run not in self.engine.runs()
            if unknown and not self._everything:
                continue
            answer = "ok"
            try:
                if unknown:
                    self.adopt(row.run)
                if row.kind == "settle" and row.no in self._settled:
                    self._go_on(row.no)
                elif row.kind == "settle":
                    body = json.loads(row.body)
                    decision = Settlement(
                        Decision(body["decision"]), row.actor, row.verified_by, body["reason"]
                    )
                    self._settle(row.no, row.run, body["attempt"], decision)
                elif row.kind == "resume":
                    pass  # adopting it was all
                else:
                    answer = f"unknown command {row.kind}"
            except StoreError as error:
                if row.no not in self._settled:
                    raise
                # It is in the journal's hands, which loses nothing: look again whether it is written.
                log.warning("a decision waits for the store: %s", error.message)
                continue
            except PedellError as error:
                answer = error.message
            with self._store.writing() as connection:
                connection.execute(
                    update(command).where(command.c.no == row.no).values(taken=now(), answer=answer)
                )

    def _settle(self, command_no: int, number: int, attempt_id: str, settlement: Settlement) -> None:
        with self._store.reading() as connection:
            row = connection.execute(
                select(attempt.c.task, attempt.c.shard)
                .join(task, task.c.no == attempt.c.task)
                .where(
                    attempt.c.id == attempt_id, attempt.c.run == number, attempt.c.state == "in_doubt",
                    # Elsewhere the engine itself finds out what became of it.
                    task.c.state == "in_doubt",
                )
            ).first()  # fmt: skip
            if row is None and _settled_so(connection, number, attempt_id, settlement):
                return  # by an engine that died before it could mark the command as taken
            if row is None:
                raise PedellError("that attempt is not in doubt")
            known = loading.attempts(connection, [row.task])[row.task]
        found = next(one for one in known.values() if one.id == attempt_id)
        ref = self.engine.shard(number, row.shard)
        if (ref, row.task) in self._settled.values():
            # Another decision about it is on its way into a store that does not answer: first come, first served.
            raise StoreError(t("a decision about the same attempt is being written"))
        settle(self._journal, ref, row.task, found, settlement)
        self._settled[command_no] = (ref, row.task)
        self._go_on(command_no)

    def _go_on(self, command_no: int) -> None:
        """Work on what was settled, once that is durable."""
        ref, number = self._settled[command_no]
        self._journal.flush(Barrier(ref), SETTLE_SECONDS)
        self.engine.reload(ref.run, ref.no, [number])
        del self._settled[command_no]

    def _forget_transcripts(self) -> None:
        with self._store.writing() as connection:
            connection.execute(
                delete(transcript).where(transcript.c.at < now() - self._settings.transcript_days * DAY)
            )


def _settled_so(connection: Connection, number: int, attempt_id: str, settlement: Settlement) -> bool:
    """Whether the journal holds this very decision about the attempt already."""
    kind = event.c.kind == SETTLED
    for text in connection.execute(select(event.c.body).where(event.c.run == number, kind)).scalars():
        body = json.loads(text) if text else {}
        said = (body.get("attempt"), body.get("decision"), body.get("actor"), body.get("reason"))
        if said == (attempt_id, str(settlement.decision), settlement.actor, settlement.reason):
            return True
    return False


def _calm_collector() -> None:
    """What has been loaded by now stays: the collector need not walk over it again and again, a seventh of the work."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)


def engine_process(data: Path) -> int | None:
    """The number of the process that is the engine of a SQLite store, as it says; None where nobody is."""
    try:
        process = int((data / "engine.lock").read_text("ascii"))
        os.kill(process, 0)
    except (OSError, ValueError):
        return None
    return process
