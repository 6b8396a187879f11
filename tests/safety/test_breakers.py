"""Groups of devices are left alone after trouble that speaks against the group."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from pedell.errors import NotFoundError
from pedell.store.tables.inventory import device
from tests.safety.people import ANNA, change, ended, engine, settings, waits

ONE_BY_ONE = "strategy: {at_once: 1, per_site: 1}\n"
SET = "  - {do: gadget.set, with: {value: a}}\n"


def broken(school, world, count=6, kind="cut", pause=15.0, sites=1):
    settings(school, f"[safety.breakers]\ndevices = 3\npause_minutes = {pause}\n")
    names = school.gadgets(count, sites=sites)
    for name in names:
        world.ask("fault", name, "set", kind)
    school.book("go", SET, more=ONE_BY_ONE)
    return names


def test_three_devices_of_a_site_and_the_others_are_left_alone(school, world):
    broken(school, world)
    number = school.submit("go")
    detail = school.work(number, until=waits)
    states = [row.state for row in detail.tasks]
    assert (states.count("failed"), states.count("waiting")) == (3, 3)
    assert all("site:s0" in row.why for row in detail.tasks if row.state == "waiting")
    (row,) = school.service.safety.breakers()
    assert (row.key, row.state, row.failures, row.reason) == ("site:s0", "open", 3, "protocol")


def test_another_site_is_not_touched_by_it(school, world):
    broken(school, world, sites=2)
    school.service.around.store  # noqa: B018
    for name in ("g1", "g3", "g5"):
        world.ask("fault", name, "set", "slow", "1")
    detail = school.run("go")
    assert {row.state for row in detail.tasks if row.site == "s1"} == {"done"}
    assert {row.state for row in detail.tasks if row.site == "s0"} == {"failed"}


def test_half_open_lets_one_through_and_then_all(school, world):
    names = broken(school, world, pause=0.03)
    number = school.submit("go")
    with engine(school, number):
        school.wait(number, until=lambda progress: progress.counts.get("failed") == 3)
        for name in names:
            world.ask("fault", name, "set", "slow", "1")
        detail = school.wait(number, until=ended)
    assert [row.state for row in detail.tasks].count("done") == 3
    assert school.service.safety.breakers() == []
    assert school.service.safety.breakers(everything=True)[0].state == "closed"


def test_a_restart_does_not_forget_and_a_reset_goes_on(school, world):
    names = broken(school, world)
    number = school.submit("go")
    school.work(number, until=waits)
    for name in names:
        world.ask("fault", name, "set", "none", "1")
    later = school.submit("go", ticket=str(school.service.tickets.new("x").no), selector="name=g5")
    with engine(school, number, later):
        assert "site:s0" in school.wait(later, until=waits).tasks[0].why
        school.service.safety.reset("site:s0", ANNA)
        school.wait(later, until=ended)
        assert school.wait(number, until=ended).run.counts["done"] == 3
    with pytest.raises(NotFoundError):
        school.service.safety.reset("site:s0", ANNA)


def test_longer_than_the_run_lasts_is_refused(school, world):
    broken(school, world, pause=13 * 60)
    detail = school.run("go")
    assert [row.error_class for row in detail.tasks].count("safety") == 3


def test_a_no_for_good_reasons_does_not_count(school, world):
    broken(school, world, kind="no")
    assert {row.error_class for row in school.run("go").tasks} == {"refused"}
    assert school.service.safety.breakers(everything=True) == []


def test_devices_that_cannot_be_reached_count(school, world):
    broken(school, world, kind="slow")
    change(school, update(device).values(address="1/nobody"))
    detail = school.work(school.submit("go"), until=waits)
    assert [row.error_class for row in detail.tasks].count("unreachable") == 3
    assert school.service.safety.breakers()[0].reason == "unreachable"


def test_reads_open_a_breaker_as_effects_do_and_are_not_stopped_by_it(school, world):
    broken(school, world)
    school.book("look", "  - {do: gadget.status}\n", more=ONE_BY_ONE)
    for n in range(6):
        world.ask("fault", f"g{n}", "status", "cut", "1")
    assert {row.state for row in school.run("look").tasks} == {"failed"}, "all six were asked"
    assert [(row.key, row.reason) for row in school.service.safety.breakers()] == [("site:s0", "protocol")]
    school.work(school.submit("go"), until=waits)
    assert not world.effects()
    assert {row.state for row in school.run("look").tasks} == {"done"}


def test_displays_that_are_off_at_night_open_nothing(school, world):
    broken(school, world)
    change(school, update(device).values(address="1/nobody"))
    school.book("look", "  - {do: gadget.status}\n", more=ONE_BY_ONE)
    assert {row.error_class for row in school.run("look").tasks} == {"unreachable"}
    assert school.service.safety.breakers(everything=True) == []


def test_devices_that_answered_a_moment_ago_and_are_gone_open_it(school, world):
    settings(school, "[safety.breakers]\ndevices = 3\n")
    school.gadgets(3)
    school.book("look", "  - {do: gadget.status}\n")
    school.book("glance", "  - {do: gadget.status, timeout: 300ms}\n")
    first, second = school.submit("look"), None
    with engine(school, first) as host:
        school.wait(first, until=lambda progress: progress.done)
        for n in range(3):
            world.ask("fault", f"g{n}", "status", "hang", "1")
        second = school.submit("glance")
        host.adopt(second)
        school.wait(second, until=lambda progress: progress.done)
        assert [row.key for row in school.service.safety.breakers()] == ["site:s0"]
        third = school.submit("look")
        host.adopt(third)
        assert school.wait(third, until=lambda progress: progress.done).run.state == "done"
        assert school.service.safety.breakers() == [], "a read that goes well closes what reads have opened"


def test_model_controller_and_firmware_are_groups_too():
    from pedell.drivers.api import Capability, ControllerTarget, Target
    from pedell.i18n import Text
    from pedell.safety.breakers import groups
    from pedell.safety.question import Question

    server = ControllerTarget("C1", "jamf", "mdm", "https://x", {"password": "secret://file/jamf"})
    target = Target(
        "D1",
        "n",
        "ipad",
        "d",
        "a",
        model="iPad7,5",
        site="s0",
        controller=server,
        options={"a": [{"b": "secret://env/x"}]},
    )
    question = Question(1, "R", Capability("x.y", Text("a", "b")), 1, target, firmware="17.1")
    assert list(groups(question)) == [
        ("model", "iPad7,5"), ("firmware", "iPad7,5 17.1"), ("site", "s0"), ("controller", "jamf"),
        ("credential", "secret://env/x"), ("credential", "secret://file/jamf"),
    ]  # fmt: skip


class TestCredentials:
    """A wrong password must not lock an account out everywhere."""

    def lock(self, school, count=6):
        settings(school, "")
        school.gadgets(count, sites=count)
        options = json.dumps({"password": "secret://file/switches"})
        change(school, update(device).values(driver="locked", options=options))

    @pytest.mark.parametrize("step", ["status", "press"])
    def test_the_second_device_is_the_last_that_tries(self, school, world, step):
        self.lock(school)
        school.book("go", f"  - {{do: gadget.{step}}}\n", more=ONE_BY_ONE)
        number = school.submit("go")
        with engine(school, number):
            detail = school.wait(number, until=waits)
            assert [row.error_class for row in detail.tasks].count("auth") == 2
            assert (
                sum(count for (verb, name), count in world.effects().items() if name.startswith("login-"))
                == 2
            )
            (row,) = school.service.safety.breakers()
            assert (row.key, row.reason) == ("credential:secret://file/switches", "auth")
            # Somebody mends the password and says so.
            world.ask("set", "door", "-", "open")
            school.service.safety.reset(row.key, ANNA)
            detail = school.wait(number, until=ended)
        assert [row.state for row in detail.tasks].count("done") == 4

    def test_other_trouble_says_nothing_of_a_password(self, school, world):
        self.lock(school)
        world.ask("set", "door", "-", "open")
        for n in range(6):
            world.ask("fault", f"g{n}", "set", "cut")
        school.book("go", SET, more=ONE_BY_ONE)
        assert {row.state for row in school.run("go").tasks} == {"failed"}
        assert [
            row.key
            for row in school.service.safety.breakers(everything=True)
            if row.key.startswith("credential")
        ] == []

    def test_another_credential_goes_on(self, school, world):
        self.lock(school)
        school.book("go", "  - {do: gadget.status}\n", more=ONE_BY_ONE)
        school.work(school.submit("go"), until=waits)
        world.ask("set", "door", "-", "open")
        change(
            school,
            update(device).where(device.c.name == "g5").values(options='{"password": "secret://file/other"}'),
        )
        assert school.run("go", selector="name=g5").run.state == "done"


def test_firmware_is_learned_from_the_device(school, world, monkeypatch):
    """What a device said of its firmware counts from its next attempt on."""
    from pedell.drivers.api import Identity
    from tests.engine.gadget import GadgetDriver

    monkeypatch.setattr(
        GadgetDriver, "identity", lambda self, deadline: Identity(serial=f"SN-{self.name}", firmware="1.2")
    )
    settings(school, "[safety.breakers]\ndevices = 3\n")
    for name in school.gadgets(4, sites=4):
        world.ask("fault", name, "press", "no")
        world.ask("fault", name, "set", "cut")
    change(school, update(device).values(model="M1"))
    school.book("go", "  - {do: gadget.press, optional: true}\n" + SET, more=ONE_BY_ONE)
    number = school.submit("go")
    school.work(number, until=lambda progress: progress.done or waits(progress))
    keys = {row.key for row in school.service.safety.breakers()}
    assert "model:M1" in keys
    assert "firmware:M1 1.2" in keys
