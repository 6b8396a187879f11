"""`pedell plan`: what a run would do; touches no device."""

from __future__ import annotations

import click

from pedell.cli import completing
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.cli.plans import document, show, show_wait
from pedell.playbooks.inputs import parse_pairs


@make("plan", "Show what a run would do, and stop there.")
@click.argument("playbook", shell_complete=completing.playbooks)
@click.option(
    "--on", "selector", required=True, help="Which devices: a selector such as 'room=B204 site=bert-brecht'."
)
@click.option(
    "--input", "-i", "inputs", multiple=True, help="An input as name=value; may be given several times."
)
@click.option("--all", "everything", is_flag=True, help="List every device, however many.")
def command(app: App, playbook: str, selector: str, inputs: tuple[str, ...], everything: bool) -> int:
    """Exit code 3 where a rule of safety will refuse a step."""
    from pedell.service.windowed import wait_for

    plan = app.service.runs.plan(playbook, selector, parse_pairs(inputs))
    wait = wait_for(plan, app.settings)
    if app.json:
        waits = {"devices": wait.devices, "until": wait.until, "never": wait.never}
        app.out.document({**document(plan), "waits": waits})
    else:
        show(app.out, plan, limit=None if everything else 20)
        show_wait(app.out, wait, app.settings.timezone)
    return 3 if plan.irreversible else 0
