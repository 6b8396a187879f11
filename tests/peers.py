"""Real servers that some tests talk to: `@pytest.mark.peer("cups")`.

Each name has a quick check that answers "" where the peer is usable on this machine, else the reason. Without
its peer a test is skipped by name; under `PEDELL_REQUIRE_PEERS=1` it fails, so that nothing is skipped unseen.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

# Debian keeps daemons where an ordinary PATH does not look.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/lib/frr"


def program(name: str) -> str:
    """Where a program is; empty where it is not installed."""
    return shutil.which(name, path=_PLACES) or ""


def _programs(*names: str) -> str:
    absent = [name for name in names if not program(name)]
    return f"not installed: {', '.join(absent)}" if absent else ""


def _root() -> str:
    return "" if os.geteuid() == 0 else "needs root"


def _namespaces() -> str:
    reason = _root() or _programs("ip")
    if reason:
        return reason
    probe = f"pedell-{os.getpid()}-{secrets.token_hex(3)}-probe"
    made = subprocess.run(
        [program("ip"), "netns", "add", probe], capture_output=True, text=True, timeout=10, check=False
    )
    if made.returncode:
        return f"no network namespaces: {made.stderr.strip()}"
    subprocess.run([program("ip"), "netns", "delete", probe], capture_output=True, timeout=10, check=False)
    return ""


def _postgresql() -> str:
    if program("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return ""
    return "not installed: postgresql"


def _request_tracker() -> str:
    if not Path("/usr/share/request-tracker5/libexec/rt-server").exists():
        return "not installed: request-tracker5"
    return _root()


PEERS: dict[str, Callable[[], str]] = {
    "adb": lambda: _programs("adb"),
    "cups": lambda: _root() or _programs("cupsd", "lpadmin", "lp"),
    "frr": lambda: _namespaces() or _programs("zebra", "vtysh", "sshd"),
    "ippeveprinter": lambda: _programs("ippeveprinter", "gcc"),
    "netns": _namespaces,
    "openssh": lambda: _programs("sshd", "ssh-keygen"),
    "postgresql": _postgresql,
    "request-tracker": _request_tracker,
    "lldpd": lambda: _namespaces() or _programs("lldpd", "lldpcli"),
    "ser2net": lambda: _programs("ser2net"),
    "snmpd": lambda: _programs("snmpd", "snmpget", "snmpset", "snmpbulkwalk"),
    "socat": lambda: _programs("socat"),
}


@cache
def reason(name: str) -> str:
    """Why the peer cannot be used here; empty where it can. An unknown name is a mistake in the test."""
    if name not in PEERS:
        pytest.fail(
            f"no peer is named {name!r}; known are {', '.join(sorted(PEERS))} (tests/peers.py)", pytrace=False
        )
    return PEERS[name]()


def need(name: str) -> None:
    """Skip the running test where the peer is absent, or fail it where peers are required."""
    why = reason(name)
    if not why:
        return
    if os.environ.get("PEDELL_REQUIRE_PEERS") == "1":
        pytest.fail(f"peer {name} is required: {why}", pytrace=False)
    pytest.skip(f"peer {name}: {why}")
