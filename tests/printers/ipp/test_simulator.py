"""The simulator, judged by a client that knows neither it nor the driver: pyipp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyipp import IPP
from pyipp.enums import IppJobState, IppOperation, IppPrinterState
from pyipp.exceptions import IPPError, IPPVersionNotSupportedError

from tests.printers.conftest import Lab


def ask(address: str, act: Callable[[IPP], Awaitable[Any]], **options: Any) -> Any:
    parts = urlsplit(address)

    async def run() -> Any:
        async with IPP(parts.hostname or "", port=parts.port or 0, base_path=parts.path, **options) as client:
            return await act(client)

    return asyncio.run(run())


def operation(code: IppOperation, **attributes: Any) -> Callable[[IPP], Awaitable[Any]]:
    message: dict[str, Any] = {"operation-attributes-tag": attributes}
    return lambda client: client.execute(code, message)


def test_the_printer_is_read(lab: Lab) -> None:
    simulator, address = lab(
        model="Kyocera ECOSYS P3145dn", serial="VCF123", location="B204", toner=42, jobs=2
    )
    printer = ask(address, lambda client: client.printer())
    assert printer.info.manufacturer == "Kyocera"
    assert printer.info.model == "ECOSYS P3145dn"
    assert printer.info.serial == "VCF123"
    assert printer.info.location == "B204"
    assert printer.state.printer_state == "printing"
    assert [(m.name, m.marker_type, m.level, m.low_level) for m in printer.markers] == [
        ("Black Toner", "toner", 42, 10)
    ]
    assert simulator.counts() == {}


def test_jobs_are_listed_and_cancelled(lab: Lab) -> None:
    simulator, address = lab(role="queue", jobs=3, stuck=True)
    jobs = ask(address, operation(IppOperation.GET_JOBS, **{"requested-attributes": ["job-id", "job-state"]}))
    assert [(job["job-id"], job["job-state"]) for job in jobs["jobs"]] == [
        (1, IppJobState.PROCESSING), (2, IppJobState.PENDING), (3, IppJobState.PENDING),
    ]  # fmt: skip
    ask(address, operation(IppOperation.CANCEL_JOB, **{"job-id": 2}))
    assert simulator.state()["jobs"] == [1, 3]
    ask(address, operation(IppOperation.CANCEL_JOBS))
    assert simulator.state()["jobs"] == []
    assert simulator.counts() == {"cancel": 3}
    with pytest.raises(IPPError) as caught:
        ask(address, operation(IppOperation.CANCEL_JOB, **{"job-id": 2}))
    assert caught.value.args[1]["status-code"] == 0x0404


@pytest.mark.filterwarnings("ignore:.*encode_basic_auth:DeprecationWarning")
def test_pause_and_login(lab: Lab) -> None:
    simulator, address = lab(role="queue", user="admin", password="geheim")
    with pytest.raises(IPPError) as caught:
        ask(address, operation(IppOperation.PAUSE_PRINTER))
    assert "401" in str(caught.value.args)
    ask(address, operation(IppOperation.PAUSE_PRINTER), username="admin", password="geheim")
    assert simulator.state()["state"] == "stopped"
    state = ask(address, lambda client: client.execute(IppOperation.GET_PRINTER_ATTRIBUTES, {}))
    assert state["printers"][0]["printer-state"] == IppPrinterState.STOPPED
    ask(address, operation(IppOperation.RESUME_PRINTER), username="admin", password="geheim")
    assert simulator.state()["paused"] is False
    assert simulator.counts() == {"pause": 1, "resume": 1}


def test_an_old_printer_wants_1_1(lab: Lab) -> None:
    _, address = lab(only_1_1=True)
    with pytest.raises(IPPVersionNotSupportedError):
        ask(address, operation(IppOperation.GET_PRINTER_ATTRIBUTES), ipp_version=(2, 0))
    answer = ask(address, operation(IppOperation.GET_PRINTER_ATTRIBUTES), ipp_version=(1, 1))
    assert answer["printers"][0]["ipp-versions-supported"] == ["1.0", "1.1"]


def test_jobs_print_and_paper_goes_down(lab: Lab) -> None:
    simulator, _ = lab(jobs=2, pages=3, paper=5, seconds_per_page=0)
    assert (simulator.state()["paper"], simulator.state()["jobs"]) == (0, [2])
    simulator.change(paper=10)
    assert (simulator.state()["paper"], simulator.state()["jobs"]) == (9, [])
    with pytest.raises(ValueError, match="no state named colour"):
        simulator.change(colour="red")
