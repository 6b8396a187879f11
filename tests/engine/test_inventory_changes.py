"""The inventory changes while a device waits: it is retired, or another driver is to speak to it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select, update

from pedell.drivers.deadline import Deadline
from pedell.engine.settle import Decision
from pedell.journal import installation
from pedell.store.tables.inventory import device, device_driver, link
from pedell.store.tables.journal import attempt, task
from tests.engine import gadget, gizmo
from tests.engine.school import ACTOR, PATIENCE
from tests.engine.test_orphans import doubtful, ended, plugins, waiting
from tests.engine.test_orphans import settled as settle

pytestmark = pytest.mark.matrix(2)

BREW = f"  - {{do: gadget.brew, with: {{seconds: {gadget.LONG}}}}}\n"


def retire(school, selector):
    with school.service.around.store.writing() as connection:
        assert school.service.runs.inventory.retire(connection, selector) == 1


def change(school, *statements):
    """As an import does it."""
    with school.service.around.store.writing() as connection:
        for statement in statements:
            connection.execute(statement)
        installation.count(connection, installation.INVENTORY)


def why(detail, name):
    return next(one for one in detail.tasks if one.device == name).why


@pytest.mark.parametrize("state", ["waiting", "in_doubt"], ids=["waiting", "after a crash"])
def test_another_driver_is_not_asked_about_what_it_did_not_begin(school, world, state):
    plugins(school, gadget=gadget, gizmo=gizmo)
    school.gadgets(1)
    school.book("go", BREW)
    number = school.submit("go")
    school.work(number, until=waiting)
    change(school, update(device).values(driver="gizmo"), update(attempt).values(state=state))
    detail = school.work(number, until=doubtful)
    assert detail.run.counts == {"in_doubt": 1}
    assert "another driver in the inventory than gadget" in school.service.runs.doubts(number)[0].message
    assert settle(school, number).run.state == "done"
    assert ended(school) == {("done", False)} and world.effects() == {("brew", "g0"): 1}


def test_a_driver_that_is_still_among_the_devices_own_is_asked(school, world):
    plugins(school, gadget=gadget, gizmo=gizmo)
    school.gadgets(1)
    school.book("go", BREW)
    number = school.submit("go")
    school.work(number, until=waiting)
    with school.service.around.store.reading() as connection:
        no = connection.execute(select(device.c.no)).scalar_one()
    change(
        school,
        update(device).values(driver="gizmo"),
        insert(device_driver).values(device=no, n=1, driver="gadget", address="", options="{}"),
    )
    world.ask("ready", "g0")
    detail = school.work(number)
    assert detail.run.state == "done" and world.effects() == {("brew", "g0"): 1}
    assert school.service.audit.verify().ok


def test_who_is_retired_while_its_task_waits_is_left_alone(school, world):
    school.gadgets(2)
    school.book("go", "  - {do: gadget.press}\n  - {wait: 1h}\n  - {do: gadget.set, with: {value: x}}\n")
    number = school.submit("go")
    school.work(number, until=lambda progress: progress.counts.get("waiting") == 2)
    retire(school, "name=g0")
    memo_is_over(school)
    detail = school.work(number)
    assert detail.run.counts == {"done": 1, "failed": 1}
    assert why(detail, "g0") == "g0 is retired in the inventory; nothing more is done to it"
    assert world.effects() == {("press", "g0"): 1, ("press", "g1"): 1, ("set", "g1"): 1}


def memo_is_over(school):
    """The hour has passed."""
    with school.service.around.store.writing() as connection:
        for no, text in connection.execute(select(task.c.no, task.c.memo)).all():
            memo = json.loads(text) | {"2": {"r": 0.0}}
            connection.execute(update(task).where(task.c.no == no).values(memo=json.dumps(memo), until=0))


def test_what_a_retired_device_has_begun_is_brought_to_its_end(school, world):
    school.gadgets(1)
    school.book("go", BREW + "  - {do: gadget.press}\n")
    number = school.submit("go")
    school.work(number, until=waiting)
    retire(school, "name=g0")
    world.ask("ready", "g0")
    detail = school.work(number)
    assert "retired" in why(detail, "g0") and ended(school) == {("done", False)}
    assert world.effects() == {("brew", "g0"): 1}


def test_who_was_meant_although_retired_is_acted_upon(school, world):
    school.gadgets(1)
    retire(school, "name=g0")
    school.book("go", "  - {do: gadget.press}\n")
    assert school.run("go", "name=g0 state=retired").run.state == "done"
    assert world.effects() == {("press", "g0"): 1} and school.service.audit.verify().ok


def test_a_retired_device_at_the_end_of_a_link_is_left_alone(school, world):
    school.gadgets(2)
    with school.service.around.store.writing() as connection:
        numbers = dict(connection.execute(select(device.c.name, device.c.no)).all())
        connection.execute(insert(link).values(device=numbers["g0"], kind="line", other=numbers["g1"]))
    school.book("go", "  - {do: gadget.press, on: {link: line}}\n")
    number = school.submit("go", "name=g0")
    retire(school, "name=g1")
    assert "g1 is retired" in why(school.work(number), "g0")
    assert world.effects() == {}


def test_who_is_retired_while_an_engine_has_it_in_hand_is_left_alone(school, world):
    """Another run holds it: its task stays in memory, with what the inventory said before."""
    school.gadgets(1)
    school.book("doubt", "  - {do: gadget.push}\n")
    school.book("go", "  - {do: gadget.set, with: {value: x}}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    first = school.submit("doubt")
    assert school.work(first, until=doubtful).run.counts == {"in_doubt": 1}
    second = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=True)
    try:
        school.wait(second, until=lambda progress: progress.counts.get("blocked"))
        retire(school, "name=g0")
        (doubt,) = school.service.runs.doubts(first)
        school.service.runs.settle(doubt.id, Decision.DONE, ACTOR, "seen")
        detail = school.wait(second, until=lambda progress: progress.done)
    finally:
        assert host.stop(Deadline.after(PATIENCE))
    assert "retired" in why(detail, "g0")
    assert not any(verb == "set" for verb, _ in world.effects())
