"""Addresses of hosts as people write them."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pedell.errors import InventoryError
from pedell.i18n import t

_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?")
_PLAIN = re.compile(r"([^\s:/@\[\]]+)(?::(\d{1,5}))?")


def host_and_port(address: str, port: int) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, `2001:db8::1` or `[2001:db8::1]:port`; raises InventoryError."""
    text = address.strip().removeprefix("ssh://").rstrip("/")
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    found = _BRACKETS.fullmatch(text) or _PLAIN.fullmatch(text)
    number = int(found[2]) if found and found[2] else port
    if found is None or not 0 < number < 65_536:
        raise InventoryError(
            t("'{text}' is not an address", text=address[:200]), hint="host, host:port, [IPv6]:port"
        )
    return found[1], number


def host_of(address: str) -> str:
    """The host in an address of any kind (`host`, `host:port`, `[IPv6]:port`, a URL), in lower case; empty for none."""
    text = address.strip().lower()
    if "://" in text:
        try:
            return urlsplit(text).hostname or ""
        except ValueError:
            return ""
    if text.count(":") > 1 and not text.startswith("["):
        return text
    return text.rpartition("]")[0].removeprefix("[") if text.startswith("[") else text.partition(":")[0]


def is_ip(host: str) -> bool:
    """Whether this is an address of IPv4 or IPv6, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
