"""iPads at the service's door: refused erase, sleeping iPads, an answer that is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pedell_playbooks.plugin
import pytest

import pedell_ipad_mdm.plugin
from pedell.drivers.api import Deadline
from pedell.errors import RefusedError
from pedell.hooks.plugins import Plugins
from pedell.lab.simulator import FaultKind
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from tests.ipad_mdm.conftest import SERIAL, WIFI, School, eventually

ACTOR = Actor("person", "os:1", VerifiedBy.OS, name="tester", uid=1)
SECOND_PERSON = Actor("person", "os:2", VerifiedBy.OS, name="colleague", uid=2)
SECOND = "DMPX00000002"
INVENTORY = """
sites:
  - {{slug: bert-brecht, name: Bert-Brecht-Gymnasium}}
controllers:
  - name: jamf
    kind: jamf-pro
    address: {address}
    options: {{client_id: pedell, client_secret: "secret://file/jamf", wifi_profile: "secret://file/wifi",
              restart_settle: 0.2, restart_seen_within: 60}}
devices:
  - {{name: ipad-1, kind: ipad, driver: jamf-pro, site: bert-brecht, controller: jamf, address: DMPX00000001,
     serial: DMPX00000001}}
  - {{name: ipad-2, kind: ipad, driver: jamf-pro, site: bert-brecht, controller: jamf, address: DMPX00000002,
     serial: DMPX00000002}}
"""
RESTART = """
pedell: 1
id: restart-ipad
title: {en: Restart, de: Neustart}
description: {en: Restart, de: Neustart}
targets: {kind: [ipad]}
steps:
  - {do: ipad.device_info, save_as: before}
  - {do: ipad.restart, with: {confirm: false}}
  - {do: ipad.device_info, save_as: after}
  - {check: after.managed}
"""


class Door:
    """The service on a store of its own, with the iPads in its inventory."""

    def __init__(self, data: Path, address: str) -> None:
        secrets, books = data / "secrets", data / "books"
        for folder in (secrets, books):
            folder.mkdir(mode=0o700)
        for name, text in (("jamf", "lab-secret"), ("wifi", WIFI)):
            path = secrets / name
            path.touch(mode=0o600)
            path.write_text(text)
        (books / "restart-ipad.yaml").write_text(RESTART)
        (data / "pedell.toml").write_text('playbooks = ["books"]\n')
        self.service = Service(load({"PEDELL_DATA": str(data), "PEDELL_THREADS": "8"}))
        modules = {"ipad_mdm": pedell_ipad_mdm.plugin, "playbooks": pedell_playbooks.plugin}
        self.service.around.__dict__["plugins"] = Plugins(modules=modules)
        plan = self.service.inventory.import_text(
            INVENTORY.format(address=address), name="inventory.yaml", source="test"
        )
        assert plan is not None

    def run(self, book: str, when_resting: Callable[[], None] | None = None, seconds: float = 90) -> Any:
        """Ask for a run and work on it."""
        number = self.service.runs.submit(RunRequest(book, "kind=ipad", "new", ACTOR, reason="test")).no
        return self.work(number, when_resting, seconds)

    def work(
        self,
        number: int,
        when_resting: Callable[[], None] | None = None,
        seconds: float = 90,
        resting: int = 2,
    ) -> Any:
        """Be the engine until the run has ended; `when_resting` is done once, when `resting` iPads are waited for."""
        host = self.service.runs.host()
        assert host.start(everything=False)
        try:
            host.adopt(number)
            end = time.monotonic() + seconds
            while not (progress := self.service.runs.progress(number)).done:
                assert time.monotonic() < end, f"not done: {progress}"
                if when_resting is not None and progress.counts.get("waiting", 0) == resting:
                    when_resting()
                    when_resting = None
                begins = progress.state == "open" and progress.counts.get("ready")
                if progress.resting and not (begins or progress.counts.get("waiting") or progress.polled):
                    break
                time.sleep(0.02)
        finally:
            assert host.stop(Deadline.after(60))
        return self.service.runs.show(number)

    def submit(self, book: str) -> int:
        return self.service.runs.submit(RunRequest(book, "kind=ipad", "new", ACTOR, reason="test")).no

    @contextmanager
    def engine(self, number: int) -> Iterator[None]:
        host = self.service.runs.host()
        assert host.start(everything=False)
        try:
            host.adopt(number)
            yield
        finally:
            assert host.stop(Deadline.after(60))

    def wait(self, number: int, until: Callable[[Any], Any], seconds: float = 90) -> Any:
        end = time.monotonic() + seconds
        while not until(progress := self.service.runs.progress(number)):
            assert time.monotonic() < end, f"waited in vain: {progress}"
            time.sleep(0.02)
        return self.service.runs.show(number)


@pytest.fixture
def door(data: Path, school: School) -> Iterator[Door]:
    made = Door(data, school.address)
    yield made
    made.service.around.close()


def states(detail: Any) -> dict[str, str]:
    return {row.device: row.state for row in detail.tasks}


def test_the_erase_waits_until_somebody_else_has_approved(door: Door, school: School) -> None:
    number = door.submit("reenrol-ipad")
    (wanted,) = door.service.safety.approvals()
    assert wanted.irreversible == ["ipad.erase"] and wanted.count == 2
    with door.engine(number):
        detail = door.wait(number, lambda progress: progress.counts.get("waiting"))
        assert any("second person" in row.why for row in detail.tasks)
        assert school.sent("ERASE_DEVICE") == school.count("erase") == 0
        # What keeps the data was done, on the one iPad that goes first.
        eventually(lambda: school.simulator.counts()["renew_mdm_profile"] == 1, "the profile is renewed")
        with pytest.raises(RefusedError):
            door.service.safety.grant(wanted.approval.no, ACTOR)
        door.service.safety.grant(wanted.approval.no, SECOND_PERSON, "seen")
        eventually(lambda: school.count("erase") == 1, "the first iPad is erased")
    assert school.sent("ERASE_DEVICE") == 1


def test_refused_erases_nothing(door: Door, school: School) -> None:
    number = door.submit("reenrol-ipad")
    (wanted,) = door.service.safety.approvals()
    with door.engine(number):
        door.wait(number, lambda progress: progress.counts.get("waiting"))
        door.service.safety.refuse(wanted.approval.no, SECOND_PERSON, "wrong school")
        detail = door.wait(number, lambda progress: progress.done)
    assert {row.state for row in detail.tasks} <= {"failed", "skipped"}
    assert any("wrong school" in row.why for row in detail.tasks)
    assert school.sent("ERASE_DEVICE") == school.count("erase") == 0


def test_sleeping_and_locked_ipads_are_waited_for_without_a_second_command(
    door: Door, school: School
) -> None:
    school.change(ipad=SERIAL, awake=False)
    school.change(ipad=SECOND, locked=True)

    def wake() -> None:
        school.change(ipad=SERIAL, awake=True)
        school.change(ipad=SECOND, locked=False)

    detail = door.run("restart-ipad", wake)
    assert states(detail) == {"ipad-1": "done", "ipad-2": "done"}
    assert (school.count("restart"), school.count("restart", SECOND)) == (1, 1)
    assert school.sent("RESTART_DEVICE") == 2


@pytest.mark.thorough
def test_a_lost_answer_is_probed_not_repeated(door: Door, school: School) -> None:
    school.misbehave(FaultKind.CUT, on="restart_device")
    detail = door.run("restart-ipad")
    assert states(detail) == {"ipad-1": "done", "ipad-2": "done"}
    assert school.sent("RESTART_DEVICE") == 2
    assert (school.count("restart"), school.count("restart", SECOND)) == (1, 1)


@pytest.mark.thorough
def test_killed_between_queue_and_answer_while_the_ipad_sleeps(door: Door, school: School) -> None:
    """The process dies by SIGKILL with the command in the server's queue: the next one waits for that command."""
    school.change(ipad=SERIAL, awake=False)
    school.misbehave(FaultKind.DEAF, on="restart_device")
    request = RunRequest("restart-ipad", "name=ipad-1", "new", ACTOR, reason="test")
    number = door.service.runs.submit(request).no
    command = [sys.executable, "-m", "pedell.cli.main", "runs", "resume", str(number)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: school.sent("RESTART_DEVICE") == 1, "the command is queued", 90)
    finally:
        process.kill()
        process.wait()
    school.simulator.well()
    detail = door.work(number, lambda: school.change(ipad=SERIAL, awake=True), resting=1)
    assert states(detail) == {"ipad-1": "done"}
    assert school.count("restart") == school.sent("RESTART_DEVICE") == 1


def test_the_wifi_password_reaches_no_file(door: Door, school: School, data: Path) -> None:
    door.run("restart-ipad")
    kept = [path for path in data.rglob("*") if path.is_file() and "secrets" not in path.parts]
    assert kept
    assert not [
        path for path in kept if b"lab-secret" in path.read_bytes() or b"streng-geheim" in path.read_bytes()
    ]
    assert os.environ["PEDELL_DATA"] == str(data)
