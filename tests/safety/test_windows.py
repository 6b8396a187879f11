"""Lessons, breaks, nights, holidays, exams."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pedell.hooks.plugins import Plugins
from pedell.model.safety import Dates, Exam, Span, Timetable
from pedell.safety.windows import Calendar, Windows, free_days
from pedell.service.runs import RunRequest
from tests.engine import gadget
from tests.house.commands import document, pedell
from tests.safety.people import ANNA, ended, engine, settings, waits

ZONE = ZoneInfo("Europe/Berlin")
TABLE = Timetable.model_validate(
    {
        "lessons": ["08:00-08:45", "08:50-09:35", "09:55-10:40"],
        "rooms": {"B204": {"wed": ["13:00-15:00"]}},
        "holidays": ["2026-12-23..2027-01-06", "2026-11-27"],
        "exams": [{"day": "2026-11-30", "hours": "11:00-16:00", "rooms": ["A1"]}],
    }
)
CALENDAR = Calendar(TABLE, ZONE)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("window", "room", "moment", "disruptive", "begins"),
    [
        # 25 November 2026 is a Wednesday.
        ("anytime", "A1", "2026-11-25 08:10", True, "2026-11-25 08:45"),  # the next break
        ("anytime", "A1", "2026-11-25 08:10", False, "2026-11-25 08:10"),  # harmless: at once
        ("anytime", "A1", "2026-11-25 08:47", True, "2026-11-25 08:47"),
        ("anytime", "B204", "2026-11-25 08:10", True, "2026-11-25 08:10"),  # the room is free
        ("anytime", "B204", "2026-11-25 14:00", True, "2026-11-25 15:00"),
        ("anytime", "A1", "2026-11-28 08:10", True, "2026-11-28 08:10"),  # Saturday
        ("anytime", "A1", "2026-11-27 08:10", True, "2026-11-27 08:10"),  # a free day of one's own
        ("anytime", "A1", "2026-11-30 12:00", True, "2026-11-30 16:00"),  # an exam
        ("anytime", "A2", "2026-11-30 12:00", True, "2026-11-30 12:00"),
        ("breaks", "A1", "2026-11-25 08:10", True, "2026-11-25 08:45"),
        ("breaks", "A1", "2026-11-25 11:00", True, "2026-11-26 08:45"),
        ("breaks", "B204", "2026-11-25 08:10", True, "2026-11-25 08:10"),
        ("lessons", "A1", "2026-11-25 11:00", True, "2026-11-26 08:00"),
        ("night", "A1", "2026-11-25 11:00", True, "2026-11-25 22:00"),
        ("night", "A1", "2026-11-26 05:58", True, "2026-11-26 05:58"),
        ("night", "A1", "2026-11-26 08:10", True, "2026-11-26 22:00"),  # not repeated at 08:10
        ("holidays", "A1", "2026-11-25 11:00", True, "2026-11-27 00:00"),
        ("holidays", "A1", "2026-11-30 11:00", False, "2026-12-05 00:00"),
        (
            "night",
            "A1",
            "2026-11-25 11:00",
            False,
            "2026-11-25 22:00",
        ),  # a playbook's window counts for all effects
    ],
)
def test_when_it_may_begin(window, room, moment, disruptive, begins):
    assert CALENDAR.next(window, room, at(moment), disruptive=disruptive) == at(begins)


MOMENTS = st.integers(1_767_225_600, 1_830_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(
    MOMENTS,
    st.sampled_from(["anytime", "breaks", "lessons", "night", "holidays"]),
    st.sampled_from(["A1", "B204"]),
    st.booleans(),
)
def test_what_is_found_is_open_and_not_too_late(moment, window, room, disruptive):
    found = CALENDAR.next(window, room, moment, disruptive=disruptive)
    assert found is not None and found >= moment
    assert CALENDAR.open(window, room, found, disruptive=disruptive)
    if found > moment:
        # Just before it, it was shut; and nowhere in between was it open.
        assert not CALENDAR.open(window, room, found - timedelta(seconds=1), disruptive=disruptive)
        middle = moment + (found - moment) / 2
        assert not CALENDAR.open(window, room, middle, disruptive=disruptive)


@given(MOMENTS, st.floats(0, 100_000))
def test_what_was_found_once_stays_true(moment, later):
    windows = Windows({"s0": TABLE}, ZONE)
    windows.wait("s0", "A1", "night", moment.timestamp(), disruptive=True)
    fresh = Windows({"s0": TABLE}, ZONE)
    again = moment.timestamp() + later
    assert windows.wait("s0", "A1", "night", again, disruptive=True) == fresh.wait(
        "s0", "A1", "night", again, disruptive=True
    )


def test_a_window_that_never_comes():
    empty = Calendar(Timetable(), ZONE)
    assert empty.next("lessons", "A1", at("2026-11-25 11:00"), disruptive=False) is None
    assert Windows({}, ZONE).wait("s0", "A1", "lessons", 0, disruptive=True) == 0


def test_sites_have_their_own_and_the_star_is_for_all_others():
    windows = Windows({"s1": Timetable(), "*": TABLE}, ZONE)
    moment = at("2026-11-25 08:10").timestamp()
    assert windows.wait("s1", "A1", "anytime", moment, disruptive=True) == 0
    assert windows.wait("s2", "A1", "anytime", moment, disruptive=True) == at("2026-11-25 08:45").timestamp()


def test_public_and_school_holidays_of_a_state():
    days = free_days("NW", 2026)
    # Corpus Christi is a holiday in North Rhine-Westphalia, not in Berlin; school holidays as the state publishes them.
    assert date(2026, 6, 4) in days and date(2026, 6, 4) not in free_days("BE", 2026)
    assert date(2026, 12, 28) in days and date(2026, 11, 25) not in days
    assert free_days("", 2026) == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        {"lessons": ["8-9"]}, {"lessons": ["10:00-09:00"]}, {"lessons": ["08:00"]}, {"days": ["someday"]}, {"holidays": ["2026-13-01"]},
        {"holidays": ["2026-12-02..2026-12-01"]}, {"state": "nw"}, {"rooms": {"B204": {"xyz": []}}}, {"exams": [{"day": "2026-11-30"}]},
        {"colour": "red"},
    ],
)  # fmt: skip
def test_wrong_timetables_are_refused(wrong):
    with pytest.raises(ValidationError):
        Timetable.model_validate(wrong)


def test_written_as_toml_gives_them():
    assert Dates.model_validate(date(2026, 1, 1)).holds(date(2026, 1, 1))
    assert Span.model_validate("08:00-08:45") == Span.model_validate({"start": "08:00", "end": "08:45"})
    assert Exam.model_validate({"day": "2026-11-30", "hours": "08:00-13:00"}).rooms == ()


# At the service's door -------------------------------------------------------------------------------


def all_day_except_an_hour():
    """A timetable with lessons now, today and tomorrow, in the zone of the settings."""
    return '[safety.timetables."*"]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nlessons = ["00:00-23:59:59"]\n'


PRESS = "  - {do: gadget.set, with: {value: a}}\n  - {do: gadget.press}\n"


def test_disruptive_waits_for_the_rooms_next_free_slot(school, world):
    settings(school, all_day_except_an_hour())
    school.gadgets(1)
    school.book("go", PRESS)
    number = school.submit("go")
    detail = school.work(number, until=waits)
    assert "window" in detail.tasks[0].why
    # What is harmless was done.
    assert world.effects() == {("set", "g0"): 1}


def test_with_a_reason_it_does_not_wait(school, world):
    settings(school, all_day_except_an_hour())
    school.gadgets(1)
    school.book("go", PRESS)
    assert school.run("go", at_once=True, reason="the lesson cannot go on").run.state == "done"


def test_asked_again_with_a_reason_the_open_run_goes_on(school, world):
    settings(school, all_day_except_an_hour())
    school.gadgets(1)
    school.book("go", PRESS)
    ticket = str(school.service.tickets.new("x").no)
    number = school.submit("go", ticket=ticket)
    with engine(school, number):
        school.wait(number, until=waits)
        again = school.service.runs.submit(
            RunRequest("go", "kind=gadget", ticket, ANNA, reason="no lesson", at_once=True)
        )
        assert again.known and again.no == number
        assert school.wait(number, until=ended).run.state == "done"


def test_a_playbooks_window_counts_for_harmless_effects_and_not_for_reads(school, world):
    settings(school, all_day_except_an_hour())
    school.gadgets(1)
    school.book(
        "go", "  - {do: gadget.status}\n  - {do: gadget.set, with: {value: a}}\n", more="window: holidays\n"
    )
    number = school.submit("go")
    assert "not come in sight" in school.work(number, until=ended).tasks[0].why
    school.book("look", "  - {do: gadget.status}\n", more="window: holidays\n")
    assert school.run("look").run.state == "done"
    assert not world.effects()


def test_without_a_timetable_any_time_will_do(school):
    school.gadgets(1)
    school.book("go", PRESS, more="window: holidays\n")
    assert school.run("go").run.state == "done"


def test_a_plan_tells_that_it_would_have_to_wait(school, monkeypatch):
    monkeypatch.setenv("PEDELL_DATA", str(school.data))
    monkeypatch.setattr("pedell.service.base.Plugins", lambda: Plugins(modules={"gadget": gadget}))
    monkeypatch.setattr(
        "pedell.service.windowed.time", SimpleNamespace(time=at("2026-11-25 09:00").timestamp)
    )
    school.gadgets(2)
    school.book("go", PRESS)
    school.book("look", "  - {do: gadget.status}\n")
    school.book("idle", PRESS, "window: holidays\n")
    words = ("--on", "kind=gadget")
    assert document("plan", "go", *words)["waits"] == {"devices": 0, "until": None, "never": 0}
    assert "Not now" not in pedell("plan", "go", *words).stdout
    settings(
        school,
        '[safety.timetables."*"]\nlessons = ["08:00-13:00"]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n',
    )
    waits = document("plan", "go", *words)["waits"]
    assert waits == {"devices": 2, "until": int(at("2026-11-25 13:00").timestamp() * 1_000_000), "never": 0}
    assert "end of a lesson: 2, the first until 2026-11-25 13:00:00" in pedell("plan", "go", *words).stdout
    assert document("plan", "look", *words)["waits"]["devices"] == 0, "reading interrupts nobody"
    assert document("plan", "idle", *words)["waits"] == {"devices": 2, "until": None, "never": 2}
    assert "does not come in sight: 2" in pedell("plan", "idle", *words).stdout
