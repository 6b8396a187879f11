"""`pedell doctor`: one line per check, and an exit code."""

from __future__ import annotations

import contextlib
import os

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.spans import seconds
from pedell.i18n import said

STYLES = {"ok": "ok", "warn": "warn", "bad": "bad"}


@make("doctor", "Check that everything Pedell needs is there, or that what should happen did.")
@click.option(
    "--since", default="", help="Look at what happened since then, such as 24h or 7d: for a watchdog."
)
def command(app: App, since: str) -> int:
    """Exit code 1 where something is bad."""
    from pedell.errors import StoreError
    from pedell.service.health import Health, Level

    if since:
        with contextlib.suppress(StoreError):  # which is told below; that there is none ends it here
            _ = app.service.around.store
    checks = []
    found = (
        app.service.watch.checks(seconds(since, "mhd", "90m, 24h, 7d"))
        if since
        else Health(os.environ).checks()
    )
    for check in found:
        checks.append(check)
        app.out.line(f"{check.level:<5}{check.id}: {said(check.text)}", STYLES[check.level])
        if check.hint:
            app.out.line(f"     {said(check.hint)}", "quiet")
    bad = any(check.level is Level.BAD for check in checks)
    if app.json:
        rows = [
            {"id": check.id, "level": check.level, "text": check.text, "hint": check.hint} for check in checks
        ]
        app.out.document({"ok": not bad, "checks": rows})
    return 1 if bad else 0
