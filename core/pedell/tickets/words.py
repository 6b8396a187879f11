"""Words of tickets: folded, cut into clauses, and compared with the words of rules.

A rule's word matches itself, its inflections and one slip of the keyboard; `*` stands for any beginning or
ending, so that `*drucker*` also means "Klassendrucker" and "Druckerwarteschlange".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LIMIT = 20_000
"""So much of a ticket is looked at."""
WINDOW = 8
"""Words of one phrase stand at most this far apart."""
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "\u2019": "'"})
_CLAUSE = re.compile(r"[.,;:!?()\n]+|\s[-\u2013\u2014]\s|\b(?:aber|sondern|doch|but|however|while)\b")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDINGS = frozenset({"", "e", "en", "er", "es", "em", "n", "s", "t", "te", "ten", "et", "ed", "d", "ing"})
_JOINED = re.compile(r"\b(w|wi)[- ](lan|fi)")
"""W-LAN and Wi-Fi are one word."""
_DISTINCT = frozenset({"nicht", "nichts", "klein", "kleine", "kleinen", "kleiner", "kleines"})
"""Words in their own right, never a slip of another one."""
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def fold(text: str) -> str:
    """Lower case, umlauts spelled out (`ä` is `ae`, `ß` is `ss`), other accents dropped."""
    spelled = unicodedata.normalize("NFC", text).casefold().translate(_SPELLED)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return _JOINED.sub(r"\1\2", plain)


def spoken(text: str) -> str:
    """What the writer wrote: without quoted mail and without a signature."""
    own = _QUOTED.sub("", text[:LIMIT])
    cut = _SIGNATURE.search(own)
    return own[: cut.start()] if cut else own


def clauses(text: str) -> list[list[str]]:
    """Folded words, clause by clause: "kein" and "Bild" of "Kein Ton, aber Bild" do not belong together."""
    return [found for part in _CLAUSE.split(fold(text)) if (found := _WORD.findall(part))]


@dataclass(frozen=True)
class Word:
    """A word of a rule, folded; `before` and `after` say where anything may stand."""

    stem: str
    before: bool = False
    after: bool = False

    @classmethod
    def read(cls, text: str) -> Word:
        """`netz`, `netz*`, `*drucker*`."""
        return cls(fold(text.strip("*")), text.startswith("*"), text.endswith("*"))

    def matches(self, word: str) -> bool:
        """Whether a folded word of a text is meant."""
        if word in _DISTINCT and not (self.before or self.after):
            return word == self.stem
        start = word.find(self.stem)
        while start >= 0:
            if (start == 0 or self.before) and (self.after or word[start + len(self.stem) :] in _ENDINGS):
                return True
            start = word.find(self.stem, start + 1)
        return self._slipped(word)

    def _slipped(self, word: str) -> bool:
        if word[:1] != self.stem[:1] or len(self.stem) < 4:
            return False
        if len(self.stem) == 4:
            return len(word) == 4 and word != self.stem and sorted(word) == sorted(self.stem)
        lengths = range(len(self.stem) - 1, len(self.stem) + 2) if self.after else (len(word),)
        return any(_one_slip(self.stem, word[:length]) for length in lengths)


def _one_slip(left: str, right: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours changed places."""
    if abs(len(left) - len(right)) > 1:
        return False
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    a, b = left[same:], right[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


@dataclass(frozen=True)
class Phrase:
    """Words that must stand near each other in one clause, in any order."""

    text: str
    words: tuple[Word, ...]

    @property
    def shown(self) -> str:
        """For people: without the marks."""
        return self.text.replace("*", "")

    @classmethod
    def read(cls, text: str) -> Phrase:
        """Words with spaces between them."""
        return cls(text, tuple(Word.read(word) for word in text.split()))


@dataclass
class Heard:
    """A text made ready for many phrases."""

    clauses: list[list[str]]
    _known: dict[Word, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Heard:
        """Cut a text into clauses."""
        return cls(clauses(spoken(text)))

    @property
    def _vocabulary(self) -> set[str]:
        return {word for clause in self.clauses for word in clause}

    def _meant(self, word: Word) -> frozenset[str]:
        if word not in self._known:
            self._known[word] = frozenset(other for other in self._vocabulary if word.matches(other))
        return self._known[word]

    def has(self, phrase: Phrase) -> bool:
        """Whether a clause holds all words of the phrase near each other."""
        meant = [self._meant(word) for word in phrase.words]
        if not all(meant):
            return False
        for clause in self.clauses:
            places = [[i for i, word in enumerate(clause) if word in one] for one in meant]
            if all(places) and any(_near(start, places) for start in places[0]):
                return True
        return False

    def first(self, phrases: Iterable[Phrase]) -> Phrase | None:
        """The first phrase that the text holds."""
        return next((phrase for phrase in phrases if self.has(phrase)), None)

    def named(self, kinds: Mapping[str, Iterable[Phrase]]) -> frozenset[str]:
        """Names under which one of the phrases is found."""
        return frozenset(name for name, phrases in kinds.items() if self.first(phrases) is not None)


def _near(start: int, places: list[list[int]]) -> bool:
    """Whether each word stands within the window around `start`, all at different places."""
    taken: set[int] = set()
    for one in places:
        free = [place for place in one if abs(place - start) < WINDOW and place not in taken]
        if not free:
            return False
        taken.add(min(free, key=lambda place: abs(place - start)))
    return True
