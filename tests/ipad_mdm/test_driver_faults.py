"""The fault matrix: whatever the server does, nothing is done twice and nothing is claimed that is not so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, NoParams, Waiting
from pedell.lab.simulator import FaultKind
from pedell.testing.calls import PlainCall
from pedell.transports.http import TryLaterError
from pedell_ipad_mdm.contract import CommandReport, Patient, Restart
from tests.ipad_mdm.conftest import School, eventually, finish

pytestmark = pytest.mark.matrix(3)

RESTART = Restart(confirm=False)
SHORT = 1.5


def restart(school: School, timeout: float = SHORT) -> Any:
    return school.driver().call("ipad.restart", PlainCall(timeout), RESTART)


@pytest.mark.parametrize(
    ("kind", "error_class", "happened", "done"),
    [
        (FaultKind.SILENT, ErrorClass.TIMEOUT, Happened.UNKNOWN, 0),
        (FaultKind.DEAF, ErrorClass.TIMEOUT, Happened.UNKNOWN, 1),
        (FaultKind.REFUSE, ErrorClass.BUSY, Happened.NO, 0),
        (FaultKind.GARBLE, ErrorClass.PROTOCOL, Happened.UNKNOWN, 1),
        (FaultKind.CUT, ErrorClass.PROTOCOL, Happened.UNKNOWN, 1),
        (FaultKind.VANISH, ErrorClass.PROTOCOL, Happened.UNKNOWN, 0),
        (FaultKind.LOGIN, ErrorClass.AUTH, Happened.NO, 0),
    ],
)
def test_trouble_with_the_command_itself(
    school: School, kind: FaultKind, error_class: ErrorClass, happened: Happened, done: int
) -> None:
    school.misbehave(kind, on="restart_device")
    with pytest.raises(DeviceError) as caught:
        restart(school)
    assert (caught.value.error_class, caught.value.happened) == (error_class, happened)
    assert caught.value.message.isprintable()
    if done:
        eventually(lambda: school.count("restart") == 1, "the iPad restarts")
    assert school.sent("RESTART_DEVICE") == done


@pytest.mark.parametrize("on", ["token", "detail"])
@pytest.mark.parametrize(
    ("kind", "error_class"),
    [
        (FaultKind.SILENT, ErrorClass.TIMEOUT),
        (FaultKind.REFUSE, ErrorClass.BUSY),
        (FaultKind.GARBLE, ErrorClass.PROTOCOL),
        (FaultKind.CUT, ErrorClass.PROTOCOL),
        (FaultKind.VANISH, ErrorClass.PROTOCOL),
        (FaultKind.LOGIN, ErrorClass.AUTH),
    ],
)
def test_trouble_before_the_command(
    school: School, on: str, kind: FaultKind, error_class: ErrorClass
) -> None:
    school.misbehave(kind, on=on)
    with pytest.raises(DeviceError) as caught:
        restart(school)
    assert (caught.value.error_class, caught.value.happened) == (error_class, Happened.NO)
    assert school.simulator.state()["commands"] == []


@pytest.mark.parametrize(
    "kind",
    [FaultKind.SILENT, FaultKind.REFUSE, FaultKind.GARBLE, FaultKind.CUT, FaultKind.VANISH],
)
def test_trouble_after_the_command_is_waiting_not_failure(school: School, kind: FaultKind) -> None:
    school.misbehave(kind, on="commands")
    answer = restart(school, 2.0)
    assert isinstance(answer, Waiting)
    answer = school.driver().poll("ipad.restart", PlainCall(SHORT), answer.token)
    assert isinstance(answer, Waiting)
    assert answer.why == "the MDM cannot be asked now"
    assert answer.poll_after == (2.0 if kind is FaultKind.REFUSE else 60.0)
    school.simulator.well()
    assert isinstance(finish(school, "ipad.restart", answer), CommandReport)
    assert school.count("restart") == school.sent("RESTART_DEVICE") == 1


def test_a_login_refused_while_waiting_leaves_the_outcome_open(school: School) -> None:
    school.change(awake=False)
    answer = restart(school)
    school.misbehave(FaultKind.LOGIN)
    with pytest.raises(DeviceError) as caught:
        school.driver().poll("ipad.restart", PlainCall(SHORT), answer.token)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.UNKNOWN)


def test_a_slow_server_is_waited_for(school: School) -> None:
    school.misbehave(FaultKind.SLOW, seconds=0.2)
    answer = finish(school, "ipad.restart", restart(school, 10.0))
    assert isinstance(answer, CommandReport)
    assert school.count("restart") == 1


def test_the_time_limit_holds_for_the_whole_call(school: School) -> None:
    school.misbehave(FaultKind.SLOW, seconds=0.4)
    with pytest.raises(DeviceError) as caught:
        restart(school, 0.7)
    assert caught.value.error_class is ErrorClass.TIMEOUT


def test_a_401_is_asked_anew_once_and_the_command_is_queued_once(school: School) -> None:
    school.misbehave(FaultKind.LOGIN, on="restart_device", times=1)
    answer = finish(school, "ipad.restart", restart(school, 10.0))
    assert isinstance(answer, CommandReport)
    assert school.sent("RESTART_DEVICE") == 1
    assert school.count("restart") == 1


@pytest.mark.parametrize(("status", "seconds"), [(429, 2.0), (503, 2.0)])
def test_try_again_later_says_when(make_school: Callable[..., School], status: int, seconds: float) -> None:
    school = make_school(refusal=status)
    school.misbehave(FaultKind.REFUSE, on="restart_device", times=1)
    with pytest.raises(TryLaterError, match="2 seconds") as caught:
        restart(school)
    assert caught.value.retry_after == seconds
    assert isinstance(finish(school, "ipad.restart", restart(school)), CommandReport)


@pytest.mark.parametrize(
    ("status", "error_class", "happened"),
    [(400, ErrorClass.REFUSED, Happened.NO), (403, ErrorClass.AUTH, Happened.NO),
     (500, ErrorClass.DEVICE_FAULT, Happened.UNKNOWN)],
)  # fmt: skip
def test_other_refusals(
    make_school: Callable[..., School], status: int, error_class: ErrorClass, happened: Happened
) -> None:
    school = make_school(refusal=status)
    school.misbehave(FaultKind.REFUSE, on="restart_device")
    with pytest.raises(DeviceError) as caught:
        restart(school)
    assert (caught.value.error_class, caught.value.happened) == (error_class, happened)


def test_a_closed_door(school: School) -> None:
    school.misbehave(FaultKind.CLOSED)
    with pytest.raises(DeviceError) as caught:
        restart(school)
    assert caught.value.happened is Happened.NO


def test_no_server_at_all(school: School) -> None:
    school.host.stop(school.simulator)
    with pytest.raises(DeviceError) as caught:
        restart(school)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)


@pytest.mark.parametrize(
    ("capability", "on", "kind", "happened"),
    [
        ("ipad.renew_mdm_profile", "renew_profile", FaultKind.CUT, Happened.UNKNOWN),
        ("ipad.renew_mdm_profile", "renew_profile", FaultKind.REFUSE, Happened.NO),
        ("ipad.blank_push", "blank_push", FaultKind.CUT, Happened.UNKNOWN),
        ("ipad.blank_push", "blank_push", FaultKind.LOGIN, Happened.NO),
    ],
)
def test_requests_without_a_command(
    school: School, capability: str, on: str, kind: FaultKind, happened: Happened
) -> None:
    school.misbehave(kind, on=on)
    with pytest.raises(DeviceError) as caught:
        school.driver().call(capability, PlainCall(SHORT), NoParams())
    assert caught.value.happened is happened


def test_a_cancelled_run_leaves_no_command_unseen(school: School) -> None:
    """Cancelled between queueing and looking: the command is queued, so the call waits, it has not failed."""
    school.change(awake=False)
    call = PlainCall(5)
    call.cancelled.set()
    answer = school.driver().call("ipad.refresh_inventory", call, Patient())
    assert isinstance(answer, Waiting)
    assert school.sent("DEVICE_INFORMATION") == 1
