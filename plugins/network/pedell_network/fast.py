"""A quick terminal over netmiko's drivers: it waits for what the switch says, never for a clock.

Netmiko sleeps for nine tenths of a session: it polls, asks for the prompt again and again, and pauses after each step.
Here reads block until something comes, what is known of the prompt is not asked twice, and preparing the session is a
row of verified commands. Netmiko's own procedures (session preparation, enable) run unchanged on top of it, so that it
serves each of its platforms. docs/decisions/0070-fast-terminal.md tells what it holds for certain and what it cannot.
"""

from __future__ import annotations

import re
import time
from typing import Any, cast

from netmiko.base_connection import BaseConnection
from netmiko.exceptions import NetmikoTimeoutException, ReadException, ReadTimeout

from pedell_network import login
from pedell_network.exchange import SETTLE, SETTLE_NEW, Exchange
from pedell_network.terminal import Terminal
from pedell_network.wire import AnswerTooLongError, Wire, shape

_ARRIVED = 0.02
"""Seconds of silence after what looks like the first prompt; the end of a banner may look so too."""
_ARRIVED_LATE = 0.3
"""The same where it is no tidy prompt, and on platforms that print theirs before they have finished greeting."""
_GREETS_TWICE = frozenset({"HPProcurveSSH"})
_ENTER = 1.0
"""Seconds of silence at the login after which Enter is tried."""
_LOGIN = 60.0
_STEP = 20.0
_COMMAND = 120.0
_ENDS = re.compile(r"[>#$%\]]\s*\Z")
_FIRST_ENDS = re.compile(r"[>#$%]\s*\Z")
"""How a prompt ends, and how the first one does: in no configuration mode, so that a bracket is a question."""
_USER = re.compile(r"(?i)(?:user ?name|login(?: name)?) ?: ?\Z")
_PASSWORD = re.compile(r"(?i)password ?: ?\Z")


class FastTerminal(Terminal):
    """Comes before a platform's class of netmiko; made by `fast`."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        self._wire_: Wire | None = None
        self._given = (0, 0)
        self._queue: list[str] = []
        self._seen_twice = False
        values["global_delay_factor"] = 0.0  # netmiko's own sleeps are multiples of it
        super().__init__(*arguments, **values)

    @property
    def _wire(self) -> Wire:
        if self._wire_ is None:
            if self.remote_conn is None:
                raise ReadException("closed")
            self._wire_ = Wire(self.remote_conn, self.encoding)
        return self._wire_

    def _until(self, seconds: float) -> float:
        """A point on the monotonic clock: `seconds` from now, or earlier where the session says so."""
        most = self.read_timeout_override
        return time.monotonic() + (min(seconds, most) if most else seconds)

    # What netmiko's procedures read and write with

    def write_channel(self, out_data: str) -> None:
        """Send; but Enter at a prompt that is known to be there would only print it again."""
        self._flush()
        wire = self._wire
        if out_data == self.RETURN and wire.settled and self._is_prompt(wire.screen.line):
            self._read_buffer += "\n" + wire.screen.line
            return
        wire.send(out_data)

    def read_channel(self) -> str:
        """What has come."""
        self._flush()
        while self._wire.pull(0.0):
            pass
        return self._new_text()

    def _new_text(self) -> str:
        screen = self._wire.screen
        count, column = self._given
        lines = [*screen.lines[count:], screen.line]
        lines[0] = lines[0][column:]
        self._given = (len(screen.lines), len(screen.line))
        text, self._read_buffer = self._read_buffer + "\n".join(lines), ""
        return text

    def _forget(self) -> None:
        """Nothing that came until now is read by anybody."""
        self._wire.drain()
        self._given = (0, len(self._wire.screen.line))
        self._read_buffer = ""

    def read_until_pattern(
        self, pattern: str = "", read_timeout: float = 10.0, re_flags: int = 0, max_loops: int | None = None
    ) -> str:
        """As netmiko's. A match at the very end is looked at again after a moment: a line may be half there."""
        del max_loops
        self._flush()
        wire, until = self._wire, self._until(read_timeout)
        wanted = re.compile(pattern, re_flags)
        text = self._new_text()
        while True:
            found = wanted.search(text)
            if found is not None:
                at_end = found.end() == len(text)
                if not at_end or wire.settled or self._over():
                    self._read_buffer = text[found.end() :]
                    # An echo alone, or a question, is no prompt: more may come without being asked for.
                    wire.settled = wire.settled or (at_end and _ENDS.search(wire.screen.line) is not None)
                    return text[: found.end()]
            else:
                # At a prompt, with nothing sent since, nothing will come.
                wait = min(SETTLE_NEW, read_timeout) if wire.settled else until - time.monotonic()
                if not wire.pull(wait) and (wire.settled or time.monotonic() >= until):
                    self._read_buffer = text
                    raise ReadTimeout(f"nothing like {pattern!r}")
            text += self._new_text()

    def _over(self) -> bool:
        """Whether what came is all there is; after its last words a switch may have hung up."""
        try:
            return self._wire.quiet(SETTLE_NEW)
        except AnswerTooLongError:
            raise
        except ReadException:
            return True

    def read_channel_timing(
        self,
        last_read: float = 2.0,
        read_timeout: float = 120.0,
        delay_factor: float | None = None,
        max_loops: int | None = None,
    ) -> str:
        """As netmiko's: all that comes until there was silence for `last_read` seconds, or a prompt."""
        del delay_factor, max_loops
        until = self._until(read_timeout)
        text = self.read_channel()
        while (left := until - time.monotonic()) > 0:
            if text and (self._wire.settled or not self._wire.pull(min(last_read, left))):
                return text
            if not text:
                self._wire.pull(left)
            text += self._new_text()
        raise ReadTimeout("no end")

    def clear_buffer(
        self, backoff: bool = True, backoff_max: float = 3.0, delay_factor: float | None = None
    ) -> str:
        """As netmiko's, without its pauses."""
        del backoff, backoff_max, delay_factor
        return self.read_channel()

    # Logging in

    def _try_session_preparation(self, force_data: bool = True) -> None:
        del force_data
        try:
            self._arrive()
            self.session_preparation()
            self._flush()
            self._confirm()
        except Exception:
            self.disconnect()
            raise

    def _arrive(self) -> None:
        """Wait for the first prompt, past banners and keys to press. Raises DeviceError or a time-out."""
        wire, until, tries = self._wire, self._until(_LOGIN), 0
        asked: set[str] = set()
        while (left := until - time.monotonic()) > 0:
            line = wire.screen.line
            question = "user" if _USER.search(line) else "password" if _PASSWORD.search(line) else ""
            presses = login.key_wanted(line) or self._key_wanted_before(line)
            if question or presses:
                wait = SETTLE_NEW
            elif _FIRST_ENDS.search(line):
                late = len(line.split()) > 1 or any(
                    parent.__name__ in _GREETS_TWICE for parent in type(self).__mro__
                )
                wait = _ARRIVED_LATE if late else _ARRIVED
            else:
                wait = _ENTER
            if wire.pull(min(wire.silence(wait) if wait < _ENTER else wait, left)):
                continue
            # With a prompt under it a banner may say what it likes about passwords.
            if trouble := login.refusal(line if _FIRST_ENDS.search(line) else self.heard()):
                raise trouble
            if not presses and (trouble := login.question(line)):
                raise trouble
            if question and question not in asked:
                asked.add(question)
                wire.send((self.username if question == "user" else self.password or "") + self.RETURN)
                continue
            if _FIRST_ENDS.search(line) and not presses:
                wire.learn()
                wire.settled = True
                return
            if tries < 5:
                tries += 1
                self._forget()
                # Some firmware takes Enter for a choice in its menu where any other key would do.
                wire.send(" " if presses == "any" else self.RETURN)
        raise NetmikoTimeoutException("no prompt")

    def _key_wanted_before(self, line: str) -> str:
        """The same, where the question ended its line and nothing else was said since."""
        near = "" if line else "\n".join(self._wire.screen.lines[-3:])
        return next(filter(None, map(login.key_wanted, near.splitlines())), "")

    def _test_channel_read(self, count: int = 40, pattern: str = "") -> str:
        """What has been read since the login: the prompt is there."""
        del count, pattern
        return self._new_text()

    def find_prompt(self, delay_factor: float = 1.0, pattern: str | None = None) -> str:
        """The prompt: known, or asked for by Enter."""
        del delay_factor, pattern
        self._flush()
        if not self._wire.settled:
            self._enter()
        return self._wire.screen.line.strip()

    def _enter(self) -> None:
        """Send Enter and wait for a line that ends like a prompt."""
        wire, until = self._wire, self._until(_STEP)
        self._forget()
        wire.send(self.RETURN)
        while True:
            line = wire.screen.line
            if wire.screen.lines and _ENDS.search(line):
                if wire.quiet(SETTLE if wire.knows(line) else SETTLE_NEW):
                    wire.settled = True
                    return
            elif not wire.pull(until - time.monotonic()) and time.monotonic() >= until:
                raise ReadTimeout("no prompt")

    def _confirm(self) -> None:
        """The prompt is what comes back; the end of a banner is not."""
        wire = self._wire
        for _ in range(5):
            if self._seen_twice and wire.settled:
                break
            before = shape(wire.screen.line)
            self._enter()
            self._compare(before)
        else:
            raise ValueError("the prompt changes each time")
        if not self._is_prompt(wire.screen.line):
            self.set_base_prompt()
        wire.learn()
        self._forget()

    def set_terminal_width(
        self,
        command: str = "",
        delay_factor: float | None = None,
        cmd_verify: bool = False,
        pattern: str | None = None,
    ) -> str:
        """Queued; sent and verified before anything else."""
        del delay_factor, cmd_verify, pattern
        if command:
            self._queue.append(command)
        return ""

    def disable_paging(
        self,
        command: str = "terminal length 0",
        delay_factor: float | None = None,
        cmd_verify: bool = True,
        pattern: str | None = None,
    ) -> str:
        """Queued; sent and verified before anything else."""
        del delay_factor, cmd_verify, pattern
        self._queue.append(command)
        return ""

    def send_command_timing(self, command_string: str, *arguments: Any, **values: Any) -> str:
        """Queued too: netmiko's drivers use it for nothing else while they prepare a session."""
        del arguments, values
        self._queue.append(command_string)
        return ""

    def _flush(self) -> None:
        queue, self._queue = self._queue, []
        for command in queue:
            before = shape(self._wire.screen.line)
            self._exchange(command, None, self._until(_STEP))
            self._compare(before)

    def _compare(self, before: str) -> None:
        """What came back is the prompt; what stood there before was one only if it is the same."""
        self._seen_twice = shape(self._wire.screen.line) == before
        if not self._seen_twice:
            self._wire.known.discard(before)

    # Commands

    def ask(self, command: str, prompt: str) -> str:
        """Send a command; what it printed between its echo and the prompt."""
        return self._exchange(command, re.compile(prompt), self._until(_COMMAND))

    def heard(self) -> str:
        """The last of what came before there was a prompt."""
        if self._wire_ is None:
            return ""
        screen = self._wire_.screen
        return "\n".join([*screen.lines[-60:], screen.line])

    def listen(self) -> None:
        """Take what came without being asked for. Raises ReadException once the line is closed."""
        self._forget()

    def _exchange(self, command: str, prompt: re.Pattern[str] | None, until: float) -> str:
        def fits(line: str) -> bool:
            if prompt is not None:
                return prompt.fullmatch(line) is not None
            return self._wire.knows(line) or _ENDS.search(line) is not None

        echoes = self.global_cmd_verify is not False
        text = Exchange(self._wire, command, fits, echoes=echoes).run(self.RETURN, until)
        screen = self._wire.screen
        self._given = (len(screen.lines), len(screen.line))
        self._read_buffer = ""
        return text

    def _is_prompt(self, line: str) -> bool:
        """Whether a line is the prompt in some mode, as far as the name in it tells."""
        base = self.base_prompt.strip()
        return (
            bool(base)
            and re.match(rf"[\s*<\[(]*{re.escape(base)}[^\n]{{0,80}}\Z", line) is not None
            and re.search(r"(?:[>#$%]|\A[\s*]*\[[^\]]*\])\s*\Z", line) is not None
        )


_MADE: dict[type, type[FastTerminal]] = {}


def fast(platform: type[BaseConnection]) -> type[FastTerminal]:
    """Netmiko's SSH driver of a platform as a quick terminal; the same class for the same driver."""
    if platform in _MADE:
        return _MADE[platform]
    name = "Fast" + platform.__name__.removesuffix("SSH")
    made = type(name, (FastTerminal, platform), {"__doc__": f"{platform.__name__} of netmiko, quick."})
    made.platform = platform  # type: ignore[attr-defined]
    return _MADE.setdefault(platform, cast(type[FastTerminal], made))


def is_proved(platform: type[BaseConnection]) -> bool:
    """Whether the quick terminal was held against transcripts of this platform (tests/network/test_platforms.py)."""
    return any(parent.__name__ in PROVED for parent in platform.__mro__)


PROVED = frozenset(
    [
        "AlliedTelesisAwplusSSH",
        "AristaSSH",
        "ArubaCxSSH",
        "CiscoIosSSH",
        "CiscoS300SSH",
        "DellOS10SSH",
        "DlinkDSSSH",
        "ExtremeExosSSH",
        "ExtremeVspSSH",
        "HPComwareSSH",
        "HPProcurveSSH",
        "JuniperSSH",
        "LinuxSSH",
        "MikrotikRouterOsSSH",
        "NetgearProSafeSSH",
        "RuckusFastironSSH",
        "Sx4Line",
        "Sx5Line",
        "TPLinkJetStreamSSH",
        "UbiquitiEdgeSSH",
        "ZynosLine",
    ]
)
