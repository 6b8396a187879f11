"""What a note says of devices: each where they are few, else counts and what did not go well."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from pedell.i18n import tr

DETAILS = 25
"""Up to so many devices are each shown in full."""
FAILED = 50
SITES = 40
VISITS = 50
LINE = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


class Outcome(StrEnum):
    """How it went for one device."""

    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    WAITING = "waiting"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What the note says of one device.

    Attributes:
        name, site, room: as the inventory names them. outcome: how it went. why: in plain words, if not well.
        before, after: proof, as `difference` makes it. emulated: what was done instead of what was asked.
        warnings, said: sentences of drivers and of the playbook. visits: what needs hands.
    """

    name: str
    outcome: Outcome
    site: str = ""
    room: str = ""
    why: str = ""
    before: str = ""
    after: str = ""
    emulated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()


def clean(text: object, limit: int = LINE) -> str:
    """Text of a device or a person as one harmless line."""
    line = " ".join(_CONTROL.sub(" ", str(text)[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def outcome_words(outcome: Outcome, language: str) -> str:
    """An outcome in plain words."""
    match outcome:
        case Outcome.DONE:
            return tr(language, "done")
        case Outcome.FAILED:
            return tr(language, "failed")
        case Outcome.IN_DOUBT:
            return tr(language, "in doubt: nobody knows whether it happened")
        case Outcome.WAITING:
            return tr(language, "still waiting")
        case Outcome.SKIPPED:
            return tr(language, "skipped")
        case Outcome.CANCELLED:
            return tr(language, "cancelled")


@dataclass
class Tally:
    """What is kept of a stream of devices, bounded."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    sites: dict[str, Counter[Outcome]] = field(default_factory=dict)
    first: list[DeviceReport] = field(default_factory=list)
    failed: list[DeviceReport] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    more_visits: int = 0
    emulated: int = 0
    warned: int = 0

    def add(self, device: DeviceReport) -> None:
        """Count a device; keep it where it may be shown."""
        self.outcomes[device.outcome] += 1
        self.sites.setdefault(device.site, Counter())[device.outcome] += 1
        self.emulated += bool(device.emulated)
        self.warned += bool(device.warnings)
        if len(self.first) <= DETAILS:
            self.first.append(device)
        if device.outcome is not Outcome.DONE and len(self.failed) < FAILED:
            self.failed.append(device)
        for visit in device.visits:
            if len(self.visits) < VISITS:
                self.visits.append(f"{_where(device)}: {clean(visit)}")
            else:
                self.more_visits += 1

    def verdict(self, language: str) -> str:
        """The first thing to know."""
        total, done = self.outcomes.total(), self.outcomes[Outcome.DONE]
        if total and done == total:
            return (
                tr(language, "All {total} devices done.", total=total) if total > 1 else tr(language, "Done.")
            )
        return tr(language, "{done} of {total} devices done.", done=done, total=total)

    def lines(self, language: str) -> list[str]:
        """Each device where they are few, else counts and what did not go well."""
        if len(self.first) <= DETAILS:
            shown = [line for device in self.first for line in _device(device, language)]
            return shown + self._visits(language)
        lines = [f"{outcome_words(outcome, language)}: {count}" for outcome, count in self._counts()]
        if self.emulated:
            lines.append(
                tr(language, "with a stand-in for what the device cannot do: {count}", count=self.emulated)
            )
        if self.warned:
            lines.append(tr(language, "with warnings: {count}", count=self.warned))
        lines += self._sites(language)
        if self.failed:
            lines += ["", tr(language, "What did not go well:")]
            lines += [_line(device, language) for device in self.failed]
            rest = self.outcomes.total() - self.outcomes[Outcome.DONE] - len(self.failed)
            if rest:
                lines.append(tr(language, "… and {count} more", count=rest))
        return lines + self._visits(language)

    def _counts(self) -> list[tuple[Outcome, int]]:
        return [(outcome, self.outcomes[outcome]) for outcome in Outcome if self.outcomes[outcome]]

    def _sites(self, language: str) -> list[str]:
        if len(self.sites) < 2:
            return []
        # Sites with trouble first: they are what somebody reads this for.
        ranked = sorted(
            self.sites.items(), key=lambda item: (item[1][Outcome.DONE] - item[1].total(), item[0])
        )
        lines = ["", tr(language, "Sites (done of all):")]
        for name, counts in ranked[:SITES]:
            lines.append(f"- {clean(name)}: {counts[Outcome.DONE]}/{counts.total()}")
        if len(ranked) > SITES:
            lines.append(tr(language, "… and {count} more", count=len(ranked) - SITES))
        return lines

    def _visits(self, language: str) -> list[str]:
        if not self.visits:
            return []
        lines = ["", tr(language, "For the next visit:"), *(f"- {visit}" for visit in self.visits)]
        if self.more_visits:
            lines.append(tr(language, "… and {count} more", count=self.more_visits))
        return lines


def _device(device: DeviceReport, language: str) -> list[str]:
    lines = [_line(device, language)]
    if device.before:
        lines.append("  " + tr(language, "before: {proof}", proof=clean(device.before)))
    if device.after:
        lines.append("  " + tr(language, "after: {proof}", proof=clean(device.after)))
    lines += ["  " + tr(language, "done instead: {what}", what=clean(each)) for each in device.emulated[:5]]
    lines += ["  " + tr(language, "warning: {text}", text=clean(each)) for each in device.warnings[:10]]
    lines += [f"  {clean(each)}" for each in device.said[:10]]
    return lines


def _line(device: DeviceReport, language: str) -> str:
    line = f"- {_where(device)}: {outcome_words(device.outcome, language)}"
    return f"{line} ({clean(device.why)})" if device.why else line


def _where(device: DeviceReport) -> str:
    place = ", ".join(part for part in (clean(device.room, 64), clean(device.site, 64)) if part)
    return f"{clean(device.name, 128)} [{place}]" if place else clean(device.name, 128)
