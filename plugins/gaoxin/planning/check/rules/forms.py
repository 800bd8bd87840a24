"""Rules on forms: what their checks and counts speak of must be of a kind that can be compared, dated or added."""

from collections.abc import Iterator

from gaoxin import measures
from gaoxin.plan.forms import FieldType, RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 130

CHECK_NOT_FOR_SERIES = of_plan("check_not_for_series", "error", ("检查只用于名录", "a check that is for registers"),
                               ("删去或改用别的检查", "drop or replace it"), "{kind} 只用于名录", "{kind} is for registers only")
CHECK_UNITS_DIFFER = of_plan(
    "check_units_differ", "error", ("检查的两边计量单位不能换算", "a check over units that do not convert"),
    ("改计量单位", "another unit"), "{part}（{unit}）与 {whole}（{other}）的计量单位不能换算",
    "{part} ({unit}) and {whole} ({other}) do not convert into each other", part=str, whole=str, other=str,
)
CHECK_KINDS_DIFFER = of_plan("check_kinds_differ", "warning", ("检查的两边统计类型不同", "a check over different kinds"),
                             ("改 kind 或删去检查", "mend kind, or drop it"), "{part} 是 {kind}，{whole} 是 {other}，比较无意义",
                             "{part} is a {kind} and {whole} a {other}: they do not compare", part=str, whole=str, other=str)
CHECK_WITHOUT_BOUND = of_plan("check_without_bound", "error", ("检查没有界限", "a check without a bound"),
                              ("写上 min 或 max", "give min or max"), "{kind} 没有写 min 或 max，什么也判断不了",
                              "{kind} has neither min nor max: it would judge nothing")
CODE_UNKNOWN = of_plan("code_unknown", "error", ("没有这个代码", "a code that the field does not have"),
                       ("改代码", "another code"), "{field} 没有代码 {code}；可用：{known}",
                       "{field} has no code {code}; it has {known}")
FIELD_TYPE_WRONG = of_plan("field_type_wrong", "error", ("字段类型不对", "a field of the wrong type"),
                           ("改字段类型或换字段", "another type or field"), "{field} 是 {type}，此处须为 {wanted}",
                           "{field} is of type {type}; here it must be {wanted}", wanted=str)
FORM_UNUSED = of_plan("form_unused", "info", ("没有指标用到的报表", "a form that no indicator uses"),
                      ("删去，或说明用途", "drop it, or say what it is for"), "没有指标用到{name}",
                      "no indicator takes anything from {name}")


def comparable(plan: Plan, form: SeriesForm) -> Iterator[PlanFinding]:
    """Parts and wholes of a series form are in units of measure that convert into each other."""
    yield from _unbounded(form)
    units = {v.id: v.unit for v in form.variables}
    kinds = {v.id: v.kind for v in form.variables}
    for check in form.checks:
        subject = f"forms.{form.id}.checks.{check.id}"
        if form.kind not in check.judged_in:
            yield CHECK_NOT_FOR_SERIES.error(subject, kind=check.kind)
        if form.kind not in check.judged_in or (compared := check.compared()) is None:
            continue
        whole, parts = compared
        for part in parts:
            if measures.dimension(units[part]) != measures.dimension(units[whole]):
                yield CHECK_UNITS_DIFFER.error(subject, part=part, unit=units[part], whole=whole, other=units[whole])
            if kinds[part] is not kinds[whole]:
                yield CHECK_KINDS_DIFFER.warning(subject, part=part, kind=kinds[part], whole=whole, other=kinds[whole])


def registers(plan: Plan, form: RegisterForm) -> Iterator[PlanFinding]:
    """Counts and checks of a register use fields of the right type, and codes that the field has."""
    fields = {f.id: f for f in form.fields}
    wanted: list[tuple[str, str, FieldType]] = []
    coded: list[tuple[str, str, tuple[str, ...]]] = []
    for count in form.counts:
        where = f"forms.{form.id}.counts.{count.id}"
        if count.valid:
            wanted.append((where, count.valid.since, FieldType.DATE))
        if count.sum:
            wanted.append((where, count.sum, FieldType.NUMBER))
        for name, codes in count.where.items():
            wanted.append((where, name, FieldType.CODE))
            coded.append((where, name, codes))
    for check in form.checks:
        where = f"forms.{form.id}.checks.{check.id}"
        wanted += [(where, name, FieldType(kind)) for name, kind in check.wanted().items()]
        coded += [(where, name, codes) for name, codes in check.coded().items()]
    for where, name, codes in coded:
        known = tuple(fields[name].codes or codes)  # one that has none is of the wrong type
        yield from (CODE_UNKNOWN.error(where, field=name, code=code, known=known) for code in codes if code not in known)
    for where, name, kind in wanted:
        if fields[name].type is not kind:
            yield FIELD_TYPE_WRONG.error(where, field=name, type=fields[name].type, wanted=kind)
    yield from _unbounded(form)
    for check in form.checks:
        whole, parts = check.compared() or ("", ())
        for part in parts:
            if not measures.convertible(unit := fields[part].unit or "", other := fields[whole].unit or ""):
                yield CHECK_UNITS_DIFFER.error(f"forms.{form.id}.checks.{check.id}", part=part, unit=unit or "—", whole=whole,
                                               other=other or "—")


def _unbounded(form: SeriesForm | RegisterForm) -> Iterator[PlanFinding]:
    for check in form.checks:
        if check.limits() == (None, None):
            yield CHECK_WITHOUT_BOUND.error(f"forms.{form.id}.checks.{check.id}", kind=check.kind)


def unused(plan: Plan) -> Iterator[PlanFinding]:
    """A form from which no indicator takes anything burdens its units for nothing that the plan says."""
    used = {i.variable for indicator in plan.indicators for m in indicator.measures for i in m.inputs.values()}
    for form in plan.forms:
        if used.isdisjoint(v.id for v in form.measured):
            yield FORM_UNUSED.info(form)
