"""Netmiko's Comware line, where reading is not done in system view; loads netmiko."""

from __future__ import annotations

from netmiko.hp.hp_comware import HPComwareSSH


class ComwareLine(HPComwareSSH):
    """Comware has no enable mode: a login may do what its role allows, and system view is for configuring only."""

    def check_enable_mode(self, check_string: str = "]") -> bool:
        """Always; netmiko's takes system view for the enable mode."""
        del check_string
        return True
