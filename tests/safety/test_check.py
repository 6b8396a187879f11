"""Check mode: reads happen, effects are only said."""

from __future__ import annotations

from pedell.store.tables.ticketing import outbox
from tests.safety.people import ANNA, settings

STEPS = """
  - {do: gadget.status, save_as: before}
  - {check: before.open, name: It is open}
  - {do: gadget.set, with: {value: "{{ before.presses }}-new"}, save_as: made}
  - {wait: 1h}
  - {wait: approval}
  - {do: gadget.status, until: result.value == '0-new', within: 1h, every: 1s, save_as: after}
  - {do: gadget.press, when: made.value == 'x'}
  - {check: after.value == '0-new', name: It has the value}
  - {say: {en: "now {{ made.value }}", de: x}}
  - block:
      - {do: gadget.erase}
    always:
      - {do: gadget.open}
  - {visit: {en: Look at it, de: Ansehen}}
"""


def test_said_per_step_and_nothing_done(school, world):
    school.gadgets(2)
    school.book("go", STEPS, more="ticket: {solved: true}\n")
    detail = school.run("go", check_only=True)
    assert detail.run.state == "done" and not world.effects()
    for row in detail.tasks:
        said = [words["en"] for words in row.says]
        assert said[0] == "would call gadget.set(value=0-new)"
        assert "would wait 3600 s" in said and "would wait for a second person" in said
        assert "would then have to hold: It has the value" in said
        assert [line for line in said if "gadget.erase" in line or "gadget.open" in line] == [
            "would call gadget.erase",
            "would call gadget.open",
        ]
        assert any(line.startswith("cannot be told in a check") for line in said)
        told = [words["de"] for words in row.says]
        assert any(line.startswith("lässt sich in einer Prüfung nicht sagen") for line in told)
        assert not any("cannot" in line for line in told), "no English within German"
        assert "would go on the list for the visit: Look at it" in said
        assert next(words["de"] for words in row.says) == "würde gadget.set(value=0-new) aufrufen"
        # Only what was proved is proof.
        assert [proof["ok"] for proof in row.proofs] == [True]
        assert row.visits == []


def test_nobody_is_asked_and_the_ticket_stays_open(school):
    school.gadgets(1)
    school.book("go", STEPS, more="ticket: {solved: true}\n")
    school.run("go", check_only=True)
    assert school.service.safety.approvals(everything=True) == []
    with school.service.around.store.reading() as connection:
        assert {row.kind for row in connection.execute(outbox.select())} == {"note"}


def test_what_cannot_be_read_fails_a_check(school, world):
    school.gadgets(1)
    world.ask("fault", "g0", "status", "cut")
    school.book("go", STEPS)
    assert school.run("go", check_only=True).run.state == "failed"


def test_a_check_is_another_run(school, world):
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    ticket = str(school.service.tickets.new("x").no)
    real = school.submit("go", ticket=ticket)
    assert school.submit("go", ticket=ticket, check_only=True) != real


def test_rules_do_not_stop_a_check(school):
    settings(school, "[safety]\ndisruptive_needs_reason = true\ndisruptive_per_hour = 0\n")
    school.gadgets(1)
    school.book("go", "  - {do: gadget.press}\n")
    school.service.safety.hold("kind=gadget", "", ANNA, "x")
    assert school.run("go", check_only=True).run.state == "done"
