"""Caps, reasons, expiry, and what is not part of the plan."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from pedell.errors import RefusedError, UsageError
from pedell.service.runs import RunRequest
from pedell.store.tables.journal import run
from tests.safety.people import ANNA, BERT, change, ended, settings

PRESS = "  - {do: gadget.press}\n"


def early_in_the_hour():
    """Counts are those of a clock hour: not across its end."""
    while time.time() % 3600 > 3560:
        time.sleep(0.2)


def test_so_many_per_site_and_hour_and_the_rest_says_so(school, world):
    settings(school, "[safety]\ndisruptive_per_hour = 3\n")
    school.gadgets(10, sites=2)
    school.book("go", PRESS)
    early_in_the_hour()
    detail = school.run("go")
    for site in ("s0", "s1"):
        states = [row.state for row in detail.tasks if row.site == site]
        assert (states.count("done"), states.count("failed")) == (3, 2)
    refused = [row for row in detail.tasks if row.state == "failed"]
    assert {row.error_class for row in refused} == {"safety"}
    assert all("gadget.press|site:" in row.why for row in refused)
    assert sum(world.effects().values()) == 6
    # Another run in the same hour counts on.
    assert {row.error_class for row in school.run("go").tasks} == {"safety"}


def test_harmless_is_not_counted(school):
    settings(school, "[safety]\ndisruptive_per_hour = 0\n")
    school.gadgets(3)
    school.book("go", "  - {do: gadget.set, with: {value: a}}\n  - {do: gadget.status}\n")
    assert school.run("go").run.state == "done"


def test_destructive_has_a_smaller_cap(school, world):
    settings(school, "[safety]\ndestructive_per_hour = 1\n")
    school.gadgets(3)
    school.book("go", "  - {do: gadget.erase}\n")
    made = school.service.runs.submit(RunRequest("go", "kind=gadget", "new", ANNA, reason="stolen"))
    school.service.safety.grant(made.approval, BERT)
    early_in_the_hour()
    detail = school.work(made.no, until=ended)
    assert [row.state for row in detail.tasks].count("done") == 1 and sum(world.effects().values()) == 1


def test_own_caps(school, world):
    settings(school, '[[safety.caps]]\ncapability = "gadget.set"\nper = "everywhere"\nlimit = 2\n')
    school.gadgets(6, sites=3)
    school.book("go", "  - {do: gadget.set, with: {value: a}}\n")
    early_in_the_hour()
    assert [row.state for row in school.run("go").tasks].count("done") == 2


def test_destructive_needs_a_reason(school):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.erase}\n")
    with pytest.raises(RefusedError, match="reason") as refused:
        school.submit("go", reason="  ")
    assert refused.value.exit_code == 3
    assert school.submit("go", reason="stolen")


def test_disruptive_needs_one_where_it_is_set(school, world):
    school.gadgets(1)
    school.book("go", PRESS)
    assert school.run("go").run.state == "done"
    settings(school, "[safety]\ndisruptive_needs_reason = true\n")
    with pytest.raises(RefusedError):
        school.submit("go")
    assert school.run("go", reason="broken").run.state == "done"


def test_a_run_written_before_the_rule_is_refused_too(school, world):
    school.gadgets(1)
    school.book("go", PRESS)
    number = school.submit("go")
    settings(school, "[safety]\ndisruptive_needs_reason = true\n")
    assert school.work(number).tasks[0].error_class == "safety" and not world.effects()


def test_an_expired_plan_is_refused_at_its_first_effect(school, world):
    school.gadgets(1)
    school.book("go", PRESS)
    number = school.submit("go")
    change(school, update(run).values(expires=run.c.created))
    detail = school.work(number)
    assert detail.tasks[0].error_class == "safety" and "expired" in detail.tasks[0].why
    assert not world.effects()


def test_what_is_not_in_the_envelope_is_refused(school, world):
    """As when a plugin changes what a capability is, between the plan and the run."""
    school.gadgets(1)
    school.book("go", PRESS)
    number = school.submit("go")
    with school.service.around.store.writing() as connection:
        text = connection.execute(run.select().where(run.c.no == number)).one().envelope
        connection.execute(update(run).values(envelope=text.replace("disruptive", "harmless")))
    detail = school.work(number)
    assert "not part of the plan" in detail.tasks[0].why and not world.effects()


def test_at_once_needs_a_reason(school):
    school.gadgets(1)
    school.book("go", PRESS)
    with pytest.raises(UsageError):
        school.submit("go", at_once=True)
