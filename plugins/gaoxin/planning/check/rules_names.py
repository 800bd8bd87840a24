"""Rules on what is counted and over what: one name with two classifications, or with two denominators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from gaoxin.plan.base import Source
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.targets import TargetStatement
from gaoxin.planning.check.findings import PlanFinding, warning
from gaoxin.planning.check.rules_twins import plain_name
from gaoxin.planning.check.terms import by_denominator, by_terms


def classifications(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator under two classifications, as the plan marks them or as the terms themselves show; and one figure that
    two indicators call by terms which mean different things."""
    for indicator in plan.indicators:
        marked = [(s.classification, s.source) for s in indicator.targets if s.classification]
        if len(dict.fromkeys(name for name, _ in marked)) > 1:
            yield _two("two_classifications", indicator, marked, "口径（分类）", "classification")
        elif named := _by_terms(indicator):
            yield _two("two_classifications", indicator, named, "口径（分类）", "classification")
    for one, other in combinations(plan.indicators, 2):
        if _counted_alike(one, other) and (named := by_terms([(i.name.zh, i.source) for i in (one, other)])):
            yield _two("two_classifications", other, named, "口径（分类）", "classification")


def denominators(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator over two denominators, or two indicators of one name that divide by different things."""
    for indicator in plan.indicators:
        marked = [(s.denominator, s.source) for s in indicator.targets if s.denominator]
        if len(dict.fromkeys(name for name, _ in marked)) > 1:
            yield _two("two_denominators", indicator, marked, "分母", "denominator")
        elif named := by_denominator([(s.denominator, _name_at(indicator, s), s.source) for s in indicator.targets]):
            yield _two("two_denominators", indicator, named, "分母", "denominator")
    for one, other in combinations(plan.indicators, 2):
        if plain_name(one.name.zh) != plain_name(other.name.zh):
            continue
        for a in one.measures:
            for b in other.measures:
                below, above = _divided_by(a), _divided_by(b)
                if a.unit == b.unit and below and above and below != above:
                    told = (("、".join(sorted(x)), i.source) for x, i in ((below, one), (above, other)))
                    yield _two("two_denominators", other, list(told), "分母", "denominator")


def _two(code: str, indicator: Indicator, named: list[tuple[str, Source | str]], what_zh: str, what_en: str) -> PlanFinding:
    places: dict[str, list[str]] = {}
    for name, source in named:
        places.setdefault(name, []).append(source if isinstance(source, str) else source.place)
    zh = "；".join(f"{'、'.join(dict.fromkeys(at))} 用“{name}”" for name, at in places.items())
    en = "; ".join(f"{', '.join(dict.fromkeys(at))} says “{name}”" for name, at in places.items())
    return warning(
        code, f"indicators.{indicator.id}", f"{indicator.name.zh}有不同的{what_zh}：{zh}，同一数据算出的值不同",
        f"{indicator.name.to('en')}: more than one {what_en}: {en}; the same data give different values",
        (source for _, source in named),
        (f"统一用哪个{what_zh}：{'，还是 '.join(places)}", f"which {what_en} is used throughout: {', or '.join(places)}"),
    )


def _name_at(indicator: Indicator, statement: TargetStatement) -> str:
    """What the indicator is called at a place: named_as, or its own name where the place says nothing else."""
    return statement.named_as or indicator.name.zh


def _by_terms(indicator: Indicator) -> list[tuple[str, Source | str]]:
    """The places that name an indicator by different terms, or its name and its definition."""
    named = by_terms([(s.classification or _name_at(indicator, s), s.source) for s in indicator.targets])
    if named or indicator.definition is None:
        return named
    place = indicator.source.place
    return by_terms([(indicator.name.zh, indicator.source), (indicator.definition.zh, f"{place}的定义")])


def _counted_alike(one: Indicator, other: Indicator) -> bool:
    """Whether two indicators are first of all the same formula of the same variables."""
    if not one.measures or not other.measures or not one.measures[0].inputs:
        return False
    a, b = one.measures[0], other.measures[0]
    return (a.formula, a.inputs) == (b.formula, b.inputs)


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


RULES = (classifications, denominators)
