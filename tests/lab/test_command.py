"""`pedell lab` as people use it: real processes, and nothing left of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell.lab import effects
from pedell.lab.place import Place
from tests.house.commands import document, pedell

SMALL = """
site: {slug: first, site: one, name: First School}
others: {slug: "school-{number:03}", site: "s{number:03}", name: "School {number}"}
rooms: [{name: A1}]
simulators:
  - simulator: pjlink
    settings: {serial: "{serial}", password: "secret://file/lab-lamp"}
    device: {name: "{site}-projector", kind: projector, driver: pjlink, room: A1, options: {password: "secret://file/lab-lamp"}}
"""


@pytest.fixture
def school(tmp_path: Path) -> Path:
    path = tmp_path / "school.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def lab(data: Path, school: Path) -> Iterator[Place]:
    pedell("lab", "up", "--detach", "--school", school, apart=True)
    yield Place(data)
    pedell("lab", "down")


def reachable(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as line:
        return line.connect_ex((host, int(port))) == 0


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait(condition: object, seconds: float = 120) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_up_puts_devices_into_the_inventory_that_answer(lab: Place) -> None:
    (device,) = document("devices", "list")["devices"]
    assert (device["name"], device["site"], device["room"]) == ("one-projector", "first", "A1")
    assert "ok" in pedell("devices", "check", "one-projector").stdout


def test_status_fault_heal_change(lab: Place) -> None:
    assert pedell("lab", "fault", "one-*", "login").returncode == 0
    (shown,) = document("lab", "status")["simulators"]
    assert [fault["kind"] for fault in shown["faults"]] == ["login"]
    pedell("devices", "check", "one-projector", rc=1)
    pedell("lab", "heal")
    pedell("devices", "check", "one-projector")
    pedell("lab", "change", "one-projector", "power=standby")
    assert document("lab", "status", "one-projector")["simulators"][0]["state"]["power"] == "standby"
    pedell("lab", "change", "one-projector", "power", rc=2)
    pedell("lab", "fault", "nobody", "silent", rc=2)


def test_a_second_one_is_refused(lab: Place, school: Path) -> None:
    assert "runs already" in pedell("lab", "up", "--detach", "--school", school, rc=1, apart=True).stderr
    assert "runs already" in pedell("lab", "up", "--school", school, rc=1, apart=True).stderr
    assert lab.taken()


@pytest.mark.thorough
def test_down_leaves_nothing(data: Path, school: Path) -> None:
    address = document("lab", "up", "--detach", "--school", school, apart=True)["simulators"][0]["address"]
    pid = Place(data).pid()
    assert pid is not None
    assert reachable(address)
    assert document("lab", "down") == {"stopped": True}
    assert not reachable(address)
    wait(lambda: gone(pid))
    assert document("devices", "list")["devices"] == []
    assert document("lab", "down") == {"stopped": False}
    assert document("lab", "status", rc=1)["running"] is False


@pytest.mark.thorough
def test_after_a_kill_it_starts_again_at_the_same_address(data: Path, school: Path) -> None:
    first = document("lab", "up", "--detach", "--school", school, apart=True)
    pid = Place(data).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait(lambda: not Place(data).taken())
    assert document("lab", "status", rc=1)["running"] is False
    again = document("lab", "up", "--detach", "--school", school, apart=True)
    assert again["simulators"] == first["simulators"]
    # A lab that does not listen to its door any more is ended all the same.
    running = Place(data).pid()
    assert running is not None
    (data / "lab/lab.json").unlink()
    assert document("lab", "down") == {"stopped": True}
    wait(lambda: gone(running))


@pytest.mark.thorough
def test_in_the_foreground_a_signal_ends_it(data: Path, school: Path) -> None:
    words = [sys.executable, "-m", "pedell.cli.main", "lab", "up", "--school", str(school)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as lab:
        wait(lambda: Place(data).running() is not None)
        lab.send_signal(signal.SIGTERM)
        assert lab.wait(90) == 0
        assert lab.stdout is not None
        assert "The virtual school runs" in lab.stdout.read()
    assert not Place(data).taken()


@pytest.mark.thorough
def test_why_it_does_not_start_is_told(data: Path, school: Path) -> None:
    school.write_text(SMALL.replace("rooms:", "zimmer:"))
    told = pedell("lab", "up", "--detach", "--school", school, rc=2, apart=True).stderr
    assert f"the lab does not start: mistakes in {school}: " in told
    # The mistake itself, as in the foreground.
    mistake = next(line for line in told.splitlines() if "zimmer" in line)
    assert mistake in pedell("lab", "up", "--school", school, rc=2, apart=True).stderr.splitlines()
    assert str(school) in mistake
    german = pedell("lab", "up", "--detach", "--school", school, "--lang", "de", rc=2, apart=True).stderr
    assert f"falsche Angaben in {school}" in german
    school.write_text(SMALL.replace("pjlink", "hologram"))
    assert "no simulator hologram" in " ".join(
        document("lab", "up", "--detach", "--school", school, apart=True)["warnings"]
    )
    pedell("lab", "down")
    (data / "pedell.toml").write_text('timezone = "Atlantis"\n')
    assert "mistake" in pedell("lab", "up", "--detach", rc=2, apart=True).stderr


def test_without_its_extra_it_says_what_to_install(data: Path) -> None:
    words = "import sys; sys.modules['asyncssh'] = None; from pedell.cli.main import run; sys.exit(run(['lab', 'up']))"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "pip install 'pedell[lab]'" in done.stderr


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_the_shipped_school_answers(data: Path) -> None:
    """Every device of the school that people are shown first is who the inventory says."""
    made = document("lab", "up", "--detach", apart=True)
    try:
        assert made["warnings"] == []
        devices = document("devices", "list")["devices"]
        assert len(devices) == made["devices"]
        assert {device["kind"] for device in devices} == {
            "whiteboard", "projector", "printer", "print_queue", "switch", "ipad",
        }  # fmt: skip
        pedell("devices", "check", "*")
        assert list(effects.read(data / "lab/effects.jsonl")) == []  # looking changes nothing
    finally:
        pedell("lab", "down")
