"""Secrets in configurations, masked: passwords, hashes, communities, keys, whatever the vendor.

A copy of a configuration is read by more people than the switch is. What a rule takes for a secret is replaced, the
word before it and the kind of its encryption stay. Behind the mask a mark may stand that differs where the secret
does (`marks`). Where a rule has to guess, it masks. Every rule is bounded, since what a switch says may be hostile:
no pattern looks over a whole line from each of its places.

Sources: the vendors' command references; the removal rules that the configuration archiver oxidized publishes per
model were read as a second list of what is secret, per platform.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pedell_network.masking_rules import (
    BLOCKS,
    FREE_WORDS,
    GUESSED,
    GUESSED_LINE,
    IPSEC_LINE,
    JUNOS_COMMUNITY,
    JUNOS_SNMP,
    LINES,
    MARKED,
    MASK,
    NAMED,
    OF_IPSEC,
    OF_SNMP,
    ROUTEROS_NAME,
    ROUTEROS_SNMP,
    SNMP_LINE,
    WRAPPED,
    WRAPPED_ALL,
    WRAPS,
)

__all__ = ["MASK", "mask_secrets", "steady"]

_SPEAK_OF_SECRETS = (
    "pass", "secret", "key", "psk", "cak", "token", " pw", "auth", "account", "commun", "snmp", "cert", "$",
    "-begin", "- begin", "version v",
    "cpwd", "encrypt", "cipher", "encrypted", "pmk", "idtoken", "*@&", "identity",
)  # fmt: skip
"""Every rule needs one of these; most answers of a switch have none, and the rules take their time."""

_FOLD = " \t \t"
"""Stands for the break of a wrapped line while the rules look: blanks to them."""


def mask_secrets(config: str, mark: Callable[[str], str] | None = None) -> str:
    """A configuration with the secrets of its lines replaced; everything else stays as it is.

    `mark` makes of a secret what is shown behind the mask, so that another secret shows as another mark: see `marks`.
    """
    folded = config.casefold()
    if not any(word in folded for word in _SPEAK_OF_SECRETS) and not ("://" in folded and "@" in folded):
        return config
    cover = _Cover(mark or (lambda _secret: ""))
    if folds := _FOLD not in config:
        config = (WRAPPED_ALL if WRAPS.search(config) else WRAPPED).sub(_FOLD, config)
    for block in BLOCKS:
        config = block.sub(cover.block, config)
    config = JUNOS_SNMP.sub(lambda found: JUNOS_COMMUNITY.sub(cover.line, found[0]), config)
    config = ROUTEROS_SNMP.sub(lambda found: ROUTEROS_NAME.sub(cover.line, found[0]), config)
    config = SNMP_LINE.sub(cover.snmp, config)
    config = IPSEC_LINE.sub(lambda found: OF_IPSEC.sub(cover.line, found[0]), config)
    for rule in LINES:
        config = rule.sub(cover.line, config)
    config = GUESSED_LINE.sub(cover.guessed, config)
    config = MARKED.sub(cover.line, config)
    return config.replace(_FOLD, "\n ") if folds else config


class _Cover:
    """Puts the mask over what a rule found."""

    def __init__(self, mark: Callable[[str], str]) -> None:
        self._mark = mark

    def _mask(self, secret: str) -> str:
        # The same secret may stand in quotes or be wrapped otherwise: that changes nothing.
        return MASK + self._mark("".join(re.sub(r"\\\n[ \t]*", "", secret).split()).strip("\"'"))

    def line(self, found: re.Match[str]) -> str:
        parts = found.groupdict()
        return (
            f"{parts['head']}{parts.get('kind') or ''}{self._mask(parts['secret'])}{parts.get('tail') or ''}"
        )

    def snmp(self, found: re.Match[str]) -> str:
        line = found[0]
        if "community" in line.lower():
            line = NAMED.sub(self.line, line)
        for rule in OF_SNMP:
            line = rule.sub(self.line, line)
        return line

    def guessed(self, found: re.Match[str]) -> str:
        line = found[0]
        free = FREE_WORDS.search(line)
        head, rest = (line[: free.start()], line[free.start() :]) if free else (line, "")
        for rule in GUESSED:
            head = rule.sub(self.line, head)
        return head + rest

    def block(self, found: re.Match[str]) -> str:
        if found["secret"].strip().startswith(MASK):
            return found[0]
        lines = "\n" in found["secret"]
        before = "\n" if lines and not found["head"].endswith("\n") else ""
        return (
            f"{found['head']}{before}{self._mask(found['secret'])}{chr(10) if lines else ''}{found['tail']}"
        )


# What differs although nobody changed anything ---------------------------------------------------------------------

_VOLATILE = re.compile(
    r"(?im)^(?:"
    # Cisco IOS, FRR: how long it is, when it was changed, how fast the clock's quartz runs.
    r"Building configuration\.*|Current configuration ?: ?\d+ bytes|Using \d+ out of \d+ bytes[^\n]*"
    r"|! (?:Last configuration change at|NVRAM config last updated at|No configuration change since)[^\n]*"
    r"|ntp clock-period \d+"
    # Junos.
    r"|## Last (?:changed|commit): [^\n]*"
    # RouterOS: # 2026-11-28 07:34:38 by RouterOS 7.16, before 7.11 # nov/28/2026 ….
    r"|# (?:\d{4}-\d\d-\d\d|[a-z]{3}/\d\d/\d{4}) \d\d:\d\d:\d\d by RouterOS[^\n]*"
    # EdgeSwitch, Netgear and others of their family.
    r"|! ?(?:System Up Time|Current System Time|Current SNTP Synchronized Time)\b[^\n]*"
    # ZyNOS: the clock, as if it were a setting.
    r"|[ \t]*time (?:\d{1,2}:\d\d:\d\d|date \d\d/\d\d/\d{4})"
    # Comments of others that tell a time.
    r"|[!#;] ?(?:generated|created|saved|exported|last modified|time|date|uptime)[^\n]*\d\d:\d\d:\d\d[^\n]*"
    r")[ \t]*(?:\n|\Z)"
)


def steady(config: str) -> str:
    """A configuration without the lines that tell of time alone."""
    return _VOLATILE.sub("", config)
