"""Rules on what is counted and over what: one name with two classifications, or with two denominators."""

import ast
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from gaoxin.i18n import Message, Text
from gaoxin.plan.base import Source
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.planning.check.findings import Finding, PlanFinding, Words, of_document, phrase
from gaoxin.planning.check.terms import Place, by_denominator, by_terms, plain_name

PLACE = 30

TWO_CLASSIFICATIONS = of_document("two_classifications", "warning",
                                  ("一个名称有不同的口径", "two classifications under one name"),
                                  ("统一用哪个口径", "which classification is used"))
TWO_DENOMINATORS = of_document("two_denominators", "warning", ("一个名称有不同的分母", "two denominators under one name"),
                               ("统一用哪个分母", "which denominator is used"))
_TWO = Words("two_ways_to_count", "{name}有不同的{what}：{said:;}，同一数据算出的值不同",
             "{name}: more than one {what}: {said:;}; the same data give different values",
             ("统一用哪个{what}：{names:or}", "which {what} is used throughout: {names:or}"), what=Text, said=tuple)
_SAYS = phrase("two_ways_to_count.says", "{places} 用“{said}”", "{places} says “{said}”", said=str)
_DEFINITION = phrase("two_ways_to_count.definition", "{place}的定义", "the definition in {place}")
_WHAT = {TWO_CLASSIFICATIONS.code: Text("口径（分类）", "classification"), TWO_DENOMINATORS.code: Text("分母", "denominator")}


def classifications(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator under two classifications, as the plan marks them or as the terms themselves show; and one figure that
    two indicators call by terms which mean different things."""
    for indicator in plan.indicators:
        marked = [(s.classification, s.source) for s in indicator.targets if s.classification]
        if named := marked if len({name for name, _ in marked}) > 1 else _by_terms(indicator):
            yield _two(TWO_CLASSIFICATIONS, indicator, named)
    for one, other in combinations(plan.indicators, 2):
        if _counted_alike(one, other) and (named := by_terms([(i.name.zh, i.source) for i in (one, other)])):
            yield _two(TWO_CLASSIFICATIONS, other, named)


def denominators(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator over two denominators, or two indicators of one name that divide by different things."""
    for indicator in plan.indicators:
        marked = [(s.denominator, s.source) for s in indicator.targets if s.denominator]
        called = [(s.denominator, s.named_as or indicator.name.zh, s.source) for s in indicator.targets]
        if named := marked if len({name for name, _ in marked}) > 1 else by_denominator(called):
            yield _two(TWO_DENOMINATORS, indicator, named)
    for one, other in combinations(plan.indicators, 2):
        if plain_name(one.name.zh) != plain_name(other.name.zh):
            continue
        for a, b in product(one.measures, other.measures):
            below, above = _divided_by(a), _divided_by(b)
            if a.unit == b.unit and below and above and below != above:
                told = ((", ".join(sorted(x)), i.source) for x, i in ((below, one), (above, other)))
                yield _two(TWO_DENOMINATORS, other, list(told))


def _two(kind: Finding, indicator: Indicator, named: Sequence[tuple[str, Place]]) -> PlanFinding:
    places: dict[str, list[str | Message]] = {}
    for name, source in named:
        places.setdefault(name, []).append(source.place if isinstance(source, Source) else source)
    said = [_SAYS(places=tuple(dict.fromkeys(at)), said=name) for name, at in places.items()]
    return kind.warning(indicator, *(at for _, at in named), saying=_TWO, what=_WHAT[kind.code], said=said, names=list(places))


def _by_terms(indicator: Indicator) -> list[tuple[str, Place]]:
    """The places that name an indicator by different terms, or its name and its definition."""
    named = by_terms([(s.classification or s.named_as or indicator.name.zh, s.source) for s in indicator.targets])
    if named or indicator.definition is None:
        return named
    place = indicator.source.place
    return by_terms([(indicator.name.zh, indicator.source), (indicator.definition.zh, _DEFINITION(place=place))])


def _counted_alike(one: Indicator, other: Indicator) -> bool:
    """Whether two indicators are first of all the same formula of the same variables."""
    if not one.measures or not other.measures:
        return False
    a, b = one.measure(), other.measure()
    return bool(a.inputs) and (a.formula, a.inputs) == (b.formula, b.inputs)


def _divided_by(measure: Measure) -> frozenset[str]:
    """The variables below the line of a quotient; empty for any other formula."""
    try:
        tree = parse(measure.formula or "")
    except FormulaProblem:
        return frozenset()
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        tree = tree.right if isinstance(tree.left, ast.Constant) else tree.left
    if not (isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div)):
        return frozenset()
    return frozenset(measure.inputs[n].variable for n in names(tree.right) if n in measure.inputs)
