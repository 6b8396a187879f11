"""What a device tells by itself, without having been asked: a hint that something changed, never more.

A driver whose protocol has such notices says on which UDP port they come (`Driver.notice_port`) and reads them
(`Driver.read_notices`). Whoever listens does not act on them: anybody may send a datagram in a device's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Notice:
    """One change that a device tells of.

    Attributes:
        what: what changed, in one word, such as power.
        text: the same for people, in English and filled in: a sentence without its subject, such as "is warming up".
        facts: the same for programs, JSON-able.
        mac: MAC address, where the notice says one.
        awaited: whether a call that waits for the device may have waited for this: it is worth while to ask now.
    """

    what: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    mac: str = ""
    awaited: bool = False
