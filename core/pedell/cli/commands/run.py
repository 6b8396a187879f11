"""`pedell run`: run a playbook on devices, for a ticket, and follow it to its end."""

from __future__ import annotations

import click

from pedell.cli import completing
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.finished import finish, tell_approval
from pedell.cli.following import Follower
from pedell.errors import UsageError
from pedell.i18n import t


@make("run", "Run a playbook on devices, for a ticket.")
@click.argument("playbook", required=False, shell_complete=completing.playbooks)
@click.option("--on", "selector", help="Which devices: a selector such as 'room=B204 site=bert-brecht'.")
@click.option("--ticket", help="The ticket it belongs to: 4711, rt:4711, or new.")
@click.option(
    "--input", "-i", "inputs", multiple=True, help="An input as name=value; may be given several times."
)
@click.option("--reason", default="", help="Why, for the journal.")
@click.option("--now", "at_once", is_flag=True, help="Wait for no free slot and no window; needs --reason.")
@click.option("--check", is_flag=True, help="Only read, and say what would be done.")
@click.option("--proposal", type=int, help="Run what was proposed for a ticket, by the proposal's number.")
@click.option(
    "--no-follow", is_flag=True, help="Write the run down and leave it to the engine ('pedell serve')."
)
@click.option(
    "--wait",
    "patience",
    type=click.FloatRange(0, 86400),
    default=30.0,
    show_default=True,
    help="Seconds to stay when devices only wait.",
)
def command(
    app: App, playbook: str | None, selector: str | None, ticket: str | None, inputs: tuple[str, ...], reason: str, proposal: int | None,
    no_follow: bool, patience: float, at_once: bool, check: bool,
) -> int:  # fmt: skip
    """Exit codes as docs/exit-codes.md tells."""
    from pedell.playbooks.inputs import parse_pairs
    from pedell.service.runs import RunRequest

    runs = app.service.runs
    if proposal is not None:
        if playbook or selector or ticket:
            raise UsageError(t("--proposal says playbook, devices and ticket already"))
        submitted = runs.submit_proposal(
            proposal, app.actor, parse_pairs(inputs), reason, check_only=check, at_once=at_once
        )
    else:
        if not playbook:
            raise UsageError(t("which playbook?"), hint=t("see 'pedell playbooks list'"))
        if not selector:
            raise UsageError(t("on which devices?"), hint="--on 'room=B204'")
        submitted = runs.submit(
            RunRequest(
                playbook,
                selector,
                ticket or "",
                app.actor,
                parse_pairs(inputs),
                reason,
                check_only=check,
                at_once=at_once,
            )
        )
    known = (
        t("the same run is open already")
        if submitted.known
        else t("run {number}, ticket {ticket}", number=submitted.no, ticket=submitted.ticket)
    )
    app.out.line(f"{known}: {submitted.no}" if submitted.known else known, "strong")
    if check:
        app.out.line(t("only a check: nothing is changed"), "warn")
    tell_approval(app, submitted)
    if no_follow:
        if app.json:
            app.out.document(runs.show(submitted.no).document())
        return 0
    follower = Follower(runs, app.out, submitted.no, app.actor, patience)
    follower.follow()
    return finish(app, submitted.no, interrupted=follower.interrupted)
