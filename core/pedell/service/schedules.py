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
from pedell.journal.people import know
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
            know(connection, who)
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
        plans = self._plans(schedule)

        def start(connection: Connection) -> Sequence[int]:
            return [self._submit(connection, schedule, due, who, site, plan) for site, plan in plans.items()]

        return start

    def _plans(self, schedule: Schedule) -> Mapping[str, Plan]:
        """One plan for each site: every campus manager gets a ticket of their own."""
        whole = self._runs.plan(schedule.playbook, schedule.selector, schedule.inputs)
        numbers: dict[str, list[int]] = {}
        for device in whole.devices:
            numbers.setdefault(device.site, []).append(device.no)
        if len(numbers) == 1:
            return {next(iter(numbers)): whole}
        # Devices that cannot do it stand in the run of a site where another one can.
        for unable in whole.unable:
            if unable.device.site in numbers:
                numbers[unable.device.site].append(unable.device.no)
        return {
            site: self._runs.plan(schedule.playbook, schedule.selector, schedule.inputs, chosen)
            for site, chosen in sorted(numbers.items())
        }

    def _submit(
        self, connection: Connection, schedule: Schedule, due: Due, who: Actor, site: str, plan: Plan
    ) -> int:
        ticket = self._ticket(connection, schedule, due, site)
        reason = f"{schedule.name} {due.nominal}"
        request = RunRequest(
            schedule.playbook, schedule.selector, str(ticket), who, schedule.inputs, reason, NIGHT
        )
        return self._runs.submit_in(connection, plan, request, ticket).no

    def _ticket(self, connection: Connection, schedule: Schedule, due: Due, site: str) -> int:
        """The maintenance ticket of the night and site."""
        night = datetime.fromtimestamp(due.at / SECOND, ZoneInfo(schedule.timezone)).date().isoformat()
        title = tr(self._tickets.language, "Maintenance {where}, {night}", where=site, night=night)
        return tickets.create(connection, title, key=f"maintenance:{site}:{night}", kind="maintenance").no
