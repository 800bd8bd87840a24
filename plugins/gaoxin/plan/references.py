"""Whether every id that a plan mentions leads somewhere. Pure; returns all problems, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # model calls this module from its own validator
    from gaoxin.plan.model import Plan


Problem = tuple[str, str, str]  # where, such as `tasks.survey`; what is wrong, in Chinese and in English


class ReferenceProblems(ValueError):
    """All broken references of a plan at once, for the loader, which leads each back to its line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("；".join(f"{where}: {zh} / {en}" for where, zh, en in problems))


def problems(plan: Plan) -> list[Problem]:
    return [*_twice(plan), *_dangling(plan), *_order(plan)]


def variables_of(plan: Plan) -> list[str]:
    """Ids of everything that a formula may use: series variables and register counts, in plan order."""
    return [v.id for f in plan.forms for v in (f.variables if f.kind == "series" else f.counts)]


def _twice(plan: Plan) -> Iterator[Problem]:
    groups = {
        "units": [u.id for u in plan.units],
        "phases": [p.id for p in plan.phases],
        "tasks": [t.id for t in plan.tasks],
        "indicators": [i.id for i in plan.indicators],
        "forms": [f.id for f in plan.forms],
        "choices": [c.id for c in plan.choices],
        "cadences": [c.id for c in plan.cadences],
        "variables": variables_of(plan),
        **{f"forms.{f.id}.fields": [x.id for x in f.fields] for f in plan.forms if f.kind == "register"},
        **{f"forms.{f.id}.checks": [x.id for x in f.checks] for f in plan.forms},
    }
    for where, ids in groups.items():
        for name in sorted(i for i, n in Counter(ids).items() if n > 1):
            yield where, f"id 重复：{name}", f"id occurs twice: {name}"


def _dangling(plan: Plan) -> Iterator[Problem]:
    known = {
        "unit": [u.id for u in plan.units],
        "phase": [p.id for p in plan.phases],
        "task": [t.id for t in plan.tasks],
        "indicator": [i.id for i in plan.indicators],
        "form": [f.id for f in plan.forms],
        "choice": [c.id for c in plan.choices],
        "variable": variables_of(plan),
    }
    for kind, name, where in _mentions(plan):
        if name not in known[kind]:
            near = get_close_matches(name, known[kind], n=1)
            zh, en = (f"，是否为 {near[0]}", f", did you mean {near[0]}") if near else ("", "")
            yield where, f"没有 {kind} {name!r}{zh}", f"no {kind} {name!r}{en}"
    for form in plan.forms:
        inside = [x.id for x in (form.variables if form.kind == "series" else form.fields)]
        for name, where in _mentions_inside(form):
            if name not in inside:
                yield where, f"本表没有 {name!r}", f"{name!r} is not in this form"


def _mentions(plan: Plan) -> Iterator[tuple[str, str, str]]:
    g = plan.governance
    yield "unit", plan.document.issuer, "document.issuer"
    for role in ("leading_group", "office", "supervision", "assessment", "consent"):
        if name := getattr(g, role):
            yield "unit", name, f"governance.{role}"
    yield from (("unit", u, "governance.office_staff") for u in g.office_staff)
    for p in plan.phases:
        yield from (("phase", a, f"phases.{p.id}.after") for a in p.after)
        for c in p.gate.criteria:
            where = f"phases.{p.id}.gate.criteria.{c.id}"
            yield from (("form", f, where) for f in getattr(c, "forms", None) or ())
            yield from (("task", t, where) for t in getattr(c, "tasks", None) or ())
            yield from (("indicator", i, where) for i in getattr(c, "indicators", None) or ())
            if c.kind == "approval":
                yield "unit", c.by, where
            if c.kind == "targets_met" and c.choice:
                yield "choice", c.choice, where
    for t in plan.tasks:
        yield from (("unit", u, f"tasks.{t.id}") for u in (t.lead, *t.responsible))
        if t.phase:
            yield "phase", t.phase, f"tasks.{t.id}.phase"
    for i in plan.indicators:
        yield from (("unit", u, f"indicators.{i.id}") for u in (i.lead, *i.responsible, *(q.unit for q in i.quotas)))
        for m in i.measures:
            yield from (("variable", x.variable, f"indicators.{i.id}.measures.{m.id}") for x in m.inputs.values())
    for f in plan.forms:
        yield from (("unit", u, f"forms.{f.id}.units") for u in f.units)
    for c in plan.cadences:
        yield "unit", c.who, f"cadences.{c.id}"
        if c.choice:
            yield "choice", c.choice, f"cadences.{c.id}"
    if plan.reminders.choice:
        yield "choice", plan.reminders.choice, "reminders"
    yield from (("unit", c.decided_by, f"choices.{c.id}") for c in plan.choices)


def _mentions_inside(form) -> Iterator[tuple[str, str]]:
    where = f"forms.{form.id}"
    for c in form.checks:
        match c.kind:
            case "part_of":
                names = (c.part, c.whole)
            case "sum_of":
                names = (c.total, *c.parts)
            case "ratio_between":
                names = (c.numerator, c.denominator)
            case _:
                names = (c.earlier, c.later)
        yield from ((n, f"{where}.checks.{c.id}") for n in names)
    if form.kind == "register":
        yield from ((k, f"{where}.key") for k in form.key)
        for count in form.counts:
            names = [*count.where, *(x for x in (count.distinct, count.sum, count.valid and count.valid.since) if x)]
            yield from ((n, f"{where}.counts.{count.id}") for n in names)


def _order(plan: Plan) -> Iterator[Problem]:
    """A phase is released only by phases that stand before it: so the schedule has no circle."""
    seen: set[str] = set()
    for phase in plan.phases:
        for name in phase.after:
            if name not in seen and any(p.id == name for p in plan.phases):
                yield f"phases.{phase.id}.after", f"{name} 须排在它前面", f"{name} must stand before it"
        seen.add(phase.id)
