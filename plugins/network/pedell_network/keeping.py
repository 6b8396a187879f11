"""Groups of a pattern that keep what they matched, on every Python.

A possessive group, `(?:wpa-)?+`, gives nothing back: that bounds what a hostile line can cost. Python knows them since 3.11,
but matches wrongly before 3.11.5 where something inside of the group has to be given back
(https://github.com/python/cpython/issues/106052), and Debian 12 has 3.11.2: secrets stayed in clear text. A lookahead is
never entered again, either, so that one with a reference to what it saw means the same and was always right.
"""

from __future__ import annotations


def keeping(pattern: str) -> str:
    """The pattern with each possessive group, `(…)?+`, `(…)*+`, `(…)++`, written as a lookahead with a reference."""
    made = ""
    opened: list[int] = []  # places of `(` in what was made
    count = at = 0
    while at < len(pattern):
        step = _one(pattern, at)
        made += pattern[at : at + step]
        at += step
        if made.endswith("(") and step == 1:
            opened.append(len(made) - 1)
        elif made.endswith(")") and step == 1:
            start = opened.pop()
            if pattern[at : at + 2] in {"?+", "*+", "++"}:
                count += 1
                made = f"{made[:start]}(?=(?P<kept{count}>{made[start:]}{pattern[at]}))(?P=kept{count})"
                at += 2
    return made


def _one(pattern: str, at: int) -> int:
    """The length of what stands at a place: an escape and a set of characters are one."""
    if pattern[at] == "\\":
        return 2
    if pattern[at] != "[":
        return 1
    end = at + 1
    # A bracket that comes first is one of the set.
    end += pattern.startswith("^", end)
    end += pattern.startswith("]", end)
    while pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1 - at
