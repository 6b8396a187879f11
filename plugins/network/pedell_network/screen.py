"""What a switch prints, as the lines that a person would see: bytes in, however cut, lines out. No network.

Switches rub out and overwrite: a pager wipes its own line, a line editor repaints what was typed, ProCurves and
RouterOS place the cursor. Throwing the codes away leaves the rubbed out text in the output; this follows them on one
line. Sources: ECMA-48 for the sequences' form; what the switches use of them: netmiko's `strip_ansi_escape_codes`.
"""

from __future__ import annotations

import codecs
import re

_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x08\n\x0b-\x1f\x7f]+)"
    r"|\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<final>[@-~])"  # control sequence
    r"|\x1b\](?:[^\x07\x1b]{0,512})(?:\x07|\x1b\\)"  # operating system command: a window's title
    r"|\x1b[ -/]*(?P<escape>[0-Z\\^-~])"  # the short ones, and the choice of a character set
    r"|(?P<control>[\x00-\x1f\x7f])",
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|\][^\x07\x1b]{0,512}\x1b?|[ -/]{0,8})\Z")
_SURROGATE = re.compile("[\udc80-\udcff]")
_WRAPPED = 72
"""No screen is narrower: a space and a carriage return beyond this column are a line editor's way to go on."""
_WIDTH = 4096
"""How far a cursor may be moved to the right; text itself may be longer."""


class Screen:
    """One terminal: `lines` are finished, `line` is where the cursor stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self._cursor = 0
        self._edited = False
        self._returned = False
        self._row = ""
        self._rest = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode

    def feed(self, data: bytes) -> None:
        """Take what arrived. What is no UTF-8 is read as Latin-1: old switches hold such descriptions."""
        text = self._decode(data)
        if _SURROGATE.search(text):
            text = _SURROGATE.sub(lambda found: chr(ord(found[0]) - 0xDC00), text)
        text = self._rest + text
        unfinished = _UNFINISHED.search(text)
        self._rest = unfinished[0] if unfinished else ""
        if unfinished:
            text = text[: unfinished.start()]
        if self._bulk(text):
            return
        for token in _TOKEN.finditer(text):
            if token["text"] is not None:
                self._write(token["text"])
            elif token["final"] is not None:
                self._sequence(token["final"], token["numbers"])
            elif token["escape"] == "E" or token["control"] == "\n":
                self._newline()
            elif token["control"] is not None:
                self._control(token["control"])

    def clear(self) -> None:
        """Forget the finished lines; the cursor's line stays."""
        self.lines.clear()

    def _bulk(self, text: str) -> bool:
        """The quick way for output without any code; whether it could be gone."""
        if self._cursor != len(self.line) or self._returned:
            return False
        if text.endswith("\r") or "\r\r" in text:
            return False
        text = text.replace("\r\n", "\n")
        if not _PLAIN.fullmatch(text):
            return False
        first, *others = text.split("\n")
        self.line += first
        if others:
            self._newline()
            self.lines.extend(others[:-1])
            self.line = others[-1]
        self._cursor = len(self.line)
        return True

    def _write(self, text: str) -> None:
        if self._returned:
            self.line = self.line[:-1]
            self._cursor = len(self.line)
            self._returned = False
        at, after = self._cursor, self._cursor + len(text)
        if at < len(self.line):
            self._edited = True
            self.line = self.line[:at] + text + self.line[after:]
        else:
            self.line += " " * (at - len(self.line)) + text
        self._cursor = after

    def _newline(self) -> None:
        self.lines.append(self.line.rstrip() if self._edited else self.line)
        self.line, self._cursor = "", 0
        self._edited = self._returned = False

    def _control(self, control: str) -> None:
        wrapped = (
            control == "\r" and _WRAPPED < self._cursor == len(self.line) and self.line.endswith(" ")
        ) or (control == "\r" and self._returned)
        self._returned = wrapped
        if control == "\r":
            self._cursor = 0
        elif control == "\b":
            self._cursor = max(0, self._cursor - 1)
        elif control not in "\x00\x07\x1b":  # padding, a bell, and an escape that is none
            self._write(control)

    def _sequence(self, final: str, numbers: str) -> None:
        self._returned = False
        first, _, second = numbers.partition(";")
        count = int(first) if first.isascii() and first.isdigit() and len(first) < 5 else 0
        match final:
            case "D":
                self._cursor = max(0, self._cursor - max(1, count))
            case "C":
                self._cursor = min(_WIDTH, self._cursor + max(1, count))
            case "G":
                self._cursor = min(_WIDTH, max(1, count)) - 1
            case "H" | "f":
                self._place(first, second)
            case "K" | "J" if count == 0:
                self.line, self._edited = self.line[: self._cursor], True
            case "K" if count == 2:
                self.line, self._cursor, self._edited = "", 0, True
            case "L":  # ProCurves make the next line so
                for _ in range(min(50, max(1, count))):
                    self._newline()

    def _place(self, row: str, column: str) -> None:
        # Rows are not followed, but within one the column is where a line editor repaints.
        if row == self._row and column.isascii() and column.isdigit() and len(column) < 5:
            self._cursor = min(_WIDTH, max(1, int(column))) - 1
        self._row = row
