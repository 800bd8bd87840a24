"""Rules on measures: formulas that cannot be computed, inputs that nobody reports, units of measure that go wrong."""

from collections import Counter
from collections.abc import Iterator

from gaoxin import measures
from gaoxin.i18n import Worded
from gaoxin.periods import Periodicity
from gaoxin.plan.document import Zone
from gaoxin.plan.fields import parts_of
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.formulas import FormulaProblem, names, parse
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.targets import leaves, thresholds
from gaoxin.planning.check.dimensions import off_by, quantity, result
from gaoxin.planning.check.findings import PlanFinding, of_document, of_plan, phrase

PLACE = 120

ZONE_WITHOUT_FIGURES = of_document("zone_without_figures", "warning", ("园区没有自己的数", "a zone without figures of its own"),
                                   ("由谁为该园区单独报送", "who reports for this zone alone"),
                                   "{name}要看{zone}的数，而{why}，永远判断不了",
                                   "{name} looks at {zone}, and {why}: it stays unknown")
FORMULA_UNREADABLE = of_plan("formula_unreadable", "error", ("公式不是算式", "a formula that is no arithmetic"),
                             ("改公式", "mend the formula"))
FORMULA_UNKNOWN_NAME = of_plan("formula_unknown_name", "error", ("公式用了未声明的名称", "a name that is no input"),
                               ("在 inputs 中声明或改名", "declare or rename it"),
                               "公式用了未声明的 {name}；inputs 中有 {inputs}",
                               "the formula uses {name}, which is not among its inputs: {inputs}", name=str)
INPUT_UNUSED = of_plan("input_unused", "warning", ("公式没有用到的输入", "an input that is not used"),
                       ("用上或删去", "use it or drop it"), "公式没有用到 {name}", "the formula does not use {name}", name=str)
UNITS_DO_NOT_CONVERT = of_plan("units_do_not_convert", "error", ("计量单位不能换算", "units of measure that do not convert"),
                               ("改公式或计量单位", "another formula or unit of measure"))
UNITS_NOT_CONVERTED = of_plan("units_not_converted", "error",
                              ("相加的数计量单位不同", "units of measure that are added unconverted"),
                              ("在输入上写 unit 换算", "convert with `unit` at the input"))
UNIT_FACTOR = of_plan("unit_factor", "error", ("公式结果差若干倍", "a result that is off by a factor"),
                      ("在公式或输入的 unit 中换算", "convert in the formula or with `unit`"),
                      "公式结果与 {unit} 相差 {factor} 倍：{formula}",
                      "the result is off by a factor of {factor} for {unit}: {formula}")
VARIABLE_REPORTED_BY_NOBODY = of_plan("variable_reported_by_nobody", "error",
                                      ("变量没有任何一期要报", "a variable that is asked for in no period"),
                                      ("增加报告期", "ask for it in some period"), "{variable} 没有任何一期要报（报表 {form}）",
                                      "{variable} is asked for in no period (form {form})", form=str)
FLOWS_DO_NOT_MEET = of_plan(
    "flows_do_not_meet", "warning", ("各输入的时段不同", "inputs over different stretches of time"),
    ("统一为累计数或同一报告期", "make them cumulative, or of one period"),
    "各输入所涵盖的时段不同（当期数与累计数，或不同报告期），可能永远没有数",
    "its inputs cover different stretches of time (flows and cumulative flows, or different periods): it may never have a value",
)
YEARS_MISSING = of_plan("years_missing", "error", ("收的年度不够算平均", "too few years for the mean"),
                        ("增加年度", "ask for more years"),
                        "{variable} 要 {wanted} 个完整年度的平均，报表 {form} 只收 {years} 个",
                        "{variable} is a mean of {wanted} closed years; {form} asks for {years}", wanted=int, form=str)
# What is wrong with a formula as such, by the kind of its problem.
_PROBLEMS = {f.code: f for f in (FORMULA_UNREADABLE, UNITS_DO_NOT_CONVERT, UNITS_NOT_CONVERTED)}

_OTHER_UNIT = UNITS_DO_NOT_CONVERT.saying("result", "公式算出的不是 {unit}：{formula}",
                                          "the formula does not yield {unit}: {formula}")
_INPUT_UNIT = UNITS_DO_NOT_CONVERT.saying("input", "输入 {name}：{variable} 以 {unit} 报，不能换算为 {wanted}",
                                          "input {name}: {variable} is reported in {unit}, not convertible to {wanted}", name=str,
                                          wanted=str)
_REFERENCE_UNIT = UNITS_DO_NOT_CONVERT.saying("reference", "{variable} 以 {unit} 报，不能换算为参照数列的 {wanted}",
                                              "{variable} is reported in {unit}, not convertible to {wanted}", wanted=str)
_NOT_COMPARABLE = UNITS_DO_NOT_CONVERT.saying("against", "{name}以 {unit} 计，{reference}以 {other} 计，不能相比",
                                              "{name} is in {unit}, {reference} in {other}: they do not compare", other=str)
_NOBODY_REPORTS = phrase("zone_without_figures.nobody", "没有单位为它报送", "nobody reports for it")
_SHARED = phrase("zone_without_figures.shared", "与其他园区同由{unit}报送，报表不分园区",
                 "{unit} reports for other zones too, without telling them apart", unit=Worded)


def references(plan: Plan) -> Iterator[PlanFinding]:
    """What a measure is held against converts into its unit of measure, and so does the variable behind a reference."""
    for reference in plan.references:
        unit = plan.variables[reference.variable][1].unit if reference.variable else reference.unit
        if measures.dimension(unit) != measures.dimension(reference.unit):
            yield _REFERENCE_UNIT.error(f"references.{reference.id}", reference.source, variable=reference.variable or "",
                                        unit=unit, wanted=reference.unit)
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for threshold in thresholds(statement.target):
                if threshold.against is None:
                    continue
                reference, unit = plan.reference(threshold.against), indicator.measure_of(threshold).unit
                if measures.dimension(reference.unit) != measures.dimension(unit):
                    yield _NOT_COMPARABLE.error(indicator, statement.source, reference.source, unit=unit,
                                                reference=reference.name, other=reference.unit)


def zones(plan: Plan) -> Iterator[PlanFinding]:
    """Each zone that a target looks at has figures of its own: somebody reports for it, and for it alone."""
    reporters = {u for f in plan.forms for u in f.units}
    shared = Counter(z.committee for z in plan.zones if z.committee)
    for indicator in plan.indicators:
        if not any(m.formula for m in indicator.measures):
            continue
        for zone in _zones_asked(plan, indicator):
            who = plan.unit(zone.committee).name if zone.committee else None
            if who is None or zone.committee not in reporters:
                why = _NOBODY_REPORTS()
            elif shared[zone.committee] > 1:
                why = _SHARED(unit=who)
            else:
                continue
            yield ZONE_WITHOUT_FIGURES.warning(zone, indicator.source, zone.source, name=indicator.name, zone=zone.name, why=why)


def _zones_asked(plan: Plan, indicator: Indicator) -> tuple[Zone, ...]:
    """The zones that its targets name; of a target that looks at zones without naming any, all that it looks at."""
    found: list[str] = []
    for target in (s.target for s in indicator.targets):
        found += (zone for _, part in parts_of(target) for kind, zone, _ in part.mentions() if kind in ("zone", "zones"))
        for leaf in leaves(target):
            if not any(kind == "zone" for _, part in parts_of(leaf) for kind, _, _ in part.mentions()):
                found += (zone for _, zone in leaf.compared(plan.zone_ids, None) if zone)
    return plan.zones_in(tuple(found))


def formulas(plan: Plan, indicator: Indicator, measure: Measure) -> Iterator[PlanFinding]:
    """A formula is arithmetic over its inputs, uses each of them, and gives the unit of measure that it claims."""
    try:
        yield from _formula(plan, indicator, measure, measure.formula) if measure.formula is not None else ()
    except FormulaProblem as problem:
        yield _PROBLEMS[problem.code].error(_place(indicator, measure), indicator.source, message=problem.told)


def _place(indicator: Indicator, measure: Measure) -> str:
    return f"indicators.{indicator.id}.measures.{measure.id}"


def _formula(plan: Plan, indicator: Indicator, measure: Measure, formula: str) -> Iterator[PlanFinding]:
    """Raises FormulaProblem."""
    subject, source, used = _place(indicator, measure), indicator.source, list(names(tree := parse(formula)))
    unknown = [name for name in used if name not in measure.inputs]
    for name in unknown:
        yield FORMULA_UNKNOWN_NAME.error(subject, source, name=name, inputs=tuple(measure.inputs))
    for name in measure.inputs:
        if name not in used:
            yield INPUT_UNUSED.warning(subject, source, name=name)
    reported = {name: plan.variables[given.variable][1].unit for name, given in measure.inputs.items()}
    clashes = [
        _INPUT_UNIT.error(subject, source, name=name, variable=given.variable, unit=reported[name], wanted=given.unit)
        for name, given in measure.inputs.items()
        if given.unit and measures.dimension(given.unit) != measures.dimension(reported[name])
    ]
    yield from clashes
    if unknown or clashes:
        return
    made = result(tree, {name: quantity(given.unit or reported[name]) for name, given in measure.inputs.items()})
    wanted = quantity(measure.unit)
    if made.powers != wanted.powers:
        yield _OTHER_UNIT.error(subject, source, unit=measure.unit, formula=formula)
    elif factor := off_by(made, wanted):
        yield UNIT_FACTOR.error(subject, source, factor=factor, unit=measure.unit, formula=formula)


def reported(plan: Plan, indicator: Indicator, measure: Measure) -> Iterator[PlanFinding]:
    """Each input of a formula is asked for in some period, and the flows of one measure cover the same stretches: cumulative
    flows meet wherever their periods end together, stocks anywhere; a flow of one month covers neither a quarter nor what has
    accumulated since January."""
    subject, known = _place(indicator, measure), plan.variables
    for given in measure.inputs.values():
        form = known[given.variable][0]
        if not form.periods():
            yield VARIABLE_REPORTED_BY_NOBODY.error(subject, indicator.source, variable=given.variable, form=form.id)
    taken = [known[i.variable] for i in measure.inputs.values() if not i.mean_of_years]
    series = [(form.periodicity, variable.kind) for form, variable in taken if form.kind == "series"]
    flows = dict.fromkeys(rhythm for rhythm, kind in series if kind is VariableKind.FLOW)
    cumulative = any(kind is VariableKind.CUMULATIVE for _, kind in series)
    if len(flows) > 1 or (cumulative and any(rhythm is not Periodicity.YEAR for rhythm in flows)):
        yield FLOWS_DO_NOT_MEET.warning(subject, indicator.source)


def years(plan: Plan, indicator: Indicator, measure: Measure) -> Iterator[PlanFinding]:
    """A mean of n years needs a form that is asked for at least n years."""
    for given in measure.inputs.values():
        form, wanted = plan.variables[given.variable][0], given.mean_of_years or 0
        closed = {p.year for p in form.periods() if p.number == p.periodicity.per_year}
        if len(closed) < wanted:
            yield YEARS_MISSING.error(_place(indicator, measure), indicator.source, variable=given.variable, wanted=wanted,
                                      form=form.id, years=len(closed))
