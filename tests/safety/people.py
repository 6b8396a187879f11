"""People, and an engine that goes on while they decide."""

from __future__ import annotations

from contextlib import contextmanager

from pedell.drivers.deadline import Deadline
from pedell.model.actor import Actor, VerifiedBy

ANNA = Actor("person", "os:1", VerifiedBy.OS, name="anna", uid=1)
BERT = Actor("person", "os:2", VerifiedBy.OS, name="bert", uid=2)
CARLA = Actor("person", "token:carla", VerifiedBy.TOKEN, name="carla")
NIGHT = Actor("schedule", "schedule:1", VerifiedBy.SCHEDULE)


@contextmanager
def engine(school, *numbers):
    host = school.service.runs.host()
    assert host.start(everything=False)
    try:
        for number in numbers:
            host.adopt(number)
        yield host
    finally:
        assert host.stop(Deadline.after(60))


def waits(progress):
    counts = progress.counts
    return counts.get("waiting") and not any(counts.get(state) for state in ("ready", "running", "blocked"))


def ended(progress):
    return progress.done


def change(school, statement):
    with school.service.around.store.writing() as connection:
        connection.execute(statement)


def events(school, number):
    """Kinds and bodies of the run's control chain."""
    import json

    from sqlalchemy import select

    from pedell.store.tables.journal import event

    with school.service.around.store.reading() as connection:
        query = (
            select(event.c.kind, event.c.body)
            .where(event.c.run == number, event.c.shard == 0)
            .order_by(event.c.seq)
        )
        return [(row.kind, json.loads(row.body)) for row in connection.execute(query)]


def settings(school, text):
    """Add settings of safety, and open the service anew."""
    from pedell.hooks.plugins import Plugins
    from tests.engine import gadget
    from tests.engine.school import open_service
    from tests.safety import locked

    config = school.data / "pedell.toml"
    config.write_text(config.read_text() + text)
    school.service.around.close()
    school.service = open_service(school.data)
    school.service.around.__dict__["plugins"] = Plugins(modules={"gadget": gadget, "locked": locked})
