"""One command and its answer: where the echo ends, where the answer ends, and what nobody asked for in between.

The end is the prompt as the last thing on the line, and silence after it. A prompt inside an answer has something
behind it, if only a newline, so that only a cut exactly there can be mistaken, and silence tells those apart. Where
something nobody asked for was printed behind the prompt, longer silence ends the answer if it was messages of the log;
if it was anything else, Enter brings a new prompt. Enter is only sent at the beginning of a line, where no question
waits.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from netmiko.exceptions import ReadTimeout

from pedell_network.pager import is_more
from pedell_network.texts import is_log_line
from pedell_network.wire import Wire

SETTLE = 0.008
"""Seconds of silence after a prompt that was seen before, or the same one with a mode behind its name."""
SETTLE_AT_ONCE = 0.002
"""The same where nothing stands between the command and the prompt: no answer begins with a prompt."""
SETTLE_NEW = 0.03
"""Seconds of silence after a line that fits, but was not seen before: it may be the beginning of another."""
UNASKED = 0.5
"""Seconds of silence after which a prompt with something behind it was the prompt."""


class Exchange:
    """What is known of one answer so far."""

    def __init__(self, wire: Wire, command: str, fits: Callable[[str], bool], *, echoes: bool) -> None:
        self._wire = wire
        self._command = command
        self._fits = fits
        self._echoes = echoes
        self._wanted = "".join(command.split())
        self._heard = ""
        self._checked = 0
        self._after: int | None = None
        self._hidden = False
        self._paged = False

    def run(self, enter: str, until: float) -> str:
        """Send the command; what it printed. Raises ReadTimeout."""
        wire = self._wire
        wire.drain()
        wire.send(self._command.rstrip() + enter)
        while True:
            self._look()
            left = until - time.monotonic()
            if left <= 0:
                raise ReadTimeout("no echo" if self._after is None else "no prompt")
            line = wire.screen.line
            begun = self._after is not None or (not self._echoes and wire.screen.lines)
            if begun and line and self._fits(line):
                if self._is_end(line):
                    return self._end()
            elif begun and line and is_more(line):
                if wire.quiet(SETTLE_NEW):
                    self._paged = True
                    wire.send(" ")
            elif begun and not line and self._hidden:
                if wire.quiet(min(left, UNASKED)):
                    if self._only_log_behind():
                        return self._end(seen=False)
                    self._hidden = False
                    wire.send(enter)
            else:
                wire.pull(left)

    def _look(self) -> None:
        """Go through the lines that were finished since."""
        lines = self._wire.screen.lines
        while self._checked < len(lines):
            line = lines[self._checked]
            self._checked += 1
            if self._after is None:
                if self._is_echo(line):
                    self._after = self._checked
            elif self._was_prompt(line):
                self._hidden = True

    def _is_echo(self, line: str) -> bool:
        """Whether the command is complete with this line, also where it was wrapped or scrolled sideways."""
        words = "".join(line.split())
        self._heard = (self._heard + words)[-2 * len(self._wanted) - 512 :]
        if self._heard.endswith(self._wanted):
            return True
        _, scrolled, tail = words.rpartition("$")
        return bool(scrolled) and len(tail) >= 8 and self._wanted.endswith(tail)

    def _is_end(self, line: str) -> bool:
        wire = self._wire
        if self._after is None:  # a platform that repaints its lines: the echo may have been any of them
            return wire.quiet(UNASKED)
        if not wire.expects(line):
            return wire.quiet(SETTLE_NEW)
        return wire.quiet(SETTLE_AT_ONCE if len(wire.screen.lines) == self._after else SETTLE)

    def _only_log_behind(self) -> bool:
        """Whether behind the last prompt there is nothing but messages of the log."""
        for line in reversed(self._wire.screen.lines):
            if self._was_prompt(line):
                return True
            if line.strip() and not is_log_line(line):
                break
        return False

    def _end(self, *, seen: bool = True) -> str:
        wire = self._wire
        if seen:
            wire.learn()
            wire.settled = True
        lines = wire.screen.lines[self._after or 0 :]
        end = len(lines)
        for place in range(len(lines) - 1, -1, -1):
            line = lines[place]
            if self._was_prompt(line):
                end = place
            elif line.strip() and not is_log_line(line):
                break
        kept = [line for line in lines[:end] if not (self._paged and is_more(line))]
        return "\n".join(kept)

    def _was_prompt(self, line: str) -> bool:
        """Whether a finished line is a prompt that was seen before, also with a message printed into it."""
        if self._wire.knows(line):
            return True
        found = re.match(r"(?P<prompt>.{0,100}?[>#$%\]] ?)(?P<rest>\S.*)", line)
        return found is not None and self._wire.knows(found["prompt"]) and is_log_line(found["rest"])
