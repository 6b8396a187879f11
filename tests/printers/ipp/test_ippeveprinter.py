"""The driver against ippeveprinter: a printer that takes a cancel and does nothing while it has no paper."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pedell.drivers.api import DeviceError, ErrorClass, Happened, Waiting
from pedell_printers.contract import Cleared, IdentifyParams, Info, JobOutcome, JobState, PrinterState, Status
from pedell_printers.reasons import Fault
from tests.printers import servers
from tests.printers.talk import Talk, talking

pytestmark = [pytest.mark.peer("ippeveprinter"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def printer() -> Iterator[str]:
    with servers.ippeveprinter() as origin:
        yield origin


@pytest.fixture
def talk(printer: str, tmp_path: Path) -> Iterator[Talk]:
    """A conversation with a printer that has paper and no jobs, before and after."""
    feed(printer)
    with talking(f"{printer.replace('http', 'ipp')}/ipp/print", tmp_path) as talk:
        yield talk
        feed(printer)
        servers.wait_for("an empty queue", lambda: not talk("printer.jobs").jobs, 30)


def feed(printer: str, sheets: int = 100) -> None:
    """Fill all trays through the page that ippeveprinter offers for that; 0 empties them."""
    sizes = f"size1=iso_a4_210x297mm&level1={sheets}&size3=iso_dl_110x220mm&level3={min(sheets, 20)}"
    with urllib.request.urlopen(f"{printer}/media?{sizes}", timeout=10) as answer:
        answer.read()


def waits_for_paper(talk: Talk) -> bool:
    status = talk("printer.status")
    return status.fault is Fault.PAPER and status.queued_jobs == 1


def test_what_it_is(talk: Talk) -> None:
    info, status = talk("printer.device_info"), talk("printer.status")
    assert isinstance(info, Info)
    assert (info.name, info.model) == ("test1", "HP LaserJet Test")
    assert {"Cancel-Job", "Identify-Printer", "Print-Job"} <= set(info.operations)
    assert "Pause-Printer" not in info.operations
    assert isinstance(status, Status)
    assert (status.state, status.fault, status.queued_jobs) == (PrinterState.IDLE, Fault.NONE, 0)
    assert status.uptime is not None
    assert len(status.supplies) == 2
    assert [s.kind for s in status.supplies] == ["wasteToner", "toner"]
    assert status.supplies[0].level is None


@pytest.mark.thorough
def test_a_test_page_comes_out(talk: Talk) -> None:
    outcome = talk("printer.test_page", timeout=40)
    if isinstance(outcome, Waiting):
        token = outcome.token
        servers.wait_for(
            "the page", lambda: isinstance(talk.poll("printer.test_page", token), JobOutcome), 60
        )
        outcome = talk.poll("printer.test_page", token)
    assert outcome.state is JobState.COMPLETED


@pytest.mark.thorough
def test_a_cancel_that_is_accepted_and_does_nothing(talk: Talk, printer: str) -> None:
    feed(printer, 0)
    page = talk("printer.test_page", timeout=5)
    assert isinstance(page, Waiting)
    servers.wait_for("a job without paper", lambda: waits_for_paper(talk))
    with pytest.raises(DeviceError) as caught:
        talk("printer.test_page")
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.BUSY, Happened.NO)

    waiting = talk("printer.clear_queue", timeout=5)
    assert isinstance(waiting, Waiting)
    assert "1 of 1 jobs still there" in waiting.why
    assert "paper" in waiting.why
    assert talk("printer.jobs").jobs[0].reasons == ("processing-to-stop-point",)
    # The printer keeps the job for as long as the tray is empty; when patience is over that is a failure.
    impatient = {**waiting.token, "since": waiting.token["since"] - 121}
    with pytest.raises(DeviceError) as caught:
        talk.poll("printer.clear_queue", impatient)
    assert (caught.value.error_class, caught.value.happened) == (ErrorClass.DEVICE_FAULT, Happened.YES)
    assert "accepted, but not finished" in caught.value.message

    feed(printer)
    servers.wait_for(
        "the end of the job", lambda: isinstance(talk.poll("printer.clear_queue", waiting.token), Cleared), 30
    )
    assert talk.poll("printer.clear_queue", waiting.token) == Cleared(
        cancelled=1, arrived=0, how="Cancel-Job"
    )
    with pytest.raises(DeviceError) as caught:
        talk.poll("printer.test_page", page.token)
    assert "gave up the test page" in caught.value.message


def test_what_it_cannot_do(talk: Talk) -> None:
    for capability in ("printer.pause", "printer.resume", "printer.accept_jobs", "printer.reject_jobs"):
        with pytest.raises(DeviceError) as caught:
            talk(capability)
        assert (caught.value.error_class, caught.value.happened) == (ErrorClass.UNSUPPORTED, Happened.NO)


def test_it_makes_itself_known(talk: Talk) -> None:
    assert talk("printer.identify", IdentifyParams(how="sound")).how == "sound"
    with pytest.raises(DeviceError) as caught:
        talk("printer.identify", IdentifyParams(how="flash"))
    assert caught.value.error_class is ErrorClass.UNSUPPORTED
