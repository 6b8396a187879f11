"""What a Jamf Pro server can bear, for whoever shares it out between devices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ControllerLimits:
    """`connections`: conversations with one server at the same time."""

    connections: int


JAMF_PRO = ControllerLimits(connections=5)
"""Source: Jamf's "Jamf Pro API Scalability Best Practices": at most five, no enforced rate limit."""
