"""The note at the end of a run: read from the store, put into the outbox once, with the ticket's new state."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from pedell.errors import StoreError
from pedell.i18n import Text, said, tr
from pedell.journal.verify import ledger_head
from pedell.playbooks.load import load_text
from pedell.playbooks.model import Playbook
from pedell.service import views
from pedell.service.base import Surroundings
from pedell.store.tables.journal import playbook_text, run
from pedell.store.tables.ticketing import outbox as outbox_table
from pedell.tickets import outbox, store
from pedell.tickets.adapter import TicketState
from pedell.tickets.note import DeviceReport, Outcome, RunReport, difference, render

if TYPE_CHECKING:
    from pedell.service.tickets import TicketsService

log = logging.getLogger("pedell.tickets")

EMULATED = "emulated: "


class Reports:
    """Writes what tickets are told about runs."""

    def __init__(self, around: Surroundings, tickets: TicketsService) -> None:
        self._around = around
        self._tickets = tickets

    def write(self, number: int) -> None:
        """Put the note of a closed run, and the state its playbook asks for, into the outbox; a second call changes nothing."""
        language = self._tickets.language
        with self._around.store.reading() as connection:
            head = views.run_row(connection, number)
            row = connection.execute(select(run).where(run.c.no == number)).one()
            playbook = self._playbook(connection, row.playbook_hash)
            line, value = ledger_head(connection)
            report = RunReport(
                run=number, playbook=playbook.title.text if playbook else Text(row.playbook, row.playbook), playbook_id=row.playbook,
                playbook_hash=row.playbook_hash, ticket=head.ticket, actor=head.by, started=row.started or row.created,
                ended=row.ended or row.created, seconds=((row.ended or 0) - (row.started or row.ended or 0)) / 1_000_000, digest=row.digest,
                ledger=f"{line}:{value}", timezone=self._around.settings.timezone,
                reason=tr(language, "only a check: nothing is changed") if row.check_only else row.reason,
                devices=self._devices(connection, number, language),
            )  # fmt: skip
            text = render(report, language)
        solved = (
            playbook is not None and playbook.ticket.solved and row.state == "done" and not row.check_only
        )
        with self._around.store.writing() as connection:
            ticket = store.get(connection, row.ticket)
            outbox.put_note(connection, ticket, text, marker=f"run-{row.id}")
            if solved and ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
                outbox.put_state(connection, ticket, TicketState.SOLVED, marker=f"state-{row.id}")

    def write_missing(self) -> None:
        """Notes of runs that were closed by a process that died before it wrote them."""
        written = select(outbox_table.c.marker).where(outbox_table.c.marker == "run-" + run.c.id)
        query = (
            select(run.c.no).where(run.c.ended.is_not(None), ~written.exists()).order_by(run.c.no).limit(1000)
        )
        with self._around.store.reading() as connection:
            numbers = connection.execute(query).scalars().all()
        for number in numbers:
            try:
                self.write(number)
            except StoreError:
                raise
            except Exception:
                # One run that cannot be read must not keep the engine from starting.
                log.exception("the note of run %s could not be written", number)

    def _playbook(self, connection: Connection, value: str) -> Playbook | None:
        found = connection.execute(
            select(playbook_text.c.name, playbook_text.c.source).where(playbook_text.c.hash == value)
        ).first()
        return load_text(found.source, found.name).playbook if found else None

    def _devices(self, connection: Connection, number: int, language: str) -> Iterator[DeviceReport]:
        for row in views.every_task(connection, number):
            yield _device(row, language)


def _device(row: views.TaskRow, language: str) -> DeviceReport:
    proof: Mapping[str, Any] = row.proofs[-1] if row.proofs else {}
    before, after = difference(proof.get("before"), proof.get("after"), language) if proof else ("", "")
    emulated = tuple(
        said(note.removeprefix(EMULATED), language) for note in row.notes if note.startswith(EMULATED)
    )
    return DeviceReport(
        name=row.device, outcome=Outcome(row.state) if row.state in set(Outcome) else Outcome.WAITING, site=row.site, room=row.room,
        why=said(row.why, language) if row.state != "done" else "", before=before, after=after, emulated=emulated,
        warnings=tuple(said(note, language) for note in row.notes if not note.startswith(EMULATED)), said=_words(row.says, language),
        visits=_words(row.visits, language),
    )  # fmt: skip


def _words(items: Sequence[Mapping[str, str]], language: str) -> tuple[str, ...]:
    return tuple(item.get(language) or item.get("en", "") for item in items)
