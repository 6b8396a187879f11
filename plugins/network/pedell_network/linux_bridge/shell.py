"""How a Linux shell is spoken to; loads netmiko."""

from __future__ import annotations

import re

from pedell_network.linux_bridge import parse
from pedell_network.session import Dialect
from pedell_network.terminal import LinuxTerminal


def prompt(base: str) -> str:
    """The whole line of a prompt: what netmiko found, then a dollar or a hash."""
    return rf"(?m:^{re.escape(base.strip())} ?[$#][ \t]*$)"


DIALECT = Dialect(LinuxTerminal, prompt, parse.refusal)
