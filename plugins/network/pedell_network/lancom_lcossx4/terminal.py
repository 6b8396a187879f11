"""Netmiko's line of LCOS SX 4 with long lines; loads netmiko."""

from __future__ import annotations

from netmiko.lancom.lancom_lcossx4 import LancomLCOSSX4SSH


class Sx4Line(LancomLCOSSX4SSH):
    """A line that is longer than the terminal is wide is scrolled while it is typed, and no longer read as its echo."""

    def session_preparation(self) -> None:
        """As netmiko's, on the widest terminal that the switch knows."""
        self._test_channel_read()
        self.set_base_prompt()
        self.set_terminal_width("terminal width 512")
        self.disable_paging()
        self.clear_buffer()
