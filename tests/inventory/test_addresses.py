from __future__ import annotations

import pytest

from pedell.errors import InventoryError
from pedell.inventory.addresses import host_and_port


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("sw1", "sw1", 22), ("sw1:2222", "sw1", 2222), ("10.0.0.1", "10.0.0.1", 22), ("2001:db8::1", "2001:db8::1", 22),
     ("[2001:db8::1]:8022", "2001:db8::1", 8022), ("ssh://sw1:23/", "sw1", 23), ("fe80::1%eth0", "fe80::1%eth0", 22)],
)  # fmt: skip
def test_addresses(text: str, host: str, port: int) -> None:
    assert host_and_port(text, 22) == (host, port)


@pytest.mark.parametrize(
    "text", ["", "a b", "sw1:", "sw1:x", "sw1:0", "sw1:70000", "a@b", "[::1", "http://x"]
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(InventoryError):
        host_and_port(text, 22)
