"""The line to the server is lost in the middle of a group commit, or with the COMMIT's answer: written once, never lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.journal import writer
from pedell.journal.ops import CloseRun, Intent, Op, Outcome, PartMark
from pedell.store import postgresql
from pedell.store.tables.journal import attempt, event, ledger
from pedell.store.tables.ticketing import outbox
from tests.engine.school import School
from tests.engine.world import WorldProcess
from tests.postgres.server import PostgresServer
from tests.postgres.wire import Wire

pytestmark = [pytest.mark.peer("postgresql"), pytest.mark.thorough]
STEPS = "  - {do: gadget.press}\n  - {do: gadget.cycle}\n  - {do: gadget.push}\n"
GADGETS = 5
DONE = {(verb, f"g{n}"): times for n in range(GADGETS) for verb, times in {"press": 2, "shut": 1, "open": 1}.items()}  # fmt: skip
"""`push` presses as well."""
Kind = type[Op] | tuple[type[Op], ...]


@dataclass
class Saboteur:
    """Does something in the n-th group with such an operation, after its statements and before its COMMIT."""

    kind: Kind = Intent
    when: tuple[int, ...] = ()
    do: Callable[[Any], None] = lambda connection: None
    groups: int = 0
    done: list[int] = field(default_factory=list)

    def lay(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = writer.commit

        def commit(connection: Any, ops: Any, **more: Any) -> Any:
            answers = plain(connection, ops, **more)
            if any(isinstance(op, self.kind) for op in ops):
                self.groups += 1
                if self.groups in self.when:
                    self.done.append(self.groups)
                    self.do(connection)
            return answers

        monkeypatch.setattr(writer, "commit", commit)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldProcess]:
    made = WorldProcess(tmp_path)
    yield made
    made.close()


@pytest.fixture
def wire(server: PostgresServer) -> Iterator[Wire]:
    with Wire(server.home) as made:
        yield made


@pytest.fixture
def school(tmp_path: Path, world: WorldProcess, url: str, wire: Wire) -> Iterator[School]:
    """Its engine talks to the server over the wire that can be cut."""
    name = url.partition("@/")[2].partition("?")[0]
    place = f"postgresql://pedell@127.0.0.1:{wire.port}/{name}?sslmode=disable&gssencmode=disable"
    made = School(tmp_path / "data", world.port, place)
    made.gadgets(GADGETS)
    made.book("go", STEPS)
    yield made
    made.close()


def judge(school: School, world: WorldProcess, number: int) -> None:
    """Everything was done once, and stands in the journal once."""
    assert world.effects() == DONE
    with school.service.around.store.reading() as connection:
        attempts = connection.execute(select(attempt).where(attempt.c.run == number)).all()
        kinds = Counter(connection.execute(select(event.c.kind).where(event.c.run == number)).scalars())
        lines = connection.execute(select(ledger.c.seq)).all()
        notes = connection.execute(select(outbox.c.marker)).all()
    assert {row.state for row in attempts} == {"done"}
    assert len(attempts) == kinds["attempt.intent"] == kinds["attempt.done"] == 3 * GADGETS
    assert kinds["part.begins"] == kinds["part.ended"] == 2 * GADGETS
    assert kinds["task.done"] == GADGETS
    assert kinds["run.closed"] == len(lines) == len(notes) == 1
    assert school.service.audit.verify().ok


@pytest.mark.parametrize("kind", [Intent, Outcome, PartMark, CloseRun], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("how", ["before", "after", "terminated"])
def test_the_run_goes_on_and_everything_is_written_once(
    school: School, world: WorldProcess, wire: Wire, server: PostgresServer, monkeypatch: pytest.MonkeyPatch,
    kind: type[Op], how: str,
) -> None:  # fmt: skip
    """`before`: the COMMIT never arrives. `after`: it does, and its answer is lost. `terminated`: by an administrator."""

    def cut(connection: Any) -> None:
        if how == "terminated":
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            assert server.execute(f"SELECT pg_terminate_backend({pid}, 5000)") == [(True,)]
        else:
            wire.cut_at_commit = how

    when = (1,) if kind is CloseRun else (1, 3)
    saboteur = Saboteur(kind, when, cut)
    saboteur.lay(monkeypatch)
    number = school.submit("go")
    detail = school.work(number)
    assert saboteur.done == list(when)
    assert wire.cuts == (0 if how == "terminated" else len(when))
    assert detail.run.counts == {"done": GADGETS}, detail.document()
    judge(school, world, number)


def test_where_nobody_can_tell_the_engine_stops_with_one_line_and_the_next_goes_on(
    school: School, world: WorldProcess, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SETTLE_SECONDS", 0.3)

    def cut(connection: Any) -> None:
        wire.cut_at_commit, wire.refuse = "after", True

    saboteur = Saboteur(Outcome, (2,), cut)
    saboteur.lay(monkeypatch)
    number = school.submit("go")
    host = school.service.runs.host()
    assert host.start(everything=False)
    host.adopt(number)
    deadline = Deadline.after(90)
    while host.broken is None:
        assert not deadline.passed(), "it did not stop"
        deadline.check("waiting")
    host.stop(Deadline.after(60))
    assert isinstance(host.broken, StoreError)
    assert "\n" not in host.broken.message
    assert "is not known" in host.broken.message
    wire.refuse = False
    for _ in range(3):
        detail = school.work(number)
        if detail.run.ended:
            break
        from pedell.engine.settle import Decision
        from tests.crash.judge import happenings
        from tests.engine.school import ACTOR

        seen = {one.token for one in happenings(world)}
        for doubt in school.service.runs.doubts():
            found = Decision.DONE if doubt.id in seen else Decision.AGAIN
            school.service.runs.settle(doubt.id, found, ACTOR, "I looked")
    assert detail.run.counts == {"done": GADGETS}, detail.document()
    happened = world.effects()
    assert all(happened["press", f"g{n}"] == 2 for n in range(GADGETS)), "twice, or lost"
    assert school.service.audit.verify().ok
