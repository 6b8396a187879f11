"""Secrets by reference: what stands in files and inventories is `secret://…`, never the secret.

`secret://env/NAME` reads an environment variable, `secret://file/NAME` a file below `secrets/` in the data
folder that nobody else may read, `secret://keyring/SERVICE/USER` the desktop's keyring (package `keyring`).
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from pedell.errors import ConfigError
from pedell.i18n import t
from pedell.security.printable import printable

PREFIX = "secret://"

SHORTEST = 3
LINE = 8
"""Letters from which a single line of a secret with several lines, such as a key, is one itself."""


def written(secret: str) -> Iterator[str]:
    """A secret in the ways in which devices, servers and transcripts write it."""
    for form in {secret, *_encoded(secret)}:
        yield form
        # As bytes in a transcript.
        yield printable(form.encode("utf-8", "replace"))
        yield printable(form.encode("latin-1", "replace"))
    lines = [line.strip() for line in secret.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= LINE)
        yield secret.replace("\n", "\\n")


def _encoded(secret: str) -> Iterator[str]:
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield escape(secret)
    yield escape(secret, quote=False)


class Secrets:
    """Reads references; remembers what was read so that transcripts can be masked."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "secrets"
        self._known: dict[str, str] = {}
        self._values: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def secret(self, reference: str) -> str:
        """The secret behind the reference; raises ConfigError where it is not there."""
        if reference in self._known:
            return self._known[reference]
        kind, _, rest = reference.removeprefix(PREFIX).partition("/")
        if not reference.startswith(PREFIX) or not rest:
            raise ConfigError(
                t("a secret is written as a reference, not as itself"),
                hint="secret://env/NAME, secret://file/NAME",
            )
        readers = {"env": self._env, "file": self._file, "keyring": self._keyring}
        if kind not in readers:
            raise ConfigError(
                t("unknown kind of secret in {reference}", reference=reference),
                hint=", ".join(sorted(readers)),
            )
        value = readers[kind](rest, reference)
        with self._lock:
            self._known[reference] = value
            forms = {form for one in self._known.values() for form in written(one) if len(form) >= SHORTEST}
            self._values = tuple(sorted(forms, key=len, reverse=True))
        return value

    @property
    def values(self) -> tuple[str, ...]:
        """Secrets read so far as they may be written, longest first; the very short ones would mask everything."""
        return self._values

    def mask(self, text: str) -> str:
        """`text` with every secret read so far replaced."""
        for value in self.values:
            text = text.replace(value, "••••")
        return text

    def _env(self, name: str, reference: str) -> str:
        value = os.environ.get(name)
        if not value:
            raise ConfigError(t("{reference}: the variable is not set", reference=reference))
        return value

    def _file(self, name: str, reference: str) -> str:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ConfigError(t("{reference}: outside of the folder of secrets", reference=reference))
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise ConfigError(
                    t("{reference}: others may read the file", reference=reference), hint=f"chmod 600 {path}"
                )
            return path.read_text("utf-8").rstrip("\r\n")
        except OSError as error:
            raise ConfigError(
                t("{reference}: {error}", reference=reference, error=error.strerror or error), hint=str(path)
            ) from error

    def _keyring(self, rest: str, reference: str) -> str:
        try:
            import keyring
        except ImportError as error:
            raise ConfigError(
                t("{reference}: the package keyring is not installed", reference=reference)
            ) from error
        service, _, user = rest.partition("/")
        value = keyring.get_password(service, user)
        if not isinstance(value, str):
            raise ConfigError(t("{reference}: not in the keyring", reference=reference))
        return value
