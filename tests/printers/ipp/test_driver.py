"""The driver against the simulator: what each capability does and says."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened, Target, Waiting
from pedell.lab.simulator import Fault, FaultKind
from pedell.testing.calls import PlainCall, PlainEnv
from pedell.testing.simhost import SimulatorHost
from pedell_printers.contract import (
    CONTRACT,
    Cleared,
    IdentifyParams,
    JobOutcome,
    JobParams,
    JobsParams,
    JobState,
    PrinterState,
)
from pedell_printers.ipp.driver import IppDriver
from pedell_printers.ipp.simulator import IppSimulator
from pedell_printers.reasons import Fault as Trouble
from tests.printers.conftest import Lab
from tests.printers.talk import NOTHING, login, talking
from tests.transports.http_servers import certificate


def test_the_driver_answers_the_whole_contract() -> None:
    assert set(IppDriver.capabilities()) == {capability.name for capability in CONTRACT.capabilities}
    assert IppDriver.kinds == set(CONTRACT.kinds)


def test_what_a_queue_cannot_do_is_known_before() -> None:
    queue = Target("1", "q", "print_queue", "ipp", "ipp://server/printers/q")
    assert set(IppDriver.capabilities()) - IppDriver.supports(queue) == {"printer.identify"}
    assert IppDriver.supports(replace(queue, kind="printer")) == set(IppDriver.capabilities())


def test_status_of_a_printer(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(jobs=2, toner=7, paper=0, serial="VCF1")
    with talking(address, tmp_path) as talk:
        status = talk("printer.status")
        identity = talk.driver.identity(Deadline.after(30))
    assert (status.state, status.queued_jobs, status.fault) == (PrinterState.PROCESSING, 2, Trouble.PAPER)
    assert [(s.name, s.kind, s.level, s.low) for s in status.supplies] == [("Black Toner", "toner", 7, True)]
    assert status.uptime == pytest.approx(3600, abs=60)
    assert (identity.serial, identity.manufacturer) == ("VCF1", "Pedell")


@pytest.mark.parametrize(
    ("knobs", "state", "fault"),
    [
        ({"jam": True}, PrinterState.STOPPED, Trouble.JAM),
        ({"door_open": True}, PrinterState.STOPPED, Trouble.DOOR),
        ({"toner": 0}, PrinterState.IDLE, Trouble.TONER),
        ({"paper": 0}, PrinterState.IDLE, Trouble.NONE),
        ({}, PrinterState.IDLE, Trouble.NONE),
    ],
)
def test_faults(
    lab: Lab, tmp_path: Path, knobs: dict[str, object], state: PrinterState, fault: Trouble
) -> None:
    _, address = lab(**knobs)
    with talking(address, tmp_path) as talk:
        status = talk("printer.status")
    assert (status.state, status.fault, status.paused) == (state, fault, False)


def test_jobs_tell_nothing_of_people(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(role="queue", stuck=True, jobs=3, owner="frau.mueller")
    with talking(address, tmp_path) as talk:
        jobs = talk("printer.jobs", JobsParams(limit=2))
        all_of_them = talk("printer.jobs")
    assert [(job.id, job.state) for job in jobs.jobs] == [(1, JobState.PROCESSING), (2, JobState.PENDING)]
    assert (jobs.more, all_of_them.more) == (True, False)
    assert "mueller" not in jobs.model_dump_json()


WAYS = ["Cancel-Jobs", "Purge-Jobs", "Cancel-Job"]


@pytest.mark.parametrize("way", WAYS)
def test_a_stuck_queue_is_cleared(lab: Lab, tmp_path: Path, way: str) -> None:
    better = [name.lower() for name in WAYS[: WAYS.index(way)]]
    simulator, address = lab(role="queue", stuck=True, jobs=3, without=better)
    with talking(address, tmp_path) as talk:
        assert talk("printer.clear_queue") == Cleared(cancelled=3, arrived=0, how=way)
        assert talk("printer.clear_queue") == Cleared(cancelled=0, arrived=0, how="nothing to cancel")
    assert simulator.state()["jobs"] == []
    assert simulator.counts() == ({"purge": 1} if way == "Purge-Jobs" else {"cancel": 3})


def test_only_ones_own_jobs(lab: Lab, tmp_path: Path) -> None:
    settings = {
        "role": "queue",
        "stuck": True,
        "jobs": 1,
        "without": ["cancel-jobs", "purge-jobs", "cancel-job"],
    }
    _, mine = lab(**settings, owner="pedell")
    with talking(mine, tmp_path) as talk:
        assert talk("printer.clear_queue") == Cleared(cancelled=1, arrived=0, how="Cancel-My-Jobs")
    _, other = lab(**settings, owner="teacher")
    with talking(other, tmp_path) as talk:
        waiting = talk("printer.clear_queue", timeout=2)
    assert isinstance(waiting, Waiting)
    assert waiting.why == "1 of 1 jobs still there"


def test_no_way_to_cancel(lab: Lab, tmp_path: Path) -> None:
    names = ["cancel-jobs", "purge-jobs", "cancel-job", "cancel-my-jobs"]
    _, address = lab(role="queue", stuck=True, jobs=1, without=names)
    with talking(address, tmp_path) as talk, pytest.raises(DeviceError, match="no way to cancel") as caught:
        talk("printer.clear_queue")
    assert caught.value.error_class is ErrorClass.UNSUPPORTED


def test_a_clearing_that_breaks_off_in_the_middle(tmp_path: Path) -> None:
    class SecondRefused(IppSimulator):
        cancels = 0

        def fault(self, request: str = "", *kinds: FaultKind) -> Fault | None:
            self.cancels += request == "cancel-job"
            second = request == "cancel-job" and self.cancels == 2
            return Fault(FaultKind.REFUSE) if second else super().fault(request, *kinds)

    without = ["cancel-jobs", "purge-jobs"]
    simulator = SecondRefused("q1", {"role": "queue", "stuck": True, "jobs": 3, "without": without})
    with (
        SimulatorHost() as host,
        talking(host.start(simulator), tmp_path) as talk,
        pytest.raises(DeviceError, match="1 of 3 jobs were cancelled, then: ") as caught,
    ):
        talk("printer.clear_queue")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.BUSY, Happened.YES)
    assert simulator.counts() == {"cancel": 1}


def test_each_way_is_announced_before_it_is_tried(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(role="queue", stuck=True, jobs=1)
    call = PlainCall()
    with talking(address, tmp_path) as talk:
        talk.driver.call("printer.clear_queue", call, NOTHING)
    assert call.parts == ["Cancel-Jobs"]


def test_accepted_is_not_finished(lab: Lab, tmp_path: Path) -> None:
    """A printer without paper keeps the job; what comes in meanwhile is left alone."""
    simulator, address = lab(paper=0, jobs=2, seconds_per_page=1000)
    with talking(address, tmp_path) as talk:
        waiting = talk("printer.clear_queue", timeout=2)
    assert isinstance(waiting, Waiting)
    assert waiting.delivered
    assert "paper" in waiting.why
    simulator.change(jobs=1)
    simulator.change(paper=100)
    with talking(address, tmp_path) as talk:
        assert talk.poll("printer.clear_queue", waiting.token) == Cleared(
            cancelled=2, arrived=1, how="Cancel-Job"
        )
    assert simulator.state()["jobs"] == [3]


def test_patience_ends(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(paper=0, jobs=1)
    with talking(address, tmp_path) as talk:
        waiting = talk("printer.cancel_job", JobParams(job=1), timeout=2)
        assert isinstance(waiting, Waiting)
        with pytest.raises(DeviceError, match="accepted, but not finished: 1 of 1 jobs") as caught:
            talk.poll("printer.cancel_job", {**waiting.token, "since": 0})
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.DEVICE_FAULT, Happened.YES)


def test_trouble_after_the_cancel_says_that_it_was_taken(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(paper=0, jobs=1)
    with talking(address, tmp_path) as talk:
        waiting = talk("printer.clear_queue", timeout=2)
        simulator.misbehave("vanish", on="get-jobs")
        with pytest.raises(DeviceError, match="Cancel-Job was accepted, then: ") as caught:
            talk.poll("printer.clear_queue", waiting.token)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PROTOCOL, Happened.YES)


def test_a_cancelled_run_says_that_the_cancel_was_taken(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(paper=0, jobs=1)

    class Stopped(PlainCall):
        def sleep(self, seconds: float) -> None:
            self.cancelled.set()
            super().sleep(seconds)

    with talking(address, tmp_path) as talk, pytest.raises(DeviceError) as caught:
        talk.driver.call("printer.clear_queue", Stopped(), NOTHING)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.REFUSED, Happened.YES)


def test_one_job(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=2)
    with talking(address, tmp_path) as talk:
        first = talk("printer.cancel_job", JobParams(job=2))
        second = talk("printer.cancel_job", JobParams(job=2))
        with pytest.raises(DeviceError) as caught:
            talk("printer.cancel_job", JobParams(job=7))
    assert first == second == JobOutcome(job=2, state=JobState.CANCELLED)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)
    assert simulator.counts() == {"cancel": 1}


def test_switches(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(role="queue")
    with talking(address, tmp_path) as talk:
        seen = [
            (talk(f"printer.{word}").paused, talk("printer.status").accepting)
            for word in ("pause", "reject_jobs", "resume", "accept_jobs")
        ]
    assert seen == [(True, True), (True, False), (False, False), (False, True)]
    assert simulator.counts() == {"pause": 1, "reject": 1, "resume": 1, "accept": 1}


def test_the_switches_of_cups_as_a_second_way(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(role="queue", without=["enable-printer", "disable-printer"])
    with talking(address, tmp_path) as talk:
        assert talk("printer.reject_jobs").accepting is False
        assert talk("printer.accept_jobs").accepting is True


@pytest.mark.thorough
def test_a_switch_that_does_not_move(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(role="queue", numb=True)
    with talking(address, tmp_path) as talk, pytest.raises(DeviceError, match="was accepted, then") as caught:
        talk("printer.pause")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.DEVICE_FAULT, Happened.YES)
    assert simulator.counts() == {}


def test_identify(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab()
    with talking(address, tmp_path) as talk:
        talk("printer.identify")
        talk("printer.identify", IdentifyParams(how="sound"))
        with pytest.raises(DeviceError, match="can only display, sound, not flash"):
            talk("printer.identify", IdentifyParams(how="flash"))
    assert [effect.detail for effect in simulator.effects] == ["flash", "sound"]
    _, queue = lab(role="queue")
    with (
        talking(queue, tmp_path) as talk,
        pytest.raises(DeviceError, match="does not offer Identify-Printer"),
    ):
        talk("printer.identify")


@pytest.mark.parametrize("formats", [("application/pdf",), ("text/plain", "image/urf")])
def test_the_test_page_is_found_again_by_its_token(
    lab: Lab, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    simulator, address = lab(formats=formats)
    call = PlainCall(token="01J7")
    with talking(address, tmp_path) as talk:
        assert talk.driver.probe("printer.test_page", call, NOTHING, {"token": "01J7"}) is Happened.UNKNOWN
        outcome = talk.driver.call("printer.test_page", call, NOTHING)
        assert talk.driver.probe("printer.test_page", call, NOTHING, {"token": "01J7"}) is Happened.YES
        assert talk.driver.probe("printer.pause", call, NOTHING, {"token": "01J7"}) is Happened.UNKNOWN
    assert outcome == JobOutcome(job=1, state=JobState.COMPLETED)
    assert simulator.counts() == {"print": 1}


def test_a_printer_that_takes_neither_pdf_nor_text(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(formats=("image/urf",))
    with talking(address, tmp_path) as talk, pytest.raises(DeviceError, match="only image/urf") as caught:
        talk("printer.test_page")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNSUPPORTED, Happened.NO)
    assert simulator.counts() == {}


def test_a_queue_that_takes_no_jobs(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(role="queue", accepting=False)
    with talking(address, tmp_path) as talk, pytest.raises(DeviceError, match="takes no jobs") as caught:
        talk("printer.test_page")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)


@pytest.mark.parametrize("manners", [True, "blunt"])
def test_an_old_printer_is_spoken_to_in_1_1(lab: Lab, tmp_path: Path, manners: object) -> None:
    _, address = lab(only_1_1=manners, jobs=1, paper=0)
    with talking(address, tmp_path) as talk:
        assert talk("printer.status").queued_jobs == 1


def test_login(lab: Lab, tmp_path: Path) -> None:
    simulator, address = lab(
        role="queue", stuck=True, jobs=1, user="admin", password="streng-geheim", login="all"
    )
    with pytest.raises(DeviceError) as caught, talking(address, tmp_path):
        pass
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.AUTH, Happened.NO)
    with talking(address, tmp_path, "streng-geheim", **login("admin")) as talk:
        assert talk("printer.clear_queue").cancelled == 1
        transcript = repr(talk.env.transcript)
    assert "streng-geheim" not in transcript
    assert base64.b64encode(b"admin:streng-geheim").decode() not in transcript
    assert simulator.counts() == {"cancel": 1}


def test_a_password_does_not_travel_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="unencrypted") as caught, talking(
        "ipp://192.0.2.1/ipp/print", tmp_path, "x", **login("admin")
    ):  # fmt: skip
        pass
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.PRECONDITION, Happened.NO)


@pytest.mark.parametrize(
    "options", [{"user": "admin", "password": "Klartext77"}, {"user": "admin"}, {"colour": 1}]
)
def test_options_are_checked_and_not_repeated(tmp_path: Path, options: dict[str, object]) -> None:
    target = Target("01J", "p", "printer", "ipp", "ipp://127.0.0.1", options=options)
    with pytest.raises(ValidationError) as caught:
        IppDriver(target, PlainEnv(tmp_path))
    assert "Klartext77" not in str(caught.value)


def test_hostile_texts_are_one_printable_line(lab: Lab, tmp_path: Path) -> None:
    _, address = lab(location="B204\x1b[2J\r\n" + "x" * 2000, model="Evil\x00 Printer")
    with talking(address, tmp_path) as talk:
        info = talk("printer.device_info")
    assert info.model == "Evil Printer"
    assert info.location.startswith("B204 [2J xxx")
    assert len(info.location) <= 300


def test_nothing_listens(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught, talking("ipp://127.0.0.1:9/ipp/print", tmp_path):
        pass
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNREACHABLE, Happened.NO)


def test_a_wrong_path(lab: Lab, tmp_path: Path) -> None:
    _, address = lab()
    with (
        pytest.raises(DeviceError, match="HTTP 404"),
        talking(address.replace("/ipp/print", "/nowhere"), tmp_path),
    ):
        pass


def test_a_closed_line_says_so(lab: Lab, tmp_path: Path) -> None:
    _, address = lab()
    with talking(address, tmp_path) as talk:
        talk.driver.close()
        with pytest.raises(DeviceError, match="no open line"):
            talk("printer.status")
        with pytest.raises(DeviceError, match="cannot ask about"):
            talk.poll("printer.pause", {})


def test_an_encrypted_line_with_a_pinned_certificate(lab: Lab, tmp_path: Path) -> None:
    made = certificate(tmp_path)
    _, address = lab(
        certificate=str(made.pem), key=str(made.key), user="admin", password="geheim", login="all"
    )
    assert address.startswith("ipps://")
    with talking(address, tmp_path, "geheim", fingerprint=made.fingerprint, **login("admin")) as talk:
        assert talk("printer.status").state is PrinterState.IDLE
    with pytest.raises(DeviceError, match="not trusted"), talking(address, tmp_path):
        pass
