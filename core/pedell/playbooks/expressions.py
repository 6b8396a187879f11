"""Expressions of playbooks: the syntax of Jinja2's expressions, no statements, plain data, bounded.

A name that is not there is an error, not an empty text; `x | default(…)` and `x is defined` ask on purpose.
Values are data and are never compiled, whatever a device wrote into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateError, nodes
from jinja2.parser import Parser

from pedell.errors import ExpressionError
from pedell.i18n import t
from pedell.playbooks.evaluation import ALLOWED, FORGIVING_FILTERS, FORGIVING_TESTS, Evaluation, path
from pedell.playbooks.filters import FILTERS, FUNCTIONS, TESTS
from pedell.playbooks.values import BITS, Budget, Value, settle, text

LIMIT = 4096
"""Bytes of source in one expression."""
NESTING = 60
CACHED = 4096


@dataclass(frozen=True)
class Checked:
    """What the linter wants to know of an expression or a text with expressions.

    Attributes:
        problems: why it cannot be used, in plain words; empty where it can.
        paths: what it reads, such as ("before", "power").
        asked: what it reads forgivingly (`default`, `is defined`): may be missing.
    """

    problems: tuple[str, ...] = ()
    paths: frozenset[tuple[str, ...]] = frozenset()
    asked: frozenset[tuple[str, ...]] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """First words of what must be there."""
        return frozenset(chain[0] for chain in self.paths)


class Expressions:
    """Evaluates expressions; keeps what it has parsed. Threads may share one."""

    def __init__(self) -> None:
        self._environment = Environment(autoescape=False)  # noqa: S701 - nothing is rendered, only parsed
        self._parsed = lru_cache(maxsize=CACHED)(self._parse)
        self._pieces = lru_cache(maxsize=CACHED)(_pieces)

    def evaluate(self, source: str, names: Mapping[str, object]) -> Value:
        """The expression's value as plain data that JSON can carry; raises ExpressionError."""
        return self._evaluate(source, names, Budget())

    def truth(self, source: str, names: Mapping[str, object]) -> bool:
        """Whether the expression holds: its value is neither none, false, zero nor empty."""
        return bool(self.evaluate(source, names))

    def fill(self, value: object, names: Mapping[str, object]) -> Value:
        """`value` with every `{{ expression }}` in its texts replaced.

        A text that is one expression and nothing else becomes that expression's value, whatever its type.
        Names of fields are left as they are. Raises ExpressionError.
        """
        return self._fill(value, names, Budget(), 0)

    def check(self, source: str) -> Checked:
        """What is wrong with an expression, and what it reads; evaluates nothing."""
        try:
            tree = self._parsed(source)
        except ExpressionError as error:
            return Checked(problems=(_sentence(error),))
        paths: set[tuple[str, ...]] = set()
        asked: set[tuple[str, ...]] = set()
        _reads(tree, paths, asked)
        return Checked((), frozenset(paths), frozenset(asked))

    def check_texts(self, value: object) -> Checked:
        """As `check`, for everything in `{{ … }}` inside a value."""
        found = [self.check(source) for source in self._sources(value)]
        problems = [problem for item in found for problem in item.problems]
        for words in _texts(value):
            try:
                self._pieces(words)
            except ExpressionError as error:
                problems.append(_sentence(error))
        return Checked(
            tuple(problems),
            frozenset().union(*(item.paths for item in found)),
            frozenset().union(*(item.asked for item in found)),
        )

    def _sources(self, value: object) -> Iterator[str]:
        for words in _texts(value):
            try:
                yield from (piece for piece, is_source in self._pieces(words) if is_source)
            except ExpressionError:
                continue

    def _fill(self, value: object, names: Mapping[str, object], budget: Budget, depth: int) -> Value:
        if isinstance(value, str) and "{" in value:
            pieces = self._pieces(value)
            if len(pieces) == 1 and pieces[0][1]:
                return self._evaluate(pieces[0][0], names, budget)
            return "".join(
                text(self._evaluate(piece, names, budget), budget) if is_source else budget.made(piece)
                for piece, is_source in pieces
            )
        if isinstance(value, Mapping | list | tuple) and depth > NESTING:
            raise ExpressionError(t("the value is nested too deeply"))
        if isinstance(value, Mapping):
            return {str(key): self._fill(item, names, budget, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._fill(item, names, budget, depth + 1) for item in value]
        return settle(value, budget)

    def _evaluate(self, source: str, names: Mapping[str, object], budget: Budget) -> Value:
        tree = self._parsed(source)
        try:
            return settle(Evaluation(names, budget).value(tree), budget)
        except ExpressionError as error:
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=error.message), hint=error.hint
            ) from None
        except RecursionError:
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=t("nested too deeply"))
            ) from None
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            # A filter met a type or a number of arguments that it was not made for.
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=str(error)[:200])
            ) from None

    def _parse(self, source: str) -> nodes.Expr:
        if len(source.encode("utf-8", "surrogatepass")) > LIMIT:
            raise ExpressionError(t("an expression may have {limit} bytes", limit=LIMIT))
        try:
            parser = Parser(self._environment, source, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise ExpressionError(
                    t(
                        "`{source}`: {problem}",
                        source=_short(source),
                        problem=t("one expression was expected, this is more"),
                    )
                )
        except RecursionError:
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=t("nested too deeply"))
            ) from None
        except TemplateError as error:
            problem = (error.message or "").replace("end of template", "end")[:200]
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=problem)
            ) from None
        except (ValueError, ArithmeticError, SyntaxError, MemoryError) as error:
            raise ExpressionError(
                t("`{source}`: {problem}", source=_short(source), problem=str(error)[:200])
            ) from None
        problem = _forbidden(tree)
        if problem:
            raise ExpressionError(t("`{source}`: {problem}", source=_short(source), problem=problem))
        return tree


def _short(source: str) -> str:
    line = " ".join(source.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _sentence(error: ExpressionError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _forbidden(tree: nodes.Node) -> str:
    """Why the tree may not be evaluated; empty when it may."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > NESTING:
            return t("nested too deeply")
        problem = _problem(node)
        if problem:
            return problem
        if isinstance(node, nodes.Call):
            waiting.extend((item, depth + 1) for item in node.args)
        else:
            waiting.extend((item, depth + 1) for item in node.iter_child_nodes())
    return ""


def _problem(node: nodes.Node) -> str:
    if type(node) not in ALLOWED:
        return t("{what} is not possible here", what=type(node).__name__)
    if isinstance(node, nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in FUNCTIONS:
            return t(
                "nothing can be called here but {names}; filters are written `value | lower`",
                names=", ".join(sorted(FUNCTIONS)),
            )
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            return t("{name} takes plain arguments only", name=name)
    if isinstance(node, nodes.Filter | nodes.Test):
        if node.dyn_args or node.dyn_kwargs:
            return t("{name} takes plain arguments only", name=node.name)
        return _unknown(node)
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return t("`a if b` needs `else`")
    if isinstance(node, nodes.Const):
        value = node.value
        if isinstance(value, str) and not value.isprintable():
            try:
                value.encode()
            except UnicodeEncodeError:
                return t("half a character cannot be written")
        if (isinstance(value, int) and value.bit_length() > BITS) or value in (float("inf"), float("-inf")):
            return t("the number is too big")
    return ""


def _unknown(node: nodes.Filter | nodes.Test) -> str:
    from difflib import get_close_matches

    if isinstance(node, nodes.Filter):
        if node.name in FORGIVING_FILTERS:
            return (
                ""
                if node.args and len(node.args) <= 2 and not node.kwargs
                else t("write `| default('value')`")
            )
        known, words = set(FILTERS), t("there is no filter {name}", name=f"`{node.name}`")
    else:
        known, words = set(TESTS) | FORGIVING_TESTS, t("there is no test {name}", name=f"`{node.name}`")
        if node.name in FORGIVING_TESTS:
            return ""
    if node.name in known:
        return ""
    near = get_close_matches(node.name, sorted(known), 1)
    return f"{words}; {t('did you mean {name}?', name=f'`{near[0]}`')}" if near else words


def _reads(node: nodes.Node, paths: set[tuple[str, ...]], asked: set[tuple[str, ...]]) -> None:
    chain = path(node)
    if chain is not None:
        paths.add(chain)
        return
    if isinstance(node, nodes.Call):
        for item in node.args:
            _reads(item, paths, asked)
        return
    forgiving = (isinstance(node, nodes.Filter) and node.name in FORGIVING_FILTERS) or (
        isinstance(node, nodes.Test) and node.name in FORGIVING_TESTS
    )
    for child in node.iter_child_nodes():
        is_operand = forgiving and isinstance(node, nodes.Filter | nodes.Test) and child is node.node
        _reads(child, asked if is_operand else paths, asked)


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth <= NESTING and isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, depth + 1)
    elif depth <= NESTING and isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, depth + 1)


def _pieces(words: str) -> tuple[tuple[str, bool], ...]:
    """A text as pieces `(text, whether it is an expression)`; raises ExpressionError."""
    pieces: list[tuple[str, bool]] = []
    position = 0
    while True:
        start = words.find("{{", position)
        literal = words[position:] if start < 0 else words[position:start]
        if "{%" in literal or "{#" in literal:
            raise ExpressionError(
                t(
                    "`{source}`: {problem}",
                    source=_short(words),
                    problem=t("statements and comments are not possible here"),
                )
            )
        if literal:
            pieces.append((literal, False))
        if start < 0:
            return tuple(pieces)
        end = _end(words, start + 2)
        pieces.append((words[start + 2 : end].strip(), True))
        position = end + 2


def _end(words: str, position: int) -> int:
    """Where the expression that begins at `position` ends: `}}` outside of quotes and of its own braces."""
    quote = ""
    braces = 0
    index = position
    while index < len(words):
        character = words[index]
        if quote:
            if character == "\\":
                index += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "{":
            braces += 1
        elif character == "}":
            if braces == 0 and words.startswith("}}", index):
                return index
            braces -= 1
        index += 1
    raise ExpressionError(
        t(
            "`{source}`: {problem}",
            source=_short(words),
            problem=t("{open} is never closed by {close}", open="{{", close="}}"),
        )
    )
