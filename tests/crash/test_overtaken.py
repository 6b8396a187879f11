"""An engine that is frozen while it appends to the installation's chain, overtaken, and woken: it must be fenced."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter

import pytest
from sqlalchemy import select, update

from pedell.store.tables.control import breaker, installation_event
from pedell.store.tables.inventory import device
from pedell.store.tables.journal import task
from tests.crash.campaign import Nest, Round
from tests.crash.seam import BREAKER, CHAIN, CLOSE
from tests.databases import private_server
from tests.postgres.server import TEMPLATE

pytestmark = pytest.mark.thorough
LOOK_AND_PRESS = "  - {do: gadget.press}\n  - {do: gadget.set, with: {value: a}}\n"
BREAKERS = "[safety.breakers]\ndevices = 3\npause_minutes = 0.001\n"
CAPS = '[[safety.caps]]\ncapability = "gadget.press"\nper = "everywhere"\nlimit = 4\n'


@pytest.fixture
def pair():
    made = Nest(), Nest()
    yield made
    for nest in made:
        nest.close()


@pytest.fixture
def server(pytestconfig):
    return private_server(pytestconfig)


def begun(one: Round, nest: Nest, settings: str) -> None:
    """The settings are in the chain before anything else happens; and a run waits for its engine."""
    with (one.school.data / "pedell.toml").open("a") as file:
        file.write(settings)
    with one.school.service.around.store.writing() as connection:
        connection.execute(update(device).values(model="G1"))
    one.school.book("go", LOOK_AND_PRESS, more="strategy: {at_once: 1}\n")
    nest.start(one.plan())
    assert nest.wait().status == 0
    one.school.submit("go")


def chain(one: Round) -> list[tuple[str, dict]]:
    with one.school.service.around.store.reading() as connection:
        rows = connection.execute(select(installation_event).order_by(installation_event.c.seq)).all()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return [(row.kind, json.loads(row.body)) for row in rows]


def ended(one: Round) -> Counter[str]:
    assert not one.school.service.runs.open_runs()
    with one.school.service.around.store.reading() as connection:
        return Counter(connection.execute(select(task.c.error_class)).scalars())


def test_a_breaker_of_an_engine_that_was_overtaken_is_not_written(tmp_path, store_bytes, pair):
    """Frozen before its transaction, as if the engine's lock had been lost: nothing of the store is locked."""
    first, second = pair
    with Round(tmp_path, store_bytes, gadgets=3) as one:
        for name in one.names:
            one.world.ask("fault", name, "press", "cut", "1")
        begun(one, second, BREAKERS)
        frozen = first.start(one.plan(BREAKER, 1, signal=signal.SIGSTOP, lockless=True))
        first.passed()
        second.start(one.plan(lockless=True))
        assert second.wait().status == 0
        before = chain(one)
        os.kill(frozen, signal.SIGCONT)
        first.wait()
        assert chain(one) == before, "the one that was overtaken added something"
        with one.school.service.around.store.reading() as connection:
            assert connection.execute(select(breaker)).all() == []
        one.finish(second)
        assert one.judge(leases=False) == []


@pytest.mark.peer("postgresql")
@pytest.mark.parametrize("what", ["breaker", "cap"])
def test_frozen_in_the_middle_of_the_chain(tmp_path, server, pair, what):
    """Its line to the server is lost meanwhile, and with it the transaction and the engine's lock."""
    first, second = pair
    name = server.database(like=TEMPLATE)
    with Round(tmp_path, server.url(name), gadgets=6 if what == "cap" else 3) as one:
        if what == "breaker":
            for gadget in one.names:
                one.world.ask("fault", gadget, "press", "cut", "1")
        begun(one, second, BREAKERS if what == "breaker" else CAPS)
        # Leases hold on one machine only: these two are as if on two.
        frozen = first.start(one.plan(CHAIN, 1, signal=signal.SIGSTOP, lockless=True))
        first.passed()
        one.school.service.around.store.close()
        server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        second.start(one.plan(lockless=True))
        assert second.wait().status == 0
        before = chain(one)
        os.kill(frozen, signal.SIGCONT)
        assert first.wait().status == 0
        assert chain(one) == before, "the one that was overtaken added something"
        one.settle()
        one.finish(second)
        refused = ended(one)["safety"]
        counted = sum(body["count"] for kind, body in chain(one) if kind == "cap.refused")
        assert (refused, counted) == ((2, 2) if what == "cap" else (0, 0)), "nothing is lost or doubled"
        assert one.judge(leases=False) == []
        one.school.close()
    server.drop(name)


def test_a_run_that_another_engine_has_is_not_told_of_as_closed(tmp_path, store_bytes, pair):
    """Frozen before it closes the run; the next one goes on with what was not written yet, and tells the ticket."""
    first, second = pair
    with Round(tmp_path, store_bytes, gadgets=3) as one:
        begun(one, second, "")
        frozen = first.start(one.plan(CLOSE, 1, signal=signal.SIGSTOP, lockless=True))
        first.passed()
        second.start(one.plan(lockless=True))
        assert second.wait().status == 0
        os.kill(frozen, signal.SIGCONT)
        first.wait()
        assert not one.school.service.runs.open_runs()
        assert one.judge(leases=False) == []
