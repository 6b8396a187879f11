"""Errors as one line and an exit code, whatever goes wrong."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pedell.cli import main
from pedell.cli.base import App
from pedell.cli.base import command as make
from pedell.errors import Finding, RefusedError
from tests.house.commands import pedell


def commands(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let `pedell plugins` raise."""

    @make("plugins", "Plugins, what they offer, and which are quarantined.")
    def command(app: App) -> None:
        raise error

    monkeypatch.setattr("pedell.cli.commands.plugins.command", command)


def test_nothing_said_shows_help_and_is_wrong_use() -> None:
    assert "Commands" in pedell(rc=2).stdout


@pytest.mark.parametrize(
    ("words", "english", "german"),
    [
        ("rn", "there is no command rn (did you mean run?)", "es gibt keinen Befehl rn (ist run gemeint?)"),
        (
            "run --nofollow",
            "there is no option --nofollow (did you mean --no-follow?)",
            "es gibt keine Option --nofollow",
        ),
        (
            "runs list --limit",
            "the option --limit needs a value (see 'pedell runs list --help')",
            "die Option --limit braucht einen Wert (siehe 'pedell runs list --help')",
        ),
        (
            "runs list --limit x",
            "--limit must be a number from 1 to 1000",
            "--limit muss eine Zahl von 1 bis 1000 sein",
        ),
        ("runs list --state odd", "--state must be one of: open, ", "--state muss eines davon sein: open, "),
        (
            "runs show",
            "RUN is missing (see 'pedell runs show --help')",
            "RUN fehlt (siehe 'pedell runs show --help')",
        ),
        ("runs show 1 2", "this is one word too many: 2", "das ist zu viel: 2"),
        (
            "run x --on room=B204 kind=whiteboard site~x --ticket 1",
            "this is one word too many: kind=whiteboard site~x (a selector of several words needs quotes: --on 'room=B204 kind=whiteboard site~x')",
            "eine Auswahl aus mehreren Wörtern braucht Anführungszeichen: --on 'room=B204 kind=whiteboard site~x'",
        ),
        (
            "run x --on room=B204 hello",
            "hello (see 'pedell run --help')",
            "hello (siehe 'pedell run --help')",
        ),
        ("devices --json", "which command?", "welcher Befehl?"),
        (
            "audit export --since soon",
            "--since must be a date or a time",
            "--since muss ein Tag oder ein Zeitpunkt sein",
        ),
        ("lab up --school /", "/ is a folder, no file", "/ ist ein Ordner, keine Datei"),
        ("lab up --school /proc/nope", "there is no file /proc/nope", "die Datei /proc/nope gibt es nicht"),
        ("schedules add x", "--cron is missing", "--cron fehlt"),
    ],
)
def test_wrong_words_are_told_in_the_readers_language(
    words: str, english: str, german: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, expected in (("en", english), ("de", german)):
        assert main.run(["--lang", language, *words.split()]) == 2
        assert expected in capsys.readouterr().err


def test_help_speaks_german_and_tells_of_completion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--lang", "de", "--help"]) == 0
    out = capsys.readouterr().out
    assert "_PEDELL_COMPLETE=bash_source" in out
    assert not [word for word in ("Usage", "Options:", "Commands", "Show this") if word in out]
    assert main.run(["runs", "--lang", "de", "--help"]) == 0
    assert "Befehle:" in capsys.readouterr().out


def test_a_short_word_asks_for_help_as_well() -> None:
    assert pedell("runs", "show", "-h").stdout == pedell("runs", "show", "--help").stdout


@pytest.mark.parametrize(
    "words", [["nonsense"], ["plugins", "--nonsense"], ["lab", "nonsense"], ["runs", "show"]]
)
def test_wrong_use_is_one_line_with_a_hint(words: list[str]) -> None:
    done = pedell(*words, rc=2)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "--help" in done.stderr


def test_what_a_person_can_mend_has_its_hint_and_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding("too dark", source="room.yaml", line=3, column=7, hint="light a lamp")
    commands(monkeypatch, RefusedError("not now", hint="later", findings=[finding]))
    done = pedell("plugins", rc=3)
    assert done.stderr.splitlines() == ["error: not now (later)", "  room.yaml:3:7: too dark (light a lamp)"]
    told = json.loads(pedell("plugins", "--json", rc=3).stdout)["error"]
    assert (told["kind"], told["message"], told["hint"]) == ("RefusedError", "not now", "later")
    assert told["findings"][0]["line"] == 3


def test_a_bug_says_so_without_a_traceback_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    commands(monkeypatch, ZeroDivisionError("by zero"))
    done = pedell("plugins", rc=70)
    assert "by zero" in done.stderr
    assert "--debug" in done.stderr
    with pytest.raises(AssertionError, match="Traceback"):
        pedell("plugins", "--debug", rc=70)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_what_a_folder_or_a_disk_refuses_is_no_bug(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    commands(monkeypatch, OSError(number, "odd", "/data/leases.lock"))
    done = pedell("plugins", rc=75)
    assert f"/data/leases.lock: {os.strerror(number)} (who may use the data folder" in done.stderr
    assert "bug" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (click.Abort(), 130), (SystemExit(0), 0)]
)
def test_interruptions(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    commands(monkeypatch, error)
    pedell("plugins", rc=code)


def test_hostile_text_cannot_move_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    commands(monkeypatch, RefusedError("\x1b[2Jgone\u202e", hint="\x07"))
    shown = pedell("plugins", rc=3).stderr
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)


def test_help_in_german_is_forgotten_afterwards() -> None:
    before = pedell("lab", "--help").stdout
    assert pedell("lab", "--lang", "de", "--help").stdout != before
    assert pedell("lab", "--help").stdout == before


def test_german() -> None:
    assert "Befehle" in pedell("--lang", "de", "--help").stdout
    assert "siehe" in pedell("plugins", "--lang", "de", "--nonsense", rc=2).stderr


@pytest.mark.parametrize("first", ["init", "--version"], ids=["an answer", "an error"])
def test_a_closed_pipe_is_no_bug(data: Path, first: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert main.run([first]) == 0
    words = [sys.executable, "-m", "pedell.cli.main", "devices", "list", "--json"]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_the_table_of_commands_is_complete() -> None:
    top = main.build()
    for name, (module, line) in main.COMMANDS.items():
        command = top.get_command(click.Context(top), name)
        assert command is not None, module
        assert (command.name, command.help) == (name, line)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from pedell.cli.main import main; main()"],
        env={"_PEDELL_COMPLETE": f"{shell}_source", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "pedell" in done.stdout, done.stderr
