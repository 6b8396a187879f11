"""Addresses of displays: a host, a host with a port, or the URL of a byte stream."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from pedell.drivers.api import DeviceError, Target
from pedell.transports.stream_url import StreamURL, parse_stream_url


def stream_url(address: str, port: int) -> StreamURL:
    """`host`, `host:port`, `[IPv6]:port`, a bare IPv6 address or a URL; `port` where none is named.

    Raises DeviceError(PRECONDITION) that says how to write it.
    """
    text = address.strip()
    if "://" in text:
        return parse_stream_url(text)
    if _is_ipv6(text):
        text = f"[{text}]"
    has_port = ":" in text.rpartition("]")[2]
    return parse_stream_url(f"tcp://{text}" if has_port else f"tcp://{text}:{port}")


def endpoint(driver: str, target: Target, port: int) -> str:
    """Key of the line that a display is on; a bad address is its own key, connecting will explain it."""
    try:
        return stream_url(target.address, port).key
    except DeviceError:
        return f"{driver}:{target.address}"


def _is_ipv6(text: str) -> bool:
    try:
        return isinstance(ip_address(text.partition("%")[0]), IPv6Address)
    except ValueError:
        return False
