"""Several devices of one task at one endpoint or one controller: each is spoken to as itself."""

from __future__ import annotations

import json
from types import ModuleType
from typing import ClassVar

import pytest
from sqlalchemy import insert, select, update

from pedell.drivers.api import ErrorClass, Options
from pedell.hooks.api import hookimpl
from pedell.hooks.plugins import Plugins
from pedell.store.tables.inventory import device, device_driver, link
from tests.engine.gadget import CONTRACT, GadgetDriver
from tests.engine.test_controllers import behind_a_controller

BOTH = """
  - {do: gadget.set, with: {value: own}}
  - {do: gadget.set, with: {value: other}, on: {link: line}}
  - {do: gadget.press, on: {link: line}}
  - {do: gadget.status, save_as: own}
  - {do: gadget.status, save_as: other, on: {link: line}}
  - {check: "own.value == 'own' and other.value == 'other' and other.presses == 1 and own.presses == 0"}
"""


class Named(Options):
    login: str = ""


class Talks:
    """Who was connected when, with which options; how many at once at most."""

    seen: ClassVar[list[tuple[str, str]]] = []
    open: ClassVar[set[str]] = set()
    most: ClassVar[int] = 0


def pair(school) -> None:
    """The second gadget hangs on the line of the first one, with a login of its own."""
    with school.service.around.store.writing() as connection:
        numbers = dict(connection.execute(select(device.c.name, device.c.no)).all())
        for name, number in numbers.items():
            options = json.dumps({"login": f"login of {name}"})
            connection.execute(update(device).where(device.c.no == number).values(options=options))
        connection.execute(insert(link).values(device=numbers["g0"], kind="line", other=numbers["g1"]))


@pytest.fixture
def talks(monkeypatch):
    """All gadgets are one endpoint; what is connected is counted."""
    Talks.seen, Talks.open, Talks.most = [], set(), 0
    connect, close = GadgetDriver.connect, GadgetDriver.close

    def opened(self, deadline):
        connect(self, deadline)
        Talks.seen.append((self.name, dict(self.target.options)["login"]))
        Talks.open.add(self.name)
        Talks.most = max(Talks.most, len(Talks.open))

    def closed(self):
        close(self)
        Talks.open.discard(getattr(self, "name", ""))

    monkeypatch.setattr(GadgetDriver, "options", Named)
    monkeypatch.setattr(GadgetDriver, "connect", opened)
    monkeypatch.setattr(GadgetDriver, "close", closed)
    return Talks


def test_two_devices_on_one_line(school, world, talks, monkeypatch):
    monkeypatch.setattr(GadgetDriver, "endpoint", classmethod(lambda cls, target: "line"))
    school.gadgets(2)
    pair(school)
    school.book("both", BOTH)
    detail = school.run("both", "name=g0")
    assert detail.tasks[0].state == "done", detail.document()
    assert world.effects() == {("set", "g0"): 1, ("set", "g1"): 1, ("press", "g1"): 1}
    assert set(talks.seen) == {("g0", "login of g0"), ("g1", "login of g1")}
    assert talks.most == 1, "the line had two conversations at once"
    assert not talks.open


def test_two_devices_of_one_controller_that_bears_one_connection(school, world, talks):
    """Each is an endpoint of its own; the place at the controller is given back in between."""
    behind_a_controller(school, 2, connections=1)
    pair(school)
    school.book("both", BOTH)
    detail = school.run("both", "name=g0")
    assert detail.tasks[0].state == "done", detail.document()
    assert world.effects() == {("set", "g0"): 1, ("set", "g1"): 1, ("press", "g1"): 1}
    assert set(talks.seen) == {("g0", "login of g0"), ("g1", "login of g1")}
    assert talks.most == 1


def test_one_line_behind_one_controller_takes_one_place(school, world, talks, monkeypatch):
    monkeypatch.setattr(GadgetDriver, "endpoint", classmethod(lambda cls, target: "line"))
    behind_a_controller(school, 2, connections=1)
    pair(school)
    school.book("both", BOTH)
    detail = school.run("both", "name=g0")
    assert detail.tasks[0].state == "done", detail.document()
    assert set(talks.seen) == {("g0", "login of g0"), ("g1", "login of g1")}
    assert talks.most == 1


def test_trouble_with_one_hangs_up_on_that_one(school, world, talks, monkeypatch):
    """What went wrong on the line is the second one's: its conversation begins afresh, not the first one's."""
    monkeypatch.setattr(GadgetDriver, "endpoint", classmethod(lambda cls, target: "line"))
    school.gadgets(2)
    pair(school)
    world.ask("fault", "g1", "status", "cut", "1")
    classes = f"on: [{ErrorClass.PROTOCOL}]"
    school.book("again", f"  - {{do: gadget.status, on: {{link: line}}, retry: {{times: 2, backoff: 0.1, {classes}}}}}\n")  # fmt: skip
    detail = school.run("again", "name=g0")
    assert detail.tasks[0].state == "done", detail.document()
    assert talks.seen == [("g1", "login of g1")] * 2


def test_two_drivers_of_one_device_on_one_line(school, world, talks, monkeypatch):
    """A switch that is asked in two ways is one endpoint: each way has its own driver."""

    class Second(GadgetDriver):
        id = "second"

        @classmethod
        def supports(cls, target):
            return frozenset({"gadget.status"})

    plugin = ModuleType("two")
    plugin.PEDELL_API = 1
    plugin.pedell_contracts = hookimpl(lambda: [CONTRACT], specname="pedell_contracts")
    plugin.pedell_drivers = hookimpl(lambda: [GadgetDriver, Second], specname="pedell_drivers")
    school.service.around.__dict__["plugins"] = Plugins(modules={"two": plugin})
    monkeypatch.setattr(GadgetDriver, "endpoint", classmethod(lambda cls, target: "line"))
    monkeypatch.setattr(GadgetDriver, "supports", classmethod(lambda cls, target: frozenset({"gadget.set"})))
    school.gadgets(1)
    with school.service.around.store.writing() as connection:
        number = connection.execute(select(device.c.no)).scalar_one()
        connection.execute(update(device).values(options=json.dumps({"login": "first"})))
        second = {"device": number, "n": 1, "driver": "second", "address": "", "options": json.dumps({"login": "second"})}  # fmt: skip
        connection.execute(insert(device_driver).values(**second))
    steps = "  - {do: gadget.set, with: {value: a}}\n  - {do: gadget.status, save_as: now}\n  - {check: \"now.value == 'a'\"}\n"
    school.book("both", steps)
    detail = school.run("both")
    assert detail.tasks[0].state == "done", detail.document()
    assert talks.seen == [("g0", "first"), ("g0", "second")]
    assert talks.most == 1
