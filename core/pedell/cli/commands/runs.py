"""`pedell runs`: list, show, cancel, resume, retry, settle."""

from __future__ import annotations

import click

from pedell.cli import spoken
from pedell.cli.base import App, Group
from pedell.cli.base import command as make
from pedell.cli.finished import finish, show, tell_approval
from pedell.cli.following import Follower
from pedell.cli.output import when
from pedell.errors import ConflictError, StoreError, UsageError
from pedell.i18n import said, t
from pedell.service.words import state_word

PATIENCE = click.option(
    "--wait",
    "patience",
    type=click.FloatRange(0, 86400),
    default=30.0,
    show_default=True,
    help="Seconds to stay when devices only wait.",
)

STATES = ("open", "waiting", "done", "failed", "cancelled", "in_doubt")


@make("list", "Runs, newest first.")
@click.option(
    "--state", type=click.Choice(STATES), help="Only those in this state; open are all that are not over."
)
@click.option("--ticket", default="", help="Only those of this ticket.")
@click.option("--limit", type=click.IntRange(1, 1000), default=30, show_default=True, help="How many.")
def list_runs(app: App, state: str | None, ticket: str, limit: int) -> int:
    """List runs."""
    number = app.service.tickets.ensure(ticket).no if ticket else None
    rows = app.service.runs.list(limit=limit, state=state or "", ticket=number)
    if app.json:
        app.out.document({"runs": [row.document() for row in rows]})
    zone = app.settings.timezone
    app.out.table(
        [t("run"), t("created"), t("playbook"), t("devices"), t("ticket"), t("state")],
        [
            (
                row.no,
                when(row.created, zone),
                row.playbook,
                sum(row.counts.values()),
                row.ticket,
                state_word(row.state),
            )
            for row in rows
        ],
        t("no such runs") if state or ticket else t("no runs yet"),
    )
    return 0


@make("show", "One run: its devices, what was done, proof before and after.")
@click.argument("run")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="How many devices."
)
@click.option(
    "--transcript", is_flag=True, help="Also what was said to the devices and answered, without secrets."
)
def show_run(app: App, run: str, limit: int, transcript: bool) -> int:
    """Show a run."""
    number = app.service.runs.number(run)
    detail = app.service.runs.show(number, limit=limit)
    kept = app.service.audit.transcripts(number) if transcript else []
    if app.json:
        said_too = {"transcripts": [one.document() for one in kept]} if transcript else {}
        app.out.document({**detail.document(), **said_too})
        return 0
    show(app.out, detail, app.settings.timezone)
    for one in kept:
        app.out.line(f"{when(one.started, app.settings.timezone)}  {one.device}  {one.capability}", "strong")
        for line in spoken.lines(one.text):
            app.out.line(f"  {line}", "quiet")
    if transcript and not kept:
        app.out.line(t("no transcript is kept of it"), "quiet")
    return 0


@make("cancel", "End a run: calls in flight finish, the rest is left.")
@click.argument("run")
@click.option("--reason", default="", help="Why, for the journal.")
@PATIENCE
def cancel(app: App, run: str, reason: str, patience: float) -> int:
    """Cancel, and follow to the end."""
    number = app.service.runs.number(run)
    app.service.runs.cancel(number, app.actor, reason)
    follower = Follower(app.service.runs, app.out, number, app.actor, patience)
    progress = follower.follow()
    finish(app, number)
    return 0 if progress.done else 5


@make("resume", "Go on with a run that was interrupted; without a number with all of them.")
@click.argument("run", required=False)
@PATIENCE
def resume(app: App, run: str | None, patience: float) -> int:
    """Resume."""
    runs = app.service.runs
    numbers = [runs.number(run)] if run else list(runs.open_runs())
    if run and runs.show(numbers[0], limit=1).run.ended is not None:
        app.out.line(t("run {number} has ended already", number=numbers[0]), "quiet")
        return finish(app, numbers[0])
    if not numbers:
        app.out.show({"runs": []}, t("nothing to go on with"))
        return 0
    worst = 0
    rank = {2: 6, 3: 5, 4: 4, 1: 3, 5: 2, 0: 1, 130: 7}
    documents = []
    for number in numbers:
        app.out.line(t("run {number} goes on", number=number), "strong")
        follower = Follower(runs, app.out, number, app.actor, patience)
        follower.follow()
        code = finish(app, number, interrupted=follower.interrupted, document=bool(run))
        if app.json and not run:
            documents.append(runs.show(number).document())
        worst = max(worst, code, key=lambda value: rank.get(value, 8))
        if follower.interrupted:
            break
    if app.json and not run:
        app.out.document({"runs": documents})
    return worst


@make("retry", "A new run for the devices of a run that failed.")
@click.argument("run")
@click.option("--failed", is_flag=True, help="Only those that failed or were left; must be given.")
@click.option("--reason", default="", help="Why, for the journal.")
@PATIENCE
def retry(app: App, run: str, failed: bool, reason: str, patience: float) -> int:
    """Retry."""
    if not failed:
        raise UsageError(t("say what to try again"), hint="--failed")
    runs = app.service.runs
    submitted = runs.retry_failed(runs.number(run), app.actor, reason)
    app.out.line(t("run {number}, ticket {ticket}", number=submitted.no, ticket=submitted.ticket), "strong")
    tell_approval(app, submitted)
    follower = Follower(runs, app.out, submitted.no, app.actor, patience)
    follower.follow()
    return finish(app, submitted.no, interrupted=follower.interrupted)


@make("settle", "Decide about an effect whose outcome is unknown; without a decision, show what is known.")
@click.argument("run", required=False)
@click.option("--attempt", default="", help="Which, where the run has several in doubt.")
@click.option(
    "--decision",
    type=click.Choice(["done", "not-done", "again"]),
    help="It happened; it did not; try it again.",
)
@click.option("--reason", default="", help="How you know; must be given with a decision.")
@PATIENCE
def settle(
    app: App, run: str | None, attempt: str, decision: str | None, reason: str, patience: float
) -> int:
    """Show, or decide."""
    from pedell.engine.settle import Decision

    runs = app.service.runs
    number = runs.number(run) if run else None
    found = [doubt for doubt in runs.doubts(number) if not attempt or doubt.id == attempt.upper()]
    if decision is None:
        if app.json:
            app.out.document({"in_doubt": [doubt.document() for doubt in found]})
        for doubt in found:
            app.out.line(f"{doubt.id}  {t('run')} {doubt.run}  {doubt.device}  {doubt.capability}", "strong")
            app.out.line(f"  {when(doubt.started, app.settings.timezone)}  {said(doubt.message)}")
            for part, state in doubt.parts.items():
                app.out.line(f"  {part}: {state}")
            if doubt.transcript:
                for line in app.service.audit.transcript(doubt.transcript).splitlines()[-12:]:
                    app.out.line(f"    {line}", "quiet")
        if not found:
            app.out.line(t("nothing is in doubt"), "ok")
        return 4 if found else 0
    if not found:
        raise ConflictError(t("nothing is in doubt"))
    if len(found) > 1:
        raise UsageError(
            t("{count} are in doubt; say which", count=len(found)), hint="--attempt " + found[0].id
        )
    command_no = runs.settle(found[0].id, Decision(decision), app.actor, reason)
    follower = Follower(runs, app.out, found[0].run, app.actor, patience)
    follower.until = lambda: runs.answer(command_no) is not None
    follower.follow()
    answer = runs.answer(command_no)
    if answer is None:
        raise StoreError(t("the engine has not taken the decision yet"))
    if answer != "ok":
        raise ConflictError(said(answer))
    return finish(app, found[0].run)


@make("waiting", "What waits for what, since when and until when.")
def waiting(app: App) -> int:
    """Show what waits."""
    found = app.service.watch.waiting()
    if app.json:
        app.out.document({"waiting": [group.document() for group in found]})
    zone = app.settings.timezone
    words = {
        "device": t("the device"), "in_doubt": t("your decision"), "busy": t("another run"), "engine": t("an engine"),
        "approval": t("an approval"), "window": t("its window"), "hold": t("a hold"), "breaker": t("a breaker"),
        "stop": t("the stop switch"), "time": t("its time"), "controller": t("its controller"),
    }  # fmt: skip
    app.out.table(
        [t("run"), t("waits for"), t("devices"), t("since"), t("until"), t("why")],
        [
            (
                group.run,
                words.get(group.reason, group.reason),
                ", ".join(group.devices[:3]) + (f" +{group.count - 3}" if group.count > 3 else ""),
                when(group.since, zone),
                when(group.until, zone),
                said(group.why),
            )
            for group in found
        ],
        t("nothing waits"),
    )
    return 0


command = Group(
    "runs",
    "Runs: list, show, cancel, resume, retry, settle.",
    [list_runs, show_run, waiting, cancel, resume, retry, settle],
)
