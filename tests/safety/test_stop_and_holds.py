"""The stop switch and maintenance holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from pedell.errors import ConflictError, NotFoundError, SelectorError, UsageError
from pedell.store.database import now
from pedell.store.tables.control import hold
from tests.safety.people import ANNA, BERT, change, ended, engine, waits

PRESS = "  - {do: gadget.status, save_as: before}\n  - {do: gadget.press}\n"


def in_hours(hours):
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M")


def test_stopped_says_so_and_goes_on(school, world):
    school.gadgets(3)
    school.book("go", PRESS)
    school.service.safety.stop(ANNA, "thunderstorm")
    number = school.submit("go")
    with engine(school, number):
        detail = school.wait(number, until=waits)
        assert all("thunderstorm" in row.why for row in detail.tasks) and not world.effects()
        assert school.service.safety.go(BERT)
        assert school.wait(number, until=ended).run.state == "done"
    assert sum(world.effects().values()) == 3


def test_what_has_begun_goes_on_while_stopped(school, world):
    """Polls and `always` steps are not stopped."""
    school.gadgets(1)
    school.book(
        "go",
        "  - block:\n      - {do: gadget.brew, with: {seconds: 1.5}}\n    always:\n      - {do: gadget.set, with: {value: end}}\n",
    )
    number = school.submit("go")
    with engine(school, number):
        school.wait(number, until=lambda _: world.effects().get(("brew", "g0")))
        school.service.safety.stop(ANNA, "x")
        assert school.wait(number, until=ended).run.state == "done"
    assert world.effects() == {("brew", "g0"): 1, ("set", "g0"): 1}


def test_stopping_needs_a_reason_and_going_on_does_not(school):
    with pytest.raises(UsageError):
        school.service.safety.stop(ANNA, "")
    assert school.service.safety.go(ANNA) is False
    assert school.service.safety.stop(ANNA, "x").on and school.service.safety.stopped().reason == "x"


def test_held_waits_the_others_do_not_and_a_release_wakes(school, world):
    school.gadgets(2)
    school.book("go", PRESS)
    made, count = school.service.safety.hold("name=g0", "2h", ANNA, "exam")
    assert count == 1
    number = school.submit("go")
    with engine(school, number):
        detail = school.wait(number, until=waits)
        held = next(row for row in detail.tasks if row.device == "g0")
        assert "exam" in held.why and f"hold {made.no}" in held.why
        assert world.effects() == {("press", "g1"): 1}
        school.service.safety.release(made.no, ANNA)
        assert school.wait(number, until=ended).run.state == "done"


@pytest.mark.parametrize("until", ["", "2w"])
def test_a_hold_that_outlives_the_run_refuses(school, world, until):
    school.gadgets(1)
    school.book("go", PRESS)
    school.service.safety.hold("kind=gadget", until, ANNA, "repair")
    detail = school.run("go")
    assert detail.tasks[0].error_class == "safety" and "repair" in detail.tasks[0].why
    assert not world.effects()


def test_reads_go_on(school):
    school.gadgets(1)
    school.book("look", "  - {do: gadget.status}\n")
    school.service.safety.hold("kind=gadget", "", ANNA, "repair")
    school.service.safety.stop(ANNA, "x")
    assert school.run("look").run.state == "done"


def test_an_expired_hold_holds_nothing(school):
    school.gadgets(1)
    school.book("go", PRESS)
    school.service.safety.hold("kind=gadget", "2h", ANNA, "repair")
    change(school, update(hold).values(until=now() - 1))
    assert school.service.safety.holds() == [] and len(school.service.safety.holds(everything=True)) == 1
    assert school.run("go").run.state == "done"


def test_a_hold_while_the_run_goes_on_is_seen(school, world):
    """Attempts that come later are asked about again: cached knowledge is half a second old at most."""
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n  - {wait: 1.2}\n  - {do: gadget.set, with: {value: b}}\n")
    number = school.submit("go")
    with engine(school, number):
        school.wait(number, until=lambda _: world.effects())
        school.service.safety.hold("kind=gadget", "", ANNA, "repair")
        detail = school.wait(number, until=ended)
    assert detail.tasks[0].error_class == "safety" and world.effects() == {("press", "g0"): 1}


def test_the_longest_hold_counts(school):
    school.gadgets(1)
    school.book("go", PRESS)
    school.service.safety.hold("kind=gadget", "", ANNA, "long")
    school.service.safety.hold("kind=gadget", "1h", ANNA, "short")
    assert "long" in school.run("go").tasks[0].why


def test_holds_that_mean_nothing(school):
    school.gadgets(1)
    safety = school.service.safety
    with pytest.raises(UsageError):
        safety.hold("name=nobody", "2h", ANNA, "x")
    with pytest.raises(UsageError):
        safety.hold("kind=gadget", "2h", ANNA, " ")
    with pytest.raises(UsageError):
        safety.hold("kind=gadget", "gestern", ANNA, "x")
    with pytest.raises(SelectorError):
        safety.hold("colour=red", "2h", ANNA, "x")
    with pytest.raises(NotFoundError):
        safety.release(7, ANNA)
    made, _ = safety.hold("kind=gadget", in_hours(3), ANNA, "x")
    safety.release(made.no, ANNA)
    with pytest.raises(ConflictError):
        safety.release(made.no, ANNA)
