"""Netmiko's terminals behind our client: pinned host key, one deadline, no goodbye that waits.

`ours` puts that over any of netmiko's SSH drivers, so that a platform needs one line: `ours(CiscoIosSSH)`. This
module loads netmiko; drivers import it when they connect.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import paramiko
from netmiko.base_connection import BaseConnection
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ReadException
from netmiko.linux.linux_ssh import LinuxSSH


class Terminal(BaseConnection):
    """What all our terminals change in netmiko's; comes before the platform's class. Made by `ours`."""

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
        data = super().read_channel()
        line = self.remote_conn
        if not data and (line is None or ((line.closed or line.eof_received) and not line.recv_ready())):
            raise ReadException("closed by the device")
        return data


@cache
def ours(platform: type[BaseConnection]) -> type[Terminal]:
    """Netmiko's SSH driver of a platform with our changes before it; the same class for the same driver."""
    name = platform.__name__.removesuffix("SSH") + "Terminal"
    made = type(name, (Terminal, platform), {"__doc__": f"{platform.__name__} of netmiko, as ours."})
    return cast(type[Terminal], made)


IosTerminal = ours(CiscoIosSSH)
"""Cisco IOS, and what behaves like it."""
LinuxTerminal = ours(LinuxSSH)
"""A Linux shell."""
