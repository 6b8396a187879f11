"""Playbooks from files: all mistakes at once, and the others still work."""

from __future__ import annotations

from pathlib import Path

import pytest

from pedell.errors import NotFoundError, PlaybookError
from pedell.playbooks.catalogue import LEVELS, Catalogue
from pedell.playbooks.load import load_text, read_file, read_text
from pedell.playbooks.model import Block, Check, Do, Pause

GOOD = """\
pedell: 1
id: good
title: {en: Good, de: Gut}
description: {en: A good one., de: Ein gutes.}
targets: {kind: [lamp]}
inputs:
  level: {type: integer, default: 3, minimum: 0, title: {en: Level, de: Pegel}}
steps:
  - do: lamp.status
    save_as: before
  - do: lamp.set_volume
    with: {level: "{{ inputs.level }}"}
    on: {link: uplink}
    retry: {times: 2, backoff: 500ms, on: [busy]}
    timeout: 1.5m
  - block:
      - wait: approval
      - wait: 2h
    rescue:
      - say: {en: "no", de: nein}
    until: true
    within: 90
  - do: lamp.status
    save_as: after
  - check: after.volume == inputs.level
"""
BAD = """\
pedell: 1
id: Bad Id
title: {en: Bad}
description: {en: x, de: z}
strateg: 3
steps:
  - do: lamp.restart
    timeot: 3s
    timeout: soon
  - doo: x.y
  - do: a.b
    say: {en: a, de: b}
  - wait: forever
  - block:
      - say: hallo
      - retry: 1
"""


def test_good() -> None:
    loaded = load_text(GOOD, "good.yaml")
    steps = loaded.playbook.steps
    assert [type(step) for step in steps] == [Do, Do, Block, Do, Check]
    assert isinstance(steps[1], Do)
    assert steps[1].timeout == 90
    assert steps[1].retry
    assert steps[1].retry.backoff == 0.5
    assert steps[1].on
    assert isinstance(steps[2], Block)
    assert steps[2].until == "true"
    assert [step.wait for step in steps[2].block if isinstance(step, Pause)] == ["approval", 7200.0]


def test_all_mistakes_at_once() -> None:
    reading = read_text(BAD, "bad.yaml")
    assert reading.loaded is None
    found = [(finding.line, finding.column, finding.message, finding.hint) for finding in reading.findings]
    wanted = [
        (2, 5, "`id` does not have the form", "reset-whiteboard"),
        (3, 8, "`de` is missing", ""),
        (5, 1, "`strateg` is not known here", "did you mean `strategy`?"),
        (8, 5, "`timeot` is not known here", "did you mean `timeout`?"),
        (9, 14, "'soon' is not a duration", ""),
        (10, 5, "a step needs one of", "did you mean `do`?"),
        (11, 5, "a step does one thing, this one has do, say", ""),
        (13, 11, "'forever' is not a duration", ""),
        (15, 14, "`say` must hold words with values", ""),
        (16, 9, "a step needs one of", ""),
    ]
    assert len(found) == len(wanted)
    for (line, column, message, hint), (wanted_line, wanted_column, words, wanted_hint) in zip(
        found, wanted, strict=True
    ):
        assert (line, column) == (wanted_line, wanted_column)
        assert words in message
        assert wanted_hint in hint
    with pytest.raises(PlaybookError) as caught:
        reading.usable()
    assert len(caught.value.findings) == len(wanted)
    assert caught.value.exit_code == 2
    assert str(caught.value.findings[0]).startswith("bad.yaml:2:5: ")


def test_names_in_one_language_or_in_both() -> None:
    text = GOOD.replace(
        "  - do: lamp.status\n    save_as: before",
        "  - name: Before\n    do: lamp.status\n    save_as: before",
    )
    text = text.replace("  - check:", "  - name: {en: It is loud, de: Es ist laut}\n    check:")
    steps = load_text(text, "names.yaml").playbook.steps
    assert steps[0].name is not None and steps[-1].name is not None and steps[1].name is None
    assert (steps[0].name.en, steps[0].name.de) == ("Before", "Before")
    assert (steps[-1].name.en, steps[-1].name.de) == ("It is loud", "Es ist laut")
    for wrong, words in (
        ("{en: It is loud}", "`de` is missing"),
        ("5", "a name is a text"),
        (f'"{"x" * 121}"', "at most 120"),
    ):
        with pytest.raises(PlaybookError) as caught:
            load_text(text.replace("{en: It is loud, de: Es ist laut}", wrong), "names.yaml")
        assert words in str(caught.value.findings)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: good", "id: 7", "must be a text"),
        ("times: 2", "times: 99", "too big"),
        ("times: 2", "times: x", "whole number"),
        ("on: [busy]", "on: [bussy]", "`busy`"),
        ("save_as: before", "save_as: Before", "does not have the form"),
        ("wait: 2h", "wait: 9d", "at most 7 days"),
        ("default: 3", "default: [3]", "default"),
        ("type: integer", "type: choice", "choice without choices"),
        ("pedell: 1", "pedell: 2", "must be one of 1"),
        ("kind: [lamp]", "kind: lamp", "must be a list"),
        ("check: after.volume == inputs.level", "check: ''", "is empty"),
        ("  level: {", "  Level: {", "does not have the form"),
        ("within: 90", "within: -1", "too small"),
        ("optional", "optional", ""),
    ],
)
def test_one_mistake_in_plain_words(old: str, new: str, words: str) -> None:
    reading = read_text(GOOD.replace(old, new, 1), "f.yaml")
    text = " ".join(str(finding) for finding in reading.findings)
    assert words in text
    if words:
        line = next(number for number, row in enumerate(GOOD.splitlines(), 1) if old in row)
        assert any(finding.line == line or "choices" in words for finding in reading.findings)
        assert "pydantic" not in text
        assert "Input should" not in text


@pytest.mark.parametrize("raw", [b"", b"\n# only words\n", b"- a\n", b"just text", b"7"])
def test_no_playbook_at_all(raw: bytes) -> None:
    reading = read_text(raw, "f.yaml")
    assert reading.loaded is None
    assert len(reading.findings) == 1


def test_hash_is_of_the_text_without_line_endings() -> None:
    one, two = load_text(GOOD, "a"), load_text("\ufeff" + GOOD.replace("\n", "\r\n"), "b")
    assert one.hash == two.hash
    assert one.source == two.source
    assert load_text(one.source, "again").hash == one.hash
    assert load_text(GOOD.replace("default: 3", "default: 4"), "a").hash != one.hash


def test_unreadable_file(tmp_path: Path) -> None:
    assert "cannot be read" in read_file(tmp_path / "none.yaml").findings[0].message
    assert "cannot be read" in read_file(tmp_path).findings[0].message


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_catalogue_goes_on_past_broken_files(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    write(theirs, "good.yaml", GOOD)
    write(theirs, "bad.yaml", BAD)
    write(theirs, "notes.txt", "no playbook")
    second = write(mine, "again.yml", GOOD)
    write(mine, "other.yaml", GOOD.replace("id: good", "id: other"))
    catalogue = Catalogue([theirs, mine, tmp_path / "nowhere"])
    assert list(catalogue.playbooks) == ["good", "other"]
    assert catalogue.get("good").path == theirs / "good.yaml"
    codes = [finding.code for finding in catalogue.findings]
    assert codes.count("double-id") == 1
    assert codes.count("file") == 1
    double = next(finding for finding in catalogue.findings if finding.code == "double-id")
    assert (double.source, double.line, double.column) == (str(second), 2, 5)
    with pytest.raises(PlaybookError) as broken:
        catalogue.get("bad")
    assert len(broken.value.findings) == 10
    with pytest.raises(NotFoundError) as unknown:
        catalogue.get("goood")
    assert "good" in unknown.value.hint


def chain(folder: Path, *pairs: tuple[str, str]) -> Catalogue:
    for name, plays in pairs:
        steps = f"  - block:\n      - play: {plays}\n" if plays else "  - wait: 1s\n"
        head = GOOD[: GOOD.index("inputs:")].replace("id: good", f"id: {name}")
        write(folder, f"{name}.yaml", f"{head}steps:\n{steps}")
    return Catalogue([folder])


def test_parts(tmp_path: Path) -> None:
    catalogue = chain(tmp_path, ("a", "b"), ("b", "c"), ("c", ""))
    parts = catalogue.parts(catalogue.get("a"))
    assert list(parts) == ["a", "b", "c"]
    assert len({part.hash for part in parts.values()}) == 3


def test_parts_that_never_end(tmp_path: Path) -> None:
    catalogue = chain(tmp_path, ("a", "b"), ("b", "a"))
    with pytest.raises(PlaybookError, match="a → b → a"):
        catalogue.parts(catalogue.get("a"))


def test_parts_too_deep_or_missing(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(LEVELS + 2)]
    catalogue = chain(tmp_path, *zip(names, [*names[1:], ""], strict=True))
    with pytest.raises(PlaybookError, match="levels deep"):
        catalogue.parts(catalogue.get("p0"))
    assert len(catalogue.parts(catalogue.get("p3"))) == 4
    other = chain(tmp_path, ("x", "nowhere"))
    with pytest.raises(PlaybookError, match="x plays nowhere"):
        other.parts(other.get("x"))
