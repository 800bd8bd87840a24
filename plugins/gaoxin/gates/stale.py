"""Figures older than those that are due: what an indicator should rest on and does not. Pure."""

from datetime import date

from gaoxin.gates.judging import Case, Due
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period
from gaoxin.plan.model import Form, Indicator, Plan
from gaoxin.returns.model import ReturnState

_STALE = Code("gates.stale", "数据陈旧：{what:;}", "stale: {what:;}", what=tuple)
_BLANK = Code("gates.left_blank", "{variable} 在{newest}未填，仍用{used}的数",
              "{variable} was left blank in {newest}: the figure is of {used}", variable=Worded, newest=Period, used=Period)


def stale(case: Case, indicator: Indicator, result: IndicatorResult | None, due: Due, last_day: date) -> Message | None:
    """Why the figures of an indicator do not count, or None: returns are missing, or left blank what it rests on. last_day: that
    on which its value is due."""
    told = _missing(case, indicator, result, due, last_day) or _blanks(case.plan, indicator, result, due, last_day)
    return _STALE(what=told) if told else None


def _missing(case: Case, indicator: Indicator, result: IndicatorResult | None, due: Due, last_day: date) -> list[Message]:
    """What is missing of the newest figures that an indicator should rest on (its own, those of a reference that is reported,
    those of the indicators that it counts). Of each form behind it, all units' returns for the latest period that is due, as far
    as that period ends by the last day, which is the indicator's own due date: what comes after that cannot undo it. A figure
    that rests on a later period already is not stale. And what a broken rule did not judge, of whatever period."""
    variables = variables_behind(case.plan, indicator)
    missing = []
    for form in case.plan.forms:
        if variables.isdisjoint(v.id for v in form.measured):
            continue
        missing += [case.told(o, s) for o, s in (*due.listed, *case.early())
                    if o.key.form == form.id and o.key.period.end <= last_day and s and s.untrusted]
        newest, listed = due.of(form.id, last_day)
        if newest and result and _rests_on_later(case, form, newest, last_day, result):
            continue
        missing += [case.told(o, s) for o, s in listed if s is None or s.state is not ReturnState.ACCEPTED]
    return missing


def _rests_on_later(case: Case, form: Form, newest: Period, last_day: date, result: IndicatorResult) -> bool:
    """Whether a period after the newest that is due is in already, of all units, and the figure rests on it."""
    later = [p for p in form.periods() if newest.end < p.end <= last_day]
    if not any(case.all_accepted(form, p) for p in later):
        return False
    variables = {v.id for v in form.measured}
    used = [i.period for m in result.measures for i in m.inputs if i.period and i.variable in variables]
    last = max((p.end for p in used), default=result.period.end if result.period else date.max)
    return last > newest.end


def _blanks(plan: Plan, indicator: Indicator, result: IndicatorResult | None, due: Due, last_day: date) -> list[Message]:
    """What an accepted return left blank, so that the indicator stands on an earlier period than the one that is in. Told where
    the forms behind a measure report in one rhythm: where they do not, an earlier period may be the last that they have in
    common."""
    forms = {v.id: f for f in plan.forms for v in f.measured}
    told: dict[Message, None] = {}
    for measure in indicator.measures:
        # By the name in the formula: growth on the year before takes one variable twice, once of a year earlier.
        plain = {n: forms[x.variable] for n, x in measure.inputs.items() if not x.mean_of_years and not x.years_earlier}
        used = next((m for m in result.measures if m.measure == measure.id), None) if result else None
        if used is None or used.value is None or len({f.periodicity for f in plain.values()}) != 1:
            continue
        for given in used.inputs:
            form = plain.get(given.name)
            newest = due.of(form.id, last_day)[0] if form else None
            if form and newest and given.period and given.period < newest:
                told[_BLANK(variable=_name(form, given.variable), newest=newest, used=given.period)] = None
    return list(told)


def _name(form: Form, variable: str) -> Worded:
    return next(v.name for v in form.measured if v.id == variable)
