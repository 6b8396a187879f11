"""What a Jamf Pro server bears."""

from __future__ import annotations

from pedell.drivers.api import ControllerLimits

JAMF_PRO = ControllerLimits(connections=5, requests_per_second=20, burst=40)
"""Source: Jamf's "Jamf Pro API Scalability Best Practices": at most five connections, and time between requests that
follows the answers'; no rate is enforced. The rate is ours: what five connections come to with answers of a quarter
second."""

POLLS_TOGETHER = 40
"""Commands asked about in one request. Source: the older list of commands took forty ids; the URL stays below 2 KB."""
