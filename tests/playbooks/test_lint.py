"""The linter: what would go wrong in a run, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pedell.errors import Finding
from pedell.playbooks.catalogue import Catalogue
from pedell.playbooks.expressions import Expressions
from pedell.playbooks.lint import lint
from pedell.playbooks.load import read_text
from tests.playbooks import family

HEAD = """\
pedell: 1
id: tested
title: {en: Restart a lamp, de: Lampe neu starten}
description: {en: Restarts it and looks., de: Startet neu und sieht nach.}
targets: {kind: [lamp]}
"""
INNER = (
    HEAD.replace("id: tested", "id: inner")
    + "inputs: {port: {required: true, title: {en: P, de: P}}}\nsteps:\n  - check: inputs.port\n"
)
PLUGINS = family.plugins()
EXPRESSIONS = Expressions()


def found(body: str, tmp_path: Path, head: str = HEAD) -> list[Finding]:
    (tmp_path / "inner.yaml").write_text(INNER, "utf-8")
    reading = read_text(head + body, "tested.yaml")
    return list(lint(reading, PLUGINS, Catalogue([tmp_path]), EXPRESSIONS))


def steps(*rows: str) -> str:
    return "steps:\n" + "".join(f"  {row}\n" for row in rows)


CLEAN = """\
inputs:
  level: {type: integer, default: 5, title: {en: Level, de: Pegel}}
  fallback: {type: text, title: {en: Else, de: Sonst}}
steps:
  - do: lamp.status
    save_as: before
    optional: true
  - do: lamp.set_volume
    with: {level: "{{ inputs.level }}"}
    when: before and before.volume != inputs.level
  - do: lamp.restart
    retry: {times: 2}
  - do: lamp.status
    save_as: after
    until: result.power == 'on'
    within: 2m
  - block:
      - do: lamp.status
        for_each: range(2)
        save_as: all
      - say: {en: "{{ all | length }} {{ device.room }}", de: "{{ all | length }} Mal {{ links.uplink }}"}
    rescue:
      - say: {en: "{{ error.message }}", de: "Fehler {{ error.class }}"}
  - check: after.power == 'on'
    fail: {en: Still off {{ inputs.fallback }}, de: Immer noch aus}
  - play: inner
    inputs: {port: "{{ before.volume | default('x') }}"}
"""


def test_clean_playbook(tmp_path: Path) -> None:
    body = CLEAN.replace("Still off {{ inputs.fallback }}", '"Still off {{ inputs.fallback }}"')
    assert [str(finding) for finding in found(body, tmp_path)] == []


CASES = [
    ("unknown-capability", 8, 9, "did you mean `lamp.restart`", steps("- check: true", "- do: lamp.restrt")),
    ("unknown-capability", 7, 9, "families: door, lamp", steps("- do: desk.move")),
    ("unknown-parameter", 8, 12, "did you mean `level`", steps("- do: lamp.set_volume", "  with: {levl: 3, level: 3}")),
    ("unknown-parameter", 8, 12, "it takes none", steps("- do: lamp.status", "  with: {x: '{{ device.name }}'}")),
    ("missing-parameter", 7, 9, "needs the parameter `level`", steps("- do: lamp.set_volume")),
    ("missing-parameter", 8, 11, "needs the parameter `level`", steps("- do: lamp.set_volume", "  with: {slowly: true}")),
    ("wrong-parameter", 8, 19, "whole number", steps("- do: lamp.set_volume", "  with: {level: loud}")),
    ("wrong-parameter", 8, 19, "at most 100", steps("- do: lamp.set_volume", "  with: {level: 101}")),
    ("repeats-once", 8, 5, "must not be repeated", steps("- do: lamp.wipe", "  retry: {times: 1}", "- check: true")),
    ("repeats-once", 8, 5, "must not be repeated", steps("- do: lamp.wipe", "  until: true", "- check: true")),
    ("no-proof", 7, 9, "interrupts a room", steps("- do: lamp.restart", "- do: lamp.status")),
    ("other-family", 7, 9, "not for the kinds", steps("- do: door.status")),
    ("expression", 7, 12, "unexpected", steps("- check: a ==")),
    ("expression", 7, 12, "leave {{ and }} away", steps("- check: '{{ true }}'")),
    ("expression", 8, 11, "statements", steps("- say:", "    en: '{% if x %}'", "    de: y")),
    ("unknown-name", 7, 12, "`after`", steps("- check: after.power", "- do: lamp.status", "  save_as: after", "- check: after")),
    ("unknown-name", 7, 12, "did you mean `device`", steps("- check: devise.name")),
    ("unknown-name", 7, 12, "`item`", steps("- check: item == 1")),
    ("unknown-name", 7, 12, "`error`", steps("- check: error.class")),
    ("unknown-field", 9, 12, "did you mean `power`", steps("- do: lamp.status", "  save_as: before", "- check: before.powr")),
    ("unknown-field", 7, 12, "known here: kind, model", steps("- check: device.address")),
    ("unknown-field", 8, 12, "did you mean `power`", steps("- do: lamp.status", "  until: result.pwr")),
    ("reserved-name", 8, 14, "meaning of its own", steps("- do: lamp.status", "  save_as: inputs")),
    ("maybe-missing", 10, 12, "`x.power`", steps("- do: lamp.status", "  optional: true", "  save_as: x", "- check: x.power")),
    ("maybe-missing", 10, 12, "`x.power`", steps("- do: lamp.status", "  when: device.room", "  save_as: x", "- check: x.power")),
    ("unused-result", 8, 14, "never read", steps("- do: lamp.status", "  save_as: x")),
    ("unreachable", 9, 5, "can fail", steps("- block:", "    - wait: 1s", "  rescue:", "    - wait: 1s")),
    ("no-effect", 6, 12, "without batches", "strategy: {batch_wait: 1h}\n" + steps("- do: lamp.status")),
    ("wrong-value", 6, 22, "a share of them such as 10%", "strategy: {batches: [half]}\n" + steps("- do: lamp.status")),
    ("no-effect", 8, 5, "without `until`", steps("- do: lamp.status", "  within: 3s")),
    ("unknown-playbook", 7, 11, "did you mean inner", steps("- play: iner")),
    ("unknown-input", 8, 14, "did you mean `port`", steps("- play: inner", "  inputs: {prt: 3, port: 1}")),
    ("wrong-input", 8, 20, "a text is needed", steps("- play: inner", "  inputs: {port: [1]}")),
    ("missing-input", 7, 11, "needs the input `port`", steps("- play: inner")),
    ("endless-play", 2, 5, "plays itself", steps("- play: tested")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "line", "column", "words", "body"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_finding(code: str, line: int, column: int, words: str, body: str, tmp_path: Path) -> None:
    if code == "endless-play":
        (tmp_path / "tested.yaml").write_text(HEAD + body, "utf-8")
    all_found = found(body, tmp_path)
    match = [finding for finding in all_found if finding.code == code]
    assert match, [str(finding) for finding in all_found]
    assert (match[0].line, match[0].column) == (line, column), str(match[0])
    assert words in f"{match[0].message} {match[0].hint}"
    # One mistake is one finding; warnings about names that a broken step would have made do not count.
    assert (
        len([finding for finding in all_found if finding.severity == "error" and finding.code != code]) == 0
    )


def test_targets_and_inputs(tmp_path: Path) -> None:
    body = (
        "inputs:\n"
        "  a: {type: integer, default: x, title: {en: A, de: A}}\n"
        "  b: {}\n"
        "  c: {default: 1, required: true, title: {en: C, de: C}}\n"
        + steps("- check: inputs.a and inputs.c and inputs.d", "- check: inputs.a")
    )
    codes = [
        (finding.line, finding.code) for finding in found(body, tmp_path, HEAD.replace("[lamp]", "[lmap]"))
    ]
    assert codes == [
        (5, "unknown-kind"),
        (7, "wrong-default"),
        (8, "unused-input"),
        (8, "missing-title"),
        (9, "no-effect"),
        (11, "undeclared-input"),
    ]


def test_inputs_read_as_a_whole_are_used(tmp_path: Path) -> None:
    body = "inputs: {a: {title: {en: A, de: A}}}\n" + steps(
        "- say: {en: '{{ inputs }}', de: '{{ inputs | tojson }}'}"
    )
    assert found(body, tmp_path) == []


def test_forgotten_translation(tmp_path: Path) -> None:
    body = steps("- say: {en: Please look at it, de: Please look at it}", "- say: {en: OK, de: OK}")
    assert [(finding.code, finding.line) for finding in found(body, tmp_path)] == [("untranslated", 7)]


def test_mistakes_of_schema_and_of_meaning_come_together(tmp_path: Path) -> None:
    body = "strateg: 1\n" + steps(
        "- do: lamp.restrt",
        "  tmeout: 3",
        "- check: before.power ==",
        "- do: lamp.set_volume",
        "  with: {level: x}",
    )
    codes = [(finding.line, finding.code) for finding in found(body, tmp_path)]
    assert codes == [
        (6, "unknown-word"),
        (8, "unknown-capability"),
        (9, "unknown-word"),
        (10, "expression"),
        (12, "wrong-parameter"),
    ]


def test_a_check_in_a_block_proves_and_one_in_rescue_does_not(tmp_path: Path) -> None:
    inside = steps("- do: lamp.restart", "- block:", "    - check: device.name")
    assert not [finding for finding in found(inside, tmp_path) if finding.code == "no-proof"]
    rescue = steps("- block:", "    - do: lamp.restart", "  rescue:", "    - check: device.name")
    assert [finding.code for finding in found(rescue, tmp_path)] == ["no-proof"]
    played = steps("- do: lamp.restart", "- play: inner", "  inputs: {port: 1}")
    assert found(played, tmp_path) == []


def test_the_same_when_is_a_guard(tmp_path: Path) -> None:
    body = steps(
        "- do: lamp.status",
        "  when: device.room == 'B204'",
        "  save_as: x",
        "- check: x.power",
        "  when: device.room == 'B204'",
    )
    assert found(body, tmp_path) == []


def test_names_of_a_block_that_was_rescued_are_unsure(tmp_path: Path) -> None:
    body = steps(
        "- block:",
        "    - do: lamp.status",
        "      save_as: x",
        "  rescue:",
        "    - say: {en: a, de: b}",
        "- check: x.power",
    )
    assert [finding.code for finding in found(body, tmp_path)] == ["maybe-missing"]
