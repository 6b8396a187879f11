"""The commands with a PostgreSQL that is there, and with one that is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pedell.cli.main import main
from tests.postgres.server import PostgresServer

pytestmark = pytest.mark.peer("postgresql")


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def call(url: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("PEDELL_DATABASE", url)
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        code = int(ended.value.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize(
    "words", [("devices", "list"), ("runs", "list"), ("tickets", "list"), ("audit", "verify")]
)
@pytest.mark.parametrize(
    "url",
    ["postgresql://pedell@127.0.0.1:1/x", "postgresql://u:hush@/x?host=/nowhere"],
    ids=["refused", "socket"],
)
def test_a_server_that_is_not_there_is_one_line_and_75(run, words: tuple[str, ...], url: str) -> None:
    code, out, err = run(url, *words)
    assert code == 75
    assert out == ""
    assert "Traceback" not in err
    assert "hush" not in err
    assert len([line for line in err.splitlines() if line.strip()]) <= 2, err  # the line, and its hint


def test_doctor_says_so(run) -> None:
    code, out, _ = run("postgresql://pedell@127.0.0.1:1/x", "doctor", "--json")
    assert code != 0
    checks = {check["id"]: check for check in json.loads(out)["checks"]}
    assert "refused" in checks["store"]["text"]


def test_a_new_installation(run, server: PostgresServer) -> None:
    name = server.database()
    url = server.url(name)
    assert run(url, "init")[0] == 0
    code, out, err = run(url, "doctor", "--json")
    assert code in (0, 1), err
    checks = {check["id"]: check["level"] for check in json.loads(out)["checks"]}
    assert checks["store"] == "ok"
    assert run(url, "devices", "list", "--json")[0] == 0
    assert run(url, "tickets", "new", "Kein Bild in B204")[0] == 0
    code, out, _ = run(url, "tickets", "list", "--json")
    assert code == 0
    assert "Kein Bild" in out
    assert run(url, "audit", "verify")[0] == 0
    server.drop(name)
