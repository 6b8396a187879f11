"""`pedell doctor`: one line per check, and an exit code."""

from __future__ import annotations

import os

from pedell.cli.base import App
from pedell.cli.base import command as make

STYLES = {"ok": "ok", "warn": "warn", "bad": "bad"}


@make("doctor", "Check that everything Pedell needs is there.")
def command(app: App) -> int:
    """Exit code 1 where something is bad."""
    from pedell.service.health import Health, Level

    checks = []
    for check in Health(os.environ).checks():
        checks.append(check)
        app.out.line(f"{check.level:<5}{check.id}: {check.text}", STYLES[check.level])
        if check.hint:
            app.out.line(f"     {check.hint}", "quiet")
    bad = any(check.level is Level.BAD for check in checks)
    if app.json:
        rows = [
            {"id": check.id, "level": check.level, "text": check.text, "hint": check.hint} for check in checks
        ]
        app.out.document({"ok": not bad, "checks": rows})
    return 1 if bad else 0
