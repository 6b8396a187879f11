"""The single writer of a process: gathers what is asked for and commits it in groups.

An intent is answered once it is durable, or fails at once when the store cannot be written; an outcome is
kept and tried again until it is durable. A writer that dies fails everybody at once and hangs nobody.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from pedell.drivers.deadline import Deadline
from pedell.errors import StoreError
from pedell.journal.commit import commit
from pedell.journal.ops import Barrier, Claim, CloseRun, Intent, IntentAnswer, Op, PartMark
from pedell.store.database import Store, Writer
from pedell.store.failures import CommitUnknownError

GROUP = 256
SWEEP_SECONDS = 1.0
LINGER_SECONDS = 0.01
"""So long what nobody waits for is kept for a group with more in it: a commit costs as much as ten of its rows."""
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
INTENT_SECONDS = 30.0
Answered = Intent | PartMark | Claim | CloseRun | Barrier


class Journal:
    """Takes operations from any thread; commits them in the order in which they came, in groups."""

    def __init__(self, store: Store) -> None:
        self._store = Writer(store)
        self._queue: deque[Op] = deque()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._urgent = 0
        """How many of the queue somebody waits for."""
        self._idle = False
        """The writer waits for whatever comes."""
        self._open = False
        self._last_sweep = 0.0
        self.dead: BaseException | None = None
        self.trouble = ""
        """Why the last commit failed; empty when all is well."""
        self.commits = 0
        self.written = 0

    def start(self) -> None:
        """Begin to write."""
        self._open = True
        self._thread.start()

    def stop(self, deadline: Deadline) -> bool:
        """Write what is left and end; False where that was not possible in time."""
        with self._lock:
            if not self._open:
                return True
            self._open = False
            self._came.notify()
        self._thread.join(deadline.left())
        return not self._thread.is_alive()

    def intent(self, op: Intent | PartMark, seconds: float = INTENT_SECONDS) -> IntentAnswer:
        """Wait until the intent is durable; raises StoreError when it cannot be made so (nothing may be done then)."""
        self.put(op)
        return op.answer.wait(seconds)

    def claim(self, op: Claim, seconds: float = 60.0) -> int:
        """Become the owner of a shard; returns the epoch."""
        self.put(op)
        return op.answer.wait(seconds)

    def close_run(self, op: CloseRun, seconds: float = 60.0) -> str:
        """Close a run; returns its digest, empty where the run belongs to somebody else now."""
        self.put(op)
        return op.answer.wait(seconds)

    def flush(self, shard_op: Barrier, seconds: float = 60.0) -> None:
        """Wait until everything put before is durable."""
        self.put(shard_op)
        shard_op.answer.wait(seconds)

    def put(self, op: Op) -> None:
        """Hand over an operation; raises StoreError when the writer is gone."""
        with self._lock:
            if self.dead is not None or not self._open:
                raise StoreError("the journal's writer has ended" + (f": {self.dead}" if self.dead else ""))
            self._queue.append(op)
            urgent = isinstance(op, Answered)
            self._urgent += urgent
            if urgent or self._idle or len(self._queue) == GROUP:
                self._came.notify()

    def _work(self) -> None:
        kept: list[Op] = []
        tries = 0
        try:
            while True:
                ops, ending = self._gather(kept)
                if not ops:
                    if ending:
                        return
                    continue
                kept = ops  # should it raise, all of them are told
                kept = self._write(ops)
                if kept:
                    time.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                    tries += 1
                    if ending and tries > len(RETRY_SECONDS) * 3:
                        raise StoreError(f"{len(kept)} outcomes could not be written: {self.trouble}")
                else:
                    tries = 0
        except BaseException as error:
            with self._lock:
                self.dead = error
                self._open = False
                left = [*kept, *self._queue]
                self._queue.clear()
            _fail(left, error)
        finally:
            self._store.close()

    def _gather(self, kept: Sequence[Op]) -> tuple[list[Op], bool]:
        """The next group, and whether it is among the last; empty where nothing came for a while."""
        ops = list(kept)
        with self._lock:
            if not ops:
                self._wait()
            while self._queue and len(ops) < GROUP:
                op = self._queue.popleft()
                if not isinstance(op, Answered):
                    ops.append(op)
                    continue
                self._urgent -= 1
                if op.answer.take():
                    ops.append(op)
            return ops, not self._open and not self._queue

    def _wait(self) -> None:
        """Until somebody waits for an answer, or has waited long enough for none."""
        self._idle = True
        self._came.wait_for(lambda: self._queue or not self._open, SWEEP_SECONDS)
        self._idle = False
        if self._queue:
            self._came.wait_for(
                lambda: self._urgent or not self._open or len(self._queue) >= GROUP, LINGER_SECONDS
            )

    def _write(self, ops: Sequence[Op]) -> list[Op]:
        """Commit a group; returns what must be tried again."""
        moment = time.monotonic()
        sweep = moment - self._last_sweep > SWEEP_SECONDS
        try:
            with self._store.writing() as connection:
                answers = commit(connection, ops, sweep=sweep)
        except (StoreError, SQLAlchemyError) as error:
            message = error.message if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
            self.trouble = message
            if not isinstance(error, StoreError) or isinstance(error, CommitUnknownError):
                # A bug, not a full disk; or nobody knows what the journal holds now. Stop acting: the next
                # engine reads what is there, and puts in doubt what it finds open.
                raise
            refused = [op for op in ops if isinstance(op, Intent) or (isinstance(op, PartMark) and op.begins)]
            _fail(refused, error)
            return [op for op in ops if op not in refused]
        if sweep:
            self._last_sweep = moment
        self.trouble = ""
        self.commits += 1
        self.written += len(ops)
        for answer, value in answers:
            answer.give(value)
        for op in ops:
            if isinstance(op, Barrier):
                op.answer.give(None)
        return []


def _fail(ops: Sequence[Op], error: BaseException) -> None:
    for op in ops:
        if isinstance(op, Answered) and not op.answer.done:
            op.answer.fail(StoreError(f"not written to the journal: {error}"))
