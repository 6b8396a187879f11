"""What devices tell by themselves: heard, read and matched with the inventory; nothing is done about it.

Only that a waiting task asks its device sooner may come of it (`NoticesPart`): the notice itself is never believed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import Connection, exists, update

from pedell.drivers.api import Deadline, DeviceError, Driver, Notice
from pedell.errors import NotFoundError, PedellError
from pedell.i18n import t
from pedell.inventory.senders import Sender, Senders
from pedell.service.base import Surroundings
from pedell.store.database import now
from pedell.store.tables.journal import attempt, task

LOOK_SECONDS = 0.25
"""So often it is looked whether listening is to end."""
STRANGERS = 20
"""Senders that are remembered by their address; the others are only counted."""
WAKE_EVERY = 1.0
"""Seconds between two questions that notices of one device bring about."""
TROUBLE_PAUSE = 10.0
"""Seconds until a port that somebody else has is tried again."""
_ANEW = 3600.0
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Heard:
    """One notice: when it came (UTC microseconds), from where, by which driver, and the devices it may be from."""

    at: int
    address: str
    driver: str
    notice: Notice
    devices: tuple[Sender, ...]


@dataclass
class Tally:
    """What came, while listening. `strangers` are the first addresses of senders that the inventory does not know."""

    notices: int = 0
    unknown: int = 0
    elsewhere: int = 0
    malformed: int = 0
    strangers: Counter[str] = field(default_factory=Counter)

    def stranger(self, address: str) -> None:
        """Something came from somebody who is not known."""
        self.unknown += 1
        if address in self.strangers or len(self.strangers) < STRANGERS:
            self.strangers[address] += 1


class Listening:
    """One time of listening; a context manager that owns the ports."""

    def __init__(
        self,
        around: Surroundings,
        *,
        site: str = "",
        drivers: Collection[str] = (),
        address: str = "",
        shared: bool = False,
    ) -> None:
        """Only devices of one site, and of these drivers (all that have notices without); raises NotFoundError,
        and DeviceError where a port cannot be had. `address` is ours, `shared` as in `Ears`.
        """
        from pedell.transports.udp_ears import Ears

        plugins = around.plugins
        wanted = [plugins.driver(name) for name in drivers] or list(plugins.drivers.values())
        self._drivers = [driver for driver in wanted if driver.notice_port]
        if not self._drivers:
            raise NotFoundError(
                t("no device tells of changes by itself in a way that is known here"),
                hint=t("see 'pedell plugins'"),
            )
        self._senders = Senders(around.store, [driver.id for driver in self._drivers])
        self._site = site
        self.tally = Tally()
        self._ears = Ears({driver.notice_port for driver in self._drivers}, address, shared=shared)

    @property
    def ports(self) -> Mapping[str, int]:
        """The drivers, and the port that each listens on."""
        return {driver.id: driver.notice_port for driver in self._drivers}

    def hear(self, deadline: Deadline, ended: Callable[[], bool]) -> Iterator[Heard]:
        """Notices of known devices, as they come, until the deadline or until `ended`."""
        while not deadline.passed() and not ended():
            for port, address, data in self._ears.hear(min(LOOK_SECONDS, deadline.left())):
                yield from self._read(port, address, data)

    def close(self) -> None:
        """Give the ports back."""
        self._ears.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *about: object) -> None:
        """Close."""
        self.close()

    def _read(self, port: int, address: str, data: bytes) -> Iterator[Heard]:
        found = [
            one for driver in self._drivers if driver.notice_port == port for one in _notices(driver, data)
        ]
        if None in found:
            self.tally.malformed += 1
        for driver_id, notice in filter(None, found):
            devices = self._senders.at(driver_id, address, notice.mac)
            here = tuple(one for one in devices if one.site == self._site) if self._site else devices
            if here:
                self.tally.notices += 1
                yield Heard(now(), address, driver_id, notice, here)
            elif devices:
                self.tally.elsewhere += 1
            else:
                self.tally.stranger(address)


def _notices(driver: type[Driver], data: bytes) -> list[tuple[str, Notice] | None]:
    """What one driver reads; a none where it means nothing to it."""
    try:
        return [(driver.id, notice) for notice in driver.read_notices(data)]
    except DeviceError:
        return [None]


def ask_soon(connection: Connection, devices: Collection[int]) -> int:
    """Let the tasks that wait for these devices ask them at once, instead of at the time that they had in mind.

    How many. Tasks that wait for a rule, a person or another run are left alone.
    """
    waits = exists().where(attempt.c.task == task.c.no, attempt.c.state == "waiting")
    moved = connection.execute(
        update(task)
        .where(task.c.state == "waiting", task.c.until > now(), task.c.lock_key == "", task.c.device.in_(devices), waits)
        .values(until=now())
    )  # fmt: skip
    return int(moved.rowcount)


class NoticesPart:
    """Listens while `pedell serve` runs: what changed by itself is asked for now instead of a few seconds later."""

    def __init__(self, around: Surroundings, address: str, tell: Callable[[str], None]) -> None:
        """`address` is ours, empty for all; `tell` takes a line for people."""
        self._around = around
        self._address = address
        self._tell = tell
        self._ending = threading.Event()
        self._woken: dict[int, float] = {}
        self._trouble = ""
        """What was told last; a port that is there from the beginning is no news."""
        self._thread = threading.Thread(target=self._run, name="device-notices", daemon=True)

    def start(self) -> None:
        """Begin; a port that another program has is told, and tried again later."""
        self._thread.start()

    def stop(self, deadline: Deadline) -> None:
        """Listen no more."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(deadline.left())

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with Listening(self._around, address=self._address, shared=True) as listening:
                    self._told("")
                    for heard in listening.hear(Deadline.after(_ANEW), self._ending.is_set):
                        if heard.notice.awaited:
                            self._wake({one.no for one in heard.devices})
            except Exception as error:  # listening must not end: it is taken up again
                words = (
                    error.message if isinstance(error, PedellError) else f"{type(error).__name__}: {error}"
                )
                self._told(words)
                self._ending.wait(TROUBLE_PAUSE)

    def _wake(self, devices: set[int]) -> None:
        moment = time.monotonic()
        due = {no for no in devices if moment - self._woken.get(no, -WAKE_EVERY) >= WAKE_EVERY}
        if not due:
            return
        if len(self._woken) > _REMEMBERED:
            self._woken.clear()
        self._woken.update(dict.fromkeys(due, moment))
        with self._around.store.writing() as connection:
            ask_soon(connection, due)

    def _told(self, words: str) -> None:
        if words != self._trouble:
            self._tell(t("notices of devices: {words}", words=words or "ok"))
        self._trouble = words
