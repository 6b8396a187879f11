"""The batches of a run: the next one begins when every device of the one before has ended.

Which devices belong to a batch stands in their shards, and that a batch has begun in the run's control chain, so
that the next engine goes on with the same one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from pedell.store.tables.journal import event, shard, task

BEGUN = "run.batch"
"""Kind of the event that tells of a batch's beginning."""
OVER = frozenset({"done", "failed", "skipped", "cancelled", "in_doubt"})


@dataclass
class Batches:
    """Counts of one run. Guarded by the engine's lock.

    Attributes:
        of: the batch of each shard. states: devices of each batch by state.
        current: the batch that is worked on; 0 before the first. since: when it began, UTC epoch seconds.
        wait: so many seconds after that, it waits no more for devices that only wait.
    """

    of: Mapping[int, int] = field(default_factory=dict)
    states: dict[int, dict[str, int]] = field(default_factory=dict)
    current: int = 0
    since: float = 0.0
    wait: float = 0.0

    def add(self, shard_no: int, state: str, change: int) -> None:
        """So many devices of a shard came into a state, or left it."""
        known = self.states.get(self.of.get(shard_no, 0))
        if known is not None:
            known[state] = known.get(state, 0) + change

    def has_begun(self, shard_no: int) -> bool:
        """Whether the devices of this shard may begin."""
        return self.of.get(shard_no, 0) <= self.current

    @property
    def left(self) -> bool:
        """Whether a batch has not begun yet."""
        return self.current < len(self.states)

    def size(self, batch: int) -> int:
        """Devices of a batch."""
        return sum(self.states[batch].values())

    def failed(self, batch: int) -> int:
        """Devices of a batch that failed, or whose effect is in doubt."""
        return self.states[batch].get("failed", 0) + self.states[batch].get("in_doubt", 0)

    def begin_next(self, now: float, *, busy: bool) -> int:
        """Begin the next batch where that may be; returns its number, else 0. `busy`: somebody is at work."""
        if not self.left:
            return 0
        if self.current:
            ended = sum(count for state, count in self.states[self.current].items() if state in OVER)
            patient = now < self.since + self.wait
            if ended < self.size(self.current) and (patient or busy):
                return 0
        self.current, self.since = self.current + 1, now
        return self.current


def read(connection: Connection, number: int, wait: float) -> Batches:
    """The batches of a run as the store has them; none where its devices are not in batches."""
    of = {
        row.no: row.batch
        for row in connection.execute(
            select(shard.c.no, shard.c.batch).where(shard.c.run == number, shard.c.batch > 0)
        )
    }
    if not of:
        return Batches()
    states: dict[int, dict[str, int]] = {}
    query = (
        select(shard.c.batch, task.c.state, func.count().label("devices"))
        .join(task, (task.c.run == shard.c.run) & (task.c.shard == shard.c.no))
        .where(shard.c.run == number, shard.c.batch > 0)
        .group_by(shard.c.batch, task.c.state)
    )
    for row in connection.execute(query):
        states.setdefault(row.batch, {})[row.state] = row.devices
    last = max(begun(connection, number).items(), default=(0, 0))
    return Batches(of, dict(sorted(states.items())), last[0], last[1] / 1_000_000, wait)


def begun(connection: Connection, number: int) -> dict[int, int]:
    """When each batch that has begun did so, UTC microseconds."""
    query = select(event.c.at, event.c.body).where(
        event.c.run == number, event.c.shard == 0, event.c.kind == BEGUN
    )
    return {json.loads(row.body)["batch"]: row.at for row in connection.execute(query)}
