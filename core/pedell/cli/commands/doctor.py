"""`pedell doctor`: one line per check, and an exit code."""

from __future__ import annotations

import os
import re

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.errors import UsageError
from pedell.i18n import said, t

UNITS = {"m": 60, "h": 3600, "d": 86_400}
STYLES = {"ok": "ok", "warn": "warn", "bad": "bad"}


@make("doctor", "Check that everything Pedell needs is there, or that what should happen did.")
@click.option(
    "--since", default="", help="Look at what happened since then, such as 24h or 7d: for a watchdog."
)
def command(app: App, since: str) -> int:
    """Exit code 1 where something is bad."""
    from pedell.service.health import Health, Level

    checks = []
    found = app.service.watch.checks(seconds(since)) if since else Health(os.environ).checks()
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


def seconds(written: str) -> int:
    """A span such as 90m, 24h or 7d, in seconds."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", written.strip().lower())
    if found is None:
        raise UsageError(t("this is no span of time: {text}", text=written[:40]), hint="90m, 24h, 7d")
    return int(found[1]) * UNITS[found[2]]
