"""Listening for what projectors tell by themselves: real datagrams from addresses of their own, to the real port."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from pedell.drivers.api import Deadline, DeviceError, ErrorClass
from pedell.errors import NotFoundError
from pedell.inventory.senders import Senders
from pedell.service.door import Service
from pedell.service.listening import STRANGERS, Heard, Listening, NoticesPart
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell_whiteboards.pjlink.simulator import PjlinkSimulator
from tests.house.commands import pedell
from tests.whiteboards.school import ACTOR, School

PORT = 4352
DEVICES = """
sites: [{{slug: bb, name: BB, rooms: [{{name: B204}}]}}, {{slug: gs, name: GS}}]
devices:
  - {{name: beamer, kind: projector, site: bb, room: B204, driver: pjlink, address: {net}.2}}
  - {{name: far, kind: projector, site: gs, driver: pjlink, address: "{net}.3:4352", mac: "02-00-00-00-00-03"}}
  - {{name: named, kind: projector, site: bb, driver: pjlink, address: localhost}}
  - {{name: board, kind: whiteboard, site: bb, driver: samsung-mdc, address: {net}.4,
      also: [{{driver: pjlink, address: {net}.5}}]}}
  - {{name: old, kind: projector, site: bb, driver: pjlink, address: {net}.6, state: retired}}
"""


@pytest.fixture
def net() -> str:
    """A part of the loopback network that nobody else uses."""
    chance = random.Random(f"{os.getpid()}/{random.random()}")
    return f"127.{chance.randrange(2, 250)}.{chance.randrange(2, 250)}"


@pytest.fixture
def service(tmp_path: Path, net: str) -> Iterator[Service]:
    made = Service(load({"PEDELL_DATA": str(tmp_path / "data")}))
    plan = made.inventory.import_text(DEVICES.format(net=net), name="devices", source="test")
    assert not plan.findings
    yield made
    made.around.close()


@contextmanager
def voice(address: str) -> Iterator[Callable[[str, bytes], None]]:
    """Speaks from an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((address, 0))
        yield lambda to, data: made.sendto(data, (to, PORT)) and None


def say(frm: str, to: str, data: bytes) -> None:
    with voice(frm) as speak:
        speak(to, data)


def heard(listening: Listening, enough: Callable[[list[Heard]], bool]) -> list[Heard]:
    found: list[Heard] = []
    deadline = Deadline.after(60)
    while not enough(found) and not deadline.passed():
        found += listening.hear(Deadline.after(0.05), lambda: False)
    return found


def names(found: list[Heard]) -> list[tuple[list[str], str]]:
    return [([device.name for device in one.devices], one.notice.text) for one in found]


def test_who_tells_what(service, net):
    with service.listening(address=f"{net}.1") as listening:
        assert listening.ports == {"pjlink": PORT}
        for host, data in (
            (2, b"%2POWR=3\r"), (3, b"%2INPT=32\r"), (5, b"%2ERST=100000\r%2POWR=1\r"), (6, b"%2POWR=1\r"), (9, b"%2POWR=1\r"),
            (2, b"nonsense"), (9, b"%2SRCH\r"), (9, b"%2LKUP=02:00:00:00:00:03\r"),
        ):  # fmt: skip
            say(f"{net}.{host}", f"{net}.1", data)
        found = heard(listening, lambda sofar: len(sofar) == 5)
    assert names(found) == [
        (["beamer"], "is warming up"),
        (["far"], "shows another input: hdmi2"),
        (["board"], "reports a warning: fan"),
        (["board"], "is on"),
        # Its address has moved, but it says its MAC address.
        (["far"], "came onto the network, with the MAC address 02:00:00:00:00:03"),
    ]
    tally = listening.tally
    assert (tally.notices, tally.unknown, tally.malformed) == (5, 2, 1)
    assert dict(tally.strangers) == {f"{net}.6": 1, f"{net}.9": 1}
    device = found[0].devices[0]
    assert (device.site, device.room, found[0].address) == ("bb", "B204", f"{net}.2")


def test_a_device_with_an_address_of_the_newer_kind(service):
    rows = "devices: [{name: six, kind: projector, site: bb, driver: pjlink, address: '[fd00::20]:4352'}]"
    assert not service.inventory.import_text(rows, name="six", source="six").findings
    senders = Senders(service.around.store, ["pjlink"])
    assert [sender.name for sender in senders.at("pjlink", "fd00:0::20")] == ["six"]


def test_only_one_site(service, net):
    with service.listening(site="gs", address=f"{net}.1") as listening:
        for host in (2, 3, 9):
            say(f"{net}.{host}", f"{net}.1", b"%2POWR=0\r")
        assert names(heard(listening, lambda _: listening.tally.unknown == 1)) == [(["far"], "is in standby")]
        assert (listening.tally.elsewhere, listening.tally.unknown) == (1, 1)


def test_a_device_known_by_its_name(service, net):
    with service.listening(address=f"{net}.1") as listening:
        found: list[Heard] = []
        deadline = Deadline.after(60)
        # The server of names is asked in the background: until it has answered, the sender is not known.
        while not found and not deadline.passed():
            say("127.0.0.1", f"{net}.1", b"%2POWR=1\r")
            found += listening.hear(Deadline.after(0.05), lambda: False)
    assert names(found[:1]) == [(["named"], "is on")]


def test_a_flood_of_strangers_is_counted_and_not_remembered(service, net):
    with service.listening(address=f"{net}.1") as listening:
        for number in range(STRANGERS + 10):
            say(f"{net}.{100 + number}", f"{net}.1", b"%2POWR=1\r")
        assert heard(listening, lambda _: listening.tally.unknown == STRANGERS + 10) == []
        assert len(listening.tally.strangers) == STRANGERS


def test_the_port_belongs_to_another(service, net):
    with service.listening(address=f"{net}.1"), pytest.raises(DeviceError) as caught:
        service.listening(address=f"{net}.1")
    assert caught.value.error_class is ErrorClass.BUSY
    assert caught.value.hint
    for wrong in ({"site": "nowhere"}, {"drivers": ["samsung-mdc"]}, {"drivers": ["coffee"]}):
        with pytest.raises(NotFoundError):
            service.listening(address=f"{net}.1", **wrong)


def test_a_simulated_projector_is_heard(service, net, lab):
    with service.listening(address=f"{net}.1") as listening:
        settings = {
            "search_port": PORT,
            "search_host": f"{net}.7",
            "notify": f"{net}.1:{PORT}",
            "cool_down": 0.05,
        }
        address = lab.host.start(PjlinkSimulator("p", settings), f"{net}.2")
        host, _, port = address.partition(":")
        with socket.create_connection((host, int(port)), 30) as line:
            line.sendall(b"%1INPT 32\r%1POWR 0\r")
            found = heard(listening, lambda sofar: len(sofar) == 3)
    assert [one.notice.what for one in found] == ["network", "input", "power"]
    assert {one.devices[0].name for one in found} == {"beamer"}


class Command:
    """`pedell devices listen` in a process of its own."""

    def __init__(self, data: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pedell.cli.main", "devices", "listen", *words],
            env=os.environ | {"PEDELL_DATA": str(data), "PEDELL_LANG": "en"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stderr
        self.first = self.process.stderr.readline()

    def ended(self) -> tuple[int, str, str]:
        out, errors = self.process.communicate(timeout=120)
        return self.process.returncode, out, errors

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.mark.thorough
def test_the_command_in_german_until_ctrl_c(service, net, tmp_path):
    with Command(tmp_path / "data", "--address", f"{net}.1", "--lang", "de", "--for", "5m") as command:
        assert "pjlink (UDP 4352)" in command.first
        assert "Strg-C" in command.first
        # In turn: what was sent first has been counted when the last is shown.
        say(f"{net}.9", f"{net}.1", b"%2POWR=1\r")
        say(f"{net}.2", f"{net}.1", b"\x1b[2J\r")
        say(f"{net}.2", f"{net}.1", b"%2ERST=020000\r")
        line = command.process.stdout.readline()
        assert line.endswith("beamer (bb/B204): meldet einen Fehler: Lampe\n")
        command.process.send_signal(signal.SIGINT)
        code, out, errors = command.ended()
    assert (code, errors) == (0, "")
    assert out.splitlines() == [
        "Meldungen: 1",
        f"von Absendern, die das Inventar nicht kennt: 1, etwa {net}.9 (1)",
        "Datagramme ohne Bedeutung: 1",
    ]


def test_the_command_as_json_lines_until_it_is_told_to_end(service, net, tmp_path):
    with Command(tmp_path / "data", "--address", f"{net}.1", "--json", "--for", "1h") as command:
        for host in (9, 2):
            say(f"{net}.{host}", f"{net}.1", b"%2POWR=2\r")
        first = json.loads(command.process.stdout.readline())
        command.process.send_signal(signal.SIGTERM)
        code, out, _ = command.ended()
    last = json.loads(out)
    assert code == 0
    assert first.pop("at") > 0
    assert first == {
        "address": f"{net}.2", "driver": "pjlink", "what": "power", "text": "is cooling down", "facts": {"power": "cooling"},
        "devices": [{"no": 1, "name": "beamer", "site": "bb", "room": "B204"}],
    }  # fmt: skip
    assert last == {
        "end": {"notices": 1, "unknown": 1, "elsewhere": 0, "malformed": 0, "strangers": {f"{net}.9": 1}}
    }


def test_the_command_ends_when_its_time_is_over(service, net, tmp_path):
    words = ("devices", "listen", "--for", "1s", "--address", f"{net}.1")
    ended = pedell(*words, PEDELL_DATA=str(tmp_path / "data"))
    assert ended.stdout == "notices: 0\n"
    assert ended.stderr.startswith("listening for 1s to: pjlink (UDP 4352)")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--for", "10"], 2, "no span of time: 10"),
        (["--for", "25h"], 2, "no span of time"),
        (["--for", "0s"], 2, "no span of time"),
        (["--site", "nowhere"], 2, "nowhere"),
        (["--address", "192.0.2.1"], 1, "cannot listen"),
    ],
)
def test_wrong_words_are_one_line(service, tmp_path, words, code, told):
    ended = pedell("devices", "listen", *words, rc=code, PEDELL_DATA=str(tmp_path / "data"))
    assert told in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path / "data")
    yield made
    made.service.around.close()


@contextmanager
def engine(school: School) -> Iterator[Any]:
    host = school.service.runs.host()
    assert host.start(everything=True)
    try:
        yield host
    finally:
        assert host.stop(Deadline.after(60))


def until(holds: Callable[[], Any], seconds: float = 50) -> None:
    deadline = Deadline.after(seconds)
    while not holds():
        assert not deadline.passed()
        time.sleep(0.02)


def test_a_waiting_task_asks_its_device_when_that_tells_of_a_change(school, net, projector):
    """It would ask after a minute by itself. What was told is not believed: the device is asked."""
    beamer = projector({"settle": 60}, f"{net}.2", power="standby", warm_up=0.1)
    school.add("beamer", beamer)
    runs, told = school.service.runs, list[str]()
    part = NoticesPart(school.service.around, f"{net}.1", told.append)
    part.start()
    try:
        with engine(school):
            number = runs.submit(RunRequest("reset-whiteboard", "name=beamer", "new", ACTOR)).no
            until(lambda: any(row.state == "waiting" for row in runs.show(number, limit=10).tasks))
            asked = time.monotonic()

            def once_more() -> bool:
                # It says that it is off, which is not true any more.
                say(f"{net}.2", f"{net}.1", b"%2POWR=0\r")
                return runs.progress(number).done

            until(once_more)
            assert time.monotonic() - asked < 50
    finally:
        part.stop(Deadline.after(60))
    assert told == []
    assert beamer.simulator.counts() == {"power_on": 1}
    assert runs.show(number, limit=10).tasks[0].state == "done"


def test_a_port_that_is_taken_is_told_once(school, net):
    told: list[str] = []
    with school.service.listening(address=f"{net}.1"):
        part = NoticesPart(school.service.around, f"{net}.1", told.append)
        part.start()
        try:
            until(lambda: told)
        finally:
            part.stop(Deadline.after(60))
    assert len(told) == 1
    assert "UDP port 4352 belongs to another program" in told[0]
