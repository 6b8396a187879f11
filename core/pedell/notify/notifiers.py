"""The notifiers of the settings, made on first use."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from pedell.errors import ConfigError, Finding, NotFoundError
from pedell.i18n import t
from pedell.notify.notifier import NoticeKind, Notifier, SecretReader
from pedell.settings import NotifySettings
from pedell.validation import place, reason

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Notifiers:
    """By their names in the settings. Threads may share it: at worst a notifier is made twice."""

    def __init__(
        self,
        settings: Mapping[str, NotifySettings],
        offered: Mapping[str, type[Notifier]],
        secrets: SecretReader,
    ) -> None:
        self._settings = settings
        self._offered = offered
        self._secrets = secrets
        self._made: dict[str, Notifier] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the settings."""
        return tuple(self._settings)

    def wanting(self, kind: NoticeKind) -> tuple[str, ...]:
        """Those that want notices of this kind."""
        return tuple(
            name for name, given in self._settings.items() if not given.kinds or kind.value in given.kinds
        )

    def get(self, name: str) -> Notifier:
        """The notifier of that name; raises NotFoundError or ConfigError."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Notifier:
        if name not in self._settings:
            known = ", ".join(self._settings) or t("none yet; see docs/notify.md")
            raise NotFoundError(
                t("there is no notifier {name} in the settings", name=name),
                hint=t("configured: {names}", names=known),
            )
        if not _NAME.fullmatch(name):
            raise ConfigError(
                t("notify.{name}: this name cannot be used", name=name),
                hint=t("small letters, digits and dashes"),
            )
        given = self._settings[name]
        kind = self._offered.get(given.notifier)
        if kind is None:
            raise ConfigError(
                t("notify.{name}: there is no notifier {kind}", name=name, kind=given.notifier),
                hint=t("available: {names}", names=", ".join(sorted(self._offered))),
            )
        try:
            options = kind.options.model_validate(given.options)
        except ValidationError as error:
            findings = [
                Finding(f"{place('notify', name, 'options', *item['loc'])}: {reason(item)}")
                for item in error.errors(include_url=False, include_input=False)
            ]
            raise ConfigError(
                t("the options of notifier {name} are wrong", name=name), findings=findings
            ) from error
        return kind(name, options, self._secrets)
