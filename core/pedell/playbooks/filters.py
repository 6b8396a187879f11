"""The filters, tests and functions that expressions may use; there are no others.

Each takes the evaluation's budget first. A wrong type of argument may raise whatever Python raises: the
evaluation turns it into an ExpressionError.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from pedell.errors import ExpressionError
from pedell.i18n import t
from pedell.playbooks.values import Budget, MissingError, Value, kind, number, plain, settle, text

Filter = Callable[..., Value]
Test = Callable[..., bool]
RANGE = 1000


def field(value: Value, key: Value, budget: Budget) -> Value:
    """`value.key` or `value[key]`: a field of a record, an entry of a list, a character of a text.

    Raises MissingError where it is not there.
    """
    budget.step()
    if isinstance(value, dict):
        if isinstance(key, str | int | float | bool) or key is None:
            if key in value:
                return plain(value[key])
            from difflib import get_close_matches

            near = get_close_matches(str(key), [str(k) for k in list(value)[:200]], 1)
            raise MissingError(
                t("there is no field {name}", name=f"`{str(key)[:80]}`"),
                hint=t("did you mean {name}?", name=f"`{near[0][:80]}`") if near else "",
            )
    elif isinstance(value, list | str) and isinstance(key, int) and not isinstance(key, bool):
        if -len(value) <= key < len(value):
            return plain(value[key])
        raise MissingError(t("there is no entry number {number}", number=key))
    elif value is None:
        raise MissingError(
            t("there is nothing to read {name} from: the value is none", name=f"`{str(key)[:80]}`")
        )
    raise MissingError(
        t("{kind} has no field {name}", kind=kind(value), name=f"`{str(key)[:80]}`"),
        hint=t("filters are written `value | lower`"),
    )


def _string(value: Value) -> str:
    if not isinstance(value, str):
        raise ExpressionError(t("a text is needed here, not {kind}", kind=kind(value)))
    return value


def _list(value: Value, budget: Budget) -> list[Value]:
    if isinstance(value, dict):
        value = list(value)
    if not isinstance(value, list):
        raise ExpressionError(t("a list is needed here, not {kind}", kind=kind(value)))
    budget.step(len(value))
    return [plain(item) for item in value]


def _number(value: Value) -> int | float:
    if isinstance(value, int | float):
        return number(value)
    raise ExpressionError(t("a number is needed here, not {kind}", kind=kind(value)))


def _path(value: Value, path: str, budget: Budget) -> Value:
    for part in path.split("."):
        value = field(value, int(part) if part.isdigit() and len(part) < 9 else part, budget)
    return value


def _replace(budget: Budget, value: Value, old: str, new: str) -> str:
    source = _string(value)
    # Reckoned before it is made: replacing "" by something long is a classic.
    budget.write(len(source) + source.count(_string(old)) * max(0, len(_string(new)) - len(old)))
    return source.replace(old, new)


def _join(budget: Budget, value: Value, separator: str = "", attribute: str | None = None) -> str:
    items = _list(value, budget)
    if attribute is not None:
        items = [_path(item, attribute, budget) for item in items]
    budget.write(len(_string(separator)) * len(items))
    return separator.join(text(item, budget) for item in items)


def _split(budget: Budget, value: Value, separator: str | None = None) -> Value:
    source = budget.made(_string(value))
    parts = source.split(separator)
    budget.step(len(parts))
    return list(parts)


def _length(budget: Budget, value: Value) -> int:
    del budget
    if isinstance(value, str | list | dict):
        return len(value)
    raise ExpressionError(t("{kind} has no length", kind=kind(value)))


def _first(budget: Budget, value: Value) -> Value:
    return field(value if isinstance(value, str) else _list(value, budget), 0, budget)


def _last(budget: Budget, value: Value) -> Value:
    return field(value if isinstance(value, str) else _list(value, budget), -1, budget)


def _sort(budget: Budget, value: Value, reverse: bool = False, attribute: str | None = None) -> Value:
    def key(item: Value) -> tuple[bool, bool, object]:
        found = _path(item, attribute, budget) if attribute else item
        # None last and numbers before texts, so that a missing reading does not break a list.
        return (
            found is None,
            isinstance(found, str),
            found.casefold() if isinstance(found, str) else 0 if found is None else found,
        )

    items = _list(value, budget)
    budget.step(4 * len(items))
    return sorted(items, key=key, reverse=bool(reverse))


def _unique(budget: Budget, value: Value) -> Value:
    seen: dict[str, Value] = {}
    for item in _list(value, budget):
        seen.setdefault(json.dumps(settle(item, budget), sort_keys=True), item)
    return list(seen.values())


def _sum(budget: Budget, value: Value, attribute: str | None = None) -> Value:
    items = _list(value, budget)
    return number(sum(_number(_path(item, attribute, budget) if attribute else item) for item in items))


def _extreme(pick: Callable[..., Value]) -> Filter:
    def choose(budget: Budget, value: Value, attribute: str | None = None) -> Value:
        items = _list(value, budget)
        if not items:
            raise ExpressionError(t("the list is empty"))
        return pick(items, key=(lambda item: _path(item, attribute, budget)) if attribute else None)

    return choose


def _int(budget: Budget, value: Value, default: Value = None) -> Value:
    del budget
    try:
        if isinstance(value, str | int | float):
            return number(int(value[:400].strip()) if isinstance(value, str) else int(value))
    except (ValueError, OverflowError):
        pass
    if default is None:
        raise ExpressionError(t("{value} is not a whole number", value=repr(value)[:80]))
    return default


def _float(budget: Budget, value: Value, default: Value = None) -> Value:
    del budget
    try:
        if isinstance(value, str | int | float):
            return number(float(value[:400] if isinstance(value, str) else value))
    except (ValueError, OverflowError):
        pass
    if default is None:
        raise ExpressionError(t("{value} is not a number", value=repr(value)[:80]))
    return default


def _round(budget: Budget, value: Value, digits: int = 0) -> Value:
    del budget
    if not -12 <= digits <= 12:
        raise ExpressionError(t("the number is too big"))
    return round(_number(value), digits) if digits else round(_number(value))


def _truncate(budget: Budget, value: Value, length: int = 80) -> str:
    source = _string(value)
    if len(source) <= length:
        return source
    return budget.made(source[: max(0, length - 1)] + "…")


def _map(
    budget: Budget,
    value: Value,
    name: str | None = None,
    *args: Value,
    attribute: str | None = None,
    default: Value = None,
) -> Value:
    items = _list(value, budget)
    if attribute is None:
        if name is None or name not in FILTERS:
            raise ExpressionError(t("there is no filter {name}", name=f"`{str(name)[:80]}`"))
        return [FILTERS[name](budget, item, *args) for item in items]
    found: list[Value] = []
    for item in items:
        try:
            found.append(_path(item, attribute, budget))
        except MissingError:
            if default is None:
                raise
            found.append(default)
    return found


def _chosen(wanted: bool, by_attribute: bool) -> Filter:
    def choose(budget: Budget, value: Value, *args: Value) -> Value:
        rest = list(args)
        attribute = _string(rest.pop(0)) if by_attribute and rest else None
        test = _string(rest.pop(0)) if rest else None
        if test is not None and test not in TESTS:
            raise ExpressionError(t("there is no test {name}", name=f"`{test[:80]}`"))
        kept: list[Value] = []
        for item in _list(value, budget):
            try:
                found = _path(item, attribute, budget) if attribute else item
            except MissingError:
                found = None
            holds = bool(found) if test is None else TESTS[test](budget, found, *rest)
            if holds is wanted:
                kept.append(item)
        return kept

    return choose


def _items(budget: Budget, value: Value) -> list[tuple[str, Value]]:
    if not isinstance(value, dict):
        raise ExpressionError(t("a record is needed here, not {kind}", kind=kind(value)))
    budget.step(len(value))
    return [(key, plain(item)) for key, item in value.items()]


FILTERS: Mapping[str, Filter] = {
    "abs": lambda budget, value: abs(_number(value)),  # noqa: ARG005
    "capitalize": lambda budget, value: budget.made(_string(value).capitalize()),
    "count": _length,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": lambda budget, value: [list(entry) for entry in _items(budget, value)],
    "join": _join,
    "keys": lambda budget, value: [entry[0] for entry in _items(budget, value)],
    "last": _last,
    "length": _length,
    "list": lambda budget, value: _list(list(_string(value)) if isinstance(value, str) else value, budget),
    "lower": lambda budget, value: budget.made(_string(value).lower()),
    "map": _map,
    "max": _extreme(max),
    "min": _extreme(min),
    "reject": _chosen(wanted=False, by_attribute=False),
    "rejectattr": _chosen(wanted=False, by_attribute=True),
    "replace": _replace,
    "round": _round,
    "select": _chosen(wanted=True, by_attribute=False),
    "selectattr": _chosen(wanted=True, by_attribute=True),
    "sort": _sort,
    "split": _split,
    "string": lambda budget, value: text(value, budget),
    "sum": _sum,
    "title": lambda budget, value: budget.made(_string(value).title()),
    "tojson": lambda budget, value: budget.made(json.dumps(settle(value, budget), ensure_ascii=False)),
    "trim": lambda budget, value: budget.made(_string(value).strip()),
    "truncate": _truncate,
    "unique": _unique,
    "upper": lambda budget, value: budget.made(_string(value).upper()),
    "values": lambda budget, value: [entry[1] for entry in _items(budget, value)],
}
"""`default` stands beside these: the evaluation answers it, since it forgives what is missing."""


def same(budget: Budget, left: Value, right: Value) -> bool:
    """Whether two values are equal."""
    for value in (left, right):
        budget.step(
            len(value) // 64 + 1
            if isinstance(value, str)
            else len(value)
            if isinstance(value, list | dict)
            else 1
        )
    return left == right


def ordered(budget: Budget, left: Value, right: Value) -> None:
    """Refuse to order what has no order: a text and a number, or anything and none."""
    budget.step()
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        raise ExpressionError(
            t("{left} and {right} cannot be compared by size", left=kind(left), right=kind(right))
        )


def contains(budget: Budget, item: Value, box: Value) -> bool:
    """`item in box`."""
    if isinstance(box, str):
        budget.step(len(box) // 64 + 1)
        return _string(item) in box
    if isinstance(box, list):
        return any(same(budget, item, plain(entry)) for entry in box)
    if isinstance(box, dict):
        return isinstance(item, str) and item in box
    raise ExpressionError(t("a list is needed here, not {kind}", kind=kind(box)))


def _order(compare: Callable[[object, object], bool]) -> Test:
    def test(budget: Budget, left: Value, right: Value) -> bool:
        ordered(budget, left, right)
        return compare(left, right)

    return test


def _is(*types: type, but: type | None = None) -> Test:
    return lambda budget, value: isinstance(value, types) and not (but is not None and isinstance(value, but))  # noqa: ARG005


COMPARISONS: Mapping[str, Test] = {
    "eq": same,
    "ne": lambda budget, left, right: not same(budget, left, right),
    "lt": _order(lambda a, b: a < b),  # type: ignore[operator]
    "lteq": _order(lambda a, b: a <= b),  # type: ignore[operator]
    "gt": _order(lambda a, b: a > b),  # type: ignore[operator]
    "gteq": _order(lambda a, b: a >= b),  # type: ignore[operator]
    "in": contains,
    "notin": lambda budget, item, box: not contains(budget, item, box),
}
TESTS: Mapping[str, Test] = {
    **COMPARISONS,
    "le": COMPARISONS["lteq"],
    "ge": COMPARISONS["gteq"],
    "boolean": _is(bool),
    "divisibleby": lambda budget, value, by: _number(value) % _number(by) == 0,  # noqa: ARG005
    "even": lambda budget, value: _number(value) % 2 == 0,  # noqa: ARG005
    "false": lambda budget, value: value is False,  # noqa: ARG005
    "integer": _is(int, but=bool),
    "mapping": _is(dict),
    "none": lambda budget, value: value is None,  # noqa: ARG005
    "number": _is(int, float, but=bool),
    "odd": lambda budget, value: _number(value) % 2 == 1,  # noqa: ARG005
    "sequence": _is(list),
    "string": _is(str),
    "true": lambda budget, value: value is True,  # noqa: ARG005
}
"""`defined` and `undefined` stand beside these, for the same reason as `default`."""


def _range(budget: Budget, *bounds: int) -> Value:
    numbers = range(*bounds)
    if len(numbers) > RANGE:
        raise ExpressionError(t("range() makes at most {count} numbers", count=RANGE))
    budget.step(len(numbers))
    return list(numbers)


def _among(pick: Callable[..., Value]) -> Filter:
    def choose(budget: Budget, *values: Value) -> Value:
        items = _list(values[0], budget) if len(values) == 1 else list(values)
        if not items:
            raise ExpressionError(t("the list is empty"))
        return pick(items)

    return choose


FUNCTIONS: Mapping[str, Filter] = {"len": _length, "max": _among(max), "min": _among(min), "range": _range}
