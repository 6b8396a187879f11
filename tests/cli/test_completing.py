"""What the Tab key offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.commands import pedell

SCHOOL = """\
sites: [{slug: bert-brecht, name: Bert-Brecht-Gymnasium}, {slug: goethe, name: Goethe}]
devices:
  - {name: bb-board, kind: whiteboard, site: bert-brecht, driver: pjlink, address: "127.0.0.1:1"}
  - {name: bb-beamer, kind: projector, site: bert-brecht, driver: pjlink, address: "127.0.0.1:2"}
  - {name: ws-müller, kind: projector, site: goethe, driver: pjlink, address: "127.0.0.1:3"}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PEDELL_DATA", str(tmp_path / "data"))
    return tmp_path


def offered(line: str, **more: str) -> list[str]:
    """Words for the last word of the line, which may be empty."""
    words = line.split(" ")
    ended = pedell(
        apart=True, _PEDELL_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), **more
    )
    assert ended.stderr == ""
    return [word.partition(",")[2] for word in ended.stdout.split()]


@pytest.mark.thorough
def test_names_of_what_there_is(home: Path) -> None:
    (home / "school.yaml").write_text(SCHOOL)
    pedell("devices", "import", home / "school.yaml")
    assert offered("pedell devices show bb-") == ["bb-beamer", "bb-board"]
    assert offered("pedell devices config ws-m") == ["ws-müller"]
    assert offered("pedell sites show g") == ["goethe"]
    assert offered("pedell run res") == ["reset-whiteboard", "restart-switch-port"]


def test_nothing_is_made_and_no_error_is_shown(home: Path) -> None:
    assert offered("pedell devices show bb-") == []
    assert not (home / "data").exists()
    (home / "data").mkdir()
    (home / "data" / "pedell.toml").write_text("odd = ")
    assert offered("pedell devices show bb-") == []
