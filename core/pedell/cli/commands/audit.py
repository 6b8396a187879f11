"""`pedell audit`: check that the journal has not been changed, and read it."""

from __future__ import annotations

import json

import click

from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.i18n import t


@make("verify", "Recompute the hash chains and the ledger; name the first event that was changed.")
@click.argument("run", required=False)
def verify(app: App, run: str | None) -> int:
    """Exit code 1 where something was changed."""
    number = app.service.runs.number(run) if run else None
    result = app.service.audit.verify(number)
    app.out.show(
        {
            "ok": result.ok, "runs": result.runs, "events": result.events, "ledger_lines": result.lines, "ledger_head": result.head,
            "broken": [{"run": b.run, "shard": b.shard, "seq": b.seq, "message": b.message} for b in result.broken],
        },
        t("runs: {runs}, events: {events}, lines in the ledger: {lines}", runs=result.runs, events=result.events, lines=result.lines),
    )  # fmt: skip
    for broken in result.broken[:50]:
        where = t(
            "run {run}, shard {shard}, event {seq}",
            run=broken.run or "?",
            shard=_known(broken.shard),
            seq=_known(broken.seq),
        )
        app.out.line(f"{where}: {broken.message}", "bad")
    if result.ok:
        app.out.line(t("nothing was changed; the ledger's head is {head}", head=result.head), "ok")
    return 0 if result.ok else 1


def _known(value: int | None) -> str:
    return "-" if value is None else str(value)


@make("events", "Print the journal's events, one JSON document a line.", json=False)
@click.argument("run", required=False)
def events(app: App, run: str | None) -> int:
    """Print events."""
    number = app.service.runs.number(run) if run else None
    for item in app.service.audit.events(number):
        click.echo(json.dumps(item, ensure_ascii=False))
    return 0


command = Group("audit", "Check that the journal has not been changed.", [verify, events])
