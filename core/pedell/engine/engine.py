"""The engine: takes tasks of runs, works on them with a pool of threads, and closes runs.

One per store (see host.py). A dispatcher thread hands tasks to free threads, wakes paused ones, looks for
rows that people wrote, and gives up on calls that outlive their time. Nothing here blocks on a device.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import select

from pedell.drivers.api import Deadline, Target
from pedell.engine import batches, loading
from pedell.engine.actions import TaskActions
from pedell.engine.active import ENDED, ActiveRun, OpenShard, SiteQueue
from pedell.engine.context import NIGHT, RunFacts, TaskItem, Tools
from pedell.engine.ends import RunEnds
from pedell.engine.looking import look
from pedell.engine.pool import Job, Pool
from pedell.engine.work import Turn, end_by_bug, give_up, take_turn
from pedell.errors import PedellError, StoreError
from pedell.inventory.repository import Inventory
from pedell.journal.ops import Barrier, Claim, ShardRef
from pedell.store.database import Store, now
from pedell.store.tables.journal import run

log = logging.getLogger("pedell.engine")

POLL_SECONDS = 0.25
OVERDUE_SECONDS = 5.0
LAST_TURN_SECONDS = 5.0
ABANDONED_LIMIT = 16
BACKLOG = 500
"""So many waiting devices of a run are loaded ahead of the threads."""
FLUSH_SECONDS = 2.0


class Engine:
    """Works on adopted runs until stopped."""

    def __init__(
        self, store: Store, inventory: Inventory, tools: Tools, threads: int, closed: Callable[[int], None]
    ) -> None:
        self._store = store
        self._inventory = inventory
        self._tools = tools
        self._pool = Pool(threads, self._more)
        self._ends = RunEnds(store, tools, closed)
        self._lock = threading.Condition()
        self._runs: dict[int, ActiveRun] = {}
        self._timers: list[tuple[float, int, ActiveRun, TaskItem, int]] = []
        self._count = itertools.count()
        self._parked: dict[int, tuple[ActiveRun, TaskItem]] = {}
        self._blocked: dict[int, str] = {}
        self._actions: dict[int, TaskActions] = {}
        self._others: dict[int, dict[int, tuple[Target, ...]]] = {}
        self._working: dict[threading.Thread, tuple[ActiveRun, SiteQueue, TaskItem, TaskActions]] = {}
        self._thread = threading.Thread(target=self._dispatch, name="engine", daemon=True)
        self._stopping = False
        self._reloading = 0
        self._changes = 0  # of the inventory, by the last look
        self.broken: BaseException | None = None

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self, deadline: Deadline) -> bool:
        """Take nothing new, let calls in flight end; False where some did not end in time.

        What has not ended goes on with the next engine.
        """
        self.halt(None)
        self._thread.join(deadline.left())
        ended = self._pool.stop(deadline.left())
        closing = Deadline.after(max(LAST_TURN_SECONDS, deadline.left()))
        for actions in list(self._actions.values()):
            if not closing.passed():
                actions.let_go()
        return ended

    def halt(self, why: BaseException | None) -> None:
        """Take nothing new from now on; `broken` says why, where something is wrong."""
        with self._lock:
            self.broken = self.broken or why
            self._stopping = True
            self._lock.notify_all()

    def adopt(self, number: int) -> None:
        """Take up a run; a second call changes nothing. Raises PedellError where it cannot be read."""
        with self._lock:
            if number in self._runs:
                return
        with self._store.reading() as connection:
            if connection.execute(select(run.c.ended).where(run.c.no == number)).scalar_one() is not None:
                return
            facts = loading.run_facts(connection, number)
            states = loading.states(connection, number)
            found = batches.read(connection, number, facts.book.playbook.strategy.batch_wait)
            lanes = loading.lanes(connection, number)
        control = self._claim(facts, 0)
        self._ends.begin(number, now())
        active = ActiveRun(facts, control, states, lanes, found)
        with self._lock:
            self._runs[number] = active
            self._lock.notify_all()

    def runs(self) -> list[int]:
        """Numbers of the runs in hand."""
        with self._lock:
            return list(self._runs)

    def shard(self, number: int, shard_no: int) -> ShardRef:
        """The claimed shard of a run in hand; claims it where that has not been done yet."""
        with self._lock:
            active = self._runs.get(number)
            if active is None:
                raise PedellError(f"run {number} is not in hand")
            known = active.refs.get(shard_no)
        if known is not None:
            return known
        ref = self._own(active, shard_no)
        with self._lock:
            active.out_of_turn(shard_no)
        self._load(active, loading.in_shard(number, shard_no), at_end=True)
        return ref

    def at_rest(self, number: int) -> bool:
        """Whether the run has ended, or nothing of it can go on before a time or a person comes."""
        with self._lock:
            active = self._runs.get(number)
            return active is None or active.at_rest

    def idle(self) -> bool:
        """Whether no thread works on anything."""
        return self._pool.busy == 0

    @property
    def abandoned(self) -> int:
        """Threads that hang in calls given up."""
        return self._pool.abandoned

    def cancel(self, number: int) -> None:
        """The run is to be cancelled: calls in flight end, completions run, the rest is left."""
        with self._lock:
            active = self._runs.get(number)
            if active is None or active.facts.cancelled.is_set():
                return
            active.facts.cancelled.set()
            # Those that pause would find out when they wake; wake them now.
            for number_, (owner, item) in list(self._parked.items()):
                if owner is active:
                    self._parked.pop(number_, None)
                    self._blocked.pop(number_, None)
                    self._ready(active, item)

    def reload(self, number: int, shard_no: int, tasks: list[int]) -> None:
        """Tasks of a shard were set free by a decision: work on them again."""
        with self._lock:
            active = self._runs.get(number)
        if active is not None:
            with self._lock:
                # Their last turn was written down just now; it may not be over yet.
                self._reloading += 1
                self._lock.wait_for(lambda: active.loaded.isdisjoint(tasks), LAST_TURN_SECONDS)
                self._reloading -= 1
                for _ in tasks:
                    active.count(shard_no, "in_doubt", "ready")
            self._load(active, loading.numbered(tasks))

    # Dispatcher ---------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        next_poll = 0.0
        try:
            while True:
                with self._lock:
                    if self._stopping:
                        return
                    self._wake_due()
                    self._hand_out()
                    until = min(self._timers[0][0] if self._timers else next_poll, next_poll)
                    self._lock.wait(max(0.0, min(POLL_SECONDS, until - time.monotonic())))
                if time.monotonic() >= next_poll:
                    self._poll()
                    next_poll = time.monotonic() + POLL_SECONDS
        except BaseException as error:
            log.exception("the engine ended")
            self.broken = error

    def _wake_due(self) -> None:
        moment = time.monotonic()
        while self._timers and self._timers[0][0] <= moment:
            _, _, active, item, turn = heapq.heappop(self._timers)
            self._wake(active, item, turn)

    def _wake(self, active: ActiveRun, item: TaskItem, turn: int) -> None:
        if item.turn == turn and item.no in self._parked:
            del self._parked[item.no]
            self._blocked.pop(item.no, None)
            self._ready(active, item)

    def _ready(self, active: ActiveRun, item: TaskItem) -> None:
        item.turn += 1
        active.sites[item.site].put_first(item)
        active.at_rest = False
        self._lock.notify_all()

    def _hand_out(self) -> None:
        while (job := self._next(self._pool.free())) is not None:
            self._pool.submit(job)
        free = self._pool.free()
        for active in list(self._runs.values()):
            room = free > self._kept(active)
            if not active.closing and (active.empty() or (room and self._stuck(active))):
                self._rest(active)

    def _kept(self, active: ActiveRun) -> int:
        """A quarter of the threads is kept for tickets."""
        return self._pool.size // 4 if active.facts.priority >= NIGHT else 0

    def _next(self, free: int) -> Job | None:
        """What a free thread does next: the most urgent and then the oldest run first."""
        for active in sorted(
            self._runs.values(), key=lambda active: (active.facts.priority, active.facts.no)
        ):
            while begun := active.begin_batch(time.time()):
                self._tools.journal.put(begun)
            job = active.take() if free > self._kept(active) else None
            if isinstance(job, OpenShard):
                return partial(self._open, active, job)
            if job is not None:
                return partial(self._work, active, job)
        return None

    def _more(self, free: int) -> Job | None:
        """A thread has done its job and goes on at once; the dispatcher is woken where others might go on too."""
        with self._lock:
            job = None if self._stopping else self._next(free)
            # What ended may have let others begin, or have been the last of its run.
            if job is None or any(free - 1 > self._kept(active) for active in self._runs.values()):
                self._lock.notify_all()
            return job

    def _stuck(self, active: ActiveRun) -> bool:
        """Whether devices are left that may not begin yet: those before them wait, and nobody is at work."""
        return not (active.active or active.opening) and not any(
            owner is active for owner, _ in self._parked.values()
        )

    def _rest(self, active: ActiveRun) -> None:
        if active.ended >= active.total:
            active.closing = True
            self._pool.submit(lambda: self._close(active))
        elif not active.at_rest and active.resting:
            active.at_rest = True
            self._pool.submit(lambda: self._come_to_rest(active))

    def _poll(self) -> None:
        """Look for what people wrote and for waits that are over; give up on calls that hang."""
        with self._lock:
            runs = dict(self._runs)
            blocked = dict(self._blocked)
            overdue = [
                (thread, *work) for thread, work in self._working.items()
                if time.monotonic() > work[3].hard_deadline + OVERDUE_SECONDS
            ]  # fmt: skip
        for thread, active, site, item, actions in overdue:
            self._give_up(thread, active, site, item, actions)
        if not runs:
            return
        try:
            self._look(runs, blocked)
        except StoreError as error:
            log.warning("the store does not answer: %s", error.message)

    def _look(self, runs: dict[int, ActiveRun], blocked: dict[int, str]) -> None:
        # What is loaded already is not loaded again: a run with plenty in hand must not hide the others' devices.
        hungry = [n for n, active in runs.items() if len(active.loaded - blocked.keys()) < BACKLOG]
        limit = BACKLOG + sum(len(runs[n].loaded) for n in hungry)
        with self._store.reading() as connection:
            found = look(connection, list(runs), hungry, limit, sorted(set(blocked.values())))
        self._changes = found.inventory
        for number in found.cancelled:
            self.cancel(number)
        for number, key in blocked.items():
            if key not in found.held:
                with self._lock:
                    entry = self._parked.get(number)
                    if entry is not None:
                        self._wake(entry[0], entry[1], entry[1].turn)
        for number, active in runs.items():
            wanted = [no for owner, no in found.due if owner == number and no not in active.loaded]
            # A cancel reaches also those that wait for a time far away.
            known = active.loaded | active.freed
            free = [no for owner, no in found.left if owner == number and no not in known]
            chosen = wanted[:BACKLOG] + free[:BACKLOG]
            if chosen:
                # What a turn that has just ended wrote may not be durable yet: it would be loaded as it was.
                self._tools.journal.flush(Barrier(active.control), FLUSH_SECONDS)
                self._load(active, loading.numbered(chosen, ("waiting",)))
                active.freed.update(free[:BACKLOG])

    # Work in the pool ---------------------------------------------------------------------------------

    def _claim(self, facts: RunFacts, number: int) -> ShardRef:
        op = Claim(ShardRef(facts.no, facts.id, number, 0), owner="engine")
        return replace(op.shard, epoch=self._tools.journal.claim(op))

    def _own(self, active: ActiveRun, number: int) -> ShardRef:
        """A shard of a run in hand, claimed by whoever asks first: a second claim would fence the first."""
        with self._lock:
            claiming = active.claiming[number]
        with claiming:
            known = active.refs.get(number)
            if known is None:
                known = self._claim(active.facts, number)
                with self._store.reading() as connection:
                    found = loading.states_of(connection, active.facts.no, number)
                with self._lock:
                    active.claimed(known, found)
            return known

    def _open(self, active: ActiveRun, job: OpenShard) -> None:
        try:
            self._own(active, job.shard)
            # A cancel reaches also those that wait for a time far away.
            states = (*loading.LOADABLE, "waiting") if active.facts.cancelled.is_set() else loading.LOADABLE
            self._load(active, loading.in_shard(active.facts.no, job.shard, states), at_end=True)
            with self._lock:
                active.opened(job.site)
        except Exception as error:
            log.warning("shard %s of run %s could not be opened: %s", job.shard, active.facts.no, error)
            with self._lock:
                # Tried again with the next look; a dead journal ends the engine instead.
                job.site.pending.appendleft(job.shard)
                self._soon(partial(active.opened, job.site))
        finally:
            with self._lock:
                self._lock.notify_all()

    def _soon(self, do: Callable[[], None]) -> None:
        """Something failed that is to be tried again: let that be known in a second."""

        def again() -> None:
            with self._lock:
                do()
                self._lock.notify_all()

        timer = threading.Timer(1.0, again)
        timer.daemon = True
        timer.start()

    def _load(self, active: ActiveRun, find: loading.Find, *, at_end: bool = False) -> None:
        with self._store.reading() as connection:
            items, others = loading.tasks(connection, self._inventory, active, find)
        if items and active.at_rest:
            self._ends.begin(active.facts.no, now())
        with self._lock:
            for item in items:
                if item.no in active.loaded:
                    continue
                active.loaded.add(item.no)
                active.at_rest = False
                self._others[item.no] = others
                site = active.sites[item.site]
                site.ready.append(item) if at_end else site.put_first(item)
            self._lock.notify_all()

    def _work(self, active: ActiveRun, item: TaskItem) -> None:
        site = active.sites[item.site]
        thread = threading.current_thread()
        actions = self._actions.get(item.no)
        if actions is None:

            def wake() -> None:
                with self._lock:
                    entry = self._parked.get(item.no)
                    if entry is not None:
                        self._wake(active, entry[1], entry[1].turn)
                    item.nudged = entry is None

            actions = TaskActions(item, active.facts, self._tools, wake)
            actions.know(self._others.get(item.no, {}))
        with self._lock:
            item.nudged, self._actions[item.no] = False, actions
            self._working[thread] = (active, site, item, actions)
        turn = Turn("failed", why="a bug in Pedell")
        try:
            turn = self._turn(active, item, actions)
        finally:
            with self._lock:
                mine = self._working.pop(thread, None)
            if mine is not None:
                self._after(active, site, item, turn)

    def _turn(self, active: ActiveRun, item: TaskItem, actions: TaskActions) -> Turn:
        untouched = item.started is None and not item.attempts
        try:
            actions.know(loading.fresh(self._store, self._inventory, item, active.facts, self._changes))
            if untouched and active.rushing():
                state = "cancelled" if active.facts.cancelled.is_set() else "skipped"
                give_up(item, active.facts, self._tools, actions, state, active.stop_reason)
                return Turn(state)
            return take_turn(item, active.facts, self._tools, actions)
        except StoreError as error:
            item.stale = True
            if self._tools.journal.dead is not None:
                self.broken = self._tools.journal.dead
                actions.close()
                return Turn("running", gone=True)
            return Turn("running", time.time() + 1.0, error.message)
        except Exception as error:
            log.exception("task %s of run %s failed by a bug", item.no, active.facts.no)
            return end_by_bug(item, active.facts, self._tools, actions, error)

    def _after(self, active: ActiveRun, site: SiteQueue, item: TaskItem, turn: Turn) -> None:
        with self._lock:
            if turn.gone:
                active.leave(site, item)
                self._forget(active, item)
            elif turn.state in ENDED or turn.state == "in_doubt" or turn.lasting:
                active.leave(site, item)
                if item.counted != turn.state:
                    active.count(item.shard.no, item.counted, turn.state)
                    item.counted = turn.state
                self._forget(active, item)
            else:
                self._park(active, site, item, turn)

    def _park(self, active: ActiveRun, site: SiteQueue, item: TaskItem, turn: Turn) -> None:
        self._parked[item.no] = (active, item)
        if turn.blocked_on:
            # Nobody knows how long another run holds the device: others may go on in its place.
            active.leave(site, item)
            self._blocked[item.no] = turn.blocked_on
            return
        if turn.aside:
            active.leave(site, item)
        at = time.monotonic() + max(0.0, 0.0 if item.nudged else turn.until - time.time())
        timer = (at, next(self._count), active, item, item.turn)
        heapq.heappush(self._timers, timer)
        if self._timers[0] is timer:
            self._lock.notify_all()

    def _forget(self, active: ActiveRun, item: TaskItem) -> None:
        active.loaded.discard(item.no)
        if self._reloading:
            self._lock.notify_all()
        self._others.pop(item.no, None)
        self._actions.pop(item.no, None)

    def _give_up(
        self,
        thread: threading.Thread,
        active: ActiveRun,
        site: SiteQueue,
        item: TaskItem,
        actions: TaskActions,
    ) -> None:
        with self._lock:
            if thread not in self._working or not actions.abandon():
                return
            del self._working[thread]
            self._actions.pop(item.no, None)
        log.warning("task %s of run %s: a call outlived its time and was given up", item.no, active.facts.no)
        actions.give_up()
        self._pool.give_up(thread)
        self._pool.submit(actions.let_go)
        copy = item.apart()
        with self._lock:
            active.leave(site, item)
            self._ready(active, copy)
            if self._pool.abandoned >= ABANDONED_LIMIT:
                self.broken = StoreError(
                    f"{self._pool.abandoned} calls hang; this process takes no more work"
                )
                self._stopping = True

    def _close(self, active: ActiveRun) -> None:
        if self._ends.close(active):
            with self._lock:
                self._runs.pop(active.facts.no, None)
                self._lock.notify_all()
            return
        self._soon(active.again)

    def _come_to_rest(self, active: ActiveRun) -> None:
        if not self._ends.rest(active):
            self._soon(active.again)
