"""Whether everything Pedell needs is there. Changes nothing, and touches no device."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pedell.errors import PedellError
from pedell.i18n import decimal, t
from pedell.service.base import Surroundings
from pedell.settings import Settings, data_folder, load

if TYPE_CHECKING:
    from pedell.store.database import Store

DISK_BAD = 200 * 1024**2
DISK_WARN = 2 * 1024**3
SQLITE = (3, 35, 0)
"""The first SQLite that knows RETURNING, which the journal needs."""


class Level(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One line of `pedell doctor`: what was looked at, how it went, in words, and how to mend it."""

    id: str
    level: Level
    text: str
    hint: str = ""


class Health:
    """The checks, in the order in which one would look."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def checks(self) -> Iterator[Check]:
        """Run all; a check that fails unexpectedly is a bad line, and the rest goes on."""
        yield _python()
        data = data_folder(self._environ)
        yield from guarded("data", lambda: _data(data))
        if not data.is_dir():
            return
        yield from guarded("disk", lambda: disk(data))
        try:
            settings = load(self._environ)
        except PedellError as error:
            hint = "; ".join(str(finding) for finding in error.findings) or error.hint
            yield Check("config", Level.BAD, error.message, hint)
            return
        yield Check("config", Level.OK, t("the settings can be read"))
        around = Surroundings(settings)
        try:
            for name, check in self._of(around, settings):
                yield from guarded(name, check)
        finally:
            around.close()

    def _of(
        self, around: Surroundings, settings: Settings
    ) -> Iterator[tuple[str, Callable[[], Iterator[Check]]]]:
        yield "secrets", lambda: _secrets(around, settings)
        yield "store", lambda: _store(settings)
        yield "plugins", lambda: _plugins(around)
        yield "tickets", lambda: _tickets(around, settings)
        yield "notify", lambda: _notifiers(around, settings)


def guarded(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Run a check; where it fails unexpectedly that is a bad line."""
    try:
        yield from check()
    except PedellError as error:
        yield Check(name, Level.BAD, error.message, error.hint)
    except Exception as error:
        yield Check(name, Level.BAD, f"{type(error).__name__}: {error}")


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sqlite3.sqlite_version_info < SQLITE:
        text = t("SQLite {version} is too old", version=sqlite3.sqlite_version)
        return Check(
            "python", Level.BAD, text, t("{version} or newer is needed", version=".".join(map(str, SQLITE)))
        )
    return Check("python", Level.OK, f"Python {version}, SQLite {sqlite3.sqlite_version}")


def _data(data: Path) -> Iterator[Check]:
    if not data.is_dir():
        yield Check(
            "data", Level.BAD, t("there is no data folder {path}", path=data), t("'pedell init' makes it")
        )
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield Check("data", Level.BAD, t("{path} cannot be written", path=data), f"chown, chmod 700 {data}")
        return
    mode = stat.S_IMODE(data.stat().st_mode)
    # A folder that a group shares on purpose hands its group on (docs/operation.md).
    if mode & 0o007 or (mode & 0o070 and not mode & stat.S_ISGID):
        yield Check("data", Level.WARN, t("others may look into {path}", path=data), f"chmod 700 {data}")
        return
    yield Check("data", Level.OK, t("the data folder is {path}", path=data))


def disk(data: Path) -> Iterator[Check]:
    """How much space is left."""
    free = shutil.disk_usage(data).free
    level = Level.BAD if free < DISK_BAD else Level.WARN if free < DISK_WARN else Level.OK
    text = t("{free} GB are free on the data folder's disk", free=decimal(free / 1024**3))
    yield Check("disk", level, text, "" if level is Level.OK else t("a full disk stops every run"))


def _secrets(around: Surroundings, settings: Settings) -> Iterator[Check]:
    for path in sorted((settings.data / "secrets").glob("*")):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Check("secrets", Level.BAD, t("others may read {path}", path=path), f"chmod 600 {path}")
    if not settings.web.webhook_secret:
        yield Check(
            "webhook",
            Level.WARN,
            t("the generic webhook has no secret and stays closed"),
            t("'pedell init' makes one"),
        )
        return
    around.secrets.secret(settings.web.webhook_secret)
    yield Check("webhook", Level.OK, t("the generic webhook's secret is there"))


def _store(settings: Settings) -> Iterator[Check]:
    from pedell.store.database import HEAD, Store

    if (
        settings.database_url == f"sqlite:///{settings.data / 'pedell.db'}"
        and not (settings.data / "pedell.db").exists()
    ):
        yield Check("store", Level.WARN, t("there is no store yet"), t("'pedell init' makes it"))
        return
    store = Store(settings.database_url)
    try:
        revision = store.revision()
        if revision is None:
            yield Check("store", Level.WARN, t("the store is empty"), t("'pedell init' makes it"))
            return
        if revision > HEAD:
            yield Check(
                "store", Level.BAD, t("the store is of a newer Pedell ({revision})", revision=revision)
            )
            return
        hint = t("the next command brings it up to date") if revision != HEAD else ""
        yield Check(
            "store",
            Level.WARN if hint else Level.OK,
            t("the store is at revision {revision}", revision=revision),
            hint,
        )
        if store.sqlite:
            yield _integrity(store)
        yield _clock(store)
        yield _engine(store, settings)
    finally:
        store.close()


def _integrity(store: Store) -> Check:
    from sqlalchemy import text

    with store.reading() as connection:
        said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    if said != "ok":
        return Check(
            "integrity", Level.BAD, t("the store is damaged: {error}", error=said), t("restore a backup")
        )
    return Check("integrity", Level.OK, t("the store is undamaged"))


def _clock(store: Store) -> Check:
    from sqlalchemy import func, select

    from pedell.store.tables.journal import event

    with store.reading() as connection:
        newest = connection.execute(select(func.max(event.c.at))).scalar()
    behind = (newest or 0) / 1e6 - time.time()
    if behind > 5:
        text = t("the clock is {seconds} s behind the journal", seconds=round(behind))
        return Check("clock", Level.BAD, text, t("set the clock; windows and schedules depend on it"))
    return Check("clock", Level.OK, t("the clock does not contradict the journal"))


def _engine(store: Store, settings: Settings) -> Check:
    from sqlalchemy import func, select

    from pedell.engine.lock import engine_lock
    from pedell.store.tables.journal import run

    with store.reading() as connection:
        unfinished = connection.execute(
            select(func.count()).select_from(run).where(run.c.ended.is_(None))
        ).scalar_one()
    # Held for a moment only: an engine that starts just now tries again.
    lock = engine_lock(store, settings.data)
    if not lock.take():
        return Check("engine", Level.OK, t("an engine runs; open runs: {count}", count=unfinished))
    lock.give()
    if unfinished:
        text = t("no engine runs; open runs: {count}", count=unfinished)
        return Check("engine", Level.WARN, text, t("'pedell runs resume', or start 'pedell serve'"))
    return Check("engine", Level.OK, t("no engine runs, and none is needed"))


def _plugins(around: Surroundings) -> Iterator[Check]:
    records = around.plugins.records
    for record in records:
        if record.quarantined:
            text = t("plugin {name} is quarantined: {error}", name=record.name, error=record.error)
            yield Check("plugins", Level.BAD, text, t("see 'pedell plugins'"))
    good = sum(not record.quarantined for record in records)
    if not records:
        yield Check(
            "plugins", Level.BAD, t("there are no plugins"), t("is Pedell installed, not only copied?")
        )
    elif good:
        yield Check("plugins", Level.OK, t("{count} plugins are in use", count=good))


def _tickets(around: Surroundings, settings: Settings) -> Iterator[Check]:
    from pedell.tickets.systems import Systems

    systems = Systems(settings.tickets, around.plugins.ticket_systems, around.secrets)
    try:
        for name in systems.names:
            try:
                said = systems.get(name).check()
            except PedellError as error:
                yield Check("tickets", Level.BAD, f"{name}: {error.message}", error.hint)
                continue
            facts = ", ".join(f"{key} {value}" for key, value in said.items())
            yield Check(
                "tickets", Level.OK, t("ticket system {name} answers: {facts}", name=name, facts=facts)
            )
    finally:
        systems.close()


def _notifiers(around: Surroundings, settings: Settings) -> Iterator[Check]:
    from pedell.notify.notifiers import Notifiers

    if not settings.notify:
        return
    notifiers = Notifiers(settings.notify, around.plugins.notifiers, around.secrets)
    for name in notifiers.names:
        try:
            notifiers.get(name)
        except PedellError as error:
            hint = "; ".join(str(finding) for finding in error.findings) or error.hint
            yield Check("notify", Level.BAD, error.message, hint)
        else:
            text = t("notifier {name} is set up", name=name)
            yield Check("notify", Level.OK, text, t("'pedell notify test {name}' sends a notice", name=name))
