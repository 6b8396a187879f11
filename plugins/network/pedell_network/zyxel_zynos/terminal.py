"""Netmiko's Zyxel line, for switches; loads netmiko."""

from __future__ import annotations

import re

from netmiko.cisco_base_connection import CiscoBaseConnection
from netmiko.zyxel.zyxel_ssh import ZyxelSSH


class ZynosLine(ZyxelSSH):
    """Netmiko's is for Zyxel's gateways, which have no enable mode. ZyNOS has Cisco's.

    It puts ESC 7 behind each prompt and before each answer, and pages what is long: nothing is known that switches its
    pager off, so that its pages are turned.
    """

    def session_preparation(self) -> None:
        """The prompt, and nothing else: ZyNOS has no command for the width or the length of a page."""
        self.ansi_escape_codes = True
        self._test_channel_read(pattern=r"[>#]")
        self.set_base_prompt()

    def strip_ansi_escape_codes(self, string_buffer: str) -> str:
        """As netmiko's, which does not know the remembered cursor."""
        return super().strip_ansi_escape_codes(string_buffer.replace("\x1b7", ""))

    def check_enable_mode(self, check_string: str = "#") -> bool:
        """By the prompt."""
        return CiscoBaseConnection.check_enable_mode(self, check_string)

    def enable(
        self,
        cmd: str = "enable",
        pattern: str = "ssword",
        enable_pattern: str | None = None,
        check_state: bool = True,
        re_flags: int = re.IGNORECASE,
    ) -> str:
        """With the enable mode's own password."""
        return CiscoBaseConnection.enable(self, cmd, pattern, enable_pattern, check_state, re_flags)
