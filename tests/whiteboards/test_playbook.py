"""The playbook on displays of both protocols, through the engine: with proof, and back on after trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell_whiteboards.model import Power
from tests.whiteboards.school import School, states


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path / "data")
    yield made
    made.service.around.close()


def test_one_playbook_for_all(school, projector, samsung):
    displays = {
        "board": samsung(),
        "old-board": samsung(transport="pty", reboot=False),
        "projector": projector(),
        "old-projector": projector(**{"class": 1}),
    }
    for name, display in displays.items():
        school.add(name, display)
    displays["board"].simulator.change(input="23", volume=12)
    detail = school.run("site=bb")
    assert states(detail) == dict.fromkeys(displays, ("done", "")), detail.document()
    for row in detail.tasks:
        assert row.proofs[-1]["ok"]
        assert row.proofs[-1]["after"]["power"] == "on"
    counts = {name: dict(display.simulator.counts()) for name, display in displays.items()}
    off_and_on = {"power_off": 1, "power_on": 1}
    assert counts == {
        "board": {"reboot": 1}, "old-board": off_and_on, "projector": off_and_on, "old-projector": off_and_on,
    }  # fmt: skip
    state = displays["board"].simulator.state()
    assert (state["input"], state["volume"]) == ("23", 12)


@pytest.mark.thorough
def test_one_that_was_off_is_not_said_to_have_been_restarted(school, samsung):
    displays = {"off": samsung(power="standby"), "on": samsung()}
    for name, display in displays.items():
        school.add(name, display)
    rows = {row.device: row for row in school.run("site=bb").tasks}
    assert rows["off"].says[-1]["de"] == "Die Anzeige war nicht an; jetzt ist sie es."
    assert rows["on"].says[-1]["de"] == "Die Anzeige wurde neu gestartet und ist an."
    assert displays["off"].simulator.counts() == {"power_on": 1}


@pytest.mark.parametrize("trouble", ["cut", "deaf", "garble"])
def test_one_that_never_answers_its_switching_off_is_restarted_once(school, projector, samsung, trouble):
    """Some drop the line when they are switched off. It was taken up as another restart, 21 times."""
    displays = {
        "projector": projector({"answer_time": 0.5}),
        "board": samsung({"answer_time": 0.5}),
        "old-board": samsung({"answer_time": 0.5}, reboot=False),
    }
    for name, display in displays.items():
        display.simulator.misbehave(trouble, on="power_off")
        display.simulator.misbehave(trouble, on="reboot")
        school.add(name, display)
    detail = school.run("site=bb")
    assert states(detail) == dict.fromkeys(displays, ("done", "")), detail.document()
    counts = {name: dict(display.simulator.counts()) for name, display in displays.items()}
    off_and_on = {"power_off": 1, "power_on": 1}
    # A restart of its own that may have been lost is made up for by one that is seen.
    assert counts == {"projector": off_and_on, "board": {"reboot": 1, **off_and_on}, "old-board": off_and_on}


@pytest.mark.thorough
def test_one_that_cannot_be_switched_off_is_left_as_it_is(school, projector):
    display = projector({"answer_time": 0.3, "limit": 2})
    display.simulator.misbehave("silent", on="power_off")
    school.add("projector", display)
    state, why = states(school.run("name=projector"))["projector"]
    assert state == "failed", why
    assert not display.simulator.counts()


def test_a_display_that_forgets_gets_its_input_and_volume_back(school, samsung):
    display = samsung(start_input=0x21, start_volume=5)
    display.simulator.change(input="64", volume=40)
    school.add("board", display)
    detail = school.run("name=board")
    assert states(detail) == {"board": ("done", "")}, detail.document()
    state = display.simulator.state()
    assert (state["input"], state["volume"]) == ("64", 40)
    assert display.simulator.counts() == {"reboot": 1, "input": 1, "volume": 1}


def test_what_is_locked_is_free_again_afterwards_unless_it_shall_stay(school, samsung):
    for name, unlock in (("free", True), ("exam", False)):
        display = samsung()
        display.simulator.change(lock=1)
        school.add(name, display)
        detail = school.run(f"name={name}", unlock=unlock)
        assert states(detail) == {name: ("done", "")}, detail.document()
        assert display.simulator.state()["lock"] == int(not unlock)
        assert detail.tasks[0].says == [
            {
                "en": "The display was restarted and is on.",
                "de": "Die Anzeige wurde neu gestartet und ist an.",
            }
        ]


def test_another_device_at_the_address_is_left_alone(school, samsung):
    display = samsung(serial="SOMEBODY-ELSE")
    school.add("board", display, serial="0TX5HCNN")
    state, why = states(school.run("name=board"))["board"]
    assert state == "failed"
    assert "serial number" in why
    assert not display.simulator.counts()


@pytest.mark.parametrize("fault", ["cut", "deaf", "garble", "vanish"])
def test_after_trouble_in_the_middle_the_projector_is_on(school, projector, fault):
    display = projector({"answer_time": 0.5})
    display.simulator.misbehave(fault, on="power_off", times=1)
    school.add("projector", display)
    school.run("name=projector")
    assert display.simulator.state()["power"] in {"on", "warming"}


@pytest.mark.thorough
def test_killed_between_off_and_on_the_projector_comes_back(school, projector):
    display = projector({"settle": 0.2}, cool_down=0.5)
    school.add("projector", display)
    words = ["run", "reset-whiteboard", "--on", "name=projector", "--ticket", "new"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from pedell.cli.main import main; main()", *words],
        env={**os.environ, "PEDELL_DATA": str(school.data)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    until = time.monotonic() + 90
    while not display.simulator.counts()["power_off"] and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=120)
    assert display.simulator.counts() == {"power_off": 1}, said
    detail = school.work(1)
    assert states(detail) == {"projector": ("done", "")}, detail.document()
    assert display.status().power is Power.ON
    # Killed before the driver's answer was written down, the restart is completed and then done once more.
    counts = display.simulator.counts()
    assert counts["power_on"] == counts["power_off"] in {1, 2}
