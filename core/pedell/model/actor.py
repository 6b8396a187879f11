"""Who asks: every event carries one, from the first day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerifiedBy(StrEnum):
    """How we know who it is. `os` alone is weak for a second person."""

    OS = "os"
    TOKEN = "token"  # noqa: S105 - not a password
    OIDC = "oidc"
    WEBHOOK = "webhook"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class Actor:
    """Somebody or something that asks.

    Attributes:
        kind: `person`, `system` or `schedule`.
        id: opaque; what the journal carries.
        verified_by: how we know.
        name: for people; kept in a table of its own that can be emptied, never in the journal.
        uid: the operating system's user id, where that is how we know.
    """

    kind: str
    id: str
    verified_by: VerifiedBy
    name: str = ""
    uid: int | None = None


def said_by(who: Actor) -> dict[str, str]:
    """As events tell who it was and how that is known."""
    return {"actor": who.id, "kind": who.kind, "verified_by": str(who.verified_by)}


def os_actor() -> Actor:
    """The person at this terminal, as the operating system tells."""
    import os
    import pwd

    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Actor("person", f"os:{uid}", VerifiedBy.OS, name=name, uid=uid)
