"""Readings go sooner than effects, in one run: what was only read of a device, where others of the run were acted upon.

The events stay in their chains with their hashes, and lose their bodies. Each portion that was cut has a line in the
ledger, whose digest names every event of it with its hash: a body that somebody else emptied belongs to no such line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, update

from pedell.journal import chain
from pedell.store.database import Store, new_id, now
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, event, ledger, run, shard, task

SHARDS = 20
"""So many shards are cut in one commit, each of about 100 devices."""


class CutDigest:
    """The digest of a portion; events are given in the order of shard and number."""

    def __init__(self, run_id: str, at: int) -> None:
        self._hash = hashlib.sha256(f"pedell-cut-1|{run_id}|{at}".encode())

    def add(self, shard_no: int, seq: int, value: str) -> None:
        """One event that was cut."""
        self._hash.update(f"|{shard_no}|{seq}|{value}".encode())

    def hex(self) -> str:
        """As the ledger holds it."""
        return self._hash.hexdigest()


def due(connection: Connection, reads_before: int) -> int:
    """How many devices were only read in runs that acted, and whose readings are due to be cut."""
    acted = exists().where(attempt.c.task == task.c.no)
    query = (
        select(func.count())
        .select_from(task)
        .join(shard, (shard.c.run == task.c.run) & (shard.c.no == task.c.shard))
        .join(run, run.c.no == task.c.run)
        .where(_shards(reads_before), ~acted)
    )
    return connection.execute(query).scalar_one()


def cut(store: Store, reads_before: int) -> int:
    """Cut what is due, in small portions; returns how many devices' readings were."""
    found = 0
    while True:
        with store.writing() as connection:
            portion = _next(connection, reads_before)
            if portion is None:
                return found
            found += _cut(connection, *portion)


def _shards(reads_before: int) -> ColumnElement[bool]:
    """Shards of runs that acted, whose readings are older than that and have not been cut."""
    own = shard.alias()
    acted = exists().where(own.c.run == run.c.no, own.c.attempts > 0)
    return (
        (shard.c.no > 0)
        & shard.c.cut.is_(None)
        & run.c.ended.is_not(None)
        & (run.c.ended < reads_before)
        & acted
    )


def _next(connection: Connection, reads_before: int) -> tuple[int, str, Sequence[int]] | None:
    first = connection.execute(
        select(run.c.no, run.c.id)
        .join(shard, shard.c.run == run.c.no)
        .join(ledger, ledger.c.run == run.c.id)
        .where(_shards(reads_before), ledger.c.purged.is_(None))
        .order_by(run.c.no)
        .limit(1)
    ).first()
    if first is None:
        return None
    query = select(shard.c.no).where(shard.c.run == first.no, shard.c.no > 0, shard.c.cut.is_(None))
    numbers = connection.execute(query.order_by(shard.c.no).limit(SHARDS)).scalars().all()
    return first.no, first.id, numbers


def _cut(connection: Connection, number: int, run_id: str, shards: Sequence[int]) -> int:
    at = now()
    acted = exists().where(attempt.c.task == task.c.no)
    rows = connection.execute(
        select(task.c.no, task.c.shard, device.c.id)
        .join(device, device.c.no == task.c.device)
        .where(task.c.run == number, task.c.shard.in_(shards), ~acted)
    ).all()
    read = {row.id for row in rows}
    digest, gone = CutDigest(run_id, at), 0
    query = select(event.c.shard, event.c.seq, event.c.body, event.c.hash).where(
        event.c.run == number, event.c.shard.in_(shards), event.c.kind.like("task.%"), event.c.cut.is_(None)
    )
    for item in connection.execute(query.order_by(event.c.shard, event.c.seq)).all():
        if json.loads(item.body).get("device") in read:
            place = (event.c.run == number, event.c.shard == item.shard, event.c.seq == item.seq)
            connection.execute(update(event).where(*place).values(body="", cut=at))
            digest.add(item.shard, item.seq, item.hash)
            gone += 1
    for part in _parts([row.no for row in rows]):
        connection.execute(update(task).where(task.c.no.in_(part)).values(proof="", notes="", memo=""))
    connection.execute(update(shard).where(shard.c.run == number, shard.c.no.in_(shards)).values(cut=at))
    if gone:
        _write(connection, run_id, digest.hex(), at)
    return len(rows)


def _write(connection: Connection, run_id: str, digest: str, at: int) -> None:
    last = connection.execute(
        select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1).with_for_update()
    ).one()
    line, seq = new_id(), last.seq + 1
    value = chain.ledger_link(last.hash, seq, line, digest)
    connection.execute(
        insert(ledger).values(
            seq=seq, run=line, digest=digest, prev=last.hash, hash=value, at=at, cut_of=run_id
        )
    )


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + 500] for start in range(0, len(numbers), 500))
