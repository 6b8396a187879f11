"""What a simulated class 2 projector says by UDP: answers to a search, and notices of what changed.

Written from the PJLink specification 2.00 (JBMIA) without the driver's help: `%2SRCH` CR to UDP 4352 is answered by
`%2ACKN=` and the MAC address to UDP 4352 of the asker, after a random wait; notices go to an address set on the
projector.
"""

from __future__ import annotations

import asyncio

from pedell_whiteboards.simulation import shared_udp


class Ear(asyncio.DatagramProtocol):
    """Hears searches, and answers each once, from the projector's own address."""

    def __init__(self, host: str, port: int, mac: str, wait: float) -> None:
        self._mac = mac
        self._wait = wait
        self._port = port
        # As on a real network each projector has an address of its own, and broadcasts reach all of them.
        self._mouth = shared_udp(host, port)
        self._ears: list[asyncio.DatagramTransport] = []

    async def listen(self, host: str) -> None:
        """Listen for broadcasts."""
        made, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, sock=shared_udp(host, self._port)
        )
        self._ears.append(made)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a search, to the port of the specification and not to the one it came from."""
        if data.strip(b"\r\n ").upper() == b"%2SRCH":
            asyncio.get_running_loop().call_later(
                self._wait, self.say, "ACKN", self._mac, addr[0], self._port
            )

    def say(self, body: str, value: str, host: str, port: int) -> None:
        """Send one notice; nobody acknowledges it."""
        if self._ears:
            self._mouth.sendto(f"%2{body}={value}\r".encode(), (host, port))

    def close(self) -> None:
        """Fall silent."""
        for ear in self._ears:
            ear.close()
        self._ears.clear()
        self._mouth.close()
