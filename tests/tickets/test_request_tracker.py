"""The adapter: against the simulator with its traps and faults, and against the real Request Tracker 5."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

import pytest

from pedell.errors import TicketError, TicketGoneError, TicketUnreachableError
from pedell.lab.simulator import FaultKind
from pedell.service.door import Service
from pedell.settings import load
from pedell.testing.simhost import SimulatorHost
from pedell.tickets import outbox
from pedell.tickets.adapter import TicketState
from pedell.tickets.model import OutboxState
from pedell_tickets.request_tracker import client
from pedell_tickets.request_tracker.adapter import RequestTracker
from pedell_tickets.request_tracker.options import RequestTrackerOptions
from pedell_tickets.request_tracker.simulator import RequestTrackerSimulator
from tests.ports import free
from tests.serving import serving
from tests.tickets import rt_server

T = TypeVar("T")


class Secrets:
    def __init__(self, token: str, hook: str = rt_server.SECRET) -> None:
        self.values = {"secret://env/TOKEN": token, "secret://env/HOOK": hook}

    def secret(self, reference: str) -> str:
        return self.values[reference]


def adapter(url: str, token: str, **changes: object) -> RequestTracker:
    options = RequestTrackerOptions(
        url=url, token="secret://env/TOKEN", user=rt_server.BOT, webhook_secret="secret://env/HOOK"
    ).model_copy(update=changes)
    return RequestTracker("rt", options, Secrets(token))


# What both must do alike


def life(rt: RequestTracker) -> str:
    """A ticket's life; returns its key."""
    title = "Kein Bild in 'B204' \\ Süd €"
    made = rt.create(title, "Hilfe,\nder Beamer!", marker="new-1")
    assert rt.create(title, "Hilfe,\nder Beamer!", marker="new-1").key == made.key
    assert rt.create(title, "Hilfe,\nder Beamer!", marker="new-2").key != made.key
    read = rt.get(made.key)
    assert (read.title, read.state) == (title, TicketState.NEW)
    assert read.body.startswith("Hilfe,\nder Beamer!")
    first = rt.note(made.key, "Vorher: aus\nNachher: an äöü €", marker="run-1")
    assert rt.note(made.key, "Vorher: aus", marker="run-1") == first
    assert rt.note(made.key, "noch eine", marker="run-2") != first
    for state in (TicketState.OPEN, TicketState.SOLVED, TicketState.SOLVED):
        rt.set_state(made.key, state)
        assert rt.get(made.key).state is state
    assert made.key in [ticket.key for ticket in rt.search("Kein Bild", limit=2)]
    assert rt.search("gibt es nicht") == []
    assert rt.check()["version"].startswith("5")
    return made.key


def refusals(rt: RequestTracker, key: str, weak: RequestTracker) -> None:
    """Each no is told as what it is."""
    for call in (
        lambda: rt.get("99999"),
        lambda: rt.note("99999", "x", marker="m"),
        lambda: rt.set_state("99999", TicketState.OPEN),
    ):
        with pytest.raises(TicketGoneError):
            call()
    with pytest.raises(TicketError, match="no ticket number"):
        rt.get("../user/1")
    before = rt.get(key).state
    with pytest.raises(TicketError, match="Permission Denied") as refused:
        weak.set_state(key, TicketState.OPEN)
    assert not isinstance(refused.value, TicketUnreachableError)
    assert rt.get(key).state is before
    bad = adapter(rt._options.url, "1-1-wrong")
    with pytest.raises(TicketError, match="Unauthorized") as refused:
        bad.check()
    assert "1-1-wrong" not in str(refused.value)
    with pytest.raises(TicketError, match="403"):
        adapter(rt._options.url, rt.secrets.secret("secret://env/TOKEN"), queue="Nope").create(
            "x", "y", marker="z"
        )
    with pytest.raises(TicketError, match="valid status"):
        adapter(
            rt._options.url, rt.secrets.secret("secret://env/TOKEN"),
            states=rt._options.states | {TicketState.PENDING: "nonsense"},
        ).set_state(key, TicketState.PENDING)  # fmt: skip


# Simulator


@pytest.fixture
def simulator() -> RequestTrackerSimulator:
    return RequestTrackerSimulator("rt", {"token": "1-27-lab"})


@pytest.fixture
def simulated(host: SimulatorHost, simulator: RequestTrackerSimulator) -> RequestTracker:
    return adapter(host.start(simulator), "1-27-lab")


def test_life_on_the_simulator(
    simulated: RequestTracker, simulator: RequestTrackerSimulator, host: SimulatorHost
) -> None:
    key = life(simulated)
    assert simulator.counts()["comment"] == 2
    weak = RequestTrackerSimulator(
        "weak", {"token": "1-27-lab", "rights": ["CommentOnTicket", "CreateTicket"]}
    )
    url = host.start(weak)
    while len(weak.tracker.tickets) < int(key):
        weak.tracker.open("x", "y", "teacher")
    refusals(simulated, key, adapter(url, "1-27-lab"))


def test_many_notes_and_pages(simulated: RequestTracker, simulator: RequestTrackerSimulator) -> None:
    ticket = simulator.tracker.open("Kein Bild", "x", "teacher")
    for number in range(150):
        simulator.tracker.add(ticket, "Correspond", "teacher", f"{number}")
    first = simulated.note("1", "proof", marker="m")
    for number in range(150):
        simulator.tracker.add(ticket, "Correspond", "teacher", f"{number}")
    assert simulated.note("1", "proof", marker="m") == first


def test_somebody_else_with_our_marker(simulated: RequestTracker, simulator: RequestTrackerSimulator) -> None:
    ticket = simulator.tracker.open("Kein Bild", "x", "teacher")
    simulator.tracker.add(ticket, "Comment", "teacher", "[pedell:m] ätsch")
    simulated.note("1", "proof", marker="m")
    assert simulator.state()["1"]["notes"][-1].startswith("proof")


def test_status_that_changes_under_us(simulated: RequestTracker, simulator: RequestTrackerSimulator) -> None:
    ticket = simulator.tracker.open("Kein Bild", "x", "teacher")
    answer = simulator.tracker.answer
    meddling = [True]

    def meddle(method: str, target: str, headers, body, user):
        if method == "PUT" and meddling[0]:
            meddling[:] = meddling[1:] or [False]
            simulator.tracker.add(ticket, "Correspond", "teacher", "too")
        return answer(method, target, headers, body, user)

    simulator.tracker.answer = meddle  # type: ignore[method-assign]
    simulated.set_state("1", TicketState.SOLVED)
    assert ticket.status == "resolved"
    meddling[:] = [True, True]
    with pytest.raises(TicketUnreachableError, match="faster"):
        simulated.set_state("1", TicketState.OPEN)


WELL = {FaultKind.SLOW}
LATER = {
    FaultKind.SILENT,
    FaultKind.DEAF,
    FaultKind.REFUSE,
    FaultKind.GARBLE,
    FaultKind.CUT,
    FaultKind.VANISH,
    FaultKind.CLOSED,
}


@pytest.mark.parametrize("fault", list(FaultKind))
@pytest.mark.parametrize("what", ["comment", "set", "read", "create"])
def test_faults_are_told_truly_and_nothing_doubles(
    monkeypatch: pytest.MonkeyPatch,
    simulated: RequestTracker,
    simulator: RequestTrackerSimulator,
    fault: FaultKind,
    what: str,
) -> None:
    monkeypatch.setattr(client, "CALL", 0.7)
    simulator.tracker.open("Kein Bild", "x", "teacher")
    calls = {
        "comment": lambda: simulated.note("1", "proof", marker="m"),
        "set": lambda: simulated.set_state("1", TicketState.SOLVED),
        "read": lambda: simulated.get("1"),
        "create": lambda: simulated.create("Neu", "x", marker="c"),
    }
    simulator.misbehave(fault, on="" if fault is FaultKind.CLOSED else what, seconds=0.1)
    if fault in WELL:
        calls[what]()
    else:
        with pytest.raises(TicketUnreachableError if fault in LATER else TicketError):
            calls[what]()
    simulator.well()
    calls[what]()
    assert simulator.counts()["comment"] == (what == "comment")
    assert simulator.counts()["create"] == 1 + (what == "create")
    assert simulator.counts()["status"] == (what == "set")


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        rt = adapter(f"http://127.0.0.1:{taken.getsockname()[1]}", "1-27-lab")
        with pytest.raises(TicketUnreachableError):
            rt.get("1")
    with pytest.raises(TicketError, match="unencrypted"):
        adapter("http://rt.example.org", "1-27-lab").get("1")


# Webhooks


class Ear:
    """Takes webhooks and keeps them."""

    def __init__(self) -> None:
        heard: list[tuple[dict[str, str], bytes]] = []

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *about: object) -> None:
                pass

        self.heard = heard
        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/rt"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


def wait_for(ear: Ear, count: int) -> None:
    tries = threading.Event()
    for _ in range(1200):
        if len(ear.heard) >= count:
            return
        tries.wait(0.05)
    raise AssertionError(f"{len(ear.heard)} of {count} webhooks arrived")


def test_webhook_of_the_simulator(host: SimulatorHost, ear: Ear) -> None:
    simulator = RequestTrackerSimulator(
        "rt", {"token": "1-27-lab", "webhook_url": ear.url, "webhook_secret": rt_server.SECRET}
    )
    rt = adapter(host.start(simulator), "1-27-lab")

    async def somebody() -> None:
        simulator.change(open={"subject": "Kein Bild", "content": "Hilfe"})

    host.run(somebody())
    rt.note("1", "proof", marker="m")
    wait_for(ear, 2)
    events = [rt.webhook(*each) for each in ear.heard]
    assert [(event.kind, event.own) for event in events if event] == [("created", False), ("noted", True)]


# The real one


def scrip() -> str:
    """The scrip as docs/request-tracker.md gives it to administrators."""
    text = (Path(__file__).parents[2] / "docs/request-tracker.md").read_text("utf-8")
    found = re.search(r"```perl\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.thorough
@pytest.mark.peer("request-tracker")
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("request-tracker")
def test_the_real_request_tracker() -> None:
    with rt_server.running() as server:
        rt = adapter(server.url, server.tokens[rt_server.BOT])
        refusals(rt, life(rt), adapter(server.url, server.tokens["reader"]))


@pytest.mark.thorough
@pytest.mark.peer("request-tracker")
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("request-tracker")
def test_all_the_way_with_the_real_one(data: Path) -> None:
    """A teacher's ticket in RT: scrip, `pedell serve`, proposal; then note and state, back in RT."""
    port = free()
    secrets = data / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in (("rt-token", "not yet"), ("rt-hook", rt_server.SECRET)):
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o600)
    options = {
        "url": f"http://127.0.0.1:{port}", "token": "secret://file/rt-token", "user": rt_server.BOT,
        "webhook_secret": "secret://file/rt-hook",
    }  # fmt: skip
    config = "".join(f'{name} = "{value}"\n' for name, value in options.items())
    (data / "pedell.toml").write_text(
        f'[web]\nport = 0\n[tickets.rt]\nadapter = "request-tracker"\n[tickets.rt.options]\n{config}'
    )
    with serving(data) as (process, url), rt_server.running(scrip(), f"{url}/hooks/rt", port) as server:
        (secrets / "rt-token").write_text(server.tokens[rt_server.BOT])
        key = open_ticket(server, "Kein Bild in Raum B204")
        with Service(load()) as service:
            ticket = until(lambda: next(iter(service.tickets.list()), None))
            assert ticket.reference == f"rt:{key}"
            assert ticket.body == "Hilfe"
            assert ticket.considered
            assert [each["code"] for each in ticket.remarks] == ["no-place"], "an inventory without that room"
            with service.around.store.writing() as connection:
                for _ in range(2):
                    outbox.put_note(connection, ticket, "vorher: aus, nachher: an", marker="run-1")
                    outbox.put_state(connection, ticket, TicketState.SOLVED, marker="state-1")
            until(
                lambda: all(line.delivery in (None, OutboxState.SENT) for line in service.tickets.log(ticket))
            )
            rt = service.tickets.systems.get("rt")
            assert rt.get(key).state is TicketState.SOLVED
            first = rt.note(key, "x", marker="run-1")
            assert rt.note(key, "x", marker="run-1") == first, "it was there already"
            assert len(service.tickets.list()) == 1, (
                "our own note and state came back as webhooks and made nothing"
            )
        process.terminate()
        assert process.wait(60) == 0


def open_ticket(server: rt_server.RealServer, title: str) -> str:
    """A teacher opens one; returns its key."""
    body = json.dumps({"Queue": "General", "Subject": title, "Content": "Hilfe", "ContentType": "text/plain"})
    request = urllib.request.Request(
        f"{server.url}/REST/2.0/ticket", method="POST", data=body.encode(),
        headers={"Authorization": f"token {server.tokens['teacher']}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["id"])


def until(look: Callable[[], T], seconds: float = 120) -> T:
    """Ask again until there is something."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "in vain"
        pause.wait(0.2)
    return found
