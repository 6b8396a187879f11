"""The lab's folder: who runs, where its door is, what took effect, the secrets it made.

Whether a lab runs is told by a lock that the kernel takes back when the process ends, however it ends; the
other files are only believed while the lock is held.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pedell.errors import ConflictError
from pedell.i18n import t

_BROADCAST = "(broadcast)"
"""Beside the simulators' names in the file of ports."""
_LOOPBACK = "127.255.255.255"


@dataclass(frozen=True)
class Running:
    """A lab that runs: its process, its door, the door's token, when it began (epoch seconds)."""

    pid: int
    url: str
    token: str
    started: float


class Place:
    """Files below `lab/` in the data folder; only their owner may read them."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.folder = data / "lab"
        self.effects = self.folder / "effects.jsonl"
        self.log = self.folder / "lab.log"
        self._lock = self.folder / "lab.lock"
        self._running = self.folder / "lab.json"
        self._ports = self.folder / "ports.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lab's lock; raises ConflictError where a lab runs."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError(t("a lab runs already"), hint=t("see 'pedell lab status'")) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            try:
                yield
            finally:
                self._running.unlink(missing_ok=True)
                lock.truncate(0)

    def taken(self) -> bool:
        """Whether a lab holds the lock."""
        try:
            with self._lock.open() as lock:  # only read: the data folder may be one that nobody can write
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def pid(self) -> int | None:
        """The process that holds the lock."""
        try:
            text = self._lock.read_text()
        except OSError:
            return None
        return int(text) if text.isdigit() and self.taken() else None

    def announce(self, running: Running) -> None:
        """Tell others where the door is."""
        write_private(self._running, json.dumps(asdict(running)))

    def running(self) -> Running | None:
        """The lab that runs now, if any. What a killed one left behind is not believed."""
        if not self.taken():
            return None
        try:
            return Running(**json.loads(self._running.read_text()))
        except (OSError, ValueError, TypeError):
            return None  # not ready yet

    def ports(self) -> dict[str, int]:
        """Ports of the last time, so that addresses in the inventory stay."""
        try:
            found = json.loads(self._ports.read_text())
            return {str(name): int(port) for name, port in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_ports(self, ports: dict[str, int]) -> None:
        """Remember ports for the next time."""
        write_private(self._ports, json.dumps(ports))

    def broadcast_port(self) -> int:
        """A UDP port for what is sent to everybody on the loopback network: that of the last time where it is free."""
        known = self.ports().get(_BROADCAST, 0)
        if known:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
                # Several devices of one lab share it.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((_LOOPBACK, known))
                return known
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((_LOOPBACK, 0))
            found = int(probe.getsockname()[1])
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.keep_ports(self.ports() | {_BROADCAST: found})
        return found

    def make_secrets(self, names: Iterable[str]) -> dict[str, str]:
        """The named secrets as the data folder has them; those that are missing are made."""
        folder = self.data / "secrets"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found: dict[str, str] = {}
        for name in names:
            path = folder / name
            if not path.exists():
                write_private(path, secrets.token_hex(8))
            found[name] = path.read_text().strip()
        return found


def write_private(path: Path, text: str) -> None:
    """Write a file at once, readable by its owner only."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.replace(path)
