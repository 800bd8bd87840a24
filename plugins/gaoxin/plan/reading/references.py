"""Whether every id that a plan mentions leads somewhere. Pure; returns all problems, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gaoxin.plan.base import WORDS
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.targets import AllOf, AnyOf, EachZone, Milestone, OfWhich, PlanShare, Target, Threshold, Tiers

Problem = tuple[str, str, str]  # where, such as `tasks.survey.lead`; what is wrong, in Chinese and in English

_MOST_TOLD = 12


def problems(plan: Plan) -> list[Problem]:
    return [*_twice(plan), *_dangling(plan), *_order(plan)]


def variables_of(plan: Plan) -> list[str]:
    """Ids of everything that a formula may use: series variables and register counts, in plan order."""
    return [v.id for f in plan.forms for v in f.measured]


def _twice(plan: Plan) -> Iterator[Problem]:
    groups = {
        "units": [u.id for u in plan.units],
        "phases": [p.id for p in plan.phases],
        "tasks": [t.id for t in plan.tasks],
        "indicators": [i.id for i in plan.indicators],
        "forms": [f.id for f in plan.forms],
        "choices": [c.id for c in plan.choices],
        "cadences": [c.id for c in plan.cadences],
        "stages": [s.id for s in plan.stages],
        "zones": [z.id for z in plan.zones],
        "tiers": [t.id for t in plan.tiers],
        "conditions": [c.id for c in plan.conditions],
        "references": [r.id for r in plan.references],
        "document.annexes": [a.id for a in plan.document.annexes],
        **{f"tasks.{t.id}.deliverables": [d.id for d in t.deliverables] for t in plan.tasks},
        **{f"forms.{f.id}.fields": [x.id for x in f.fields] for f in plan.forms if f.kind == "register"},
        **{f"forms.{f.id}.checks": [x.id for x in f.checks] for f in plan.forms},
    }
    for where, ids in groups.items():
        for at, name in enumerate(ids):
            if name in ids[:at]:
                first = ids.index(name)
                yield (
                    f"{where}.{at}.id", f"id 重复：{name}，与第 {first + 1} 项相同；改用另一个 id",
                    f"id occurs twice: {name}, as in item {first + 1}; give it another id",
                )
    yield from _variables_twice(plan)
    yield from _zones_and_tiers(plan)


def _zones_and_tiers(plan: Plan) -> Iterator[Problem]:
    """Zones and tiers share one space of names with `all`, since each_zone takes any of them."""
    zones = [z.id for z in plan.zones]
    for at, name in enumerate(zones):
        if name == "all":
            yield f"zones.{at}.id", "all 指各园区，不能作 id；换一个", "`all` means every zone: give it another id"
    for at, tier in enumerate(plan.tiers):
        if tier.id == "all" or tier.id in zones:
            yield (
                f"tiers.{at}.id", f"{tier.id} 已是园区的 id（all 指各园区）；换一个",
                f"{tier.id} is a zone's id (`all` means every zone): give it another one",
            )


def _variables_twice(plan: Plan) -> Iterator[Problem]:
    """Variables and counts share one space of names over all forms, since a formula names them without their form."""
    first: dict[str, str] = {}
    for form in plan.forms:
        field = "variables" if form.kind == "series" else "counts"
        for at, item in enumerate(form.measured):
            if item.id in first:
                yield (
                    f"forms.{form.id}.{field}.{at}.id", f"id 重复：{item.id}，报表 {first[item.id]} 中已有；改用另一个 id",
                    f"id occurs twice: {item.id}, also in form {first[item.id]}; give it another id",
                )
            first.setdefault(item.id, form.id)


def _dangling(plan: Plan) -> Iterator[Problem]:
    known = {
        "unit": [u.id for u in plan.units],
        "phase": [p.id for p in plan.phases],
        "task": [t.id for t in plan.tasks],
        "indicator": [i.id for i in plan.indicators],
        "form": [f.id for f in plan.forms],
        "choice": [c.id for c in plan.choices],
        "variable": variables_of(plan),
        "stage": [s.id for s in plan.stages],
        "zone": [z.id for z in plan.zones],
        "tier": [t.id for t in plan.tiers],
        "zones": ["all", *(x.id for x in (*plan.zones, *plan.tiers))],
        "reference": [r.id for r in plan.references],
        "item": [x.id for x in (*plan.indicators, *plan.tasks)],
    }
    for kind, name, where in _mentions(plan):
        if name not in known[kind]:
            zh, en = _meant(name, known[kind])
            yield where, f"没有{WORDS[kind]} {name!r}{zh}", f"no {kind} {name!r}{en}"
    for form in plan.forms:
        inside = [x.id for x in form.asked]
        for name, where in _mentions_inside(form):
            if name not in inside:
                zh, en = _meant(name, inside)
                yield where, f"本表没有 {name!r}{zh}", f"{name!r} is not in this form{en}"


def _meant(name: str, known: list[str]) -> tuple[str, str]:
    """What may have been meant: the nearest known id, or else those there are."""
    if near := get_close_matches(name, known, n=1):
        return f"，是否为 {near[0]}", f", did you mean {near[0]}"
    if not known:
        return "；方案中一个也没有", "; the plan has none"
    more_zh, more_en = (f" 等 {len(known)} 个", f" and {len(known) - _MOST_TOLD} more") if len(known) > _MOST_TOLD else ("", "")
    told = known[:_MOST_TOLD]
    return f"；可用：{'、'.join(told)}{more_zh}", f"; known: {', '.join(told)}{more_en}"


def _each(kind: str, names: tuple[str, ...], where: str) -> Iterator[tuple[str, str, str]]:
    """The mentions of a list, each at its own position."""
    yield from ((kind, name, f"{where}.{at}") for at, name in enumerate(names))


def _mentions(plan: Plan) -> Iterator[tuple[str, str, str]]:
    yield "unit", plan.document.issuer, "document.issuer"
    yield from _of_offices(plan)
    for z in (plan.zone, *plan.zones):
        where = "zone" if z is plan.zone else f"zones.{z.id}"
        if z.committee:
            yield "unit", z.committee, f"{where}.committee"
        if z.tier:
            yield "tier", z.tier, f"{where}.tier"
    for p in plan.phases:
        if p.stage:
            yield "stage", p.stage, f"phases.{p.id}.stage"
        yield from _each("phase", p.after, f"phases.{p.id}.after")
        for c in p.gate.criteria:
            yield from ((kind, name, f"phases.{p.id}.gate.criteria.{c.id}.{at}") for kind, name, at in c.mentions())
    for t in plan.tasks:
        yield from _people(t, f"tasks.{t.id}")
        if t.phase:
            yield "phase", t.phase, f"tasks.{t.id}.phase"
    for i in plan.indicators:
        yield from _of_indicator(i)
    for c in plan.conditions:
        if c.indicator:
            yield "indicator", c.indicator, f"conditions.{c.id}.indicator"
    for r in plan.references:
        if r.variable:
            yield "variable", r.variable, f"references.{r.id}.variable"
    for f in plan.forms:
        yield from _each("unit", f.units, f"forms.{f.id}.units")


def _people(item, where: str) -> Iterator[tuple[str, str, str]]:
    if item.lead:
        yield "unit", item.lead, f"{where}.lead"
    yield from _each("unit", item.co_leads, f"{where}.co_leads")
    yield from _each("unit", item.responsible, f"{where}.responsible")


def _of_indicator(i: Indicator) -> Iterator[tuple[str, str, str]]:
    where = f"indicators.{i.id}"
    yield from _people(i, where)
    yield from (("unit", q.unit, f"{where}.quotas.{at}.unit") for at, q in enumerate(i.quotas))
    for m in i.measures:
        inputs = f"{where}.measures.{m.id}.inputs"
        yield from (("variable", x.variable, f"{inputs}.{name}.variable") for name, x in m.inputs.items())
    yield from (("zone", s.zone, f"{where}.stated.{at}.zone") for at, s in enumerate(i.stated) if s.zone)
    for at, statement in enumerate(i.targets):
        yield from _of_target(statement.target, f"{where}.targets.{at}.target")


def _of_target(target: Target, where: str) -> Iterator[tuple[str, str, str]]:
    """What a target mentions, each at its own place."""
    match target:
        case Threshold():
            if target.zone:
                yield "zone", target.zone, f"{where}.zone"
            if target.against:
                yield "reference", target.against, f"{where}.against"
        case EachZone():
            yield from _each("zones", target.each_zone, f"{where}.each_zone")
        case Tiers():
            for at, one in enumerate(target.tiers):
                yield from _each("zone", one.named, f"{where}.tiers.{at}.named")
        case PlanShare():
            kind = {"indicators": "indicator", "tasks": "task", "all": "item"}[target.plan_share]
            yield from _each(kind, target.only or (), f"{where}.only")
        case Milestone():
            yield "task", target.milestone, f"{where}.milestone"
    for step, part in _within(target):
        yield from _of_target(part, f"{where}.{step}")


def _within(target: Target) -> Iterator[tuple[str, Target]]:
    """The parts of a composite target, each with the way that leads to it."""
    match target:
        case AnyOf(any_of=inner):
            yield from ((f"any_of.{at}", part) for at, part in enumerate(inner))
        case AllOf(all_of=inner):
            yield from ((f"all_of.{at}", part) for at, part in enumerate(inner))
        case OfWhich(whole=whole, of_which=inner):
            yield "whole", whole
            yield from ((f"of_which.{at}", part) for at, part in enumerate(inner))
        case EachZone(target=inner):
            yield "target", inner


def _of_offices(plan: Plan) -> Iterator[tuple[str, str, str]]:
    g = plan.governance
    for role in ("leading_group", "office", "supervision", "assessment", "consent"):
        if name := getattr(g, role):
            yield "unit", name, f"governance.{role}"
    yield from _each("unit", g.office_staff, "governance.office_staff")
    yield from (("unit", p.unit, f"governance.powers.{at}.unit") for at, p in enumerate(g.powers))
    for unit in plan.units:
        yield from _each("unit", unit.members, f"units.{unit.id}.members")
    if plan.defaults:
        yield from _each("unit", plan.defaults.responsible, "defaults.responsible")
    for c in plan.cadences:
        yield "unit", c.who, f"cadences.{c.id}.who"
        if c.choice:
            yield "choice", c.choice, f"cadences.{c.id}.choice"
    if plan.reminders.choice:
        yield "choice", plan.reminders.choice, "reminders.choice"
    if plan.rhythm.choice:
        yield "choice", plan.rhythm.choice, "rhythm.choice"
    yield from (("unit", c.decided_by, f"choices.{c.id}.decided_by") for c in plan.choices)


def _mentions_inside(form) -> Iterator[tuple[str, str]]:
    where = f"forms.{form.id}"
    for c in form.checks:
        yield from ((n, f"{where}.checks.{c.id}") for n in c.items())
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
                zh, en = f"{name} 须排在它前面", f"{name} must stand before it"
                yield f"phases.{phase.id}.after.{phase.after.index(name)}", zh, en
        seen.add(phase.id)
