"""When something may happen in a room: lessons, breaks, nights, holidays, exams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pedell.model.safety import DAYS, Exam, Span, Timetable

FAR = 400
"""Days ahead that are looked at; school holidays come sooner."""


class Calendar:
    """The timetable of one site, answering for its rooms."""

    def __init__(self, timetable: Timetable, zone: ZoneInfo) -> None:
        self._table = timetable
        self._zone = zone

    def school_day(self, day: date) -> bool:
        """Whether there are lessons on that day at all."""
        return (
            DAYS[day.weekday()] in self._table.days
            and not any(dates.holds(day) for dates in self._table.holidays)
            and day not in free_days(self._table.state, day.year)
        )

    def lessons(self, day: date, room: str) -> tuple[Span, ...]:
        """The room's lessons of a day; the site's where nothing is known of the room."""
        if not self.school_day(day):
            return ()
        own = self._table.rooms.get(room)
        return self._table.lessons if own is None else own.get(DAYS[day.weekday()], ())

    def open(self, window: str, room: str, moment: datetime, *, disruptive: bool) -> bool:
        """Whether something may begin in the room now."""
        here = moment.astimezone(self._zone)
        day, clock = here.date(), here.time()
        if disruptive and any(_in(exam.hours, clock) for exam in self._exams(day, room)):
            return False
        if window == "lessons":
            return any(_in(span, clock) for span in self.lessons(day, room))
        if disruptive and any(_in(span, clock) for span in self.lessons(day, room)):
            return False
        return self._inside(window, room, day, clock)

    def next(self, window: str, room: str, moment: datetime, *, disruptive: bool) -> datetime | None:
        """When it may begin: now where it may, None where that is not in sight."""
        if self.open(window, room, moment, disruptive=disruptive):
            return moment
        for edge in self._edges(room, moment):
            if edge > moment and self.open(window, room, edge, disruptive=disruptive):
                return edge
        return None

    def _inside(self, window: str, room: str, day: date, clock: time) -> bool:
        begins, ends = self._table.night
        if window == "night":
            return begins <= clock < ends if begins < ends else clock >= begins or clock < ends
        if window == "holidays":
            return not self.school_day(day)
        if window == "breaks":
            # While the school is at work, and the room is not.
            spans = self._table.lessons if self.school_day(day) else ()
            busy = any(_in(span, clock) for span in self.lessons(day, room))
            return bool(spans) and spans[0].start <= clock < max(span.end for span in spans) and not busy
        return True

    def _exams(self, day: date, room: str) -> Iterator[Exam]:
        return (
            exam for exam in self._table.exams if exam.day == day and (not exam.rooms or room in exam.rooms)
        )

    def _edges(self, room: str, moment: datetime) -> Iterator[datetime]:
        """Every time at which the answer may change, in order."""
        first = moment.astimezone(self._zone).date()
        for ahead in range(FAR):
            day = first + timedelta(days=ahead)
            clocks = {time(), *self._table.night}
            spans = (*self._table.lessons, *self.lessons(day, room))
            clocks |= {clock for span in spans for clock in (span.start, span.end)}
            clocks |= {exam.hours.end for exam in self._exams(day, room)}
            for clock in sorted(clocks):
                yield datetime.combine(day, clock, self._zone)


class Windows:
    """All timetables. Threads may share it."""

    def __init__(self, timetables: Mapping[str, Timetable], zone: ZoneInfo) -> None:
        self._calendars = {site: Calendar(table, zone) for site, table in timetables.items()}
        self._found: dict[tuple[str, str, str, bool], tuple[float, float | None]] = {}

    def wait(self, site: str, room: str, window: str, moment: float, *, disruptive: bool) -> float | None:
        """0 where it may begin, else when (UTC epoch seconds); None where no such time is in sight."""
        calendar = self._calendars.get(site) or self._calendars.get("*")
        if calendar is None:
            return 0.0
        key = (site, room, window, disruptive)
        since, until = self._found.get(key, (0.0, 0.0))
        # Between the question and the time found, the answer stays the same.
        if since <= moment and until is not None and moment < until:
            return until
        now = datetime.fromtimestamp(moment, UTC)
        found = calendar.next(window, room, now, disruptive=disruptive)
        if found == now:
            return 0.0
        self._found[key] = (moment, found.timestamp() if found else None)
        return found.timestamp() if found else None


@lru_cache(maxsize=64)
def free_days(state: str, year: int) -> frozenset[date]:
    """Public and school holidays of a German state, as the package `holidays` knows them; none without a state."""
    if not state:
        return frozenset()
    import holidays

    known = holidays.country_holidays("DE", subdiv=state, years=year, categories=("public", "school"))
    return frozenset(known)


def _in(span: Span, clock: time) -> bool:
    return span.start <= clock < span.end
