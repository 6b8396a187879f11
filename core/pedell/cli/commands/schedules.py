"""`pedell schedules`: what runs by itself, when, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pedell.cli import completing
from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.output import when
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.schedule.model import Fire, Schedule


def _schedule(schedule: Schedule) -> dict[str, Any]:
    names = ("id", "no", "name", "cron", "timezone", "playbook", "selector", "paused", "created")
    return {
        **{name: getattr(schedule, name) for name in names},
        "inputs": dict(schedule.inputs),
        "catch_up": str(schedule.catch_up),
    }


def _fire(fire: Fire, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": fire.no,
        "schedule": names.get(fire.schedule, str(fire.schedule)),
        "nominal": fire.nominal,
        "due": fire.due,
        "at": fire.at,
        "state": str(fire.state),
        "run": fire.run,
        "note": fire.note,
    }


def _next(app: App, schedule: Schedule, count: int) -> list[dict[str, Any]]:
    return [{"nominal": due.nominal, "due": due.at} for due in app.service.schedules.next(schedule, count)]


@make("add", "Add a schedule: a playbook, devices, and a cron rule.")
@click.argument("name")
@click.option(
    "--cron", required=True, metavar="RULE", help="Minute, hour, day, month, weekday, such as '30 2 * * 1-5'."
)
@click.option(
    "--playbook",
    required=True,
    metavar="ID",
    shell_complete=completing.playbooks,
    help="The playbook to run.",
)
@click.option(
    "--on", "selector", required=True, metavar="SELECTOR", help="The devices, such as site=bert-brecht."
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    help="An input of the playbook; may be repeated.",
)
@click.option(
    "--timezone",
    default="",
    metavar="ZONE",
    help="Time zone of the rule, instead of the one in the settings.",
)
@click.option(
    "--catch-up",
    type=click.Choice(["none", "last", "all"]),
    default="last",
    help="What to do about times that were missed.",
)
def add(
    app: App,
    name: str,
    cron: str,
    playbook: str,
    selector: str,
    inputs: tuple[str, ...],
    timezone: str,
    catch_up: str,
) -> None:
    """Add one, and say when it comes first."""
    from pedell.playbooks.inputs import parse_pairs
    from pedell.schedule.model import CatchUp
    from pedell.service.schedules import Wanted

    wanted = Wanted(name, cron, playbook, selector, parse_pairs(inputs), timezone, CatchUp(catch_up))
    made = app.service.schedules.add(wanted, app.actor)
    coming = _next(app, made, 1)
    first = when(coming[0]["due"], made.timezone) if coming else t("never")
    app.out.show(
        {**_schedule(made), "next": coming},
        t("Schedule {name} comes first at {time} ({zone})", name=made.name, time=first, zone=made.timezone),
    )


@make("list", "List all schedules.")
def list_(app: App) -> None:
    """List with each one's next time."""
    found = app.service.schedules.list()
    shown = [{**_schedule(one), "next": [] if one.paused else _next(app, one, 1)} for one in found]
    if app.json:
        app.out.document({"schedules": shown})
    app.out.table(
        [t("name"), t("rule"), t("zone"), t("playbook"), t("devices"), t("next")],
        [
            [
                one.name,
                one.cron,
                one.timezone,
                one.playbook,
                one.selector,
                t("paused") if one.paused else when(more["next"][0]["due"], one.timezone),
            ]
            for one, more in zip(found, shown, strict=True)
            if one.paused or more["next"]
        ],
        empty=t("no schedules"),
    )


@make("next", "Show the next times of one schedule, or of all.")
@click.argument("name", required=False, shell_complete=completing.schedules)
@click.option("--count", type=click.IntRange(1, 100), default=5, help="How many times of each.")
def next_(app: App, name: str | None, count: int) -> None:
    """Show times in the schedule's own zone."""
    service = app.service.schedules
    found = (service.get(name),) if name else tuple(service.list())
    shown: list[dict[str, Any]] = [
        {"id": one.id, "name": one.name, "paused": one.paused, "next": _next(app, one, count)}
        for one in found
    ]
    if app.json:
        app.out.document({"schedules": shown})
    for one, more in zip(found, shown, strict=True):
        app.out.line(f"{one.name}  {t('paused')}" if one.paused else one.name, "strong")
        for due in more["next"]:
            app.out.line(f"  {when(due['due'], one.timezone)}  {one.timezone}")


@make("pause", "Pause a schedule.")
@click.argument("name", shell_complete=completing.schedules)
def pause(app: App, name: str) -> None:
    """Let no time of it start anything."""
    schedule = app.service.schedules.get(name)
    app.service.schedules.pause(schedule)
    app.out.show(_done(schedule, "paused"), t("Schedule {name} is paused", name=schedule.name))


@make("resume", "Let a paused schedule go on.")
@click.argument("name", shell_complete=completing.schedules)
def resume(app: App, name: str) -> None:
    """Go on; nothing is caught up."""
    schedule = app.service.schedules.get(name)
    app.service.schedules.resume(schedule)
    app.out.show(_done(schedule, "resumed"), t("Schedule {name} goes on", name=schedule.name))


@make("remove", "Remove a schedule.")
@click.argument("name", shell_complete=completing.schedules)
def remove(app: App, name: str) -> None:
    """Remove it; its history stays."""
    schedule = app.service.schedules.get(name)
    app.service.schedules.remove(schedule)
    app.out.show(_done(schedule, "removed"), t("Schedule {name} is removed", name=schedule.name))


def _done(schedule: Schedule, what: str) -> dict[str, Any]:
    return {"id": schedule.id, "name": schedule.name, "state": what}


@make("run-now", "Run a schedule once, now.")
@click.argument("name", shell_complete=completing.schedules)
def run_now(app: App, name: str) -> None:
    """Make the run; an engine takes it up."""
    service = app.service.schedules
    schedule = service.get(name)
    fired = service.run_now(schedule, app.actor)
    made = ", ".join(str(run) for run in fired.runs)
    app.out.show(
        {"id": schedule.id, "name": schedule.name, "runs": list(fired.runs)},
        t("Made: run {runs}; 'pedell serve' or 'pedell runs resume' works on it", runs=made),
    )


@make("history", "Show what became of the times of one schedule, or of all.")
@click.argument("name", required=False, shell_complete=completing.schedules)
@click.option("--limit", type=click.IntRange(1, 1000), default=30, help="How many, newest first.")
def history(app: App, name: str | None, limit: int) -> None:
    """Show started, skipped and failed times."""
    service = app.service.schedules
    schedule = service.get(name) if name else None
    names = {one.no: one.name for one in service.list()}
    fires = [_fire(fire, names) for fire in service.history(schedule, limit)]
    states = {"started": t("started"), "skipped": t("skipped"), "failed": t("failed")}
    if app.json:
        app.out.document({"fires": fires})
    app.out.table(
        [t("schedule"), t("time"), t("due"), t("state"), t("run"), t("remark")],
        [
            [
                one["schedule"],
                t("by hand") if one["nominal"].startswith("now:") else one["nominal"],
                when(one["due"], app.settings.timezone),
                states[one["state"]],
                one["run"],
                said(one["note"]),
            ]
            for one in fires
        ],
        empty=t("nothing yet"),
    )


command = Group(
    "schedules",
    "What runs by itself, and when.",
    [add, list_, next_, pause, resume, remove, run_now, history],
)
