"""One event loop per process, in the background, for libraries that know asyncio only.

Drivers are synchronous and start no loop (see the design's contracts); what they wait for runs here.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any, TypeVar

from pedell.drivers.api import Deadline, DeviceError, ErrorClass, Happened

R = TypeVar("R")
NAME = "pedell-background"
"""Of the loop's thread, and of those that look up names for it."""

_starting = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def loop() -> asyncio.AbstractEventLoop:
    """The process's loop, started when first asked for; a forked child gets one of its own."""
    with _starting:
        found = _loops.get(os.getpid())
        if found is None:
            found = asyncio.new_event_loop()
            found.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix=NAME))
            threading.Thread(target=found.run_forever, name=NAME, daemon=True).start()
            _loops[os.getpid()] = found
        return found


def run(
    coroutine: Coroutine[Any, Any, R], deadline: Deadline, doing: str, *, happened: Happened = Happened.NO
) -> R:
    """What the coroutine returns; it is cancelled at the deadline.

    Raises what it raises, and TIMEOUT with `happened` where it takes too long.
    """
    if deadline.passed():
        coroutine.close()
        raise DeviceError(ErrorClass.TIMEOUT, f"out of time before {doing}")
    future = asyncio.run_coroutine_threadsafe(coroutine, loop())
    try:
        return future.result(deadline.left())
    except (TimeoutError, CancelledError) as error:
        # A TimeoutError of the coroutine's own is the coroutine's business to translate.
        if future.done() and not future.cancelled():
            raise
        raise DeviceError(ErrorClass.TIMEOUT, f"out of time while {doing}", happened=happened) from error
    finally:
        future.cancel()
