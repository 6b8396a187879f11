"""Threads that call drivers. A call that outlives its time is abandoned and its thread replaced."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

Job = Callable[[], None]
log = logging.getLogger("pedell.engine")


class Pool:
    """A number of threads; jobs are handed over only while one of them is free.

    A thread that has done its job asks `more(free)` for another before it lies down: waking one costs more than
    most jobs. `free` counts that thread as well.
    """

    def __init__(self, size: int, more: Callable[[int], Job | None]) -> None:
        self.size = size
        self.abandoned = 0
        self._more = more
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._given_up: set[threading.Thread] = set()
        self._busy = 0

    @property
    def busy(self) -> int:
        """Jobs that were handed over and have not ended."""
        return self._busy

    def free(self) -> int:
        """How many more jobs may be handed over now."""
        return max(0, self.size - self._busy)

    def submit(self, job: Job) -> None:
        """Run a job soon; threads are made as they are needed."""
        with self._lock:
            self._busy += 1
            if len(self._threads) < self.size and self._busy > len(self._threads):
                self._add()
        self._jobs.put(job)

    def give_up(self, thread: threading.Thread) -> None:
        """The thread hangs in a call: count it out, put another in its place."""
        with self._lock:
            if thread in self._threads:
                self._threads.discard(thread)
                self._given_up.add(thread)
                self.abandoned += 1
                self._busy -= 1
                self._add()

    def stop(self, seconds: float) -> bool:
        """End all threads that are free; False where some still work."""
        with self._lock:
            threads = list(self._threads)
            for _ in threads:
                self._jobs.put(None)
        end = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _add(self) -> None:
        thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self) -> None:
        here = threading.current_thread()
        while (job := self._jobs.get()) is not None:
            while job is not None:
                try:
                    job()
                except Exception:
                    log.exception("a job of the engine failed")
                if here in self._given_up:
                    break
                try:
                    job = self._more(self.free() + 1)
                except Exception:
                    # The dispatcher meets the same trouble, and ends the engine over it; this thread only lies down.
                    log.exception("no more work could be found")
                    job = None
            with self._lock:
                if here in self._given_up:
                    self._given_up.discard(here)
                    self.abandoned -= 1
                    return
                self._busy -= 1
        with self._lock:
            self._threads.discard(here)
