"""The ticket systems of the settings, made on first use."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from pydantic import ValidationError

from pedell.errors import ConfigError, Finding, NotFoundError
from pedell.i18n import t
from pedell.settings import TicketSystemSettings
from pedell.tickets.adapter import SecretReader, TicketSystem
from pedell.tickets.model import LOCAL
from pedell.validation import place, reason

RESERVED = frozenset({LOCAL, "generic", "new"})
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Systems:
    """Adapters by the names of the settings; threads may share it."""

    def __init__(
        self,
        settings: Mapping[str, TicketSystemSettings],
        adapters: Mapping[str, type[TicketSystem]],
        secrets: SecretReader,
    ) -> None:
        self._settings = settings
        self._adapters = adapters
        self._secrets = secrets
        self._made: dict[str, TicketSystem] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the settings."""
        return tuple(self._settings)

    def get(self, name: str) -> TicketSystem:
        """The system of that name; raises NotFoundError or ConfigError."""
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def _make(self, name: str) -> TicketSystem:
        if name in self._settings and (name in RESERVED or not _NAME.fullmatch(name)):
            raise ConfigError(
                t("tickets.{name}: this name cannot be used", name=name),
                hint=t("small letters, digits and dashes; not {names}", names=", ".join(sorted(RESERVED))),
            )
        if name not in self._settings:
            known = ", ".join(self._settings) or t("none yet; see docs/tickets.md")
            raise NotFoundError(
                t("there is no ticket system {name} in the settings", name=name),
                hint=t("configured: {names}", names=known),
            )
        given = self._settings[name]
        adapter = self._adapters.get(given.adapter)
        if adapter is None:
            raise ConfigError(
                t("tickets.{name}: there is no adapter {adapter}", name=name, adapter=given.adapter),
                hint=t("available: {names}", names=", ".join(sorted(self._adapters))),
            )
        try:
            options = adapter.options.model_validate(given.options)
        except ValidationError as error:
            findings = [
                Finding(f"{place('tickets', name, 'options', *item['loc'])}: {reason(item)}")
                for item in error.errors(include_url=False, include_input=False)
            ]
            raise ConfigError(
                t("the options of ticket system {name} are wrong", name=name), findings=findings
            ) from error
        return adapter(name, options, self._secrets)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for system in self._made.values():
                system.close()
            self._made.clear()
