"""What a killed test run leaves does not disturb the next one."""

from __future__ import annotations

import secrets
import subprocess
import sys

import pytest

from tests import namespaces
from tests.namespaces import ip

pytestmark = pytest.mark.peer("netns")


def test_what_a_killed_run_left_is_removed_and_its_network_is_nobody_elses(monkeypatch):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(60)
    left, mine = f"pedell-{gone.pid}-{secrets.token_hex(3)}-sw", f"{namespaces.new_name()}-sw"
    try:
        ip("netns", "add", left)
        ip("netns", "add", mine)
        device, _, theirs = namespaces.take_network(left)
        number = int(device.removeprefix("pedell"))
        monkeypatch.setattr(secrets, "choice", lambda _: number)
        other, _, elsewhere = namespaces.take_network(mine)
        assert other != device
        assert elsewhere != theirs
        namespaces.sweep.cache_clear()
        namespaces.sweep()
        there = ip("netns", "list")
        assert left not in there
        assert mine in there
        assert device not in {line.split()[0].partition("@")[0] for line in ip("-br", "link").splitlines()}
    finally:
        for name in (left, mine):
            namespaces.remove(name)
