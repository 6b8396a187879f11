"""Text that switches print: made harmless; `mask_secrets` masks what is secret in it."""

from __future__ import annotations

import re

from pedell_network.masking import MASK, mask_secrets

__all__ = ["MASK", "clean", "mask_secrets", "one_line"]

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")


def clean(text: str) -> str:
    """`text` without escape sequences and control characters; line ends become newlines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """Hostile text as one short line for an error."""
    return " ".join(clean(text).split())[:limit]
