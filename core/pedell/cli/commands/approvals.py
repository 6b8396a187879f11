"""`pedell approvals`: what waits for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.output import plain, when
from pedell.i18n import t

if TYPE_CHECKING:
    from pedell.safety.approvals import Approval
    from pedell.service.safety import Wanted


@make("list", "What waits for a second person.")
@click.option("--all", "everything", is_flag=True, help="Also what has been decided or has expired.")
def list_approvals(app: App, everything: bool) -> int:
    """List approvals."""
    found = app.service.safety.approvals(everything=everything)
    if app.json:
        app.out.document({"approvals": [one.document() for one in found]})
    zone = app.settings.timezone
    app.out.table(
        [t("approval"), t("run"), t("playbook"), t("devices"), t("asked by"), t("until"), t("state")],
        [
            (
                one.approval.no, one.approval.run, one.playbook, one.count, one.name(one.approval.asked_by),
                when(one.approval.expires, zone), _state(one.approval),
            )
            for one in found
        ],
        t("nothing waits for a second person"),
    )  # fmt: skip
    return 0


@make("show", "What exactly would be approved.")
@click.argument("number", type=int)
def show(app: App, number: int) -> int:
    """Show one."""
    found = app.service.safety.approval(number)
    if app.json:
        app.out.document(found.document())
    _show(app, found)
    return 0


@make("grant", "Approve it, as a second person.")
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why, for the journal.")
def grant(app: App, number: int, reason: str) -> int:
    """Grant."""
    made = app.service.safety.grant(number, app.actor, reason)
    app.out.show(
        app.service.safety.approval(number).document(),
        t("approval {number} is granted; run {run} goes on", number=number, run=made.run),
    )
    if made.weak:
        app.out.line(t("weak: only the operating system says who you are"), "warn")
    app.out.line(
        t("'pedell serve' or 'pedell runs resume {number}' goes on with it", number=made.run), "quiet"
    )
    return 0


@make("refuse", "Say no: what waits for it is refused.")
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why; must be given.")
def refuse(app: App, number: int, reason: str) -> int:
    """Refuse."""
    app.service.safety.refuse(number, app.actor, reason)
    app.out.show(
        app.service.safety.approval(number).document(), t("approval {number} is refused", number=number)
    )
    return 0


def _state(known: Approval) -> str:
    word = {
        "asked": t("waits"), "granted": t("granted"), "refused": t("refused"), "expired": t("expired"),
    }[known.standing]  # fmt: skip
    return f"{word} ({t('weak')})" if known.weak and known.state == "granted" else word


def _show(app: App, found: Wanted) -> None:
    known, out, zone = found.approval, app.out, app.settings.timezone
    out.line(f"{t('approval')} {known.no}: {_state(known)}", "strong")
    out.line(f"  {t('run')} {known.run}  {found.playbook}  {found.selector}")
    out.line(
        f"  {t('asked by')} {found.name(known.asked_by)}  {when(known.asked, zone)}  {t('until')} {when(known.expires, zone)}"
    )
    out.line(f"  {t('reason')}: {found.reason}")
    for name, value in found.inputs.items():
        if value not in (None, ""):
            out.line(f"  {name} = {plain(value)}")
    places = ", ".join(f"{site} ({count})" for site, count in found.sites.items())
    out.line("  " + t("devices: {places}", places=places))
    for name in found.devices:
        out.line(f"    {name}")
    if found.count > len(found.devices):
        out.line("    " + t("… and {count} more devices", count=found.count - len(found.devices)), "quiet")
    for name in found.irreversible:
        out.line("  " + t("{name}: cannot be undone", name=name), "bad")
    if known.decided:
        out.line(
            f"  {_state(known)}: {found.name(known.decided_by)} ({known.verified_by})  {when(known.decided, zone)}  {known.reason}"
        )


command = Group("approvals", "What waits for a second person.", [list_approvals, show, grant, refuse])
