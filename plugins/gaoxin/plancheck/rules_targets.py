"""Rules on single targets: quotas, missing comparators, dates, values, formulas and leads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gaoxin.plan.model import Plan
from gaoxin.plan.targets import Compared, Target, Tiers, Unquantified, leaves, thresholds
from gaoxin.plan.wording import number, target_told
from gaoxin.plancheck.findings import PlanFinding, error, info, warning

# Words that give a size and neither a floor nor a ceiling.
_VAGUE = ("左右", "上下", "大约", "约")


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
                    f"{name.to('en')} has a quota and is neither lead nor responsible", (quota.source or source,),
                )
        first = indicator.measures[0].id
        whole = [t for t in thresholds(indicator.binding.target) if (t.of or first) == first and not t.derivation and not t.zone]
        total = sum((q.value for q in indicator.quotas), Decimal(0))
        if len(whole) != 1 or not whole[0].comparator.higher_is_better or total == whole[0].value:
            continue
        wanted, unit = whole[0].value, indicator.measures[0].unit
        told_zh = f"{indicator.name.zh}的分解数合计 {number(total)} {unit}，目标 {number(wanted)} {unit}"
        told_en = f"{indicator.name.to('en')}: quotas add up to {number(total)} {unit}, the target is {number(wanted)} {unit}"
        sources = (source, *(q.source for q in indicator.quotas))
        if total < wanted:
            yield warning(
                "quotas_do_not_add_up", subject, f"{told_zh}，差 {number(wanted - total)} {unit}无人承担",
                f"{told_en}: {number(wanted - total)} {unit} are nobody's", sources,
                (f"差的 {number(wanted - total)} {unit}由哪些单位承担，还是把目标降到 {number(total)} {unit}",
                 f"which units take the missing {number(wanted - total)} {unit}, or whether the target is {number(total)}"),
            )
        else:
            yield info(
                "quotas_exceed_target", subject, f"{told_zh}，留有余量", f"{told_en}: there is some slack", sources
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
            words = (statement.worded_as or "").strip()
            vague = any(words.endswith(v) or words == v for v in _VAGUE)
            if not _has_number(statement.target) or (words and not vague):
                continue
            text_zh, text_en = (target_told(plan, indicator, statement.target, lang) for lang in ("zh", "en"))
            finding = warning if statement is indicator.binding else info
            said_zh = f"只写“{words}”，不是下限也不是上限" if vague else "只有数值没有比较词"
            said_en = f"says “{words}”, neither a floor nor a ceiling" if vague else "gives a bare number"
            yield finding(
                "no_comparator", f"indicators.{indicator.id}",
                f"{indicator.name.zh}在{statement.source.place}{said_zh}，方案理解为 {text_zh}",
                f"{indicator.name.to('en')}: {statement.source.place} {said_en}; the plan reads it as {text_en}",
                (statement.source,),
                (f"是否按 {text_zh} 理解；否则写明是不低于、不高于还是恰好",
                 f"whether {text_en} is meant; else whether it is a floor, a ceiling or exact"),
            )


def _has_number(target: Target) -> bool:
    return any(isinstance(leaf, (Compared, Tiers)) for leaf in leaves(target))


def undated(plan: Plan) -> Iterator[PlanFinding]:
    """A binding target without a date never falls due. A masked year is told as such, elsewhere."""
    for indicator in plan.indicators:
        if indicator.binding.due is None and indicator.binding.due_masked is None:
            yield warning(
                "target_undated", f"indicators.{indicator.id}", f"{indicator.name.zh}的目标没有完成时间，永远不会到期",
                f"{indicator.name.to('en')}: no date, so the target never falls due", (indicator.binding.source,),
            )


def wordings(plan: Plan) -> Iterator[PlanFinding]:
    """A target without a number cannot be judged."""
    for indicator in plan.indicators:
        for statement in indicator.targets:
            words = [leaf.unquantified for leaf in leaves(statement.target) if isinstance(leaf, Unquantified)]
            if not words:
                continue
            finding = warning if statement is indicator.binding else info
            zh, en = "、".join(w.zh for w in words), ", ".join(w.to("en") for w in words)
            yield finding(
                "target_without_value", f"indicators.{indicator.id}",
                f"{indicator.name.zh}在{statement.source.place}只说“{zh}”，没有数值，达没达到谁也说不清",
                f"{indicator.name.to('en')}: {statement.source.place} says “{en}” and gives no number: nobody can say whether it "
                "is met", (statement.source,),
                (f"“{zh}”以什么数为准，或不作考核", f"which number “{en}” stands for, or that it is not assessed"),
            )


def unmeasured(plan: Plan) -> Iterator[PlanFinding]:
    """A target on a measure that nobody reports is never known to be met. What the document itself states for the day on
    which the target falls due is at least known from there."""
    for indicator in plan.indicators:
        without = {m.id: m for m in indicator.measures if m.formula is None}
        first = indicator.measures[0].id if indicator.measures else None
        used = {
            leaf.of or first for leaf in leaves(indicator.binding.target)
            if hasattr(leaf, "of") and (leaf.of or first) in without
        }
        for measure in (m for m in without.values() if m.id in used):
            name_zh = measure.name.zh if measure.name and len(indicator.measures) > 1 else indicator.name.zh
            name_en = measure.name.to("en") if measure.name and len(indicator.measures) > 1 else indicator.name.to("en")
            due = indicator.binding.due
            known = due and any((s.of or first) == measure.id and s.on.end >= due for s in indicator.stated)
            found = info if known else warning
            yield found(
                "unmeasured", f"indicators.{indicator.id}", f"没有报表采集{name_zh}（{measure.unit}），目标永远无法判断",
                f"no form asks for {name_en} ({measure.unit}): the target is never known to be met", (indicator.source,),
            )


RULES = (quotas, double_quotas, comparators, undated, wordings, unmeasured)
