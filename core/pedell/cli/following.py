"""Follow a run to its end: as its engine where nobody else is, else by reading along.

On a terminal the devices are shown live; elsewhere one line per device. Ctrl-C asks for a clean end; a
second one leaves at once, and what was in flight is in doubt.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from pedell.cli.output import Output, clean
from pedell.drivers.deadline import Deadline
from pedell.i18n import language, said, t
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
        self._interrupts = 0
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
                host.adopt(self._number)
            else:
                self._out.line(t("another process is the engine; following it"), "quiet")
            with self._ctrl_c():
                return self._watch(host, leading=leading)
        finally:
            host.stop(Deadline.after(STOP_SECONDS))
            self._runs.tell_tickets()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._interrupts > 0

    def _watch(self, host: EngineHost, *, leading: bool) -> Progress:
        resting_since: float | None = None
        finished = 0
        next_try = time.monotonic() + TAKE_OVER_SECONDS
        with _display(self._out) as display:
            while True:
                progress = self._runs.progress(self._number, self._since)
                self._tell(progress, display)
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
                if not progress.resting or progress.finished != finished or not self.until():
                    resting_since = None
                elif resting_since is None:
                    resting_since = moment
                finished = progress.finished
                if resting_since is not None and self._enough(progress, moment - resting_since):
                    return progress
                if self._interrupts > 1:
                    raise KeyboardInterrupt
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

    @contextmanager
    def _ctrl_c(self) -> Iterator[None]:
        def pressed(number: int, frame: FrameType | None) -> None:
            del number, frame
            self._interrupts += 1
            if self._interrupts == 1:
                self._runs.cancel_quietly(self._number, self._who, "Ctrl-C")
                sys.stderr.write(
                    "\n"
                    + t("stopping cleanly; calls in flight are finished (Ctrl-C again leaves at once)")
                    + "\n"
                )
                return
            raise KeyboardInterrupt

        try:
            before = signal.signal(signal.SIGINT, pressed)
        except ValueError:  # not in the main thread: somebody else handles signals
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


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
        text += f"  {row.seconds:.1f} s"
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
