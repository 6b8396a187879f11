"""Netmiko's terminals behind our client: pinned host key, one deadline, no goodbye that waits.

`ours` puts that over any of netmiko's SSH drivers, so that a platform needs one line: `ours(CiscoIosSSH)`. This
module loads netmiko; drivers import it when they connect.
"""

from __future__ import annotations

import inspect
import re
import time
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar, cast

import paramiko
from netmiko.base_connection import BaseConnection
from netmiko.channel import SSHChannel
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import ReadException
from netmiko.linux.linux_ssh import LinuxSSH

# ProCurve: "Do you want to log out (y/n)?", then "Do you want to save current configuration (y/n/^C)?"
_LEAVING = re.compile(
    r"(?i)(?:(?P<leave>log ?out[^\n]{0,30})|(?P<save>save[^\n]{0,60}))[\[(]y/n[^\n]{0,10}[\])]\s*\??\s*\Z"
)


class _Channel(SSHChannel):
    """As netmiko's, but the last words before the line was closed are heard."""

    def read_channel(self) -> str:
        output = ""
        try:
            while new := self.read_buffer():
                output += new
        except ReadException:
            if not output:
                raise
        return output


class Terminal(BaseConnection):
    """What all our terminals change in netmiko's; comes before the platform's class. Made by `ours`."""

    platform: ClassVar[type[BaseConnection]]
    """Netmiko's own class."""
    remote_conn: Any
    remote_conn_pre: Any

    def __init__(self, client: paramiko.SSHClient, **values: Any) -> None:
        self._client = client
        self._said = ""
        super().__init__(**values)

    def special_login_handler(self, delay_factor: float = 1.0) -> None:
        """As the platform's; the first thing that netmiko does with the open channel."""
        self.channel = _Channel(conn=self.remote_conn, encoding=self.encoding)
        super().special_login_handler(delay_factor)

    def _get_ssh_client_instance(self) -> paramiko.SSHClient:
        return self._client

    def cleanup(self, command: str = "") -> None:
        """No goodbye: netmiko's reads for up to ten seconds; closing the channel frees the line as well."""

    def read_channel(self) -> str:
        """As netmiko's, but a closed line is an error at once instead of silence until the time limit."""
        data = super().read_channel()
        if not self.base_prompt:
            self._said = (self._said + data)[-4000:]
        line = self.remote_conn
        if not data and (line is None or ((line.closed or line.eof_received) and not line.recv_ready())):
            raise ReadException("closed by the device")
        return data

    def read_until_pattern(
        self, pattern: str = "", read_timeout: float = 10.0, re_flags: int = 0, max_loops: int | None = None
    ) -> str:
        """As netmiko's, whose limit for all reads is a limit here, and no longer time than was asked for."""
        most = self.read_timeout_override
        if most and read_timeout:
            self.read_timeout_override = min(most, read_timeout)
        try:
            return super().read_until_pattern(pattern, read_timeout, re_flags, max_loops)
        finally:
            self.read_timeout_override = most

    def open(self) -> None:
        """Connect, log in and prepare the session."""
        self._open()

    def heard(self) -> str:
        """The last of what came before there was a prompt, for the error where there never is one."""
        with suppress(
            AttributeError, ReadException, OSError
        ):  # it may never have been open, or is closed already
            self._said += self.channel.read_channel()
        return self._said

    def say_goodbye(self, seconds: float) -> None:
        """Log out, so that the switch frees its line now, and wait until it hangs up, for `seconds` at most."""
        channel, until = self.remote_conn, time.monotonic() + seconds
        words = inspect.signature(self.platform.cleanup).parameters.get("command")
        word = str(words.default) if words is not None and words.default else "exit"
        channel.settimeout(seconds)
        channel.sendall((word + self.RETURN).encode())
        heard = ""
        while (left := until - time.monotonic()) > 0:
            channel.settimeout(left)
            data = channel.recv(4096)
            if not data:
                return
            heard = (heard + data.decode("utf-8", "replace"))[-300:]
            if question := _LEAVING.search(heard):
                # What is not saved is not ours to save.
                channel.sendall(("y" if question["leave"] else "n").encode())
                heard = ""

    def is_open(self) -> bool:
        """Whether the switch has not hung up, as far as we heard."""
        line = self.remote_conn
        if line is None or line.closed or (line.eof_received and not line.recv_ready()):
            return False
        transport = line.get_transport()
        return bool(transport is not None and transport.is_active())

    def listen(self) -> None:
        """Take what came without being asked for. Raises ReadException once the line is closed."""
        self.read_channel()

    def ask(self, command: str, prompt: str) -> str:
        """Send a command; what it printed, until a line like `prompt`. Raises ReadTimeout."""
        return str(self.send_command(command, expect_string=prompt))


@cache
def ours(platform: type[BaseConnection]) -> type[Terminal]:
    """Netmiko's SSH driver of a platform with our changes before it; the same class for the same driver."""
    name = platform.__name__.removesuffix("SSH") + "Terminal"
    made = type(name, (Terminal, platform), {"__doc__": f"{platform.__name__} of netmiko, as ours."})
    made.platform = platform  # type: ignore[attr-defined]
    return cast(type[Terminal], made)


IosTerminal = ours(CiscoIosSSH)
"""Cisco IOS, and what behaves like it."""
LinuxTerminal = ours(LinuxSSH)
"""A Linux shell."""
