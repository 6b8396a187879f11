"""What a controller bears is shared by all runs, and kept by the engine, not by drivers."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import insert, update

from pedell.drivers.api import ControllerLimits, Deadline, DeviceError, ErrorClass, Happened
from pedell.drivers.pacing import paced
from pedell.engine.controllers import Controller, Controllers, Turn
from pedell.store.database import new_id
from pedell.store.tables.inventory import controller, device
from pedell.transports.http import HttpClient
from tests.engine.gadget import GadgetDriver

PRESS = "  - {do: gadget.press}\n"


def behind_a_controller(school, count, **limits):
    names = school.gadgets(count)
    with school.service.around.store.writing() as connection:
        made = connection.execute(
            insert(controller).values(
                id=new_id(), name="hub", kind="hub", address="hub", limits=json.dumps(limits)
            )
        )
        connection.execute(update(device).values(controller=made.inserted_primary_key[0]))
    return names


def pressed(world, verb="press"):
    return [float(line[0]) for line in world.lines() if line[1] == verb]


class Clock:
    """The controllers' monotonic clock, which goes only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("pedell.engine.controllers.time", made)
    return made


def test_admission_is_in_the_order_of_coming_and_at_the_rate(clock):
    hub = Controller(ControllerLimits(1, requests_per_second=10, burst=2))
    assert [hub.admit(who) for who in "ab"] == [0.0, 0.0]
    waits = [hub.admit(who) for who in "cde"]
    assert waits == pytest.approx([0.1, 0.2, 0.3])
    came = {}
    for moment in range(1, 35):
        clock.now = 1000 + moment / 100
        came |= {who: moment for who in "edc" if who not in came and hub.admit(who) == 0.0}
    assert list(came) == ["c", "d", "e"]
    assert list(came.values()) == pytest.approx([10, 20, 30], abs=1)


def test_a_calls_own_requests_keep_the_rate_exactly():
    turn = Turn(Controller(ControllerLimits(1, requests_per_second=50, burst=1)))
    started = time.monotonic()
    assert turn.admit("a") == 0.0
    for _ in range(4):
        turn.request(Deadline.after(30))
    assert time.monotonic() - started >= 3 / 50 - 0.005, "the first was paid for, three waited"


def test_a_request_whose_turn_comes_too_late_is_not_sent(clock):
    hub = Controller(ControllerLimits(1, requests_per_second=0.1, burst=1))
    turn = Turn(hub)
    turn.request(Deadline.after(1))
    with pytest.raises(DeviceError) as told:
        turn.request(Deadline.after(1))
    assert (told.value.error_class, told.value.happened) == (ErrorClass.BUSY, Happened.NO)
    assert told.value.retry_after == pytest.approx(10)


def test_who_does_not_come_loses_his_turn(clock, monkeypatch):
    monkeypatch.setattr("pedell.engine.controllers.LOST", -10.0)
    hub = Controller(ControllerLimits(1, requests_per_second=1, burst=1))
    hub.admit("first")
    assert hub.admit("gone") == pytest.approx(1)
    assert hub.admit("next") == pytest.approx(1), "nobody is before it any more"


def test_limits_that_the_inventory_changes_hold_at_once(clock):
    known = Controllers()
    assert known.get("c", None).admit("a") == 0.0
    slow = known.get("c", ControllerLimits(1, requests_per_second=0.5, burst=1))
    assert slow is known.get("c", ControllerLimits(1, requests_per_second=0.5, burst=1))
    assert [slow.admit(who) > 0 for who in "bc"] == [False, True]


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_that_would_stop_everything_is_refused(rate):
    with pytest.raises(ValueError, match="more than 0"):
        ControllerLimits(1, requests_per_second=rate)


def test_two_runs_share_the_rate(school, world):
    behind_a_controller(school, 4, connections=4, requests_per_second=4, burst=1)
    school.book("one", "  - {do: gadget.set, with: {value: a}}\n")
    school.book("two", PRESS)
    numbers = [school.submit("one", "name=g0,g1"), school.submit("two", "name=g2,g3")]
    began = time.time()
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        for number in numbers:
            host.adopt(number)
        for number in numbers:
            assert school.wait(number, until=lambda p: p.done).run.state == "done"
    finally:
        assert host.stop(Deadline.after(60))
    times = sorted(pressed(world) + pressed(world, "set"))
    # Against the beginning: the first one may have come late, and the others at their time.
    assert times[3] - began >= 3 / 4 - 0.01


def test_what_waits_for_its_controller_has_no_thread_and_is_shown(school, world):
    behind_a_controller(school, 3, connections=3, requests_per_second=0.2, burst=1)
    school.book("go", PRESS)
    number = school.submit("go")
    detail = school.work(number, until=lambda p: p.counts.get("waiting") == 2 and p.counts.get("done") == 1)
    assert {row.why for row in detail.tasks if row.state == "waiting"} == {
        "hub is asked as often as it may be, or wants to be left alone"
    }
    group = school.service.watch.waiting()[0]
    assert (group.reason, group.count) == ("controller", 2)
    assert len(pressed(world)) == 1


def test_one_retry_after_is_for_everybody(school, world, monkeypatch):
    behind_a_controller(school, 3, connections=1)
    school.book("go", PRESS)
    asked: list[float] = []
    plain = GadgetDriver.press

    def busy(self, call, params):
        asked.append(time.monotonic())
        if len(asked) == 1:
            raise DeviceError(ErrorClass.BUSY, "come later", retry_after=2.0)
        return plain(self, call, params)

    busy.__pedell_capability__ = "gadget.press"
    monkeypatch.setattr(GadgetDriver, "press", busy)
    detail = school.run("go")
    assert detail.run.counts == {"done": 3}
    assert all(at - asked[0] >= 1.99 for at in asked[1:]), "nobody came earlier"
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)}
    assert school.service.audit.verify().ok


def test_a_controller_that_never_wants_anybody_fails_the_step_in_the_end(school, monkeypatch):
    behind_a_controller(school, 1)
    school.book("go", PRESS + "  - {do: gadget.status}\n")
    calls = []

    def busy(self, call, params):
        calls.append(1)
        raise DeviceError(ErrorClass.BUSY, "come later", retry_after=0.0)

    busy.__pedell_capability__ = "gadget.press"
    monkeypatch.setattr(GadgetDriver, "press", busy)
    detail = school.run("go")
    assert (detail.tasks[0].state, detail.tasks[0].error_class) == ("failed", "busy")
    assert len(calls) == 11


def test_an_effect_that_may_have_happened_is_not_tried_again(school, world, monkeypatch):
    behind_a_controller(school, 1)
    school.book("go", "  - {do: gadget.push}\n")

    def busy(self, call, params):
        raise DeviceError(ErrorClass.BUSY, "come later", retry_after=0.1, happened=Happened.UNKNOWN)

    busy.__pedell_capability__ = "gadget.push"
    monkeypatch.setattr(GadgetDriver, "push", busy)
    assert school.run("go").run.counts == {"in_doubt": 1}


class _Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(time.monotonic())
        self.send_response(self.server.status)
        if self.server.status != 200:
            self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    made.asked, made.status = [], 200
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_the_http_transport_keeps_the_pace_and_tells_of_a_retry_after(server):
    hub = Controller(ControllerLimits(2, requests_per_second=20, burst=1))
    began = time.monotonic()
    with HttpClient(f"http://127.0.0.1:{server.server_port}") as http, paced(Turn(hub)):
        for _ in range(3):
            assert http.request("GET", "/", deadline=Deadline.after(30)).ok
        assert server.asked[2] - began >= 2 / 20 - 0.01
        server.status = 503
        assert http.request("GET", "/", deadline=Deadline.after(30)).status == 503
        with pytest.raises(DeviceError, match="left alone"):
            http.request("GET", "/", deadline=Deadline.after(30))
    assert len(server.asked) == 4
    assert 0 < hub.admit("anybody") <= 7


def test_outside_of_the_engine_nothing_waits(server):
    server.status = 429
    with HttpClient(f"http://127.0.0.1:{server.server_port}") as http:
        for _ in range(3):
            assert http.request("GET", "/", deadline=Deadline.after(30)).status == 429
