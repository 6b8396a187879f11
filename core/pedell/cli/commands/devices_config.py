"""`pedell devices config`: what a device's configuration is, was, and what changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from pedell.cli import completing
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.output import when
from pedell.i18n import said, t

if TYPE_CHECKING:
    from pedell.configs.history import Revision


MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@make("config", "Show a device's configuration as it was last copied, or what changed in it.")
@click.argument("device", shell_complete=completing.devices)
@click.option("--diff", "changes", is_flag=True, help="What changed since the copy before.")
@click.option("--history", is_flag=True, help="All versions, newest first.")
@click.option("--since", type=MOMENT, help="With --diff: what changed since then. Else: as it was then.")
@click.option("--rev", default="", help="A version, by the beginning of its id, or -1 for the last but one.")
@click.option("--limit", type=click.IntRange(0), default=0, help="Versions that --history shows; 0 for all.")
def config(
    app: App, device: str, changes: bool, history: bool, since: datetime | None, rev: str, limit: int
) -> None:
    """Show."""
    if history and (changes or since or rev):
        raise click.UsageError(t("--history goes alone"))
    if since and rev:
        raise click.UsageError(t("give either --since or --rev"))
    if history:
        _history(app, device, limit)
        return
    zone = app.settings.timezone
    moment = since.replace(tzinfo=ZoneInfo(zone)) if since is not None else None
    look = app.service.configs.diff if changes else app.service.configs.text
    shown = look(device, rev, moment)
    if app.json:
        before = _row(shown.before) if shown.before is not None else None
        what = "diff" if changes else "text"
        app.out.document(
            {"device": shown.name, "version": _row(shown.revision), "before": before, what: shown.text}
        )
        return
    if changes and not shown.text:
        app.out.line(t("{name}: nothing changed", name=shown.name), "ok")
    for line in shown.text.splitlines():
        app.out.line(line, _style(line) if changes else "")


def _style(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "quiet"
    return {"+": "ok", "-": "bad"}.get(line[:1], "")


def _history(app: App, device: str, limit: int) -> None:
    name, versions = app.service.configs.versions(device, limit)
    if app.json:
        app.out.document({"device": name, "versions": [_row(one) for one in versions]})
        return
    zone = app.settings.timezone
    app.out.table(
        [t("version"), t("stored"), t("run and ticket")],
        [[one.id[:12], when(one.at * 1_000_000, zone), said(one.why)] for one in versions],
    )


def _row(one: Revision) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": datetime.fromtimestamp(one.at, UTC).isoformat(),
        "why": one.why,
        "file": f"configs/{one.file}",
    }
