"""What simulated displays share: a line by TCP or pseudo terminal, and the ways to misbehave on it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import tty
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pedell.lab.simulator import Fault, FaultKind, Simulator

_ON_REQUEST = tuple(kind for kind in FaultKind if kind not in {FaultKind.LOGIN, FaultKind.CLOSED})
# A client that hangs up and comes back at once is not a second client.
_GRACE = 0.3
# Broadcasts of the loopback network.
_LOOPBACK = "127.255.255.255"


class Line(Protocol):
    """One open line to whoever talks to the display."""

    async def read(self) -> bytes:
        """What came; b"" when the other side has hung up."""

    async def write(self, data: bytes) -> None:
        """Send."""

    async def hang_up(self) -> None:
        """Cut the line, where it is one that can be cut."""


class TcpLine:
    """An accepted connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def read(self) -> bytes:
        """What came; b"" also when the connection broke."""
        try:
            return await self.reader.read(4096)
        except OSError:
            return b""

    async def write(self, data: bytes) -> None:
        """Send; a client that has gone is no concern of the display."""
        with contextlib.suppress(OSError):
            self.writer.write(data)
            await self.writer.drain()

    async def hang_up(self) -> None:
        """Close; a client that does not take the rest loses it."""
        self.writer.close()
        try:
            await asyncio.wait_for(self.writer.wait_closed(), _GRACE)
        except (OSError, TimeoutError):
            self.writer.transport.abort()


class PtyLine:
    """A pseudo terminal: the display holds one end, the other end's path is its address."""

    def __init__(self) -> None:
        # The far end stays open here too, else reading fails whenever no client has it open.
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self.path = os.ttyname(self._far)
        self._came: asyncio.Queue[bytes] = asyncio.Queue()
        asyncio.get_running_loop().add_reader(self._near, self._take)

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            self._came.put_nowait(os.read(self._near, 4096))

    async def read(self) -> bytes:
        """What came."""
        return await self._came.get()

    async def write(self, data: bytes) -> None:
        """Send; a line that nobody reads loses what it cannot hold."""
        with contextlib.suppress(OSError):
            os.write(self._near, data)

    async def hang_up(self) -> None:
        """A serial line cannot be cut by a display: the rest of the answer is just missing."""

    def close(self) -> None:
        """Give the pseudo terminal back."""
        asyncio.get_running_loop().remove_reader(self._near)
        os.close(self._near)
        os.close(self._far)


def shared_udp(host: str, port: int) -> socket.socket:
    """A UDP socket at an address that several devices hear: nobody's alone, nor one user's, as with SO_REUSEPORT."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        made.setblocking(False)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


class _Ear(asyncio.DatagramProtocol):
    """The part of a display that is never off."""

    def __init__(self, pattern: bytes, wake: Callable[[], None]) -> None:
        self._pattern = pattern
        self._wake = wake

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Wake where it is meant; a display that is awake takes no notice of the packets that follow."""
        del addr
        if self._pattern in data:
            self._wake()


class DisplaySimulator(Simulator):
    """A display on one line; subclasses say what is answered.

    Settings: `one_at_a_time` (default true) refuses a second connection; `idle` closes a silent one after so
    many seconds (default 30); `halves` sends every answer in two parts; `mac` and `wake_port` (UDP) let it be woken
    over the network: it is switched on then, and has a network again.
    """

    def __init__(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(name, settings)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._host = ""
        self._port = 0
        self._reserved: socket.socket | None = None
        self._listening: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: list[TcpLine] = []
        self._pty: PtyLine | None = None
        self._wired = False
        self._away = False
        self._timer: asyncio.TimerHandle | None = None
        self._ear: asyncio.DatagramTransport | None = None
        self._hurried = asyncio.Event()

    @property
    def serial(self) -> bool:
        """Whether the line is a serial one: it stays when the display leaves the network."""
        return self._pty is not None or self._wired

    def wire(self, line: Line) -> None:
        """Talk on a line that is there already, such as one that several displays share."""
        self._loop = asyncio.get_running_loop()
        self._wired = True
        self._begin(self._on_wire(line))

    @abstractmethod
    async def converse(self, line: Line) -> None:
        """Talk on one line until it is hung up."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen on TCP, or make a pseudo terminal where the setting `transport` is `pty`."""
        self._loop = asyncio.get_running_loop()
        if self.settings.get("transport", "tcp") == "pty":
            self._pty = PtyLine()
            self._begin(self._on_wire(self._pty))
            return f"serial://{self._pty.path}?baud=9600"
        self._host = host
        # Bound and never listening: nobody else gets the port while the display is away.
        self._reserved = self._bound(port)
        self._port = self._reserved.getsockname()[1]
        await self._listen_for_waking()
        self._open_port()
        return f"[{host}]:{self._port}" if ":" in host else f"{host}:{self._port}"

    async def stop(self) -> None:
        """Hang up, stop listening and end every task."""
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()
        self._close_port()
        if self._ear is not None:
            self._ear.close()
        if self._reserved is not None:
            self._reserved.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in list(self._open):
            await line.hang_up()
        if self._pty is not None:
            self._pty.close()
            self._pty = None

    def misbehave(
        self, kind: FaultKind | str, *, on: str = "", times: int = 0, seconds: float = 3.0
    ) -> Fault:
        """As the base; CLOSED takes the port away until `well`."""
        fault = super().misbehave(kind, on=on, times=times, seconds=seconds)
        if fault.kind is FaultKind.CLOSED:
            self._on_loop(self._close_port)
        return fault

    def well(self) -> None:
        """Behave again, and listen again."""
        closed = any(fault.kind is FaultKind.CLOSED for fault in self.faults)
        super().well()
        if closed:
            self._on_loop(self._open_port)

    def hurry(self) -> None:
        """Send what a slow answer keeps back, and keep nothing back from now on."""
        self._on_loop(self._hurried.set)

    def go_away(self, seconds: float | None) -> None:
        """Lose the network: for so many seconds, or until `come_back`. A serial line does not notice."""
        if self.serial or self._loop is None:
            return
        self._away = True
        self._close_port()
        if self._timer is not None:
            self._timer.cancel()
        if seconds is not None:
            self._timer = self._loop.call_later(seconds, self.come_back)

    def come_back(self) -> None:
        """Have a network again."""
        self._away = False
        self._open_port()

    def wake(self) -> None:
        """A magic packet came for this display: it switches on."""
        self.count("woken")
        self.change(power="on")
        self.come_back()

    async def _listen_for_waking(self) -> None:
        mac = str(self.settings.get("mac", "")).replace(":", "").replace("-", "")
        port = int(self.settings.get("wake_port", 0))
        if not mac or not port:
            return
        # Six bytes FF and sixteen times the address, anywhere in a packet, as the network chip looks for it.
        pattern = b"\xff" * 6 + bytes.fromhex(mac) * 16
        # A broadcast is for no address of its own; on the loopback network nothing from outside is heard. Every display
        # of the network hears it.
        here = _LOOPBACK if self._host.startswith("127.") else "0.0.0.0"  # noqa: S104
        self._ear, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Ear(pattern, self.wake), sock=shared_udp(here, port)
        )

    async def reply(
        self, line: Line, request: str, do: Callable[[], bytes], *, refusal: bytes, garbage: bytes
    ) -> bool:
        """Do and answer a request as the faults in force allow; whether the line is still open."""
        fault = self.fault(request, *_ON_REQUEST)
        kind = fault.kind if fault is not None else None
        if kind is FaultKind.VANISH:
            await line.hang_up()
            return False
        if kind is FaultKind.SILENT:
            return True
        if kind is FaultKind.REFUSE:
            await line.write(refusal)
            return True
        answer = do()
        if kind is FaultKind.DEAF:
            return True
        if kind is FaultKind.CUT:
            await line.write(answer[: len(answer) // 2])
            await line.hang_up()
            return False
        if fault is not None and kind is FaultKind.SLOW:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), fault.seconds)
        await self._write(line, garbage if kind is FaultKind.GARBLE else answer)
        return True

    async def _write(self, line: Line, answer: bytes) -> None:
        if self.settings.get("halves"):
            middle = len(answer) // 2
            await line.write(answer[:middle])
            await asyncio.sleep(0.02)
            answer = answer[middle:]
        await line.write(answer)

    async def _on_wire(self, line: Line) -> None:
        while True:
            await self.converse(line)

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _bound(self, port: int) -> socket.socket:
        made = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((self._host, port))
        except OSError:
            made.close()
            raise
        return made

    def _accept(self, listening: socket.socket) -> None:
        # asyncio's own server loses a connection that comes while it closes; this one does not.
        with contextlib.suppress(OSError):
            accepted, _ = listening.accept()
            task = self._begin(self._serve(accepted))
            # A task that is cancelled before it ever ran closes nothing itself.
            task.add_done_callback(lambda done: accepted.close() if done.cancelled() else None)

    async def _serve(self, accepted: socket.socket) -> None:
        reader, writers = asyncio.StreamReader(), list[asyncio.StreamWriter]()
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: asyncio.StreamReaderProtocol(reader, lambda _, writer: writers.append(writer)),
                accepted,
            )
        except BaseException:
            accepted.close()
            raise
        line = TcpLine(reader, writers[0])
        others = list(self._open)
        self._open.append(line)
        try:
            if others and self.settings.get("one_at_a_time", True) and not await self._alone(others):
                return
            await self.converse(line)
        finally:
            self._open.remove(line)
            await line.hang_up()

    async def _alone(self, others: list[TcpLine]) -> bool:
        """Whether those who were here before hang up in a moment."""
        until = asyncio.get_running_loop().time() + _GRACE
        while any(other in self._open for other in others):
            if asyncio.get_running_loop().time() > until:
                return False
            await asyncio.sleep(0.01)
        return True

    def _close_port(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            asyncio.get_running_loop().remove_reader(listening)
            listening.close()
        for line in self._open:
            line.writer.transport.abort()

    def _open_port(self) -> None:
        closed = any(fault.kind is FaultKind.CLOSED for fault in self.faults)
        if self._loop is None or self.serial or self._listening is not None or self._away or closed:
            return
        self._listening = self._bound(self._port)
        self._listening.listen(16)
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening, self._accept, self._listening)

    def _on_loop(self, action: Callable[[], None]) -> None:
        """Run on the lab's loop, also when asked from another thread, and return when it is done."""
        if self._loop is None:
            return
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is self._loop:
            action()
            return
        done = threading.Event()

        def act() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(act)
        done.wait(5)
