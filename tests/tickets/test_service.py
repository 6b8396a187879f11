"""Tickets at the service's door and on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path

import pytest
from sqlalchemy import insert

from pedell.cli.main import run
from pedell.drivers.deadline import Deadline
from pedell.errors import ConfigError, NotFoundError, RefusedError, TicketUnreachableError, UsageError
from pedell.inventory.rooms import room_key
from pedell.service.door import Service
from pedell.service.tickets import LogKind
from pedell.settings import Settings, TicketSystemSettings
from pedell.store.database import new_id
from pedell.store.tables import inventory as tables
from pedell.store.tables.ticketing import outbox as outbox_table
from pedell.testing.simhost import SimulatorHost
from pedell.tickets import outbox
from pedell.tickets.adapter import TicketState
from pedell.tickets.model import OutboxState, Proposal, ProposalState
from pedell_tickets.request_tracker.simulator import RequestTrackerSimulator

RULES = """
pedell_rules: 1
rules:
  - {id: look, title: {en: Look, de: Schauen}, symptoms: [alles komisch], playbook: look-only, auto: true}
"""
PLAYBOOK = """
pedell: 1
id: look-only
title: {en: Look, de: Schauen}
description: {en: Only reads., de: Liest nur.}
targets: {kind: [projector]}
steps:
  - do: display.status
    save_as: after
"""


@pytest.fixture
def simulator() -> RequestTrackerSimulator:
    return RequestTrackerSimulator("rt", {"token": "1-27-lab"})


@pytest.fixture
def settings(data: Path, host: SimulatorHost, simulator: RequestTrackerSimulator) -> Settings:
    secrets = data / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "rt").write_text("1-27-lab")
    (secrets / "rt").chmod(0o600)
    (data / "rules.yaml").write_text(RULES)
    (data / "playbooks").mkdir()
    (data / "playbooks" / "look-only.yaml").write_text(PLAYBOOK)
    options = {"url": host.start(simulator), "token": "secret://file/rt", "user": "pedell-bot"}
    return Settings(
        data=data, rules=[data / "rules.yaml"], playbooks=[data / "playbooks"],
        tickets={"rt": TicketSystemSettings(adapter="request-tracker", options=options)},
    )  # fmt: skip


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with Service(settings) as made:
        with made.around.store.writing() as connection:
            site = connection.execute(
                insert(tables.site)
                .values(id=new_id(), slug="bb", name="Bert-Brecht")
                .returning(tables.site.c.no)
            ).scalar_one()
            room = connection.execute(
                insert(tables.room)
                .values(id=new_id(), site=site, name="B204", key=room_key("B204"))
                .returning(tables.room.c.no)
            ).scalar_one()
            connection.execute(
                insert(tables.device).values(
                    id=new_id(), name="bm-b204", kind="projector", site=site, room=room, driver="pjlink"
                )
            )
        yield made


def test_a_ticket_gets_its_proposal(service: Service) -> None:
    ticket = service.tickets.new("Kein Bild in Raum B204")
    found = service.tickets.proposals(ticket=ticket.no)
    assert [(each.playbook, each.selector) for each in found] == [
        ("no-picture", "site=bb room=B204 kind=projector")
    ]
    assert not found[0].auto
    assert service.tickets.proposal(found[0].no) == found[0]
    service.tickets.drop(found[0].no)
    assert service.tickets.proposals() == []
    assert service.tickets.proposals(state=ProposalState.DROPPED)
    with pytest.raises(UsageError):
        service.tickets.new("  \n")


def test_what_merely_reads_runs_by_itself(service: Service) -> None:
    ticket = service.tickets.new("In B204 ist alles komisch")
    started: list[Proposal] = []

    def refuse(proposal: Proposal) -> int:
        raise RefusedError("not during exams")

    assert service.tickets.proposals(ticket=ticket.no)[0].auto
    assert service.tickets.run_automatic(refuse) == 0
    left = service.tickets.proposals(ticket=ticket.no)[0]
    assert (left.state, left.auto) == (ProposalState.OPEN, False)
    assert left.reasons[-1]["code"] == "auto-failed"
    assert service.tickets.run_automatic(lambda proposal: started.append(proposal) or 0) == 0
    assert started == []


def test_wrong_rules_do_not_keep_tickets_out(service: Service, settings: Settings) -> None:
    (settings.data / "rules.yaml").write_text("pedell_rules: 1\nrules: 7\n")
    ticket = service.tickets.new("Kein Bild in Raum B204")
    assert [each["code"] for each in ticket.remarks] == ["no-rules"]
    with pytest.raises(ConfigError):
        service.tickets.check_settings()


def test_a_ticket_of_another_system(
    service: Service, simulator: RequestTrackerSimulator, host: SimulatorHost
) -> None:
    simulator.tracker.open("Kein Bild in Raum B204", "Hilfe!", "teacher", "teacher")
    ticket = service.tickets.ensure("rt:1")
    assert (ticket.title, ticket.body, ticket.requester) == ("Kein Bild in Raum B204", "Hilfe!", "teacher")
    assert service.tickets.ensure(str(ticket.no)) == ticket
    with pytest.raises(NotFoundError):
        service.tickets.ensure("zammad:1")
    with service.around.store.writing() as connection:
        outbox.put_note(connection, ticket, "vorher: aus, nachher: an", marker="run-1")
        outbox.put_state(connection, ticket, TicketState.SOLVED, marker="state-1")
    simulator.misbehave("refuse")
    assert service.tickets.outbox.drain(10, Deadline.after(60)).later == 1
    lines = service.tickets.log(ticket)
    assert [line.kind for line in lines] == [LogKind.OPENED, LogKind.NOTE, LogKind.STATE]
    assert lines[1].delivery is OutboxState.DUE
    assert "503" in lines[1].error
    assert [each.no for each in service.tickets.list(undelivered=True)] == [ticket.no]
    assert service.tickets.ensure("rt:1").no == ticket.no, "a shadow will do while RT is away"
    with pytest.raises(TicketUnreachableError):
        service.tickets.ensure("rt:2")
    simulator.well()
    with service.around.store.writing() as connection:
        connection.execute(outbox_table.update().values(next_at=0))
    assert service.tickets.outbox.drain(10, Deadline.after(60)).sent == 2
    shown = simulator.state()["1"]
    assert shown["status"] == "resolved"
    assert [note.splitlines()[0] for note in shown["notes"]] == ["vorher: aus, nachher: an"]
    assert service.tickets.ensure(str(ticket.no)).state is TicketState.SOLVED


def test_opened_over_there(service: Service, simulator: RequestTrackerSimulator) -> None:
    ticket = service.tickets.new("Kein Bild in Raum B204", "Hilfe", system="rt")
    assert ticket.reference == "rt:1"
    assert ticket.body == "Hilfe"
    assert service.tickets.proposals(ticket=ticket.no)
    assert simulator.counts()["create"] == 1


def cli(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = copy_context().run(run, list(words))  # a command may set the language
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out + said.err


def test_commands(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(capsys, "init")[0] == 0
    code, said = cli(capsys, "tickets", "new", "Kein Bild in Raum B204", "--room", "B204")
    assert code == 0
    assert "ticket 1" in said
    assert "room B204 is not in the inventory" in said
    assert cli(capsys, "tickets", "note", "1", "Kabel\x1b[2J bestellt")[0] == 0
    code, said = cli(capsys, "tickets", "log", "1")
    assert code == 0
    assert "Kabel" in said
    assert "\x1b" not in said
    code, said = cli(capsys, "tickets", "show", "#1", "--json")
    shown = json.loads(said)
    assert shown["ticket"]["hints"] == {"room": "B204"}
    assert {"id", "no", "reference", "remarks", "state", "title"} <= set(shown["ticket"])
    code, said = cli(capsys, "tickets", "list", "Bild", "--state", "new", "--json")
    assert [each["no"] for each in json.loads(said)["tickets"]] == [1]
    assert json.loads(cli(capsys, "tickets", "proposals", "--json")[1]) == {"proposals": []}
    assert [each["kind"] for each in json.loads(cli(capsys, "tickets", "log", "1", "--json")[1])["log"]] == [
        "opened", "considered", "note",
    ]  # fmt: skip
    for words, code in (
        (("tickets", "show", "2"), 2), (("tickets", "show", "rt:2"), 2), (("tickets", "show", "?"), 2), (("tickets", "new", " "), 2),
        (("tickets", "note", "1", " "), 2), (("tickets", "proposals", "7"), 2), (("tickets", "proposals", "--drop"), 2),
    ):  # fmt: skip
        found, said = cli(capsys, *words)
        assert (found, said.count("\n")) == (code, 1), said


def test_german(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(capsys, "init")[0] == 0
    said = cli(capsys, "tickets", "new", "Kein Bild in Raum B204", "--lang", "de")[1]
    assert "keine Vorschläge" in said
    assert "weder Raum noch Gerät" in said


def test_killed_between_the_note_and_its_answer(
    settings: Settings, service: Service, simulator: RequestTrackerSimulator
) -> None:
    """SIGKILL while RT has the note already and the answer is on its way: it is not made twice."""
    simulator.tracker.open("Kein Bild", "x", "teacher")
    options = settings.tickets["rt"].options
    config = "".join(f'{name} = "{value}"\n' for name, value in options.items())
    text = f'[tickets.rt]\nadapter = "request-tracker"\n[tickets.rt.options]\n{config}'
    (settings.data / "pedell.toml").write_text(text)
    simulator.misbehave("deaf", on="comment")
    process = subprocess.Popen(
        [sys.executable, "-m", "pedell.cli.main", "tickets", "note", "rt:1", "proof"],
        env=os.environ | {"PEDELL_DATA": str(settings.data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 90
        while simulator.counts()["comment"] < 1:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait(60)
    simulator.well()
    drained = service.tickets.outbox.drain(10, Deadline.after(60))
    assert drained.sent == 0, "the dead process holds its claim for a while"
    with service.around.store.writing() as connection:
        connection.execute(outbox_table.update().values(claimed_until=1))
    assert service.tickets.outbox.drain(10, Deadline.after(60)).sent == 1
    assert simulator.counts()["comment"] == 1
    assert len(simulator.state()["1"]["notes"]) == 1
