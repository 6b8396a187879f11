"""Runs: plan, submit, work on, follow, cancel, resume, retry, settle."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from pedell.drivers.deadline import Deadline
from pedell.engine.context import NIGHT
from pedell.engine.host import EngineHost, HostSettings
from pedell.engine.settle import Decision
from pedell.engine.signals import SAFETY
from pedell.errors import ConflictError, NotFoundError, RefusedError, UsageError
from pedell.i18n import t, tr
from pedell.inventory.repository import Inventory
from pedell.journal import installation
from pedell.journal.commit import append_now
from pedell.journal.ops import ShardRef
from pedell.journal.people import know
from pedell.model.actor import Actor, VerifiedBy
from pedell.playbooks.inputs import bind_inputs
from pedell.safety import approvals
from pedell.safety.gate import SafetyGate
from pedell.safety.overrides import override
from pedell.service import retries, views
from pedell.service.base import Surroundings
from pedell.service.planning import Plan, Planner, effects, lane
from pedell.service.reasons import demand_reason
from pedell.service.reports import Reports
from pedell.store.database import new_id, now
from pedell.store.tables.control import command
from pedell.store.tables.journal import attempt, playbook_text, run, shard, task
from pedell.tickets import proposals
from pedell.tickets.model import Proposal

if TYPE_CHECKING:
    from pedell.service.playbooks import PlaybooksService
    from pedell.service.tickets import TicketsService

DRAIN_SECONDS = 15.0
RETRY_TRIES = 5
INTAKE = Actor("system", "system:intake", VerifiedBy.WEBHOOK)
"""Who asks when a ticket's rule runs something by itself."""


@dataclass(frozen=True)
class RunRequest:
    """What is asked for.

    Attributes:
        ticket: reference of a ticket, or `new` to open one.
        priority: 0 for tickets, 10 and more for the night.
        numbers: devices by number, instead of a selector's.
        check_only: read, and say of effects only that they would be called.
        at_once: wait for no window and no free slot; needs a reason.
    """

    playbook: str
    selector: str
    ticket: str
    actor: Actor
    inputs: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    priority: int = 0
    retry_of: int | None = None
    numbers: Sequence[int] | None = None
    check_only: bool = False
    at_once: bool = False


@dataclass(frozen=True)
class Submitted:
    """The run that a request became.

    `known`: the same request had an open run already. `approval`: number of what a second person must grant; 0 where
    that is not needed or has been asked before.
    """

    no: int
    id: str
    known: bool
    ticket: int
    approval: int = 0


class RunsService:
    """Everything that can be asked about runs."""

    def __init__(self, around: Surroundings, playbooks: PlaybooksService, tickets: TicketsService) -> None:
        self._around = around
        self._playbooks = playbooks
        self._tickets = tickets

    @cached_property
    def inventory(self) -> Inventory:
        """The inventory."""
        return Inventory(self._around.store, self._around.plugins)

    @cached_property
    def _planner(self) -> Planner:
        return Planner(self.inventory, self._around.plugins, self._playbooks.expressions)

    def plan(
        self,
        playbook: str,
        selector: str,
        inputs: Mapping[str, object] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> Plan:
        """What a run would do; raises UsageError, SelectorError, PlaybookError, NotFoundError."""
        with self._around.store.reading() as connection:
            return self.plan_in(connection, playbook, selector, inputs or {}, numbers)

    def plan_in(
        self,
        connection: Connection,
        playbook: str,
        selector: str,
        inputs: Mapping[str, object],
        numbers: Sequence[int] | None = None,
    ) -> Plan:
        """As `plan`, in the caller's transaction."""
        book = self._playbooks.sound(playbook)
        parts = {
            name: part for name, part in self._playbooks.catalogue.parts(book).items() if name != book.id
        }
        bound = bind_inputs(book.playbook, inputs)
        return self._planner.plan(connection, book, parts, bound, selector, numbers)

    def submit(self, request: RunRequest) -> Submitted:
        """Plan and write down a run; it begins when an engine takes it up.

        The same ticket, playbook, devices and inputs while a run is open answer with that run.
        """
        if not request.ticket:
            raise UsageError(t("a run belongs to a ticket"), hint=t("--ticket NUMBER, or --ticket new"))
        plan = self.plan(request.playbook, request.selector, request.inputs, request.numbers)
        # Before a ticket is opened for nothing.
        demand_reason(plan, request, self._around.settings.safety)
        if request.ticket == "new":
            title = f"{plan.book.playbook.title.text.to(self._tickets.language)}: {request.selector}"
            ticket = self._tickets.new(title).no
        else:
            ticket = self._tickets.ensure(request.ticket).no
        with self._around.store.writing() as connection:
            return self.submit_in(connection, plan, request, ticket)

    def submit_proposal(
        self,
        proposal: int,
        who: Actor,
        inputs: Mapping[str, object],
        reason: str,
        *,
        check_only: bool = False,
        at_once: bool = False,
    ) -> Submitted:
        """Run what was proposed; inputs given here go before the proposed ones. After a check it stays proposed."""
        found = self._tickets.proposal(proposal)
        given = {**found.inputs, **inputs}
        request = RunRequest(
            found.playbook, found.selector, "", who, given, reason, check_only=check_only, at_once=at_once
        )
        plan = self.plan(request.playbook, request.selector, request.inputs)
        with self._around.store.writing() as connection:
            submitted = self.submit_in(connection, plan, request, found.ticket)
            if not check_only:
                proposals.take(connection, proposal, submitted.no)
        return submitted

    def submit_automatic(self, found: Proposal) -> int:
        """The run of a proposal that needs nobody's consent; returns its number. Whoever calls marks it as taken."""
        request = RunRequest(found.playbook, found.selector, "", INTAKE, found.inputs, f"rule {found.rule}")
        plan = self.plan(request.playbook, request.selector, request.inputs)
        if effects(plan):
            raise RefusedError(
                t("{playbook} does more than read and does not run by itself", playbook=found.playbook)
            )
        with self._around.store.writing() as connection:
            return self.submit_in(connection, plan, request, found.ticket).no

    def submit_in(self, connection: Connection, plan: Plan, request: RunRequest, ticket: int) -> Submitted:
        """Write down a planned run in the caller's transaction; raises RefusedError where a reason is missing."""
        demand_reason(plan, request, self._around.settings.safety)
        envelope = plan.envelope()
        what = [ticket, envelope, "check"] if request.check_only else [ticket, envelope]
        key = hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()
        known = connection.execute(
            select(run.c.no, run.c.id).where(run.c.request_key == key, run.c.ended.is_(None))
        ).first()
        if known is not None:
            if request.at_once:
                override(connection, known.no, known.id, request.actor, request.reason)
            return Submitted(known.no, known.id, True, ticket)
        number, run_id = self._insert(connection, plan, request, ticket, key, envelope)
        self._insert_tasks(connection, number, plan)
        body = {
            "run": run_id, "playbook": plan.book.id, "envelope": envelope, "selector": plan.selector, "ticket": ticket,
            "actor": {"kind": request.actor.kind, "id": request.actor.id, "verified_by": str(request.actor.verified_by)},
            "reason": request.reason, "unable": len(plan.unable),
        }  # fmt: skip
        append_now(connection, ShardRef(number, run_id, 0, 0), "run.created", body)
        # The ledger knows a run only once it has ended: until then this tells that it was there.
        installation.append(connection, installation.ASKED, {"run": run_id, "actor": request.actor.id})
        if request.at_once:
            override(connection, number, run_id, request.actor, request.reason)
        approval = 0
        if plan.needs_approval and not request.check_only:
            approval = approvals.ask(connection, number, run_id, request.actor)
        return Submitted(number, run_id, False, ticket, approval)

    def _insert(
        self,
        connection: Connection,
        plan: Plan,
        request: RunRequest,
        ticket: int,
        key: str,
        envelope: Mapping[str, Any],
    ) -> tuple[int, str]:
        for text in (plan.book, *plan.parts.values()):
            if (
                connection.execute(
                    select(playbook_text.c.hash).where(playbook_text.c.hash == text.hash)
                ).first()
                is None
            ):
                connection.execute(
                    insert(playbook_text).values(hash=text.hash, name=text.id, source=text.source)
                )
        know(connection, request.actor)
        run_id = new_id()
        created = now()
        hours = self._around.settings.engine.plan_hours
        made = connection.execute(
            insert(run).values(
                id=run_id, ticket=ticket, playbook=plan.book.id, playbook_hash=plan.book.hash, selector=plan.selector,
                inputs=json.dumps(dict(plan.inputs), ensure_ascii=False), envelope=json.dumps(envelope, ensure_ascii=False),
                request_key=key, state="open", check_only=request.check_only, priority=request.priority,
                actor_kind=request.actor.kind, actor=request.actor.id,
                verified_by=str(request.actor.verified_by), reason=request.reason, retry_of=request.retry_of, created=created,
                expires=created + int(hours * 3600 * 1_000_000),
            )
        )  # fmt: skip
        key_row = made.inserted_primary_key
        if key_row is None:
            raise NotFoundError("the run was not written")
        return int(key_row[0]), run_id

    def _insert_tasks(self, connection: Connection, number: int, plan: Plan) -> None:
        size = self._around.settings.engine.shard_size
        shards = [{"run": number, "no": 0, "lane": "control", "batch": 0, "state": "ready"}]
        tasks: list[dict[str, Any]] = [
            {"run": number, "shard": 0, "device": item.device.no, "state": "skipped", "error_class": "unsupported",
             "why": tr("en", "its driver {drivers} cannot do {capability}", drivers=", ".join(item.device.drivers),
                       capability=item.capability)}
            for item in plan.unable
        ]  # fmt: skip
        first = 1 if plan.book.playbook.strategy.batches else 0
        for batch, members in enumerate(plan.batches, first):
            lanes: dict[str, list[int]] = {}
            for device in members:
                lanes.setdefault(lane(device), []).append(device.no)
            for name, devices in sorted(lanes.items()):
                for start in range(0, len(devices), size):
                    own = {"run": number, "no": len(shards), "lane": name, "batch": batch, "state": "ready"}
                    shards.append(own)
                    tasks += [
                        {"run": number, "shard": own["no"], "device": device, "state": "ready", "why": "", "error_class": ""}
                        for device in devices[start : start + size]
                    ]  # fmt: skip
        for start in range(0, len(shards), 5000):
            connection.execute(insert(shard), shards[start : start + 5000])
        for start in range(0, len(tasks), 5000):
            connection.execute(insert(task), tasks[start : start + 5000])

    # Working ------------------------------------------------------------------------------------------

    def host(self) -> EngineHost:
        """An engine for this process, not yet started."""
        around = self._around
        engine = around.settings.engine
        settings = HostSettings(around.settings.data, engine.threads, engine.transcript_days)
        return EngineHost(
            around.store,
            self.inventory,
            around.plugins,
            around.secrets,
            settings,
            self.reports.write,
            self.gate(),
        )

    def gate(self) -> SafetyGate:
        """The rules of safety, for one engine."""
        settings = self._around.settings
        return SafetyGate(
            self._around.store, self.inventory, settings.safety, settings.timezone, self._tickets.language
        )

    @cached_property
    def reports(self) -> Reports:
        """Writes the note at the end of a run."""
        return Reports(self._around, self._tickets)

    def tell_tickets(self) -> None:
        """Send what tickets are still to be told, for a short while; the rest is sent later."""
        self._tickets.outbox.drain(100, Deadline.after(DRAIN_SECONDS))

    # Looking ------------------------------------------------------------------------------------------

    def number(self, reference: str) -> int:
        """Number of the run named by number or id; raises NotFoundError."""
        word = reference.strip()
        query = select(run.c.no).where(
            run.c.no == int(word) if word.isdecimal() and len(word) < 16 else run.c.id == word.upper()
        )
        with self._around.store.reading() as connection:
            found: int | None = connection.execute(query).scalar()
        if found is None:
            raise NotFoundError(
                t("there is no run {number}", number=word[:40]), hint=t("see 'pedell runs list'")
            )
        return found

    def list(self, *, limit: int = 30, state: str = "", ticket: int | None = None) -> Sequence[views.RunRow]:
        """Runs, newest first."""
        with self._around.store.reading() as connection:
            return views.runs(connection, limit=limit, state=state, ticket=ticket)

    def show(self, number: int, *, limit: int = 200) -> views.RunDetail:
        """One run with its devices, those that need somebody first."""
        with self._around.store.reading() as connection:
            return views.run_detail(connection, number, limit=limit)

    def progress(self, number: int, since: int = 0) -> views.Progress:
        """Counts, and the devices that ended after `since` (UTC microseconds)."""
        with self._around.store.reading() as connection:
            return views.progress(connection, number, since)

    def refused_by_safety(self, number: int) -> int:
        """How many devices of a run a rule of safety refused something."""
        query = (
            select(func.count()).select_from(task).where(task.c.run == number, task.c.error_class == SAFETY)
        )
        with self._around.store.reading() as connection:
            return connection.execute(query).scalar_one()

    # Deciding -----------------------------------------------------------------------------------------

    def cancel(self, number: int, who: Actor, reason: str) -> None:
        """Ask for a run's end: calls in flight finish, completions run, the rest is left. Raises ConflictError."""
        with self._around.store.writing() as connection:
            row = connection.execute(
                select(run.c.id, run.c.ended, run.c.cancelled).where(run.c.no == number)
            ).one()
            if row.ended is not None:
                raise ConflictError(t("run {number} has ended already", number=number))
            if row.cancelled is None:
                know(connection, who)
                connection.execute(update(run).where(run.c.no == number).values(cancelled=now()))
                body = {"actor": who.id, "verified_by": str(who.verified_by), "reason": reason}
                append_now(connection, ShardRef(number, row.id, 0, 0), "run.cancelled", body)

    def cancel_quietly(self, number: int, who: Actor, reason: str) -> None:
        """As `cancel`; a run that has ended meanwhile is no error."""
        with contextlib.suppress(ConflictError):
            self.cancel(number, who, reason)

    def open_runs(self) -> Sequence[int]:
        """Runs that have not ended, oldest first."""
        with self._around.store.reading() as connection:
            return (
                connection.execute(select(run.c.no).where(run.c.ended.is_(None)).order_by(run.c.no))
                .scalars()
                .all()
            )

    def interrupted(self, but: int) -> Sequence[int]:
        """Other runs that stopped in the middle of an effect; asked by the engine itself, which knows that no other goes on."""
        query = (
            select(attempt.c.run)
            .join(run, run.c.no == attempt.c.run)
            .where(attempt.c.state == "open", run.c.ended.is_(None), run.c.no != but)
            .distinct()
            .order_by(attempt.c.run)
        )
        with self._around.store.reading() as connection:
            return connection.execute(query).scalars().all()

    def retry_failed(self, number: int, who: Actor, reason: str) -> Submitted:
        """A new run of the same playbook for the devices that failed or were left; raises ConflictError where there are none.

        What a later try has in hand is left to it; where that is all, it is the answer.
        """
        for _ in range(RETRY_TRIES):
            with self._around.store.reading() as connection:
                row = connection.execute(select(run).where(run.c.no == number)).one()
                if row.ended is None:
                    raise ConflictError(t("run {number} has not ended yet", number=number))
                wanted = retries.left(connection, number)
                if wanted.open is not None and not wanted.devices:
                    return Submitted(wanted.open.no, wanted.open.id, True, row.ticket)
            if not wanted.failed:
                raise ConflictError(t("nothing failed in run {number}", number=number))
            if not wanted.devices:
                raise ConflictError(
                    t("what failed in run {number} has been done by a later try", number=number),
                    hint=t("see 'pedell runs list'"),
                )
            request = RunRequest(
                row.playbook,
                row.selector,
                str(row.ticket),
                who,
                json.loads(row.inputs),
                reason,
                row.priority,
                retry_of=number,
                numbers=wanted.devices,
                check_only=row.check_only,
            )
            plan = self.plan(request.playbook, request.selector, request.inputs, request.numbers)
            with self._around.store.writing() as connection:
                # Planning takes its time: somebody else's try may have begun, or come to its end, meanwhile.
                if retries.left(connection, number) == wanted:
                    return self.submit_in(connection, plan, request, row.ticket)
        raise ConflictError(t("run {number} is being tried again by somebody else", number=number))

    def doubts(self, number: int | None = None) -> Sequence[views.Doubt]:
        """Attempts in doubt, with what is known of each."""
        with self._around.store.reading() as connection:
            return views.doubts(connection, number)

    def settle(self, attempt_id: str, decision: Decision, who: Actor, reason: str) -> int:
        """Ask the engine to take a decision about an attempt in doubt; returns the command's number."""
        if not reason.strip():
            raise UsageError(t("a decision needs a reason"), hint="--reason")
        with self._around.store.writing() as connection:
            row = connection.execute(
                select(attempt.c.run, attempt.c.state, task.c.state.label("task_state"))
                .join(task, task.c.no == attempt.c.task)
                .where(attempt.c.id == attempt_id)
            ).first()
            if row is None or (row.state, row.task_state) != ("in_doubt", "in_doubt"):
                raise ConflictError(t("that attempt is not in doubt"), hint=t("see 'pedell runs settle'"))
            know(connection, who)
            made = connection.execute(
                insert(command).values(
                    id=new_id(), kind="settle", run=row.run,
                    body=json.dumps({"attempt": attempt_id, "decision": str(decision), "reason": reason}),
                    actor_kind=who.kind, actor=who.id, verified_by=str(who.verified_by), at=now(),
                )
            )  # fmt: skip
            key = made.inserted_primary_key
        return int(key[0]) if key else 0

    def answer(self, command_no: int) -> str | None:
        """What the engine said to a command; None while it has not taken it."""
        with self._around.store.reading() as connection:
            row = connection.execute(
                select(command.c.taken, command.c.answer).where(command.c.no == command_no)
            ).one()
        return row.answer if row.taken is not None else None


__all__ = ["NIGHT", "Decision", "RunRequest", "RunsService", "Submitted"]
