"""Expressions: what they can do, and that hostile ones can do nothing else."""

from __future__ import annotations

import json
import resource
import threading
import time
import tracemalloc
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pedell.errors import ExpressionError
from pedell.playbooks.expressions import LIMIT, Expressions

E = Expressions()


class Power(StrEnum):
    ON = "on"


class Status(BaseModel):
    power: Power
    volume: int | None


NAMES: dict[str, object] = {
    "before": {
        "power": "on",
        "volume": 7,
        "inputs": ["hdmi1", "hdmi2"],
        "ports": [{"n": 2, "up": True}, {"n": 1, "up": False}],
    },
    "after": Status(power=Power.ON, volume=None),
    "inputs": {"port": "Gi1/0/7", "count": 3},
    "missed": None,
    "text": "  Kein Bild  ",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("before.power == 'on'", True),
        ("before.power == after.power", True),
        ("before['volume'] + 1", 8),
        ("before.volume * 2 - 1.5", 12.5),
        ("7 // 2 ~ '/' ~ 7 % 2", "3/1"),
        ("2 ** 10", 1024),
        ("-before.volume", -7),
        ("before.inputs[0]", "hdmi1"),
        ("before.inputs[-1][0:4]", "hdmi"),
        ("before.inputs + ['vga']", ["hdmi1", "hdmi2", "vga"]),
        ("'hdmi1' in before.inputs and 'x' not in before.inputs", True),
        ("1 < before.volume <= 7", True),
        ("'loud' if before.volume > 5 else 'quiet'", "loud"),
        ("missed.power | default('?')", "?"),
        ("nothing_such | default('?')", "?"),
        ("after.volume | default(3)", None),
        ("after.volume | default(3, true)", 3),
        ("missed is none and before is defined and nothing_such is undefined", True),
        ("text | trim | lower | replace('kein', 'ein')", "ein bild"),
        ("before.ports | selectattr('up') | map(attribute='n') | list", [2]),
        ("before.ports | rejectattr('n', 'eq', 2) | first", {"n": 1, "up": False}),
        ("before.ports | sort(attribute='n') | map(attribute='n') | join(', ')", "1, 2"),
        ("before.ports | sum(attribute='n')", 3),
        ("[3, 1, 2] | max ~ '' ~ min(4, 5)", "34"),
        ("[1, 1, '1', [2], [2]] | unique", [1, "1", [2]]),
        ("range(3) | map('string') | join", "012"),
        ("'1 2  3' | split | length", 3),
        ("'12' | int + ('x' | int(0))", 12),
        ("{'a': [1, none, true]}", {"a": [1, None, True]}),
        ("before | tojson | truncate(9)", '{"power"…'),
        ("{'b': 1} | items", [["b", 1]]),
        ("'ß' | upper", "SS"),
        ("not missed", True),
        ("5 is divisibleby(5) and 3 is odd and 'x' is string and 1 is not string", True),
    ],
)
def test_value(source: str, value: object) -> None:
    assert E.evaluate(source, NAMES) == value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("befor.power", "nothing is called `befor`"),
        ("befor", "nothing is called `befor`"),
        ("before.powr", "there is no field `powr`"),
        ("missed.power", "the value is none"),
        ("before.power.upper()", "nothing can be called"),
        ("before.__class__", "no field `__class__`"),
        ("text.__class__.__mro__", "no field `__class__`"),
        ("''.__class__", "no field"),
        ("before.inputs[9]", "no entry number 9"),
        ("before.power > 1", "cannot be compared by size"),
        ("before.power + 1", "only numbers"),
        ("text | nosuch", "there is no filter `nosuch`"),
        ("text | lowr", "did you mean `lower`?"),
        ("text is nosuch", "there is no test `nosuch`"),
        ("cycler('a')", "nothing can be called"),
        ("lipsum", "nothing is called `lipsum`"),
        ("self", "nothing is called `self`"),
        ("1 / 0", "division by zero"),
        ("1 if true", "needs `else`"),
        ("1 2", "one expression was expected"),
        ("text | int", "is not a whole number"),
        ("", "unexpected"),
        ("a = 1", "one expression was expected"),
        ("f(*x)", "nothing can be called"),
        ("range(*[1])", "plain arguments only"),
        ("x" * (LIMIT + 1), "may have 4096 bytes"),
    ],
)
def test_mistake_is_named(source: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        E.evaluate(source, NAMES)
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_near_name_is_proposed() -> None:
    with pytest.raises(ExpressionError) as caught:
        E.evaluate("befor.power", NAMES)
    assert "`before`" in caught.value.hint


BOMBS = [
    "'a' * 10**8",
    "[1] * 10**9",
    "range(10**9)",
    "range(10**9) | list | length",
    "9 ** 9 ** 9 ** 9",
    "10 ** 1000000",
    "2.0 ** 100000",
    "1e308 * 1e308",
    "'%099999999d' % 1",
    "'{:>999999999}'.format(1)",
    "'x' | center(10**9)",
    "'x' | indent(10**9)",
    "'x' | wordwrap",
    "big | replace('', big)",
    "range(1000) | map('replace', '0', big) | join(big)",
    "range(1000) | join(big)",
    "big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big ~ big",
    "[" + "big|upper," * 400 + "]",
    "[" + "wide," * 600 + "]",
    "[" + "wide|sort," * 300 + "]",
    "[" + "wide == wide_too," * 200 + "]",
    "range(1000) | map('list') | list",
    "(" * 1500 + "1" + ")" * 1500,
    "[" * 1500 + "1" + "]" * 1500,
    "not " * 1000 + "1",
    "-" * 4000 + "1",
    "1" + "+1" * 2000,
    "x" + ".a" * 2000,
    "text" + "|upper" * 500,
    "'" + "\\x00" * 900 + "' ~ big",
    "9" * 4000,
    "'\\N{SNOWMAN}' | upper",
    "'\\ud83d'",
    "wide | map('map', 'map', 'map')",
    "loop_within | tojson",
]
LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_harmless(source: str) -> None:
    names = {
        **NAMES,
        "big": "x" * 250_000,
        "wide": list(range(20_000)),
        "wide_too": list(range(20_000)),
        "loop_within": LOOP,
    }
    harmless(source, names)


def harmless(source: str, names: dict[str, object]) -> None:
    """Either a value that JSON can carry or ExpressionError, at once and in little memory."""
    problem: ExpressionError | None = None
    tracemalloc.start()
    started = time.thread_time()
    try:
        value = E.evaluate(source, names)
        json.dumps(value, allow_nan=False)
    except ExpressionError as error:
        problem = error
    finally:
        spent = time.thread_time() - started
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert spent < 1.0 * 4  # tracemalloc makes it about four times as slow
    assert peak < 50_000_000
    assert problem is None or 0 < len(str(problem)) < 600


FRAGMENTS = [
    "before", "after", "text", "missed", "inputs", ".power", ".volume", ".inputs", "['power']", "[0]", "[::2]", "(", ")", "[", "]", "{", "}",
    " and ", " or ", " not ", " in ", " is ", " if ", " else ", "==", "!=", "<", ">=", "+", "-", "*", "**", "/", "//", "%", "~", "|", ",", ":",
    "upper", "join", "map", "list", "default", "defined", "none", "true", "range", "len", "replace", "tojson", "'a'", '"', "'", "1", "10**9",
    "1e999", "0", "\\", "\n", "{{", "}}", "{%", "#", "ä", "__class__", ".format", "lambda", "import",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
@settings(deadline=None, max_examples=300)
def test_random_expressions_raise_only_expression_errors(source: str) -> None:
    harmless(source, NAMES)


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=200)
def test_random_texts_raise_only_expression_errors(source: str) -> None:
    harmless(source, NAMES)
    try:
        E.fill(source, NAMES)
        E.truth(source, NAMES)
    except ExpressionError:
        pass
    E.check(source)
    E.check_texts({"a": [source]})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(deadline=None, max_examples=100)
def test_device_data_passes_through_unchanged_and_is_never_compiled(value: object) -> None:
    assert E.evaluate("value", {"value": value}) == value
    assert E.fill("{{ value }}", {"value": value}) == value
    hostile = "{{ 1 + 1 }}{% set x = 1 %}" + str(value)
    assert E.fill("{{ value }}", {"value": hostile}) == hostile
    assert E.fill("said: {{ value }}", {"value": hostile}) == f"said: {hostile}"


def test_fill_walks_and_keeps_types() -> None:
    filled = E.fill(
        {
            "volume": "{{ before.volume }}",
            "words": "volume {{ before.volume }}, {{ missed }}",
            "list": ["{{ inputs.port }}", 3, None],
            "{{ x }}": 1.5,
        },
        NAMES,
    )
    assert filled == {"volume": 7, "words": "volume 7, none", "list": ["Gi1/0/7", 3, None], "{{ x }}": 1.5}


def test_fill_finds_the_end_of_an_expression() -> None:
    assert E.fill("{{ {'a': {'b': 1}} }}", {}) == {"a": {"b": 1}}
    assert E.fill("{{ '}}' }} and {{ \"{{\" }}", {}) == "}} and {{"
    assert E.fill("a { b } c", {}) == "a { b } c"
    assert E.fill("{{ 'it\\'s' }}!", {}) == "it's!"


@pytest.mark.parametrize("words", ["{{ open", "{% if true %}x{% endif %}", "{# note #}", "{{ a", "{{ }}"])
def test_fill_refuses_statements_and_open_ends(words: str) -> None:
    with pytest.raises(ExpressionError):
        E.fill(words, NAMES)
    assert E.check_texts(words).problems


def test_fill_is_bounded_as_a_whole() -> None:
    with pytest.raises(ExpressionError):
        E.fill(["{{ big }}"] * 50, {"big": "x" * 100_000})


def test_truth() -> None:
    assert E.truth("before.volume > 3", NAMES) is True
    assert E.truth("missed", NAMES) is False
    assert E.truth("[]", NAMES) is False


def test_check_tells_what_is_read() -> None:
    checked = E.check(
        "before.power == (after.input | default(inputs.fallback)) and port is defined and range(2)[0] == item['x']"
    )
    assert not checked.problems
    assert checked.paths == {("before", "power"), ("inputs", "fallback"), ("item", "x")}
    assert checked.asked == {("after", "input"), ("port",)}
    assert checked.names == {"before", "inputs", "item"}
    assert E.check("a +").problems
    assert E.check_texts({"a": "{{ x.y }} and {{ z +}}", "b": ["{{ w }}"]}).names == {"x", "w"}


def test_objects_are_data_only() -> None:
    with pytest.raises(ExpressionError):
        E.evaluate("thing", {"thing": threading.Lock()})
    with pytest.raises(ExpressionError):
        E.evaluate("after.model_dump", NAMES)
    with pytest.raises(ExpressionError):
        E.evaluate("data", {"data": b"\x00"})


def test_one_thousand_evaluations_are_quick() -> None:
    E.truth("before.power == 'on' and before.volume > 3", NAMES)
    started = resource.getrusage(resource.RUSAGE_THREAD).ru_utime
    for _ in range(1000):
        E.truth("before.power == 'on' and before.volume > 3", NAMES)
    assert resource.getrusage(resource.RUSAGE_THREAD).ru_utime - started < 0.5
