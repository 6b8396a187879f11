"""Until when, as people say it: `2h`, `Friday`, `Freitag 14:00`, `morgen`, `2026-12-01`, `1.12.`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pedell.errors import UsageError
from pedell.i18n import t

UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "t": "days", "w": "weeks"}
DAYS = {
    "today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2, "uebermorgen": 2,
}  # fmt: skip
WEEKDAYS = (
    ("mon", "monday", "mo", "montag"), ("tue", "tuesday", "di", "dienstag"), ("wed", "wednesday", "mi", "mittwoch"),
    ("thu", "thursday", "do", "donnerstag"), ("fri", "friday", "fr", "freitag"), ("sat", "saturday", "sa", "samstag", "sonnabend"),
    ("sun", "sunday", "so", "sonntag"),
)  # fmt: skip
_LENGTH = re.compile(r"(\d{1,4})\s*(m|min|h|d|t|w)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def until(words: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment meant; a day without a time means its end. Raises UsageError where it is not understood or past.

    A weekday is the next one, never today.
    """
    text = words.strip().casefold()
    if _ISO.match(text):
        text = text.replace("t", " ")
    here = now.astimezone(zone)
    try:
        found = _length(text, here) or _moment(text, here, zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UsageError(
            t("until when? {words} is not understood", words=repr(words[:40])),
            hint=t("such as 2h, Friday, 'Friday 14:00' or 2026-12-01"),
        )
    if found <= here:
        raise UsageError(t("{words} is over already", words=repr(words[:40])))
    return found


def _length(text: str, here: datetime) -> datetime | None:
    match = _LENGTH.fullmatch(text)
    return here + timedelta(**{UNITS[match[2]]: int(match[1])}) if match else None


def _moment(text: str, here: datetime, zone: ZoneInfo) -> datetime | None:
    *days, last = text.split() or [""]
    clock = _CLOCK.fullmatch(last)
    if clock is None:
        days.append(last)
    if len(days) > 1:
        return None
    day = _day(days[0], here.date()) if days else here.date()
    if day is None:
        return None
    if clock is None:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time(int(clock[1]), int(clock[2])), zone)


def _day(word: str, today: date) -> date | None:
    if word in DAYS:
        return today + timedelta(days=DAYS[word])
    for number, names in enumerate(WEEKDAYS):
        if word in names:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if match := _ISO.fullmatch(word):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _GERMAN.fullmatch(word):
        if match[3]:
            return date(int(match[3]), int(match[2]), int(match[1]))
        this = date(today.year, int(match[2]), int(match[1]))
        return this if this >= today else this.replace(year=today.year + 1)
    return None
