"""Whether the plugins can do what a row of the inventory says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from pydantic import BaseModel, ValidationError

from pedell.errors import NotFoundError
from pedell.hooks.plugins import Plugins
from pedell.i18n import t
from pedell.inventory.entries import DeviceEntry
from pedell.validation import place as place_of
from pedell.validation import reason


class DriverCheck:
    """Checks kinds, drivers and options; equal questions are asked once."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._ask = lru_cache(maxsize=10_000)(self._problem)

    def problem(self, entry: DeviceEntry) -> tuple[str, str]:
        """What is wrong with a device whose fields are all known, and a hint; empty when nothing is."""
        for driver, options in self._uses(entry):
            message, hint = self._ask(entry.kind or "", driver, options)
            if message:
                return message, hint
        return "", ""

    @staticmethod
    def _uses(entry: DeviceEntry) -> Iterator[tuple[str, str]]:
        yield entry.driver or "", entry.options or "{}"
        for use in entry.also or ():
            yield use.driver, use.options

    def _problem(self, kind: str, driver: str, options: str) -> tuple[str, str]:
        kinds = self._plugins.kinds
        if kind not in kinds:
            near = get_close_matches(kind, kinds, 1)
            hint = (
                t("did you mean {word}?", word=near[0])
                if near
                else self._quarantined() or ", ".join(sorted(kinds))
            )
            return t("kind '{kind}' is unknown", kind=kind), hint
        try:
            found = self._plugins.driver(driver)
        except NotFoundError as error:
            near = get_close_matches(driver, self._plugins.drivers, 1)
            return error.message, t("did you mean {word}?", word=near[0]) if near else error.hint
        if kind not in found.kinds:
            return t("driver {driver} is not for kind '{kind}'", driver=driver, kind=kind), ", ".join(
                sorted(found.kinds)
            )
        try:
            found.options.model_validate(json.loads(options))
        except ValidationError as error:
            return _wrong_option(driver, found.options, error)
        return "", ""

    def _quarantined(self) -> str:
        bad = ", ".join(record.name for record in self._plugins.records if record.quarantined)
        return t("quarantined plugins: {names}; see 'pedell plugins'", names=bad) if bad else ""


def _wrong_option(driver: str, options: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    """The first wrong option: a name that there is not, with the one that may be meant, or a value, with what it is for."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = [str(part) for part in first["loc"]]
    known = options.model_fields
    if first["type"] == "extra_forbidden" and len(place) == 1:
        near = get_close_matches(place[0], known, 1)
        hint = t("did you mean {word}?", word=near[0]) if near else ", ".join(known)
        return t("driver {driver} has no option '{name}'", driver=driver, name=place[0][:100]), hint
    about = known[place[0]].description if place and place[0] in known else ""
    return f"{place_of('options', *place)}: {reason(first)}", about or ", ".join(known)
