"""What a formula says of parts and wholes: the figures that may never exceed others if a share is to stay within 0 and 100 %.

A formula in % or ‰ is brought to one fraction of two sums. It is a share where both are sums of amounts or counts of one
dimension at one time. What takes the whole away from its part is growth, and what is added to the whole makes an index. Pure.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from gaoxin import measures
from gaoxin.plan.checks.part_of import PartOf
from gaoxin.plan.checks.sum_of import SumOf
from gaoxin.plan.forms import Count, Variable
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Measure, Plan

Sum = dict[str, Fraction]                 # variable -> factor of its value in the base unit of its dimension
Terms = dict[tuple[str, ...], Fraction]   # product of names -> its factor
_ONE: Terms = {(): Fraction(1)}
_LESS: Terms = {(): Fraction(-1)}
_NONE = Fraction(0)
_MANY = 100                               # terms: a formula that multiplies out to more is no share
_CLOSE = Fraction(1, 10**9)               # the factor of a unit of measure may be no finite decimal


class Bound(NamedTuple):
    """The sum `part` must never exceed the sum `whole`."""

    part: Sum
    whole: Sum


def unheld(plan: Plan, measure: Measure) -> Iterator[Bound]:
    """What has to hold for a share to stay within its whole, and no check holds; nothing for what is no share."""
    if (found := _share(plan, measure)) is None:
        return
    part, whole = found
    for left in ({v: whole.get(v, _NONE) - part.get(v, _NONE) for v in {**whole, **part}}, part):
        bound = Bound({v: -f for v, f in left.items() if f < -_CLOSE}, {v: f for v, f in left.items() if f > _CLOSE})
        if bound.whole and not _held(plan, bound):  # what exceeds by its form alone is no share
            yield bound


def _share(plan: Plan, measure: Measure) -> tuple[Sum, Sum] | None:
    """The sums of part and whole; None for what is no share."""
    try:
        tree = parse(measure.formula or "")
    except FormulaProblem:
        return None
    used = [measure.inputs.get(name) for name in names(tree)]
    variables = [plan.variables[given.variable][1] for given in used if given and not given.years_earlier]
    dimensions = {measures.dimension(v.unit) for v in variables}
    if measures.dimension(measure.unit) != "share" or len(variables) < len(used) or len(dimensions) != 1:
        return None
    if not all(v.adds_up if isinstance(v, Variable) else measures.adds_up(v.unit) for v in variables):
        return None
    above, below = (_sum(plan, measure, terms) for terms in _fraction(tree) or ({}, {}))
    if sum(below.values()) < 0:
        above, below = ({v: -f for v, f in given.items()} for given in (above, below))
    growth = any(f < 0 < below.get(v, _NONE) for v, f in above.items())
    index = len(below) == 1 and below.keys() < {v for v, f in above.items() if f > 0}
    if not below or max(above.values(), default=_NONE) <= 0 or growth or index:
        return None
    if len(above) == len(below) == 1:  # a hundred that is missing is another rule's business
        return None if above.keys() == below.keys() else (dict.fromkeys(above, Fraction(1)), dict.fromkeys(below, Fraction(1)))
    return {v: f * Fraction(measures.scale(measure.unit)) for v, f in above.items()}, below


def _sum(plan: Plan, measure: Measure, terms: Terms) -> Sum:
    """A sum of variables; empty for anything else."""
    found: Sum = {}
    for product, factor in terms.items():
        if len(product) != 1:
            return {}
        given = measure.inputs[product[0]]
        unit = given.unit or plan.variables[given.variable][1].unit
        found[given.variable] = found.get(given.variable, _NONE) + factor * Fraction(measures.scale(unit))
    return {v: f for v, f in found.items() if f}


def _fraction(node: ast.AST) -> tuple[Terms, Terms] | None:
    """The sums above and below the line, without what all their terms have in common; None for other than + - * /."""
    match node:
        case ast.Name(id=name):
            return {(name,): Fraction(1)}, _ONE
        case ast.Constant(value=int() | float() as value):
            return {(): Fraction(str(value))}, _ONE
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _fraction(inner)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _fraction(ast.BinOp(ast.Constant(-1), ast.Mult(), inner))
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _fraction(left), _fraction(right)
            if one and other and max(map(len, (*one, *other))) <= _MANY:
                return _worked_out(op, *one, *other)
    return None


def _worked_out(op: ast.operator, a: Terms, b: Terms, c: Terms, d: Terms) -> tuple[Terms, Terms] | None:
    """a/b and c/d, added, taken away, multiplied or divided."""
    match op:
        case ast.Mult():
            return _reduced(_times(a, c), _times(b, d))
        case ast.Div():
            return _reduced(_times(a, d), _times(b, c))
        case ast.Sub():
            return _worked_out(ast.Add(), a, b, _times(c, _LESS), d)
        case ast.Add():
            return _reduced(_plus(a, c), b) if b == d else _reduced(_plus(_times(a, d), _times(c, b)), _times(b, d))
    return None


def _plus(one: Terms, other: Terms) -> Terms:
    added = {product: one.get(product, _NONE) + other.get(product, _NONE) for product in {**one, **other}}
    return {product: factor for product, factor in added.items() if factor}


def _times(one: Terms, other: Terms) -> Terms:
    made: Terms = {}
    for product, factor in one.items():
        made = _plus(made, {tuple(sorted(product + by)): factor * f for by, f in other.items()})
    return made


def _reduced(above: Terms, below: Terms) -> tuple[Terms, Terms]:
    products = [Counter(product) for product in (*above, *below)]
    common = products[0] if products else Counter[str]()
    for product in products:
        common &= product

    def less(terms: Terms) -> Terms:
        return {tuple(sorted((Counter(product) - common).elements())): factor for product, factor in terms.items()}

    return less(above), less(below)


def _held(plan: Plan, bound: Bound) -> bool:
    """Whether checks of the forms, or counts of one register, hold the part within the whole, figure by figure."""
    left, room = dict(bound.part), dict(bound.whole)
    checks = [c for form in plan.forms for c in form.checks]
    for whole in bound.whole:
        # One part alone has a check of its own for that; several together have none but their sum.
        adding_up = [c.parts for c in checks if isinstance(c, SumOf) and c.total == whole and len(left.keys() & {*c.parts}) > 1]
        for parts in (*adding_up, tuple(_counted_apart(plan, whole, left))):
            within = {v: left[v] for v in parts if v in left and left[v] <= room[whole] + _CLOSE}
            room[whole] -= max(within.values(), default=_NONE)
            left = {v: f for v, f in left.items() if v not in within}
    for check in checks:
        if isinstance(check, PartOf) and check.part in left and check.whole in room:
            taken = min(left[check.part], room[check.whole])
            left[check.part], room[check.whole] = left[check.part] - taken, room[check.whole] - taken
    return max(left.values(), default=_NONE) <= _CLOSE


def _counted_apart(plan: Plan, whole: str, parts: Iterable[str]) -> Iterator[str]:
    """Those that count only entries that `whole` counts in the same register, none of them the same."""
    form, total = plan.variables[whole]
    taken: list[Count] = []
    if not isinstance(total, Count) or total.valid:
        return
    for part in parts:
        of, count = plan.variables[part]
        if of.id != form.id or not isinstance(count, Count) or (count.distinct, count.sum) != (total.distinct, total.sum):
            continue
        apart = all(any(set(codes).isdisjoint(one.where.get(field, codes)) for field, codes in count.where.items())
                    for one in taken)
        if apart and all(set(count.where.get(field, ("",))) <= set(codes) for field, codes in total.where.items()):
            taken.append(count)
            yield part
