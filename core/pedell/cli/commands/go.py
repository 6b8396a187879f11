"""`pedell go`: the end of `pedell stop`."""

from __future__ import annotations

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t


@make("go", "Go on after 'pedell stop'.")
@click.option("--reason", default="", help="Why, for whoever asks.")
def command(app: App, reason: str) -> int:
    """Go on."""
    was = app.service.safety.go(app.actor, reason)
    text = t("everything goes on") if was else t("nothing was stopped")
    app.out.show({"id": "stop", "on": False, "was": was}, text)
    return 0
