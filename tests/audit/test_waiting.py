"""`pedell runs waiting`: by run and reason."""

from __future__ import annotations

import json
import time

from pedell.drivers.deadline import Deadline
from tests.engine.gadget import LONG
from tests.engine.school import School
from tests.engine.world import WorldProcess
from tests.house.commands import pedell


def test_what_waits_for_what(school: School, world) -> None:
    school.gadgets(3)
    school.book("push", "  - {do: gadget.push}\n")
    school.book("later", "  - {wait: 90}\n")
    school.book("look", "  - {do: gadget.status}\n")
    world.ask("fault", "g1", "press", "drop", "1")
    begun = time.time() * 1_000_000
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        numbers = [school.submit(book, f"name=g{i}") for i, book in enumerate(("push", "later"), 1)]
        for number in numbers:
            host.adopt(number)
            school.wait(number, until=lambda p: p.resting)
        ready = school.submit("look")
        found = {group.reason: group for group in school.service.watch.waiting()}
        assert {group.run: reason for reason, group in found.items()} == dict(
            zip([*numbers, ready], ("in_doubt", "time", "engine"), strict=True)
        )
        assert 30 < (found["time"].until or 0) / 1e6 - time.time() < 91
        assert found["in_doubt"].until is None
        assert found["engine"].count == 3
        assert all(begun <= group.since <= time.time() * 1_000_000 for group in found.values())
        said = json.loads(pedell("runs", "waiting", "--json").stdout)["waiting"]
        assert [group["run"] for group in said] == [*numbers, ready]
        text = pedell("--lang", "en", "runs", "waiting").stdout
        assert "your decision" in text and "g0, g1, g2" in text
    finally:
        assert host.stop(Deadline.after(60))


def test_a_device_that_has_the_command(school: School, world: WorldProcess) -> None:
    school.gadgets(1)
    school.book("brew", f"  - {{do: gadget.brew, with: {{seconds: {LONG}}}}}\n")
    number = school.submit("brew")
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        end = time.monotonic() + 60
        while not (found := [g for g in school.service.watch.waiting() if g.reason == "device"]):
            assert time.monotonic() < end, school.service.runs.show(number).document()
        assert (found[0].devices, found[0].why) == (["g0"], "the gadget brews")
        assert 0 < (found[0].until or 0) / 1e6 - time.time() < LONG + 1
        assert world.ask("ready", "g0") == "ok"
        school.wait(number, until=lambda p: p.done)
        assert school.service.watch.waiting() == []
    finally:
        assert host.stop(Deadline.after(60))


def test_nothing_waits(school: School) -> None:
    assert "nothing waits" in pedell("--lang", "en", "runs", "waiting").stdout
