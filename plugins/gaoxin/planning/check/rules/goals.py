"""Rules on what the document says of one indicator at several places: other values, other dates, weaker than the standard.

Only statements of one kind compete: goals (with what is striven for), steps, and criteria. A value for an earlier or
later date competes with those that are due on the same day.
"""

from collections.abc import Iterator

from gaoxin.i18n import Message
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import Target, TargetStatement, Threshold
from gaoxin.plan.words.wording import told
from gaoxin.planning.check.comparing import demands, difference, implies, shares_a_quantity
from gaoxin.planning.check.findings import Finding, PlanFinding, Words, each_at, of_document, phrase

PLACE = 10

TWO_VALUES = of_document("two_values", "warning info", ("一个指标有不同的目标值", "two values for one indicator"),
                         ("以哪个数值为准", "which value holds"), "{name}有不同的目标值：{values:;}；以{binds}为准",
                         "{name}: different targets: {values:;}; {binds} binds",
                         ("以哪个为准：{which:or}", "which holds: {which:or}"))
FEWER_ALTERNATIVES = of_document(
    "fewer_alternatives", "warning", ("一处有备选、一处没有", "an alternative at one place, none at another"),
    ("备选是否算数", "whether the alternative counts"), "{name}有的写了备选、有的只写一种：{values:;}；以{binds}为准",
    "{name}: stated with an alternative at one place and without it at another: {values:;}; {binds} binds",
    ("以哪个为准：{which:or}", "which holds: {which:or}"),
)
DEMAND_NOT_JUDGED = of_document(
    "demand_not_judged", "info", ("另有要求未列入判断", "a further demand that is not judged"),
    ("是否也要判断", "whether it is judged too"), "{name}在{place}还要求 {demand}，方案只按{binds}判断",
    "{name}: {place} also asks for {demand}; the plan judges by {binds} alone",
    ("{place}的要求是否也要判断；要判断则另立指标或并入目标（all_of）",
    "whether what {place} asks is judged too; if so, as an indicator of its own or within the target"),
)
TWO_YEARS = of_document("two_years", "warning", ("一个目标有不同的年份", "different years for one goal"),
                        ("以哪一年为准", "which year holds"))
TWO_DATES = of_document("two_dates", "warning", ("一个目标有不同的月份或日期", "different dates for one goal"),
                        ("以哪个日期为准", "which date holds"))
CRITERION_ABOVE_TARGET = of_document(
    "criterion_above_target", "warning", ("目标比认定标准宽", "a goal that asks for less than the standard"),
    ("目标是否提到标准", "whether the goal is raised to the standard"),
    "{name}：{goal_at}的目标 {goal} 比{standard_at}的认定标准 {standard} 宽，达到目标仍可能不符合标准",
    "{name}: the goal of {goal_at}, {goal}, asks for less than the standard of {standard_at}, {standard}: who reaches the goal "
    "may still fail the standard", ("把目标提到标准（{standard}），还是保留 {goal} 并说明理由",
    "whether the goal is raised to the standard ({standard}) or stays at {goal}, and why"),
)

_STRICTNESS = TWO_VALUES.saying("strictness", "{name}有的含本数、有的不含：{values:;}；以{binds}为准",
                                "{name}: stated with and without the number itself: {values:;}; {binds} binds",
                                ("以哪个为准：{which:or}", "which holds: {which:or}"))
_STATED_AT = phrase("stated_at", "{value}（{places}）", "{value} ({places})", value=Message)
_ASPIRATION = TWO_VALUES.saying(
    "aspiration", "{name}有目标值和力争值两个数：{goal_at} {goal}；{wish_at} 力争 {wish}{less}；以{goal_at}为准",
    "{name}: a goal and an aspiration: {goal_at} {goal}; {wish_at} strives for {wish}{less}; {goal_at} binds",
    ("考核用 {goal} 还是 {wish}", "whether {goal} or {wish} is assessed"),
)
_LESS = phrase("two_values.aspiration.less", "，力争的反而更低", ": what is striven for is less")
_DATES = Words("two_dates", "{name}有不同的完成时间：{dates:;}；以{binds}为准",
               "{name}: due at different times: {dates:;}; {binds} binds",
               ("以哪个期限为准：{days:or}", "which date holds: {days:or}"))


def competing(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """The document states a value more than once, and not alike. The binding one is used; what binds on different days competes
    with what is said of the same day."""
    others: dict[int, list[TargetStatement]] = {}
    for statement in indicator.by_role("goal"):
        if statement not in indicator.path:
            at = next((n for n, bound in enumerate(indicator.path) if bound.due == statement.due), -1)
            others.setdefault(at, []).append(statement)
    for at, rivals in sorted(others.items()):
        yield from _against(plan, indicator, indicator.path[at], rivals)
    yield from _striven(plan, indicator)
    for role in ("step", "criterion", "horizon"):
        yield from _among_themselves(plan, indicator, role)


def _among_themselves(plan: Plan, indicator: Indicator, role: str) -> Iterator[PlanFinding]:
    """Statements of one role that are due on the same day; an earlier value also meets the goal of its own day."""
    groups: dict[object, list[TargetStatement]] = {}
    for statement in indicator.by_role(role):
        if role != "horizon" or statement.due:
            groups.setdefault(statement.due or statement.due_masked, []).append(statement)
    for due, given in groups.items():
        bound = [s for s in indicator.path if role == "horizon" and s.due == due]
        first, *others = [*bound, *given]
        yield from _against(plan, indicator, first, others)


def _against(plan: Plan, indicator: Indicator, one: TargetStatement, others: list[TargetStatement]) -> Iterator[PlanFinding]:
    differing = [(difference(indicator, one.target, other.target), other) for other in others]
    if rivals := [other for kind, other in differing if kind == "values"]:
        # Whether they differ in nothing but whether the number itself counts.
        strictness = all(_loosened(indicator, one.target) == _loosened(indicator, o.target) for o in rivals)
        yield _told(plan, indicator, _STRICTNESS if strictness else TWO_VALUES, [one, *rivals])
    if rivals := [other for kind, other in differing if kind == "alternatives"]:
        yield _told(plan, indicator, FEWER_ALTERNATIVES, [one, *rivals])
    for other in (other for kind, other in differing if kind == "extra"):
        yield DEMAND_NOT_JUDGED.info(indicator, one.source, other.source, place=other.source.place,
                                     demand=told(plan, indicator, other.target), binds=one.source.place)


def _told(plan: Plan, indicator: Indicator, said: Finding, statements: list[TargetStatement]) -> PlanFinding:
    """What each place says; to be decided between the values, each once with the places that state it."""
    values = [(s.source, told(plan, indicator, s.target)) for s in statements]
    at: dict[Message, list[str]] = {}
    for source, value in values:
        at.setdefault(value, []).append(source.place)
    which = [_STATED_AT(value=value, places=places) for value, places in at.items()]
    return said.warning(indicator, *(s.source for s in statements), values=each_at(values), binds=values[0][0].place, which=which)


def _loosened(indicator: Indicator, target: Target) -> object:
    if isinstance(target, Threshold):
        [(key, (comparator, value, against))] = demands(indicator, target).items()
        return key, comparator.higher_is_better, value, against
    inner = target.parts
    return (type(target).__name__, frozenset(_loosened(indicator, p) for p in inner)) if inner else target


def _striven(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """What is only striven for is another number beside the goal: to be known when it asks for more, and senseless when
    it asks for less."""
    for wish in indicator.by_role("aspiration"):
        binding = indicator.binding_at(wish.due) if wish.due else indicator.binding
        later = wish.due and binding.due and wish.due > binding.due
        if later or difference(indicator, binding.target, wish.target) != "values":
            continue  # more, and later: the two do not compete
        # Unknown is not less: a wish may name the whole and leave its parts out.
        senseless = implies(indicator, wish.target, binding.target) is False
        yield (_ASPIRATION.warning if senseless else _ASPIRATION.info)(
            indicator, binding.source, wish.source, goal_at=binding.source.place, goal=told(plan, indicator, binding.target),
            wish_at=wish.source.place, wish=told(plan, indicator, wish.target), less=_LESS() if senseless else None,
        )


def dates(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """The document dates one goal differently."""
    binding = indicator.binding
    dated = [
        (s.due, s.source) for s in (binding, *(t for t in indicator.by_role("goal") if t not in indicator.path))
        if s.due and (s is binding or shares_a_quantity(indicator, binding.target, s.target) or s.target == binding.target)
    ]
    days = dict.fromkeys(day for day, _ in dated)
    if {*days} - {s.due for s in indicator.path}:
        yield (TWO_YEARS if len({day.year for day in days}) > 1 else TWO_DATES).warning(
            indicator, *(source for _, source in dated), saying=_DATES, binds=binding.source.place,
            dates=each_at((source, f"{day:%Y-%m}") for day, source in dated), days=[f"{day:%Y-%m}" for day in days],
        )


def standards(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """Whoever reaches the plan's goal should fulfil the accreditation standard as well."""
    binding = indicator.binding
    for criterion in indicator.by_role("criterion"):
        implied = implies(indicator, binding.target, criterion.target)
        kind = difference(indicator, binding.target, criterion.target)
        if implied or (implied is None and kind != "alternatives"):
            continue
        goal, wanted = told(plan, indicator, binding.target), told(plan, indicator, criterion.target)
        yield CRITERION_ABOVE_TARGET.warning(indicator, binding.source, criterion.source, goal_at=binding.source.place,
                                             goal=goal, standard_at=criterion.source.place, standard=wanted)
