"""Attributes of printers and jobs as results of the contract; what a device sends is cleaned and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, zip_longest

from pedell.drivers.api import Identity
from pedell.transports.http_answer import clean
from pedell_printers import reasons
from pedell_printers.contract import Info, Job, JobState, PrinterState, Status, Supply
from pedell_printers.ipp.codec import AttributeGroup, Data, text
from pedell_printers.ipp.words import Operation

STATUS_ATTRIBUTES = (
    "printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs",
    "queued-job-count", "printer-up-time", "marker-names", "marker-types", "marker-levels", "marker-low-levels",
    "printer-supply", "printer-supply-description",
)  # fmt: skip
INFO_ATTRIBUTES = (
    "printer-name", "printer-info", "printer-location", "printer-make-and-model", "printer-device-id",
    "printer-firmware-string-version", "operations-supported", "document-format-supported",
    "identify-actions-supported",
)  # fmt: skip
JOB_ATTRIBUTES = (
    "job-id", "job-state", "job-state-reasons", "job-k-octets", "time-at-creation", "job-printer-up-time",
)  # fmt: skip

_MOST = 200
"""So many values of one attribute are looked at."""
_CLOCK = 1_000_000_000
"""An up-time above this is no up-time: CUPS gives the time of day."""
_PRINTER_STATES = {3: PrinterState.IDLE, 4: PrinterState.PROCESSING, 5: PrinterState.STOPPED}
_JOB_STATES = {
    3: JobState.PENDING,
    4: JobState.HELD,
    5: JobState.PROCESSING,
    6: JobState.STOPPED,
    7: JobState.CANCELLED,
    8: JobState.ABORTED,
    9: JobState.COMPLETED,
}


class View:
    """The attributes of one group by name; of a name that comes twice the first counts."""

    def __init__(self, group: AttributeGroup) -> None:
        self._values = {item.name: item.values for item in reversed(group.attributes)}

    def strings(self, name: str) -> tuple[str, ...]:
        """All texts of an attribute, cleaned; empty where there is none."""
        found = (text(value) for value in islice(self._values.get(name, ()), _MOST))
        return tuple(clean(words, 300) for words in found if words is not None)

    def string(self, name: str) -> str:
        """The first text, or empty."""
        return next(iter(self.strings(name)), "")

    def integers(self, name: str) -> tuple[int, ...]:
        """All integers and enums."""
        found: list[Data] = [value.data for value in self._values.get(name, ())[:_MOST]]
        return tuple(data for data in found if isinstance(data, int) and not isinstance(data, bool))

    def integer(self, name: str) -> int | None:
        """The first integer."""
        return next(iter(self.integers(name)), None)

    def boolean(self, name: str) -> bool | None:
        """The first boolean."""
        return next(
            (value.data for value in self._values.get(name, ()) if isinstance(value.data, bool)), None
        )

    def octets(self, name: str) -> tuple[str, ...]:
        """All octet strings as text: some attributes hold `key=value;` lists in them."""
        found = (value.data for value in self._values.get(name, ())[:_MOST])
        return tuple(clean(data.decode("utf-8", "replace"), 500) for data in found if isinstance(data, bytes))


def status(view: View) -> Status:
    """The printer's attributes as a status."""
    found = reasons.read(view.strings("printer-state-reasons"))
    uptime = view.integer("printer-up-time")
    return Status(
        state=_PRINTER_STATES.get(view.integer("printer-state") or 0, PrinterState.UNKNOWN),
        paused=any(reason.keyword in reasons.PAUSED for reason in found),
        accepting=view.boolean("printer-is-accepting-jobs"),
        queued_jobs=view.integer("queued-job-count"),
        fault=reasons.worst(found),
        reasons=found,
        message=view.string("printer-state-message"),
        supplies=_markers(view) or _supplies(view),
        uptime=uptime if uptime is not None and 0 <= uptime < _CLOCK else None,
    )


def _markers(view: View) -> tuple[Supply, ...]:
    """The parallel marker-* attributes (PWG 5100.9 names); levels below 0 are codes, not percent."""
    levels, lows = view.integers("marker-levels"), view.integers("marker-low-levels")
    kinds = view.strings("marker-types")
    rows = zip_longest(view.strings("marker-names"), kinds, levels, lows)
    return tuple(
        _supply(name, kind or "", level, low if low is not None and low > 0 else 0)
        for name, kind, level, low in rows
        if name
    )


def _supply(name: str, kind: str, level: int | None, low: int) -> Supply:
    known = level if level is not None and 0 <= level <= 100 and "waste" not in kind.lower() else None
    return Supply(name=name, kind=kind, level=known, low=known is not None and known <= low)


def _supplies(view: View) -> tuple[Supply, ...]:
    """printer-supply (PWG 5100.13 section 5.6.40). Of a receptacle vendors disagree what its level means."""
    names = view.strings("printer-supply-description")
    found = []
    for at, row in enumerate(view.octets("printer-supply")):
        fields = pairs(row, ";", "=")
        level, full = _number(fields.get("level", "")), _number(fields.get("maxcapacity", ""))
        percent = None
        if level is not None and level >= 0 and full is not None and full > 0:
            percent = min(100, 100 * level // full)
        if fields.get("class", "").lower() == "receptaclethatisfilled":
            percent = None
        name = names[at] if at < len(names) else fields.get("colorantname", "") or f"supply {at + 1}"
        found.append(_supply(name, fields.get("type", ""), percent, 0))
    return tuple(found)


def _number(words: str) -> int | None:
    return int(words) if words.removeprefix("-").isdecimal() and words.isascii() and len(words) < 12 else None


def pairs(row: str, between: str, equals: str) -> Mapping[str, str]:
    """`key=value;key=value` as a mapping with keys in lower case; the last separator may be missing."""
    cut = (part.partition(equals) for part in row.split(between))
    return {key.strip().lower(): value.strip() for key, sign, value in cut if sign}


def job(view: View) -> Job:
    """A job's attributes."""
    now, made = view.integer("job-printer-up-time"), view.integer("time-at-creation")
    age = now - made if now is not None and made is not None else None
    return Job(
        id=view.integer("job-id") or 0,
        state=_JOB_STATES.get(view.integer("job-state") or 0, JobState.UNKNOWN),
        reasons=tuple(reason for reason in view.strings("job-state-reasons") if reason != "none"),
        age=age if age is not None and age >= 0 else None,
        size=view.integer("job-k-octets"),
    )


def identity(view: View) -> Identity:
    """Who the printer says it is; the serial number stands in its IEEE 1284 device id, where it has one."""
    fields = pairs(view.string("printer-device-id"), ";", ":")
    serial = next((fields[key] for key in ("sn", "sern", "serialnumber", "ser") if fields.get(key)), "")
    return Identity(
        serial=serial,
        model=view.string("printer-make-and-model") or fields.get("mdl", "") or fields.get("model", ""),
        name=view.string("printer-name"),
        firmware=view.string("printer-firmware-string-version"),
        manufacturer=fields.get("mfg", "") or fields.get("manufacturer", ""),
    )


def offered(view: View) -> frozenset[int]:
    """The operations that the printer has; empty where it does not tell."""
    return frozenset(view.integers("operations-supported"))


def info(view: View) -> Info:
    """What it is, for people."""
    who = identity(view)
    known = {operation.value: operation.title for operation in Operation}
    return Info(
        name=view.string("printer-info") or who.name,
        model=who.model,
        serial=who.serial,
        firmware=who.firmware,
        location=view.string("printer-location"),
        formats=view.strings("document-format-supported"),
        operations=tuple(known.get(code, f"0x{code:04X}") for code in sorted(offered(view))),
    )
