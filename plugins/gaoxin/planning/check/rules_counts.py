"""Rules on figures that hang together: shares and the counts behind them, parts and totals, stated values and goals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gaoxin.plan.model import Indicator, Measure, Plan, StatedValue
from gaoxin.plan.series import identity, latest_stated, plain_inputs, variables_by_id
from gaoxin.plan.targets import (
    AllOf,
    AnyOf,
    EachZone,
    OfWhich,
    Target,
    TargetStatement,
    Threshold,
    Tiers,
    leaves,
    parts,
)
from gaoxin.plan.words.wording import number
from gaoxin.planning.check import trial
from gaoxin.planning.check.comparing import conjuncts, holds
from gaoxin.planning.check.findings import PlanFinding, info, listed, warning
from gaoxin.planning.check.trial import Figure

# A share is told to lie above its own target only from this factor on: below it, a little room is as usual.
_CLEARLY = Decimal("1.5")


def shares(plan: Plan) -> Iterator[PlanFinding]:
    """With each count just at its own goal, a share reaches its goal too. Of alternatives one is enough: they are told
    where each that can be tried falls short."""
    goals, now = trial.targeted(plan), trial.stated(plan)
    for indicator in plan.indicators:
        for leaf in conjuncts(indicator.binding.target):
            if tried := _tried(plan, indicator, leaf, goals, now):
                yield from _share(indicator, tried, goals)
        for choice in _choices(indicator.binding.target):
            tries = [t for part in choice.any_of if (t := _tried(plan, indicator, part, goals, now))]
            if tries and not any(holds(leaf, made) for _, leaf, made, _ in tries):
                for tried in tries:
                    yield from _share(indicator, tried, goals, alternatives=len(choice.any_of) - len(tries))


def _choices(target: Target) -> Iterator[AnyOf]:
    if isinstance(target, AnyOf):
        yield target
    elif isinstance(target, (AllOf, OfWhich)):
        for part in parts(target):
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


def _share(indicator: Indicator, tried: Tried, goals: dict[str, Figure], alternatives: int = 0) -> Iterator[PlanFinding]:
    """alternatives: how many other ways to meet the target could not be tried."""
    measure, leaf, made, figures = tried
    short = not holds(leaf, made)
    beyond = leaf.comparator.higher_is_better and leaf.value > 0 and made >= leaf.value * _CLEARLY
    if not short and not beyond:
        return
    told = {
        lang: ("、" if lang == "zh" else ", ").join(
            f"{f.indicator.name.to(lang)} {number(f.value)} {f.unit}"
            + ("" if v in goals else "（现值）" if lang == "zh" else " (as stated)") for v, f in figures.items()
        ) for lang in ("zh", "en")
    }
    figure, wanted = f"{number(round(made, 2))} {measure.unit}", f"{leaf.comparator.sign} {number(leaf.value)} {measure.unit}"
    found = warning if short and not alternatives else info
    zh = "达不到自己的目标" if short else "远超自己的目标，这个目标不起作用"
    en = "short of its own goal" if short else "far beyond its own goal, which then asks for nothing"
    yield found(
        "shares_against_counts", f"indicators.{indicator.id}",
        f"各数刚好达标时（{told['zh']}），{indicator.name.zh}为 {figure}，{zh} {wanted}",
        f"with each figure just at its goal ({told['en']}), {indicator.name.to('en')} is {figure}, {en} {wanted}",
        (indicator.binding.source, *(f.source for f in figures.values())),
        (f"改数量目标还是改比例目标（按数量算为 {figure}）",
         f"whether the counts or the share are changed (the counts make {figure})"),
    )


def stated(plan: Plan) -> Iterator[PlanFinding]:
    """What the document states for one period fits together: once for a figure, and shares with their counts."""
    for indicator in plan.indicators:
        if not indicator.measures:
            continue
        first, seen = indicator.measures[0].id, {}
        for value in indicator.stated:
            key = (value.of or first, value.zone, value.on)
            before = seen.setdefault(key, value)
            if before.value != value.value:
                unit = next(m.unit for m in indicator.measures if m.id == key[0])
                yield warning(
                    "stated_contradicts", f"indicators.{indicator.id}",
                    f"{indicator.name.zh} {value.on} 有两个现值：{before.source.place} {number(before.value)} {unit}；"
                    f"{value.source.place} {number(value.value)} {unit}",
                    f"{indicator.name.to('en')} has two values for {value.on}: {before.source.place} {number(before.value)} "
                    f"{unit}; {value.source.place} {number(value.value)} {unit}", (before.source, value.source),
                    (f"以哪个数为准：{number(before.value)} 还是 {number(value.value)}",
                     f"which figure holds: {number(before.value)} or {number(value.value)}"),
                )
        for measure in indicator.measures:
            if len({i.variable for i in measure.inputs.values()}) > 1 and plain_inputs(measure):
                for value in indicator.stated:
                    if (value.of or first) == measure.id and value.zone is None:
                        yield from _fits(plan, indicator, measure, value)


def _fits(plan: Plan, indicator: Indicator, measure: Measure, value: StatedValue) -> Iterator[PlanFinding]:
    """A stated share against the stated counts of its formula. With one count unstated, what is left for it is tried."""
    figures = {v: f for v, f in trial.stated(plan, value.on).items() if v in {i.variable for i in measure.inputs.values()}}
    missing = sorted({i.variable for i in measure.inputs.values()} - figures.keys())
    if not figures or len(missing) > 1:
        return
    slack = trial.half_digit(value.value) + _spread(plan, measure, figures, missing)
    trials = {at: trial.tried(plan, measure,
                              figures | {m: Figure(Decimal(at), _unit(plan, m), indicator, value.source) for m in missing})
              for at in (0, 1)}
    made, more = trials[0], trials[1]
    if made is None or more is None or (missing and more <= made):
        return
    told = {lang: listed((f"{f.indicator.name.to(lang)} {number(f.value)} {f.unit}" for f in figures.values()), lang)
            for lang in ("zh", "en")}
    given, counted = f"{number(value.value)} {measure.unit}", f"{number(round(made, 2))} {measure.unit}"
    sources = (value.source, *(f.source for f in figures.values()))
    if missing:
        if made < value.value - slack:
            return  # something is left for what is not stated: no contradiction
        left = _name(plan, missing[0])
        zh = f"可文件说其中还包括{left[0]}，等于说{left[0]}一个也没有"
        en = f"though it is said to include {left[1]} as well: none of these would be left"
    elif abs(made - value.value) > slack:
        zh, en = "两者不符", "the two do not agree"
    else:
        return
    yield warning(
        "stated_contradicts", f"indicators.{indicator.id}",
        f"{indicator.name.zh} {value.on} 文件称 {given}，而单凭{told['zh']}就是 {counted}，{zh}",
        f"{indicator.name.to('en')} for {value.on} is said to be {given}, while {told['en']} alone make {counted}, {en}", sources,
        (f"核实现值：比例 {given} 和各数中哪个有误", f"which is wrong: the share of {given} or one of the counts"),
    )


def _spread(plan: Plan, measure: Measure, figures: dict[str, Figure], missing: list[str]) -> Decimal:
    """How far rounding of the stated counts may move a share. Whole counts are exact."""
    base = figures | {m: Figure(Decimal(0), _unit(plan, m), f.indicator, f.source) for m in missing for f in figures.values()}
    made, total = trial.tried(plan, measure, base), Decimal(0)
    for variable, f in figures.items():
        if f.value != f.value.to_integral_value() and made is not None:
            moved = trial.tried(plan, measure, base | {variable: Figure(f.value + f.slack, f.unit, f.indicator, f.source)})
            total += abs(moved - made) if moved is not None else Decimal(0)
    return total


def _unit(plan: Plan, variable: str) -> str:
    return variables_by_id(plan)[variable][1].unit


def _name(plan: Plan, variable: str) -> tuple[str, str]:
    name = variables_by_id(plan)[variable][1].name
    return name.zh, name.to("en")


def completions(plan: Plan) -> Iterator[PlanFinding]:
    """A share of the target that the document claims is the value over the target."""
    for indicator in plan.indicators:
        for value in indicator.stated:
            if value.completion is None or not indicator.measures:
                continue
            of = value.of or indicator.measures[0].id
            for leaf in leaves(indicator.binding.target):
                if not isinstance(leaf, Threshold) or leaf.derivation or leaf.zone != value.zone or leaf.value <= 0:
                    continue
                if indicator.measure_of(leaf).id == of:
                    yield from _completion(indicator, value, leaf)


def _completion(indicator: Indicator, value: StatedValue, leaf: Threshold) -> Iterator[PlanFinding]:
    made, said = value.value / leaf.value * 100, value.completion or Decimal(0)
    slack = trial.half_digit(said)
    if value.value != value.value.to_integral_value():
        slack += trial.half_digit(value.value) / leaf.value * 100
    if abs(made - said) <= slack:
        return
    sum_ = f"{number(value.value)} ÷ {number(leaf.value)} ≈ {number(round(made, 1))} %"
    yield warning(
        "stated_completion_contradicts", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：{value.source.place}称完成目标的 {number(said)} %，按 {sum_}",
        f"{indicator.name.to('en')}: {value.source.place} claims {number(said)} % of the target; {sum_}",
        (value.source, indicator.binding.source),
        ("核实完成数、目标数和完成率中哪个有误", "which is wrong: the value, the target or the share"),
    )


def portfolios(plan: Plan) -> Iterator[PlanFinding]:
    """The least that the classes of zones, or the zones one by one, must reach adds up to the total that is asked."""
    totals = [
        (i, i.measure_of(leaf), s, leaf) for i in plan.indicators for s in i.targets if s.role in ("goal", "aspiration")
        for leaf in conjuncts(s.target)
        if isinstance(leaf, Threshold) and not leaf.zone and not leaf.derivation and leaf.comparator.higher_is_better
    ]
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for leaf in leaves(statement.target):
                if not isinstance(leaf, Tiers) or not all(c.comparator.higher_is_better for c in leaf.tiers):
                    continue
                measure = next(m for m in indicator.measures if leaf.of in (None, m.id))
                least = sum((c.zones * c.value for c in leaf.tiers), Decimal(0))
                sum_ = " + ".join(f"{c.zones} × {number(c.value)}" for c in leaf.tiers)
                for other, total_of, said, total in totals:
                    if identity(other, total_of) == identity(indicator, measure) and least < total.value:
                        yield _short(indicator, measure, f"{sum_} = {number(least)}", least, total, statement, said)
        yield from _zone_by_zone(plan, indicator)


def _zone_by_zone(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """Every zone of the portfolio has a floor of its own: a number, or a multiple of what it stood at."""
    if not plan.zones:
        return
    for measure in indicator.measures:
        floors: dict[str, tuple[Decimal | None, TargetStatement]] = {}
        for statement in indicator.targets:
            for zone, leaf in _by_zone(plan, statement.target):
                if indicator.measure_of(leaf) is measure and (leaf.derivation in (None, "times_of")):
                    floors.setdefault(zone, (_floor(indicator, measure, leaf, zone), statement))
        if set(floors) != {z.id for z in plan.zones}:
            continue
        known = [f for f, _ in floors.values() if f is not None]
        least, sum_ = sum(known, Decimal(0)), " + ".join(number(f) for f in known)
        part = next(iter(floors.values()))[1]
        for leaf in conjuncts(indicator.binding.target):
            if not isinstance(leaf, Threshold) or leaf.zone or leaf.derivation or least >= leaf.value:
                continue
            if indicator.measure_of(leaf) is not measure or not leaf.comparator.higher_is_better:
                continue
            if len(known) == len(floors):
                yield _short(indicator, measure, f"{sum_} = {number(least)}", least, leaf, part, indicator.binding)
            else:
                yield _untried(plan, indicator, measure, [z for z, (f, _) in floors.items() if f is None], least, leaf, part)


def _by_zone(plan: Plan, target: Target) -> Iterator[tuple[str, Threshold]]:
    """The thresholds of single zones, those for each of several zones spelt out."""
    match target:
        case Threshold() if target.zone:
            yield target.zone, target
        case EachZone(each_zone=names, target=inner):
            for leaf in conjuncts(inner):
                if isinstance(leaf, Threshold):
                    yield from ((zone.id, leaf) for zone in plan.zones_in(names))
        case AllOf() | OfWhich():
            for part in parts(target):
                yield from _by_zone(plan, part)


def _floor(indicator: Indicator, measure: Measure, leaf: Threshold, zone: str) -> Decimal | None:
    """The least that a zone must reach; None where that hangs on a value that the document does not state."""
    if not leaf.comparator.higher_is_better:
        return None
    if leaf.derivation is None:
        return leaf.value
    base = latest_stated(indicator, measure.id, zone, by=leaf.times_of)
    return base.value * leaf.value if base else None


def _untried(plan: Plan, indicator: Indicator, measure: Measure, zones: list[str], least: Decimal, total: Threshold,
             part: TargetStatement) -> PlanFinding:
    names = {lang: listed((plan.any_zone(z).name.to(lang) for z in zones), lang) for lang in ("zh", "en")}
    rest, unit = number(total.value - least), measure.unit
    return info(
        "parts_without_base", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：总目标 {number(total.value)} {unit}，写了数的园区下限合计 {number(least)} {unit}，"
        f"{names['zh']}须合计达到 {rest} {unit}；它们按倍数定目标而文件没有给出基数，无法验算",
        f"{indicator.name.to('en')}: the total is {number(total.value)} {unit}, zones with a number must reach "
        f"{number(least)} {unit}, which leaves {rest} {unit} to {names['en']}; these have a multiple as their target and the "
        "document states no base: it cannot be tried", (part.source, indicator.binding.source),
    )


def _short(indicator: Indicator, measure: Measure, sum_: str, least: Decimal, total: Threshold, part: TargetStatement,
           whole: TargetStatement) -> PlanFinding:
    unit, missing = measure.unit, number(total.value - least)
    return warning(
        "tiers_do_not_reach_total", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：各类（各园区）下限合计 {sum_} {unit}，总目标 {number(total.value)} {unit}，"
        f"差 {missing} {unit}没有着落",
        f"{indicator.name.to('en')}: the least that the classes (zones) must reach is {sum_} {unit}, the total asked is "
        f"{number(total.value)} {unit}: {missing} {unit} are nobody's", (part.source, whole.source),
        (f"差的 {missing} {unit}由哪些园区承担，还是改总目标",
         f"which zones take the missing {missing} {unit}, or another total"),
    )


RULES = (shares, stated, completions, portfolios)
