"""The shipped playbook, run by the real engine against simulated printers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from pedell.drivers.api import Deadline
from pedell.model.actor import Actor, VerifiedBy
from pedell.service.door import Service
from pedell.service.runs import RunRequest
from pedell.settings import load
from pedell.store.database import new_id
from pedell.store.tables.inventory import device, site
from tests.printers.conftest import Lab
from tests.printers.servers import wait_for

TESTER = Actor("person", "os:1", VerifiedBy.OS, name="tester", uid=1)


class Night:
    """An inventory with one printer, and an engine."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def printer(self, address: str, kind: str, **options: Any) -> None:
        with self.service.around.store.writing() as connection:
            made = connection.execute(insert(site).values(id=new_id(), slug="school", name="School"))
            connection.execute(
                insert(device).values(
                    id=new_id(),
                    name="B204",
                    kind=kind,
                    site=made.inserted_primary_key[0],
                    driver="ipp",
                    address=address,
                    options=json.dumps(options),
                )
            )

    def clear(self, **inputs: Any) -> Any:
        """Run the playbook to its end; gives the one task."""
        request = RunRequest("clear-printer-queue", "name=B204", "new", TESTER, inputs=inputs)
        number = self.service.runs.submit(request).no
        host = self.service.runs.host()
        assert host.start(everything=False)
        try:
            host.adopt(number)
            wait_for("the end of the run", lambda: self.service.runs.progress(number).done, 120)
        finally:
            assert host.stop(Deadline.after(60))
        return self.service.runs.show(number, limit=10).tasks[0]


@pytest.fixture
def night(data: Path) -> Iterator[Night]:
    service = Service(load({"PEDELL_DATA": str(data), "PEDELL_THREADS": "4"}))
    yield Night(service)
    service.around.close()


def test_a_stuck_queue(lab: Lab, night: Night) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=3)
    night.printer(address, "print_queue")
    task = night.clear()
    assert task.state == "done", task.why
    assert simulator.counts() == {"cancel": 3}
    proof = task.proofs[0]
    assert (proof["before"]["queued_jobs"], proof["after"]["queued_jobs"]) == (3, 0)
    assert task.says[0]["de"] == "Die Druckwarteschlange ist leer (3 Aufträge waren da) und druckt wieder."
    assert task.visits == []


def test_a_paused_queue_prints_again(lab: Lab, night: Night) -> None:
    simulator, address = lab(role="queue", paused=True, accepting=False, jobs=1)
    night.printer(address, "print_queue")
    task = night.clear(accept=True)
    assert task.state == "done", task.why
    assert simulator.counts() == {"cancel": 1, "resume": 1, "accept": 1}
    assert simulator.state()["paused"] is False


def test_a_queue_that_is_well_is_left_alone(lab: Lab, night: Night) -> None:
    simulator, address = lab(role="queue", accepting=False)
    night.printer(address, "print_queue")
    task = night.clear()
    assert task.state == "done", task.why
    assert simulator.counts() == {}


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"paper": 0}, "Papier nachlegen"),
        ({"jam": True}, "Papierstau"),
        ({"door_open": True}, "Klappe"),
        ({"toner": 0}, "Toner"),
    ],
)
def test_a_printer_that_needs_a_hand(lab: Lab, night: Night, knobs: dict[str, Any], words: str) -> None:
    simulator, address = lab(jobs=1, **knobs)
    night.printer(address, "printer", patience=1)
    task = night.clear()
    assert task.state == "failed"
    assert [words in visit["de"] for visit in task.visits] == [True], task
    assert task.visits[0]["de"].startswith("B204: ")
    assert "accepted, but not finished" in task.why
    assert simulator.counts() == {"cancel": 1}


def test_a_queue_whose_printer_has_no_paper(lab: Lab, night: Night) -> None:
    """The queue is cleared, and still the ticket is not solved: nothing would come out."""
    simulator, address = lab(role="queue", paper=0, toner=0, jobs=1)
    night.printer(address, "print_queue")
    task = night.clear()
    assert task.state == "failed"
    assert simulator.state()["jobs"] == []
    assert "The queue is empty, but the printer needs a hand: toner" in task.why
    assert ["Toner" in visit["de"] for visit in task.visits] == [True]


def test_without_a_login_the_truth_is_told(lab: Lab, night: Night) -> None:
    simulator, address = lab(role="queue", stuck=True, jobs=1, user="admin", password="x")
    night.printer(address, "print_queue")
    task = night.clear()
    assert task.state == "failed"
    assert "401" in task.why
    assert task.visits == []
    assert simulator.counts() == {}
