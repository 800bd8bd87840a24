"""Rules on how figures add up: rates of several units, wholes that several report, shares that could exceed their whole."""

import re
from collections.abc import Iterator
from fractions import Fraction

from gaoxin.i18n import Text, Worded
from gaoxin.plan.forms import Combine, SeriesForm, Variable
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.target import TargetKind
from gaoxin.planning.check.findings import PlanFinding, of_plan
from gaoxin.planning.check.shares import Sum, unheld

PLACE = 125

UNITS_DO_NOT_ADD_UP = of_plan(
    "units_do_not_add_up", "error", ("几个单位的率、比重或指数不能相加", "rates, indices or shares of several units"),
    ("写明 combine：same、weighted、mean、max 或 per_unit", "say `combine`: same, weighted, mean, max or per_unit"),
    "“{variable}”（{unit}）由 {count} 个单位报送，不能相加，方案没有另外说明如何合成",
    "{variable} ({unit}) is reported by {count} units and does not add up; the plan does not say how else it combines",
    variable=Worded, unit=str, count=int,
)
WHOLE_REPORTED_TWICE = of_plan(
    "whole_reported_twice", "warning", ("几个单位报同一个总数", "a whole that several units report"),
    ("是同一个数写 combine: same，各报各的写 combine: sum", "`combine: same` for one figure, `combine: sum` for parts of it"),
    "“{variable}”由{units}分别报送；如果报的是同一个数，相加就成了几倍",
    "{variable} is reported by {units}: if it is one and the same figure, the sum counts it several times",
    variable=Worded, units=tuple,
)
WHOLE_OF_NONE = of_plan(
    "whole_of_none", "error", ("没有合计数的变量", "a variable without a figure of the whole"),
    ("按园区判断，或换一种合成方式", "judge it zone by zone, or combine it otherwise"),
    "{name}用“{variable}”的合计数，而它按单位分别判断（combine: per_unit），永远没有数",
    "{name} takes the whole of {variable}, which is judged unit by unit (combine: per_unit): it never has a value",
    variable=Worded,
)
SHARE_WITHOUT_PART_OF = of_plan(
    "share_without_part_of", "error", ("比重的分子可能大于分母", "a share that could exceed its whole"),
    ("在报表写 part_of，或在度量写 may_exceed 说明理由", "a part_of check in the form, or `may_exceed` with the reason"),
    "{name}：{formula} 是比重，而没有审核关系保证“{part}”不大于“{whole}”",
    "{name}: {formula} is a share, and no check holds {part} within {whole}", formula=str, part=Worded, whole=Worded,
)
REASON_SAYS_NOTHING = of_plan(
    "may_exceed_says_nothing", "error", ("may_exceed 没有说明理由", "a may_exceed without a reason"),
    ("写明比重为何可以超过总体，或删去并写 part_of", "say why the share may exceed its whole, or drop it for a part_of check"),
    "{name}：{formula} 的 may_exceed 只写了“{reason}”，不成理由",
    "{name}: may_exceed of {formula} says only {reason}, which is no reason",
    formula=str, reason=Worded,
)

# Names of a whole, and of offices that answer for all of it: a street or a park reports its own part.
_WHOLE = re.compile("^(全[区市县省国域园]|地区|辖区|本[区市县])|地区生产总值|GDP")
_OFFICE = re.compile("(局|委|办|厅|部|院|行|队|中心|办公室|委员会)$")


def units_add_up(plan: Plan, form: SeriesForm) -> Iterator[PlanFinding]:
    """Rates, indices and shares of several units never add up; of a whole that several offices report it is asked."""
    names = tuple(plan.unit(u).name for u in form.units)
    offices = all(_OFFICE.search(name.zh) for name in names)
    shared = {x.variable for i in plan.indicators if i.quotas for m in i.measures for x in m.inputs.values()}
    for v in form.variables if len(names) > 1 else ():
        subject = f"forms.{form.id}.variables.{v.id}"
        if not v.adds_up and v.combine in (None, Combine.SUM):
            yield UNITS_DO_NOT_ADD_UP.error(subject, variable=v.name, unit=v.unit, count=len(names))
        elif v.combine is None and ((offices and v.id not in shared) or _WHOLE.search(v.name.zh)):
            yield WHOLE_REPORTED_TWICE.warning(subject, variable=v.name, units=names)


def judged_unit_by_unit(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """What is judged unit by unit stands in targets of zones alone."""
    asks = {indicator.measure_of(leaf).id for s in indicator.targets for leaf in _of_the_whole(s.target)}
    for measure in (m for m in indicator.measures if m.id in asks):
        for variable in {given.variable for given in measure.inputs.values()}:
            form, found = plan.variables[variable]
            if isinstance(found, Variable) and found.combine is Combine.PER_UNIT and len(form.units) > 1:
                yield WHOLE_OF_NONE.error(indicator, indicator.source, variable=found.name)


def _of_the_whole(target: TargetKind) -> Iterator[TargetKind]:
    """The measured leaves that are asked of the whole, not of a zone."""
    if target.parts:
        yield from (leaf for part in target.parts if not target.scope for leaf in _of_the_whole(part))
    elif target.measured and getattr(target, "zone", None) is None:
        yield target


def shares(plan: Plan, indicator: Indicator, measure: Measure) -> Iterator[PlanFinding]:
    """A share has a check that its part is within its whole, or says why it may exceed it."""
    if measure.may_exceed is not None:
        from gaoxin.returns.cover import explanation_of  # few plans give a reason, and reading covers is much to import

        if explanation_of(measure.may_exceed.to("zh")) is not None:
            return
        yield REASON_SAYS_NOTHING.error(indicator, indicator.source, formula=measure.formula or "", reason=measure.may_exceed)
    for part, whole in unheld(plan, measure):
        alone, least = len(part) == len(whole) == 1, min((*part.values(), *whole.values()))
        yield SHARE_WITHOUT_PART_OF.error(
            indicator, indicator.source, within="" if alone else "+".join(part), formula=measure.formula or "",
            part=_said(plan, part, least), whole=_said(plan, whole, least),
        )


def _said(plan: Plan, added: Sum, least: Fraction) -> Worded:
    """The variables of a sum by name, each with its factor in terms of the least in the formula."""
    named = [(plan.variables[v][1].name, f"{float(f / least):.4g}×".removeprefix("1×")) for v, f in added.items()]
    if [times for _, times in named] == [""]:
        return named[0][0]
    return Text("＋".join(times + name.to("zh") for name, times in named),
                " + ".join(times + name.to("en") for name, times in named))
