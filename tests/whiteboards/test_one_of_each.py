"""One playbook resets one display of each protocol in one run, with before and after in the ticket.

Driven by what the plugin registers: every driver of a display that can be reset has a simulator of its own name, and
takes part by itself. What a simulator needs to be quick, or a driver to reach it, stands in `QUICK`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from pedell.hooks.plugins import Plugins
from pedell.lab.school import SHIPPED, load
from pedell.store.tables.inventory import device, device_driver, link
from pedell_whiteboards import plugin
from pedell_whiteboards.samsung_mdc.driver import SamsungMdcDriver
from pedell_whiteboards.samsung_mdc.simulator import SamsungMdcSimulator
from tests.whiteboards.chain import Chain
from tests.whiteboards.displays import Display, Lab
from tests.whiteboards.school import School, states

NEEDED = {"display.status", "display.restart"}
# Settings of simulators that any of them may know: all are quick.
SETTINGS = {"boot": 0.2, "warm_up": 0.2, "cool_down": 0.2}
OPTIONS = {"settle": 0.2, "pause": 0.0, "answer_time": 3.0}
# By driver: further settings of the simulator, and options of the driver.
QUICK: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "iiyama-te": ({"leaves": False}, {"gone_when_off": False}),
    "newline": ({"leaves": False}, {"gone_when_off": False}),
    "promethean": ({}, {"listen": 0.02}),
    "aabbcc": ({}, {"listen": 0.02}),
}

PLUGINS = Plugins((), {"whiteboards": plugin})
DRIVERS = {name: driver for name, driver in PLUGINS.drivers.items() if set(driver.capabilities()) >= NEEDED}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path / "data")
    yield made
    made.service.around.close()


def one_of_each(lab: Lab) -> dict[str, Display]:
    made = {}
    for name, driver in DRIVERS.items():
        settings, options = QUICK.get(name, ({}, {}))
        simulator = PLUGINS.simulators[name](name, {**SETTINGS, **settings})
        known = set(driver.options.model_fields)
        usual = {key: value for key, value in OPTIONS.items() if key in known}
        kind = "projector" if "projector" in driver.kinds else next(iter(driver.kinds))
        made[name] = lab.display(driver, simulator, {**usual, **options}, kind=kind)
    return made


def test_every_driver_that_can_be_reset_has_a_simulator():
    assert set(DRIVERS) <= set(PLUGINS.simulators)
    assert {"pjlink", "samsung-mdc"} <= set(DRIVERS)


def test_the_lab_has_one_of_each():
    school = load(SHIPPED)
    tagged = [
        device.part.driver
        for played in school.played
        for device in played.devices
        if "one-of-each" in device.part.tags
    ]
    assert sorted(tagged) == sorted(DRIVERS)
    woken = {
        device.part.driver
        for played in school.played
        for device in played.devices
        if device.part.mac and device.part.options.get("wake")
    }
    assert woken == {"i3", "iiyama-te"}, "those whose network is gone while they are off"


def test_one_run_resets_one_of_each(school, lab):
    displays = one_of_each(lab)
    for name, display in displays.items():
        school.add(name, display)
    detail = school.run("site=bb")
    assert states(detail) == dict.fromkeys(displays, ("done", "")), detail.document()
    for row in detail.tasks:
        proof = row.proofs[-1]
        assert proof["ok"], row.device
        assert proof["before"]["power"] == proof["after"]["power"] == "on", row.device
        assert proof["before"]["input"] == proof["after"]["input"], row.device
    # Every display was really restarted, by a restart of its own or off and on, and once.
    for name, display in displays.items():
        counts = display.simulator.counts()
        restarts = {effect: n for effect, n in counts.items() if effect in {"reboot", "restart", "power_off"}}
        assert sum(restarts.values()) == 1, (name, counts)
    service = school.service
    ticket = service.tickets.ensure(detail.run.ticket)
    said = "\n".join(line.text for line in service.tickets.log(ticket))
    # What the ticket says of each: how it was, and how it is.
    for name in displays:
        assert f"- {name} [bb]: done" in said
    assert said.count("  before: power: on") == said.count("  after: power: on") == len(displays)


def test_a_panel_is_reset_by_adb_and_another_one_woken(school, lab):
    """What cannot be asked for its status by itself takes part beside the panel's own driver, in the same run."""
    panel = lab.display(
        PLUGINS.drivers["promethean"],
        PLUGINS.simulators["promethean"]("panel", SETTINGS),
        {"settle": 0.2, "pause": 0.0, "listen": 0.02, "can": {"restart": False}},
        kind="whiteboard",
    )
    android = PLUGINS.simulators["android-adb"]("android", SETTINGS)
    address = lab.host.start(android)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.255.255.255", 0))
        port = free.getsockname()[1]
    mac = "02:00:00:00:00:09"
    gone = lab.display(
        PLUGINS.drivers["i3"],
        PLUGINS.simulators["i3"]("gone", {**SETTINGS, "mac": mac, "wake_port": port}),
        {"settle": 0.2, "connect_time": 0.5, "own_restart": False, "wake": f"127.255.255.255:{port}"},
        kind="whiteboard",
    )
    school.add("panel", panel)
    school.add("gone", gone, mac=mac)
    with school.service.around.store.writing() as connection:
        number = connection.execute(select(device.c.no).where(device.c.name == "panel")).scalar_one()
        also = {"driver": "android-adb", "address": address, "options": json.dumps({"settle": 0.1})}
        connection.execute(insert(device_driver).values(device=number, n=1, **also))
    detail = school.run("site=bb")
    assert states(detail) == {"panel": ("done", ""), "gone": ("done", "")}, detail.document()
    assert all(row.proofs[-1]["ok"] for row in detail.tasks)
    assert android.counts() == {"reboot": 1}
    assert panel.simulator.counts() == {}
    assert dict(gone.simulator.counts(), woken=1) == {"power_off": 1, "woken": 1}


BOTH = """
pedell: 1
id: both
title: {en: Both, de: Beide}
description: {en: Both, de: Beide}
targets: {kind: [whiteboard]}
steps:
  - {do: display.set_volume, with: {volume: 11}}
  - {do: display.set_volume, with: {volume: 22}, on: {link: line}}
  - {do: display.status, save_as: one}
  - {do: display.status, save_as: other, on: {link: line}}
  - {check: "one.volume == 11 and other.volume == 22"}
"""


def test_two_on_one_line_are_served_one_after_another(school, lab):
    """A daisy chain is one line: no command to one display meets the answer of the other."""
    first, second = (
        SamsungMdcSimulator(name, {"id": number, "boot": 0.4, "serial": name, "reboot": number == 1})
        for name, number in (("first", 1), ("second", 2))
    )
    for simulator in (first, second):
        simulator.misbehave("slow", seconds=0.02)
    chain = Chain(first, second)
    address = lab.host.start(chain)
    for number, simulator in enumerate((first, second), 1):
        options = {**OPTIONS, "display": number}
        display = Display(SamsungMdcDriver, simulator, address, options, kind="whiteboard")
        school.add(simulator.name, display, serial=simulator.name)
    detail = school.run("site=bb")
    assert states(detail) == {"first": ("done", ""), "second": ("done", "")}, detail.document()
    assert (first.counts(), second.counts()) == ({"reboot": 1}, {"power_off": 1, "power_on": 1})
    assert chain.collisions == 0
    # Each was worked on while the other one started: the line was given back in between.
    spans = [(row.started, row.ended) for row in detail.tasks]
    assert max(start for start, _ in spans) < min(end for _, end in spans)


def test_one_task_speaks_to_both_on_the_line(school, lab):
    """The second one is not spoken to with the number, the options and the login of the first."""
    first, second = (SamsungMdcSimulator(name, {"id": number, "serial": name}) for name, number in (("first", 1), ("second", 2)))  # fmt: skip
    chain = Chain(first, second)
    address = lab.host.start(chain)
    for number, simulator in enumerate((first, second), 1):
        options = {**OPTIONS, "display": number}
        display = Display(SamsungMdcDriver, simulator, address, options, kind="whiteboard")
        school.add(simulator.name, display, serial=simulator.name)
    store = school.service.around.store
    with store.writing() as connection:
        numbers = dict(connection.execute(select(device.c.name, device.c.no)).all())
        below = {"device": numbers["first"], "kind": "line", "other": numbers["second"]}
        connection.execute(insert(link).values(**below))
    (school.data / "quick-playbooks" / "both.yaml").write_text(BOTH)
    detail = school.run("name=first", playbook="both")
    assert states(detail) == {"first": ("done", "")}, detail.document()
    assert (first.state()["volume"], second.state()["volume"]) == (11, 22)
    assert chain.collisions == 0
