"""The note at the end of a run: what was done, to which devices, with what proof. Plain text.

A night over 90,000 devices makes a note as short as a repair in one room does: devices are read once, as a
stream; counts go per outcome and site, and only what did not go well is listed, up to a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pedell.i18n import Text, decimal, said, tr
from pedell.tickets.tally import DeviceReport, Outcome, Tally, clean

__all__ = ["DeviceReport", "Outcome", "RunReport", "clean", "difference", "render"]

FIELDS = 6
LIMIT = 60_000
"""Characters that a note may have at most; ticket systems cut what is much longer."""


@dataclass(frozen=True)
class RunReport:
    """What the note says of a run.

    Attributes:
        run: its number. playbook: its title. playbook_id, playbook_hash: which version.
        ticket: as people name it. actor: who asked: the account's name, or the opaque id where that is not known.
        started, ended: UTC microseconds. seconds: duration by the monotonic clock.
        timezone: in which times are shown.
        digest: of the run's journal. ledger: head of the ledger after this run.
        devices: read once; may be a stream of any length.
    """

    run: int
    playbook: Text
    playbook_id: str
    playbook_hash: str
    ticket: str
    actor: str
    started: int
    ended: int
    seconds: float
    digest: str = ""
    ledger: str = ""
    timezone: str = "Europe/Berlin"
    reason: str = ""
    devices: Iterable[DeviceReport] = ()


def difference(before: object, after: object, language: str = "en") -> tuple[str, str]:
    """What is worth showing of two results: what differs; where nothing does, the first few fields.

    A result that there is none of is empty, and not shown.
    """
    if before is None and after is None:
        return "", ""
    if not isinstance(before, Mapping | None) or not isinstance(after, Mapping | None):
        return _short(before, language), _short(after, language)
    old, new = before or {}, after or {}
    names: Sequence[str] = ()
    if before is not None and after is not None:
        names = [name for name in new if old.get(name) != new[name]]
        names += [name for name in old if name not in new]
    names = names or [name for name, value in (new or old).items() if value not in (None, "", [], ())]
    return (
        _fields(old, names[:FIELDS], language) if before is not None else "",
        _fields(new, names[:FIELDS], language) if after is not None else "",
    )


def render(report: RunReport, language: str) -> str:
    """The note's text in that language."""
    tally = Tally()
    for device in report.devices:
        tally.add(device)
    lines = [
        tr(language, "Pedell: {playbook}, run {run}", playbook=report.playbook.to(language), run=report.run),
        tally.verdict(language),
        "",
        *_head(report, language),
        "",
        *tally.lines(language),
    ]
    if report.digest:
        lines += ["", tr(language, "Journal: run {digest}", digest=report.digest)]
    if report.ledger:
        lines.append(tr(language, "Ledger: {head}", head=report.ledger))
    text = "\n".join(lines)
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


def _head(report: RunReport, language: str) -> list[str]:
    zone = ZoneInfo(report.timezone)
    start, end = (datetime.fromtimestamp(at / 1_000_000, zone) for at in (report.started, report.ended))
    shown = end.strftime("%H:%M:%S") if start.date() == end.date() else end.strftime("%Y-%m-%d %H:%M:%S")
    lines = [
        tr(language, "Ticket: {ticket}", ticket=clean(report.ticket)),
        tr(language, "Playbook: {playbook}, version {hash}", playbook=clean(report.playbook_id), hash=report.playbook_hash[:12]),
        tr(language, "Time: {start} to {end} {zone} ({duration})", start=start.strftime("%Y-%m-%d %H:%M:%S"), end=shown,
           zone=start.strftime("%Z"), duration=_duration(report.seconds, language)),
        tr(language, "Asked for by: {actor}", actor=clean(report.actor)),
    ]  # fmt: skip
    if report.reason:
        lines.append(tr(language, "Reason: {reason}", reason=clean(report.reason)))
    return lines


def _duration(seconds: float, language: str) -> str:
    if seconds < 60:
        return f"{decimal(seconds, language)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _fields(values: Mapping[str, object], names: Sequence[str], language: str) -> str:
    return clean(", ".join(f"{said(name, language)}: {_short(values.get(name), language)}" for name in names))


def _short(value: object, language: str) -> str:
    if value is None or value in ([], (), ""):
        return "-"
    if isinstance(value, bool):
        return tr(language, "yes") if value else tr(language, "no")
    if isinstance(value, Mapping):
        return clean(
            ", ".join(f"{said(name, language)} {_short(each, language)}" for name, each in value.items()), 80
        )
    if isinstance(value, list | tuple):
        shown = ", ".join(_short(each, language) for each in value[:FIELDS])
        return clean(shown + (" …" if len(value) > FIELDS else ""), 80)
    return clean(said(value, language) if isinstance(value, str) else value, 80)
