"""The export is judged by a reader that knows docs/journal.md only, and shares nothing with the journal."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter

import pytest
from sqlalchemy import update

from pedell.store.database import now
from pedell.store.tables.journal import run
from tests.engine.school import School
from tests.house.commands import pedell
from tests.house.tree import ROOT


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recompute(lines: list[dict]) -> Counter[str]:
    """Check every hash; returns how many documents of each type there were."""
    heads: dict[tuple[int, int], tuple[int, str]] = {}
    runs: dict[int, dict] = {}
    ledger, last = sha("pedell-ledger-1"), 0
    cuts: dict[tuple[str, int], str] = {}
    own, own_seq, anchors = sha("pedell-installation-1"), 0, {}
    for line in lines:
        if line["type"] == "run":
            runs[line["no"]] = line
            for shard in line["shards"]:
                heads[line["no"], shard["no"]] = (0, sha(f"pedell-journal-1|{line['id']}|{shard['no']}"))
        if line["type"] == "event":
            seq, head = heads[line["run"], line["shard"]]
            assert line["seq"] == seq + 1
            said = "|".join(
                [
                    runs[line["run"]]["id"],
                    *(str(line[k]) for k in ("shard", "seq", "at", "kind")),
                    line["body"],
                ]
            )
            if line["cut"]:
                assert line["body"] == ""
                head, portion = line["hash"], (runs[line["run"]]["id"], line["cut"])
                cuts.setdefault(portion, f"pedell-cut-1|{portion[0]}|{portion[1]}")
                cuts[portion] += f"|{line['shard']}|{line['seq']}|{head}"
            else:
                head = sha(f"{head}|{said}")
            assert head == line["hash"]
            heads[line["run"], line["shard"]] = (line["seq"], head)
            if line["kind"] == "run.closed":
                number, _, value = json.loads(line["body"])["installation"].partition(":")
                anchors[int(number)] = value
        if line["type"] == "installation":
            said = (line["seq"], line["head"])
            assert anchors.pop(0, own) == own
        if line["type"] == "installation_event":
            assert line["seq"] == own_seq + 1
            own_seq = line["seq"]
            own = sha("|".join([own, *(str(line[k]) for k in ("seq", "at", "kind")), line["body"]]))
            assert own == line["hash"] and anchors.pop(own_seq, own) == own
        if line["type"] == "ledger":
            assert (line["seq"], line["prev"]) == (last + 1, ledger)
            ledger, last = sha(f"{ledger}|{line['seq']}|{line['run']}|{line['digest']}"), line["seq"]
            assert ledger == line["hash"]
            if line["cut_of"] and not line["purged"]:
                assert sha(cuts.pop((line["cut_of"], line["at"]))) == line["digest"]
    for number, found in runs.items():
        ends = []
        for shard in found["shards"]:
            seq, head = heads[number, shard["no"]]
            assert shard["seq"] == seq and shard["head"] in (head, "" if seq == 0 else head)
            ends.append(f"{shard['no']}:{shard['seq']}:{shard['head']}")
        if found["ended"]:
            assert found["digest"] == sha("|".join([found["id"], found["state"], *ends]))
    assert not cuts and not anchors and said == (own_seq, own)
    assert (lines[0]["ledger_lines"], lines[0]["ledger_head"]) == (last, ledger)
    return Counter(line["type"] for line in lines)


@pytest.fixture
def runs(school: School) -> list[int]:
    school.gadgets(4, sites=2)
    school.book(
        "act", '  - {do: gadget.status, save_as: s}\n  - {do: gadget.set, with: {value: "ü|{{ s.value }}"}}\n'
    )
    school.book("bad", '  - {check: "false"}\n')
    return [school.run("act").run.no, school.run("bad").run.no, school.submit("act", ticket="1", inputs={})]


def exported(*words: str) -> list[dict]:
    return [json.loads(line) for line in pedell("audit", "export", *words).stdout.splitlines()]


def test_every_chain_can_be_recomputed_from_it(school: School, runs: list[int]) -> None:
    lines = exported()
    counts = recompute(lines)
    assert (counts["run"], counts["ledger"]) == (3, 2)
    own = counts["installation_event"]
    assert lines[-1] == {
        "type": "end", "runs": 3, "events": counts["event"], "ledger_lines": 2, "installation_events": own,
    }  # fmt: skip
    assert own == 4, "the limits that the first engine found, and three runs"
    assert counts["event"] == school.service.audit.verify().events
    assert "tester" not in json.dumps(lines)


def test_a_changed_event_shows_in_it(school: School, runs: list[int]) -> None:
    lines = exported()
    changed = next(line for line in lines if line["type"] == "event")
    changed["body"] = changed["body"].replace(changed["body"][5], "x", 1)
    with pytest.raises(AssertionError):
        recompute(lines)


def test_parts_of_it(school: School, runs: list[int]) -> None:
    one = exported("--run", str(runs[1]))
    assert recompute(one)["run"] == 1
    with school.service.around.store.writing() as connection:
        old = now() - 400 * 86_400 * 1_000_000
        connection.execute(update(run).where(run.c.no == runs[0]).values(created=old, ended=old + 1))
    assert [line["no"] for line in exported("--until", "2026-01-01") if line["type"] == "run"] == [runs[0]]
    later = exported("--since", "2026-06-01T12:30")
    assert [line["no"] for line in later if line["type"] == "run"] == runs[1:]
    recompute(later)


def test_the_commands(school: School, runs: list[int]) -> None:
    with school.service.around.store.writing() as connection:
        connection.execute(update(run).where(run.c.no == runs[1]).values(ended=1))
    said = json.loads(pedell("audit", "purge", "--json").stdout)
    assert (said["purged"], said["runs"]) == (0, {"reads": 1, "effects": 0})
    assert "--yes" in pedell("audit", "purge").stdout
    assert json.loads(pedell("audit", "purge", "--yes", "--json").stdout)["purged"] == 1
    assert "1 runs were purged" in pedell("--lang", "en", "audit", "verify").stdout
    assert recompute(exported())["ledger"] == 3
    assert json.loads(pedell("audit", "forget", "tester", "--json").stdout) == {"actor": "os:1"}
    pedell("audit", "forget", "tester", rc=2)


def test_every_kind_of_event_is_described(school: School, runs: list[int]) -> None:
    page = (ROOT / "docs/journal.md").read_text("utf-8")
    told = set()
    for row in re.findall(r"^\| (`.*?) \| (?:0|its own) \|", page, re.MULTILINE):
        area = ""
        for word in re.findall(r"`([a-z_.]+)`", row):
            area = word.partition(".")[0] or area
            told.add(f"{area}.{word.partition('.')[2]}")
    code = "".join(path.read_text("utf-8") for path in (ROOT / "core/pedell").rglob("*.py"))
    said = set(re.findall(r'"((?:run|task|attempt|shard|approval|part)\.(?:[a-z_]{3,}))"', code))
    assert said - told == set()
    assert {line["kind"] for line in exported() if line["type"] == "event"} <= told
