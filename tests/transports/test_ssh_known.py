"""Pinned host keys: the file, as OpenSSH itself reads it."""

from __future__ import annotations

import subprocess
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell.transports import ssh_known
from pedell.transports.ssh_known import HostKey

# ssh-keygen -t ed25519, and what ssh-keygen -l shows of it.
LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"
names = st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)
keys = st.builds(HostKey, st.sampled_from(["ssh-ed25519", "ssh-rsa"]), st.binary(min_size=1, max_size=60))


def test_fingerprint_as_openssh_shows_it(tmp_path):
    file = tmp_path / "known_hosts"
    file.write_text(f"sw1 {LINE}\n")
    (key,) = ssh_known.parse(file.read_text(), "sw1")
    try:
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(file)], capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("not installed: ssh-keygen")
    assert key.fingerprint in shown.stdout.split()


def test_names():
    assert ssh_known.host_name("sw1", 22) == "sw1"
    assert ssh_known.host_name("2001:db8::1", 2222) == "[2001:db8::1]:2222"


def test_hostile_lines_are_passed_over():
    text = f"\n# sw1 comment\nsw1\nsw1 ssh-ed25519\nsw1 ssh-ed25519 not*base64\n|1|hash|x {LINE}\nsw1,sw2 {LINE}\n"
    assert len(ssh_known.parse(text, "sw1")) == 1
    assert len(ssh_known.parse(text, "sw2")) == 1
    assert ssh_known.parse(text, "sw3") == ()


@given(st.text(max_size=200), names)
def test_any_text_can_be_read(text, name):
    ssh_known.parse(text, name)


@given(st.lists(st.tuples(names, keys), max_size=6), names, keys)
def test_a_pinned_key_replaces_only_its_own_host(before, name, key):
    text = ""
    for other, its in before:
        text = ssh_known.replaced(text, other, its)
    after = ssh_known.replaced(text, name, key)
    assert ssh_known.parse(after, name) == (key,)
    for other, _ in before:
        if other != name:
            assert ssh_known.parse(after, other) == ssh_known.parse(text, other)


def test_shared_lines_lose_only_one_name():
    after = ssh_known.replaced(f"sw1,sw2 {LINE}\n", "sw1", HostKey("ssh-rsa", b"new"))
    assert [key.kind for key in ssh_known.parse(after, "sw2")] == ["ssh-ed25519"]
    assert [key.kind for key in ssh_known.parse(after, "sw1")] == ["ssh-rsa"]


def test_many_at_once_lose_nothing(tmp_path):
    threads = [
        threading.Thread(
            target=ssh_known.remember, args=(tmp_path, f"sw{number}", 22, HostKey("ssh-rsa", b"k"))
        )
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ssh_known.known(tmp_path, f"sw{number}", 22) for number in range(20))
    assert sorted(file.name for file in (tmp_path / "ssh").iterdir()) == ["known_hosts", "known_hosts.lock"]
    assert ssh_known.path(tmp_path).stat().st_mode & 0o077 == 0
