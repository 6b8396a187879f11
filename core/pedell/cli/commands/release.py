"""`pedell release`: end a hold."""

from __future__ import annotations

from dataclasses import asdict

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.i18n import t


@make("release", "End a hold: the devices may be worked on again.")
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why, for the journal.")
def command(app: App, number: int, reason: str) -> int:
    """Release."""
    made = app.service.safety.release(number, app.actor, reason)
    app.out.show(asdict(made), t("hold {number} is over: {selector}", number=number, selector=made.selector))
    return 0
