"""What is shown of a run when it is over, and its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pedell.cli.following import in_language, outcome_line
from pedell.cli.output import Output, plain, when
from pedell.i18n import said, t
from pedell.journal.held import holder
from pedell.service.words import state_word

if TYPE_CHECKING:
    from pedell.cli.base import App
    from pedell.service.runs import Submitted
    from pedell.service.views import BatchRow, RunDetail, TaskRow


EMULATED = "emulated: "
FAILED = ("failed", "skipped", "cancelled")
BATCHES = 5
"""So many batches are shown of those that have begun, and of those that have not."""


def exit_code(detail: RunDetail, safety: int) -> int:
    """3 refused by safety, 4 in doubt, 1 some failed, 5 waiting, 0 ok; in this order."""
    counts = detail.run.counts
    if safety:
        return 3
    if counts.get("in_doubt", 0):
        return 4
    # A device that is left out may be meant to be: the run's end tells.
    if detail.run.ended is None:
        return 1 if counts.get("failed", 0) or counts.get("cancelled", 0) else 5
    return 1 if detail.run.state != "done" and any(counts.get(state, 0) for state in FAILED) else 0


def tell_approval(app: App, submitted: Submitted) -> None:
    """Say where a second person must agree to what was just asked for."""
    if submitted.approval:
        app.out.line(
            t("a second person must agree: 'pedell approvals grant {number}'", number=submitted.approval),
            "warn",
        )


def finish(app: App, number: int, *, interrupted: bool = False, document: bool = True) -> int:
    """Show the run, as a document only where that is said, and return its exit code."""
    detail = app.service.runs.show(number)
    safety = app.service.runs.refused_by_safety(number)
    if app.json and document:
        app.out.document(detail.document())
    else:
        show(app.out, detail, app.settings.timezone, short=True)
    return 130 if interrupted else exit_code(detail, safety)


def show(out: Output, detail: RunDetail, zone: str, *, short: bool = False) -> None:
    """For people: head, devices, proofs."""
    run = detail.run
    if not short:
        out.line(f"{t('run')} {run.no}  {run.playbook}  {run.selector}", "strong")
        out.line(
            f"  {t('ticket')} {run.ticket}  {t('created')} {when(run.created, zone)}  {t('by')} {run.by}"
        )
        if run.reason:
            out.line(f"  {t('reason')}: {run.reason}")
        if run.ended:
            out.line(f"  {t('ended')} {when(run.ended, zone)}  {t('digest')} {run.digest[:16]}…")
        _batches(out, detail.batches, zone)
        for row in detail.tasks:
            out.line(*outcome_line(row))
    else:
        # Those that were left out from the start never ended before anybody's eyes.
        for row in detail.tasks:
            if row.state == "skipped" and row.ended is None:
                out.line(*outcome_line(row))
    for row in detail.tasks:
        _details(out, row)
    if detail.left_out:
        out.line(t("… and {count} more devices", count=detail.left_out), "quiet")
    counts = ", ".join(f"{count} {state_word(state)}" for state, count in sorted(run.counts.items()) if count)
    style = "ok" if run.state == "done" else "warn" if run.state in ("waiting", "open") else "bad"
    out.line(f"{t('run')} {run.no}: {state_word(run.state)} ({counts})", style)
    if run.counts.get("in_doubt", 0):
        out.line(t("see 'pedell runs settle {number}'", number=run.no), "warn")
    elif run.ended is not None and run.state != "done":
        again = t("'pedell runs retry {number} --failed' tries the others again", number=run.no)
        out.line(again, "quiet")
    elif run.ended is None and (first := _holder(detail)):
        out.line(
            t("run {number} goes first: 'pedell serve' or 'pedell runs resume {number}'", number=first),
            "warn",
        )
    elif run.ended is None:
        out.line(t("'pedell serve' or 'pedell runs resume {number}' goes on with it", number=run.no), "quiet")


def _holder(detail: RunDetail) -> int:
    """The other run that all devices which could go on wait for; 0 where there is none."""
    numbers = {holder(row.why) for row in detail.tasks if row.ended is None} - {detail.run.no}
    return numbers.pop() if len(numbers) == 1 else 0


def _batches(out: Output, rows: Sequence[BatchRow], zone: str) -> None:
    """Batches that are over are counted, beyond the last few."""
    shown = [row for row in rows if row.begun is not None][-BATCHES:] + [
        row for row in rows if row.begun is None
    ][:BATCHES]
    for row in shown:
        counts = ", ".join(
            f"{count} {state_word(state)}" for state, count in sorted(row.counts.items()) if count
        )
        since = f"{when(row.begun, zone)}  " if row.begun else ""
        out.line(
            f"  {t('batch {batch} of {count}', batch=row.no, count=len(rows))}: {since}{counts}", "quiet"
        )


def _details(out: Output, row: TaskRow) -> None:
    if not (row.proofs or row.says or row.visits or row.notes):
        return
    out.line(f"  {row.device}:")
    for proof in row.proofs:
        out.line(
            f"    {t('proof')}: {in_language(proof['check'])}  {t('holds') if proof['ok'] else t('does not hold')}",
            "ok" if proof["ok"] else "bad",
        )
        for line in differences(proof.get("before"), proof.get("after")):
            out.line(f"      {line}")
    for words in row.says:
        out.line(f"    {in_language(words)}")
    for words in row.visits:
        out.line(f"    {t('for the next visit')}: {in_language(words)}", "warn")
    for note in row.notes:
        text = (
            t("done instead: {what}", what=said(note.removeprefix(EMULATED)))
            if note.startswith(EMULATED)
            else said(note)
        )
        out.line(f"    {text}", "quiet")


def differences(before: Any, after: Any, limit: int = 12) -> list[str]:
    """Fields before and after, those that changed first; short."""
    if not isinstance(after, Mapping):
        return []
    was = before if isinstance(before, Mapping) else {}
    changed, same = [], []
    for name, value in after.items():
        if name in was and was[name] != value:
            changed.append(f"{said(name)}: {_short(was[name])} → {_short(value)}")
        elif value not in (None, "", [], {}):
            same.append(f"{said(name)}: {_short(value)}")
    return changed[:limit] or same[:5]


def _short(value: Any) -> str:
    text = said(value) if isinstance(value, str) else plain(value)
    return text if len(text) <= 60 else text[:57] + "…"
