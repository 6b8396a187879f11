"""`pedell breakers`: groups of devices that are left alone after trouble."""

from __future__ import annotations

from dataclasses import asdict

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.output import when
from pedell.i18n import said, t


@make("list", "Groups of devices that are left alone after trouble.")
@click.option("--all", "everything", is_flag=True, help="Also those that are trusted again.")
def list_breakers(app: App, everything: bool) -> int:
    """List breakers."""
    found = app.service.safety.breakers(everything=everything)
    if app.json:
        app.out.document({"breakers": [{"id": one.key, **asdict(one)} for one in found]})
    words = {"open": t("left alone"), "half_open": t("one device tries"), "closed": t("trusted")}
    app.out.table(
        [t("breaker"), t("state"), t("since"), t("devices"), t("trouble")],
        [
            (
                one.key,
                words[one.state],
                when(one.since, app.settings.timezone),
                one.failures or "",
                said(one.reason),
            )
            for one in found
        ],
        t("no group of devices is left alone"),
    )
    return 0


@make("reset", "Trust a group of devices again.")
@click.argument("breaker")
@click.option("--reason", default="", help="Why, for the journal.")
def reset(app: App, breaker: str, reason: str) -> int:
    """Reset one."""
    app.service.safety.reset(breaker, app.actor, reason)
    app.out.show({"id": breaker, "state": "closed"}, t("{breaker} is trusted again", breaker=breaker))
    return 0


command = Group("breakers", "Groups of devices that are left alone after trouble.", [list_breakers, reset])
