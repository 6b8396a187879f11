"""How vtysh is spoken to; loads netmiko, whose driver for IOS knows its prompts."""

from __future__ import annotations

import re

from pedell_network.frr import parse
from pedell_network.session import Dialect
from pedell_network.terminal import IosTerminal


def prompt(base: str) -> str:
    """The whole line of a prompt, in any mode."""
    return rf"(?m:^{re.escape(base.strip()[:16])}[^\n#>]{{0,64}}[>#][ \t]*$)"


DIALECT = Dialect(IosTerminal, prompt, parse.refusal)
