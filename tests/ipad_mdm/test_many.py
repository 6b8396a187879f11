"""Many iPads behind one server: asked about together, and no faster than the server bears."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pedell_ipad_mdm.plugin
from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Poll, Waiting
from pedell.engine import polls
from pedell.hooks.plugins import Plugins
from pedell.lab.simulator import FaultKind
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell.testing.calls import PlainCall
from pedell_ipad_mdm.contract import CommandReport, Patient, Restart
from pedell_ipad_mdm.jamf_pro import progress
from tests.ipad_mdm.conftest import SERIAL, School, eventually

ACTOR = Actor("person", "os:1", VerifiedBy.OS, name="tester", uid=1)
BOOK = """
pedell: 1
id: refresh
title: {en: Refresh, de: Auffrischen}
description: {en: Refresh, de: Auffrischen}
targets: {kind: [ipad]}
strategy: {at_once: 200, per_site: 200}
steps:
  - {do: ipad.refresh_inventory}
"""


def serial(number: int) -> str:
    return f"DMPX{number:08d}"


def inventory(address: str, count: int, limits: str) -> str:
    lines = [
        "sites: [{slug: bb, name: BB}]",
        "controllers:",
        f"  - {{name: jamf, kind: jamf-pro, address: {address}, limits: {limits},",
        '     options: {client_id: pedell, client_secret: "secret://file/jamf", restart_settle: 0.3}}',
        "devices:",
    ]
    lines += [
        f"  - {{name: ipad-{n}, kind: ipad, driver: jamf-pro, site: bb, controller: jamf, address: {serial(n)}}}"
        for n in range(1, count + 1)
    ]
    return "\n".join(lines) + "\n"


class Fleet:
    """A service with iPads in its inventory, and their server."""

    def __init__(self, data: Path, school: School, count: int, limits: str) -> None:
        (data / "secrets").mkdir(parents=True, mode=0o700)
        (data / "books").mkdir()
        secret = data / "secrets" / "jamf"
        secret.touch(mode=0o600)
        secret.write_text("lab-secret")
        (data / "books" / "refresh.yaml").write_text(BOOK)
        (data / "pedell.toml").write_text('playbooks = ["books"]\n')
        self.school = school
        self.service = Service(load({"PEDELL_DATA": str(data), "PEDELL_THREADS": "16"}))
        self.service.around.__dict__["plugins"] = Plugins(modules={"ipad_mdm": pedell_ipad_mdm.plugin})
        self.service.inventory.import_text(
            inventory(school.address, count, limits), name="inventory.yaml", source="test"
        )

    def requests(self) -> dict[str, int]:
        asked: dict[str, int] = self.school.simulator.state()["requests"]
        return asked


@pytest.fixture
def fleet(tmp_path: Path, make_school: Callable[..., School]) -> Any:
    made: list[Fleet] = []

    def make(count: int, limits: str = "{connections: 16, requests_per_second: 10000, burst: 1000}") -> Fleet:
        made.append(Fleet(tmp_path / "data", make_school(ipads=count), count, limits))
        return made[-1]

    yield make
    for one in made:
        one.service.around.close()


@pytest.mark.thorough
def test_two_hundred_waiting_ipads_cost_a_handful_of_requests_a_round(
    fleet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "POLL_FIRST", 2.0)
    school = fleet(200)
    school.school.change(awake=False)
    number = school.service.runs.submit(RunRequest("refresh", "kind=ipad", "new", ACTOR)).no
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        host.adopt(number)
        runs = school.service.runs
        eventually(lambda: runs.progress(number).counts.get("waiting") == 200, "all wait", 120)
        before = school.requests()
        began = time.monotonic()
        # Every wait is two seconds or a fifth of its age: in twice that time each iPad is asked about.
        eventually(lambda: time.monotonic() > began + 2 * progress.POLL_FIRST, "two rounds", 60)
        asked = before.get("commands", 0) + 5
        eventually(lambda: school.requests()["commands"] >= asked, "all are asked about", 60)
        rounds = (time.monotonic() - began) / progress.POLL_FIRST
        spent = {name: count - before.get(name, 0) for name, count in school.requests().items()}
        assert spent["commands"] + spent["token"] <= 25 * rounds, spent
        assert not {name for name, count in spent.items() if count} - {"commands", "token"}, spent
        school.school.change(awake=True)
        eventually(lambda: runs.progress(number).done, "all are done", 120)
    finally:
        assert host.stop(Deadline.after(60))
    assert runs.show(number).run.counts == {"done": 200}
    assert school.requests()["device_information"] == 200, "each was sent once"
    assert school.service.audit.verify().ok


def test_one_retry_after_of_the_server_is_for_everybody(fleet: Any) -> None:
    school = fleet(6)
    school.school.change(retry_after=3)
    school.school.misbehave(FaultKind.REFUSE, on="detail", times=1)
    number = school.service.runs.submit(RunRequest("refresh", "kind=ipad", "new", ACTOR)).no
    host = school.service.runs.host()
    assert host.start(everything=False)
    runs = school.service.runs
    try:
        host.adopt(number)
        eventually(lambda: school.requests().get("detail", 0) >= 1, "somebody was refused")
        eventually(lambda: school.service.watch.waiting() != [], "everybody waits")
        assert {group.reason for group in school.service.watch.waiting()} == {"controller"}
        eventually(lambda: runs.progress(number).done, "all are done", 30)
    finally:
        assert host.stop(Deadline.after(60))
    assert runs.show(number).run.counts == {"done": 6}


def sleeping(make_school: Callable[..., School], count: int) -> School:
    school = make_school(ipads=count)
    school.change(awake=False)
    return school


def queue(school: School, number: int, restart: bool = False) -> tuple[Any, Waiting]:
    target = school.target(serial(number))
    driver = school.driver(target)
    name, params = ("ipad.restart", Restart()) if restart else ("ipad.refresh_inventory", Patient())
    answer = driver.call(name, PlainCall(), params)
    assert isinstance(answer, Waiting)
    return target, answer


def poll(school: School, waits: list[tuple[Any, Waiting]]) -> Any:
    polls = [Poll(target, PlainCall(), answer.token) for target, answer in waits]
    return school.driver(polls[0].target).poll_many("ipad.refresh_inventory", polls)


def test_each_has_its_own_outcome(make_school: Callable[..., School]) -> None:
    school = sleeping(make_school, 3)
    waits = [queue(school, n) for n in (1, 2, 3)]
    school.change(ipad=serial(2), awake=True)
    eventually(lambda: "ACKNOWLEDGED" in str(school.simulator.state()["commands"]), "it answers")
    before = school.simulator.state()["requests"]["commands"]
    first, second, third = poll(school, waits)
    assert isinstance(first, Waiting) and isinstance(third, Waiting)
    assert isinstance(second, CommandReport) and second.executed
    assert first.token["command"] == waits[0][1].token["command"]
    assert school.simulator.state()["requests"]["commands"] == before + 1


def test_ones_trouble_concerns_only_that_one(make_school: Callable[..., School]) -> None:
    school = sleeping(make_school, 2)
    waits = [queue(school, n) for n in (1, 2)]
    late = dict(waits[0][1].token, until=time.time() - 1)
    waits[0] = (waits[0][0], Waiting(late, ""))
    first, second = poll(school, waits)
    assert isinstance(first, DeviceError) and first.error_class is ErrorClass.TIMEOUT
    assert isinstance(second, Waiting)


def test_what_the_list_does_not_hold_is_asked_about_by_itself(make_school: Callable[..., School]) -> None:
    school = sleeping(make_school, 2)
    waits = [queue(school, n) for n in (1, 2)]
    gone = dict(waits[1][1].token, command="00000000-0000-0000-0000-000000000000")
    first, second = poll(school, [waits[0], (waits[1][0], Waiting(gone, ""))])
    assert isinstance(first, Waiting) and second is None


def test_an_acknowledged_restart_has_to_send_something_and_is_left_alone(
    make_school: Callable[..., School],
) -> None:
    school = make_school(ipads=2)
    target, answer = queue(school, 1, restart=True)
    eventually(lambda: school.count("restart", SERIAL) == 1, "it restarts")
    driver = school.driver(target)
    settled = driver.poll("ipad.restart", PlainCall(), answer.token)
    assert isinstance(settled, Waiting) and settled.token["stage"] == "restarting"
    sent = school.sent("DEVICE_INFORMATION")
    assert driver.poll_many("ipad.restart", [Poll(target, PlainCall(), settled.token)] * 2) == [None, None]
    assert school.sent("DEVICE_INFORMATION") == sent


def test_a_server_that_cannot_be_asked_is_no_reason_to_give_up(make_school: Callable[..., School]) -> None:
    school = sleeping(make_school, 2)
    waits = [queue(school, n) for n in (1, 2)]
    school.misbehave(FaultKind.REFUSE, on="commands", times=1)
    assert [type(answer) for answer in poll(school, waits)] == [Waiting, Waiting]


RESTART = """
pedell: 1
id: restart
title: {en: Restart, de: Neustart}
description: {en: Restart, de: Neustart}
targets: {kind: [ipad]}
strategy: {at_once: 200, per_site: 200}
steps:
  - {do: ipad.restart}
"""


@pytest.mark.thorough
def test_a_login_that_is_refused_is_tried_once_for_all(fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that was changed meanwhile: eight iPads that wait must not lock the account."""
    monkeypatch.setattr(progress, "POLL_FIRST", 0.5)
    monkeypatch.setattr(polls, "LOGIN_SECONDS", 0.5)
    school = fleet(8)
    (school.service.around.settings.data / "books" / "restart.yaml").write_text(RESTART)
    school.school.change(awake=False)
    number = school.service.runs.submit(RunRequest("restart", "kind=ipad", "new", ACTOR, reason="test")).no
    host = school.service.runs.host()
    assert host.start(everything=False)
    runs = school.service.runs
    try:
        host.adopt(number)
        eventually(lambda: runs.progress(number).counts.get("waiting") == 8, "all wait", 120)
        before = school.requests()["token"]
        school.school.misbehave(FaultKind.LOGIN, on="token")
        school.school.change(forget_tokens=True)
        # Tries come after 0, 0.5, 1.5 and 3.5 seconds.
        began = time.monotonic()
        eventually(lambda: school.requests()["token"] >= before + 3, "one tries now and then", 60)
        tries = school.requests()["token"] - before
        passed = time.monotonic() - began
        assert tries <= sum(at <= passed + 0.1 for at in (0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5))
        left = {name for name, count in runs.progress(number).counts.items() if count}
        assert left <= {"waiting", "running"}, "what was accepted is waited for"
        school.school.simulator.well()
        school.school.change(awake=True)
        eventually(lambda: runs.progress(number).done, "all are done", 120)
    finally:
        assert host.stop(Deadline.after(60))
    assert runs.show(number).run.counts == {"done": 8}
    assert school.school.sent("RESTART_DEVICE") == 8, "each was sent once"
