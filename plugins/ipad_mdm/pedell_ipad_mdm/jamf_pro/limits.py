"""What a Jamf Pro server bears."""

from __future__ import annotations

from pedell.drivers.api import ControllerLimits

JAMF_PRO = ControllerLimits(connections=5)
"""Source: Jamf's "Jamf Pro API Scalability Best Practices": at most five, no enforced rate limit."""
