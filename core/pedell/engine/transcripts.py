"""What was said on the wire: masked, bounded, packed; kept outside the journal, with its hash inside."""

from __future__ import annotations

import base64
import hashlib
import time
import zlib
from collections.abc import Callable

from pedell.security.printable import printable

LIMIT = 64 * 1024


class Transcript:
    """Lines of one conversation; the oldest and the newest are kept when it grows too long."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self._mask = mask
        self._lines: list[str] = []
        self._size = 0
        self._dropped = 0
        self._started = time.monotonic()

    def record(self, direction: str, data: bytes | str) -> None:
        """Add a line: `direction` is ">", "<" or "#"."""
        text = printable(data[:4096]) if isinstance(data, bytes) else data[:4096].replace("\n", "\\n")
        line = f"{time.monotonic() - self._started:9.3f} {direction} {text}"
        self._lines.append(line)
        self._size += len(line) + 1
        while self._size > LIMIT and len(self._lines) > 40:
            # The beginning (greeting, login) and the end tell most.
            self._size -= len(self._lines.pop(20)) + 1
            self._dropped += 1

    def take(self) -> tuple[str, str] | None:
        """Hash and packed text of what was recorded since the last call; None for nothing."""
        if not self._lines:
            return None
        lines = list(self._lines)
        if self._dropped:
            lines.insert(20, f"          # {self._dropped} lines left out")
        text = self._mask("\n".join(lines)).encode("utf-8", "replace").decode()
        self._lines, self._size, self._dropped = [], 0, 0
        return hashlib.sha256(text.encode()).hexdigest(), pack(text)


def pack(text: str) -> str:
    """As it is stored."""
    return base64.b85encode(zlib.compress(text.encode(), 6)).decode()


def unpack(stored: str) -> str:
    """As people read it."""
    return zlib.decompress(base64.b85decode(stored)).decode()
