"""Rules on forms: what their checks and counts speak of must be of a kind that can be compared, dated or added."""

from __future__ import annotations

from collections.abc import Iterator

from gaoxin import measures
from gaoxin.plan.forms import FieldType, RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, error, info, warning


def comparable(plan: Plan) -> Iterator[PlanFinding]:
    """Parts and wholes of a series form are in units of measure that convert into each other."""
    for form in plan.forms:
        if isinstance(form, SeriesForm):
            yield from _comparable(form)


def _comparable(form: SeriesForm) -> Iterator[PlanFinding]:
    units = {v.id: v.unit for v in form.variables}
    kinds = {v.id: v.kind for v in form.variables}
    for check in form.checks:
        subject = f"forms.{form.id}.checks.{check.id}"
        if form.kind not in check.judged_in:
            yield error("check_not_for_series", subject, f"{check.kind} 只用于名录", f"{check.kind} is for registers only")
        if form.kind not in check.judged_in or (compared := check.compared()) is None:
            continue
        whole, parts = compared
        for part in parts:
            if measures.dimension(units[part]) != measures.dimension(units[whole]):
                yield error(
                    "check_units_differ", subject, f"{part}（{units[part]}）与 {whole}（{units[whole]}）的计量单位不能换算",
                    f"{part} ({units[part]}) and {whole} ({units[whole]}) do not convert into each other",
                )
            if kinds[part] is not kinds[whole]:
                yield warning(
                    "check_kinds_differ", subject, f"{part} 是 {kinds[part]}，{whole} 是 {kinds[whole]}，比较无意义",
                    f"{part} is a {kinds[part]} and {whole} a {kinds[whole]}: they do not compare",
                )


def registers(plan: Plan) -> Iterator[PlanFinding]:
    """Counts and checks of a register use fields of the right type, and codes that the field has."""
    for form in plan.forms:
        if isinstance(form, RegisterForm):
            yield from _register(form)


def _register(form: RegisterForm) -> Iterator[PlanFinding]:
    fields = {f.id: f for f in form.fields}
    wanted: list[tuple[str, str, FieldType]] = []
    for count in form.counts:
        where = f"forms.{form.id}.counts.{count.id}"
        if count.valid:
            wanted.append((where, count.valid.since, FieldType.DATE))
        if count.sum:
            wanted.append((where, count.sum, FieldType.NUMBER))
        for name, codes in count.where.items():
            wanted.append((where, name, FieldType.CODE))
            for code in codes:
                if fields[name].codes and code not in fields[name].codes:
                    have = "、".join(fields[name].codes)
                    yield error(
                        "code_unknown", where, f"{name} 没有代码 {code}；可用：{have}",
                        f"{name} has no code {code}; it has {', '.join(fields[name].codes)}",
                    )
    for check in form.checks:
        where = f"forms.{form.id}.checks.{check.id}"
        wanted += [(where, name, FieldType(check.wants)) for name in check.items()]
    for where, name, kind in wanted:
        if fields[name].type is not kind:
            yield error(
                "field_type_wrong", where, f"{name} 是 {fields[name].type}，此处须为 {kind}",
                f"{name} is of type {fields[name].type}; here it must be {kind}",
            )


def unused(plan: Plan) -> Iterator[PlanFinding]:
    """A form from which no indicator takes anything burdens its units for nothing that the plan says."""
    used = {i.variable for indicator in plan.indicators for m in indicator.measures for i in m.inputs.values()}
    for form in plan.forms:
        ids = {v.id for v in form.measured}
        if not ids & used:
            yield info(
                "form_unused", f"forms.{form.id}", f"没有指标用到{form.name.zh}",
                f"no indicator takes anything from {form.name.to('en')}",
            )


RULES = (comparable, registers, unused)
