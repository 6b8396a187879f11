"""Leases: one conversation per endpoint, and no more at once than a controller allows.

A lease is held by at most one task of this process, and by file lock by at most one process on this
machine, so that `pedell devices check` cannot collide with a repair. File locks end with their process.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pedell.drivers.deadline import Deadline
from pedell.drivers.errors import DeviceError, ErrorClass

Waiter = Callable[[], None]


class Leases:
    """Leases by key. Nobody waits inside a call: who finds a key taken leaves a waiter behind."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        # One file: each key is a byte of it, far out; a lock on a byte needs no byte to be there.
        self._file = os.open(data / "leases.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock = threading.Lock()
        self._taken: dict[str, int] = {}  # endpoint key: offset of its byte
        self._slots: dict[str, int] = {}  # slot key: how many are out
        # In the order in which they came, each once: who looks again each second waits as one.
        self._waiters: dict[str, dict[Waiter, None]] = {}

    def acquire(self, key: str, waiter: Waiter | None = None) -> bool:
        """Take the endpoint's lease. Where it is taken in this process, `waiter` is called once it may be free.

        Returns False without keeping the waiter where another process holds it: try again in a moment.
        """
        offset = _offset(key)
        with self._lock:
            if key in self._taken:
                if waiter is not None:
                    self._waiters.setdefault(key, {})[waiter] = None
                return False
            self._taken[key] = offset
        # Beside the lock: a call of the system gives the interpreter away, and all others would queue for the lock.
        mine = False
        try:
            mine = self._lock_byte(offset, fcntl.F_WRLCK)
        finally:
            with self._lock:
                if not mine:
                    self._taken.pop(key, None)
                self._served(key, waiter)
                others = None if mine else self._next(key)
        if others is not None:
            others()
        return mine

    def held_here(self, key: str) -> bool:
        """Whether this process holds it."""
        with self._lock:
            return key in self._taken

    def release(self, key: str) -> None:
        """Give the endpoint's lease back and call the next waiter."""
        offset = self._taken.get(key)
        if offset is None:
            return
        self._lock_byte(offset, fcntl.F_UNLCK)
        with self._lock:
            self._taken.pop(key, None)
            waiter = self._next(key)
        if waiter is not None:
            waiter()

    def take_slot(self, key: str, capacity: int, waiter: Waiter) -> bool:
        """Take one of `capacity` slots; where all are out, `waiter` is called once one may be free."""
        with self._lock:
            if self._slots.get(key, 0) >= capacity:
                self._waiters.setdefault(key, {})[waiter] = None
                return False
            self._slots[key] = self._slots.get(key, 0) + 1
            self._served(key, waiter)
            return True

    def free_slot(self, key: str) -> None:
        """Give a slot back and call the next waiter."""
        with self._lock:
            left = self._slots.get(key, 0) - 1
            if left > 0:
                self._slots[key] = left
            else:
                self._slots.pop(key, None)
            waiter = self._next(key)
        if waiter is not None:
            waiter()

    @contextmanager
    def lease(self, key: str, deadline: Deadline) -> Iterator[None]:
        """Hold an endpoint's lease around a block, waiting for it until the deadline; raises DeviceError(BUSY)."""
        pause = threading.Event()
        while not self.acquire(key):
            if deadline.passed():
                raise DeviceError(ErrorClass.BUSY, "the device is in use by somebody else")
            pause.wait(min(0.1, deadline.left() or 0.001))
        try:
            yield
        finally:
            self.release(key)

    def _next(self, key: str) -> Waiter | None:
        waiting = self._waiters.get(key)
        if not waiting:
            return None
        waiter = next(iter(waiting))
        self._served(key, waiter)
        return waiter

    def _served(self, key: str, waiter: Waiter | None) -> None:
        waiting = self._waiters.get(key)
        if waiting is not None and waiter is not None:
            waiting.pop(waiter, None)
            if not waiting:
                del self._waiters[key]

    def close(self) -> None:
        """Give everything back."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            self._taken.clear()
            self._waiters.clear()

    def _lock_byte(self, offset: int, kind: int) -> bool:
        # Open-file-description locks belong to this object, not to the process: two of them see each other.
        wish = struct.pack("hhqqi4x", kind, os.SEEK_SET, offset, 1, 0)
        try:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, wish)
        except BlockingIOError:
            return False
        return True


def _offset(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 2
