"""Secrets by reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from pedell.errors import ConfigError
from pedell.security.secrets import Secrets


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
