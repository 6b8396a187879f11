"""What a driver finds when it is asked who answers: a proposal for the inventory, never more.

Discovery only reads. A driver that takes part says so with `Driver.discovers`, and answers for one address with
`Driver.discover`; where the protocol has a search of its own, `Driver.search` asks a whole network at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Found:
    """One device that answered.

    Attributes:
        driver: id of the driver that understands it; empty where none is known, and `note` says what answered.
        kind: kind of device, from the family's contract; the driver's best guess.
        address: as the inventory's row should say it.
        options: options of the driver that it needs, beyond the defaults. Never a secret.
    """

    driver: str
    kind: str
    address: str
    manufacturer: str = ""
    model: str = ""
    name: str = ""
    serial: str = ""
    mac: str = ""
    firmware: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
