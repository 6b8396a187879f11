"""The hosts' keys that somebody pinned: `ssh/known_hosts` in the data folder, in OpenSSH's own format.

One line per key: `host ssh-ed25519 AAAA…`, or `[host]:port ssh-ed25519 AAAA…` where the port is not 22
(sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Names are written plain, for people to
read and mend the file.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HostKey:
    """A server's public key: its kind, such as `ssh-ed25519`, and the blob as it goes over the wire."""

    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` as ssh-keygen -l shows it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")

    @property
    def line(self) -> str:
        """Kind and blob as they stand in the file."""
        return f"{self.kind} {base64.b64encode(self.blob).decode('ascii')}"


def host_name(host: str, port: int, through: str = "") -> str:
    """The name a host has in the file; `10.0.0.2@gate.example` for one that is reached through another."""
    name = host if port == 22 else f"[{host}]:{port}"
    return f"{name}@{through}" if through else name


def parse(text: str, name: str) -> tuple[HostKey, ...]:
    """The keys of one host; lines that make no sense, are hashed or marked are passed over."""
    found = []
    for line in _mentioning(text, name):
        words = line.split()
        if len(words) < 3 or name not in words[0].split(","):
            continue
        try:
            blob = base64.b64decode(words[2], validate=True)
        except (binascii.Error, ValueError):
            continue
        found.append(HostKey(words[1], blob))
    return tuple(found)


def _mentioning(text: str, name: str) -> Iterator[str]:
    """The lines with the name somewhere: a city's file has thousands of others, and each connection reads it."""
    at = text.find(name)
    while at >= 0:
        end = text.find("\n", at)
        yield text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else None]
        at = text.find(name, end + 1) if end >= 0 else -1


def replaced(text: str, name: str, key: HostKey) -> str:
    """`text` with `key` as the only key of the host."""
    kept = []
    for line in text.splitlines():
        words = line.split(maxsplit=1)
        names = words[0].split(",") if len(words) == 2 else []
        if name in names:
            others = ",".join(other for other in names if other != name)
            if not others:
                continue
            line = f"{others} {words[1]}"  # noqa: PLW2901
        kept.append(line)
    return "".join(f"{line}\n" for line in [*kept, f"{name} {key.line}"])


def path(data: Path) -> Path:
    """Where the file is."""
    return data / "ssh" / "known_hosts"


def known(data: Path, host: str, port: int, through: str = "") -> tuple[HostKey, ...]:
    """What is pinned for a host; empty for nothing."""
    try:
        text = path(data).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    return parse(text, host_name(host, port, through))


def remember(data: Path, host: str, port: int, key: HostKey, through: str = "") -> None:
    """Pin a key in place of what was pinned; other processes may do the same at this moment."""
    file = path(data)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (file.parent / "known_hosts.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = file.read_text("utf-8", errors="replace") if file.exists() else ""
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".known_hosts-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(replaced(text, host_name(host, port, through), key))
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
