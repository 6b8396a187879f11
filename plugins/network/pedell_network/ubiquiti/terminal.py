"""Netmiko's UniFi line for any name; loads netmiko."""

from __future__ import annotations

from netmiko.ubiquiti.unifiswitch_ssh import UbiquitiUnifiSwitchSSH


class UnifiLine(UbiquitiUnifiSwitchSSH):
    """A UniFi switch shows a shell first; the switch's command line is behind `telnet localhost`."""

    def session_preparation(self) -> None:
        """Through the shell into the switch's own command line; netmiko's waits for the literal name UBNT."""
        self._test_channel_read(pattern=r"[#$>]")
        self.set_base_prompt()
        self._send_command_str("telnet localhost", expect_string=r"\([^)\n]{1,64}\) ?>")
        self.set_base_prompt()
        self.enable()
        self.disable_paging()
