"""Rules on what the document says of one indicator: several values or dates, quotas, missing comparators."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gaoxin.plan.findings import PlanFinding, error, info, warning
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import AllOf, AnyOf, Target, TargetStatement, Threshold, parts, thresholds
from gaoxin.plan.wording import number, target_text


def two_values(plan: Plan) -> Iterator[PlanFinding]:
    """The document states an indicator's target more than once, and not alike. The binding one is used."""
    for indicator in plan.indicators:
        binding = indicator.binding
        others = [s for s in indicator.targets if _shape(indicator, s.target) != _shape(indicator, binding.target)]
        if not others:
            continue
        yield warning(
            "two_values", f"indicators.{indicator.id}",
            f"{indicator.name.zh}有不同的目标值：{_listed(indicator, [binding, *others], 'zh')}；以{binding.source.place}为准",
            f"{indicator.name.to('en')} has different targets: {_listed(indicator, [binding, *others], 'en')}; "
            f"{binding.source.place} binds",
            (s.source for s in (binding, *others)),
        )


def _listed(indicator: Indicator, statements: list[TargetStatement], lang) -> str:
    parts = [f"{s.source.place} {target_text(indicator, s.target, lang)}" for s in statements]
    return ("；" if lang == "zh" else "; ").join(parts)


def _shape(indicator: Indicator, target: Target):
    """A target as a comparable value: the first measure spelt out, the order of any_of and all_of without meaning."""
    match target:
        case Threshold():
            of = target.of or indicator.measures[0].id
            derived = target.derivation and (target.derivation, str(getattr(target, target.derivation)))
            return of, target.zone, derived, target.comparator, target.value.normalize()
        case AnyOf() | AllOf():
            return type(target).__name__, frozenset(_shape(indicator, part) for part in parts(target))
    return target


def two_dates(plan: Plan) -> Iterator[PlanFinding]:
    """The document dates one goal differently."""
    for indicator in plan.indicators:
        dated = [s for s in indicator.targets if s.due is not None]
        days = dict.fromkeys(s.due for s in dated)
        if len(days) < 2:
            continue
        told = [f"{s.source.place} {s.due:%Y-%m}" for s in dated]
        years = dict.fromkeys(day.year for day in days)
        yield warning(
            "two_years" if len(years) > 1 else "two_dates", f"indicators.{indicator.id}",
            f"{indicator.name.zh}有不同的完成时间：{'；'.join(told)}；以{indicator.binding.source.place}为准",
            f"{indicator.name.to('en')} is due at different times: {'; '.join(told)}; {indicator.binding.source.place} binds",
            (s.source for s in dated),
        )


def quotas(plan: Plan) -> Iterator[PlanFinding]:
    """The units' shares add up to the target, and each goes to a unit that the indicator names."""
    for indicator in plan.indicators:
        if not indicator.quotas:
            continue
        subject, source = f"indicators.{indicator.id}", indicator.binding.source
        named = {*indicator.leads, *plan.responsible(indicator)}
        for quota in indicator.quotas:
            if quota.unit not in named:
                name = plan.unit(quota.unit).name
                yield warning(
                    "quota_unit_not_named", subject, f"{name.zh}有分解数，却不是牵头或责任单位",
                    f"{name.to('en')} has a quota and is neither lead nor responsible", (source,),
                )
        first = indicator.measures[0].id
        whole = [t for t in thresholds(indicator.binding.target) if (t.of or first) == first and not t.derivation]
        total = sum((q.value for q in indicator.quotas), Decimal(0))
        if len(whole) != 1 or not whole[0].comparator.higher_is_better or total == whole[0].value:
            continue
        wanted, unit = whole[0].value, indicator.measures[0].unit
        told_zh = f"{indicator.name.zh}的分解数合计 {number(total)} {unit}，目标 {number(wanted)} {unit}"
        told_en = f"{indicator.name.to('en')}: quotas add up to {number(total)} {unit}, the target is {number(wanted)} {unit}"
        if total < wanted:
            yield warning(
                "quotas_do_not_add_up", subject, f"{told_zh}，差 {number(wanted - total)} {unit}无人承担",
                f"{told_en}: {number(wanted - total)} {unit} are nobody's", (source,),
            )
        else:
            yield info(
                "quotas_exceed_target", subject, f"{told_zh}，留有余量", f"{told_en}: there is some slack", (source,)
            )


def double_quotas(plan: Plan) -> Iterator[PlanFinding]:
    """A unit holds one quota of an indicator."""
    for indicator in plan.indicators:
        units = [q.unit for q in indicator.quotas]
        for unit in dict.fromkeys(u for u in units if units.count(u) > 1):
            yield error(
                "quota_twice", f"indicators.{indicator.id}", f"{plan.unit(unit).name.zh}有两个分解数",
                f"{plan.unit(unit).name.to('en')} has two quotas", (indicator.source,),
            )


def comparators(plan: Plan) -> Iterator[PlanFinding]:
    """A bare number says not whether it is a floor or a ceiling; the plan's author read one into it."""
    for indicator in plan.indicators:
        for statement in indicator.targets:
            if statement.worded_as:
                continue
            text_zh, text_en = (target_text(indicator, statement.target, lang) for lang in ("zh", "en"))
            finding = warning if statement is indicator.binding else info
            yield finding(
                "no_comparator", f"indicators.{indicator.id}",
                f"{indicator.name.zh}在{statement.source.place}只有数值没有比较词，方案理解为 {text_zh}",
                f"{indicator.name.to('en')}: {statement.source.place} gives a bare number; the plan reads it as {text_en}",
                (statement.source,),
            )


def undated(plan: Plan) -> Iterator[PlanFinding]:
    """A binding target without a date never falls due."""
    for indicator in plan.indicators:
        if indicator.binding.due is None:
            yield warning(
                "target_undated", f"indicators.{indicator.id}", f"{indicator.name.zh}的目标没有完成时间",
                f"the target of {indicator.name.to('en')} has no date", (indicator.binding.source,),
            )


RULES = (two_values, two_dates, quotas, double_quotas, comparators, undated)
