"""`pedell devices import`: shows the plan, then carries it out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t

if TYPE_CHECKING:
    from pedell.errors import Finding
    from pedell.inventory.plan import Change, Plan

LISTED = 20
"""Lines of each kind of change that people see; the rest is counted."""


@make("import", "Bring in sites, rooms, devices, controllers and links from YAML or CSV files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and stop there.")
@click.option("--prune", is_flag=True, help="Mark devices that the files do not have any more as retired.")
@click.option(
    "--source",
    default="file",
    show_default=True,
    help="Where these devices come from; only those can be gone.",
)
def import_(app: App, files: tuple[Path, ...], dry_run: bool, prune: bool, source: str) -> int:
    """Import; exit code 1 where a row was bad."""
    if not source or len(source) > 64 or not source.isprintable():
        raise click.UsageError(t("a source has 1 to 64 printable characters"))
    app.creates = not dry_run
    plan = app.service.inventory.import_files(files, source=source, prune=prune, dry_run=dry_run)
    if app.json:
        app.out.document(_document(plan, dry_run=dry_run, prune=prune))
    else:
        _show(app, plan, dry_run=dry_run, prune=prune)
    return 1 if plan.refused else 0


def _show(app: App, plan: Plan, *, dry_run: bool, prune: bool) -> None:
    _list(
        app,
        "+",
        "ok",
        (f"{what} {name}" for what, name in _added(plan)),
        sum(one["added"] for one in plan.counts.values()),
    )
    _list(app, "~", "warn", (f"{what} {name}: {_told(changes)}" for what, _, name, changes in _changed(plan)),
          sum(one["changed"] for one in plan.counts.values()))  # fmt: skip
    _list(app, "-", "bad", (f"{t('device')} {gone.name} ({gone.site})" for gone in plan.gone), len(plan.gone))
    for finding in plan.findings:
        bad = finding.severity == "error"
        app.out.line(f"{t('refused') if bad else t('note')}: {finding}", "bad" if bad else "warn")
    for what, counts in plan.counts.items():
        if any(counts.values()):
            app.out.line(f"{_plural(what)}: " + t("{added} added, {changed} changed", **counts))
    gone = t("{count} gone", count=len(plan.gone))
    app.out.line(
        t("{count} unchanged", count=plan.unchanged)
        + f", {gone}, "
        + t("{count} refused", count=plan.refused)
    )
    if plan.gone_unknown:
        app.out.line(t("part of the files could not be read, so no device is called gone"), "warn")
    if plan.gone and not prune:
        app.out.line(t("gone devices stay as they are; --prune marks them as retired"), "quiet")
    if dry_run:
        app.out.line(t("nothing was written (--dry-run)"), "strong")


def _list(app: App, mark: str, style: str, lines: Iterable[str], count: int) -> None:
    for line in islice(lines, LISTED):
        app.out.line(f"{mark} {line}", style)
    if count > LISTED:
        app.out.line(t("{mark} and {count} more", mark=mark, count=count - LISTED), style)


def _told(changes: Iterable[Change]) -> str:
    return "; ".join(f"{change.field} {change.before or '-'} → {change.after or '-'}" for change in changes)


def _plural(what: str) -> str:
    return {
        "sites": t("sites"),
        "rooms": t("rooms"),
        "controllers": t("controllers"),
        "devices": t("devices"),
    }[what]


def _added(plan: Plan) -> Iterable[tuple[str, str]]:
    yield from ((t("site"), entry.slug) for entry in plan.new_sites)
    yield from ((t("room"), f"{entry.site} {entry.name}") for entry in plan.new_rooms)
    yield from ((t("controller"), entry.name) for entry in plan.new_controllers)
    yield from ((t("device"), entry.name) for entry in plan.new_devices)


def _changed(plan: Plan) -> Iterable[tuple[str, int, str, tuple[Change, ...]]]:
    for what, items in (
        (t("site"), plan.changed_sites),
        (t("room"), plan.changed_rooms),
        (t("controller"), plan.changed_controllers),
    ):
        yield from ((what, one.no, one.name, one.changes) for one in items)
    yield from ((t("device"), one.no, one.entry.name, one.changes) for one in plan.changed_devices)


def _document(plan: Plan, *, dry_run: bool, prune: bool) -> dict[str, Any]:
    places = (
        ("site", plan.changed_sites),
        ("room", plan.changed_rooms),
        ("controller", plan.changed_controllers),
    )
    changed = [_change(what, one.no, one.name, one.changes) for what, items in places for one in items]
    return {
        "source": plan.source,
        "dry_run": dry_run,
        "counts": plan.counts,
        "added": [
            *({"what": "site", "name": entry.slug} for entry in plan.new_sites),
            *({"what": "room", "name": f"{entry.site} {entry.name}"} for entry in plan.new_rooms),
            *({"what": "controller", "name": entry.name} for entry in plan.new_controllers),
            *({"what": "device", "name": entry.name} for entry in plan.new_devices),
        ],
        "changed": [
            *changed,
            *(_change("device", one.no, one.entry.name, one.changes) for one in plan.changed_devices),
        ],
        "gone": [{"no": gone.no, "name": gone.name, "site": gone.site} for gone in plan.gone],
        "retired": len(plan.gone) if prune and not dry_run else 0,
        "gone_unknown": plan.gone_unknown,
        "unchanged": plan.unchanged,
        "refused": plan.refused,
        "findings": [_finding(finding) for finding in plan.findings],
    }


def _change(what: str, no: int, name: str, changes: Iterable[Change]) -> dict[str, Any]:
    return {
        "what": what, "no": no, "name": name,
        "changes": [{"field": change.field, "before": change.before, "after": change.after} for change in changes],
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    names = ("message", "source", "line", "column", "hint", "code", "severity")
    return {name: getattr(finding, name) for name in names}
