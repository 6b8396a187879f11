"""Addresses of displays: a host, a host with a port, or the URL of a byte stream."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl, urlsplit

from pedell.drivers.api import DeviceError, ErrorClass, Target
from pedell.transports.stream_url import StreamURL, parse_stream_url


def stream_url(address: str, port: int, baud: int = 0) -> StreamURL:
    """`host`, `host:port`, `[IPv6]:port`, a bare IPv6 address or a URL; `port` where none is named.

    `baud` is the rate of a serial line whose address says none. Port 0 is a protocol that has none of its own.
    Raises DeviceError(PRECONDITION) that says how to write it.
    """
    text = address.strip()
    if "://" in text:
        url = parse_stream_url(text)
        if (
            baud
            and url.scheme in {"serial", "rfc2217"}
            and "baud" not in dict(parse_qsl(urlsplit(text).query))
        ):
            return replace(url, line=replace(url.line, baud=baud))
        return url
    if _is_ipv6(text):
        text = f"[{text}]"
    has_port = ":" in text.rpartition("]")[2]
    if not has_port and not port:
        raise DeviceError(
            ErrorClass.PRECONDITION,
            f"the address {text[:200]!r} names no port, and this protocol has none of its own",
            hint="a serial line is named such as serial:///dev/ttyUSB0, a serial server rfc2217://host:7001 or tcp://host:7001",
        )
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
