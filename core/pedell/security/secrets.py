"""Secrets by reference: what stands in files and inventories is `secret://…`, never the secret.

`secret://env/NAME` reads an environment variable, `secret://file/NAME` a file below `secrets/` in the data
folder that nobody else may read, `secret://keyring/SERVICE/USER` the desktop's keyring (package `keyring`).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pedell.errors import ConfigError
from pedell.i18n import t

PREFIX = "secret://"


class Secrets:
    """Reads references; remembers what was read so that transcripts can be masked."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "secrets"
        self._known: dict[str, str] = {}

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
        self._known[reference] = value
        return value

    @property
    def values(self) -> tuple[str, ...]:
        """Secrets read so far, longest first, for masking; the very short ones would mask everything."""
        known = list(self._known.values())  # at once: other threads read secrets meanwhile
        return tuple(sorted((v for v in known if len(v) >= 3), key=len, reverse=True))

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
