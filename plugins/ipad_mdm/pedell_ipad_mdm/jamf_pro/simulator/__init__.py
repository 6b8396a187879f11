"""A simulated Jamf Pro server with iPads that sleep, are locked, wake, and enrol again."""

from __future__ import annotations

from pedell_ipad_mdm.jamf_pro.simulator.server import JamfProSimulator

__all__ = ["JamfProSimulator"]
