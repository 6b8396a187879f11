"""What no test may do: leave something behind, or talk to anything but this machine."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

GRACE = 20.0
"""Seconds for what is about to end, on a machine that has others to serve; paramiko's timers take 15."""
# The namespaces that tests of real switches make for themselves (10.98/15).
OWN_NETWORKS = ("10.98.", "10.99.")


def children() -> set[int]:
    """Processes that this one started, also those that ended and were not waited for."""
    found: set[int] = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(int(pid) for pid in listing.read_text().split())
        except OSError:
            continue  # the thread has just ended
    return found


def command_line(pid: int) -> str:
    """A process's command line, for people."""
    try:
        words = (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        )
    except OSError:
        return "ended"
    return words or "not waited for"


def inheritors(variable: str, value: str) -> set[int]:
    """Processes, other than this one, that carry `variable=value`: also those that left their parent."""
    wanted = f"{variable}={value}".encode()
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue  # somebody else's, or just ended
    return found - {os.getpid()}


def orphans(variable: str, value: str, before: set[int]) -> dict[int, str]:
    """Those of `inheritors` that were not there before, with their command lines; waits a little, as `left_behind`."""
    until = time.monotonic() + GRACE
    while True:
        found = {pid: command_line(pid) for pid in inheritors(variable, value) - before}
        left = {pid: words for pid, words in found.items() if words not in {"ended", "not waited for"}}
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.05)


def left_behind(threads: set[threading.Thread], processes: set[int]) -> list[str]:
    """Threads and children that were not there before; waits a little for those that are about to end."""
    until = time.monotonic() + GRACE
    while True:
        more_threads = [
            thread for thread in threading.enumerate() if thread not in threads and not _known(thread)
        ]
        more_processes = [pid for pid in children() - processes if not _kept(command_line(pid))]
        if not (more_threads or more_processes) or time.monotonic() > until:
            break
        time.sleep(0.02)
    return [f"thread {thread.name}" for thread in more_threads] + [
        f"process {pid} ({command_line(pid)})" for pid in more_processes
    ]


def _kept(words: str) -> bool:
    """Helpers that are used by several tests; they are missed at the end of the module, or of the session."""
    return "multiprocessing." in words or "/tests/crash/engine_child.py" in words


def _known(thread: threading.Thread) -> bool:
    # One per process, and they stay: the loop for libraries that know asyncio only (pedell.transports.background), and
    # whoever watches deadlines (pedell.transports.alarms; what is done at one has a thread of another name).
    return thread.name.startswith(("pytest_timeout", "pedell-background")) or thread.name == "pedell-alarms"


def _local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a path, or a family without hosts
    host = str(address[0]).partition("%")[0]
    if host in {"", "localhost"} or host.startswith(OWN_NETWORKS):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Within the block every connection of this process to another machine is an AssertionError."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: object) -> None:
        if not _local(address):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: object) -> int:
        if not _local(address):
            raise AssertionError(f"a test tried to reach {address}")
        return connect_ex(self, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]
