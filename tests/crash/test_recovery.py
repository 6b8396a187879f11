"""What the harness found once, each in its smallest form."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from pedell.engine.settle import Decision
from pedell.errors import ConflictError
from pedell.store.tables.journal import attempt
from tests.crash.seam import PARTS, RECOVERY, SENT
from tests.engine.school import ACTOR


def attempts(place, *columns):
    with place.school.service.around.store.reading() as connection:
        return connection.execute(select(*columns).order_by(attempt.c.no)).all()


def test_nobody_gets_a_device_whose_port_is_shut_before_it_is_open_again(place, nest):
    """The completion runs under the hold of what it completes, also when it needs several tries."""
    place.school.book("cycle", "  - {do: gadget.cycle}\n")
    place.school.book("set", "  - {do: gadget.set, with: {value: other}}\n")
    place.school.submit("cycle")
    nest.start(place.plan(PARTS, 3))  # after the shut
    assert nest.wait().phase == PARTS
    place.school.submit("set")
    place.world.ask("fault", "g0", "open", "cut", "2")
    place.finish(nest)
    verbs = [line[1] for line in place.world.lines() if line[1] != "hello"]
    assert verbs[:2] == ["shut", "open"] and "set" in verbs
    assert place.judge() == []


@pytest.mark.thorough
def test_a_hold_that_was_lost_is_not_taken_from_the_one_who_has_it_now(place, nest):
    """An engine was away for longer than the hold lasts: coming back it must not stumble over the device's new holder."""
    place.school.book("cycle", "  - {do: gadget.cycle}\n")
    place.school.book("brew", "  - {do: gadget.brew, with: {seconds: 1}}\n")
    place.school.submit("cycle")
    nest.start(place.plan(PARTS, 3))
    assert nest.wait().phase == PARTS
    with place.school.service.around.store.writing() as connection:
        connection.execute(update(attempt).values(holds=False))
    place.school.submit("brew")
    place.finish(nest)
    assert place.broken == []
    assert not place.school.service.runs.open_runs()
    assert "open=1" in place.world.ask("status", "g0")


@pytest.mark.thorough
def test_a_person_is_not_asked_what_the_engine_will_find_out_itself(place, nest):
    place.school.book("press", "  - {do: gadget.press}\n")
    place.school.submit("press")
    nest.start(place.plan(SENT))
    assert nest.wait().phase == SENT
    nest.start(place.plan(RECOVERY))
    assert nest.wait().phase == RECOVERY
    [row] = attempts(place, attempt.c.id, attempt.c.state)
    assert row.state == "in_doubt"
    assert place.school.service.runs.doubts() == []
    with pytest.raises(ConflictError):
        place.school.service.runs.settle(row.id, Decision.DONE, ACTOR, "I looked")
    place.finish(nest)
    assert place.judge() == []
