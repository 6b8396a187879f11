"""`pedell init` and `pedell doctor`."""

from __future__ import annotations

import sqlite3
import stat
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pedell.engine.lock import FileLock
from pedell.service.setup import starter
from pedell.settings import Settings
from tests.house.commands import document, pedell


def checks(rc: int = 0) -> dict[str, dict[str, Any]]:
    return {check["id"]: check for check in document("doctor", rc=rc)["checks"]}


def test_init_makes_a_folder_that_only_its_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "new" / "data"
    monkeypatch.setenv("PEDELL_DATA", str(data))
    shown = pedell("init").stdout
    assert str(data) in shown
    assert "lab up" in shown
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "secrets/webhook").stat().st_mode) == 0o600
    assert {check["level"] for check in checks().values()} <= {"ok", "warn"}


def test_init_again_changes_nothing(data: Path) -> None:
    pedell("init")
    secret = (data / "secrets/webhook").read_text()
    (data / "pedell.toml").write_text('timezone = "Europe/Vienna"\n')
    assert document("init")["created"] == []
    assert (data / "secrets/webhook").read_text() == secret
    assert (data / "pedell.toml").read_text() == 'timezone = "Europe/Vienna"\n'


def test_the_starter_names_every_setting_and_is_right_when_uncommented() -> None:
    lines = [line for line in starter().splitlines()[1:] if ".NAME]" not in line]
    bare = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines)
    settings = Settings.model_validate({"data": "/x", **tomllib.loads(bare)})
    assert settings.web.webhook_secret == "secret://file/webhook"
    default = Settings(data=Path("/x"))
    assert settings.model_copy(update={"web": default.web}) == default
    for name in Settings.model_fields.keys() - {"data"}:
        assert name in starter()


def test_init_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = pedell("init", rc=2, PEDELL_DATA=str(tmp_path / "file/data"))
    assert "PEDELL_DATA" in done.stderr


def test_doctor_without_a_data_folder(tmp_path: Path) -> None:
    done = pedell("doctor", rc=1, PEDELL_DATA=str(tmp_path / "absent"))
    assert "pedell init" in done.stdout
    assert not (tmp_path / "absent").exists()


def test_doctor_speaks_german(data: Path) -> None:
    assert "Datenordner" in pedell("doctor", "--lang", "de").stdout


def test_doctor_names_mistakes_in_the_settings(data: Path) -> None:
    (data / "pedell.toml").write_text('timezone = "Atlantis"\ncolour = 1\n')
    found = checks(rc=1)
    assert found["config"]["level"] == "bad"
    assert "Atlantis" in found["config"]["hint"]
    assert "colour" in found["config"]["hint"]


def test_doctor_sees_secrets_that_others_may_read(data: Path) -> None:
    pedell("init")
    (data / "secrets/webhook").chmod(0o644)
    assert checks(rc=1)["secrets"]["level"] == "bad"


def test_doctor_sees_a_damaged_store(data: Path) -> None:
    pedell("init")
    store = data / "pedell.db"
    content = bytearray(store.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    store.write_bytes(content)
    found = document("doctor", rc=1)["checks"]
    assert [check for check in found if check["id"] in {"store", "integrity"} and check["level"] == "bad"]


def test_doctor_sees_a_clock_that_went_back(data: Path) -> None:
    pedell("init")
    tomorrow = (int(time.time()) + 86400) * 1_000_000
    with sqlite3.connect(data / "pedell.db") as connection:
        columns = {name: kind for _, name, kind, *_ in connection.execute("PRAGMA table_info(event)")}
        row = {name: 1 if "INT" in kind.upper() else "x" for name, kind in columns.items()} | {"at": tomorrow}
        connection.execute(
            f"INSERT INTO event ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )
    connection.close()
    assert checks(rc=1)["clock"]["level"] == "bad"


def test_doctor_tells_whether_an_engine_runs(data: Path) -> None:
    pedell("init")
    assert "no engine runs" in checks()["engine"]["text"]
    lock = FileLock(data / "engine.lock")
    assert lock.take()
    try:
        assert "an engine runs" in checks()["engine"]["text"]
    finally:
        lock.give()


def test_doctor_names_a_ticket_system_that_cannot_be_used(data: Path) -> None:
    pedell("init")
    with (data / "pedell.toml").open("a") as file:
        file.write('\n[tickets.desk]\nadapter = "no-such-adapter"\n')
    assert "no-such-adapter" in checks(rc=1)["tickets"]["text"]


def test_doctor_looks_at_the_notifiers_before_somebody_waits_for_a_notice(data: Path) -> None:
    pedell("init")
    assert "notify" not in checks()
    settings = data / "pedell.toml"
    settings.write_text(
        '[notify.team]\nnotifier = "webhook"\noptions = {url = "https://chat.example/x", secret = "secret://file/webhook"}\n'
    )
    assert checks()["notify"]["level"] == "ok"
    settings.write_text('[notify.team]\nnotifier = "mail"\n')
    assert (checks(1)["notify"]["level"], checks(1)["notify"]["hint"]) == ("bad", "available: email, webhook")
    settings.write_text('[notify.team]\nnotifier = "email"\noptions = {host = "x", prot = 5}\n')
    assert "notify.team.options.prot" in checks(1)["notify"]["hint"]
