"""Possessive groups mean on every Python what they mean in the newest."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pedell_network import masking_rules
from pedell_network.keeping import keeping


def test_how_it_is_written():
    assert keeping(r"a(?:b|[)\]]+\))?+c") == r"a(?=(?P<kept1>(?:b|[)\]]+\))?))(?P=kept1)c"
    assert keeping(r"(?:x(?:y)*+)++") == r"(?=(?P<kept2>(?:x(?=(?P<kept1>(?:y)*))(?P=kept1))+))(?P=kept2)"
    assert keeping(r"[]()?+]+(a)+b\++[^]\])]") == r"[]()?+]+(a)+b\++[^]\])]"


def test_a_group_that_has_to_give_back_inside_matches():
    # What Python before 3.11.5 misses: the set takes all of `wpa-psk` and has to give `psk` back.
    assert re.fullmatch(keeping(r"(?:[\w-]{0,40}[-_])?+psk"), "wpa-psk")
    # And what was taken is kept: without `+` this would match.
    assert not re.fullmatch(keeping(r"(?:ab)?+ab"), "ab")


def test_no_rule_relies_on_possessive_groups():
    told = [
        rule.pattern
        for value in vars(masking_rules).values()
        for rule in (value if isinstance(value, tuple) else (value,))
        if isinstance(rule, re.Pattern)
    ]
    assert len(told) > 50
    for pattern in told:
        assert not re.search(r"(?<!\\)\)[?*+]\+", pattern), pattern


@pytest.mark.skipif(sys.version_info < (3, 11, 5), reason="this Python's own possessive groups are wrong")
@given(st.text("ab-_ ", max_size=12))
def test_it_is_what_python_means(text: str):
    for pattern in (
        r"(?:[ab-]{0,4}[-_])?+b",
        r"(?:a|ab|b )*+b",
        r"(?:a(?:b)?+|-)++_",
        r"(?:a|b(?:-a)*+)?+[ab]",
    ):
        own, ours = re.search(pattern, text), re.search(keeping(pattern), text)
        assert (own and own.span()) == (ours and ours.span()), pattern
