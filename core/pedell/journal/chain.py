"""Hash chains: per shard over the stored text, and one ledger over closed runs.

The formulas are part of the format and documented in docs/journal.md; changing one breaks every journal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

# One for all: json.dumps makes a new one each time where it is told how.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def text_of(body: Mapping[str, Any]) -> str:
    """The text of an event's body as it is stored."""
    text = _encode(body)
    # Halves of surrogate pairs, which a hostile device may send, can neither be hashed nor stored.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def genesis(run: str, shard: int) -> str:
    """What the first event of a shard is chained to."""
    return _hash(f"pedell-journal-1|{run}|{shard}")


def link(previous: str, run: str, shard: int, seq: int, at: int, kind: str, body: str) -> str:
    """The hash of an event, from the hash before it and all that is stored of it."""
    return _hash(f"{previous}|{run}|{shard}|{seq}|{at}|{kind}|{body}")


def digest(run: str, state: str, heads: Iterable[tuple[int, int, str]]) -> str:
    """The digest of a run: its state and every shard's number, length and head, in order."""
    return _hash("|".join([run, state, *(f"{shard}:{seq}:{head}" for shard, seq, head in sorted(heads))]))


INSTALLATION_GENESIS = hashlib.sha256(b"pedell-installation-1").hexdigest()


def installation_link(previous: str, seq: int, at: int, kind: str, body: str) -> str:
    """The hash of an event of the installation itself."""
    return _hash(f"{previous}|{seq}|{at}|{kind}|{body}")


LEDGER_GENESIS = hashlib.sha256(b"pedell-ledger-1").hexdigest()


def ledger_link(previous: str, seq: int, run: str, run_digest: str) -> str:
    """The hash of a line of the ledger."""
    return _hash(f"{previous}|{seq}|{run}|{run_digest}")


def purge_digest(at: int, lines: Iterable[int]) -> str:
    """What the ledger's line of a purge holds: when, and the numbers of the lines that were marked."""
    return _hash("|".join(["pedell-purge-1", str(at), *(str(line) for line in sorted(lines))]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
