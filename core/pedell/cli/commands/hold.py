"""`pedell hold`: leave devices alone until a time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.output import when
from pedell.errors import UsageError
from pedell.i18n import t

if TYPE_CHECKING:
    from pedell.safety.holds import Hold


@make("hold", "Leave devices alone until a time; 'pedell hold list' shows what is held.")
@click.argument("selector", nargs=-1)
@click.option(
    "--until", default="", help="2h, Friday, 'Friday 14:00', 2026-12-01; without it until released."
)
@click.option("--reason", default="", help="Why; must be given.")
@click.option("--all", "everything", is_flag=True, help="With list: also what is over.")
def command(app: App, selector: tuple[str, ...], until: str, reason: str, everything: bool) -> int:
    """Hold, or list."""
    if not selector:
        raise UsageError(t("which devices?"), hint=t("pedell hold room=B204 --until Friday --reason …"))
    if selector == ("list",):
        return _list(app, everything=everything)
    made, count = app.service.safety.hold(" ".join(selector), until, app.actor, reason)
    zone = app.settings.timezone
    text = (
        t(
            "hold {number} until {time}, devices: {count}",
            number=made.no,
            count=count,
            time=when(made.until, zone),
        )
        if made.until
        else t("hold {number} until 'pedell release {number}', devices: {count}", number=made.no, count=count)
    )
    app.out.show({**_document(made), "count": count}, text)
    return 0


def _list(app: App, *, everything: bool) -> int:
    found, people = app.service.safety.holds(everything=everything), app.service.safety.people()
    if app.json:
        app.out.document(
            {"holds": [{**_document(one), "by": people.get(one.actor, one.actor)} for one in found]}
        )
    zone = app.settings.timezone
    app.out.table(
        [t("hold"), t("selector"), t("until"), t("reason"), t("by"), t("released")],
        [
            (one.no, one.selector, when(one.until, zone) or t("released"), one.reason, people.get(one.actor, one.actor),
             when(one.released, zone))
            for one in found
        ],
        t("nothing is held"),
    )  # fmt: skip
    return 0


def _document(hold: Hold) -> dict[str, Any]:
    return asdict(hold)
