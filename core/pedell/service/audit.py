"""The journal at the service's door: verify it, read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pedell.engine.transcripts import unpack
from pedell.errors import NotFoundError
from pedell.i18n import t
from pedell.journal import installation
from pedell.journal.export import export
from pedell.journal.verify import Verified, verify
from pedell.service.base import Surroundings
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import attempt, event, run, transcript


@dataclass(frozen=True)
class Spoken:
    """What was said on the wire in one attempt, masked. `started` in UTC microseconds."""

    device: str
    capability: str
    started: int
    text: str

    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "device": self.device,
            "capability": self.capability,
            "started": self.started,
            "lines": self.text.splitlines(),
        }


class AuditService:
    """Everything that can be asked about the journal."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def verify(self, number: int | None = None) -> Verified:
        """Recompute the chains of one run, or of all and the ledger."""
        with self._around.store.reading() as connection:
            return verify(connection, number)

    def events(self, number: int | None = None) -> Iterator[dict[str, Any]]:
        """Events as they are stored, in order; without a number those of the installation itself, and of all runs."""
        query = (
            select(event, run.c.id.label("run_id"))
            .join(run, run.c.no == event.c.run)
            .order_by(event.c.run, event.c.shard, event.c.seq)
        )
        if number is not None:
            query = query.where(event.c.run == number)
        with self._around.store.reading() as connection:
            if number is None:
                for item in installation.events(connection):
                    yield {"run": None, "no": None, "shard": None, **item, "body": json.loads(item["body"])}
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield {
                    "run": row.run_id, "no": row.run, "shard": row.shard, "seq": row.seq, "at": row.at, "kind": row.kind,
                    "body": json.loads(row.body or "{}"), "hash": row.hash,
                }  # fmt: skip

    def export(
        self,
        number: int | None = None,
        since: int | None = None,
        until: int | None = None,
        *,
        people: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """The journal as documents, one state of the store throughout; see pedell.journal.export.

        Only one run, or those that ended at `since` or later and were asked for before `until` (UTC microseconds).
        With `people` names of persons too.
        """
        with self._around.store.reading() as connection:
            yield from export(connection, number, since, until, people=people)

    def transcripts(self, number: int) -> list[Spoken]:
        """What was said in each attempt of a run that had an effect, masked, in order; what is not kept any more is left out."""
        query = (
            select(device.c.name, attempt.c.capability, attempt.c.started, transcript.c.body)
            .join(device, device.c.no == attempt.c.device)
            .join(transcript, transcript.c.hash == attempt.c.transcript)
            .where(attempt.c.run == number)
            .order_by(attempt.c.no)
        )
        with self._around.store.reading() as connection:
            return [
                Spoken(row.name, row.capability, row.started, unpack(row.body))
                for row in connection.execute(query)
            ]

    def transcript(self, value: str) -> str:
        """What was said on the wire, masked; raises NotFoundError where it is gone."""
        with self._around.store.reading() as connection:
            found = connection.execute(select(transcript.c.body).where(transcript.c.hash == value)).scalar()
        if found is None:
            raise NotFoundError(t("that transcript is not kept any more"))
        return unpack(found)
