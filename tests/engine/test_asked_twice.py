"""Asked twice, by two people at once, or after it was done: nothing is done a second time by that."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from pedell.drivers.api import Deadline
from pedell.engine import host as engine_host
from pedell.engine.settle import Decision
from pedell.errors import ConflictError
from pedell.service.runs import RunRequest
from pedell.store.tables.control import command
from pedell.store.tables.journal import event
from tests.engine.school import ACTOR, PATIENCE, open_service

PRESS = "  - {do: gadget.press}\n"
PUSH = "  - {do: gadget.push}\n"


def at_once(school, ask, count=6):
    """The answers of so many processes, as good as: each has a service of its own."""
    services = [open_service(school.data) for _ in range(count)]
    try:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(ask, services))
    finally:
        for service in services:
            service.around.close()


def test_many_ask_for_the_same_at_once(school, world):
    school.gadgets(2)
    school.book("go", PRESS)
    ticket = str(school.service.tickets.new("B204").no)
    request = RunRequest("go", "kind=gadget", ticket, ACTOR)
    found = at_once(school, lambda service: service.runs.submit(request))
    assert len({one.no for one in found}) == 1
    assert sum(not one.known for one in found) == 1
    assert school.work(found[0].no).run.counts == {"done": 2}
    assert world.effects() == {("press", "g0"): 1, ("press", "g1"): 1}


def failed(school, world) -> int:
    """A run of which g0 went well, and g1 and g2 were refused."""
    school.gadgets(3)
    for name in ("g1", "g2"):
        world.ask("fault", name, "press", "no", "1")
    school.book("go", PRESS)
    number = school.submit("go")
    assert school.work(number).run.counts == {"done": 1, "failed": 2}
    return number


def test_many_try_again_what_failed_at_once(school, world):
    number = failed(school, world)
    found = at_once(school, lambda service: service.runs.retry_failed(number, ACTOR, "again"))
    assert len({one.no for one in found}) == 1
    assert school.work(found[0].no).run.counts == {"done": 2}
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)}


def test_what_a_later_try_has_done_is_not_tried_again(school, world):
    number = failed(school, world)
    world.ask("fault", "g2", "press", "no", "1")
    second = school.service.runs.retry_failed(number, ACTOR, "again").no
    assert school.work(second).run.counts == {"done": 1, "failed": 1}
    # Somebody who looks at the first run asks once more: only the one that has not been done is left.
    third = school.service.runs.retry_failed(number, ACTOR, "once more").no
    detail = school.work(third)
    assert [(row.device, row.state) for row in detail.tasks] == [("g2", "done")]
    with pytest.raises(ConflictError, match="later try"):
        school.service.runs.retry_failed(number, ACTOR, "and again")
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)}


def test_what_a_later_try_has_in_hand_is_left_to_it(school, world):
    """The second try has done g1 and waits for g2: who asks once more gets that try, not a third one for g2."""
    number = failed(school, world)
    school.service.safety.hold("name=g2", "1h", ACTOR, "somebody is at it")
    second = school.service.runs.retry_failed(number, ACTOR, "again").no
    half = school.work(second, until=lambda progress: progress.counts == {"done": 1, "waiting": 1})
    assert half.run.counts == {"done": 1, "waiting": 1}
    again = school.service.runs.retry_failed(number, ACTOR, "and again")
    assert (again.no, again.known) == (second, True)
    school.service.safety.release(1, ACTOR, "gone")
    assert school.work(second).run.counts == {"done": 2}
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)}


def test_a_try_that_came_between_plan_and_run_is_seen(school, world, monkeypatch):
    """While one plans its try, another one's begins and ends well."""
    number = failed(school, world)
    runs, plain = school.service.runs, type(school.service.runs).plan

    def slow(self, *words):
        made = plain(self, *words)
        if self is runs:
            with_other = open_service(school.data)
            try:
                second = with_other.runs.retry_failed(number, ACTOR, "faster").no
            finally:
                with_other.around.close()
            assert school.work(second).run.counts == {"done": 2}
        return made

    monkeypatch.setattr(type(runs), "plan", slow)
    with pytest.raises(ConflictError, match="later try"):
        runs.retry_failed(number, ACTOR, "slower")
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)}


def in_doubt(school, world, kind: str) -> tuple[int, str]:
    school.gadgets(1)
    world.ask("fault", "g0", "press", kind, "1")
    school.book("go", PUSH)
    number = school.submit("go")
    assert school.work(number).tasks[0].state == "in_doubt"
    [doubt] = school.service.runs.doubts()
    return number, doubt.id


def answered(school, count: int):
    """Once the run has ended and the engine has taken so many decisions."""

    def holds(progress) -> bool:
        return progress.done and all(school.service.runs.answer(n) is not None for n in range(1, count + 1))

    return holds


def test_two_people_decide_differently(school, world):
    """The first decision counts; the second one is told that there is nothing to decide."""
    number, attempt = in_doubt(school, world, "drop")
    school.service.runs.settle(attempt, Decision.DONE, ACTOR, "it beeped")
    school.service.runs.settle(attempt, Decision.AGAIN, ACTOR, "it did not")
    assert school.work(number, until=answered(school, 2)).run.state == "done"
    with school.service.around.store.reading() as connection:
        answers = connection.execute(select(command.c.answer).order_by(command.c.no)).scalars().all()
    assert answers == ["ok", "that attempt is not in doubt"]
    assert world.effects() == {("press", "g0"): 1}


def test_two_people_decide_while_the_store_does_not_answer(school, world, monkeypatch):
    """The first decision waits to be written: the second one must not be written beside it."""
    number, attempt = in_doubt(school, world, "drop")
    school.service.runs.settle(attempt, Decision.DONE, ACTOR, "it beeped")
    school.service.runs.settle(attempt, Decision.AGAIN, ACTOR, "it did not")
    monkeypatch.setattr(engine_host, "SETTLE_SECONDS", 0.1)
    seen, plain = threading.Semaphore(0), engine_host.settle

    def settle(journal, *words):
        # As if the store did not answer from here on.
        journal.put = held.append
        held_by.append(journal)
        plain(journal, *words)

    def warned(*words):
        seen.release()

    held, held_by = [], []
    monkeypatch.setattr(engine_host, "settle", settle)
    monkeypatch.setattr(engine_host.log, "warning", warned)
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        for _ in range(4):  # two looks at both decisions
            assert seen.acquire(timeout=PATIENCE)
        journal = held_by[0]
        del journal.put
        for op in held:
            journal.put(op)
        school.wait(number, until=answered(school, 2))
    finally:
        assert host.stop(Deadline.after(60))
    with school.service.around.store.reading() as connection:
        kinds = (
            connection.execute(select(event.c.kind).where(event.c.kind == "attempt.settled")).scalars().all()
        )
        answers = connection.execute(select(command.c.answer).order_by(command.c.no)).scalars().all()
    assert len(kinds) == 1 and answers == ["ok", "that attempt is not in doubt"]
    assert world.effects() == {("press", "g0"): 1} and school.service.audit.verify().ok


def test_again_in_a_run_that_was_cancelled_meanwhile_does_nothing(school, world):
    number, attempt = in_doubt(school, world, "cut")
    school.service.runs.cancel(number, ACTOR, "enough")
    school.service.runs.settle(attempt, Decision.AGAIN, ACTOR, "it did not happen")
    detail = school.work(number, until=answered(school, 1))
    assert (detail.run.state, detail.tasks[0].state) == ("cancelled", "cancelled")
    assert not world.effects()


@pytest.mark.thorough
def test_again_while_everything_is_stopped_waits(school, world):
    number, attempt = in_doubt(school, world, "cut")
    school.service.safety.stop(ACTOR, "fire drill")
    school.service.runs.settle(attempt, Decision.AGAIN, ACTOR, "it did not happen")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        school.wait(number, until=lambda p: p.counts.get("waiting"))
        time.sleep(0.3)
        assert not world.effects()
        school.service.safety.go(ACTOR, "over")
        assert school.wait(number, until=lambda p: p.done).run.state == "done"
    finally:
        assert host.stop(Deadline.after(60))
    assert world.effects() == {("press", "g0"): 1}
