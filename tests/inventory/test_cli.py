"""`pedell sites` and `pedell devices`, as people call them, with the plugins that are installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pedell.cli.main import run
from pedell.hooks.plugins import Plugins
from pedell.i18n import set_language
from pedell.testing.simhost import SimulatorHost

SCHOOL = """\
sites: [{slug: bert-brecht, name: Bert-Brecht-Gymnasium, campus: nord, rooms: [{name: B204, title: Physik}]}]
devices:
  - {name: wb, kind: whiteboard, site: bert-brecht, room: B204, driver: pjlink, address: "127.0.0.1:1", model: WA75D, tags: [exam],
     options: {password: secret://env/PJ}}
  - {name: sw, kind: switch, site: bert-brecht, driver: cisco-ios, address: "127.0.0.1:1", options: {username: x}}
links: [{device: wb, kind: uplink, to: sw, detail: Gi1/0/4}]
"""


class Shell:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = run(words)
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, *words: str) -> tuple[int, Any]:
        code, out, _ = self(*words, "--json")
        return code, json.loads(out)

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("PEDELL_DATA", str(tmp_path / "data"))
    made = Shell(tmp_path, capsys)
    code, _, err = made("devices", "import", made.write("school.yaml", SCHOOL))
    assert (code, err) == (0, f"made a new store in {tmp_path / 'data' / 'pedell.db'}\n")
    yield made  # type: ignore[misc]
    set_language("en")


def test_import_tells_the_plan_and_the_exit_code(shell: Shell) -> None:
    bad = shell.write(
        "bad.csv", "name;kind;site;driver\nnew;projector;bert-brecht;pjlink\nbroken;oven;bert-brecht;pjlink\n"
    )
    code, out, _ = shell("devices", "import", "--dry-run", bad)
    assert code == 1
    assert "+ device new" in out
    assert f"refused: {bad}:3: broken: kind 'oven' is unknown" in out
    assert "- device wb (bert-brecht)" in out
    assert "nothing was written" in out
    code, made = shell.json("devices", "import", "--prune", bad)
    assert code == 1
    assert made["counts"]["devices"] == {"added": 1, "changed": 0}
    assert [(one["line"], one["severity"]) for one in made["findings"]] == [(3, "error")]
    assert {one["name"] for one in made["gone"]} == {"wb", "sw"}
    assert made["retired"] == 2
    assert [one["name"] for one in shell.json("devices", "list")[1]["devices"]] == ["new"]


@pytest.mark.parametrize(
    "words", [("nothing.csv",), ("--source", "", "school.yaml"), ("--source", "a\nb", "school.yaml"), ()]
)
def test_import_used_wrongly(shell: Shell, words: tuple[str, ...]) -> None:
    code, _, err = shell("devices", "import", *words)
    assert code == 2
    assert err.startswith("error:")
    assert "Traceback" not in err


def test_list_takes_words_or_on(shell: Shell) -> None:
    assert [
        one["name"] for one in shell.json("devices", "list", "kind=whiteboard", "room=B*")[1]["devices"]
    ] == ["wb"]
    assert [
        one["name"] for one in shell.json("devices", "list", "--on", "wb or sw", "kind=switch")[1]["devices"]
    ] == ["sw"]
    code, made = shell.json("devices", "list", "--limit", "1")
    assert (code, len(made["devices"]), made["total"]) == (0, 1, 2)
    assert set(made["devices"][0]) == {
        "id", "no", "name", "kind", "site", "room", "drivers", "model", "serial", "address", "controller", "state",
    }  # fmt: skip
    _, out, _ = shell("devices", "list", "--limit", "1")
    assert "1 of 2 devices" in out
    assert shell("devices", "list", "room=nowhere")[:2] == (0, "no devices\n")


def test_a_wrong_selector_is_one_line(shell: Shell) -> None:
    code, out, err = shell("devices", "list", "roon=B204")
    assert (code, out) == (2, "")
    assert (
        err == "error: selector 'roon=B204', column 1: there is nothing named 'roon' (did you mean room?)\n"
    )
    code, made = shell.json("devices", "list", "room=")
    assert code == 2
    assert "column 6" in made["error"]["message"]


def test_show(shell: Shell) -> None:
    code, out, _ = shell("devices", "show", "wb")
    assert code == 0
    for part in ("B204", "pjlink  127.0.0.1:1  (password=secret://env/PJ)", "uplink: sw (Gi1/0/4)", "exam"):
        assert part in out
    made = shell.json("devices", "show", "sw")[1]["device"]
    assert made["links_here"] == [{"kind": "uplink", "no": 1, "name": "wb", "detail": "Gi1/0/4"}]
    assert made["uses"] == [{"driver": "cisco-ios", "address": "127.0.0.1:1", "options": {"username": "x"}}]
    code, _, err = shell("devices", "show", "wbb")
    assert code == 2
    assert "did you mean wb?" in err


def test_check(shell: Shell) -> None:
    code, out, _ = shell("devices", "check", "*", "--seconds", "2")
    assert code == 1
    assert "wb [pjlink]: " in out
    assert "Traceback" not in out
    code, made = shell.json("devices", "check", "kind=switch", "--seconds", "2")
    assert code == 1
    (one,) = made["checks"]
    assert (one["name"], one["driver"], one["identity"]) == ("sw", "cisco-ios", None)
    assert one["outcome"] in ("unreachable", "refused")
    assert shell("devices", "check", "room=nowhere")[0] == 2
    assert shell("devices", "check")[0] == 2


def test_export(shell: Shell) -> None:
    code, out, _ = shell("devices", "export", "wb", "--format", "csv")
    assert code == 0
    assert "secret://env/PJ" in out
    path = shell.folder / "out.yaml"
    assert shell("devices", "export", "-o", str(path))[0] == 0
    assert shell.json("devices", "import", str(path))[1]["unchanged"] == 2
    assert shell.json("devices", "export")[1]["content"] == path.read_text()
    assert shell("devices", "export", "-o", str(shell.folder / "no" / "where"))[0] == 2


def test_pin_key(shell: Shell) -> None:
    code, out, _ = shell("devices", "pin-key", "*", "--seconds", "2")
    assert code == 1
    assert out.startswith("sw: ")
    assert "compare" not in out  # there is no fingerprint
    code, made = shell.json("devices", "pin-key", "127.0.0.1:1", "--seconds", "2")
    assert code == 1
    assert made["keys"][0]["host"] == "127.0.0.1"
    assert made["keys"][0]["port"] == 1
    assert made["keys"][0]["fingerprint"] is None
    assert shell("devices", "pin-key", "kind=whiteboard")[0] == 2
    assert shell("devices", "pin-key", "no where=")[0] == 2


def test_a_key_that_changes_is_refused_until_replaced(shell: Shell) -> None:
    with SimulatorHost() as host:
        switch = Plugins().simulators["cisco-ios"]
        first, second = (host.start(switch(name)) for name in ("sw1", "sw2"))
        assert "compare the fingerprints" in shell("devices", "pin-key", first)[1]
        code, made = shell.json("devices", "pin-key", first)
        assert (code, made["keys"][0]["error"]) == (0, None)
        assert made["keys"][0]["fingerprint"].startswith("SHA256:")
        assert shell.json("devices", "pin-key", first)[1] == made
        known = shell.folder / "data" / "ssh" / "known_hosts"
        before = known.read_text()
        known.write_text(before.replace(first.rpartition(":")[2], second.rpartition(":")[2]))
        code, out, _ = shell("devices", "pin-key", second)
        assert "key" in out
        assert "compare" not in out
        assert code == 1
        code, made = shell.json("devices", "pin-key", second, "--replace")
        assert (code, made["keys"][0]["error"]) == (0, None)


def test_sites(shell: Shell) -> None:
    code, out, _ = shell("sites", "list")
    assert code == 0
    assert "Bert-Brecht-Gymnasium" in out
    assert shell.json("sites", "list", "süd")[1] == {"sites": []}
    made = shell.json("sites", "show", "bert-brecht")[1]
    assert made["site"]["devices"] == 2
    assert made["kinds"] == {"switch": 1, "whiteboard": 1}
    assert [room["name"] for room in made["room_list"]] == ["B204"]
    assert "Physik" in shell("sites", "show", "1")[1]
    assert shell("sites", "show", "goethe")[0] == 2


def test_german(shell: Shell) -> None:
    _, out, _ = shell("devices", "list", "room=nowhere", "--lang", "de")
    assert out == "keine Geräte\n"
    _, out, _ = shell("devices", "list", "--lang", "de", "--help")
    assert "Geräte auflisten" in out


def test_the_example_of_the_documentation_is_good(shell: Shell) -> None:
    page = (Path(__file__).parents[2] / "docs" / "inventory.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    code, made = shell.json("devices", "import", shell.write("example.yaml", example))
    assert (code, made["findings"]) == (0, [])
    for line in page.split("    kind=")[1:]:
        assert shell("devices", "list", "kind=" + line.split("\n")[0])[0] == 0


def test_the_name_of_the_exported_file_says_its_form(shell: Shell) -> None:
    shell("devices", "import", shell.write("s.yaml", SCHOOL.replace("Gymnasium", "Schule für Mädchen")))
    for name, beginning in (("out.csv", "\ufeffname;kind;"), ("out.yaml", "sites:"), ("out.txt", "sites:")):
        assert shell("devices", "export", "-o", str(shell.folder / name))[0] == 0
        assert (shell.folder / name).read_text("utf-8").startswith(beginning)
    assert "Schule für Mädchen" in (shell.folder / "out.yaml").read_text("utf-8")
    assert shell("devices", "import", str(shell.folder / "out.csv"))[0] == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "x;whiteboard;süd;pjlink;10.0.0.1",
            "'süd' is no short name (lower-case letters a to z, digits, '-', '_' and '.'; such as sued)",
        ),
        ("x;whiteboard;Albert Schweitzer;pjlink;10.0.0.1", "such as albert-schweitzer)"),
        (
            "x;whiteboard;bert-brecht;pjlink;10.1.1",
            "'10.1.1' is no IP address (four numbers, such as 10.20.4.17)",
        ),
        ("x;whiteboard;bert-brecht;pjlink;10.1.1.256:4352", "'10.1.1.256' is no IP address"),
        ("x;whiteboard;bert-brecht;pjlink;tcp://10.1.1.01:4352", "'10.1.1.01' is no IP address"),
    ],
)
def test_what_newcomers_write_into_lists(shell: Shell, row: str, said: str) -> None:
    code, out, _ = shell(
        "devices", "import", shell.write("list.csv", f"name;kind;site;driver;address\n{row}\n")
    )
    assert code == 1
    assert said in out


def test_a_workbook_and_a_folder_are_no_lists(shell: Shell) -> None:
    book = shell.folder / "list.xlsx"
    book.write_bytes(b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xff\xfe")
    assert "this is no text file (save it as CSV (UTF-8))" in shell("devices", "import", str(book))[1]
    assert "is a folder, no file" in shell("devices", "import", str(shell.folder))[2]


def test_states_in_german(shell: Shell) -> None:
    assert shell("devices", "import", shell.write("list.csv", "Name;Zustand\nwb;Ausgemustert\n"))[0] == 0
    assert "ausgemustert" in shell("devices", "list", "state=retired", "--lang", "de")[1]
    assert shell.json("devices", "show", "wb")[1]["device"]["state"] == "retired"


def test_an_empty_inventory_says_how_to_fill_it(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEDELL_DATA", str(shell.folder / "empty"))
    assert shell("init")[0] == 0
    assert "pedell devices import FILE" in shell("devices", "list")[1]
    monkeypatch.setenv("PEDELL_DATA", str(shell.folder / "data"))
    assert "import" not in shell("devices", "list", "room=B999")[1]
