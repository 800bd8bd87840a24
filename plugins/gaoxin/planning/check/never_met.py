"""Why a target can never be known, or never be met, whatever the units hand in. Pure.

Known: by what its indicator comes to when everything is in (`all_in`). Met: by the limits within which a form takes a figure, by
what is asked of one figure at once, and by the share of the plan that can be done at most. Where neither is certain, nothing is
said: the checks before a gate must not call impossible what is hard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gaoxin.i18n import Message
from gaoxin.indicators.combining import adds_up
from gaoxin.indicators.model import DueVerdict, IndicatorResult, Truth
from gaoxin.plan.forms import Variable
from gaoxin.plan.measure import Measure
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.series import variable_of
from gaoxin.plan.target import Comparator, TargetKind
from gaoxin.plan.targets import TargetStatement, Threshold, leaves
from gaoxin.plan.targets.plan_share import PlanShare
from gaoxin.plan.targets.unquantified import Unquantified
from gaoxin.planning.asked import values
from gaoxin.planning.check.all_in import when_all_is_in
from gaoxin.planning.check.findings import phrase
from gaoxin.planning.check.trial import converted

_NO_FORM = phrase("gate_never_passes.no_form", "没有报表采集或没有数值", "asked for by no form, or without a number")
_BEYOND_LIMITS = phrase("gate_never_passes.beyond_limits", "报表的上下限之内达不到", "not within the limits of its form")
_CONTRADICTS = phrase("gate_never_passes.contradicts", "各项要求不能同时满足", "what is asked cannot all be met at once")
_SHARE = phrase("gate_never_passes.share", "最多能完成 {most:1} %", "{most:1} % can be done at most", most=Decimal)
_NOTHING = phrase("gate_never_passes.nothing", "没有可统计的指标或任务", "nothing to count")

# Why a figure is unknown that no return will ever bring. Others may go with other figures, or with a value that is published.
_FOR_EVER = frozenset({
    "target.no_year_before", "target.no_base", "target.years_missing", "target.no_years", "target.no_years_since",
    "target.no_closed_year", "target.no_number", "input.not_yet_owed", "input.years_missing", "input.no_committee",
    "input.one_committee", "input.per_unit", "input.undeclared", "input.not_asked", "input.no_common_period",
})
_WHOLE = frozenset({"target.reasons", "indicator.lacked"})  # are made of others


def never_met(plan: Plan, indicator: Indicator, statement: TargetStatement, *, when_due: bool = False) -> Message | None:
    """when_due: its verdict on its day is asked for."""
    return (never_known(plan, indicator, statement, when_due=when_due) or _out_of_reach(plan, indicator, statement.target)
            or _share(plan, statement))


def never_known(plan: Plan, indicator: Indicator, statement: TargetStatement, *, when_due: bool = False) -> Message | None:
    if all(_hopeless(indicator, leaf, statement.due) for leaf in leaves(statement.target)):
        return _NO_FORM()
    told = [_why_unknown(results[indicator.id].of(statement.due), when_due) for results in when_all_is_in(plan)
            if indicator.id in results]
    return told[0] if told and all(why is not None and {*_codes(why)} <= _FOR_EVER for why in told) else None


def _hopeless(indicator: Indicator, leaf: TargetKind, due: date | None) -> bool:
    """Whether a part can never be judged: without a number, or on a measure that no form asks for, unless the document itself
    states the value for its day."""
    if isinstance(leaf, Unquantified):
        return True
    if not leaf.measured:
        return False
    measure = indicator.measure_of(leaf) if indicator.measures else None
    if measure and measure.formula is not None:
        return False
    return not any(due and s.on.end >= due and (measure is None or indicator.measure(s.of) is measure) for s in indicator.stated)


def _why_unknown(result: IndicatorResult, when_due: bool) -> Message | None:
    if when_due and result.at_due:
        return result.at_due.reason if result.at_due.verdict in (None, DueVerdict.UNKNOWN) else None
    return result.reason if result.truth is Truth.UNKNOWN else None


def _codes(told: Message) -> Iterator[str]:
    """Of a whole those of its parts."""
    if told.code not in _WHOLE:
        yield told.code
        return
    for value in told.context.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Message):
                yield from _codes(part)


def _share(plan: Plan, statement: TargetStatement) -> Message | None:
    """Of a share of the plan: what can be done at most."""
    target = statement.target
    if not isinstance(target, PlanShare):
        return None
    counted, tasks = plan.counted_indicators(target), plan.counted_tasks(target)
    if not (wanted := len(counted) + len(tasks)):
        return _NOTHING()
    never = sum(never_met(plan, i, i.fallen_due(statement.due) if statement.due else i.binding) is not None for i in counted)
    most = Decimal(100 * (wanted - never)) / wanted
    return _SHARE(most=most) if target.comparator.higher_is_better and not target.reached_by(most) else None


def _out_of_reach(plan: Plan, indicator: Indicator, target: TargetKind) -> Message | None:
    if target.scope:  # asked of each zone, whose figures are not the whole's
        return None
    parts = [_out_of_reach(plan, indicator, part) for part in target.parts]
    if target.combines == "any":
        return parts[0] if parts and all(parts) else None
    if target.combines == "all" and (why := next(filter(None, parts), None)):
        return why
    asked: dict[tuple[str, str | None], list[Threshold]] = {}
    for leaf in values(target):
        asked.setdefault((indicator.measure_of(leaf).id, leaf.zone), []).append(leaf)
    for (name, zone), leaves_ in asked.items():
        measure = indicator.measure(name)
        variable = _variable(plan, measure)
        if (given := _asked(leaves_, whole=_whole(variable, measure))).empty:
            return _CONTRADICTS()
        if zone is None and variable and given.within(_limits(plan, measure, variable)).empty:
            return _BEYOND_LIMITS()
    return None


@dataclass(frozen=True)
class _Range:
    """Between two numbers, each of which belongs to it unless it is open there; None: without end."""

    least: Decimal | None = None
    most: Decimal | None = None
    open_below: bool = False
    open_above: bool = False

    @property
    def empty(self) -> bool:
        if self.least is None or self.most is None:
            return False
        return self.least > self.most or (self.least == self.most and (self.open_below or self.open_above))

    def within(self, other: "_Range") -> "_Range":
        """What both have."""
        least, open_below = max(((r.least, r.open_below) for r in (self, other) if r.least is not None), default=(None, False))
        top = [(r.most, not r.open_above) for r in (self, other) if r.most is not None]
        most, closed = min(top, default=(None, True))
        return _Range(least, most, open_below, not closed)


def _asked(of: Iterable[Threshold], *, whole: bool) -> _Range:
    """whole: of whole numbers, of which nothing lies between 30 and 31."""
    found = _Range()
    for leaf in of:
        value = leaf.value
        match leaf.comparator:
            case Comparator.AT_LEAST:
                one = _Range(least=value.to_integral_value(ROUND_CEILING) if whole else value)
            case Comparator.MORE_THAN:
                one = _Range(least=value.to_integral_value(ROUND_FLOOR) + 1) if whole else _Range(least=value, open_below=True)
            case Comparator.AT_MOST:
                one = _Range(most=value.to_integral_value(ROUND_FLOOR) if whole else value)
            case _:
                one = _Range(most=value.to_integral_value(ROUND_CEILING) - 1) if whole else _Range(most=value, open_above=True)
        found = found.within(one)
    return found


def _variable(plan: Plan, measure: Measure) -> Variable | None:
    """The variable that a measure is, where it is one of a series form and nothing more."""
    name = variable_of(measure)
    source = plan.variables[name][1] if name in plan.variables else None
    return source if isinstance(source, Variable) else None


def _whole(variable: Variable | None, measure: Measure) -> bool:
    return variable is not None and variable.integer and variable.unit == measure.unit and adds_up(variable)


def _limits(plan: Plan, measure: Measure, variable: Variable) -> _Range:
    """Within which the figure of the whole lies, since each unit's does."""
    many = len(plan.variables[variable.id][0].units) if adds_up(variable) else 1
    least, most = (None if limit is None else converted(limit * many, variable.unit, measure.unit)
                   for limit in (variable.min, variable.max))
    return _Range(least, most)
