from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from pedell.cli.finished import exit_code
from pedell.errors import RefusedError
from pedell.store.tables.inventory import device


def states(detail):
    return {row.device: row.state for row in detail.tasks}


def test_steps_run_in_order_and_the_proof_holds(school, world):
    school.gadgets(3)
    school.book(
        "go",
        """
  - {do: gadget.status, save_as: before}
  - {do: gadget.press}
  - {do: gadget.set, with: {value: "{{ before.value ~ 'x' }}"}}
  - {do: gadget.status, save_as: after}
  - {check: "after.value == '0x' and after.presses == 1"}
  - {say: {en: "now {{ after.value }}", de: "jetzt {{ after.value }}"}}
""",
    )
    detail = school.run("go")
    assert detail.run.state == "done"
    assert states(detail) == {"g0": "done", "g1": "done", "g2": "done"}
    proof = detail.tasks[0].proofs[0]
    assert proof["ok"] and proof["before"]["value"] == "0" and proof["after"]["value"] == "0x"
    assert detail.tasks[0].says == [{"en": "now 0x", "de": "jetzt 0x"}]
    assert world.effects() == {("press", f"g{n}"): 1 for n in range(3)} | {
        ("set", f"g{n}"): 1 for n in range(3)
    }


def test_one_device_fails_and_the_others_go_on(school, world):
    school.gadgets(4)
    school.book("go", "  - {do: gadget.press}\n")
    world.ask("fault", "g2", "press", "no")
    detail = school.run("go")
    assert detail.run.state == "failed"
    assert states(detail) == {"g0": "done", "g1": "done", "g2": "failed", "g3": "done"}
    assert detail.tasks[0].device == "g2" and "error no" in detail.tasks[0].why


def test_a_wrong_serial_number_refuses_before_the_effect(school, world):
    school.gadgets(1, serial="SN-other")
    school.book("go", "  - {do: gadget.press}\n")
    detail = school.run("go")
    assert states(detail) == {"g0": "failed"}
    assert "serial number" in detail.tasks[0].why
    assert not world.effects()


def test_once_and_unknown_is_probed_not_repeated(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press, retry: {times: 3, backoff: 0s, on: [timeout, protocol]}}\n")
    world.ask("fault", "g0", "press", "drop", "1")  # it happens, the answer is lost
    detail = school.run("go")
    assert states(detail) == {"g0": "done"}
    assert world.effects()["press", "g0"] == 1


def test_once_and_known_not_to_have_happened_may_be_repeated(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press, retry: {times: 3, backoff: 0s, on: [timeout, protocol]}}\n")
    world.ask("fault", "g0", "press", "cut", "1")  # nothing happens; the probe can tell
    detail = school.run("go")
    assert states(detail) == {"g0": "done"}
    assert world.effects()["press", "g0"] == 1


def test_what_nobody_can_tell_stays_in_doubt_and_holds_the_device(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.push, retry: {times: 3, backoff: 0s, on: [timeout, protocol]}}\n")
    school.book("other", "  - {do: gadget.set, with: {value: b}}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    detail = school.work(school.submit("go"), until=lambda p: p.state == "in_doubt")
    assert states(detail) == {"g0": "in_doubt"} and detail.run.state == "in_doubt"
    assert world.effects()["press", "g0"] == 1
    number = school.submit("other")
    held = school.work(number, until=lambda p: p.counts.get("blocked") == 1)
    assert "held by run" in held.tasks[0].why
    assert world.effects()["set", "g0"] == 0


def test_a_person_settles_and_both_runs_go_on(school, world):
    from pedell.engine.settle import Decision
    from tests.engine.school import ACTOR

    school.gadgets(1)
    school.book(
        "go",
        "  - {do: gadget.push}\n  - {do: gadget.status, save_as: after}\n  - {check: after.presses == 1}\n",
    )
    school.book("other", "  - {do: gadget.set, with: {value: b}}\n")
    world.ask("fault", "g0", "press", "drop", "1")
    first = school.run("go").run.no
    second = school.submit("other")
    doubt = school.service.runs.doubts(first)[0]
    school.service.runs.settle(doubt.id, Decision.DONE, ACTOR, "I saw it")
    assert school.work(first, until=lambda p: p.done).run.state == "done"
    assert school.work(second).run.state == "done"
    assert world.effects() == {("press", "g0"): 1, ("set", "g0"): 1}


def test_a_composite_action_that_is_cut_is_finished(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.cycle}\n")
    world.ask("fault", "g0", "open", "cut", "1")
    detail = school.run("go")
    assert states(detail) == {"g0": "failed"}
    assert "open=1" in world.ask("status", "g0"), "the port must not stay shut"


def test_waiting_holds_no_thread_and_ends_well(school, world):
    school.gadgets(1)
    school.book(
        "go",
        "  - {do: gadget.brew, with: {seconds: 1.5}}\n  - {do: gadget.status, save_as: after}\n  - {check: after.ready}\n",
    )
    number = school.submit("go")
    detail = school.work(number, until=lambda p: p.done)
    assert detail.run.state == "done"
    assert world.effects()["brew", "g0"] == 1


def test_until_polls_and_gives_the_thread_back(school, world):
    school.gadgets(1)
    school.book(
        "go",
        """
  - {do: gadget.brew, with: {seconds: 0.6}}
  - {do: gadget.status, until: result.ready, within: 60s, every: 100ms, save_as: after}
  - {check: after.ready}
""",
    )
    assert school.run("go").run.state == "done"


def test_rescue_and_always(school, world):
    school.gadgets(1)
    world.ask("fault", "g0", "press", "no")
    school.book(
        "go",
        """
  - block:
      - {do: gadget.press}
    rescue:
      - {say: {en: "{{ error.class }}", de: x}}
    always:
      - {do: gadget.set, with: {value: end}}
""",
    )
    detail = school.run("go")
    assert detail.run.state == "done"
    assert detail.tasks[0].says[0]["en"] == "refused"
    assert world.effects() == {("set", "g0"): 1}


def test_destructive_waits_for_a_second_person(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.erase}\n")
    with pytest.raises(RefusedError, match="reason"):
        school.submit("go")
    number = school.submit("go", reason="stolen")
    detail = school.work(number, until=lambda progress: progress.counts.get("waiting"))
    assert "second person" in detail.tasks[0].why
    assert not world.effects()


def test_a_hanging_device_holds_only_its_own_slot(school, world):
    school.gadgets(8)
    steps = "  - {do: gadget.press, timeout: 1s, when: device.name == 'g3'}\n  - {do: gadget.press, when: device.name != 'g3'}\n"
    school.book("go", steps)
    world.ask("fault", "g3", "press", "hang", "1")
    detail = school.run("go")
    assert sum(row.state == "done" for row in detail.tasks) == 7
    assert states(detail)["g3"] == "failed"  # the probe says that it did not happen


def test_the_same_request_while_open_is_the_same_run(school):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    ticket = str(school.service.tickets.new("x").no)
    first = school.submit("go", ticket=ticket)
    assert school.submit("go", ticket=ticket) == first
    school.work(first)
    assert school.submit("go", ticket=ticket) != first


def test_cancel_before_and_during(school, world):
    from tests.engine.school import ACTOR

    school.gadgets(2)
    school.book("go", "  - {do: gadget.press}\n")
    number = school.submit("go")
    school.service.runs.cancel(number, ACTOR, "no longer needed")
    detail = school.work(number)
    assert detail.run.state == "cancelled" and set(states(detail).values()) == {"cancelled"}
    assert not world.effects()


def test_stop_after_failures_leaves_the_rest(school, world):
    names = school.gadgets(12)
    for name in names:
        world.ask("fault", name, "press", "no")
    school.book("go", "  - {do: gadget.press}\n", more="strategy: {at_once: 1, stop: {failures: 2}}\n")
    detail = school.run("go")
    counts = detail.run.counts
    assert counts["failed"] == 2 and counts["skipped"] == 10


@pytest.mark.parametrize(("unable", "state", "code"), [("fail", "failed", 1), ("skip", "done", 0)])
def test_a_device_whose_driver_cannot_is_left_out_with_the_reason(school, world, unable, state, code):
    school.gadgets(3)
    with school.service.around.store.writing() as connection:
        connection.execute(update(device).where(device.c.name == "g1").values(driver="mute"))
    school.book("go", "  - {do: gadget.press}\n", targets=f"unable: {unable}")
    detail = school.run("go")
    assert (detail.run.state, exit_code(detail, 0)) == (state, code)
    assert states(detail) == {"g0": "done", "g1": "skipped", "g2": "done"}
    why = next(row.why for row in detail.tasks if row.device == "g1")
    assert why == "its driver mute cannot do gadget.press"
    assert world.effects() == {("press", "g0"): 1, ("press", "g2"): 1}


def test_what_the_strategy_leaves_is_no_device_that_cannot(school, world):
    school.gadgets(3)
    with school.service.around.store.writing() as connection:
        connection.execute(update(device).where(device.c.name == "g1").values(driver="mute"))
    world.ask("fault", "g0", "press", "no")
    school.book("go", "  - {do: gadget.press}\n", "strategy: {canary: 1}\n", "unable: skip")
    detail = school.run("go")
    assert detail.run.state == "failed"
    assert states(detail) == {"g0": "failed", "g1": "skipped", "g2": "skipped"}


def test_a_canary_goes_first(school, world):
    school.gadgets(6)
    world.ask("fault", "g0", "press", "no")
    school.book("go", "  - {do: gadget.press}\n", more="strategy: {canary: 1}\n")
    detail = school.run("go")
    assert detail.run.counts == {"failed": 1, "skipped": 5}
    assert not world.effects()


def test_the_journal_holds_every_attempt(school, world):
    from sqlalchemy import select

    from pedell.store.tables.journal import event

    school.gadgets(2)
    school.book("go", "  - {do: gadget.press}\n")
    detail = school.run("go")
    with school.service.around.store.reading() as connection:
        rows = connection.execute(
            select(event.c.kind, event.c.body).where(event.c.run == detail.run.no)
        ).all()
    kinds = [row.kind for row in rows]
    assert (
        kinds.count("attempt.intent") == 2
        and kinds.count("attempt.done") == 2
        and kinds.count("task.done") == 2
    )
    assert kinds.count("run.created") == 1 and kinds.count("run.closed") == 1
    assert all(json.loads(row.body) for row in rows)


def test_a_call_that_hangs_is_not_repeated_at_once(school, world, monkeypatch):
    from pedell.engine import engine

    monkeypatch.setattr(engine, "OVERDUE_SECONDS", 0.2)
    monkeypatch.setattr("pedell.engine.hands.CONNECT_SECONDS", 0.1)
    school.gadgets(1)
    school.book("go", "  - {do: gadget.stuck}\n")
    detail = school.run("go")
    assert states(detail) == {"g0": "failed"}
    assert world.effects()["set", "g0"] == 1
