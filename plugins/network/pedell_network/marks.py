"""Marks behind a mask: a secret that was changed shows, and tells nothing else.

Docs: docs/decisions/0112-marks-of-secrets.md.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pedell_network.masking import MASK

KEY = "secrets/configuration-marks"
_LENGTH = 4
_MARK = re.compile(rf"{MASK}[0-9a-f]{{{_LENGTH}}}(?![0-9a-f])")


def marker(data: Path, device: str) -> Callable[[str], str]:
    """From a secret to its mark: four hexadecimal digits of an HMAC with a key that never leaves the data folder.

    The device's id goes into it: the same password on two switches has two marks. Raises OSError where the key can
    neither be read nor made.
    """
    key = _key(data / KEY)

    def mark(secret: str) -> str:
        told = hmac.new(key, f"{device}\0{secret}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return told.hexdigest()[:_LENGTH]

    return mark


def _key(path: Path) -> bytes:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".marks-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_hex(32).encode())
            out.flush()
            os.fsync(out.fileno())
        # Whole or not at all, and the first of several that start at once wins.
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path.read_bytes()


def new_marks(text: str, before: str) -> bool:
    """Whether `text` has marks that the text before had not."""
    return not set(_MARK.findall(text)) <= set(_MARK.findall(before))


def settled(text: str, again: str) -> str:
    """`text`, with the mask alone in lines that were not the same when the same was read again.

    Some switches encrypt anew each time they are asked: a mark would tell of a change each night.
    """
    same = set(again.splitlines())
    return "".join(
        line if line.rstrip("\n") in same else _MARK.sub(MASK, line)
        for line in text.splitlines(keepends=True)
    )
