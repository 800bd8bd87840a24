"""Rules on what the document says of one indicator at several places: other values, other dates, weaker than the standard.

Only statements of one kind compete: goals (with what is striven for), steps, and criteria. A value for an earlier or
later date competes with those that are due on the same day.
"""

from __future__ import annotations

from collections.abc import Iterator

from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import Target, TargetStatement, Threshold, parts
from gaoxin.plan.words.wording import target_told
from gaoxin.planning.check.comparing import demands, difference, implies, shares_a_quantity
from gaoxin.planning.check.findings import PlanFinding, info, warning


def competing(plan: Plan) -> Iterator[PlanFinding]:
    """The document states a value more than once, and not alike. The binding one is used."""
    for indicator in plan.indicators:
        binding = indicator.binding
        yield from _against(plan, indicator, binding, [s for s in indicator.by_role("goal") if s is not binding])
        yield from _striven(plan, indicator, binding)
        for role in ("step", "criterion", "horizon"):
            yield from _among_themselves(plan, indicator, role)


def _among_themselves(plan: Plan, indicator: Indicator, role: str) -> Iterator[PlanFinding]:
    """Statements of one role that are due on the same day; an earlier value also meets the goal of its own day."""
    groups: dict[object, list[TargetStatement]] = {}
    for statement in indicator.by_role(role):
        if role == "horizon" and statement.due is None:
            continue
        groups.setdefault(statement.due or statement.due_masked, []).append(statement)
    for due, (first, *others) in groups.items():
        binding = indicator.binding
        if role == "horizon" and due == binding.due:
            yield from _against(plan, indicator, binding, [first, *others])
        else:
            yield from _against(plan, indicator, first, others)


def _against(plan: Plan, indicator: Indicator, one: TargetStatement, others: list[TargetStatement]) -> Iterator[PlanFinding]:
    sorted_: dict[str, list[TargetStatement]] = {"values": [], "alternatives": [], "extra": []}
    for other in others:
        if kind := difference(indicator, one.target, other.target):
            sorted_[kind].append(other)
    subject, name = f"indicators.{indicator.id}", indicator.name
    if told := sorted_["values"]:
        only = _only_strictness(indicator, one, told)
        zh = "有的含本数、有的不含" if only else "有不同的目标值"
        en = "stated with and without the number itself" if only else "different targets"
        yield _told(plan, indicator, "two_values", [one, *told], zh, en)
    if told := sorted_["alternatives"]:
        yield _told(plan, indicator, "fewer_alternatives", [one, *told], "有的写了备选、有的只写一种",
                    "stated with an alternative at one place and without it at another")
    for other in sorted_["extra"]:
        zh, en = (target_told(plan, indicator, other.target, lang) for lang in ("zh", "en"))
        yield info(
            "demand_not_judged", subject, f"{name.zh}在{other.source.place}还要求 {zh}，方案只按{one.source.place}判断",
            f"{name.to('en')}: {other.source.place} also asks for {en}; the plan judges by {one.source.place} alone",
            (one.source, other.source),
            (f"{other.source.place}的要求是否也要判断；要判断则另立指标或并入目标（all_of）",
             f"whether what {other.source.place} asks is judged too; if so, as an indicator of its own or within the target"),
        )


def _told(plan: Plan, indicator: Indicator, code: str, statements: list[TargetStatement], zh: str, en: str) -> PlanFinding:
    one = statements[0]
    listed = {lang: [f"{s.source.place} {target_told(plan, indicator, s.target, lang)}" for s in statements] for lang in ("zh",
        "en")}
    return warning(
        code, f"indicators.{indicator.id}", f"{indicator.name.zh}{zh}：{'；'.join(listed['zh'])}；以{one.source.place}为准",
        f"{indicator.name.to('en')}: {en}: {'; '.join(listed['en'])}; {one.source.place} binds", (s.source for s in statements),
        _which(plan, indicator, statements),
    )


def _which(plan: Plan, indicator: Indicator, statements: list[TargetStatement]) -> tuple[str, str]:
    """The alternatives, each value once with the places that state it."""
    made = []
    for lang, comma in (("zh", "、"), ("en", ", ")):
        places: dict[str, list[str]] = {}
        for s in statements:
            places.setdefault(target_told(plan, indicator, s.target, lang), []).append(s.source.place)
        made.append([f"{text}（{comma.join(at)}）" if lang == "zh" else f"{text} ({comma.join(at)})" for text,
                     at in places.items()])
    return f"以哪个为准：{'，还是 '.join(made[0])}", f"which holds: {', or '.join(made[1])}"


def _only_strictness(indicator: Indicator, one: TargetStatement, others: list[TargetStatement]) -> bool:
    """Whether the statements differ in nothing but whether the number itself counts."""
    return all(_loosened(indicator, one.target) == _loosened(indicator, o.target) for o in others)


def _loosened(indicator: Indicator, target: Target) -> object:
    if isinstance(target, Threshold):
        [(key, (comparator, value, against))] = demands(indicator, target).items()
        return key, comparator.higher_is_better, value, against
    inner = parts(target)
    return (type(target).__name__, frozenset(_loosened(indicator, p) for p in inner)) if inner else target


def _striven(plan: Plan, indicator: Indicator, binding: TargetStatement) -> Iterator[PlanFinding]:
    """What is only striven for is another number beside the goal: to be known when it asks for more, and senseless when
    it asks for less."""
    for wish in indicator.by_role("aspiration"):
        if difference(indicator, binding.target, wish.target) != "values":
            continue
        if wish.due and binding.due and wish.due > binding.due:
            continue  # more, and later: the two do not compete
        # Unknown is not less: a wish may name the whole and leave its parts out.
        senseless = implies(indicator, wish.target, binding.target) is False
        found = warning if senseless else info
        texts = {lang: (target_told(plan, indicator, binding.target, lang), target_told(plan, indicator, wish.target, lang))
                 for lang in ("zh", "en")}
        less = ("，力争的反而更低", ": what is striven for is less") if senseless else ("", "")
        yield found(
            "two_values", f"indicators.{indicator.id}",
            f"{indicator.name.zh}有目标值和力争值两个数：{binding.source.place} {texts['zh'][0]}；"
            f"{wish.source.place} 力争 {texts['zh'][1]}{less[0]}；以{binding.source.place}为准",
            f"{indicator.name.to('en')}: a goal and an aspiration: {binding.source.place} {texts['en'][0]}; "
            f"{wish.source.place} strives for {texts['en'][1]}{less[1]}; {binding.source.place} binds",
            (binding.source, wish.source),
            (f"考核用 {texts['zh'][0]} 还是 {texts['zh'][1]}", f"whether {texts['en'][0]} or {texts['en'][1]} is assessed"),
        )


def dates(plan: Plan) -> Iterator[PlanFinding]:
    """The document dates one goal differently."""
    for indicator in plan.indicators:
        binding = indicator.binding
        dated = [
            s for s in (binding, *(t for t in indicator.by_role("goal") if t is not binding))
            if s.due and (s is binding or shares_a_quantity(indicator, binding.target, s.target) or s.target == binding.target)
        ]
        days = list(dict.fromkeys(s.due for s in dated))
        if len(days) < 2:
            continue
        years = dict.fromkeys(day.year for day in days)
        told = [f"{s.source.place} {s.due:%Y-%m}" for s in dated]
        when = [f"{day:%Y-%m}" for day in days]
        yield warning(
            "two_years" if len(years) > 1 else "two_dates", f"indicators.{indicator.id}",
            f"{indicator.name.zh}有不同的完成时间：{'；'.join(told)}；以{binding.source.place}为准",
            f"{indicator.name.to('en')}: due at different times: {'; '.join(told)}; {binding.source.place} binds",
            (s.source for s in dated),
            (f"以哪个期限为准：{'，还是 '.join(when)}", f"which date holds: {', or '.join(when)}"),
        )


def standards(plan: Plan) -> Iterator[PlanFinding]:
    """Whoever reaches the plan's goal should fulfil the accreditation standard as well."""
    for indicator in plan.indicators:
        binding = indicator.binding
        for criterion in indicator.by_role("criterion"):
            implied = implies(indicator, binding.target, criterion.target)
            kind = difference(indicator, binding.target, criterion.target)
            if implied or (implied is None and kind != "alternatives"):
                continue
            goal_zh, goal_en = (target_told(plan, indicator, binding.target, lang) for lang in ("zh", "en"))
            wanted_zh, wanted_en = (target_told(plan, indicator, criterion.target, lang) for lang in ("zh", "en"))
            yield warning(
                "criterion_above_target", f"indicators.{indicator.id}",
                f"{indicator.name.zh}：{binding.source.place}的目标 {goal_zh} 比{criterion.source.place}的"
                f"认定标准 {wanted_zh} 宽，达到目标仍可能不符合标准",
                f"{indicator.name.to('en')}: the goal of {binding.source.place}, {goal_en}, asks for less than the standard of "
                f"{criterion.source.place}, {wanted_en}: who reaches the goal may still fail the standard",
                (binding.source, criterion.source),
                (f"把目标提到标准（{wanted_zh}），还是保留 {goal_zh} 并说明理由",
                 f"whether the goal is raised to the standard ({wanted_en}) or stays at {goal_en}, and why"),
            )


RULES = (competing, dates, standards)
