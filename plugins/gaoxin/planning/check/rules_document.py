"""Rules on the published text: annexes that are missing or called differently, masked places, the accreditation standard."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gaoxin.plan.base import Label
from gaoxin.plan.model import Condition, Indicator, Plan
from gaoxin.plan.series import growth_variable, latest_stated
from gaoxin.plan.targets import AllOf, AnyOf, OfWhich, Target, TargetStatement, Threshold, Unquantified, leaves, parts
from gaoxin.plan.words.wording import number, target_told
from gaoxin.planning.check.comparing import holds, implies
from gaoxin.planning.check.findings import PlanFinding, info, listed, warning
from gaoxin.planning.check.trial import reference_values


def annexes(plan: Plan) -> Iterator[PlanFinding]:
    """An annex that is cited is there, and is called the same wherever it is cited."""
    for annex in plan.document.annexes:
        subject, places = f"document.annexes.{annex.id}", [c.source for c in annex.cited]
        if not annex.present:
            yield warning(
                "annex_missing", subject, f"文件引用的附件《{annex.title}》没有公布",
                f"the annex {annex.title} is cited and was not published", places or [plan.document.title],
                (f"向印发单位索取《{annex.title}》，还是以正文为准并写明",
                 f"whether {annex.title} is asked for, or the main text alone holds"),
            )
        titles = {c.title: c.source for c in annex.cited if c.title and c.title != annex.title}
        if titles:
            told = "；".join(f"{source.place}《{title}》" for title, source in titles.items())
            yield info(
                "annex_two_titles", subject, f"附件《{annex.title}》在正文里叫法不同：{told}",
                f"the annex {annex.title} is called differently in the main text: {told}", (*titles.values(), annex.title),
                (f"确认指的是同一个附件，以《{annex.title}》为准", f"that one and the same annex is meant: {annex.title}"),
            )
    yield from _unlisted(plan)


_NUMBERED = re.compile(r"附件\s*([0-9一二三四五六七八九十]{1,2})(?![0-9项])")
_NUMERALS = "一二三四五六七八九十"


def _unlisted(plan: Plan) -> Iterator[PlanFinding]:
    """Places in an annex of a number beyond those listed: whether it was published at all is then open. A plan that lists no
    annex at all has left the list out."""
    items, count = (*plan.indicators, *plan.tasks), len(plan.document.annexes)
    places = [i.source.place for i in items] + [s.source.place for i in plan.indicators for s in i.targets]
    titles: set[str] = set()
    cited: list[str] = []
    for place in dict.fromkeys(places if count else ()):
        if number := _NUMBERED.match(place):
            at = _NUMERALS.index(number[1]) + 1 if number[1] in _NUMERALS else int(number[1]) if number[1].isdigit() else 0
            if at > count:
                titles.add(f"附件{at}")
                cited.append(place)
    if not cited:
        return
    title = "、".join(sorted(titles))
    told = listed(cited, "zh", 3), listed(cited, "en", 3)
    yield warning(
        "annex_missing", "document.annexes", f"出处写到{title}（{told[0]}），而文件登记了 {count} 个附件",
        f"places in {title} are cited ({told[1]}), while {count} annex(es) are listed", cited,
        (f"{title}是否公布；公布了就列入 document.annexes，没有则写 present: false 并向印发单位索取",
         f"whether {title} was published: then it is listed in document.annexes, else with present: false, and asked for"),
    )


_MASKED = {
    "year": ("年份", "a year", warning), "amount": ("数额", "an amount", warning),
    "name": ("名称", "a name", info), "title": ("文件名", "a title", info),
}


def masked(plan: Plan) -> Iterator[PlanFinding]:
    """Where the published text hides something. Nothing is made of it, and a date with a masked year dates nothing."""
    for one in plan.document.masked:
        zh, en, found = _MASKED[one.kind]
        yield found(
            f"masked_{one.kind}", f"document.masked.{one.text}", f"{one.source.place}的{zh}被遮盖：{one.text}",
            f"{one.source.place} masks {en}: {one.text}", (one.source,),
            (f"查原件补上{zh}；补不上的，相关内容不作考核依据",
             f"to find {en} in the original; what cannot be found is not assessed"),
        )
    if plan.document.issued_masked:
        yield _masked_date("document", "文件日期", "the document's date", plan.document.issued_masked, plan.document.title)
    for task in plan.tasks:
        if task.due_masked:
            yield _masked_date(f"tasks.{task.id}", task.name.zh, task.name.to("en"), task.due_masked, task.source)
    for indicator in plan.indicators:
        for due, source in dict.fromkeys((s.due_masked, s.source.place) for s in indicator.targets if s.due_masked):
            yield _masked_date(f"indicators.{indicator.id}", indicator.name.zh, indicator.name.to("en"), due, source)


_HIDDEN = re.compile(r"(?:20|19)[xX×＊*]{2}(?!亿|万|家|个)|[xX×＊*]{2,4}年")


def masked_words(plan: Plan) -> Iterator[PlanFinding]:
    """A masked year within a name, a number or a wording, of which `document.masked` does not speak."""
    known = " ".join(m.text for m in plan.document.masked)
    said = [("document", plan.document.number or "", plan.document.title)]
    said += [(f"document.annexes.{a.id}", a.title, a.title) for a in plan.document.annexes]
    said += [(f"tasks.{t.id}", t.name.zh, t.source) for t in plan.tasks]
    said += [(f"cadences.{c.id}", c.name.zh, c.source) for c in plan.cadences]
    for indicator in plan.indicators:
        words = [leaf.unquantified.zh for s in indicator.targets for leaf in leaves(s.target) if isinstance(leaf, Unquantified)]
        said += [(f"indicators.{indicator.id}", text, indicator.source) for text in (indicator.name.zh, *words)]
    for subject, text, source in said:
        if (hidden := _HIDDEN.search(text)) and text not in known:
            yield warning(
                "masked_year", subject, f"“{text}”里的年份被遮盖（{hidden[0]}）", f"the year in “{text}” is masked ({hidden[0]})",
                (source,), (f"查原件补上 {hidden[0]} 是哪一年；补不上的，不作期限", f"which year {hidden[0]} stands for"),
            )


def _masked_date(subject: str, zh: str, en: str, due: str, source) -> PlanFinding:
    return warning(
        "masked_year", subject, f"{zh}的日期年份被遮盖（{due}），不能据此到期",
        f"the year of {en} is masked ({due}): nothing falls due by it", (source,),
        (f"{due} 是哪一年", f"which year {due} stands for"),
    )


def conditions(plan: Plan) -> Iterator[PlanFinding]:
    """What the zone states of itself against the accreditation standard, condition by condition."""
    for condition in plan.conditions:
        if condition.indicator:
            yield from _measured(plan, condition, plan.indicator(condition.indicator))
        elif condition.stated is None:
            yield _not_stated(condition, "文件没有写现状", "the document does not say how the zone stands")
        elif condition.stated.fulfils is None:
            yield info(
                "criterion_not_stated", f"conditions.{condition.id}",
                f"{condition.name.zh}：标准要求“{condition.requires.zh}”，文件写“{condition.stated.value.zh}”，看不出是否符合",
                f"{condition.name.to('en')}: the standard asks for “{condition.requires.to('en')}”, the document says "
                f"“{condition.stated.value.to('en')}”: whether that fulfils it cannot be told",
                (condition.source, condition.stated.source),
            )
        elif not condition.stated.fulfils:
            yield warning(
                "criterion_not_fulfilled", f"conditions.{condition.id}",
                f"{condition.name.zh}：标准要求“{condition.requires.zh}”，文件自己写的是“{condition.stated.value.zh}”，不符合",
                f"{condition.name.to('en')}: the standard asks for “{condition.requires.to('en')}”, the document itself states "
                f"“{condition.stated.value.to('en')}”, which does not fulfil it", (condition.source, condition.stated.source),
                (f"怎样、由谁、在何时满足“{condition.requires.zh}”，还是向认定机关说明",
                 f"how, by whom and by when “{condition.requires.to('en')}” is fulfilled, or what the accreditor is told"),
            )


def criteria(plan: Plan) -> Iterator[PlanFinding]:
    """A criterion that stands at an indicator alone, without a condition, against what the document states."""
    judged = {c.indicator for c in plan.conditions}
    for indicator in plan.indicators:
        if indicator.id not in judged:
            for criterion in indicator.by_role("criterion"):
                met, *told = _judge(plan, indicator, criterion.target)
                if met is False:
                    yield _unfulfilled(plan, f"indicators.{indicator.id}", indicator.name, indicator, criterion, told)


def _not_stated(condition: Condition, zh: str, en: str) -> PlanFinding:
    return info(
        "criterion_not_stated", f"conditions.{condition.id}", f"{condition.name.zh}：{zh}（标准：{condition.requires.zh}）",
        f"{condition.name.to('en')}: {en} (standard: {condition.requires.to('en')})", (condition.source,),
    )


def _measured(plan: Plan, condition: Condition, indicator: Indicator) -> Iterator[PlanFinding]:
    """A condition that an indicator measures: the stated figures against its criterion, and whether the goal closes the gap."""
    criteria = indicator.by_role("criterion")
    subject = f"conditions.{condition.id}"
    if not criteria:
        yield warning(
            "criterion_without_target", subject, f"{condition.name.zh}由指标 {indicator.id} 衡量，该指标没有 criterion 目标",
            f"{condition.name.to('en')} is measured by {indicator.id}, which has no criterion target",
            (condition.source, indicator.source),
        )
        return
    for criterion in criteria:
        judged, told_zh, told_en, sources = _judge(plan, indicator, criterion.target)
        wanted_zh, wanted_en = (target_told(plan, indicator, criterion.target, lang) for lang in ("zh", "en"))
        if judged is None and not told_zh:
            yield _not_stated(condition, "文件没有给出现值", "the document gives no figure")
        elif judged is None:
            yield info(
                "criterion_not_stated", subject, f"{condition.name.zh}：标准 {wanted_zh}，现值 {told_zh}，看不出是否符合",
                f"{condition.name.to('en')}: the standard is {wanted_en}, stated are {told_en}: whether they fulfil it cannot be "
                "told",
                (criterion.source, *sources),
            )
        elif not judged:
            yield _unfulfilled(plan, subject, condition.name, indicator, criterion, [told_zh, told_en, sources])


def _unfulfilled(
    plan: Plan, subject: str, name: Label, indicator: Indicator, criterion: TargetStatement, told: list
) -> PlanFinding:
    """A criterion that the stated figures fail: information where the goal closes the gap, else a warning."""
    told_zh, told_en, sources = told
    wanted_zh, wanted_en = (target_told(plan, indicator, criterion.target, lang) for lang in ("zh", "en"))
    binding = indicator.binding
    closes = implies(indicator, binding.target, criterion.target)
    goal_zh, goal_en = (target_told(plan, indicator, binding.target, lang) for lang in ("zh", "en"))
    due = f"{binding.due:%Y-%m}" if binding.due else ""
    after_zh = f"目标 {goal_zh} 到 {due or '期限'} 补上差距" if closes else f"目标 {goal_zh} 也保证不了"
    after_en = f"closes the gap by {due or 'its date'}" if closes else "does not ensure it"
    found = info if closes else warning
    return found(
        "criterion_not_fulfilled", subject,
        f"{name.zh}：标准 {wanted_zh}，现值 {told_zh}，目前不符合；{after_zh}",
        f"{name.to('en')}: the standard is {wanted_en}, stated are {told_en}, not fulfilled now; the goal {goal_en} {after_en}",
        (criterion.source, *sources, binding.source),
        (f"申报时点不早于目标完成（{due or '未定'}）" if closes else f"把目标提到标准（{wanted_zh}）",
         f"no application before the goal is reached ({due or 'undated'})" if closes
         else f"whether the goal is raised to the standard ({wanted_en})"),
    )


def _judge(plan: Plan, indicator: Indicator, target: Target) -> tuple[bool | None, str, str, list]:
    """A target by the figures that the document states: (met, what was stated in both languages, their places)."""
    if isinstance(target, (AnyOf, AllOf, OfWhich)):
        each = [_judge(plan, indicator, part) for part in parts(target)]
        told = [(zh, en) for _, zh, en, _ in each if zh]
        states = [met for met, *_ in each]
        decisive, rest = (True, False) if isinstance(target, AnyOf) else (False, True)
        met = decisive if decisive in states else None if None in states else rest
        return met, "、".join(zh for zh, _ in told), ", ".join(en for _, en in told), [s for *_, places in each for s in places]
    if not isinstance(target, Threshold):
        return None, "", "", []
    measure = indicator.measure_of(target)
    value = latest_stated(indicator, measure.id, target.zone)
    rate = target.derivation == "growth" or (target.derivation is None and growth_variable(measure))
    if rate and indicator.past_pace and indicator.past_pace.growth is not None:
        pace = indicator.past_pace
        return holds(target, pace.growth), f"年增 {number(pace.growth)} %", f"{number(pace.growth)} % a year", [pace.source]
    if target.derivation == "increase" and indicator.past_pace and indicator.past_pace.increase is not None:
        pace, told = indicator.past_pace, f"{number(indicator.past_pace.increase)} {measure.unit}"
        return holds(target, pace.increase), f"年增 {told}", f"{told} a year", [pace.source]
    if value is None:
        return None, "", "", []
    told = f"{number(value.value)} {measure.unit}（{value.on}）", f"{number(value.value)} {measure.unit} ({value.on})"
    if target.derivation is None:
        return holds(target, value.value), *told, [value.source]
    if target.against:
        known = [(v, of) for v, of in reference_values(plan, target.against, measure.unit) if v.period <= value.on]
        if known:
            _, held = max(known, key=lambda each: (each[0].period, each[0].published))
            return holds(target, value.value - held), *told, [value.source]
    return None, *told, [value.source]


RULES = (annexes, masked, masked_words, conditions, criteria)
