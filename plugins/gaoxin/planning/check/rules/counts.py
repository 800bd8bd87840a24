"""Rules on figures that hang together: shares and the counts behind them, parts and totals, stated values and goals."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from gaoxin.i18n import Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Measure, Plan, StatedValue
from gaoxin.plan.series import identity, latest_stated, plain_inputs
from gaoxin.plan.targets import Target, TargetStatement, Threshold, leaves, thresholds
from gaoxin.planning.asked import conjuncts, floors, scoped
from gaoxin.planning.check import trial
from gaoxin.planning.check.findings import PlanFinding, listed, of_document, phrase
from gaoxin.planning.check.trial import Figure

PLACE = 70

SHARES_AGAINST_COUNTS = of_document("shares_against_counts", "warning info", ("比例目标与数量目标不合", "shares against counts"),
                                    ("改比例还是改数量", "whether the share or a count changes"))
STATED_CONTRADICTS = of_document(
    "stated_contradicts", "warning", ("文件给出的现值互相矛盾", "stated values that contradict each other"),
    ("核实哪个现值有误", "which stated value is wrong"),
    "{name} {on}文件称 {given} {unit}，而单凭{figures}就是 {made:2} {unit}，{why}",
    "{name} for {on} is said to be {given} {unit}, while {figures} alone make {made:2} {unit}, {why}",
    ("核实现值：比例 {given} {unit} 和各数中哪个有误", "which is wrong: the share of {given} {unit} or one of the counts"),
    figures=Message,
)
STATED_COMPLETION_CONTRADICTS = of_document(
    "stated_completion_contradicts", "warning", ("完成率与完成数不符", "a claimed completion that the figures do not give"),
    ("核实哪个数有误", "which figure is wrong"), "{name}：{place}称完成目标的 {said} %，按 {value} ÷ {goal} ≈ {made:1} %",
    "{name}: {place} claims {said} % of the target; {value} ÷ {goal} ≈ {made:1} %",
    ("核实完成数、目标数和完成率中哪个有误", "which is wrong: the value, the target or the share"), said=Decimal, goal=Decimal,
)
TIERS_DO_NOT_REACH_TOTAL = of_document(
    "tiers_do_not_reach_total", "warning", ("各类园区下限合计达不到总目标", "classes of zones that do not reach the total"),
    ("差额由哪些园区承担", "which zones take the rest"),
    "{name}：各类（各园区）下限合计 {parts: + } = {least} {unit}，总目标 {total} {unit}，差 {missing} {unit}没有着落",
    "{name}: the least that the classes (zones) must reach is {parts: + } = {least} {unit}, the total asked is {total} {unit}: "
    "{missing} {unit} are nobody's",
    ("差的 {missing} {unit}由哪些园区承担，还是改总目标", "which zones take the missing {missing} {unit}, or another total"),
)
PARTS_WITHOUT_BASE = of_document(
    "parts_without_base", "info", ("园区按倍数定目标而没有基数", "zones with a multiple and no base"),
    ("补充各园区的基数", "what the zones stood at"),
    "{name}：总目标 {total} {unit}，写了数的园区下限合计 {least} {unit}，{zones}须合计达到 {rest} {unit}；它们按倍数定目标而文件"
    "没有给出基数，无法验算",
    "{name}: the total is {total} {unit}, zones with a number must reach {least} {unit}, which leaves {rest} {unit} to {zones}; "
    "these have a multiple as their target and the document states no base: it cannot be tried", zones=Message, rest=Decimal,
)

_ONE_FIGURE = phrase("named_figure", "{name} {value} {unit}{stated}", stated=Message | None)
_AS_STATED = phrase("as_stated", "（现值）", " (as stated)")
_SHARE_ASK = (
    "改数量目标还是改比例目标（按数量算为 {made:2} {unit}）",
    "whether the counts or the share are changed (the counts make {made:2} {unit})",
)
_SHORT = SHARES_AGAINST_COUNTS.saying(
    "short", "各数刚好达标时（{figures}），{name}为 {made:2} {unit}，达不到自己的目标 {sign} {goal} {unit}",
    "with each figure just at its goal ({figures}), {name} is {made:2} {unit}, short of its own goal {sign} {goal} {unit}",
    _SHARE_ASK, goal=Decimal,
)
_BEYOND = SHARES_AGAINST_COUNTS.saying(
    "beyond", "各数刚好达标时（{figures}），{name}为 {made:2} {unit}，远超自己的目标，这个目标不起作用 {sign} {goal} {unit}",
    "with each figure just at its goal ({figures}), {name} is {made:2} {unit}, far beyond its own goal, which then asks for "
    "nothing {sign} {goal} {unit}", _SHARE_ASK, goal=Decimal,
)
_TWO_STATED = STATED_CONTRADICTS.saying("twice", "{name} {on}有两个现值：{one_at} {one} {unit}；{other_at} {other} {unit}",
                                        "{name} has two values for {on}: {one_at} {one} {unit}; {other_at} {other} {unit}",
                                        ("以哪个数为准：{one} 还是 {other}", "which figure holds: {one} or {other}"), name=Worded,
                                        on=Period, one_at=str, one=Decimal, other_at=str, other=Decimal, unit=str)
_NONE_LEFT = phrase("stated_contradicts.none_left", "可文件说其中还包括{rest}，等于说{rest}一个也没有",
                    "though it is said to include {rest} as well: none of these would be left", rest=Worded)
_NO_MATCH = phrase("stated_contradicts.no_match", "两者不符", "the two do not agree")
_CLASS = phrase("class", "{zones} × {value}", zones=int)

# A share is told to lie above its own target only from this factor on: below it, a little room is as usual.
_CLEARLY = Decimal("1.5")


def shares(plan: Plan) -> Iterator[PlanFinding]:
    """With each count just at its own goal, a share reaches its goal too. Of alternatives one is enough: they are told
    where each that can be tried falls short."""
    goals, now = trial.targeted(plan), trial.stated(plan)
    for indicator in plan.indicators:
        target = indicator.binding.target
        for group in (*((leaf,) for leaf in conjuncts(target)), *(choice.parts for choice in _choices(target))):
            tries = [t for part in group if (t := _tried(plan, indicator, part, goals, now))]
            if len(group) == 1 or not any(leaf.reached_by(made) for _, leaf, made, _ in tries):
                for tried in tries:
                    yield from _share(indicator, tried, goals, alternatives=len(group) - len(tries))


def _choices(target: Target) -> Iterator[Target]:
    """The alternatives that stand beside nothing that has to be met for each zone."""
    if target.combines == "any":
        yield target
    elif not target.scope:
        for part in target.parts:
            yield from _choices(part)


Tried = tuple[Measure, Threshold, Decimal, dict[str, Figure]]


def _tried(plan: Plan, indicator: Indicator, leaf: Target, goals: dict[str, Figure], now: dict[str, Figure]) -> Tried | None:
    """What a share comes to with the counts at their goals, or as stated; None where that cannot be tried."""
    if not isinstance(leaf, Threshold) or leaf.derivation or leaf.zone:
        return None
    measure = indicator.measure_of(leaf)
    variables = [i.variable for i in measure.inputs.values()]
    if len(set(variables)) < 2 or not plain_inputs(measure) or not any(v in goals for v in variables):
        return None
    figures = {v: f for v in variables if (f := goals.get(v) or now.get(v))}
    made = trial.tried(plan, measure, figures)
    if made is None or any(f.indicator is indicator and v in goals for v, f in figures.items()):
        return None
    return measure, leaf, made, figures


def _share(indicator: Indicator, tried: Tried, goals: dict[str, Figure], alternatives: int) -> Iterator[PlanFinding]:
    """alternatives: how many other ways to meet the target could not be tried."""
    measure, leaf, made, figures = tried
    short = not leaf.reached_by(made)
    beyond = leaf.comparator.higher_is_better and leaf.value > 0 and made >= leaf.value * _CLEARLY
    if not short and not beyond:
        return
    figured = [
        _ONE_FIGURE(name=f.indicator.name, value=f.value, unit=f.unit, stated=None if v in goals else _AS_STATED())
        for v, f in figures.items()
    ]
    said = _SHORT if short else _BEYOND
    yield (said.warning if short and not alternatives
           else said.info)(indicator, indicator.binding.source, *(f.source for f in figures.values()), figures=figured, made=made,
                           unit=measure.unit, sign=leaf.comparator.sign, goal=leaf.value)


def stated(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """What the document states for one period fits together: once for a figure, and shares with their counts."""
    if not indicator.measures:
        return
    seen: dict[tuple[str, str | None, Period], StatedValue] = {}
    for value in indicator.stated:
        of = indicator.measure(value.of)
        before = seen.setdefault((of.id, value.zone, value.on), value)
        if before.value != value.value:
            yield _TWO_STATED.warning(indicator, before.source, value.source, on=value.on, one_at=before.source.place,
                                      one=before.value, other_at=value.source.place, other=value.value, unit=of.unit)
    for measure in indicator.measures:
        if len({i.variable for i in measure.inputs.values()}) > 1 and plain_inputs(measure):
            for value in indicator.stated:
                if indicator.measure(value.of) is measure and value.zone is None:
                    yield from _fits(plan, indicator, measure, value)


def _fits(plan: Plan, indicator: Indicator, measure: Measure, value: StatedValue) -> Iterator[PlanFinding]:
    """A stated share against the stated counts of its formula. With one count unstated, what is left for it is tried."""
    known, variables = plan.variables, {i.variable for i in measure.inputs.values()}
    figures = {v: f for v, f in trial.stated(plan, value.on).items() if v in variables}
    missing = sorted(variables - figures.keys())
    if not figures or len(missing) > 1:
        return

    def tried(at: int, **moved: Figure) -> Decimal | None:
        """What the share comes to with the count that is not stated at a number."""
        left = {m: Figure(Decimal(at), known[m][1].unit, indicator, value.source) for m in missing}
        return trial.tried(plan, measure, figures | left | moved)

    made, more = tried(0), tried(1)
    if made is None or more is None or (missing and more <= made):
        return
    slack = trial.half_digit(value.value)
    for variable, f in figures.items():  # what rounding of the counts may have hidden; whole counts are exact
        if f.value != f.value.to_integral_value():
            moved = tried(0, **{variable: replace(f, value=f.value + f.slack)})
            slack += abs(moved - made) if moved is not None else 0
    if missing:
        if made < value.value - slack:
            return  # something is left for what is not stated: no contradiction
        why = _NONE_LEFT(rest=known[missing[0]][1].name)
    elif abs(made - value.value) > slack:
        why = _NO_MATCH()
    else:
        return
    figured = listed(_ONE_FIGURE(name=f.indicator.name, value=f.value, unit=f.unit, stated=None) for f in figures.values())
    yield STATED_CONTRADICTS.warning(indicator, value.source, *(f.source for f in figures.values()), on=value.on,
                                     given=value.value, unit=measure.unit, figures=figured, made=made, why=why)


def completions(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A share of the target that the document claims is the value over the target."""
    for value in indicator.stated:
        if value.completion is None or not indicator.measures:
            continue
        of = indicator.measure(value.of)
        for leaf in thresholds(indicator.binding.target):
            if leaf.derivation or leaf.zone != value.zone or leaf.value <= 0 or indicator.measure_of(leaf) is not of:
                continue
            made, slack = value.value / leaf.value * 100, trial.half_digit(value.completion)
            if value.value != value.value.to_integral_value():
                slack += trial.half_digit(value.value) / leaf.value * 100
            if abs(made - value.completion) > slack:
                yield STATED_COMPLETION_CONTRADICTS.warning(indicator, value.source, indicator.binding.source,
                                                            place=value.source.place, said=value.completion,
                                                            value=value.value, goal=leaf.value, made=made)


def portfolios(plan: Plan) -> Iterator[PlanFinding]:
    """The least that the classes of zones, or the zones one by one, must reach adds up to the total that is asked."""
    totals = [
        (i, i.measure_of(leaf), s, leaf) for i in plan.indicators for s in i.targets if s.role in ("goal", "aspiration")
        for leaf in floors(s.target) if not leaf.zone
    ]
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for leaf in leaves(statement.target):
                if not leaf.classes:
                    continue
                measure, parts_ = indicator.measure_of(leaf), [_CLASS(zones=n, value=value) for n, value in leaf.classes]
                least = sum((n * value for n, value in leaf.classes), Decimal(0))
                for other, total_of, said, total in totals:
                    if identity(other, total_of) == identity(indicator, measure) and least < total.value:
                        yield _short(indicator, measure, parts_, least, total, statement, said)
        yield from _zone_by_zone(plan, indicator)


def _zone_by_zone(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """Every zone of the portfolio has a floor of its own: a number, or a multiple of what it stood at."""
    if not plan.zones:
        return
    for measure in indicator.measures:
        least_of: dict[str, tuple[Decimal | None, TargetStatement]] = {}
        for statement in indicator.targets:
            for leaf, zone in scoped(plan, statement.target):
                if zone and indicator.measure_of(leaf) is measure and leaf.derivation in (None, "times_of"):
                    least_of.setdefault(zone, (_floor(indicator, measure, leaf, zone), statement))
        if set(least_of) != {z.id for z in plan.zones}:
            continue
        known = [f for f, _ in least_of.values() if f is not None]
        least, part = sum(known, Decimal(0)), next(iter(least_of.values()))[1]
        for whole in floors(indicator.binding.target):
            if whole.zone or least >= whole.value or indicator.measure_of(whole) is not measure:
                continue
            if len(known) == len(least_of):
                yield _short(indicator, measure, known, least, whole, part, indicator.binding)
            else:
                untried = listed(plan.any_zone(z).name for z, (f, _) in least_of.items() if f is None)
                yield PARTS_WITHOUT_BASE.info(indicator, part.source, indicator.binding.source, total=whole.value,
                                              unit=measure.unit, least=least, rest=whole.value - least, zones=untried)


def _floor(indicator: Indicator, measure: Measure, leaf: Threshold, zone: str) -> Decimal | None:
    """The least that a zone must reach; None where that hangs on a value that the document does not state."""
    if not leaf.comparator.higher_is_better:
        return None
    if leaf.derivation is None:
        return leaf.value
    base = latest_stated(indicator, measure.id, zone, by=leaf.times_of)
    return base.value * leaf.value if base else None


def _short(indicator: Indicator, measure: Measure, parts_: Sequence[Message | Decimal], least: Decimal, total: Threshold,
           part: TargetStatement, whole: TargetStatement) -> PlanFinding:
    """parts_: what makes up the least, as it is added."""
    return TIERS_DO_NOT_REACH_TOTAL.warning(indicator, part.source, whole.source, parts=tuple(parts_), least=least,
                                            unit=measure.unit, total=total.value, missing=total.value - least)
