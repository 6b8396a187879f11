"""Network namespaces of the tests: names and networks that nobody else on this machine has.

A test run that is killed leaves its namespaces behind, and they outlive its processes. So a name never stands on
the process's number alone, a network is one that is free now, and what killed runs left is removed.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.peers import program

_OURS = re.compile(r"pedell-(\d+)-.+")
NETWORKS = range(1, 250)
"""Third octets of 10.98.x.0/24."""


def ip(*words: str, check: bool = True) -> str:
    """Run iproute2's `ip`. Raises AssertionError with what it said where it fails and `check` is set."""
    done = subprocess.run([program("ip"), *words], capture_output=True, text=True, timeout=90, check=False)
    assert not check or done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
    return done.stdout


def new_name() -> str:
    """The beginning of names of namespaces: `pedell-PID-RANDOM`."""
    sweep()
    return f"pedell-{os.getpid()}-{secrets.token_hex(3)}"


def take_network(inside: str) -> tuple[str, str, str]:
    """Lay a cable from here into a namespace, where it is `mgmt0`: our end's name, our address, the far one's.

    Whoever adds the link of a number has the number: the kernel lets one only.
    """
    sweep()
    first = secrets.choice(NETWORKS)
    for number in [*NETWORKS[first - 1 :], *NETWORKS[: first - 1]]:
        device, ours, theirs = f"pedell{number}", f"10.98.{number}.254", f"10.98.{number}.1"
        done = subprocess.run(
            [program("ip"), "link", "add", device, "type", "veth", "peer", "name", "mgmt0", "netns", inside],
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            ip("address", "add", f"{ours}/24", "dev", device)
            ip("link", "set", device, "up")
            ip("-n", inside, "address", "add", f"{theirs}/24", "dev", "mgmt0")
            ip("-n", inside, "link", "set", "mgmt0", "up")
            return device, ours, theirs
        assert "File exists" in done.stderr, done.stderr
    raise AssertionError("all networks of 10.98.0.0/16 are in use")


def remove(name: str) -> None:
    """End every process in a namespace, then the namespace with its ends of cables."""
    for pid in ip("netns", "pids", name, check=False).split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    ip("netns", "delete", name, check=False)


@cache
def sweep() -> None:
    """Remove what test runs left whose process is gone; once per process."""
    for line in ip("netns", "list").splitlines():
        found = _OURS.fullmatch(line.split()[0])
        if found and not Path("/proc", found[1]).exists():
            remove(found[0])
