"""After a crash: the server's own list tells whether a command was carried out, refused, or never queued."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pedell.drivers.api import Answer, DeviceError, Happened, Waiting
from pedell.lab.simulator import FaultKind
from pedell.testing.calls import PlainCall
from pedell_ipad_mdm.contract import CommandReport, Erase, Patient, Restart, RestartReport
from pedell_ipad_mdm.jamf_pro import recovery
from tests.ipad_mdm.conftest import SERIAL, School, eventually, finish

PARAMS = {"ipad.restart": Restart(confirm=False), "ipad.erase": Erase(), "ipad.log_out_user": Patient()}
COUNTED = {"ipad.restart": "restart", "ipad.erase": "erase", "ipad.log_out_user": "log_out_user"}
TYPES = {"ipad.restart": "restart_device", "ipad.erase": "erase_device", "ipad.log_out_user": "log_out_user"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "IN_FLIGHT", 0.2)
    monkeypatch.setattr(recovery, "LOOK_EVERY", 0.05)


def crash(school: School, capability: str, kind: FaultKind) -> float:
    """An attempt whose outcome nobody heard; returns when it began."""
    started = time.time()
    school.misbehave(kind, on=TYPES[capability])
    with pytest.raises(DeviceError) as caught:
        school.driver().call(capability, PlainCall(10), PARAMS[capability])
    assert caught.value.happened is Happened.UNKNOWN
    school.simulator.well()
    return started


def probe(school: School, capability: str, started: float, **evidence: Any) -> Happened | Answer:
    known: Mapping[str, Any] = {"started": started, "token": "01J", "parts": {}, **evidence}
    return school.driver().probe(capability, PlainCall(5), PARAMS[capability], known)


@pytest.mark.parametrize("capability", list(PARAMS))
@pytest.mark.parametrize("offset", [0.0, 3600.0, -3600.0])
def test_it_was_done(make_school: Callable[..., School], capability: str, offset: float) -> None:
    school = make_school(ipads=[{"shared": True}], clock_offset=offset)
    started = crash(school, capability, FaultKind.CUT)
    eventually(lambda: school.count(COUNTED[capability]) == 1, "the iPad does it")
    told = probe(school, capability, started)
    assert isinstance(told, CommandReport)
    assert told.delivered and told.command == school.simulator.state()["commands"][0]["uuid"]
    assert told.executed is (True if capability == "ipad.log_out_user" else None)


@pytest.mark.parametrize("capability", list(PARAMS))
def test_it_never_arrived(school: School, capability: str) -> None:
    started = crash(school, capability, FaultKind.VANISH)
    assert probe(school, capability, started) is Happened.NO
    assert school.count(COUNTED[capability]) == 0


def test_an_earlier_restart_is_not_mistaken_for_this_one(school: School) -> None:
    school.change(clock_offset=-100.0)
    finish(school, "ipad.restart", school.driver().call("ipad.restart", PlainCall(), PARAMS["ipad.restart"]))
    school.change(clock_offset=0.0)
    eventually(lambda: school.ipad()["online"], "the iPad is back")
    started = crash(school, "ipad.restart", FaultKind.VANISH)
    assert probe(school, "ipad.restart", started) is Happened.NO


def test_another_ipads_restart_is_not_mistaken_for_this_one(school: School) -> None:
    started = crash(school, "ipad.restart", FaultKind.VANISH)
    other = school.driver(school.target("DMPX00000002"))
    finish(school, "ipad.restart", other.call("ipad.restart", PlainCall(), PARAMS["ipad.restart"]))
    assert probe(school, "ipad.restart", started) is Happened.NO


@pytest.mark.parametrize("offset", [0.0, 3600.0, -3600.0])
@pytest.mark.parametrize("confirm", [True, False])
def test_queued_and_still_open_is_waited_for(
    make_school: Callable[..., School], offset: float, confirm: bool
) -> None:
    school = make_school(clock_offset=offset)
    school.change(awake=False)
    started = crash(school, "ipad.restart", FaultKind.CUT)
    known = {"started": started, "token": "01J", "parts": {}}
    told = school.driver().probe("ipad.restart", PlainCall(5), Restart(within=60, confirm=confirm), known)
    assert isinstance(told, Waiting)
    assert told.token["command"] == school.simulator.state()["commands"][0]["uuid"]
    assert told.deadline <= 60 + (30.3 if confirm else 0)
    school.change(awake=True)
    report = finish(school, "ipad.restart", told)
    assert isinstance(report, RestartReport)
    assert report.seen_again is (True if confirm else None)
    assert school.count("restart") == school.sent("RESTART_DEVICE") == 1


def test_two_open_commands_are_a_persons_business(school: School) -> None:
    school.change(awake=False)
    started = crash(school, "ipad.restart", FaultKind.CUT)
    crash(school, "ipad.restart", FaultKind.CUT)
    assert probe(school, "ipad.restart", started) is Happened.UNKNOWN


def test_an_ipad_that_had_its_time_is_not_waited_for_again(school: School) -> None:
    school.change(awake=False, clock_offset=0.0)
    started = crash(school, "ipad.restart", FaultKind.CUT)
    known = {"started": started - 3600.0, "token": "01J", "parts": {}}
    told = school.driver().probe("ipad.restart", PlainCall(5), Restart(within=60, confirm=False), known)
    assert told is Happened.UNKNOWN


def test_a_refusal_of_the_ipad_means_no(school: School) -> None:
    started = crash(school, "ipad.log_out_user", FaultKind.CUT)
    eventually(lambda: school.simulator.state()["commands"][0]["state"] == "ERROR", "the iPad refuses")
    assert probe(school, "ipad.log_out_user", started) is Happened.NO


def test_an_ipad_that_enrolled_since_was_erased(school: School) -> None:
    started = crash(school, "ipad.erase", FaultKind.VANISH)
    school.change(ipad=SERIAL, enrolled_at=time.time())
    assert probe(school, "ipad.erase", started) is Happened.YES
    assert probe(school, "ipad.restart", started) is Happened.UNKNOWN


def test_an_old_silence_proves_nothing(school: School) -> None:
    assert probe(school, "ipad.restart", time.time() - 25 * 3600) is Happened.UNKNOWN


@pytest.mark.parametrize("evidence", [{}, {"started": None}, {"started": "gestern"}])
def test_without_a_time_nothing_is_known(school: School, evidence: dict[str, Any]) -> None:
    assert school.driver().probe("ipad.restart", PlainCall(), Restart(), evidence) is Happened.UNKNOWN


def test_what_is_no_command_cannot_be_probed(school: School) -> None:
    assert (
        school.driver().probe("ipad.blank_push", PlainCall(), Restart(), {"started": 1.0}) is Happened.UNKNOWN
    )


@pytest.mark.parametrize("kind", [FaultKind.REFUSE, FaultKind.GARBLE, FaultKind.LOGIN, FaultKind.VANISH])
def test_a_server_that_cannot_be_asked_leaves_it_open(school: School, kind: FaultKind) -> None:
    school.misbehave(kind)
    assert probe(school, "ipad.restart", time.time()) is Happened.UNKNOWN
    assert any(way == "#" and "could not tell" in str(line) for way, line in school.env.transcript)


def test_a_command_that_was_waited_for_is_known_by_its_id(school: School) -> None:
    school.change(awake=False)
    answer = school.driver().call("ipad.restart", PlainCall(), PARAMS["ipad.restart"])
    assert isinstance(answer, Waiting)
    told = probe(school, "ipad.restart", time.time(), waiting=answer.token)
    assert isinstance(told, Waiting)
    assert told.token == answer.token
    school.change(awake=True)
    eventually(lambda: school.count("restart") == 1, "the iPad restarts")
    assert isinstance(probe(school, "ipad.restart", time.time(), waiting=answer.token), RestartReport)


def test_a_probe_of_a_restart_under_way_asks_the_ipad_nothing(school: School) -> None:
    answer = school.driver().call("ipad.restart", PlainCall(), Restart())
    while isinstance(answer, Waiting) and answer.token["stage"] == "command":
        answer = school.driver().poll("ipad.restart", PlainCall(), answer.token)
    assert isinstance(answer, Waiting)
    told = probe(school, "ipad.restart", time.time(), waiting=answer.token)
    assert isinstance(told, Waiting)
    assert school.sent("DEVICE_INFORMATION") == 0
    assert isinstance(finish(school, "ipad.restart", told), RestartReport)


def test_a_list_with_other_names_is_searched_by_time(school: School) -> None:
    """The reference shows an id that is no uuid: the command is then found by iPad, type and time."""
    answer = school.driver().call("ipad.refresh_inventory", PlainCall(0.3), Patient())
    token = {
        "command": "52", "management": school.ipad()["management_id"], "type": "DEVICE_INFORMATION",
        "queued": time.time(), "until": time.time() + 60,
    }  # fmt: skip
    report = finish(
        school, "ipad.refresh_inventory", school.driver().poll("ipad.refresh_inventory", PlainCall(), token)
    )
    assert answer is not None
    assert getattr(report, "executed", None) is True


def test_a_command_that_vanished_from_the_list(school: School) -> None:
    token = {
        "command": "52", "management": school.ipad()["management_id"], "type": "RESTART_DEVICE",
        "queued": time.time() - 120, "until": time.time() + 60,
    }  # fmt: skip
    with pytest.raises(DeviceError, match="does not list") as caught:
        school.driver().poll("ipad.restart", PlainCall(), token)
    assert caught.value.happened is Happened.UNKNOWN
