"""What a run may do, as it was planned: an attempt outside of it is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pedell.drivers.api import Capability
from pedell.safety.approvals import digest
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import run, task


@dataclass(frozen=True)
class Envelope:
    """One run's limits, read once. Times in UTC microseconds.

    Attributes:
        hash: what an approval refers to.
        capabilities: effect and risk of each, as planned.
        sound: whether playbook and inputs of the run are those of its envelope.
    """

    run: int
    hash: str
    capabilities: Mapping[str, tuple[str, str]]
    reason: str
    expires: int
    started: int | None
    sound: bool

    def allows(self, capability: Capability) -> bool:
        """Whether it was planned, as what it still is."""
        return self.capabilities.get(capability.name) == (str(capability.effect), str(capability.risk))


def read(connection: Connection, number: int) -> Envelope:
    """The envelope of a run."""
    row = connection.execute(select(run).where(run.c.no == number)).one()
    body = json.loads(row.envelope)
    return Envelope(
        run=number,
        hash=digest(row.envelope),
        capabilities={name: (item["effect"], item["risk"]) for name, item in body["capabilities"].items()},
        reason=row.reason,
        expires=row.expires,
        started=row.started,
        sound=body["playbook"] == row.playbook_hash and body["inputs"] == json.loads(row.inputs),
    )


def devices(connection: Connection, number: int) -> tuple[frozenset[int], bool]:
    """Numbers of the devices that the run works on, and whether they are those of its envelope."""
    query = (
        select(device.c.no, device.c.id)
        .join(task, task.c.device == device.c.no)
        .where(task.c.run == number, task.c.shard > 0)
    )
    rows = connection.execute(query).all()
    value = hashlib.sha256("\n".join(sorted(row.id for row in rows)).encode()).hexdigest()
    text = connection.execute(select(run.c.envelope).where(run.c.no == number)).scalar_one()
    return frozenset(row.no for row in rows), json.loads(text)["devices"] == value
