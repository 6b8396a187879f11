"""Small readers that the platforms' parsers share. Pure functions; output is hostile text.

Each pattern is bounded: no output makes one run for long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_network.results import Poe
from pedell_network.texts import clean

Row = Mapping[str, str | Sequence[str]]
LONGEST = 2_000_000
"""Characters of output that are looked at; a switch with all its tables shows less."""

_WIDEST = 400
_MAC = re.compile(
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{4}[.-][0-9a-f]{4}[.-][0-9a-f]{4}|[0-9a-f]{6}-[0-9a-f]{6}"
    r"|[0-9a-f]{12}|(?:[0-9a-f]{2} ){5}[0-9a-f]{2}",
    re.IGNORECASE,
)


def templated(platform: str, command: str, text: str) -> list[Row]:
    """The rows that the template of ntc-templates reads. Raises PROTOCOL where it cannot.

    `platform` is the templates' own key, which is not always netmiko's.
    """
    from ntc_templates.parse import parse_output

    try:
        rows = parse_output(platform=platform, command=command, data=short_lines(text))
    except Exception as error:
        # TextFSM's errors have no common base, and hostile text reaches all of them.
        raise not_understood(command) from error
    if not isinstance(rows, list):
        raise not_understood(command)
    return rows


def short_lines(text: str) -> str:
    """Lines without blanks at their end and no longer than any switch's: on longer ones a template runs for minutes."""
    return "".join(f"{line.rstrip()[:_WIDEST]}\n" for line in clean(text[:LONGEST]).splitlines())


def not_understood(command: str) -> DeviceError:
    """The answer to a command tells nothing that is known."""
    return DeviceError(ErrorClass.PROTOCOL, f"the switch's answer to '{command}' cannot be understood")


def word(row: Row, name: str) -> str:
    """One column; of several values the first."""
    value = row.get(name, "")
    return (value if isinstance(value, str) else str(next(iter(value), ""))).strip()


def number(text: str) -> int | None:
    """A whole number, its thousands perhaps apart by commas; None where it is none."""
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else None


def decimal(text: str) -> float | None:
    """A number with or without a point."""
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*", text)
    return float(found[1]) if found else None


def is_mac(text: str) -> bool:
    """Whether it is a MAC address in a usual spelling."""
    return _MAC.fullmatch(text.strip()) is not None


def mac(text: str) -> str:
    """A MAC address as aa:bb:cc:dd:ee:ff; empty where it is none."""
    if not is_mac(text):
        return ""
    digits = "".join(c for c in text.lower() if c in "0123456789abcdef")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def pairs(text: str, separator: str = ":") -> list[tuple[str, str]]:
    """`name : value` lines, names in small letters with single blanks; others are passed over."""
    found = []
    for line in text[:LONGEST].splitlines():
        name, mark, value = line.partition(separator)
        if mark and 0 < len(name.strip()) <= 60:
            found.append((" ".join(name.split()).lower(), value.strip()))
    return found


def first(entries: Sequence[tuple[str, str]], *names: str) -> str:
    """The value of the first of these names that has one."""
    for name in names:
        for key, value in entries:
            if key == name and value:
                return value
    return ""


def dotted(text: str) -> list[tuple[str, str]]:
    """`Name........ value` lines, as FASTPATH prints them; names in small letters."""
    found = []
    for line in text[:LONGEST].splitlines():
        match = re.match(r"\s{0,8}([^.\s][^.]{0,60}?)\.{3,80}\s*(\S.{0,300})?$", line)
        if match:
            found.append((" ".join(match[1].split()).lower(), (match[2] or "").strip()))
    return found


def speed(text: str) -> int | None:
    """Mbit/s in words such as 1000FDx, 10GigFD, 1 Gbps, 100Mbps, 2500."""
    found = re.search(r"(\d{1,6})(?:\.(\d))?\s*(G|M|k)?", text, re.IGNORECASE)
    if not found:
        return None
    value = float(f"{found[1]}.{found[2] or 0}")
    value *= {"g": 1000, "k": 0.001}.get((found[3] or "m").lower(), 1)
    return int(value) or None


def duration(text: str) -> int | None:
    """Seconds in words such as `93 days`, `134d 1h 55m`, `2w3d04:05:06`, `1 hour 2 minutes`, `12:34:56`."""
    units = {"y": 365 * 86400, "w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
    total, seen = 0.0, False
    clock = re.search(r"(?<!\d)(\d{1,3}):(\d{2})(?::(\d{2}))?(?!\d)", text)
    if clock:
        total += int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
        seen = True
        text = text[: clock.start()] + " " + text[clock.end() :]
    for amount, unit in re.findall(
        r"(\d{1,9})(?:\.\d{1,3})?\s?(years?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|[ywdhms])(?![a-z])",
        text.lower(),
    ):
        total += int(amount) * units[unit[0]]
        seen = True
    return int(total) if seen else None


def configuration(text: str, *unlike: str) -> str:
    """A configuration's lines without empty ones, and without those that begin as one of `unlike` says."""
    skip = re.compile("|".join(unlike)) if unlike else None
    kept = [line.rstrip() for line in clean(text).splitlines()]
    return "".join(f"{line}\n" for line in kept if line.strip() and not (skip and skip.match(line)))


_POE_WORDS = {
    "delivering": Poe.ON, "on": Poe.ON, "good": Poe.ON, "powered": Poe.ON,
    "searching": Poe.OFF, "off": Poe.OFF, "test": Poe.OFF, "idle": Poe.OFF, "detecting": Poe.OFF,
    "disabled": Poe.DISABLED, "admin": Poe.DISABLED,
    "denied": Poe.DENIED, "deny": Poe.DENIED,
    "fault": Poe.FAULT, "faulty": Poe.FAULT, "overload": Poe.FAULT, "overcurrent": Poe.FAULT, "short": Poe.FAULT,
    "other": Poe.FAULT, "error": Poe.FAULT,
}  # fmt: skip


def poe(text: str) -> Poe | None:
    """The state that a platform's word for it means: IEEE's detection status and its usual neighbours."""
    for part in re.split(r"[^a-z]+", text.lower())[:4]:
        if part in _POE_WORDS:
            return _POE_WORDS[part]
    return None


def watts(text: str) -> float | None:
    """Watts in words such as `8.4 W`, `8400 mW`, `12.50`."""
    found = re.search(r"(\d{1,6}(?:\.\d{1,3})?)\s?(m)?", text)
    return float(found[1]) / (1000 if found[2] else 1) if found else None
