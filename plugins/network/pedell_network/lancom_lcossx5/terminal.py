"""Netmiko's line of LCOS SX 5 in another order; loads netmiko."""

from __future__ import annotations

from netmiko.lancom.lancom_lcossx5 import LancomLCOSSX5SSH


class Sx5Line(LancomLCOSSX5SSH):
    """Netmiko's becomes privileged before it knows the prompt, so that it cannot see whether it did."""

    def session_preparation(self) -> None:
        """The prompt, the enable mode, then the pager, which only that mode can switch off."""
        self._test_channel_read()
        self.set_base_prompt()
        self.enable()
        self.disable_paging()
        self.clear_buffer()
