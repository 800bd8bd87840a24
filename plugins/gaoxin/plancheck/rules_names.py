"""Rules on what is counted and over what: one name with two classifications, or with two denominators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from gaoxin.plan.base import Source
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.targets import TargetStatement
from gaoxin.plancheck.findings import PlanFinding, warning

# Terms that official statistics define differently and documents confuse. Within a family the longer term is looked for
# first, so that 科技型中小企业 is not read as 科技型企业 too.
_FAMILIES = (
    ("战略性新兴产业", "高新技术产业", "高技术制造业", "高技术产业"),
    ("科技型中小企业", "高新技术企业", "科技型企业", "高成长性企业"),
)
_SHORT = {"高企": "高新技术企业"}


def classifications(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator under two classifications, as the plan marks them or as the terms themselves show."""
    for indicator in plan.indicators:
        marked = [(s.classification, s.source) for s in indicator.targets if s.classification]
        if len(dict.fromkeys(name for name, _ in marked)) > 1:
            yield _two("two_classifications", indicator, marked, "口径（分类）", "classification")
        elif named := _by_terms(indicator):
            yield _two("two_classifications", indicator, named, "口径（分类）", "classification")


def denominators(plan: Plan) -> Iterator[PlanFinding]:
    """One indicator over two denominators, or two indicators of one name that divide by different things."""
    for indicator in plan.indicators:
        marked = [(s.denominator, s.source) for s in indicator.targets if s.denominator]
        if len(dict.fromkeys(name for name, _ in marked)) > 1:
            yield _two("two_denominators", indicator, marked, "分母", "denominator")
    for one, other in combinations(plan.indicators, 2):
        if _plain(one.name.zh) != _plain(other.name.zh):
            continue
        for a in one.measures:
            for b in other.measures:
                below, above = _divided_by(a), _divided_by(b)
                if a.unit == b.unit and below and above and below != above:
                    told = (("、".join(sorted(x)), i.source) for x, i in ((below, one), (above, other)))
                    yield _two("two_denominators", other, list(told), "分母", "denominator")


def _two(code: str, indicator: Indicator, named: list[tuple[str, Source]], what_zh: str, what_en: str) -> PlanFinding:
    places: dict[str, list[str]] = {}
    for name, source in named:
        places.setdefault(name, []).append(source.place)
    zh = "；".join(f"{'、'.join(dict.fromkeys(at))} 用“{name}”" for name, at in places.items())
    en = "; ".join(f"{', '.join(dict.fromkeys(at))} says “{name}”" for name, at in places.items())
    return warning(
        code, f"indicators.{indicator.id}", f"{indicator.name.zh}有不同的{what_zh}：{zh}，同一数据算出的值不同",
        f"{indicator.name.to('en')}: more than one {what_en}: {en}; the same data give different values",
        (source for _, source in named),
        (f"统一用哪个{what_zh}：{'，还是 '.join(places)}", f"which {what_en} is used throughout: {', or '.join(places)}"),
    )


def _by_terms(indicator: Indicator) -> list[tuple[str, Source]]:
    """The terms of one family with which the places name the indicator; empty where they agree."""
    calls = [(_name_at(indicator, s), s.source) for s in indicator.targets]
    for family in _FAMILIES:
        found = [(_terms(text, family), source) for text, source in calls]
        found = [(terms, source) for terms, source in found if terms]
        for (a, _), (b, _) in combinations(found, 2):
            if not a & b:
                return [("、".join(sorted(terms)), source) for terms, source in found]
    return []


def _name_at(indicator: Indicator, statement: TargetStatement) -> str:
    """What the indicator is called at a place: named_as, or its own name where the place says nothing else."""
    return statement.named_as or indicator.name.zh


def _terms(text: str, family: tuple[str, ...]) -> frozenset[str]:
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    found = set()
    for term in family:
        if term in text:
            found.add(term)
            text = text.replace(term, "·")
    return frozenset(found)


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("（", "(").replace("）", ")")


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
