"""A controller that asked to be left alone is left alone also by an engine that is started again."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import insert, select

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.engine.controllers import Controllers
from pedell.engine.rests import Rests
from pedell.store.database import Store, new_id, now
from pedell.store.tables.control import controller_rest
from tests.engine.gadget import GadgetDriver
from tests.engine.test_controllers import behind_a_controller

SECOND = 1_000_000
LOOK = "  - {do: gadget.status}\n"
PRESS = "  - {do: gadget.press}\n"
LEFT_ALONE = "hub is asked as often as it may be, or wants to be left alone"


def hellos(world) -> int:
    return sum(line[1] == "hello" for line in world.lines())


def rows(store: Store) -> dict[str, tuple[int, int]]:
    with store.reading() as connection:
        found = connection.execute(select(controller_rest)).all()
    return {row.controller: (row.at, row.until) for row in found}


@pytest.mark.parametrize("steps", [LOOK, PRESS], ids=["read", "effect"])
def test_the_next_engine_leaves_it_alone(school, world, monkeypatch, steps):
    behind_a_controller(school, 2)
    store = school.service.around.store
    school.book("first", LOOK)
    school.book("then", steps)
    plain = GadgetDriver.status

    def busy(self, call, params):
        raise DeviceError(ErrorClass.BUSY, "come later", retry_after=600.0)

    busy.__pedell_capability__ = "gadget.status"
    monkeypatch.setattr(GadgetDriver, "status", busy)
    number = school.submit("first", "name=g0")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        school.wait(number, until=lambda p: p.counts.get("waiting"))
        end = time.monotonic() + 60
        while not rows(store):  # while it works, not when it ends: it may be killed
            assert time.monotonic() < end, "it was not written down"
            time.sleep(0.02)
    finally:
        assert host.stop(Deadline.after(60))
    [(at, until)] = rows(store).values()
    assert 595 * SECOND < until - at <= 600 * SECOND
    monkeypatch.setattr(GadgetDriver, "status", plain)
    before = hellos(world)
    detail = school.work(school.submit("then", "name=g1"), until=lambda p: p.counts.get("waiting") or p.done)
    assert (detail.tasks[0].state, detail.tasks[0].why) == ("waiting", LEFT_ALONE)
    assert hellos(world) == before
    assert not world.effects()


def test_what_is_over_or_absurd_counts_for_nothing(database):
    store, moment = Store(database), now()
    ids = {name: new_id() for name in ("over", "for ever", "clock set back", "good")}
    written = {
        "over": (moment - 90 * SECOND, moment - SECOND),
        "for ever": (moment - SECOND, moment + 86_400 * SECOND),
        "clock set back": (moment + 7200 * SECOND, moment + 1800 * SECOND),
        "good": (moment - 60 * SECOND, moment + 1800 * SECOND),
    }
    with store.writing() as connection:
        for name, (at, until) in written.items():
            connection.execute(insert(controller_rest).values(controller=ids[name], at=at, until=until))
    controllers = Controllers()
    Rests(store, controllers).begin()
    waits = {name: controllers.get(key, None).admit("x") for name, key in ids.items()}
    assert waits.pop("good") == pytest.approx(1800, abs=30)
    assert set(waits.values()) == {0.0}
    assert set(rows(store)) == {ids["good"]}
    store.close()


def test_it_is_written_once_and_again_where_it_lasts_longer(database):
    store, controllers = Store(database), Controllers()
    rests, one = Rests(store, controllers), new_id()
    rests.begin()
    controllers.get(one, None).rest(1.0)
    rests.keep()
    assert rows(store) == {}, "not worth it"
    controllers.get(one, None).rest(30.0)
    rests.keep()
    first = rows(store)
    rests.keep()
    assert rows(store) == first
    controllers.get(one, None).rest(5000.0)
    rests.keep()
    at, until = rows(store)[one]
    assert until - at == pytest.approx(3600 * SECOND, abs=SECOND), "an hour at most"
    again = Controllers()
    Rests(store, again).begin()
    assert again.rests()[one] == pytest.approx(3600, abs=30)
    store.close()


def test_a_store_that_is_away_is_asked_again(database):
    store, controllers, one = Store(database), Controllers(), new_id()
    rests = Rests(store, controllers)
    controllers.get(one, None).rest(60.0)
    plain, store.writing = store.writing, away  # type: ignore[method-assign]
    rests.end()
    store.writing = plain  # type: ignore[method-assign]
    assert rows(store) == {}
    rests.keep()
    assert set(rows(store)) == {one}
    store.close()


def away():
    from pedell.errors import StoreError

    raise StoreError("away")
