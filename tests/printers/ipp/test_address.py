"""Addresses of printers."""

from __future__ import annotations

import pytest

from pedell.drivers.api import DeviceError, ErrorClass
from pedell_printers.ipp.address import parse


@pytest.mark.parametrize(
    ("address", "base", "path", "uri"),
    [
        ("ipp://p1", "http://p1:631", "/ipp/print", "ipp://p1/ipp/print"),
        ("ipp://p1:8631/ipp", "http://p1:8631", "/ipp", "ipp://p1:8631/ipp"),
        ("ipps://srv/printers/B204", "https://srv:631", "/printers/B204", "ipps://srv/printers/B204"),
        ("https://p1/ipp/print", "https://p1:443", "/ipp/print", "ipps://p1:443/ipp/print"),
        ("http://10.0.0.7:631/", "http://10.0.0.7:631", "/ipp/print", "ipp://10.0.0.7/ipp/print"),
        (
            "ipp://[2001:db8::7]/ipp/print",
            "http://[2001:db8::7]:631",
            "/ipp/print",
            "ipp://[2001:db8::7]/ipp/print",
        ),
    ],
)
def test_addresses(address: str, base: str, path: str, uri: str) -> None:
    found = parse(address)
    assert (found.base, found.path, found.uri) == (base, path, uri)


@pytest.mark.parametrize(
    "address",
    ["", "p1", "ftp://p1", "ipp://", "ipp://u:geheim@p1/", "ipp://p1/a b", "ipp://p1/ä", "ipp://p1/x?y=1",
     "ipp://p1:99999/", "ipp://[::1", "ipp://p1/x\r\nHost: y"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(DeviceError) as caught:
        parse(address)
    assert caught.value.error_class is ErrorClass.PRECONDITION
    assert caught.value.hint
    assert "geheim" not in caught.value.message
