"""Schedules at the service's door: what runs by itself, when, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pedell.engine.context import NIGHT
from pedell.errors import ConflictError, NotFoundError, UsageError
from pedell.i18n import t, tr
from pedell.model.actor import Actor, VerifiedBy
from pedell.playbooks.inputs import bind_inputs
from pedell.schedule import rows
from pedell.schedule.alarm import Alarm
from pedell.schedule.fires import Fired, Start, run_now
from pedell.schedule.model import CatchUp, Fire, Schedule
from pedell.schedule.rule import SECOND, Due, Rule
from pedell.service.base import Surroundings
from pedell.service.planning import Plan
from pedell.service.runs import RunRequest, RunsService
from pedell.service.tickets import TicketsService
from pedell.store.database import now
from pedell.tickets import store as tickets

NAME_LENGTH = 64


@dataclass(frozen=True)
class Wanted:
    """A schedule that is to be added; `timezone` is the settings' where it is empty."""

    name: str
    cron: str
    playbook: str
    selector: str
    inputs: Mapping[str, object]
    timezone: str = ""
    catch_up: CatchUp = CatchUp.LAST


class SchedulesService:
    """Everything that can be asked about schedules."""

    def __init__(self, around: Surroundings, runs: RunsService, tickets_: TicketsService) -> None:
        self._around = around
        self._runs = runs
        self._tickets = tickets_

    def add(self, wanted: Wanted, who: Actor) -> Schedule:
        """Add a schedule that counts from now; raises UsageError, NotFoundError, PlaybookError, SelectorError."""
        name = wanted.name.strip()
        if not name or len(name) > NAME_LENGTH or not name.isprintable() or name.isdecimal():
            raise UsageError(
                t("a schedule needs a name of up to {limit} characters that is no number", limit=NAME_LENGTH)
            )
        rule = Rule.read(wanted.cron, wanted.timezone or self._around.settings.timezone)
        plan = self._runs.plan(wanted.playbook, wanted.selector, wanted.inputs)
        values = {
            "name": name,
            "cron": rule.cron,
            "timezone": rule.timezone,
            "playbook": wanted.playbook,
            "selector": wanted.selector,
            "inputs": json.dumps(bind_inputs(plan.book.playbook, wanted.inputs), ensure_ascii=False),
            "catch_up": wanted.catch_up.value,
            "actor": who.id,
        }
        with self._around.store.writing() as connection:
            if any(known.name == name for known in rows.all_of(connection)):
                raise ConflictError(
                    t("there is a schedule {name} already", name=name), hint=t("remove it first")
                )
            return rows.add(connection, values, now())

    def list(self) -> Sequence[Schedule]:
        """All schedules by name."""
        with self._around.store.reading() as connection:
            return rows.all_of(connection)

    def get(self, reference: str) -> Schedule:
        """The schedule of that name, number or id; raises NotFoundError."""
        for found in self.list():
            if reference in {found.name, str(found.no)} or reference.upper() == found.id:
                return found
        raise NotFoundError(
            t("there is no schedule {name}", name=reference[:80]), hint=t("see 'pedell schedules list'")
        )

    def next(self, schedule: Schedule, count: int) -> Sequence[Due]:
        """Its next times from now on, whether it is paused or not."""
        return list(islice(schedule.rule.after(now()), count))

    def pause(self, schedule: Schedule) -> None:
        """Let no time of it start anything until it is resumed."""
        with self._around.store.writing() as connection:
            rows.change(connection, schedule.no, paused=True)

    def resume(self, schedule: Schedule) -> None:
        """Go on; what was due in the meantime is not caught up."""
        with self._around.store.writing() as connection:
            if schedule.paused:
                rows.change(connection, schedule.no, paused=False, looked=now())

    def remove(self, schedule: Schedule) -> None:
        """Remove it; its history stays in the store, its name is free again."""
        with self._around.store.writing() as connection:
            name = f"{schedule.name[:40]} ({schedule.id[-10:]})"
            rows.change(connection, schedule.no, removed=now(), name=name)

    def run_now(self, schedule: Schedule, who: Actor) -> Fired:
        """Run it once, out of its turn, as the person who asks."""
        return run_now(self._around.store, schedule, lambda one, due: self._prepare(one, due, who), now())

    def history(self, schedule: Schedule | None, limit: int) -> Sequence[Fire]:
        """What became of its times, newest first."""
        with self._around.store.reading() as connection:
            return rows.fires(connection, schedule.no if schedule else None, limit)

    def alarm(self, fired: Callable[[int], None], tell: Callable[[str], None]) -> Alarm:
        """The part of a process that fires schedules while it runs; `fired` hears the number of each run."""
        return Alarm(self._around.store, self.prepare, fired, tell)

    def prepare(self, schedule: Schedule, due: Due) -> Start:
        """Plan the run of one time, as the schedule itself; raises PedellError where it cannot run."""
        return self._prepare(
            schedule, due, Actor("schedule", f"schedule:{schedule.no}", VerifiedBy.SCHEDULE, schedule.name)
        )

    def _prepare(self, schedule: Schedule, due: Due, who: Actor) -> Start:
        plan = self._runs.plan(schedule.playbook, schedule.selector, schedule.inputs)

        def start(connection: Connection) -> int:
            ticket = self._ticket(connection, schedule, due, plan)
            request = RunRequest(
                schedule.playbook,
                schedule.selector,
                str(ticket),
                who,
                schedule.inputs,
                f"{schedule.name} {due.nominal}",
                NIGHT,
            )
            return self._runs.submit_in(connection, plan, request, ticket).no

        return start

    def _ticket(self, connection: Connection, schedule: Schedule, due: Due, plan: Plan) -> int:
        """The maintenance ticket of the night and site; of the schedule where it covers several sites."""
        night = datetime.fromtimestamp(due.at / SECOND, ZoneInfo(schedule.timezone)).date().isoformat()
        where = next(iter(plan.sites)) if len(plan.sites) == 1 else schedule.name
        title = tr(self._tickets.language, "Maintenance {where}, {night}", where=where, night=night)
        scope = where if len(plan.sites) == 1 else f"schedule:{schedule.no}"
        return tickets.create(connection, title, key=f"maintenance:{scope}:{night}", kind="maintenance").no
