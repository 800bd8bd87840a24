"""Rules on who does what: office and leads, names and groups, shared powers, approvers, rhythms that nobody set."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from gaoxin.plan.base import Label, Source
from gaoxin.plan.model import Plan, Unit, UnitKind
from gaoxin.planning.check.findings import PlanFinding, info, listed, warning
from gaoxin.planning.check.rules_twins import plain_name
from gaoxin.planning.check.unit_names import look_alike, names_nobody, short_form


def office(plan: Plan) -> Iterator[PlanFinding]:
    """Who sits in the office has something to do, and who leads sits in the office."""
    g = plan.governance
    leads, groups = _leads(plan), {u.id: u for u in plan.units if u.members}
    working = set(leads) | _workers(plan) | {u for f in plan.forms for u in f.units} | _roles(plan)
    working |= {c.who for c in plan.cadences} | {p.unit for p in g.powers}
    busy = working | {m for u in working if u in groups for m in groups[u].members if u not in (g.leading_group, g.office)}
    # Where the document names no office the issuer stands in for it, and is not there to be given work.
    own = groups[g.office].members if g.office in groups and g.office not in (g.leading_group, plan.document.issuer) else ()
    staff = dict.fromkeys((*g.office_staff, *own))
    for unit in staff:
        if unit not in busy:
            yield warning(
                "office_unit_idle", f"units.{unit}", f"{plan.unit(unit).name.zh}在办公室，但没有指标、任务或报表",
                f"{plan.unit(unit).name.to('en')} sits in the office and has no indicator, task or form",
                (g.source, plan.unit(unit).source),
                (f"给{plan.unit(unit).name.zh}分配任务，还是不列入办公室",
                 f"whether {plan.unit(unit).name.to('en')} gets a task or leaves the office"),
            )
    if not staff:
        return
    inside = {*staff, *(m for u in staff if u in groups for m in groups[u].members)}
    for unit, sources in leads.items():
        if unit not in inside and unit not in _roles(plan) and not set(plan.unit(unit).members) & inside:
            name = plan.unit(unit).name
            yield info(
                "lead_not_in_office", f"units.{unit}", f"{name.zh}牵头，但不在办公室",
                f"{name.to('en')} leads and does not sit in the office", (g.source, *sources),
                (f"{name.zh}是否进办公室，或由谁与它联络",
                 f"whether {name.to('en')} joins the office, or who keeps contact with it"),
            )


def idle(plan: Plan) -> Iterator[PlanFinding]:
    """A unit that the plan lists and nowhere mentions."""
    busy = set(_leads(plan)) | _workers(plan) | {u for f in plan.forms for u in f.units} | _roles(plan)
    busy |= set(plan.governance.office_staff) | {c.who for c in plan.cadences} | {c.decided_by for c in plan.choices}
    busy |= {p.unit for p in plan.governance.powers} | {z.committee for z in (plan.zone, *plan.zones) if z.committee}
    busy |= {m for u in plan.units for m in u.members} | (set(plan.defaults.responsible) if plan.defaults else set())
    for unit in plan.units:
        if unit.id not in busy:
            yield info(
                "unit_unused", f"units.{unit.id}", f"方案没有给{unit.name.zh}任何事",
                f"the plan gives {unit.name.to('en')} nothing to do",
            )


def approvers(plan: Plan) -> Iterator[PlanFinding]:
    """Nobody approves a figure that they submitted."""
    for phase in plan.phases:
        for criterion in phase.gate.approvals:
            own = [f.name for f in plan.forms if criterion.by in f.units]
            if own:
                yield warning(
                    "approver_reports", f"phases.{phase.id}.gate.criteria.{criterion.id}",
                    f"{plan.unit(criterion.by).name.zh}既报送又审批：{'、'.join(n.zh for n in own)}",
                    f"{plan.unit(criterion.by).name.to('en')} approves figures that it reports: "
                    f"{', '.join(n.to('en') for n in own)}", (phase.source,),
                )


def cadences(plan: Plan) -> Iterator[PlanFinding]:
    """A rhythm that the document does not set and the office chose."""
    reasons = {c.id: c for c in plan.choices}
    for cadence in plan.cadences:
        if cadence.choice:
            choice = reasons[cadence.choice]
            yield info(
                "cadence_by_choice", f"cadences.{cadence.id}",
                f"{cadence.name.zh}的频率文件未定，由{plan.unit(choice.decided_by).name.zh}决定：{choice.decision.zh}",
                f"the document sets no rhythm for {cadence.name.to('en')}; "
                f"{plan.unit(choice.decided_by).name.to('en')} decided: {choice.decision.to('en')}", choice.sources,
                (f"{cadence.name.zh}的频率", f"the rhythm of {cadence.name.to('en')}"), choice.id,
            )
    if (plan.forms or plan.indicators) and not plan.cadences:
        yield warning(
            "cadence_missing", "cadences", "有指标或报表，而没有任何调度、报送或通报的频率，也没有说由谁确定",
            "there are indicators or forms, and no rhythm of reporting or supervision, nor who sets it",
            (plan.governance.source,),
            ("多久调度、报送、通报一次，由谁负责", "how often is reported and supervised, and by whom"),
        )


def two_names(plan: Plan) -> Iterator[PlanFinding]:
    """The document itself calls a unit by two names, or the plan lists two units that seem to be one."""
    for unit in plan.units:
        said = [a for a in unit.aliases if a.source and a.name != unit.name.zh]
        if said:
            zh = "；".join(f"{a.source.place} 称“{a.name}”" for a in said)
            en = "; ".join(f"{a.source.place} says “{a.name}”" for a in said)
            short = all(short_form(a.name, unit.name.zh) for a in said)
            # 有关部门 and 各有关单位 are ways of speaking, not names.
            found = info if short or (unit.open_ended and unit.id not in _roles(plan)) else warning
            yield found(
                "unit_two_names", f"units.{unit.id}", f"{unit.name.zh}在文件里有不同叫法：{zh}",
                f"{unit.name.to('en')} ({unit.name.zh}) bears different names in the document: {en}",
                (unit.source, *(a.source for a in said)),
                (f"确认是同一单位，统一称“{unit.name.zh}”", f"that it is one unit, called {unit.name.zh} throughout"),
            )
    sources = _places(plan)
    for one, other in combinations(plan.units, 2):
        if UnitKind.GROUP in (one.kind, other.kind) and one.kind is not other.kind:
            continue
        alike = next(
            ((a, b) for a in _names(one) for b in _names(other) if look_alike(a, b)), None
        )
        if alike:
            same = alike[0] == alike[1]
            zh = f"都叫“{alike[0]}”" if same else f"像是同一单位（{alike[0]}、{alike[1]}）"
            en = f"are both called {alike[0]}" if same else f"seem to be one unit ({alike[0]}, {alike[1]})"
            yield warning(
                "units_look_alike", f"units.{other.id}", f"{one.name.zh}和{other.name.zh}{zh}",
                f"{one.name.zh} and {other.name.zh} {en}",
                (*sources.get(one.id, ())[:1], *sources.get(other.id, ())[:1]),
                (f"是同一单位则合并（另一个名称写进 aliases），不是则写明区别：{one.id}、{other.id}",
                 f"if they are one, one of them becomes an alias; if not, how they differ: {one.id}, {other.id}"),
            )


def _names(unit: Unit) -> tuple[str, ...]:
    return unit.name.zh, *(a.name for a in unit.aliases)


def _places(plan: Plan) -> dict[str, list[Source]]:
    """Unit -> the places that name it: its own, else the rows that it leads or shares in."""
    found: dict[str, list[Source]] = {u.id: [u.source] for u in plan.units if u.source}
    for item in (*plan.indicators, *plan.tasks):
        for unit in (*item.leads, *item.responsible):
            found.setdefault(unit, []).append(item.source)
    return found


def groups(plan: Plan) -> Iterator[PlanFinding]:
    """A group that has work is somebody: its members are named. A leading group without members is to be known."""
    g = plan.governance
    places = _places(plan)
    shared = set(plan.defaults.responsible) if plan.defaults else set()
    working = set(_leads(plan)) | _workers(plan) | {u for f in plan.forms for u in f.units} | shared
    for unit in plan.units:
        members = (*unit.members, *(g.office_staff if unit.id == g.office else ()))
        unnamed = unit.open_ended or names_nobody(unit.name.zh)
        if (unit.kind is not UnitKind.GROUP and not unnamed) or (members and not unit.open_ended):
            continue
        works, role = unit.id in working, unit.id in (g.leading_group, g.office, g.supervision, g.assessment, g.consent)
        if not (works or role):
            continue
        # A group that works only because the document names the office for it is reached through the office.
        found = warning if works and not members and unit.id not in (g.office, g.leading_group) else info
        sources = (unit.source, *places.get(unit.id, [])[:3], *((g.source,) if role else ()))
        if unit.open_ended and members:
            named = {lang: listed((plan.unit(m).name.to(lang) for m in members), lang) for lang in ("zh", "en")}
            yield info(
                "group_without_members", f"units.{unit.id}", f"{unit.name.zh}没有列全（文件用“等”或“有关”）：已列 {named['zh']}",
                f"{unit.name.to('en')} is not listed in full (“and others”): named are {named['en']}", sources,
                (f"{unit.name.zh}还包括哪些单位", f"which units {unit.name.to('en')} further includes"),
            )
            continue
        open_zh = "（文件只说“有关”或“各”）" if unnamed else ""
        open_en = " (the document says “the units concerned”)" if unnamed else ""
        yield found(
            "group_without_members", f"units.{unit.id}", f"{unit.name.zh}有任务而没有列出成员{open_zh}，找不到人负责" if works
            else f"{unit.name.zh}没有列出成员单位{open_zh}",
            f"{unit.name.to('en')} has work and no members are named{open_en}: nobody can be asked" if works
            else f"no members of {unit.name.to('en')} are named{open_en}", sources,
            (f"{unit.name.zh}由哪些单位组成", f"which units make up {unit.name.to('en')}"),
        )


def powers(plan: Plan) -> Iterator[PlanFinding]:
    """One power lies with one unit. A power is known by its id, or by its name where another id was given to it."""
    held: dict[str, list] = {}
    named: dict[str, str] = {}
    for power in plan.governance.powers:
        name = named.setdefault(plain_name(power.name.zh), power.power)
        held.setdefault(power.power if power.power in held else name, []).append(power)
    for name, given in held.items():
        units = list(dict.fromkeys(p.unit for p in given))
        if len(units) > 1:
            told = [(p.source, plan.unit(p.unit).name) for p in given]
            yield _shared(name, given[0].name, told, [plan.unit(u).name for u in units])
    yield from _roles_and_powers(plan, held)


def _roles_and_powers(plan: Plan, held: dict[str, list]) -> Iterator[PlanFinding]:
    """The unit of a role, and another one that is given the power of the same name."""
    g = plan.governance
    for role in ("supervision", "assessment", "consent"):
        unit, given = getattr(g, role), held.get(role, [])
        if unit and given and unit not in {p.unit for p in given}:
            told = [(g.source, plan.unit(unit).name), *((p.source, plan.unit(p.unit).name) for p in given)]
            yield _shared(role, given[0].name, told, list(dict.fromkeys(name for _, name in told)))


def _shared(power: str, name: Label, told: list[tuple[Source, Label]], units: list[Label]) -> PlanFinding:
    zh = "；".join(f"{source.place} 给{unit.zh}" for source, unit in told)
    en = "; ".join(f"{source.place} gives it to {unit.to('en')}" for source, unit in told)
    return warning(
        "power_shared", f"governance.powers.{power}", f"{name.zh}给了 {len(units)} 个单位：{zh}",
        f"{name.to('en')} is given to {len(units)} units: {en}", (source for source, _ in told),
        (f"{name.zh}归谁：{'，还是 '.join(n.zh for n in units)}，或怎样分工",
         f"whose {name.to('en')} is: {', or '.join(n.to('en') for n in units)}, or how they share it"),
    )


def _leads(plan: Plan) -> dict[str, list]:
    """Unit -> sources of what it leads, in plan order."""
    found: dict[str, list] = {}
    for item in (*plan.indicators, *plan.tasks):
        for unit in item.leads:
            found.setdefault(unit, []).append(item.source)
    return found


def _workers(plan: Plan) -> set[str]:
    return {u for item in (*plan.indicators, *plan.tasks) for u in plan.responsible(item)} | {
        q.unit for i in plan.indicators for q in i.quotas
    }


def _roles(plan: Plan) -> set[str]:
    g = plan.governance
    named = (plan.document.issuer, g.leading_group, g.office, g.supervision, g.assessment, g.consent)
    approving = (c.by for p in plan.phases for c in p.gate.approvals)
    return {u for u in (*named, *approving) if u}


RULES = (office, idle, approvers, cadences, two_names, groups, powers)
