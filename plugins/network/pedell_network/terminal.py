"""Netmiko's terminals behind our client: pinned host key, one deadline, no goodbye that waits.

This module loads netmiko; drivers import it when they connect.
"""

from __future__ import annotations

from typing import Any

import paramiko
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ReadException
from netmiko.linux.linux_ssh import LinuxSSH


class _Ours:
    """What both terminals change in netmiko's."""

    remote_conn: Any
    remote_conn_pre: Any

    def __init__(self, client: paramiko.SSHClient, **values: Any) -> None:
        self._client = client
        super().__init__(**values)

    def _get_ssh_client_instance(self) -> paramiko.SSHClient:
        return self._client

    def cleanup(self, command: str = "") -> None:
        """No goodbye: netmiko's reads for up to ten seconds; closing the channel frees the line as well."""

    def read_channel(self) -> str:
        """As netmiko's, but a closed line is an error at once instead of silence until the time limit."""
        data: str = super().read_channel()  # type: ignore[misc]
        line = self.remote_conn
        if not data and (line is None or ((line.closed or line.eof_received) and not line.recv_ready())):
            raise ReadException("closed by the device")
        return data


class IosTerminal(_Ours, CiscoIosSSH):
    """Cisco IOS, and what behaves like it."""


class LinuxTerminal(_Ours, LinuxSSH):
    """A Linux shell."""
