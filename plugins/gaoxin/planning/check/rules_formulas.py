"""Rules on measures: formulas that cannot be computed, inputs that nobody reports, units of measure that go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gaoxin import measures
from gaoxin.periods import Periodicity
from gaoxin.plan.document import Zone
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.series import variables_by_id
from gaoxin.plan.targets import EachZone, Threshold, Tiers, parts, thresholds
from gaoxin.plan.words.wording import number
from gaoxin.planning.check.dimensions import off_by, quantity, result
from gaoxin.planning.check.findings import PlanFinding, error, warning


def formulas(plan: Plan) -> Iterator[PlanFinding]:
    """A formula is arithmetic over its inputs, uses each of them, and gives the unit of measure that it claims."""
    known = variables_by_id(plan)
    for indicator in plan.indicators:
        for measure in indicator.measures:
            if measure.formula is not None:
                yield from _formula(known, indicator, measure)


def _formula(known, indicator: Indicator, measure: Measure) -> Iterator[PlanFinding]:
    subject, source = f"indicators.{indicator.id}.measures.{measure.id}", (indicator.source,)
    try:
        tree = parse(measure.formula)
    except FormulaProblem as problem:
        yield error(problem.code, subject, *problem.told, source)
        return
    used = list(names(tree))
    unknown = [name for name in used if name not in measure.inputs]
    for name in unknown:
        have = "、".join(measure.inputs)
        yield error(
            "formula_unknown_name", subject, f"公式用了未声明的 {name}；inputs 中有 {have}",
            f"the formula uses {name}, which is not among its inputs: {', '.join(measure.inputs)}", source,
        )
    for name in measure.inputs:
        if name not in used:
            yield warning("input_unused", subject, f"公式没有用到 {name}", f"the formula does not use {name}", source)
    clashes = list(_clashes(known, measure, subject, source))
    yield from clashes
    if unknown or clashes:
        return
    try:
        made = result(tree, {n: quantity(i.unit or known[i.variable][1].unit) for n, i in measure.inputs.items()})
    except FormulaProblem as problem:
        yield error(problem.code, subject, *problem.told, source)
        return
    wanted = quantity(measure.unit)
    if made.powers != wanted.powers:
        yield error(
            "units_do_not_convert", subject, f"公式算出的不是 {measure.unit}：{measure.formula}",
            f"the formula does not yield {measure.unit}: {measure.formula}", source,
        )
    elif factor := off_by(made, wanted):
        yield error(
            "unit_factor", subject, f"公式结果与 {measure.unit} 相差 {number(factor)} 倍：{measure.formula}",
            f"the result is off by a factor of {number(factor)} for {measure.unit}: {measure.formula}", source,
        )


def _clashes(known, measure: Measure, subject: str, source) -> Iterator[PlanFinding]:
    for name, given in measure.inputs.items():
        variable = known[given.variable][1]
        if given.unit and measures.dimension(given.unit) != measures.dimension(variable.unit):
            yield error(
                "units_do_not_convert", subject, f"输入 {name}：{given.variable} 以 {variable.unit} 报，不能换算为 {given.unit}",
                f"input {name}: {given.variable} is reported in {variable.unit}, not convertible to {given.unit}", source,
            )


def reported(plan: Plan) -> Iterator[PlanFinding]:
    """Each input of a formula is asked for in some period, and the flows of one measure cover the same stretches."""
    known = variables_by_id(plan)
    for indicator in plan.indicators:
        for measure in indicator.measures:
            subject = f"indicators.{indicator.id}.measures.{measure.id}"
            for given in measure.inputs.values():
                form = known[given.variable][0]
                if not form.periods():
                    yield error(
                        "variable_reported_by_nobody", subject, f"{given.variable} 没有任何一期要报（报表 {form.id}）",
                        f"{given.variable} is asked for in no period (form {form.id})", (indicator.source,),
                    )
            yield from _meeting(known, measure, subject, indicator)


def _meeting(known, measure: Measure, subject: str, indicator: Indicator) -> Iterator[PlanFinding]:
    """Flows must cover one stretch of time. Cumulative flows meet wherever their periods end together, stocks anywhere;
    a flow of one month covers neither a quarter nor what has accumulated since January."""
    taken = [known[i.variable] for i in measure.inputs.values() if not i.mean_of_years]
    series = [(form.periodicity, variable.kind) for form, variable in taken if form.kind == "series"]
    flows = dict.fromkeys(rhythm for rhythm, kind in series if kind is VariableKind.FLOW)
    cumulative = any(kind is VariableKind.CUMULATIVE for _, kind in series)
    if len(flows) > 1 or (cumulative and any(rhythm is not Periodicity.YEAR for rhythm in flows)):
        yield warning(
            "flows_do_not_meet", subject, "各输入所涵盖的时段不同（当期数与累计数，或不同报告期），可能永远没有数",
            "its inputs cover different stretches of time (flows and cumulative flows, or different periods): it may never "
            "have a value", (indicator.source,),
        )


def years(plan: Plan) -> Iterator[PlanFinding]:
    """A mean of n years needs a form that is asked for at least n years."""
    known = variables_by_id(plan)
    for indicator in plan.indicators:
        for measure in indicator.measures:
            for given in measure.inputs.values():
                form = known[given.variable][0]
                if not given.mean_of_years:
                    continue
                closed = {p.year for p in form.periods() if p.number == p.periodicity.per_year}
                if len(closed) < given.mean_of_years:
                    yield error(
                        "years_missing", f"indicators.{indicator.id}.measures.{measure.id}",
                        f"{given.variable} 要 {given.mean_of_years} 个完整年度的平均，报表 {form.id} 只收 {len(closed)} 个",
                        f"{given.variable} is a mean of {given.mean_of_years} closed years; {form.id} asks for {len(closed)}",
                        (indicator.source,),
                    )


def references(plan: Plan) -> Iterator[PlanFinding]:
    """What a measure is held against converts into its unit of measure, and so does the variable behind a reference."""
    known = variables_by_id(plan)
    for reference in plan.references:
        unit = known[reference.variable][1].unit if reference.variable else reference.unit
        if measures.dimension(unit) != measures.dimension(reference.unit):
            yield error(
                "units_do_not_convert", f"references.{reference.id}",
                f"{reference.variable} 以 {unit} 报，不能换算为参照数列的 {reference.unit}",
                f"{reference.variable} is reported in {unit}, not convertible to {reference.unit}", (reference.source,),
            )
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for threshold in thresholds(statement.target):
                if threshold.against is None:
                    continue
                reference, unit = plan.reference(threshold.against), indicator.measure_of(threshold).unit
                name = indicator.name
                if measures.dimension(reference.unit) != measures.dimension(unit):
                    yield error(
                        "units_do_not_convert", f"indicators.{indicator.id}",
                        f"{name.zh}以 {unit} 计，{reference.name.zh}以 {reference.unit} 计，不能相比",
                        f"{name.to('en')} is in {unit}, {reference.name.to('en')} in {reference.unit}: they do not compare",
                        (statement.source, reference.source),
                    )


def zones(plan: Plan) -> Iterator[PlanFinding]:
    """Each zone that a target looks at has figures of its own: somebody reports for it, and for it alone."""
    reporters = {u for f in plan.forms for u in f.units}
    shared = Counter(z.committee for z in plan.zones if z.committee)
    for indicator in plan.indicators:
        if not any(m.formula for m in indicator.measures):
            continue
        for zone in _zones_asked(plan, indicator):
            subject, who = f"zones.{zone.id}", plan.unit(zone.committee).name if zone.committee else None
            if who is None or zone.committee not in reporters:
                zh, en = "没有单位为它报送", "nobody reports for it"
            elif shared[zone.committee] > 1:
                zh = f"与其他园区同由{who.zh}报送，报表不分园区"
                en = f"{who.to('en')} reports for other zones too, without telling them apart"
            else:
                continue
            yield warning(
                "zone_without_figures", subject, f"{indicator.name.zh}要看{zone.name.zh}的数，而{zh}，永远判断不了",
                f"{indicator.name.to('en')} looks at {zone.name.to('en')}, and {en}: it stays unknown",
                (indicator.source, zone.source),
            )


def _zones_asked(plan: Plan, indicator: Indicator) -> list[Zone]:
    names: list[str] = []
    todo = [s.target for s in indicator.targets]
    while todo:
        target = todo.pop()
        todo += parts(target)
        match target:
            case EachZone(each_zone=zones):
                names += zones
            case Threshold(zone=str(zone)):
                names.append(zone)
            case Tiers(tiers=classes):
                names += [z for one in classes for z in one.named] or ["all"]
    return list(plan.zones_in(tuple(names))) if names else []


RULES = (references, zones, formulas, reported, years)
