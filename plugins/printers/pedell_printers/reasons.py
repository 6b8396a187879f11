"""Reasons that a printer gives for its state, and what they mean for somebody who stands before it.

Keywords: RFC 8011 section 5.4.12 and PWG 5100.9 table 1, with the suffixes of RFC 8011. Devices cut keywords
off and add their own; what is not known stays as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from pedell.drivers.api import Result


class Severity(StrEnum):
    """The suffix of a reason; a reason without one may mean anything up to a standstill."""

    REPORT = "report"
    WARNING = "warning"
    ERROR = "error"
    UNSAID = "unsaid"


class Fault(StrEnum):
    """What needs hands, in the order in which it is to be mended."""

    JAM = "jam"
    DOOR = "door"
    PAPER = "paper"
    TONER = "toner"
    WASTE = "waste"
    OUTPUT = "output"
    PART = "part"
    OFFLINE = "offline"
    SERVICE = "service"
    NONE = "none"


class Reason(Result):
    """One reason."""

    keyword: str = Field(description="The keyword without its suffix, such as media-empty.")
    severity: Severity


_FAULTS: dict[str, Fault] = {
    "media-jam": Fault.JAM,
    "cover-open": Fault.DOOR,
    "door-open": Fault.DOOR,
    "interlock-open": Fault.DOOR,
    "media-empty": Fault.PAPER,
    "media-needed": Fault.PAPER,
    "input-tray-missing": Fault.PAPER,
    "toner-empty": Fault.TONER,
    "marker-supply-empty": Fault.TONER,
    "marker-supply-missing": Fault.TONER,
    "developer-empty": Fault.TONER,
    "marker-waste-full": Fault.WASTE,
    "waste-receptacle-full": Fault.WASTE,
    "output-area-full": Fault.OUTPUT,
    "output-tray-missing": Fault.OUTPUT,
    "opc-life-over": Fault.PART,
    "cleaner-life-over": Fault.PART,
    "fuser-over-temp": Fault.PART,
    "fuser-under-temp": Fault.PART,
    "offline": Fault.OFFLINE,
    "timed-out": Fault.OFFLINE,
    "service-needed": Fault.SERVICE,
}
_SUFFIXES = tuple(
    (f"-{severity}", severity) for severity in (Severity.REPORT, Severity.WARNING, Severity.ERROR)
)
PAUSED = frozenset({"paused", "moving-to-paused"})


def split(keyword: str) -> Reason:
    """Take the suffix off; a suffix that the device cut short (`-warnin`, seen in the field) still counts."""
    for suffix, severity in _SUFFIXES:
        for length in range(len(suffix), 3, -1):
            if keyword.endswith(suffix[:length]) and len(keyword) > length:
                return Reason(keyword=keyword[:-length], severity=severity)
    return Reason(keyword=keyword, severity=Severity.UNSAID)


def read(keywords: Iterable[str]) -> tuple[Reason, ...]:
    """All reasons but `none`."""
    return tuple(split(keyword) for keyword in keywords if keyword and keyword != "none")


def worst(reasons: Iterable[Reason]) -> Fault:
    """The fault to mend first.

    A report asks for nothing. A warning counts: a tray that is empty while a job waits is only a warning to
    some printers.
    """
    order = list(Fault)
    found = {_FAULTS.get(r.keyword, Fault.NONE) for r in reasons if r.severity is not Severity.REPORT}
    return min(found | {Fault.NONE}, key=order.index)
