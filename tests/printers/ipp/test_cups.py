"""The driver against a real cupsd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell.testing.calls import PlainCall
from pedell_printers.contract import (
    Cleared,
    JobOutcome,
    JobParams,
    Jobs,
    JobsParams,
    JobState,
    Status,
    Switches,
)
from pedell_printers.ipp import clearing
from pedell_printers.ipp.words import Operation
from tests.printers import servers
from tests.printers.talk import NOTHING, login, talking

# One server, and one account at a time: two workers would make them at the same moment.
pytestmark = [pytest.mark.peer("cups"), pytest.mark.timeout(600), pytest.mark.xdist_group("cups")]


@pytest.fixture(scope="module")
def cups() -> Iterator[servers.Cups]:
    with servers.cups() as server:
        yield server


@pytest.fixture
def document(tmp_path: Path) -> Path:
    made = tmp_path / "page.txt"
    made.write_text("Hallo\n")
    return made


@pytest.fixture
def stuck(cups: servers.Cups, document: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A queue whose printer refuses the connection, with three jobs that nobody will ever see on paper."""
    name = f"stuck-{abs(hash(request.node.name)) % 10**6}"
    # Port 9 of this machine: nobody listens.
    address = cups.add(name, "socket://127.0.0.1:9")
    for _ in range(3):
        cups.print(name, document)
    yield address
    cups.run("cancel", "-a", name)
    cups.run("lpadmin", "-x", name)


def test_a_stuck_queue_is_cleared(cups: servers.Cups, stuck: str, tmp_path: Path) -> None:
    with talking(stuck, tmp_path, cups.password, **login(cups.user)) as talk:
        before = talk("printer.status")
        jobs = talk("printer.jobs")
        cleared = talk("printer.clear_queue")
        after = talk("printer.status")
        again = talk("printer.clear_queue")
    assert isinstance(before, Status)
    assert before.queued_jobs == 3
    assert before.uptime is None, "CUPS gives the time of day as printer-up-time"
    assert isinstance(jobs, Jobs)
    assert len(jobs.jobs) == 3
    assert jobs.jobs[0].state in {JobState.PROCESSING, JobState.PENDING}
    assert cleared == Cleared(cancelled=3, arrived=0, how="Cancel-Jobs")
    assert isinstance(after, Status)
    assert after.queued_jobs == 0
    assert again == Cleared(cancelled=0, arrived=0, how="nothing to cancel")


def test_without_a_login_nothing_is_cleared(cups: servers.Cups, stuck: str, tmp_path: Path) -> None:
    with talking(stuck, tmp_path) as talk:
        with pytest.raises(DeviceError) as caught:
            talk("printer.clear_queue")
        assert len(talk("printer.jobs").jobs) == 3
    assert caught.value.error_class is ErrorClass.AUTH
    assert caught.value.happened is Happened.NO


@pytest.mark.thorough
def test_a_wrong_password_is_tried_once(cups: servers.Cups, stuck: str, tmp_path: Path) -> None:
    with talking(stuck, tmp_path, "wrong", **login(cups.user)) as talk:
        with pytest.raises(DeviceError) as caught:
            talk("printer.pause")
        refusals = sum("HTTP 401" in str(data) for _, data in talk.env.transcript)
        assert "wrong" not in str(talk.env.transcript)
    assert caught.value.error_class is ErrorClass.AUTH
    assert refusals == 1


def test_the_two_switches(cups: servers.Cups, stuck: str, tmp_path: Path) -> None:
    with talking(stuck, tmp_path, cups.password, **login(cups.user)) as talk:
        paused, rejecting = talk("printer.pause"), talk("printer.reject_jobs")
        accepting, resumed = talk("printer.accept_jobs"), talk("printer.resume")
    for answer in (paused, rejecting, accepting, resumed):
        assert isinstance(answer, Switches)
    assert (paused.paused, paused.accepting) == (True, True)
    assert (rejecting.paused, rejecting.accepting) == (True, False)
    assert (accepting.paused, accepting.accepting) == (True, True)
    assert (resumed.paused, resumed.accepting) == (False, True)


def test_one_job_is_cancelled_and_the_others_stay(cups: servers.Cups, stuck: str, tmp_path: Path) -> None:
    with talking(stuck, tmp_path, cups.password, **login(cups.user)) as talk:
        jobs = [job.id for job in talk("printer.jobs").jobs]
        outcome = talk("printer.cancel_job", JobParams(job=jobs[1]))
        left = [job.id for job in talk("printer.jobs", JobsParams(limit=2)).jobs]
        with pytest.raises(DeviceError) as caught:
            talk("printer.cancel_job", JobParams(job=999_999))
    assert outcome == JobOutcome(job=jobs[1], state=JobState.CANCELLED)
    assert left == [jobs[0], jobs[2]]
    assert caught.value.error_class is ErrorClass.PRECONDITION


@pytest.mark.parametrize("way", [Operation.PURGE_JOBS, Operation.CANCEL_JOB])
def test_the_other_ways_to_clear(cups: servers.Cups, stuck: str, tmp_path: Path, way: Operation) -> None:
    with talking(stuck, tmp_path, cups.password, **login(cups.user)) as talk:
        cleared = clearing.clear(talk.driver._printer, frozenset({way}), PlainCall(), 60)
        assert talk("printer.jobs").jobs == ()
    assert cleared == Cleared(cancelled=3, arrived=0, how=way.title)


def test_a_test_page_comes_out(cups: servers.Cups, tmp_path: Path) -> None:
    address = cups.add("paper", "file:/dev/null")
    with talking(address, tmp_path, cups.password, **login(cups.user)) as talk:
        outcome = talk("printer.test_page", timeout=30)
        call = PlainCall()
        sent = talk.driver.probe("printer.test_page", call, NOTHING, {"token": call.token})
        other = talk.driver.probe("printer.test_page", call, NOTHING, {"token": "other"})
    assert (sent, other) == (Happened.YES, Happened.UNKNOWN)
    if isinstance(outcome, Waiting):
        with talking(address, tmp_path, cups.password, **login(cups.user)) as talk:
            outcome = talk.poll("printer.test_page", outcome.token)
    assert isinstance(outcome, JobOutcome)
    assert outcome.state is JobState.COMPLETED


def test_a_queue_that_does_not_exist(cups: servers.Cups, tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught, talking(cups.queue("nobody"), tmp_path):
        pass
    assert caught.value.error_class is ErrorClass.PRECONDITION


def test_a_queue_that_its_error_policy_stopped_is_resumed(
    cups: servers.Cups, document: Path, tmp_path: Path
) -> None:
    address = cups.add("broken", "ipp://127.0.0.1:9/ipp/print", "-o", "printer-error-policy=stop-printer")
    cups.run("cupsdisable", "broken")
    cups.print("broken", document)
    with talking(address, tmp_path, cups.password, **login(cups.user)) as talk:
        before = talk("printer.status")
        talk("printer.clear_queue")
        after = talk("printer.resume")
    assert (before.state.value, before.paused, before.queued_jobs) == ("stopped", True, 1)
    assert (after.state.value, after.paused) == ("idle", False)
