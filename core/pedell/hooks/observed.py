"""What observers are told; no personal names, no ticket text, no secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AttemptInfo:
    """One attempt: `outcome` is empty before it."""

    run: str
    device: str
    capability: str
    attempt: str
    outcome: str = ""


@dataclass(frozen=True)
class RunInfo:
    """One run and the state it ended in."""

    run: str
    playbook: str
    ticket: str
    state: str


@dataclass(frozen=True)
class TicketInfo:
    """One ticket: which system it lives in, and its key there."""

    ticket: str
    system: str
    key: str
