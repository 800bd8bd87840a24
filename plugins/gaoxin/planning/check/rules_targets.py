"""Rules on single targets: quotas, missing comparators, dates, values, formulas and leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import Comparator, Compared, Target, Threshold, Tiers, Unquantified, leaves, thresholds
from gaoxin.plan.words.wording import number, target_told
from gaoxin.planning.check.comparing import holds
from gaoxin.planning.check.findings import PlanFinding, error, info, warning

# Words that give a size and neither a floor nor a ceiling; and those that say which.
_VAGUE = ("左右", "上下", "大约", "约", "接近", "近", "将近")
_NUMBER_ALONE = re.compile(r"[0-9０-９]")
_BARE = ("为", "是", "共", "计", "共计")
_COMPARING = re.compile(
    "以上|以下|以内|之内|不低于|不少于|不小于|不高于|不超过|不大于|不多于|低于|高于|大于|小于|多于|少于|超|突破|达|至少|至多|最少|最多|不得|力争|"
    "保持|控制|增|降|翻|前|[≥≤<>＞＜]"
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
                    f"{name.to('en')} has a quota and is neither lead nor responsible", (quota.source or source,),
                )
        whole = _to_share_out(indicator)
        if whole is None:
            continue
        total, wanted, unit = sum((q.value for q in indicator.quotas), Decimal(0)), whole.value, indicator.measures[0].unit
        sign = "" if whole.comparator is Comparator.AT_LEAST else f"{whole.comparator.sign} "
        told_zh = f"{indicator.name.zh}的分解数合计 {number(total)} {unit}，目标 {sign}{number(wanted)} {unit}"
        told_en = (f"{indicator.name.to('en')}: quotas add up to {number(total)} {unit}, the target is "
                   f"{sign}{number(wanted)} {unit}")
        sources = (source, *(q.source for q in indicator.quotas))
        if holds(whole, total):
            if whole.comparator.higher_is_better and total != wanted:
                yield info(
                    "quotas_exceed_target", subject, f"{told_zh}，留有余量", f"{told_en}: there is some slack", sources
                )
            continue
        apart = number(abs(wanted - total))
        if whole.comparator.higher_is_better:
            why = (f"差 {apart} {unit}无人承担", f"{apart} {unit} are nobody's") if total < wanted else (
                "刚好相等，够不上“超过”", "they are equal, and more is asked")
            ask = (f"差的 {apart} {unit}由哪些单位承担，还是把目标降到 {number(total)} {unit}",
                   f"which units take the missing {apart} {unit}, or whether the target is {number(total)}")
        else:
            why = (f"超出上限 {apart} {unit}", f"{apart} {unit} above the ceiling")
            ask = (f"哪些单位减去 {apart} {unit}，还是放宽上限", f"which units give up {apart} {unit}, or a higher ceiling")
        yield warning("quotas_do_not_add_up", subject, f"{told_zh}，{why[0]}", f"{told_en}: {why[1]}", sources, ask)


def _to_share_out(indicator: Indicator) -> Threshold | None:
    """The one number of the binding target that quotas can add up to: a value, else what is to be gained or made in all."""
    first = indicator.measures[0].id
    fit = [t for t in thresholds(indicator.binding.target) if (t.of or first) == first and not t.zone]
    for derivations in ((None,), ("increase", "increase_since", "total_since")):
        found = [t for t in fit if t.derivation in derivations]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


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
            vague = words.startswith(_VAGUE) or words.endswith(_VAGUE)
            bare = not words or words in _BARE or (_NUMBER_ALONE.search(words) and not _COMPARING.search(words))
            if not _has_number(statement.target) or not (bare or vague) or (words and _closed(statement.target)):
                continue
            text_zh, text_en = (target_told(plan, indicator, statement.target, lang) for lang in ("zh", "en"))
            finding = warning if statement is indicator.binding else info
            said_zh = f"只写“{words}”，不是下限也不是上限" if vague else "只有数值没有比较词"
            said_en = f"says “{words}”, neither a floor nor a ceiling" if vague else "gives a bare number"
            if statement.worded_as is None:
                said_zh, said_en = "没有记下比较词（worded_as）", "has no comparator noted (worded_as)"
            yield finding(
                "no_comparator", f"indicators.{indicator.id}",
                f"{indicator.name.zh}在{statement.source.place}{said_zh}，方案理解为 {text_zh}",
                f"{indicator.name.to('en')}: {statement.source.place} {said_en}; the plan reads it as {text_en}",
                (statement.source,),
                (f"是否按 {text_zh} 理解；否则写明是不低于、不高于还是恰好",
                 f"whether {text_en} is meant; else whether it is a floor, a ceiling or exact"),
            )


def _closed(target: Target) -> bool:
    """Whether a floor and a ceiling are given: a range, or a number that is met exactly."""
    return len({t.comparator.higher_is_better for t in thresholds(target)}) > 1


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
