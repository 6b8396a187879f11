"""Evaluates a parsed expression, node by node, under a budget.

Jinja2's parser gives the syntax; its compiler is not used, so that every operation is counted and nothing
but what stands here can be done: no methods, no attributes of Python objects, no statements
(docs/decisions/0010-expressions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from pedell.errors import ExpressionError
from pedell.i18n import t
from pedell.playbooks.filters import COMPARISONS, FILTERS, FUNCTIONS, TESTS, field
from pedell.playbooks.values import BITS, Budget, MissingError, Value, kind, number, plain, text

FORGIVING_FILTERS = frozenset({"default", "d"})
FORGIVING_TESTS = frozenset({"defined", "undefined"})


def path(node: nodes.Node) -> tuple[str, ...] | None:
    """`before.power` as ("before", "power"); None where the node is not such a chain of names."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        front = path(node.node)
        return (*front, node.attr) if front else None
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        front = path(node.node)
        return (*front, str(node.arg.value)) if front else None
    return None


class Evaluation:
    """One evaluation over the names given."""

    def __init__(self, names: Mapping[str, object], budget: Budget) -> None:
        self.names = names
        self.budget = budget

    def value(self, node: nodes.Node) -> Value:
        """The node's value; raises ExpressionError."""
        self.budget.step()
        return _NODES[type(node)](self, node)

    def name(self, node: nodes.Name) -> Value:
        """A name."""
        if node.name not in self.names:
            from difflib import get_close_matches

            near = get_close_matches(node.name, list(self.names), 1)
            raise MissingError(
                t("nothing is called {name} here", name=f"`{node.name}`"),
                hint=t("did you mean {name}?", name=f"`{near[0]}`") if near else "",
            )
        return plain(self.names[node.name])

    def attribute(self, node: nodes.Getattr) -> Value:
        """`value.field`."""
        return self._named(node, self.value(node.node), node.attr)

    def item(self, node: nodes.Getitem) -> Value:
        """`value[key]`, `value[a:b]`."""
        source = self.value(node.node)
        if not isinstance(node.arg, nodes.Slice):
            return self._named(node, source, self.value(node.arg))
        start, stop, step = (self._bound(part) for part in (node.arg.start, node.arg.stop, node.arg.step))
        if isinstance(source, str):
            return self.budget.made(source[start:stop:step])
        if isinstance(source, list):
            self.budget.step(len(source))
            return source[start:stop:step]
        raise ExpressionError(t("a list is needed here, not {kind}", kind=kind(source)))

    def _bound(self, node: nodes.Expr | None) -> int | None:
        value = None if node is None else self.value(node)
        if value is None or isinstance(value, int):
            return value
        raise ExpressionError(t("a number is needed here, not {kind}", kind=kind(value)))

    def _named(self, node: nodes.Node, source: Value, key: Value) -> Value:
        try:
            return field(source, key, self.budget)
        except MissingError as error:
            chain = path(node)
            if chain is None:
                raise
            raise MissingError(f"`{'.'.join(chain)}`: {error.message}", hint=error.hint) from None

    def call(self, node: nodes.Call) -> Value:
        """`range(3)`."""
        assert isinstance(node.node, nodes.Name)
        return FUNCTIONS[node.node.name](self.budget, *[self.value(item) for item in node.args])

    def filter(self, node: nodes.Filter) -> Value:
        """`value | name(arguments)`."""
        assert node.node is not None
        if node.name in FORGIVING_FILTERS:
            return self._default(node)
        arguments, named = self._arguments(node)
        return FILTERS[node.name](self.budget, self.value(node.node), *arguments, **named)

    def _arguments(self, node: nodes.Filter | nodes.Test) -> tuple[list[Value], dict[str, Value]]:
        return [self.value(item) for item in node.args], {
            str(pair.key): self.value(pair.value) for pair in node.kwargs
        }

    def _default(self, node: nodes.Filter) -> Value:
        assert node.node is not None
        try:
            found = self.value(node.node)
        except MissingError:
            return self.value(node.args[0])
        also_empty = len(node.args) > 1 and self.value(node.args[1])
        return self.value(node.args[0]) if also_empty and not found else found

    def test(self, node: nodes.Test) -> Value:
        """`value is name(arguments)`."""
        if node.name in FORGIVING_TESTS:
            try:
                self.value(node.node)
            except MissingError:
                return node.name == "undefined"
            return node.name == "defined"
        arguments, named = self._arguments(node)
        return TESTS[node.name](self.budget, self.value(node.node), *arguments, **named)

    def compare(self, node: nodes.Compare) -> Value:
        """`a < b <= c`."""
        left = self.value(node.expr)
        for operand in node.ops:
            right = self.value(operand.expr)
            if not COMPARISONS[operand.op](self.budget, left, right):
                return False
            left = right
        return True

    def condition(self, node: nodes.CondExpr) -> Value:
        """`a if b else c`."""
        assert node.expr2 is not None
        return self.value(node.expr1) if self.value(node.test) else self.value(node.expr2)

    def concat(self, node: nodes.Concat) -> Value:
        """`a ~ b`."""
        return "".join([text(self.value(item), self.budget) for item in node.nodes])

    def record(self, node: nodes.Dict) -> Value:
        """`{'a': 1}`."""
        made: dict[str, Value] = {}
        for pair in node.items:
            key = self.value(pair.key)
            if not isinstance(key, str):
                raise ExpressionError(t("a text is needed here, not {kind}", kind=kind(key)))
            made[key] = self.value(pair.value)
        return made

    def add(self, node: nodes.Add) -> Value:
        """`a + b`: numbers, texts or lists."""
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(left, str) and isinstance(right, str):
            self.budget.write(len(left) + len(right))
            return left + right
        if isinstance(left, list) and isinstance(right, list):
            self.budget.step(len(left) + len(right))
            return left + right
        return self._reckon("+", left, right)

    def reckon(self, node: nodes.BinExpr) -> Value:
        """The other operators: numbers only."""
        return self._reckon(node.operator, self.value(node.left), self.value(node.right))

    def _reckon(self, operator: str, left: Value, right: Value) -> Value:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise ExpressionError(
                t(
                    "{left} {operator} {right}: only numbers can be reckoned with",
                    left=kind(left),
                    operator=operator,
                    right=kind(right),
                ),
                hint=t("texts are joined with ~") if isinstance(left, str) or isinstance(right, str) else "",
            )
        number(left)
        number(right)
        if operator == "**" and (
            abs(right) > BITS or (isinstance(left, int) and left.bit_length() * abs(right) > 2 * BITS)
        ):
            raise ExpressionError(t("the number is too big"))
        return number(_OPERATORS[operator](left, right))

    def sign(self, node: nodes.UnaryExpr) -> Value:
        """`-a`, `+a`."""
        value = self.value(node.node)
        if not isinstance(value, int | float):
            raise ExpressionError(t("a number is needed here, not {kind}", kind=kind(value)))
        return number(-value if isinstance(node, nodes.Neg) else +value)


_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}
# Any: each entry takes the node type that is its key, which the type checker cannot say.
_NODES: Mapping[type[nodes.Node], Callable[[Evaluation, Any], Value]] = {
    nodes.Const: lambda run, node: node.value,  # noqa: ARG005
    nodes.Name: Evaluation.name,
    nodes.Getattr: Evaluation.attribute,
    nodes.Getitem: Evaluation.item,
    nodes.Call: Evaluation.call,
    nodes.Filter: Evaluation.filter,
    nodes.Test: Evaluation.test,
    nodes.Compare: Evaluation.compare,
    nodes.CondExpr: Evaluation.condition,
    nodes.Concat: Evaluation.concat,
    nodes.Dict: Evaluation.record,
    nodes.List: lambda run, node: [run.value(item) for item in node.items],
    nodes.Tuple: lambda run, node: [run.value(item) for item in node.items],
    nodes.And: lambda run, node: run.value(node.left) and run.value(node.right),
    nodes.Or: lambda run, node: run.value(node.left) or run.value(node.right),
    nodes.Not: lambda run, node: not run.value(node.node),
    nodes.Add: Evaluation.add,
    nodes.Sub: Evaluation.reckon,
    nodes.Mul: Evaluation.reckon,
    nodes.Div: Evaluation.reckon,
    nodes.FloorDiv: Evaluation.reckon,
    nodes.Mod: Evaluation.reckon,
    nodes.Pow: Evaluation.reckon,
    nodes.Neg: Evaluation.sign,
    nodes.Pos: Evaluation.sign,
}
ALLOWED = frozenset({*_NODES, nodes.Slice, nodes.Operand, nodes.Pair, nodes.Keyword})
