"""When: cron rules in a time zone, each time once, also over both clock changes.

A rule is first reckoned on the wall's clock, by APScheduler's `CronTrigger` without any zone, and each wall
time is then turned into an instant here:

- A rule that names its hours (`30 2 * * *`, `*/15 22-23 * * 1-5`) means wall times. In the autumn night, in
  which 02:30 comes twice, it is the first; in the spring night, in which there is no 02:30, it is the instant at
  which it would have been 02:30 without the change, that is 03:30. Its nominal time is the wall time.
- A rule for any hour (`*/10 * * * *`, `0 */2 * * *`) means a rhythm: in autumn the hour that comes twice has
  all its times twice, in spring the hour that is missing has none. Its nominal time is in UTC.

Numbers of weekdays are those of cron: 0 and 7 are Sunday (APScheduler's own are not).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from pedell.errors import UsageError
from pedell.i18n import t

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
# No zone has ever changed its clock by more than this, except across the date line.
LEAP = timedelta(hours=3)
YEARS = 9
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_ALLOWED = re.compile(r"[0-9a-z*,/-]{1,100}")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, order=True)
class Due:
    """One time of a rule.

    Attributes:
        at: the instant, UTC microseconds.
        nominal: the time's name, unique within the rule.
    """

    at: int
    nominal: str


@dataclass(frozen=True)
class Rule:
    """A cron rule in a time zone; made by `Rule.read`."""

    cron: str
    timezone: str
    _trigger: CronTrigger = field(repr=False, compare=False)
    _zone: ZoneInfo = field(repr=False, compare=False)

    @classmethod
    def read(cls, cron: str, timezone: str) -> Rule:
        """Read a rule of five fields; raises UsageError that names the field."""
        words = cron.lower().split()
        if len(words) != len(_FIELDS):
            raise UsageError(
                t("a rule has five fields, this one has {count}", count=len(words)),
                hint=t("minute hour day month weekday, such as {example}", example="'30 2 * * 1-5'"),
            )
        fields = dict(zip(_FIELDS, words, strict=True))
        for name, word in fields.items():
            if not _ALLOWED.fullmatch(word):
                raise UsageError(
                    t("the field {field} cannot be read: {word}", field=_label(name), word=word[:40])
                )
        if fields["day"] != "*" and fields["day_of_week"] != "*":
            raise UsageError(
                t("a rule names days of the month or weekdays, not both"),
                hint=t("programs disagree on what both together mean; make two schedules"),
            )
        fields["day_of_week"] = _weekdays(fields["day_of_week"])
        for name, word in fields.items():
            try:
                CronTrigger(**{name: word}, timezone=UTC)
            except ValueError as error:
                raise UsageError(
                    t("the field {field} cannot be read: {word}", field=_label(name), word=word[:40]),
                    hint=t("minute hour day month weekday, such as {example}", example="'30 2 * * 1-5'"),
                ) from error
        rule = cls(" ".join(words), timezone, CronTrigger(**fields, timezone=UTC), _zone(timezone))
        if next(rule.after(int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * SECOND), None) is None:
            raise UsageError(t("this never comes: {cron}", cron=cron))
        return rule

    @property
    def names_hours(self) -> bool:
        """Whether the rule means wall times (daily and coarser) rather than a rhythm."""
        return "*" not in self.cron.split()[1]

    def between(self, after: int, until: int) -> list[Due]:
        """All times later than `after`, up to and including `until`, in order."""
        found: list[Due] = []
        if until <= after:
            return found
        end = self._wall(until) + LEAP
        for wall in self._walls(self._wall(after) - LEAP):
            if wall > end:
                break
            found += [due for due in self._instants(wall) if after < due.at <= until]
        return sorted(found)

    def after(self, at: int) -> Iterator[Due]:
        """Times later than `at`, in order; ends after some years."""
        width = HOUR
        last = at + YEARS * 366 * DAY
        while at < last:
            until = min(at + width, last)
            found = self.between(at, until)
            yield from found
            at = until
            width = width if found else width * 4

    def _walls(self, start: datetime) -> Iterator[datetime]:
        at: datetime | None = start.replace(tzinfo=UTC)
        while at is not None:
            at = self._trigger.get_next_fire_time(None, at)
            if at is not None:
                yield at.replace(tzinfo=None)
                at += timedelta(seconds=1)

    def _wall(self, at: int) -> datetime:
        return datetime.fromtimestamp(at // SECOND, self._zone).replace(tzinfo=None)

    def _instants(self, wall: datetime) -> list[Due]:
        if self.names_hours:
            # In a gap, fold=0 reckons with the offset before it (PEP 495).
            return [Due(_micros(wall.replace(tzinfo=self._zone, fold=0)), wall.isoformat(timespec="minutes"))]
        found: dict[int, Due] = {}
        for fold in (0, 1):
            at = _micros(wall.replace(tzinfo=self._zone, fold=fold))
            if self._wall(at) == wall:
                utc = datetime.fromtimestamp(at // SECOND, UTC)
                found[at] = Due(at, utc.strftime("%Y-%m-%dT%H:%MZ"))
        return list(found.values())


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(t("unknown time zone {name}", name=name[:64]), hint="Europe/Berlin") from error


def _label(name: str) -> str:
    labels = {
        "minute": t("minute"),
        "hour": t("hour"),
        "day": t("day"),
        "month": t("month"),
        "day_of_week": t("weekday"),
    }
    return labels[name]


def _weekdays(word: str) -> str:
    """Cron's weekdays as a list of names, which APScheduler cannot misread."""
    chosen: set[int] = set()
    for part in word.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = ("0", "-", "6") if span == "*" else span.partition("-")
        try:
            begin, end = _weekday(first), _weekday(last) if dash else _weekday(first)
            width = int(step) if slash else 1
            if end < begin and last in {"0", "sun"}:
                end = 7
            if end < begin or width < 1:
                raise ValueError(word)
        except ValueError as error:
            raise UsageError(
                t("the field {field} cannot be read: {word}", field=_label("day_of_week"), word=word[:40]),
                hint="1-5, mon-fri, 0,6",
            ) from error
        if slash and not dash:
            end = 6
        chosen |= {day % 7 for day in range(begin, end + 1, width)}
    return "*" if len(chosen) == len(_DAYS) else ",".join(_DAYS[day] for day in sorted(chosen))


def _weekday(word: str) -> int:
    if word in _DAYS:
        return _DAYS.index(word)
    number = int(word)
    if not 0 <= number <= 7:
        raise ValueError(word)
    return number
