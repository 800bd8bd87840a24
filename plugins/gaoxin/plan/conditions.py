"""Conditions of checks: comparisons of formulas, joined by `and`, `or`, `not`.

What belongs here: reading and judging one condition. The formulas on both sides are those of indicators (`plan.formulas`), in
Decimal; what is beside them is comparison alone: of figures, of dates, of texts and codes with words in quotes, and whether
something is filled in (`filled(name)`). Logic is three-valued (Kleene): what is not there makes a condition unknown, never true
or false, unless the rest decides it.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from gaoxin.folding import folded, unspaced
from gaoxin.i18n import Code, Message
from gaoxin.plan import formulas
from gaoxin.plan.formulas import MAX_DEPTH, MAX_LENGTH, FormulaProblem, evaluate_formula

Value = Decimal | date | str | None

_EMPTY_OR_LONG = Code("condition.empty_or_long", "条件为空或过长", "the condition is empty or too long")
_NO_CONDITION = Code("condition.unreadable", "不是条件：{text}", "no condition: {text}", text=str)
_NO_COMPARISON = Code("condition.no_comparison", "条件中 {text} 没有比较；写 a <= b，或 filled(a)",
                      "{text} compares nothing; write a <= b, or filled(a)", text=str)
_WORDS = Code("condition.words",
              "带引号的文字只能放在名称右边，用 ==、!=、in、not in，写成 2020-01-31 的日期还可用 <、<=、>、>=：{text}",
              "words in quotes stand to the right of a name, with ==, !=, in, not in, a day written as 2020-01-31 also with <, "
              "<=, >, >=: {text}", text=str)
_ONE_WORD = Code("condition.one_word", "只有一个的写成 {instead}：{text}", "of a single one write {instead}: {text}", text=str,
                 instead=str)
_OPERATOR = Code("condition.operator", "条件中不允许 {text}", "not allowed in a condition: {text}", text=str)
_APPLES = Code("condition.apples", "不能相比：{text}", "these do not compare: {text}", text=str)

_OPERATORS: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
                                          ast.In: "in", ast.NotIn: "not in"}
_ORDER = ("<", "<=", ">", ">=")
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
                                                 ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Compared:
    """One comparison. left, right: formulas as written. words: in place of the right one."""

    left: str
    sign: str
    right: str
    words: tuple[str, ...] = ()

    @cached_property
    def spelt(self) -> tuple[str, ...]:
        return tuple(map(unspaced, self.words))

    @property
    def text(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True)
class Filled:
    """Whether something is filled in."""

    name: str


@dataclass(frozen=True)
class Joined:
    """how: and, or, not."""

    how: str
    parts: tuple["Condition", ...]


Condition = Compared | Filled | Joined


@lru_cache(maxsize=1024)  # each record of a register asks the same few
def parse(text: str) -> Condition:
    """The condition of a text. Raises FormulaProblem."""
    written = " ".join(text.split())
    if not written or len(written) > MAX_LENGTH:
        raise FormulaProblem(_EMPTY_OR_LONG())
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaProblem(_NO_CONDITION(text=written[:120])) from error
    return _condition(tree, written, 0)


def _condition(node: ast.expr, text: str, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise FormulaProblem(_EMPTY_OR_LONG())
    match node:
        case ast.BoolOp(op=op, values=values):
            return Joined("and" if isinstance(op, ast.And) else "or", tuple(_condition(v, text, depth + 1) for v in values))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return Joined("not", (_condition(inner, text, depth + 1),))
        case ast.Call(func=ast.Name(id="filled"), args=[ast.Name(id=name)], keywords=[]):
            return Filled(name)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            lefts = [left, *rights[:-1]]
            pairs = tuple(_compared(a, op, b, text) for a, op, b in zip(lefts, ops, rights, strict=True))
            return pairs[0] if len(pairs) == 1 else Joined("and", pairs)
    raise FormulaProblem(_NO_COMPARISON(text=_source(text, node)))


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, text: str) -> Compared:
    sign = _OPERATORS.get(type(op))
    a, b = _source(text, left), _source(text, right)
    if sign is None:
        raise FormulaProblem(_OPERATOR(text=f"{a} … {b}"))
    words = _words(right)
    if words or sign in ("in", "not in"):
        one = isinstance(right, ast.Constant)
        if one and words and sign in ("in", "not in"):  # Python drops the brackets of `level in ("N")`
            raise FormulaProblem(_ONE_WORD(text=f"{a} {sign} {b}", instead=f"{a} {'==' if sign == 'in' else '!='} {b}"))
        known = ("==", "!=", *(_ORDER if is_day(*words) else ())) if one else ("in", "not in")
        if not words or not isinstance(left, ast.Name) or sign not in known:
            raise FormulaProblem(_WORDS(text=f"{a} {sign} {b}"))
        return Compared(a, sign, b, words)
    for side in (a, b):
        formulas.parse(side)
    return Compared(a, sign, b)


def is_day(*words: str) -> bool:
    """Whether each is a day as it is written in conditions: 2020-01-31."""
    try:
        return all(date.fromisoformat(word).isoformat() == word for word in words) and bool(words)
    except ValueError:
        return False


def _words(node: ast.expr) -> tuple[str, ...]:
    """Words in quotes, one or several in brackets; none where it is something else."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    found = tuple(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
    return found if len(found) == len(parts) else ()


def _source(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ast.unparse(node)


def comparisons(condition: Condition) -> Iterator[Compared]:
    """Every comparison in a condition, in the order written."""
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from comparisons(part)
    elif isinstance(condition, Compared):
        yield condition


@lru_cache(maxsize=1024)
def names(text: str) -> tuple[str, ...]:
    """The names in a condition, each once, in the order written. Raises FormulaProblem."""
    return tuple(dict.fromkeys(_names(parse(text))))


def _names(condition: Condition) -> Iterator[str]:
    match condition:
        case Joined(parts=parts):
            for part in parts:
                yield from _names(part)
        case Filled(name=name):
            yield name
        case Compared(left=left, right=right, words=words):
            for side in (left,) if words else (left, right):
                yield from names_of(side)


def truth(text: str, values: Mapping[str, Value]) -> bool | Message | None:
    """Whether a condition holds; None where a value that would decide it is not there, or why it cannot be told (a division by
    nought). Raises FormulaProblem where what it compares does not compare, UsageError for a name that is not given."""
    return decided(parse(text), values)


def decided(condition: Condition, values: Mapping[str, Value]) -> bool | Message | None:
    """As `truth`, of a condition that was read, or a part of one."""
    match condition:
        case Filled(name=name):
            return values[name] is not None
        case Joined(how="not", parts=(part,)):
            found = decided(part, values)
            return not found if isinstance(found, bool) else found
        case Joined(how=how, parts=parts):
            told = [decided(part, values) for part in parts]
            decides = how == "or"
            if any(one is decides for one in told):
                return decides
            unknown = [one for one in told if not isinstance(one, bool)]
            return next((one for one in unknown if one is not None), None) if unknown else not decides
        case Compared():
            sides = both(condition, values)
            return sides if isinstance(sides, Message) or sides is None else _holds(condition, *sides)
    raise TypeError(f"not parsed: {condition}")


def _holds(compared: Compared, left: Any, right: Any) -> bool:
    if compared.words and compared.sign in _ORDER:  # a day, as it is written
        return _HOLDS[compared.sign](left, right[0])
    if compared.words:
        return (left in right) is (compared.sign in ("==", "in"))
    return _HOLDS[compared.sign](left, right)


def _folded(value: Value) -> Value:
    """Texts are compared as registers compare their keys: in one spelling."""
    return folded(value) if isinstance(value, str) else value


def both(compared: Compared, values: Mapping[str, Value]) -> tuple[Any, Any] | Message | None:
    """What stands on both sides of a comparison: figures, dates or texts; of words all of them. None, or why, where there is
    none."""
    if compared.words:
        value = values[compared.left]
        if value is None:
            return None
        if isinstance(value, Decimal) or (compared.sign in _ORDER and not isinstance(value, date)):
            raise FormulaProblem(_APPLES(text=compared.text))
        return (value.isoformat() if isinstance(value, date) else unspaced(value)), compared.spelt
    plain = [values[side] for side in (compared.left, compared.right) if side in values]
    if any(isinstance(value, date | str) for value in plain):
        if len(plain) < 2 or None in plain:
            if len(plain) == 2:
                return None
            raise FormulaProblem(_APPLES(text=compared.text))
        if type(plain[0]) is not type(plain[1]) or (isinstance(plain[0], str) and compared.sign not in ("==", "!=")):
            raise FormulaProblem(_APPLES(text=compared.text))
        return _folded(plain[0]), _folded(plain[1])
    found: list[Decimal] = []
    for side in (compared.left, compared.right):
        told = _figure(side, compared, values)
        if not isinstance(told, Decimal):
            return told
        found.append(told)
    return found[0], found[1]


def _figure(side: str, compared: Compared, values: Mapping[str, Value]) -> Decimal | Message | None:
    """What a side comes to; None, or why, where there is nothing."""
    if isinstance(value := values.get(side), Decimal):
        return value
    asked = {name: values[name] for name in names_of(side) if name in values}
    given = {name: value for name, value in asked.items() if isinstance(value, Decimal)}
    if any(isinstance(value, date | str) for value in asked.values()):
        raise FormulaProblem(_APPLES(text=compared.text))
    if len(given) < len(asked):
        return None
    found, reason = evaluate_formula(side, given)
    return reason if found is None else found


@lru_cache(maxsize=1024)
def names_of(side: str) -> tuple[str, ...]:
    """The names in a formula."""
    return tuple(formulas.names(formulas.parse(side)))
