from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pedell.errors import SelectorError
from pedell.inventory.parser import parse
from pedell.inventory.patterns import pattern_problem, regex_problem
from pedell.inventory.selectors import KEYS, WORD, AllOf, Match, Node, Not, OneOf, Selector

TEXT_KEYS = [key for key in KEYS if key != "no"]
# As the parser reads them: U+FB2A, say, is written as two characters in this form.
values = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters='"\\'),
    max_size=12,
).map(lambda text: normalize("NFC", text))
patterns = values.filter(lambda value: not pattern_problem(value))
escaped = st.tuples(patterns, st.sampled_from(['\\"', "\\*", "\\\\", "\\a"]), patterns).map("".join)
regexes = st.sampled_from(["WA75.*", "^a|b$", "[^x]+", r"\d{2,3}", r"a\"b", "(?:ab)?c", "x{3}", r"\.", "ä"])


def matches() -> st.SearchStrategy[Node]:
    some = st.lists(patterns | escaped, min_size=1, max_size=3).map(tuple)
    named = st.builds(Match, st.sampled_from(TEXT_KEYS), st.just("="), some)
    numbers = st.builds(
        Match,
        st.just("no"),
        st.just("="),
        st.lists(st.integers(0, 10**9).map(str), min_size=1, max_size=3).map(tuple),
    )
    searched = st.builds(
        Match, st.sampled_from(["name", "model", "room", "site"]), st.just("~"), regexes.map(lambda r: (r,))
    )
    words = st.builds(Match, st.just(WORD), st.just("="), some)
    return named | numbers | searched | words


def trees() -> st.SearchStrategy[Node]:
    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.builds(Not, inner) | st.builds(AllOf, several) | st.builds(OneOf, several)

    return st.recursive(matches(), grow, max_leaves=8)


@given(trees())
@example(Match("kind", "=", (normalize("NFC", "\ufb2a"),)))
def test_what_is_written_reads_back(tree: Node) -> None:
    selector = Selector(tree)
    assert parse(str(selector)) == Selector(tree)


@given(st.text(max_size=60) | st.text(st.sampled_from('abno=~!,()"\\* rt'), max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    selector, message = outcome(text)
    if selector is not None:
        assert parse(str(selector)) == selector
    else:
        assert "column" in message or "longer" in message


def outcome(text: str) -> tuple[Selector | None, str]:
    try:
        return parse(text), ""
    except SelectorError as error:
        return None, error.message


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("room=B204", Match("room", "=", ("B204",))),
        ("Room=B204,B205", Match("room", "=", ("B204", "B205"))),
        ("room = B204, B205", Match("room", "=", ("B204", "B205"))),
        ("a b", AllOf((Match(WORD, "=", ("a",)), Match(WORD, "=", ("b",))))),
        ("a and b", AllOf((Match(WORD, "=", ("a",)), Match(WORD, "=", ("b",))))),
        (
            "a or b c",
            OneOf((Match(WORD, "=", ("a",)), AllOf((Match(WORD, "=", ("b",)), Match(WORD, "=", ("c",)))))),
        ),
        ("not a", Not(Match(WORD, "=", ("a",)))),
        ("kind!=ipad", Not(Match("kind", "=", ("ipad",)))),
        ('model~"WA75.*"', Match("model", "~", ("WA75.*",))),
        ('room="Aula Süd"', Match("room", "=", ("Aula Süd",))),
        ('room=""', Match("room", "=", ("",))),
        ('"or"', Match(WORD, "=", ("or",))),
        ("bb-b204-wb", Match(WORD, "=", ("bb-b204-wb",))),
        ("12,15", Match(WORD, "=", ("12", "15"))),
        ("name=a\\*b", Match("name", "=", ("a\\*b",))),
        (
            "(a or b) not (c d)",
            AllOf(
                (
                    OneOf((Match(WORD, "=", ("a",)), Match(WORD, "=", ("b",)))),
                    Not(AllOf((Match(WORD, "=", ("c",)), Match(WORD, "=", ("d",))))),
                )
            ),
        ),
    ],
)
def test_readings(text: str, tree: Node) -> None:
    assert parse(text).root == tree


@pytest.mark.parametrize(
    ("text", "column", "part", "hint"),
    [
        ("", 1, "empty", "*"),
        ("roon=B204", 1, "nothing named 'roon'", "room"),
        ("kind=", 6, "value is missing", '""'),
        ("(kind=a", 1, "never closed", ")"),
        ("kind=a)", 7, "not expected", "never opened"),
        ('room="B204', 6, "quote is never closed", '"'),
        ("no=abc", 4, "not a number", "name="),
        ("kind=a or", 10, "missing at the end", "room=B204"),
        ("and", 1, "where a test is expected", "quotes"),
        ("a,", 3, "value is missing", ""),
        ("model~(a+)+", 7, "regular expression is missing", "~"),
        ('model~"(a+)+"', 7, "repeats something", ""),
        ('model~"[a"', 7, "bracket", ""),
        ("no~1", 4, "takes no regular expression", "="),
        ("a" * 20_001, 1, "longer than", ""),
        ("(" * 30 + "a" + ")" * 30, 22, "nested deeper", ""),
        ("name=" + "*a" * 11, 6, "stars", ""),
        ("a " * 300, 401, "more than 200 tests", ""),
        ("no=" + ",".join("1" * 2001), 4004, "more than 2000 values", ""),
    ],
)
def test_mistakes(text: str, column: int, part: str, hint: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse(text)
    assert f"column {column}:" in caught.value.message
    assert part in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_selector_made_of_texts_means_just_them() -> None:
    made = Selector.of("source", 'a*b"c\\')
    assert parse(str(made)) == made


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|aa)*",
        "(?=a)",
        "(?i)a",
        r"(a)\1",
        "a**",
        "a*+",
        ".*.*.*.*",
        "a{1000}",
        "a{,}",
        "[[:alpha:]]",
        "(",
        ")",
        "[",
        "\\",
        "*a",
        "a{2}{3}",
        r"\x41",
        "((a?){20}){20}",
        "",
        "a" * 201,
        "[z-a]",
    ],
)
def test_regular_expressions_that_are_refused(pattern: str) -> None:
    assert regex_problem(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "WA75.*",
        r"^\d{3}$",
        "a|b|c",
        "(?:Pro|Flip) ?\\d+",
        "[A-F0-9]{2,4}",
        r"a\.b",
        "(ab)+",
        "x+y*z?",
        "[^-]",
    ],
)
def test_regular_expressions_that_are_taken(pattern: str) -> None:
    assert regex_problem(pattern) == ""


@given(st.text(st.sampled_from("ab()[]{}*+?|.^$\\d2,-"), max_size=14))
def test_a_regular_expression_that_is_taken_never_explodes(pattern: str) -> None:
    import re
    import time

    if regex_problem(pattern) == "":
        started = time.thread_time()
        re.search(pattern, "ab" * 20 + "!", re.IGNORECASE)
        re.search(pattern, "a" * 40 + "!", re.IGNORECASE)
        assert time.thread_time() - started < 2
