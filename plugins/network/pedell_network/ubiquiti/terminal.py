"""Netmiko's Ubiquiti lines, quicker and for any name; loads netmiko."""

from __future__ import annotations

from netmiko.ubiquiti.edge_ssh import UbiquitiEdgeSSH

from pedell.drivers.api import DeviceError, ErrorClass


class EdgeLine(UbiquitiEdgeSSH):
    """As netmiko's, without waiting for what it throws away."""

    def session_preparation(self) -> None:
        """Privileged, and without pages; there is no width to set."""
        self._test_channel_read(pattern=r"[>#]")
        self.set_base_prompt()
        self._privileged()
        self.set_base_prompt()
        self.disable_paging()

    def _privileged(self) -> None:
        try:
            self.enable()
        except ValueError as error:
            raise DeviceError(
                ErrorClass.AUTH, "the switch refuses the enable secret", hint="option enable: secret://…"
            ) from error


class UnifiLine(EdgeLine):
    """A UniFi switch shows a shell first; the switch's command line is behind `telnet localhost`."""

    def session_preparation(self) -> None:
        """Through the shell into the switch's own command line, whatever its name."""
        self._test_channel_read(pattern=r"[#$>]")
        self.set_base_prompt()
        self._send_command_str("telnet localhost", expect_string=r"\([^)\n]{1,64}\) ?>")
        self.set_base_prompt()
        self._privileged()
        self.disable_paging()
