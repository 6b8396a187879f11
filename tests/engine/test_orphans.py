"""What was called and can neither be asked about nor finished any more: its family, driver or link is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from pedell.engine.settle import Decision
from pedell.hooks.plugins import Plugins
from pedell.store.tables.inventory import device, link
from pedell.store.tables.journal import attempt
from tests.engine import gadget
from tests.engine.school import ACTOR


def waiting(progress):
    return progress.polled or progress.counts.get("waiting")


def doubtful(progress):
    return progress.counts.get("in_doubt") or progress.done


def plugins(school, **modules):
    school.service.around.__dict__["plugins"] = Plugins(modules=modules)
    school.service.runs.__dict__.pop("inventory", None)


def settled(school, number):
    """A person says that it happened; the run is brought to its end."""
    (doubt,) = school.service.runs.doubts(number)
    school.service.runs.settle(doubt.id, Decision.DONE, ACTOR, "I have seen it")
    return school.work(number, until=lambda progress: progress.done)


def ended(school):
    with school.service.around.store.reading() as connection:
        return {tuple(row) for row in connection.execute(select(attempt.c.state, attempt.c.holds))}


def test_its_family_is_gone_and_comes_back(school, world):
    school.gadgets(1)
    school.book("go", f"  - {{do: gadget.brew, with: {{seconds: {gadget.LONG}}}}}\n")
    number = school.submit("go")
    school.work(number, until=waiting)
    plugins(school)
    detail = school.work(number, until=doubtful)
    assert detail.run.counts == {"in_doubt": 1}, (
        "not failed: the gadget is held, and somebody must be able to settle it"
    )
    assert "no family knows gadget.brew" in school.service.runs.doubts(number)[0].message
    plugins(school, gadget=gadget)
    assert settled(school, number).run.state == "done"
    assert ended(school) == {("done", False)} and world.effects() == {("brew", "g0"): 1}


@pytest.mark.parametrize("gone", [False, True], ids=["leads elsewhere", "gone"])
def test_its_link_is_another_one(school, world, gone):
    school.gadgets(3)
    with school.service.around.store.writing() as connection:
        numbers = dict(connection.execute(select(device.c.name, device.c.no)).all())
        connection.execute(insert(link).values(device=numbers["g0"], kind="line", other=numbers["g1"]))
    school.book(
        "go",
        f"  - {{do: gadget.brew, with: {{seconds: {gadget.LONG}}}, on: {{link: line}}, retry: {{times: 2}}}}\n",
    )
    number = school.submit("go", "name=g0")
    school.work(number, until=waiting)
    with school.service.around.store.writing() as connection:
        changed = link.delete() if gone else update(link).values(other=numbers["g2"])
        connection.execute(changed.where(link.c.device == numbers["g0"]))
    detail = school.work(number, until=doubtful)
    assert detail.run.counts == {"in_doubt": 1}
    assert settled(school, number).run.state == "done"
    assert world.effects() == {("brew", "g1"): 1}, "nobody asked or called the other one"
    assert ended(school) == {("done", False)}
