"""A run in memory: which of its devices may be taken next."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from pedell.engine.batches import BEGUN, Batches
from pedell.engine.context import RunFacts, TaskItem
from pedell.i18n import tr
from pedell.journal.ops import Note, ShardRef
from pedell.playbooks.model import Strategy

OPENERS = 4
"""So many threads read devices from the store at once; the others work on those that have been read."""
ENDED = frozenset({"done", "failed", "skipped", "cancelled"})


@dataclass
class SiteQueue:
    """What is to be done at one site (or behind one controller)."""

    lane: str
    pending: deque[int] = field(default_factory=deque)
    """Shards not yet claimed."""
    ready: deque[TaskItem] = field(default_factory=deque)
    active: int = 0
    opening: bool = False

    def put_first(self, item: TaskItem) -> None:
        """Ahead of all, but behind those that hold a place: the place would never come back otherwise."""
        front = 0
        if not item.placed:
            front = next((n for n, one in enumerate(self.ready) if not one.placed), len(self.ready))
        self.ready.insert(front, item)


@dataclass(frozen=True)
class OpenShard:
    """Claim the next shard of a site and load its tasks."""

    site: SiteQueue
    shard: int


class ActiveRun:
    """Counts, queues and the strategy of one run. Guarded by the engine's lock."""

    def __init__(
        self,
        facts: RunFacts,
        control: ShardRef,
        states: Mapping[int, Mapping[str, int]],
        shards: Mapping[int, str],
        batches: Batches,
    ) -> None:
        """`states`: of each shard, how many tasks are in each state; `shards`: those that have not ended."""
        self.facts = facts
        self.control = control
        self.refs: dict[int, ShardRef] = {0: control}
        self.states = Counter[str]()
        for counts in states.values():
            self.states.update(counts)
        self._read = dict(states)
        self.total = self.states.total()
        self.lanes = dict(shards)
        self.sites: dict[str, SiteQueue] = {}
        for number, lane in sorted(shards.items()):
            self.sites.setdefault(lane, SiteQueue(lane)).pending.append(number)
        self._order: deque[SiteQueue] = deque(self.sites.values())
        self.strategy: Strategy = facts.book.playbook.strategy
        self.batches = batches
        self.active = 0
        self.opening = 0
        """Sites whose next shard is being opened."""
        self.begun = self._begun()
        """Devices begun; the canary counts them, and waits for none that was left out from the start."""
        self.loaded: set[int] = set()
        self.claiming: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        """By shard: held while it is being claimed; never together with the engine's lock taken first."""
        self.closing = False
        self.at_rest = False
        self.freed: set[int] = set()
        """Tasks that waited and were loaded because the run is cancelled; each once."""
        self.stop_reason = ""
        self._judge()

    def claimed(self, ref: ShardRef, states: Mapping[str, int]) -> None:
        """A shard is ours from now on, with its tasks in these states.

        Until then the engine before may have gone on with it, and what was read when the run was taken up is old.
        """
        self.refs[ref.no] = ref
        old, before = self._read.pop(ref.no, {}), self._begun()
        for state in old.keys() | states.keys():
            change = states.get(state, 0) - old.get(state, 0)
            self.states[state] += change
            self.batches.add(ref.no, state, change)
        self.begun += self._begun() - before
        self._judge()

    def _begun(self) -> int:
        return self.total - self.states.get("ready", 0) - self.states.get("skipped", 0)

    def out_of_turn(self, shard: int) -> None:
        """A shard was opened because somebody asked for it."""
        for site in self.sites.values():
            if shard in site.pending:
                site.pending.remove(shard)

    def again(self) -> None:
        """It could not be closed, or told that it rests: look at it once more."""
        self.closing = self.at_rest = False

    def count(self, shard: int, old: str, new: str) -> None:
        """A task went from one state to another."""
        for state, change in ((old, -1), (new, 1)):
            self.states[state] += change
            self.batches.add(shard, state, change)
        self._judge()

    def _judge(self) -> None:
        """Whether so much has failed that the rest is left; also by an engine before this one."""
        stop = self.strategy.stop
        failed = self.states.get("failed", 0) + self.states.get("in_doubt", 0)
        if stop is None or self.stop_reason or not failed:
            return
        if stop.failures is not None and failed >= stop.failures:
            self.stop_reason = tr("en", "left out: failed devices: {failed}", failed=failed)
        elif stop.percent is not None and failed * 100 >= stop.percent * self.total:
            self.stop_reason = tr(
                "en", "left out: failed devices: {failed} of {total}", failed=failed, total=self.total
            )
        elif stop.percent is not None:
            self._judge_batches(stop.percent)

    def _judge_batches(self, percent: float) -> None:
        for batch in range(1, self.batches.current + 1):
            failed, size = self.batches.failed(batch), self.batches.size(batch)
            if failed and failed * 100 >= percent * size:
                self.stop_reason = tr("en", "left out: {failed} of {total} devices of batch {batch} failed",
                    failed=failed, total=size, batch=batch,
                )  # fmt: skip
                return

    def begin_batch(self, now: float) -> Note | None:
        """Begin the next batch where that may be (UTC epoch seconds); returns what the journal is told then."""
        if not self.batches.left or self.closing or self.rushing():
            return None
        busy = self.active > 0 or any(
            site.ready or site.opening or (site.pending and self.batches.has_begun(site.pending[0]))
            for site in self._order
        )
        batch = self.batches.begin_next(now, busy=busy)
        if not batch:
            return None
        body = {"batch": batch, "of": len(self.batches.states), "devices": self.batches.size(batch)}
        return Note(self.control, BEGUN, body)

    @property
    def ended(self) -> int:
        """Tasks that have ended."""
        return sum(self.states.get(state, 0) for state in ENDED)

    @property
    def resting(self) -> int:
        """Tasks that wait for a time or for a person."""
        return self.states.get("waiting", 0) + self.states.get("in_doubt", 0)

    def rushing(self) -> bool:
        """Whether what is left is only to be marked: cancelled or stopped."""
        return self.facts.cancelled.is_set() or bool(self.stop_reason)

    def take(self) -> TaskItem | OpenShard | None:
        """The next task to work on, or shard to open; None where the strategy or the queues say wait."""
        if self.closing:
            return None
        for _ in range(len(self._order)):
            site = self._order[0]
            self._order.rotate(-1)
            if site.ready:
                item = site.ready[0]
                if not item.placed and not self._room(site, item):
                    continue
                site.ready.popleft()
                if not item.placed:
                    self._place(site, item)
                return item
            if site.pending and not site.opening and self._may_open(site.pending[0]):
                site.opening = True
                self.opening += 1
                return OpenShard(site, site.pending.popleft())
        return None

    def opened(self, site: SiteQueue) -> None:
        """A shard has been opened, or could not be."""
        site.opening = False
        self.opening -= 1

    def _may_open(self, shard: int) -> bool:
        if self.opening >= OPENERS:
            return False
        if self.rushing():
            return True
        return self.active < self.strategy.at_once and self.batches.has_begun(shard)

    def _canary_holds(self) -> bool:
        canary = self.strategy.canary
        if not canary or self.begun < canary:
            return False
        if self.states.get("done", 0) >= canary:
            return False
        if self.states.get("failed", 0) + self.states.get("in_doubt", 0):
            self.stop_reason = self.stop_reason or tr("en", "left out: a device of the canary failed")
        return not self.stop_reason

    def _room(self, site: SiteQueue, item: TaskItem) -> bool:
        if self.rushing():
            return True
        full = self.active >= self.strategy.at_once or site.active >= self.strategy.per_site
        return not full and not (item.started is None and self._canary_holds())

    def _place(self, site: SiteQueue, item: TaskItem) -> None:
        item.placed = True
        site.active += 1
        self.active += 1
        if item.started is None:
            self.begun += 1

    def leave(self, site: SiteQueue, item: TaskItem) -> None:
        """A task gives its place back: it has ended, or waits for something that may take long."""
        if item.placed:
            item.placed = False
            site.active -= 1
            self.active -= 1

    def empty(self) -> bool:
        """Whether nothing is in memory and no shard is left to open."""
        return (
            self.active == 0
            and not self.loaded
            and not any(s.pending or s.ready or s.opening for s in self._order)
        )
