"""A controller that asked to be left alone is left alone also by the engine that comes after this one.

Rests run on the monotonic clock of a process; beside it stands the wall clock's time in the store. It is written by
the engine's ears, so that a process that is killed within a quarter of a second of a Retry-After forgets that one.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy import delete, insert, select

from pedell.engine.controllers import LONGEST_REST, Controllers
from pedell.errors import StoreError
from pedell.store.database import Store, now
from pedell.store.tables.control import controller_rest

log = logging.getLogger("pedell.engine")
WORTH = 3.0
"""Seconds of rest below which nothing is written: starting an engine takes about as long."""
SECOND = 1_000_000


class Rests:
    """The store's side of the controllers' rests. Used by one thread at a time."""

    def __init__(self, store: Store, controllers: Controllers) -> None:
        self._store = store
        self._controllers = controllers
        self._written: dict[str, float] = {}
        """Until when, on the monotonic clock, by controller."""

    def begin(self) -> None:
        """Take over what an engine before was asked for; forget what is over, and what no clock can have meant."""
        moment = now()
        with self._store.reading() as connection:
            rows = connection.execute(select(controller_rest)).all()
        gone = []
        for row in rows:
            left = (row.until - moment) / SECOND
            # A row of the future was written by a clock that has been set back since: it tells nothing.
            if row.at > moment + SECOND or not 0 < left <= LONGEST_REST:
                gone.append(row.controller)
                continue
            self._controllers.get(row.controller, None).rest(left)
            self._written[row.controller] = time.monotonic() + left
            log.info("controller %s wants to be left alone for another %.0f s", row.controller, left)
        if gone:
            with self._store.writing() as connection:
                connection.execute(delete(controller_rest).where(controller_rest.c.controller.in_(gone)))

    def keep(self) -> None:
        """Write down what has been asked for since; raises StoreError, and tries again the next time."""
        found = self._controllers.rests()
        moment = time.monotonic()
        fresh = {
            key: left
            for key, left in found.items()
            if left >= WORTH and moment + left > self._written.get(key, 0.0) + 1.0
        }
        if not fresh:
            return
        at = now()
        with self._store.writing() as connection:
            connection.execute(delete(controller_rest).where(controller_rest.c.controller.in_(list(fresh))))
            rows = [
                {"controller": key, "at": at, "until": at + int(left * SECOND)} for key, left in fresh.items()
            ]
            connection.execute(insert(controller_rest), rows)
        self._written.update((key, moment + left) for key, left in fresh.items())

    def end(self) -> None:
        """A last time; a store that is away is no reason not to end."""
        try:
            self.keep()
        except StoreError as error:
            log.warning("controllers that rest were not written down: %s", error.message)
