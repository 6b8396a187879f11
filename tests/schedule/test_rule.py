"""Rules: each time once, also over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedell.errors import UsageError
from pedell.schedule.rule import SECOND, Rule

BERLIN = "Europe/Berlin"


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def between(cron: str, start: str, end: str, zone: str = BERLIN) -> list[tuple[str, str]]:
    rule = Rule.read(cron, zone)
    return [
        (due.nominal, datetime.fromtimestamp(due.at // SECOND, UTC).strftime("%m-%dT%H:%MZ"))
        for due in rule.between(micros(start), micros(end))
    ]


def test_autumn_night_fires_once() -> None:
    """On 25 October 2026 the clock goes from 03:00 CEST back to 02:00 CET."""
    assert between("30 2 * * *", "2026-10-24T12:00+02:00", "2026-10-27T00:00+01:00") == [
        ("2026-10-25T02:30", "10-25T00:30Z"),
        ("2026-10-26T02:30", "10-26T01:30Z"),
    ]


def test_spring_night_fires_once() -> None:
    """On 29 March 2026 there is no time between 02:00 and 03:00: the rule comes when the old clock shows 02:30."""
    assert between("30 2 * * *", "2026-03-28T12:00+01:00", "2026-03-31T00:00+02:00") == [
        ("2026-03-29T02:30", "03-29T01:30Z"),
        ("2026-03-30T02:30", "03-30T00:30Z"),
    ]


def test_a_rhythm_goes_on_through_both_nights() -> None:
    autumn = between("*/30 * * * *", "2026-10-25T01:59+02:00", "2026-10-25T03:01+01:00")
    assert [nominal for nominal, _ in autumn] == [
        "2026-10-25T00:00Z", "2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z", "2026-10-25T02:00Z",
    ]  # fmt: skip
    spring = between("*/30 * * * *", "2026-03-29T01:29+01:00", "2026-03-29T03:31+02:00")
    assert [nominal for nominal, _ in spring] == [
        "2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z",
    ]  # fmt: skip


def test_minutes_of_a_named_hour_come_once_in_autumn() -> None:
    found = between("*/15 2 * * *", "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00")
    assert [nominal for nominal, _ in found] == [f"2026-10-25T02:{minute:02}" for minute in (0, 15, 30, 45)]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", "Sun"), ("7", "Sun"), ("1", "Mon"), ("1-5", "Mon Tue Wed Thu Fri"), ("mon-fri", "Mon Tue Wed Thu Fri"), ("5-7", "Fri Sat Sun"),
        ("sat-sun", "Sat Sun"), ("6,0", "Sat Sun"), ("*/2", "Tue Thu Sat Sun"), ("1-5/2", "Mon Wed Fri"), ("0-6", "Mon Tue Wed Thu Fri Sat Sun"),
        ("fri", "Fri"), ("SUN", "Sun"), ("4/2", "Thu Sat"),
    ],
)  # fmt: skip
def test_weekdays_are_those_of_cron(field: str, days: str) -> None:
    rule = Rule.read(f"0 12 * * {field}", BERLIN)
    week = rule.between(micros("2026-11-23T00:00+01:00"), micros("2026-11-30T00:00+01:00"))
    assert " ".join(datetime.fromisoformat(due.nominal).strftime("%a") for due in week) == days


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * *", "five fields"), ("", "five fields"), ("61 * * * *", "minute"), ("* 24 * * *", "hour"), ("* * 0 * *", "day"), ("* * * 13 *", "month"),
        ("* * * * 8", "weekday"), ("* * * * mon-foo", "weekday"), ("* * * * 5-2", "weekday"), ("* * * * */0", "weekday"), ("a b * d *", "minute"),
        ("0 0 1 * 1", "not both"), ("0 0 30 2 *", "never comes"), ("0;1 * * * *", "minute"), ("*/0 * * * *", "minute"), ("1-x * * * *", "minute"),
    ],
)  # fmt: skip
def test_mistakes_are_named(cron: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        Rule.read(cron, BERLIN)
    assert words in caught.value.message


def test_unknown_zone() -> None:
    for zone in ("Mars/Base", "", "../etc/passwd", "x" * 300):
        with pytest.raises(UsageError):
            Rule.read("* * * * *", zone)


def test_rare_rules_are_found() -> None:
    rule = Rule.read("0 6 29 2 *", BERLIN)
    assert [due.nominal for due in islice(rule.after(micros("2026-11-23T00:00+01:00")), 2)] == [
        "2028-02-29T06:00",
        "2032-02-29T06:00",
    ]


FIELD = {
    "minute": st.sampled_from(["*", "*/7", "0", "30", "5,35", "10-20/5", "59"]),
    "hour": st.sampled_from(["*", "*/2", "*/5", "0", "1", "2", "3", "2,3", "1-4", "23"]),
    "day": st.sampled_from(["*", "*", "*", "1", "25", "28-31", "*/2"]),
    "month": st.sampled_from(["*", "*", "3", "10", "3,4,10,11"]),
    "weekday": st.sampled_from(["*", "*", "0", "1-5", "6,7", "sun"]),
}
ZONES = [BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "Africa/Casablanca"]
CHANGES = [
    "2026-03-08",
    "2026-03-29",
    "2026-10-25",
    "2026-11-01",
    "2026-04-05",
    "2026-10-04",
    "2026-06-15",
    "2026-02-14",
    "2026-12-31",
]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    words = {name: draw(choice) for name, choice in FIELD.items()}
    if words["day"] != "*":
        words["weekday"] = "*"
    return Rule.read(" ".join(words.values()), draw(st.sampled_from(ZONES)))


@cache
def numbers(word: str, low: int, high: int) -> set[int]:
    """A field by hand, without the code under test."""
    found: set[int] = set()
    for part in word.replace("sun", "0").split(","):
        span, _, step = part.partition("/")
        first, _, last = (str(low), "", str(high)) if span == "*" else span.partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


def matches(cron: str, wall: datetime) -> bool:
    minute, hour, day, month, weekday = cron.split()
    return (
        wall.minute in numbers(minute, 0, 59)
        and wall.hour in numbers(hour, 0, 23)
        and wall.day in numbers(day, 1, 31)
        and wall.month in numbers(month, 1, 12)
        and (wall.isoweekday() % 7) in {number % 7 for number in numbers(weekday, 0, 6)}
    )


@pytest.mark.thorough
@given(rules(), st.sampled_from(CHANGES))
def test_agrees_with_a_walk_through_every_minute(rule: Rule, day: str) -> None:
    zone = ZoneInfo(rule.timezone)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=18)
    span = 48 * 60
    found = rule.between(
        int(start.timestamp()) * SECOND, int((start + timedelta(minutes=span)).timestamp()) * SECOND
    )
    assert [due.at for due in found] == sorted(due.at for due in found)
    assert len({due.nominal for due in found}) == len(found)
    if rule.names_hours:
        # Every wall time of the calendar once, whether the clock showed it once, twice or never.
        first = datetime.fromisoformat(day) - timedelta(days=1)
        walls = [first + timedelta(minutes=n) for n in range(3 * 24 * 60)]
        wanted = [wall for wall in walls if matches(rule.cron, wall)]
        inside = [
            wall for wall in wanted
            if start < wall.replace(tzinfo=zone, fold=0).astimezone(UTC) <= start + timedelta(minutes=span)
        ]  # fmt: skip
        assert [due.nominal for due in found] == [
            wall.isoformat(timespec="minutes") for wall in inside
        ] or sorted(due.nominal for due in found) == [wall.isoformat(timespec="minutes") for wall in inside]
    else:
        instants = [start + timedelta(minutes=n) for n in range(1, span + 1)]
        wanted_at = [at for at in instants if matches(rule.cron, at.astimezone(zone))]
        assert [datetime.fromtimestamp(due.at // SECOND, UTC) for due in found] == wanted_at


@given(rules(), st.integers(0, 400 * 24 * 60), st.lists(st.integers(1, 3000), max_size=6))
@settings(max_examples=40)
def test_looking_often_or_seldom_finds_the_same(rule: Rule, offset: int, steps: list[int]) -> None:
    at = (int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) + offset * 60) * SECOND
    marks = [at]
    for step in steps:
        marks.append(marks[-1] + step * 60 * SECOND)
    pieces = [due for before, after in pairwise(marks) for due in rule.between(before, after)]
    assert pieces == rule.between(marks[0], marks[-1])
