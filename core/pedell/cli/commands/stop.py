"""`pedell stop`: nothing new begins anywhere."""

from __future__ import annotations

from dataclasses import asdict

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t


@make("stop", "Begin nothing new anywhere; what has begun is brought to its end.")
@click.option("--reason", default="", help="Why; must be given.")
def command(app: App, reason: str) -> int:
    """Stop."""
    made = app.service.safety.stop(app.actor, reason)
    app.out.show({"id": "stop", **asdict(made)}, t("everything is stopped; 'pedell go' goes on"))
    return 0
