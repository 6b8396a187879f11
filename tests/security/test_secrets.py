"""Secrets by reference."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from pedell.errors import ConfigError
from pedell.security.printable import printable
from pedell.security.secrets import Secrets

PASSWORD = "pä&ss\\wörd"


@pytest.fixture
def secrets(data: Path) -> Secrets:
    folder = data / "secrets"
    folder.mkdir()
    (folder / "desk").write_text("s3cret\n")
    (folder / "desk").chmod(0o600)
    return Secrets(data)


def test_from_a_file_and_from_the_environment(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK", "from the environment")
    assert secrets.secret("secret://file/desk") == "s3cret"
    assert secrets.secret("secret://env/DESK") == "from the environment"


@pytest.mark.parametrize(
    "reference",
    ["s3cret", "secret://", "secret://file/", "secret://file/absent", "secret://file/../pedell.toml", "secret://vault/x",
     "secret://env/NO_SUCH_VARIABLE", "secret://file/wide", "secret://file//etc/hostname"],
)  # fmt: skip
def test_what_cannot_be_read_says_why_and_never_the_secret(
    secrets: Secrets, data: Path, reference: str
) -> None:
    (data / "pedell.toml").write_text("")
    (data / "secrets/wide").write_text("s3cret")
    (data / "secrets/wide").chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        secrets.secret(reference)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"


def test_known_secrets_are_masked_longest_first(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONG", "s3cret-and-more")
    monkeypatch.setenv("SHORT", "ab")
    assert secrets.mask("password s3cret") == "password s3cret"
    for reference in ("secret://file/desk", "secret://env/LONG", "secret://env/SHORT"):
        secrets.secret(reference)
    assert secrets.mask("s3cret s3cret-and-more ab") == "•••• •••• ab"


@pytest.mark.parametrize(
    "shown",
    [
        f'a "{PASSWORD}" b',
        json.dumps({"password": PASSWORD}),
        json.dumps({"password": PASSWORD}, ensure_ascii=False),
        f"https://host/login?password={quote(PASSWORD, safe='')}",
        urlencode({"password": PASSWORD}),
        f"<password>{escape(PASSWORD)}</password>",
        printable(PASSWORD.encode()),
        printable(PASSWORD.encode("latin-1")),
    ],
    ids=["plain", "json", "json with letters", "url", "form", "xml", "bytes", "old bytes"],
)
def test_a_secret_is_masked_however_it_is_written(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    monkeypatch.setenv("ODD", PASSWORD)
    secrets.secret("secret://env/ODD")
    for text in {shown, shown if "\\x" in shown else printable(shown.encode())}:
        masked = secrets.mask(text)
        assert "••••" in masked
        assert "rd" not in masked.replace("password", "")


def test_a_key_of_several_lines_is_masked_line_by_line(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "-----BEGIN KEY-----\nMIIEvgIBADANBg\nkqhkiG9w0BAQ==\n-----END KEY-----")
    secrets.secret("secret://env/KEY")
    assert secrets.mask("the second line is kqhkiG9w0BAQ==") == "the second line is ••••"
    assert (
        secrets.mask("> -----BEGIN KEY-----\\nMIIEvgIBADANBg\\nkqhkiG9w0BAQ==\\n-----END KEY-----")
        == "> ••••"
    )


def test_secrets_that_are_read_at_once_are_all_masked(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"SECRET_{n}" for n in range(40)]
    for name in names:
        monkeypatch.setenv(name, f"value-of-{name}")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: secrets.secret(f"secret://env/{name}"), names))
    assert all(secrets.mask(f"value-of-{name}") == "••••" for name in names)
