"""Rules on single targets: quotas, missing comparators, dates, values, formulas and leads."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from gaoxin.i18n import Message, Worded
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import Comparator, Compared, Target, TargetStatement, Threshold, Tiers, Unquantified, leaves, thresholds
from gaoxin.plan.words.wording import told
from gaoxin.planning.check.findings import PlanFinding, Words, of_document, of_plan, phrase

PLACE = 40

NO_COMPARATOR = of_document(
    "no_comparator", "warning info", ("只有数值没有比较词", "a number without comparator"),
    ("是下限、上限还是恰好", "whether it is a floor, a ceiling or exact"), "{name}在{place}{said}，方案理解为 {target}",
    "{name}: {place} {said}; the plan reads it as {target}", ("是否按 {target} 理解；否则写明是不低于、不高于还是恰好",
    "whether {target} is meant; else whether it is a floor, a ceiling or exact"), said=Message,
)
TARGET_WITHOUT_VALUE = of_document(
    "target_without_value", "warning info", ("目标没有数值", "a target without a number"),
    ("以什么数为准", "which number is meant"), "{name}在{place}只说“{words}”，没有数值，达没达到谁也说不清",
    "{name}: {place} says “{words}” and gives no number: nobody can say whether it is met",
    ("“{words}”以什么数为准，或不作考核", "which number “{words}” stands for, or that it is not assessed"),
)
ASPIRATION_BINDS = of_document(
    "aspiration_binds", "warning", ("力争的目标按必须达到判断", "what is striven for is judged as a goal"),
    ("是否考核", "whether it is assessed"), "{name}在{place}写的是“{words}”，方案按必须达到的 {target} 判断",
    "{name}: {place} says “{words}”, which strives and does not promise; the plan judges by {target}",
    ("是否按 {target} 考核；只是争取的，写 role: aspiration",
     "whether {target} is assessed; what is only striven for has the role aspiration"), words=str,
)
TARGET_UNDATED = of_document(
    "target_undated", "warning", ("目标没有完成时间", "a target without a date"), ("何时完成", "by when it is due"),
    "{name}的目标没有完成时间，永远不会到期", "{name}: no date, so the target never falls due",
    every_row=(("没有完成时间，永远不会到期", "have no date and never fall due"),
               ("各项目标何时完成，或统一的期限", "by when each is due, or one date for all of them")),
)
QUOTAS_DO_NOT_ADD_UP = of_document("quotas_do_not_add_up", "warning",
                                   ("分解数合计达不到目标", "quotas that do not add up to the target"),
                                   ("差额由谁承担", "who takes the rest"))
QUOTAS_EXCEED_TARGET = of_document("quotas_exceed_target", "info", ("分解数合计超过目标", "quotas beyond the target"),
                                   ("确认是有意留余量", "that the slack is meant"))
QUOTA_UNIT_NOT_NAMED = of_document(
    "quota_unit_not_named", "warning", ("有分解数的单位未列为牵头或责任", "a quota for a unit that is not named"),
    ("把该单位列为责任单位，还是取消分解数", "whether the unit becomes responsible or loses its quota"),
    "{unit}有分解数，却不是牵头或责任单位", "{unit} has a quota and is neither lead nor responsible", unit=Worded,
)
QUOTA_TWICE = of_plan("quota_twice", "error", ("一个单位有两个分解数", "two quotas for one unit"),
                      ("合并为一个分解数", "merge them into one"), "{unit}有两个分解数", "{unit} has two quotas", unit=Worded)
UNMEASURED = of_document(
    "unmeasured", "warning info", ("没有报表采集", "a target that nobody reports on"),
    ("由谁、用哪张报表、多久报一次", "who reports it, in which form, how often"),
    "没有报表采集{name}（{unit}），目标永远无法判断", "no form asks for {name} ({unit}): the target is never known to be met",
    every_row=(("没有报表采集，永远无法判断", "are asked for by no form and never known"),
               ("由谁报、填什么表、多久一报", "who reports them, in which form, how often")),
)

_SUM = Words("quotas", "{name}的分解数合计 {total} {unit}，目标 {sign}{wanted} {unit}，{why}",
             "{name}: quotas add up to {total} {unit}, the target is {sign}{wanted} {unit}: {why}", wanted=Decimal)
_SLACK = phrase("quotas.slack", "留有余量", "there is some slack")
_NOBODYS = phrase("quotas.nobodys", "差 {apart} {unit}无人承担", "{apart} {unit} are nobody's")
_EQUAL = phrase("quotas.equal", "刚好相等，够不上“超过”", "they are equal, and more is asked")
_ABOVE = phrase("quotas.above", "超出上限 {apart} {unit}", "{apart} {unit} above the ceiling")
_SHORT_ASK = phrase("quotas.short.ask", "差的 {apart} {unit}由哪些单位承担，还是把目标降到 {total} {unit}",
                    "which units take the missing {apart} {unit}, or whether the target is {total}")
_ABOVE_ASK = phrase("quotas.above.ask", "哪些单位减去 {apart} {unit}，还是放宽上限",
                    "which units give up {apart} {unit}, or a higher ceiling")
_VAGUE_WORDS = phrase("no_comparator.vague", "只写“{words}”，不是下限也不是上限", "says “{words}”, neither a floor nor a ceiling",
                      words=str)
_BARE_NUMBER = phrase("no_comparator.bare", "只有数值没有比较词", "gives a bare number")
_NOT_NOTED = phrase("no_comparator.not_noted", "没有记下比较词（worded_as）", "has no comparator noted (worded_as)")

# Words that give a size and neither a floor nor a ceiling; and those that say which.
_VAGUE = ("左右", "上下", "大约", "约", "接近", "近", "将近")
_STRIVING = ("力争", "争取")
_NUMBER_ALONE = re.compile(r"[0-9０-９]")
_BARE = ("为", "是", "共", "计", "共计")
_COMPARING = re.compile(
    "以上|以下|以内|之内|不低于|不少于|不小于|不高于|不超过|不大于|不多于|低于|高于|大于|小于|多于|少于|超|突破|达|"
    "至少|至多|最少|最多|不得|力争|保持|控制|增|降|翻|前|[≥≤<>＞＜]"
)


def quotas(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """The units' shares add up to the target, and each goes to a unit that the indicator names."""
    if not indicator.quotas:
        return
    source = indicator.binding.source
    named = {*indicator.leads, *plan.responsible(indicator)}
    for quota in indicator.quotas:
        if quota.unit not in named:
            yield QUOTA_UNIT_NOT_NAMED.warning(indicator, quota.source or source, unit=plan.unit(quota.unit).name)
    whole = _to_share_out(indicator)
    if whole is None:
        return
    total, wanted, unit = sum((q.value for q in indicator.quotas), Decimal(0)), whole.value, indicator.measure().unit
    up, apart = whole.comparator.higher_is_better, abs(wanted - total)
    if whole.reached_by(total) and not (up and total != wanted):
        return
    missing, ask = {"apart": apart, "unit": unit}, None
    if whole.reached_by(total):
        found, why = QUOTAS_EXCEED_TARGET.info, _SLACK()
    elif up:
        found, why = QUOTAS_DO_NOT_ADD_UP.warning, _NOBODYS(**missing) if total < wanted else _EQUAL()
        ask = _SHORT_ASK(total=total, **missing)
    else:
        found, why, ask = QUOTAS_DO_NOT_ADD_UP.warning, _ABOVE(**missing), _ABOVE_ASK(**missing)
    sign = "" if whole.comparator is Comparator.AT_LEAST else f"{whole.comparator.sign} "
    yield found(indicator, source, *(q.source for q in indicator.quotas), ask=ask, saying=_SUM, total=total, unit=unit,
                sign=sign, wanted=wanted, why=why)


def _to_share_out(indicator: Indicator) -> Threshold | None:
    """The one number of the binding target that quotas can add up to: a value, else what is to be gained or made in all."""
    first = indicator.measure()
    fit = [t for t in thresholds(indicator.binding.target) if indicator.measure_of(t) is first and not t.zone]
    found = [t for t in fit if t.derivation is None]
    found = found or [t for t in fit if t.derivation in ("increase", "increase_since", "total_since")]
    return found[0] if len(found) == 1 else None


def double_quotas(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A unit holds one quota of an indicator."""
    for unit, held in Counter(q.unit for q in indicator.quotas).items():
        if held > 1:
            yield QUOTA_TWICE.error(indicator, indicator.source, unit=plan.unit(unit).name)


def comparators(plan: Plan, indicator: Indicator, statement: TargetStatement) -> Iterator[PlanFinding]:
    """A bare number says not whether it is a floor or a ceiling; the plan's author read one into it."""
    words = (statement.worded_as or "").strip()
    vague = words.startswith(_VAGUE) or words.endswith(_VAGUE)
    bare = not words or words in _BARE or (_NUMBER_ALONE.search(words) and not _COMPARING.search(words))
    number = any(isinstance(leaf, (Compared, Tiers)) for leaf in leaves(statement.target))
    if not number or not (bare or vague) or (words and _closed(statement.target)):
        return
    why = _NOT_NOTED() if statement.worded_as is None else _VAGUE_WORDS(words=words) if vague else _BARE_NUMBER()
    said = NO_COMPARATOR.warning if statement in indicator.path else NO_COMPARATOR.info
    yield said(indicator, statement.source, place=statement.source.place, said=why,
               target=told(plan, indicator, statement.target))


def aspirations(plan: Plan, indicator: Indicator, statement: TargetStatement) -> Iterator[PlanFinding]:
    """What the document only strives for (力争) binds nobody, unless somebody says so."""
    words = statement.worded_as or ""
    if statement in indicator.path and any(word in words for word in _STRIVING):
        yield ASPIRATION_BINDS.warning(indicator, statement.source, place=statement.source.place, words=words,
                                       target=told(plan, indicator, statement.target))


def _closed(target: Target) -> bool:
    """Whether a floor and a ceiling are given: a range, or a number that is met exactly."""
    return len({t.comparator.higher_is_better for t in thresholds(target)}) > 1


def undated(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A binding target without a date never falls due. A masked year is told as such, elsewhere."""
    if indicator.binding.due is None and indicator.binding.due_masked is None:
        yield TARGET_UNDATED.warning(indicator, indicator.binding.source)


def wordings(plan: Plan, indicator: Indicator, statement: TargetStatement) -> Iterator[PlanFinding]:
    """A target without a number cannot be judged."""
    if words := [leaf.unquantified for leaf in leaves(statement.target) if isinstance(leaf, Unquantified)]:
        said = TARGET_WITHOUT_VALUE.warning if statement in indicator.path else TARGET_WITHOUT_VALUE.info
        yield said(indicator, statement.source, place=statement.source.place, words=words)


def unmeasured(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A target on a measure that nobody reports is never known to be met. What the document itself states for the day on
    which the target falls due is at least known from there."""
    due, several = indicator.binding.due, len(indicator.measures) > 1
    asked = [leaf for s in indicator.path for leaf in leaves(s.target) if leaf.measured and indicator.measures]
    for measure in indicator.measures:
        if measure.formula is None and any(indicator.measure_of(leaf) is measure for leaf in asked):
            known = due and any(indicator.measure(s.of) is measure and s.on.end >= due for s in indicator.stated)
            said = UNMEASURED.info if known else UNMEASURED.warning
            yield said(indicator, indicator.source, name=(several and measure.name) or indicator.name, unit=measure.unit,
                       within=measure.id if several else "")
