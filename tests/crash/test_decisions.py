"""What people decide, while engines die under it: settling, approving; each decision counts once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pedell.engine.settle import Decision
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.runs import RunRequest
from pedell.store.tables.control import command
from pedell.store.tables.journal import attempt
from tests.crash.seam import ANSWERED, BEFORE_CALL, BEFORE_INTENT, COMMIT, DURABLE, SENT, SETTLING
from tests.engine.school import ACTOR

pytestmark = pytest.mark.thorough
OTHER = Actor("person", "os:2", VerifiedBy.OS, name="second", uid=2)


def answers(one) -> list[tuple[bool, str]]:
    with one.school.service.around.store.reading() as connection:
        rows = connection.execute(select(command).order_by(command.c.no)).all()
    return [(row.taken is not None, row.answer) for row in rows]


@pytest.mark.parametrize("passage", [1, 2], ids=["handed over", "durable"])
@pytest.mark.parametrize("decision", [Decision.DONE, Decision.AGAIN, Decision.NOT_DONE])
def test_killed_in_a_decision(place, nest, decision, passage):
    """The next engine takes the command again: what was decided is not decided, or done, a second time."""
    place.world.ask("fault", "g0", "press", "drop" if decision is Decision.DONE else "cut", "1")
    place.school.book("go", "  - {do: gadget.push}\n")
    place.school.submit("go")
    nest.start(place.plan())
    assert nest.wait().status == 0
    [doubt] = place.school.service.runs.doubts()
    place.school.service.runs.settle(doubt.id, decision, ACTOR, "I looked")
    nest.start(place.plan(SETTLING, passage))
    nest.passed()
    assert nest.wait().killed
    nest.start(place.plan())
    assert nest.wait().status == 0
    assert answers(place) == [(True, "ok")]
    assert all(fresh.id != doubt.id for fresh in place.school.service.runs.doubts())
    # Called again and killed in that, it is another attempt, which nobody has decided about yet.
    place.settle()
    place.finish(nest)
    assert not place.school.service.runs.open_runs()
    assert place.world.effects()["press", "g0"] == (0 if decision is Decision.NOT_DONE else 1)
    assert place.judge(leases=False) == []


@pytest.mark.parametrize("phase", [BEFORE_INTENT, COMMIT, DURABLE, BEFORE_CALL, SENT, ANSWERED])
def test_killed_in_what_a_second_person_has_approved(place, nest, phase):
    """An erase happens once at most, whatever dies; what nobody can tell is never repeated."""
    place.school.book("wipe", "  - {do: gadget.erase}\n")
    request = RunRequest("wipe", "name=g0", "new", ACTOR, reason="lost device")
    asked = place.school.service.runs.submit(request).approval
    place.school.service.safety.grant(asked, OTHER, "agreed")
    nest.start(place.plan(phase, 1))
    nest.passed()
    assert nest.wait().killed
    for _ in range(2):
        nest.start(place.plan())
        assert nest.wait().status == 0
    happened = place.world.effects()["set", "g0"]
    with place.school.service.around.store.reading() as connection:
        states = [row.state for row in connection.execute(select(attempt))]
    if phase in (BEFORE_INTENT, COMMIT):
        assert (happened, states) == (1, ["done"])
    else:
        assert happened == (1 if phase in (SENT, ANSWERED) else 0)
        assert states == ["in_doubt"], "a person has to look"
        place.settle()
        place.finish(nest)
    assert place.world.effects()["set", "g0"] == 1
    assert place.judge(leases=False) == []
