"""Rooms as people write them in tickets: "B204", "B 204", "Raum b-204", "in der Aula"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[ ._-]{0,3}")
"""What may stand between the words of one room's name."""
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PREFIX = re.compile(r"(?:klassenraum|klassenzimmer|fachraum|raum|zimmer|room|classroom|rm)(?=[^a-z]|$)")
ROOM_WORDS = frozenset(
    [
        "raum",
        "raeume",
        "raeumen",
        "zimmer",
        "klassenraum",
        "klassenzimmer",
        "fachraum",
        "room",
        "rooms",
        "classroom",
        "rm",
        "r",
    ]
)
MAX_TEXT = 20_000
LONGEST = 4
"""Words that one room's name may have in a text."""


def fold(text: str) -> str:
    """Lower case, umlauts spelled out, other accents dropped."""
    spelled = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


def room_key(name: str) -> str:
    """The name of a room reduced to letters and digits, without a leading "Raum": `Raum B-204` is `b204`."""
    folded = fold(name).strip()
    short = _PREFIX.sub("", folded, count=1) if _PREFIX.match(folded) else folded
    return ("".join(c for c in short if c.isalnum()) or "".join(c for c in folded if c.isalnum()))[:64]


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage that may name a room; `announced` tells whether the word "Raum" stands before it."""

    key: str
    start: int
    end: int
    announced: bool


def mentions(text: str) -> Iterator[Mention]:
    """Passages of one to four words that may name a room, with the key each would have."""
    cut = text[:MAX_TEXT]
    words = [(fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(cut)]
    for first, (word, start, _) in enumerate(words):
        if word in ROOM_WORDS:
            continue
        announced = first > 0 and words[first - 1][0] in ROOM_WORDS
        joined = ""
        before = start
        for following, begin, end in words[first : first + LONGEST]:
            if not _JOINT.fullmatch(cut, before, begin):
                break
            joined += following
            before = end
            bare = _PREFIX.match(joined)
            key = joined[bare.end() :] if bare and bare.end() < len(joined) else joined
            if len(key) <= 64:
                yield Mention(key, start, end, announced or bool(bare))


def believable(mention: Mention) -> bool:
    """Whether a passage may name a room by itself: "204" alone may as well count something."""
    return mention.announced or (len(mention.key) > 1 and not mention.key.isdigit())


def written(passage: str, name: str) -> bool:
    """Whether a passage is a room's name to the letter, and more than a bare number: "2.04"."""
    return fold(passage) == fold(name) and not passage.isdigit() and len(passage) > 1
