"""Commands to the end: awake, asleep, locked, refusing, and back after a restart or an erase."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from pedell.drivers.api import DeviceError, Done, ErrorClass, Happened, NoParams, Params, Waiting
from pedell.testing.calls import PlainCall
from pedell_ipad_mdm.contract import CommandReport, Erase, Lock, LostMode, Patient, Restart, RestartReport
from tests.ipad_mdm.conftest import SERIAL, School, eventually, finish, run

EVERY = [
    ("ipad.refresh_inventory", Patient(), "inventory"),
    ("ipad.restart", Restart(confirm=False), "restart"),
    ("ipad.lock", Lock(message="Bitte ins Sekretariat"), "lock"),
    ("ipad.clear_passcode", Patient(), "clear_passcode"),
    ("ipad.lost_mode_on", LostMode(message="Bitte abgeben"), "lost_mode_on"),
    ("ipad.lost_mode_off", Patient(), "lost_mode_off"),
    ("ipad.log_out_user", Patient(), "log_out_user"),
    ("ipad.erase", Erase(), "erase"),
]


def call(school: School, capability: str, params: Params) -> Any:
    return school.driver().call(capability, PlainCall(), params)


@pytest.mark.parametrize(("capability", "params", "effect"), EVERY)
def test_an_awake_ipad_does_it_once(
    make_school: Callable[..., School], capability: str, params: Params, effect: str
) -> None:
    school = make_school(ipads=[{"shared": True, "user": "lena"}, {}])
    report = run(school, capability, params)
    assert isinstance(report, CommandReport)
    assert (report.accepted, report.delivered) == (True, True)
    assert report.executed is (None if effect in ("erase", "restart") else True)
    assert report.sent is not None
    assert report.completed is not None
    assert report.command
    assert school.count(effect) == 1
    assert school.count(effect, "DMPX00000002") == 0


@pytest.mark.parametrize(("capability", "params", "effect"), EVERY)
def test_a_sleeping_ipad_is_waited_for(
    make_school: Callable[..., School], capability: str, params: Params, effect: str
) -> None:
    school = make_school(ipads=[{"shared": True, "awake": False}])
    answer = call(school, capability, params)
    assert isinstance(answer, Waiting)
    assert (answer.why, answer.delivered) == ("the iPad is asleep or offline", False)
    assert 4 * 3600 - 10 < answer.deadline <= 4 * 3600 + 1
    assert school.count(effect) == 0
    school.change(awake=True)
    assert isinstance(finish(school, capability, answer), CommandReport)
    assert school.count(effect) == 1


def test_an_ipad_that_wakes_by_itself(make_school: Callable[..., School]) -> None:
    school = make_school(ipads=[{"awake": False, "wakes_after": 0.8}])
    report = run(school, "ipad.refresh_inventory", Patient())
    assert isinstance(report, CommandReport)
    assert report.executed


def test_a_locked_ipad_says_not_now_and_is_waited_for(school: School) -> None:
    school.change(ipad=SERIAL, locked=True)
    answer = call(school, "ipad.restart", Restart(confirm=False))
    assert isinstance(answer, Waiting)
    assert (answer.why, answer.delivered) == ("the iPad is locked (NotNow)", True)
    again = school.driver().poll("ipad.restart", PlainCall(), answer.token)
    assert isinstance(again, Waiting)
    assert again.delivered
    school.change(ipad=SERIAL, locked=False)
    assert isinstance(finish(school, "ipad.restart", answer), RestartReport)
    assert school.count("restart") == 1


def test_polls_become_rarer(school: School) -> None:
    school.change(awake=False)
    answer = call(school, "ipad.refresh_inventory", Patient())
    paces = []
    for hours in (0, 0.1, 3):
        token = {**answer.token, "queued": time.time() - hours * 3600}
        again = school.driver().poll("ipad.refresh_inventory", PlainCall(), token)
        assert isinstance(again, Waiting)
        paces.append(again.poll_after)
    assert paces[0] == 5.0 < paces[1] < paces[2] == 300.0


def test_an_ipad_that_never_answers(school: School) -> None:
    school.change(awake=False)
    answer = call(school, "ipad.restart", Restart(within=10, confirm=False))
    token = {**answer.token, "until": time.time() - 1}
    with pytest.raises(DeviceError, match="stays queued") as caught:
        school.driver().poll("ipad.restart", PlainCall(), token)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.TIMEOUT, Happened.UNKNOWN)


@pytest.mark.parametrize("confirm", [True, False])
def test_restart(school: School, confirm: bool) -> None:
    report = run(school, "ipad.restart", Restart(confirm=confirm))
    assert isinstance(report, RestartReport)
    assert report.seen_again is (True if confirm else None)
    assert report.executed is (True if confirm else None)
    assert school.count("restart") == 1


def test_a_restarted_ipad_that_is_not_seen_again_is_a_warning(school: School) -> None:
    school.change(ipad=SERIAL, rejoins=False)
    driver = school.driver(school.target(server={"restart_seen_within": 1}))
    answer = driver.call("ipad.restart", PlainCall(), Restart())
    end = time.monotonic() + 60
    while isinstance(answer, Waiting):
        assert time.monotonic() < end
        time.sleep(0.05)
        answer = driver.poll("ipad.restart", PlainCall(), answer.token)
    assert isinstance(answer, Done)
    assert isinstance(answer.result, RestartReport)
    assert (answer.result.delivered, answer.result.seen_again, answer.result.executed) == (True, False, None)
    assert "not seen again" in answer.warnings[0]
    assert school.count("restart") == 1


def test_a_locked_ipad_answers_after_its_restart_too(school: School) -> None:
    """NotNow is an answer: the iPad is back."""
    answer = call(school, "ipad.restart", Restart())
    assert isinstance(answer, Waiting)
    assert answer.delivered
    school.change(ipad=SERIAL, locked=True, online=True)
    report = finish(school, "ipad.restart", answer)
    assert isinstance(report, RestartReport)
    assert report.seen_again


@pytest.mark.parametrize(
    ("capability", "params"),
    [
        ("ipad.restart", Restart()),
        ("ipad.lost_mode_on", LostMode(phone="1")),
        ("ipad.lost_mode_off", Patient()),
    ],
)
def test_what_needs_supervision_is_not_even_sent(school: School, capability: str, params: Params) -> None:
    school.change(supervised=False)
    with pytest.raises(DeviceError, match="not supervised") as caught:
        call(school, capability, params)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert school.simulator.state()["commands"] == []


def test_the_ipads_own_no(school: School) -> None:
    school.change(lost_mode=True)
    with pytest.raises(
        DeviceError, match=r"refuses CLEAR_PASSCODE: The device is in lost mode. \(code 12078\)"
    ) as caught:
        run(school, "ipad.clear_passcode", Patient())
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.REFUSED, Happened.NO)
    with pytest.raises(DeviceError, match="LOG_OUT_USER"):
        run(school, "ipad.log_out_user", Patient())


def test_screens(school: School) -> None:
    run(school, "ipad.lock", Lock(message="Bitte ins Sekretariat"))
    assert school.ipad()["screen_message"] == "Bitte ins Sekretariat"
    run(school, "ipad.lost_mode_on", LostMode(message="Bitte abgeben"))
    assert school.ipad()["lost_mode"]
    run(school, "ipad.lost_mode_off", Patient())
    assert not school.ipad()["lost_mode"]


def test_renewing_the_profile_is_accepted_and_no_more_is_claimed(school: School) -> None:
    before = school.ipad()["profile_expires_at"]
    report = call(school, "ipad.renew_mdm_profile", NoParams())
    assert (report.accepted, report.delivered, report.executed) == (True, None, None)
    eventually(lambda: school.ipad()["profile_expires_at"] > before, "the profile is renewed")


def test_a_push_wakes_the_ipad(make_school: Callable[..., School]) -> None:
    school = make_school(ipads=[{"awake": False, "wakes_after": 0.0}])
    assert call(school, "ipad.blank_push", NoParams()).accepted
    eventually(lambda: school.ipad()["awake"], "the iPad is awake")


def test_an_old_server_tells_the_management_id_one_by_one(make_school: Callable[..., School]) -> None:
    school = make_school(management_id_in_detail=False, answers_object=True)
    report = run(school, "ipad.refresh_inventory", Patient())
    assert isinstance(report, CommandReport)
    assert report.executed


def test_an_ipad_that_left_the_mdm(school: School) -> None:
    school.change(managed=False)
    with pytest.raises(DeviceError, match="not managed"):
        call(school, "ipad.restart", Restart())


def test_an_erased_ipad_comes_back_by_itself(school: School) -> None:
    driver = school.driver()
    before: Any = driver.call("ipad.device_info", PlainCall(), NoParams())
    report = run(school, "ipad.erase", Erase())
    assert isinstance(report, CommandReport)
    assert report.delivered
    assert report.executed is None
    eventually(lambda: school.count("enrolled") == 1, "it enrols again")
    after: Any = driver.call("ipad.device_info", PlainCall(), NoParams())
    assert after.last_enrolled > before.last_enrolled
    assert (after.serial, after.udid, after.managed) == (before.serial, before.udid, True)
    assert school.count("erase") == 1


def test_an_erase_runs_on_a_locked_ipad(school: School) -> None:
    school.change(locked=True)
    assert isinstance(run(school, "ipad.erase", Erase()), CommandReport)
    assert school.count("erase") == 1


def test_the_wifi_password_stays_out_of_the_transcript(school: School) -> None:
    call(school, "ipad.erase", Erase())
    text = "".join(line if isinstance(line, str) else line.decode() for _, line in school.env.transcript)
    assert "streng-geheim" not in text
    assert "wifiProfileData" not in text


@pytest.mark.parametrize(
    ("ipad", "options", "params", "words"),
    [
        ({"activation_lock": True}, {}, Erase(), "Activation Lock"),
        ({"os_version": "16.7.2"}, {}, Erase(), "16.7.2"),
        ({}, {"wifi_profile": ""}, Erase(), "no network"),
    ],
)
def test_an_erase_that_would_strand_the_ipad_is_refused(
    school: School, ipad: dict[str, Any], options: dict[str, Any], params: Erase, words: str
) -> None:
    school.change(**ipad)
    driver = school.driver(school.target(server=options))
    with pytest.raises(DeviceError, match=words) as caught:
        driver.call("ipad.erase", PlainCall(), params)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert school.simulator.state()["commands"] == []


def test_an_erase_without_return_leaves_the_mdm(school: School) -> None:
    school.change(os_version="16.7.2")
    run(school, "ipad.erase", Erase(return_to_service=False))
    eventually(lambda: not school.ipad()["managed"], "the iPad has left")


def test_a_privilege_that_is_missing(school: School) -> None:
    school.change(denied=["restart_device"])
    with pytest.raises(DeviceError, match="INVALID_PRIVILEGE") as caught:
        call(school, "ipad.restart", Restart())
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    assert "privilege" in caught.value.hint


def test_a_token_from_elsewhere_is_refused(school: School) -> None:
    with pytest.raises(DeviceError) as caught:
        school.driver().poll("ipad.restart", PlainCall(), {"command": "*", "evil": True})
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.UNKNOWN)
