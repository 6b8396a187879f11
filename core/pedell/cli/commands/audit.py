"""`pedell audit`: check that the journal has not been changed, read it, export it, purge it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.journal.verify import Broken

SHOWN = 50
"""So much of what is wrong is told."""


@make("verify", "Recompute the hash chains and the ledger; name the first event that was changed.")
@click.argument("run", required=False)
def verify(app: App, run: str | None) -> int:
    """Exit code 1 where something was changed."""
    number = app.service.runs.number(run) if run else None
    result = app.service.audit.verify(number)
    app.out.show(
        {
            "ok": result.ok, "runs": result.runs, "events": result.events, "ledger_lines": result.lines, "ledger_head": result.head,
            "purged": result.purged, "emptied": result.emptied, "installation_events": result.installation,
            "broken": [{"run": b.run, "shard": b.shard, "seq": b.seq, "message": b.message, "place": b.place} for b in result.broken],
        },
        t("runs: {runs}, events: {events}, of the installation itself: {own}, lines in the ledger: {lines}",
          runs=result.runs, events=result.events, own=result.installation, lines=result.lines),
    )  # fmt: skip
    if result.purged:
        app.out.line(
            t(
                "{count} runs were purged after their time; only their lines in the ledger are left",
                count=result.purged,
            )
        )
    if result.emptied:
        app.out.line(t("{count} events of readings were emptied after their time", count=result.emptied))
    for broken in result.broken[:SHOWN]:
        app.out.line(f"{_place(broken)}: {said(broken.message)}", "bad")
    if len(result.broken) > SHOWN:
        app.out.line(t("and {count} more", count=len(result.broken) - SHOWN), "bad")
    if result.ok:
        app.out.line(t("nothing was changed; the ledger's head is {head}", head=result.head), "ok")
    return 0 if result.ok else 1


def _place(broken: Broken) -> str:
    """Where it is, in words."""
    from pedell.journal.verify import INSTALLATION, LEDGER

    if broken.place == LEDGER:
        line = t("ledger, line {seq}", seq=broken.seq)
        return line if broken.run is None else f"{t('run {run}', run=broken.run)}, {line}"
    if broken.place == INSTALLATION:
        return t("installation, event {seq}", seq=broken.seq)
    parts = [t("run {run}", run=broken.run or "?")]
    if broken.shard is not None:
        parts.append(t("shard {shard}", shard=broken.shard))
    if broken.seq is not None:
        parts.append(t("event {seq}", seq=broken.seq))
    return ", ".join(parts)


@make("events", "Print the journal's events, one JSON document a line.", json=False)
@click.argument("run", required=False)
def events(app: App, run: str | None) -> int:
    """Print events."""
    number = app.service.runs.number(run) if run else None
    for item in app.service.audit.events(number):
        click.echo(json.dumps(item, ensure_ascii=False))
    return 0


MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@make("export", "Write the journal as JSON Lines: chains with their heads, and the ledger.", json=False)
@click.option("--since", type=MOMENT, help="Only runs that ended then or later, or are open.")
@click.option("--until", type=MOMENT, help="Only runs that were asked for before then.")
@click.option("--run", default="", help="Only this run, by number or id.")
@click.option("--names", is_flag=True, help="Also the names of persons behind the ids.")
def export(app: App, since: datetime | None, until: datetime | None, run: str, names: bool) -> int:
    """Print the export."""
    from pedell.cli.output import micros

    number = app.service.runs.number(run) if run else None
    zone = app.settings.timezone
    for item in app.service.audit.export(number, micros(since, zone), micros(until, zone), people=names):
        click.echo(json.dumps(item, ensure_ascii=False))
    return 0


@make("purge", "Remove runs whose time is over; without --yes only say which.")
@click.option("--yes", is_flag=True, help="Do it.")
def purge(app: App, yes: bool) -> int:
    """Purge by the settings' retention."""
    retention = app.service.retention
    found = retention.due()
    removed, cut = retention.purge(app.actor) if yes else (0, 0)
    if app.json:
        app.out.document(
            {
                "purged": removed, "runs": {"reads": found.reads, "effects": found.effects}, "events": found.events,
                "attempts": found.attempts, "tasks": found.tasks, "oldest": found.oldest,
                "readings": found.readings, "cut": cut,
            }
        )  # fmt: skip
    kept = app.settings.retention
    app.out.line(
        t(
            "{reads} runs that only read are older than {days} days",
            reads=found.reads,
            days=kept.reads_days,
        )
    )
    app.out.line(
        t(
            "{effects} runs with effects are older than {days} days",
            effects=found.effects,
            days=kept.effects_days,
        )
    )
    app.out.line(
        t("events: {events}, attempts: {attempts}, devices: {tasks}", events=found.events, attempts=found.attempts, tasks=found.tasks)
    )  # fmt: skip
    out = t(
        "devices that were only read, in runs with effects, longer ago than that: {count}",
        count=found.readings,
    )
    app.out.line(out)
    if yes:
        app.out.line(t("{count} runs were removed; their lines in the ledger stay", count=removed), "ok")
        if cut:
            app.out.line(
                t("the readings of {count} devices were cut; their events' hashes stay", count=cut), "ok"
            )
    elif found.runs or found.readings:
        app.out.line(t("nothing was removed; --yes does it"), "warn")
    return 0


@make("forget", "Empty a person's name; the journal keeps an opaque id.")
@click.argument("actor")
def forget(app: App, actor: str) -> int:
    """Forget a name."""
    found = app.service.retention.forget(actor)
    app.out.show({"actor": found}, t("{actor} has no name any more", actor=found))
    return 0


command = Group("audit", "The journal: verify, read, export, purge.", [verify, events, export, purge, forget])
