"""Tickets: open, show, log, proposals, what webhooks bring, and the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from sqlalchemy import select

from pedell.drivers.capability import Effect
from pedell.drivers.deadline import Deadline
from pedell.errors import ConfigError, PedellError, UsageError
from pedell.hooks.observed import TicketInfo
from pedell.i18n import default_language, t
from pedell.inventory.repository import Inventory
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.risk import calls
from pedell.service.base import Surroundings
from pedell.service.words import state_word
from pedell.store.database import new_id
from pedell.store.tables.journal import run as run_table
from pedell.tickets import outbox, proposals, store
from pedell.tickets.adapter import RemoteTicket, TicketState
from pedell.tickets.generic import GenericHook
from pedell.tickets.inbox import Delivery, Inbox
from pedell.tickets.intake import Considered, Intake, PlaybookFacts
from pedell.tickets.model import LOCAL, OutboxKind, OutboxState, Proposal, ProposalState, Ticket
from pedell.tickets.outbox import Outbox
from pedell.tickets.places import Wording
from pedell.tickets.reasons import Reason, reason, words
from pedell.tickets.references import Reference, read
from pedell.tickets.rules import load
from pedell.tickets.systems import Systems

RunOf = Callable[[Proposal], int]
"""Starts the run that a proposal asks for and answers its number; raises PedellError."""


class LogKind(StrEnum):
    """What a line of a ticket's log tells."""

    OPENED = "opened"
    CONSIDERED = "considered"
    PROPOSED = "proposed"
    RUN = "run"
    NOTE = "note"
    STATE = "state"


@dataclass(frozen=True)
class LogLine:
    """One line of a ticket's log.

    Attributes:
        at: UTC microseconds. kind: what it tells. text: for people.
        run: number of the run, where it is about one.
        delivery: of a note or a state for another system: whether it is there (`sent`), still due, or dead.
        error: why it is not there yet.
    """

    at: int
    kind: LogKind
    text: str
    run: int | None = None
    delivery: OutboxState | None = None
    error: str = ""


class TicketsService:
    """Everything that can be asked about tickets."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    @cached_property
    def systems(self) -> Systems:
        """The ticket systems of the settings."""
        return Systems(
            self._around.settings.tickets, self._around.plugins.ticket_systems, self._around.secrets
        )

    @cached_property
    def outbox(self) -> Outbox:
        """What tickets are still to be told."""
        return Outbox(self._around.store, self.systems)

    @cached_property
    def inbox(self) -> Inbox:
        """What webhooks brought."""
        return Inbox(self._around.store, self.systems)

    @cached_property
    def intake(self) -> Intake:
        """Rules, inventory and playbooks, put together; raises ConfigError where the rules are wrong."""
        around = self._around
        places = Inventory(around.store, lambda: around.plugins)
        return Intake(load(around.settings.rules), places, self._playbook)

    def check_settings(self) -> None:
        """Read the rules and make each ticket system; raises ConfigError with every mistake in them."""
        load(self._around.settings.rules)
        for name in self.systems.names:
            self.systems.get(name)

    @property
    def language(self) -> str:
        """The language of notes in tickets."""
        return self._around.settings.language or default_language()

    def new(
        self, title: str, body: str = "", *, hints: Mapping[str, str] | None = None, system: str = LOCAL
    ) -> Ticket:
        """Open a ticket, here or in another system, and propose what fits it.

        Raises UsageError for an empty title, TicketError from the other system.
        """
        if not title.strip():
            raise UsageError(t("a ticket needs a title"))
        made = None
        if system != LOCAL:
            made = self.systems.get(system).create(title, body, marker=f"new-{new_id()}")
        considered = self.consider(Wording(title, body, hints or {}))
        with self._around.store.writing() as connection:
            if made is None:
                ticket = store.create(connection, title, body, hints=hints)
            else:
                ticket = store.shadow(connection, system, replace(made, body=body), hints)
            proposals.keep(connection, ticket.no, considered)
            ticket = store.get(connection, ticket.no)
        self.received(ticket)
        return ticket

    def ensure(self, reference: str) -> Ticket:
        """The ticket that `reference` names; one of another system is fetched and shadowed.

        Where that system does not answer, a shadow made earlier will do. Raises UsageError, NotFoundError,
        TicketError.
        """
        meant = read(reference)
        fetched: RemoteTicket | None = None
        if meant.system:
            try:
                fetched = self.systems.get(meant.system).get(meant.key)
            except PedellError:
                with self._around.store.reading() as connection:
                    known = store.find(connection, meant)
                if known is None:
                    raise
                return known
        if fetched is None:
            with self._around.store.reading() as connection:
                return store.ensure(connection, meant)
        with self._around.store.writing() as connection:
            return store.ensure(connection, Reference(system=meant.system, key=fetched.key), fetched)

    def list(
        self,
        *,
        state: TicketState | None = None,
        text: str = "",
        undelivered: bool = False,
        limit: int = 50,
    ) -> Sequence[Ticket]:
        """Tickets that the store has, newest first; `undelivered`: whose system has not been told everything."""
        with self._around.store.reading() as connection:
            return store.search(connection, state=state, text=text, undelivered=undelivered, limit=limit)

    def note(self, reference: str, text: str) -> Ticket:
        """Write a note by hand; raises UsageError for an empty one."""
        if not text.strip():
            raise UsageError(t("a note needs a text"))
        ticket = self.ensure(reference)
        with self._around.store.writing() as connection:
            outbox.put_note(connection, ticket, text, marker=f"hand-{new_id()}")
        return ticket

    def log(self, ticket: Ticket) -> Sequence[LogLine]:
        """What happened for a ticket, oldest first: runs, notes, states, and what is still to be sent."""
        with self._around.store.reading() as connection:
            lines = [LogLine(ticket.created, LogKind.OPENED, ticket.title)]
            if ticket.considered is not None and ticket.remarks:
                lines.append(
                    LogLine(
                        ticket.considered,
                        LogKind.CONSIDERED,
                        "; ".join(words(each) for each in ticket.remarks),
                    )
                )
            for each in proposals.listed(connection, ticket=ticket.no):
                text = f"{each.playbook}: {each.selector}"
                lines.append(LogLine(each.created, LogKind.PROPOSED, text, run=each.run))
            runs = select(run_table).where(run_table.c.ticket == ticket.no).order_by(run_table.c.no)
            for row in connection.execute(runs).mappings():
                text = f"{row['playbook']}: {row['selector']} ({state_word(row['state'])})"
                lines.append(LogLine(row["started"] or row["created"], LogKind.RUN, text, run=row["no"]))
            for sent in outbox.of_ticket(connection, ticket.no):
                kind = LogKind.NOTE if sent.kind is OutboxKind.NOTE else LogKind.STATE
                lines.append(LogLine(sent.created, kind, sent.body, delivery=sent.state, error=sent.error))
        return sorted(lines, key=lambda line: line.at)

    def proposals(
        self, *, state: ProposalState | None = ProposalState.OPEN, ticket: int | None = None, limit: int = 100
    ) -> Sequence[Proposal]:
        """Proposals, the newest ticket's first, the best of each ticket first."""
        with self._around.store.reading() as connection:
            return proposals.listed(connection, state=state, ticket=ticket, limit=limit)

    def proposal(self, no: int) -> Proposal:
        """One proposal; raises NotFoundError."""
        with self._around.store.reading() as connection:
            return proposals.get(connection, no)

    def drop(self, no: int) -> None:
        """Say that nobody wants a proposal; raises ConflictError where it is not open."""
        with self._around.store.writing() as connection:
            proposals.drop(connection, no)

    def consider(self, told: Wording) -> Considered:
        """What intake makes of a ticket that is about to be made; rules that are wrong are a remark."""
        try:
            intake = self.intake
        except ConfigError as error:
            said = "; ".join(str(finding) for finding in error.findings) or error.message
            return Considered(remarks=(reason(Reason.NO_RULES, error=said[:500]),))
        with self._around.store.reading() as connection:
            return intake.consider(connection, told)

    def received(self, ticket: Ticket) -> None:
        """Tell observers of a ticket that is new here."""
        self._around.plugins.ticket_received(TicketInfo(ticket.id, ticket.system, ticket.key))

    def generic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Take in what the generic webhook got; False for what came before.

        Raises WebhookRefusedError; StoreError where it could not be kept: the sender must try again.
        """
        hook = GenericHook(self._around.settings.web.webhook_secret, self._around.secrets, self.systems.names)
        delivery_id, delivery = hook.read(headers, body)
        return self.inbox.receive("generic", delivery_id, body, delivery)

    def webhook(self, system: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Take in what a ticket system's webhook got; False for what is of no interest or came before.

        Raises NotFoundError for a system that is not in the settings, else as `generic`.
        """
        event = self.systems.get(system).webhook(headers, body)
        if event is None or event.own:
            return False
        return self.inbox.receive(system, event.delivery, body, Delivery.of_event(system, event))

    def work(self, limit: int, deadline: Deadline) -> int:
        """Make tickets of what webhooks brought; returns how many deliveries were settled."""
        return self.inbox.work(limit, deadline, self.consider, self.received)

    def run_automatic(self, run: RunOf) -> int:
        """Start what may run by itself; returns how many runs were started.

        A proposal whose run is refused stays open for people.
        """
        with self._around.store.reading() as connection:
            due = proposals.automatic(connection)
        started = 0
        for proposal in due:
            try:
                number = run(proposal)
            except PedellError as error:
                why = reason(Reason.AUTO_FAILED, error=error.message)
                with self._around.store.writing() as connection:
                    proposals.leave(connection, proposal, why)
                continue
            with self._around.store.writing() as connection:
                proposals.take(connection, proposal.no, number)
            started += 1
        return started

    def _playbook(self, name: str) -> PlaybookFacts:
        catalogue = self._catalogue
        parts = catalogue.parts(catalogue.get(name))
        known = self._around.plugins.capabilities
        effects = [
            known[step.do].effect if step.do in known else Effect.ONCE
            for part in parts.values()
            for step in calls(part.playbook.steps)
        ]
        kinds = frozenset(parts[name].playbook.targets.kind)
        return PlaybookFacts(kinds, all(effect is Effect.READ for effect in effects))

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue([*self._around.plugins.playbook_folders, *self._around.settings.playbooks])

    def close(self) -> None:
        """Close connections to ticket systems."""
        if "systems" in self.__dict__:
            self.systems.close()
