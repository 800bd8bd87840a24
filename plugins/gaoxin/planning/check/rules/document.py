"""Rules on the published text: annexes that are missing or called differently, masked places, the accreditation standard."""

import re
from collections.abc import Iterator

from gaoxin.i18n import Message, Text, Worded
from gaoxin.plan.base import Source
from gaoxin.plan.model import Condition, Indicator, Plan
from gaoxin.plan.series import growth_variable, latest_stated
from gaoxin.plan.targets import Target, TargetStatement, Threshold, Unquantified, leaves
from gaoxin.plan.words.wording import told
from gaoxin.planning.check.comparing import implies
from gaoxin.planning.check.findings import Finding, PlanFinding, Words, listed, of_document, of_plan, phrase
from gaoxin.planning.check.trial import reference_values

PLACE = 110

ANNEX_MISSING = of_document(
    "annex_missing", "warning", ("引用的附件没有公布", "a cited annex that is missing"), ("索取附件", "to ask for it"),
    "文件引用的附件《{title}》没有公布", "the annex {title} is cited and was not published",
    ("向印发单位索取《{title}》，还是以正文为准并写明", "whether {title} is asked for, or the main text alone holds"),
)
ANNEX_TWO_TITLES = of_document(
    "annex_two_titles", "info", ("附件有不同叫法", "an annex under two titles"), ("确认是同一个", "that it is one"),
    "附件《{title}》在正文里叫法不同：{told:;}", "the annex {title} is called differently in the main text: {told:;}",
    ("确认指的是同一个附件，以《{title}》为准", "that one and the same annex is meant: {title}"), told=tuple,
)
MASKED_YEAR = of_document("masked_year", "warning", ("年份被遮盖", "a masked year"), ("是哪一年", "which year it is"))
MASKED_AMOUNT = of_document("masked_amount", "warning", ("数额被遮盖", "a masked amount"), ("是多少", "how much it is"))
MASKED_NAME = of_document("masked_name", "info", ("名称被遮盖", "a masked name"), ("是谁", "who it is"))
MASKED_TITLE = of_document("masked_title", "info", ("文件名被遮盖", "a masked title"), ("是哪份文件", "which document it is"))
CRITERION_NOT_FULFILLED = of_document(
    "criterion_not_fulfilled", "warning info", ("现状不符合认定标准", "a criterion that the zone's statement does not fulfil"),
    ("怎样满足", "how it is fulfilled"), "{name}：标准 {wanted}，现值 {stated}，目前不符合；目标 {goal} {after}",
    "{name}: the standard is {wanted}, stated are {stated}, not fulfilled now; the goal {goal} {after}",
)
CRITERION_NOT_STATED = of_document(
    "criterion_not_stated", "info", ("现状没有写或看不出是否符合", "a criterion on which nothing is stated"),
    ("补充现状", "how the zone stands"), "{name}：{why}（标准：{requires}）", "{name}: {why} (standard: {requires})",
)
CRITERION_WITHOUT_TARGET = of_plan(
    "criterion_without_target", "warning", ("条件的指标没有 criterion 目标", "a condition whose indicator has no criterion"),
    ("在指标的 targets 中补 role: criterion", "add a target with role: criterion"),
    "{name}由指标 {indicator} 衡量，该指标没有 criterion 目标", "{name} is measured by {indicator}, which has no criterion target"
)

_TITLE_AT = phrase("title_at", "{place}《{title}》", "{place} “{title}”")
_ANNEX = phrase("annex", "附件{n}", "annex {n}")
_UNLISTED = ANNEX_MISSING.saying(
    "unlisted", "出处写到{annexes}（{places}），而文件登记了 {n} 个附件",
    "places in {annexes} are cited ({places}), while {n} annex(es) are listed",
    ("{annexes}是否公布；公布了就列入 document.annexes，没有则写 present: false 并向印发单位索取",
    "whether {annexes} was published: then it is listed in document.annexes, else with present: false, and asked for"),
    places=Message,
)
_MASKED = Words("masked", "{place}的{what}被遮盖：{text}", "{place} masks {what}: {text}",
                ("查原件补上{what}；补不上的，相关内容不作考核依据",
                 "to find {what} in the original; what cannot be found is not assessed"), what=Text)
_MASKED_WORDS = MASKED_YEAR.saying("words", "“{text}”里的年份被遮盖（{hidden}）", "the year in “{text}” is masked ({hidden})",
                                   ("查原件补上 {hidden} 是哪一年；补不上的，不作期限", "which year {hidden} stands for"))
_MASKED_DATE = MASKED_YEAR.saying("date", "{what}的日期年份被遮盖（{due}），不能据此到期",
                                  "the year of {what} is masked ({due}): nothing falls due by it",
                                  ("{due} 是哪一年", "which year {due} stands for"), what=Worded)
_UNCLEAR = CRITERION_NOT_STATED.saying(
    "unclear", "{name}：标准要求“{requires}”，文件写“{value}”，看不出是否符合",
    "{name}: the standard asks for “{requires}”, the document says “{value}”: whether that fulfils it cannot be told",
    value=Worded,
)
_FAILS = CRITERION_NOT_FULFILLED.saying(
    "stated", "{name}：标准要求“{requires}”，文件自己写的是“{value}”，不符合",
    "{name}: the standard asks for “{requires}”, the document itself states “{value}”, which does not fulfil it",
    ("怎样、由谁、在何时满足“{requires}”，还是向认定机关说明",
    "how, by whom and by when “{requires}” is fulfilled, or what the accreditor is told"), value=Worded,
)
_NO_STATE = phrase("criterion_not_stated.state", "文件没有写现状", "the document does not say how the zone stands")
_NO_FIGURE = phrase("criterion_not_stated.figure", "文件没有给出现值", "the document gives no figure")
_UNJUDGED = CRITERION_NOT_STATED.saying(
    "unjudged", "{name}：标准 {wanted}，现值 {stated}，看不出是否符合",
    "{name}: the standard is {wanted}, stated are {stated}: whether they fulfil it cannot be told",
)
_CLOSES = phrase("criterion_not_fulfilled.closes", "到 {due} 补上差距", "closes the gap by {due}")
_CLOSES_UNDATED = phrase("criterion_not_fulfilled.closes_undated", "到 期限 补上差距", "closes the gap by its date")
_NOT_ENSURED = phrase("criterion_not_fulfilled.open", "也保证不了", "does not ensure it")
_AFTER_ASK = phrase("criterion_not_fulfilled.ask", "申报时点不早于目标完成（{due}）",
                    "no application before the goal is reached ({due})")
_AFTER_ASK_UNDATED = phrase("criterion_not_fulfilled.ask_undated", "申报时点不早于目标完成（未定）",
                            "no application before the goal is reached (undated)")
_RAISE_ASK = phrase("criterion_not_fulfilled.ask_raise", "把目标提到标准（{wanted}）",
                    "whether the goal is raised to the standard ({wanted})")
_STATED = phrase("stated_figure", "{value} {unit}（{on}）", "{value} {unit} ({on})")
_PAST_RATE = phrase("past_rate", "年增 {value} %", "{value} % a year")
_PAST_STEP = phrase("past_step", "年增 {value} {unit}", "{value} {unit} a year")


def annexes(plan: Plan) -> Iterator[PlanFinding]:
    """An annex that is cited is there, and is called the same wherever it is cited."""
    for annex in plan.document.annexes:
        subject = f"document.annexes.{annex.id}"
        if not annex.present:
            cited = (c.source for c in annex.cited)
            yield ANNEX_MISSING.warning(subject, *(cited if annex.cited else [plan.document.title]), title=annex.title)
        titles = {c.title: c.source for c in annex.cited if c.title and c.title != annex.title}
        if titles:
            said = [_TITLE_AT(place=source.place, title=title) for title, source in titles.items()]
            yield ANNEX_TWO_TITLES.info(subject, *titles.values(), annex.title, title=annex.title, told=said)


_NUMBERED = re.compile(r"附件\s*([0-9一二三四五六七八九十]{1,2})(?![0-9项])")
_NUMERALS = "一二三四五六七八九十"


def unlisted(plan: Plan) -> Iterator[PlanFinding]:
    """Places in an annex of a number beyond those listed: whether it was published at all is then open. A plan that lists no
    annex at all has left the list out."""
    count = len(plan.document.annexes)
    places = [row.source.place for row in plan.rows] + [s.source.place for i in plan.indicators for s in i.targets]
    found = ((place, _NUMBERED.match(place)) for place in dict.fromkeys(places if count else ()))
    numbers = {place: _NUMERALS.find(m[1]) + 1 or int(m[1] if m[1].isdigit() else 0) for place, m in found if m}
    if cited := [place for place, number in numbers.items() if number > count]:
        named = [_ANNEX(n=number) for number in sorted({numbers[place] for place in cited})]
        yield _UNLISTED.warning("document.annexes", *cited, annexes=named, places=listed(cited, 3), n=count)


_DATE = Text("文件日期", "the document's date")
_HIDES: dict[str, tuple[Finding, Text]] = {
    "year": (MASKED_YEAR, Text("年份", "a year")), "amount": (MASKED_AMOUNT, Text("数额", "an amount")),
    "name": (MASKED_NAME, Text("名称", "a name")), "title": (MASKED_TITLE, Text("文件名", "a title")),
}


def masked(plan: Plan) -> Iterator[PlanFinding]:
    """Where the published text hides something. Nothing is made of it, and a date with a masked year dates nothing."""
    document = plan.document
    for one in document.masked:
        kind, what = _HIDES[one.kind]
        said = kind.info if kind in (MASKED_NAME, MASKED_TITLE) else kind.warning
        yield said(f"document.masked.{one.text}", one.source, saying=_MASKED, place=one.source.place, what=what, text=one.text)
    if document.issued_masked:
        yield _MASKED_DATE.warning("document", document.title, what=_DATE, due=document.issued_masked)
    for task in plan.tasks:
        if task.due_masked:
            yield _MASKED_DATE.warning(task, task.source, what=task.name, due=task.due_masked)
    for indicator in plan.indicators:
        for due, source in dict.fromkeys((s.due_masked, s.source.place) for s in indicator.targets if s.due_masked):
            yield _MASKED_DATE.warning(indicator, source, what=indicator.name, due=due)


_HIDDEN = re.compile(r"(?:20|19)[xX×＊*]{2}(?!亿|万|家|个)|[xX×＊*]{2,4}年")


def masked_words(plan: Plan) -> Iterator[PlanFinding]:
    """A masked year within a name, a number or a wording, of which `document.masked` does not speak."""
    known = " ".join(m.text for m in plan.document.masked)
    said: list[tuple[str, str, Source | str | None]] = [("document", plan.document.number or "", plan.document.title)]
    said += [(f"document.annexes.{a.id}", a.title, a.title) for a in plan.document.annexes]
    said += [(f"tasks.{t.id}", t.name.zh, t.source) for t in plan.tasks]
    said += [(f"cadences.{c.id}", c.name.zh, c.source) for c in plan.cadences]
    for indicator in plan.indicators:
        words = [leaf.unquantified.zh for s in indicator.targets for leaf in leaves(s.target) if isinstance(leaf, Unquantified)]
        said += [(f"indicators.{indicator.id}", text, indicator.source) for text in (indicator.name.zh, *words)]
    for subject, text, source in said:
        if (hidden := _HIDDEN.search(text)) and text not in known:
            yield _MASKED_WORDS.warning(subject, source, text=text, hidden=hidden[0])


def conditions(plan: Plan, condition: Condition) -> Iterator[PlanFinding]:
    """What the zone states of itself against the accreditation standard, condition by condition."""
    if condition.indicator:
        yield from _measured(plan, condition, plan.indicator(condition.indicator))
    elif condition.stated is None:
        yield CRITERION_NOT_STATED.info(condition, condition.source, why=_NO_STATE(), requires=condition.requires)
    elif not condition.stated.fulfils:
        found = _UNCLEAR.info if condition.stated.fulfils is None else _FAILS.warning
        yield found(condition, condition.source, condition.stated.source, requires=condition.requires,
                    value=condition.stated.value)


def criteria(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A criterion that stands at an indicator alone, without a condition, against what the document states."""
    alone = all(c.indicator != indicator.id for c in plan.conditions)
    for criterion in indicator.by_role("criterion") if alone else ():
        met, stated, places = _judge(plan, indicator, criterion.target)
        if met is False:
            yield _unfulfilled(plan, indicator, indicator, criterion, stated, places)


def _measured(plan: Plan, condition: Condition, indicator: Indicator) -> Iterator[PlanFinding]:
    """A condition that an indicator measures: the stated figures against its criterion, and whether the goal closes the gap."""
    criteria = indicator.by_role("criterion")
    if not criteria:
        yield CRITERION_WITHOUT_TARGET.warning(condition, condition.source, indicator.source, indicator=indicator.id)
        return
    for criterion in criteria:
        met, stated, places = _judge(plan, indicator, criterion.target)
        if met is None and not stated:
            yield CRITERION_NOT_STATED.info(condition, condition.source, why=_NO_FIGURE(), requires=condition.requires)
        elif met is None:
            yield _UNJUDGED.info(condition, criterion.source, *places, wanted=told(plan, indicator, criterion.target),
                                 stated=stated)
        elif not met:
            yield _unfulfilled(plan, condition, indicator, criterion, stated, places)


def _unfulfilled(plan: Plan, subject: Condition | Indicator, indicator: Indicator, criterion: TargetStatement,
                 stated: list[Message], places: list[Source]) -> PlanFinding:
    """A criterion that the stated figures fail: information where the goal closes the gap, else a warning."""
    wanted, binding = told(plan, indicator, criterion.target), indicator.binding
    if implies(indicator, binding.target, criterion.target):
        found, due = CRITERION_NOT_FULFILLED.info, f"{binding.due:%Y-%m}" if binding.due else None
        after, ask = (_CLOSES(due=due), _AFTER_ASK(due=due)) if due else (_CLOSES_UNDATED(), _AFTER_ASK_UNDATED())
    else:
        found, after, ask = CRITERION_NOT_FULFILLED.warning, _NOT_ENSURED(), _RAISE_ASK(wanted=wanted)
    return found(subject, criterion.source, *places, binding.source, ask=ask, wanted=wanted, stated=stated, after=after,
                 goal=told(plan, indicator, binding.target))


def _judge(plan: Plan, indicator: Indicator, target: Target) -> tuple[bool | None, list[Message], list[Source]]:
    """A target by the figures that the document states: (met, what was stated, its places)."""
    if target.parts and not target.scope:
        each = [_judge(plan, indicator, part) for part in target.parts]
        states = [met for met, *_ in each]
        decisive, rest = (True, False) if target.combines == "any" else (False, True)
        met = decisive if decisive in states else None if None in states else rest
        return met, [one for _, stated, _ in each for one in stated], [s for *_, places in each for s in places]
    if not isinstance(target, Threshold):
        return None, [], []
    measure, pace = indicator.measure_of(target), indicator.past_pace
    rate = target.derivation == "growth" or (target.derivation is None and growth_variable(measure))
    if rate and pace and pace.growth is not None:
        return target.reached_by(pace.growth), [_PAST_RATE(value=pace.growth)], [pace.source]
    if target.derivation == "increase" and pace and pace.increase is not None:
        return target.reached_by(pace.increase), [_PAST_STEP(value=pace.increase, unit=measure.unit)], [pace.source]
    if (value := latest_stated(indicator, measure.id, target.zone)) is None:
        return None, [], []
    met, stated = None, [_STATED(value=value.value, unit=measure.unit, on=value.on)]
    if target.derivation is None:
        met = target.reached_by(value.value)
    elif target.against:
        known = [(v.period, v.published, of) for v, of in reference_values(plan, target.against, measure.unit)]
        if past := [one for one in known if one[0] <= value.on]:
            met = target.reached_by(value.value - max(past)[-1])
    return met, stated, [value.source]
