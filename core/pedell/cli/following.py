"""Follow a run to its end: as its engine where nobody else is, else by reading along.

On a terminal the devices are shown live; elsewhere one line per device. Ctrl-C or SIGTERM asks for a clean end, and
it is said what that waits for; a second one leaves at once, and what was in flight is in doubt.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pedell.cli.interrupts import Interrupts, said_when_it_takes_long, say
from pedell.cli.output import Output, clean
from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.i18n import decimal, language, said, t
from pedell.service.views import Progress, TaskRow
from pedell.service.words import state_word

if TYPE_CHECKING:
    from pedell.engine.host import EngineHost
    from pedell.model.actor import Actor
    from pedell.service.runs import RunsService

LOOK_SECONDS = 0.1
SLOW_LOOK_SECONDS = 1.0
MANY = 1000
TAKE_OVER_SECONDS = 2.0
STOP_SECONDS = 20.0
LEAVE_SECONDS = 0.5
SAY_SECONDS = 2.0
"""Between two lines about what is still waited for."""
NAMED = 5
SETTLE_SECONDS = 2.0
FINISHED = ("done", "failed", "skipped", "cancelled")


class Follower:
    """Follows one run."""

    def __init__(self, runs: RunsService, out: Output, number: int, who: Actor, patience: float) -> None:
        self._runs = runs
        self._out = out
        self._number = number
        self._who = who
        self._patience = patience
        self._interrupts = Interrupts(
            t("stopping cleanly; calls in flight are finished (Ctrl-C again leaves at once)"),
            t("leaving at once; 'pedell runs resume {number}' finds out what became of calls in flight", number=number),
        )  # fmt: skip
        self._cancelled = False
        self._waits_said = ("", 0.0)
        self._since = 0
        self._said: set[tuple[str, str]] = set()
        self.until: Callable[[], bool] = lambda: True
        """Beyond the run's coming to rest, this must hold before following ends."""

    def follow(self) -> Progress:
        """Until the run has ended, or nothing goes on within the patience. Raises KeyboardInterrupt at the second Ctrl-C."""
        host = self._runs.host()
        leading = host.start(everything=False)
        try:
            if leading:
                self._runs.reports.write_missing()
                for other in self._runs.interrupted(self._number):
                    self._out.line(
                        t(
                            "run {number} stopped in the middle of an effect: 'pedell runs resume {number}'",
                            number=other,
                        ),
                        "warn",
                    )
                host.adopt(self._number)
            else:
                self._out.line(t("another process is the engine; following it"), "quiet")
            with self._interrupts.heard():
                return self._watch(host, leading=leading)
        except StoreError as error:
            # What was begun is not lost, and somebody should bring it to its end.
            hint = t("'pedell serve' or 'pedell runs resume {number}' goes on with it", number=self._number)
            raise StoreError(error.message, hint=hint) from error
        finally:
            leaves = self._interrupts.count > 1
            seconds = LEAVE_SECONDS if leaves else STOP_SECONDS
            waits = t("waits for calls in flight, for {seconds} s at most", seconds=f"{seconds:g}")
            with said_when_it_takes_long(waits):
                host.stop(Deadline.after(seconds))
            if not leaves:
                self._runs.tell_tickets()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._interrupts.count > 0

    def _watch(self, host: EngineHost, *, leading: bool) -> Progress:
        resting_since: float | None = None
        finished = 0
        next_try = time.monotonic() + TAKE_OVER_SECONDS
        with _display(self._out) as display:
            while True:
                progress = self._runs.progress(self._number, self._since)
                self._tell(progress, display)
                if self.interrupted:
                    self._end_cleanly(progress)
                if progress.done and self.until():
                    return progress
                if leading and host.broken is not None:
                    raise host.broken
                moment = time.monotonic()
                if not leading and moment > next_try:
                    # The engine may have ended under us: then this process takes the run on.
                    next_try = moment + TAKE_OVER_SECONDS
                    leading = host.start(everything=False)
                    if leading:
                        host.adopt(self._number)
                rests = progress.resting or (not leading and progress.untouched)
                if not rests or progress.finished != finished or not self.until():
                    resting_since = None
                elif resting_since is None:
                    resting_since = moment
                finished = progress.finished
                if resting_since is not None and self._enough(progress, moment - resting_since):
                    if not (leading or progress.resting):
                        say(t("the engine, another process, does nothing about it now"))
                    return progress
                # Counting a night of 90,000 devices takes a while itself.
                time.sleep(LOOK_SECONDS if progress.total <= MANY else SLOW_LOOK_SECONDS)

    def _enough(self, progress: Progress, rested: float) -> bool:
        """Whether to stop following a run that rests: at once where only a person can wake it."""
        if rested <= 2 * LOOK_SECONDS:
            return False
        if progress.finished >= progress.total:
            # Every device has ended; closing the run and writing its note comes a moment later.
            return rested > max(self._patience, SETTLE_SECONDS)
        if self.interrupted and (progress.polled or progress.counts.get("waiting", 0)):
            # What a cancelled run has left is being brought to its end, such as a restart that is half done.
            return rested > max(self._patience, STOP_SECONDS)
        if progress.counts.get("ready", 0):
            # Others of the run may be just about to begin.
            return rested > max(self._patience, SETTLE_SECONDS)
        return rested > self._patience or self.interrupted or not _may_wake(progress)

    def _tell(self, progress: Progress, display: _Plain | _Live) -> None:
        fresh = [row for row in progress.ended if (row.device, "ended") not in self._said]
        for row in fresh:
            self._said.add((row.device, "ended"))
            self._since = max(self._since, (row.ended or 0) - 1)
        display.show(progress, fresh)

    def _end_cleanly(self, progress: Progress) -> None:
        """Cancel the run, and say which devices are still at work."""
        if not self._cancelled:
            try:
                self._runs.cancel_quietly(self._number, self._who, "Ctrl-C")
            except StoreError as error:
                say(error.message)  # tried again with the next look
                return
            self._cancelled = True
        working = [row for row in progress.active if row.state == "running"]
        names = [f"{row.device} ({row.step})" if row.step else row.device for row in working[:NAMED]]
        if len(working) > NAMED:
            names.append(t("{count} others", count=len(working) - NAMED))
        text = ", ".join(names)
        before, at = self._waits_said
        if text and text != before and time.monotonic() > at + SAY_SECONDS:
            self._waits_said = (text, time.monotonic())
            say(t("waits for {name}", name=text))


def _may_wake(progress: Progress) -> bool:
    return progress.polled > 0 or any(progress.counts.get(state, 0) for state in ("waiting", "blocked"))


_MARK = {
    "done": ("✓", "ok"),
    "failed": ("✗", "bad"),
    "skipped": ("-", "warn"),
    "cancelled": ("-", "warn"),
    "in_doubt": ("?", "bad"),
}


def outcome_line(row: TaskRow) -> tuple[str, str]:
    """One device's outcome, and its style."""
    mark, style = _MARK.get(row.state, ("…", ""))
    place = "/".join(part for part in (row.site, row.room) if part)
    text = f"{mark} {row.device}  {place}  {state_word(row.state)}"
    if row.state == "done" and row.seconds:
        text += f"  {decimal(row.seconds)} s"
    if row.why and row.state not in ("done", row.why):
        text += f"  {_why(row)}"
    return text, style


def in_language(words: Mapping[str, str]) -> str:
    """Words of a playbook in the language that is spoken."""
    return words.get(language()) or words.get("en", "")


def _why(row: TaskRow) -> str:
    """The reason; what a proof says when it does not hold is kept in every language beside it."""
    failed: Mapping[str, str] | None = row.proofs[-1].get("fail") if row.proofs else None
    return in_language(failed) if failed and failed.get("en") == row.why else said(row.why)


class _Plain:
    """One line per device, as it ends."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._waits: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to tidy up."""

    def show(self, progress: Progress, fresh: list[TaskRow]) -> None:
        """Print what is new."""
        for row in fresh:
            self._out.line(*outcome_line(row))
        for row in progress.active:
            if row.state in ("waiting", "blocked", "in_doubt") and self._waits.get(row.device) != row.why:
                self._waits[row.device] = row.why
                self._out.line(*outcome_line(row))


class _Live:
    """A table that is redrawn."""

    def __init__(self, out: Output) -> None:
        from rich.console import Console
        from rich.live import Live

        self._out = out
        self._live: Any = Live(console=Console(), refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, progress: Progress, fresh: list[TaskRow]) -> None:
        """Print ended devices above, redraw the rest."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        colours = {"ok": "green", "bad": "red", "warn": "yellow", "": ""}
        for row in fresh:
            text, style = outcome_line(row)
            self._live.console.print(Text(clean(text), style=colours[style]))
        table = Table.grid(padding=(0, 2))
        for row in progress.active[:12]:
            seconds = f"{time.time() - row.started / 1_000_000:.0f} s" if row.started else ""
            table.add_row(
                Text("…" if row.state == "running" else "⧗", style="cyan"), Text(clean(row.device)), Text(state_word(row.state)),
                Text(clean(row.step), style="cyan"), Text(clean(said(row.why))[:70], style="dim"), Text(seconds, style="dim"),
            )  # fmt: skip
        table.add_row(
            "",
            ProgressBar(total=max(1, progress.total), completed=progress.finished, width=30),
            f"{progress.finished}/{progress.total}",
        )
        self._live.update(table)


def _display(out: Output) -> _Plain | _Live:
    return _Live(out) if not out.json and sys.stdout.isatty() else _Plain(out)
