"""Rules on who does what: office and leads, names and groups, shared powers, approvers, rhythms that nobody set."""

from collections.abc import Iterator
from itertools import combinations

from gaoxin.i18n import Worded
from gaoxin.plan.base import Source
from gaoxin.plan.cadences import duties, repeats
from gaoxin.plan.model import Phase, Plan, Unit
from gaoxin.plan.offices import Power
from gaoxin.planning.check.findings import PlanFinding, listed, of_document, of_plan, phrase
from gaoxin.planning.check.terms import plain_name
from gaoxin.planning.check.unit_names import look_alike, names_nobody, short_form
from gaoxin.returns.schedule import rounds

PLACE = 140

LEAD_NOT_IN_OFFICE = of_document(
    "lead_not_in_office", "info", ("牵头单位不在办公室", "a lead that is not in the office"),
    ("是否进办公室", "whether it joins the office"), "{unit}牵头，但不在办公室", "{unit} leads and does not sit in the office",
    ("{unit}是否进办公室，或由谁与它联络", "whether {unit} joins the office, or who keeps contact with it"), unit=Worded,
)
OFFICE_UNIT_IDLE = of_document(
    "office_unit_idle", "warning", ("办公室成员无事可做", "in the office with nothing to do"),
    ("分配任务还是不列入", "whether it gets a task or leaves"), "{unit}在办公室，但没有指标、任务或报表",
    "{unit} sits in the office and has no indicator, task or form",
    ("给{unit}分配任务，还是不列入办公室", "whether {unit} gets a task or leaves the office"), unit=Worded,
)
UNIT_UNUSED = of_plan("unit_unused", "info", ("方案没有用到的单位", "a unit that the plan never uses"),
                      ("删去，或给它任务", "drop it, or give it a task"), "方案没有给{unit}任何事",
                      "the plan gives {unit} nothing to do", unit=Worded)
UNIT_TWO_NAMES = of_document(
    "unit_two_names", "warning info", ("一个单位有不同叫法", "a unit under two names"), ("统一用哪个名称", "which name is used"),
    "{unit}在文件里有不同叫法：{said:;}", "{unit} ({id}) bears different names in the document: {said:;}",
    ("确认是同一单位，统一称“{name}”", "that it is one unit, called {name} throughout"), unit=Worded, id=str, said=tuple, name=str
)
_ALIKE_ASK = (
    "是同一单位则合并（另一个名称写进 aliases），不是则写明区别：{one_id}、{other_id}",
    "if they are one, one of them becomes an alias; if not, how they differ: {one_id}, {other_id}",
)
UNITS_LOOK_ALIKE = of_document("units_look_alike", "warning", ("两个单位像是同一个", "two units that seem to be one"),
                               ("是否同一单位", "whether they are one"), "{one}和{other}像是同一单位（{a}、{b}）",
                               "{one} and {other} seem to be one unit ({a}, {b})", _ALIKE_ASK, one=str, other=str)
_BOTH_CALLED = UNITS_LOOK_ALIKE.saying("same", "{one}和{other}都叫“{name}”", "{one} and {other} are both called {name}",
                                       _ALIKE_ASK, one=str, other=str, name=str)
GROUP_WITHOUT_MEMBERS = of_document(
    "group_without_members", "warning info", ("组或“有关单位”没有列出成员", "a group without members"),
    ("由哪些单位组成", "which units make it up"), "{unit}有任务而没有列出成员{unnamed}，找不到人负责",
    "{unit} has work and no members are named{unnamed}: nobody can be asked",
    ("{unit}由哪些单位组成", "which units make up {unit}"), unit=Worded,
)
POWER_SHARED = of_document(
    "power_shared", "warning", ("同一职权给了几个单位", "two units given the same power"), ("归谁，或怎样分工", "whose it is"),
    "{power}给了 {n} 个单位：{given:;}", "{power} is given to {n} units: {given:;}",
    ("{power}归谁：{units:or}，或怎样分工", "whose {power} is: {units:or}, or how they share it"), given=tuple,
)
APPROVER_REPORTS = of_plan("approver_reports", "warning", ("审批单位自己报送", "an approver that reports itself"),
                           ("改由别的单位审批或报送", "another unit approves, or reports"), "{unit}既报送又审批：{forms}",
                           "{unit} approves figures that it reports: {forms}", unit=Worded)
NOBODY_CONSENTS = of_plan("nobody_consents", "error", ("没有单位可以审批", "nobody may consent"),
                          ("改由不报送数据的单位审批，或写明代为审批的单位（deputies）",
                           "let a unit consent that reports nothing, or name a deputy"),
                          "{units:and}在关口之前都要报送数据，报送过的不得审批，关口不可能通过",
                          "{units:and} report figures before the gate, and who reported may not consent: it never passes",
                          units=tuple)
WAIVER_REPORTS = of_plan("waiver_reports", "warning", ("豁免单位自己报送", "a unit that may waive what it reports"),
                         ("改由别的单位豁免", "another unit waives"), "{unit}可以豁免这一条件，而自己报送{forms}",
                         "{unit} may waive this and reports {forms} itself", unit=Worded)
NOBODY_REVIEWS = of_plan("nobody_reviews", "warning", ("没有单位审核其说明", "nobody reviews what a unit explains"),
                         ("在 governance 中写明督查单位或领导小组", "governance names supervision or a leading group"),
                         "{unit}报送{forms}，警告的说明没有别的单位可审核，有警告即不能通过",
                         "{unit} reports {forms}, and no other unit reviews what it explains: a warning holds the gate for ever",
                         unit=Worded)
CADENCE_BY_CHOICE = of_document("cadence_by_choice", "info", ("频率由办公室自定", "a rhythm that the office set"),
                                ("多久一次", "how often"), "{name}的频率文件未定，由{unit}决定：{decision}",
                                "the document sets no rhythm for {name}; {unit} decided: {decision}",
                                ("{name}的频率", "the rhythm of {name}"), unit=Worded)
CADENCE_MISSING = of_document("cadence_missing", "warning", ("没有任何频率", "no rhythm at all"),
                              ("多久一次，由谁负责", "how often, and by whom"),
                              "有指标或报表，而没有任何调度、报送或通报的频率，也没有说由谁确定",
                              "there are indicators or forms, and no rhythm of reporting or supervision, nor who sets it",
                              ("多久调度、报送、通报一次，由谁负责", "how often is reported and supervised, and by whom"))

_SAYS = phrase("unit_two_names.says", "{place} 称“{name}”", "{place} says “{name}”", name=str)
_OPEN_ENDED = GROUP_WITHOUT_MEMBERS.saying("open_ended", "{unit}没有列全（文件用“等”或“有关”）：已列 {members}",
                                           "{unit} is not listed in full (“and others”): named are {members}",
                                           ("{unit}还包括哪些单位", "which units {unit} further includes"), unit=Worded)
_EMPTY = GROUP_WITHOUT_MEMBERS.saying("role", "{unit}没有列出成员单位{unnamed}", "no members of {unit} are named{unnamed}",
                                      ("{unit}由哪些单位组成", "which units make up {unit}"), unit=Worded)
_UNNAMED = phrase("group_without_members.unnamed", "（文件只说“有关”或“各”）", " (the document says “the units concerned”)")
_GIVEN = phrase("power_shared.given", "{place} 给{unit}", "{place} gives it to {unit}", unit=Worded)


CADENCE_DAY_BY_DEFAULT = of_document(
    "cadence_day_by_default", "info", ("没有说哪一天办", "a cadence of which no day is said"), ("哪一天前办", "by which day"),
    "{name}没有写期限，按期内最后一个工作日", "{name} names no day: the period's last working day is taken",
    ("{name}在哪一天前办：写 due，或以 choice 确认", "by which day {name} is done: give `due`, or a choice that says so"))
CADENCE_UNDATED = of_document(
    "cadence_undated", "warning", ("一次性的工作没有期限", "something done once, on no day"), ("哪一天前办", "by which day"),
    "{name}只办一次，没有写期限，不会提醒", "{name} is done once and by no day: nobody is reminded",
    ("{name}在哪一天前办：写 due", "by which day {name} is done: give `due`"))
CADENCE_REPEATS = of_plan(
    "cadence_repeats", "info", ("频率重复报表", "a cadence that repeats forms"), ("写 forms", "name them in `forms`"),
    "{name}与报表{forms}同期同日，视为同一件事，不另算；是的话写 forms: [{first}, …]，不是则写 kind 或 due",
    "{name} falls on the days of {forms}: taken for the same, and owed once; if so name `forms: [{first}, …]`, else give kind or "
    "due",
    forms=tuple, first=str)


def office(plan: Plan) -> Iterator[PlanFinding]:
    """Who sits in the office has something to do, and who leads sits in the office."""
    g = plan.governance
    leads, groups, roles = _places(plan, leads_alone=True), {u.id: u for u in plan.units if u.members}, _roles(plan)
    working = _working(plan) | roles | {u for c in plan.cadences for u in (c.who, *c.others)} | {p.unit for p in g.powers}
    busy = working | {m for u in working if u in groups for m in groups[u].members if u not in (g.leading_group, g.office)}
    # Where the document names no office the issuer stands in for it, and is not there to be given work.
    own = groups[g.office].members if g.office in groups and g.office not in (g.leading_group, plan.document.issuer) else ()
    staff = dict.fromkeys((*g.office_staff, *own))
    for unit in map(plan.unit, staff):
        if unit.id not in busy:
            yield OFFICE_UNIT_IDLE.warning(unit, g.source, unit.source, unit=unit.name)
    inside = {*staff, *(m for u in staff if u in groups for m in groups[u].members)}
    for unit, sources in ((plan.unit(u), at) for u, at in leads.items() if inside and u not in inside | roles):
        if not inside.intersection(unit.members):
            yield LEAD_NOT_IN_OFFICE.info(unit, g.source, *sources, unit=unit.name)


def idle(plan: Plan) -> Iterator[PlanFinding]:
    """A unit that the plan lists and nowhere mentions."""
    busy = _working(plan) | _roles(plan) | _shared(plan) | {u for c in plan.cadences for u in (c.who, *c.others)}
    busy |= {c.decided_by for c in plan.choices}
    busy |= {u for a in plan.assessments for u in (*a.assessors, *(item.owner for item in a.items if item.owner))}
    busy |= {z.committee for z in (plan.zone, *plan.zones) if z.committee} | {m for u in plan.units for m in u.members}
    busy |= {*plan.governance.office_staff, *(p.unit for p in plan.governance.powers)}
    for unit in plan.units:
        if unit.id not in busy:
            yield UNIT_UNUSED.info(unit, unit=unit.name)


def approvers(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """Nobody approves a figure that they submitted."""
    for criterion in phase.gate.approvals:
        due = {unit for r in rounds(plan) if r.due <= phase.gate.deadline for unit in r.units}
        if due.issuperset(criterion.deciders):
            yield NOBODY_CONSENTS.error(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source,
                                        units=[plan.unit(u).name for u in criterion.deciders])
            continue
        for unit in criterion.deciders:
            if own := [f.name for f in plan.forms if unit in f.units]:
                yield APPROVER_REPORTS.warning(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source,
                                               unit=plan.unit(unit).name, forms=own)


def waivers(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """Whoever the plan lets waive a criterion hands in nothing that it looks at."""
    for criterion in phase.gate.criteria:
        for unit in criterion.waivable_by or ():
            if own := [f.name for f in plan.forms_asked(criterion) if unit in f.units]:
                yield WAIVER_REPORTS.warning(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source,
                                             unit=plan.unit(unit).name, forms=own)


def reviewers(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """Where warnings are to be explained, somebody else than the unit accepts what it says."""
    for criterion in phase.gate.criteria:
        if criterion.kind != "warnings_explained":
            continue
        forms = plan.forms_asked(criterion)
        for unit in dict.fromkeys(u for f in forms for u in f.units):
            if not plan.governance.reviewers(unit):
                yield NOBODY_REVIEWS.warning(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source,
                                             unit=plan.unit(unit).name, forms=[f.name for f in forms if unit in f.units])


def cadences(plan: Plan) -> Iterator[PlanFinding]:
    """A rhythm that the document does not set and the office chose; a day that nobody said."""
    asked = {duty.cadence for duty in duties(plan)}
    for cadence in plan.cadences:
        forms, at, of = repeats(plan, cadence), (cadence.source,) if cadence.source else (), f"cadences.{cadence.id}"
        if forms and not cadence.forms:
            yield CADENCE_REPEATS.info(of, *at, name=cadence.name, forms=[plan.form(f).name for f in forms], first=forms[0])
        elif not forms and cadence.rule is None:
            yield CADENCE_UNDATED.warning(of, *at, name=cadence.name)
        elif not forms and cadence.due is None and cadence.day is None and cadence.id in asked:
            yield CADENCE_DAY_BY_DEFAULT.info(of, *at, name=cadence.name)
        if cadence.choice:
            choice = plan.choice(cadence.choice)
            yield CADENCE_BY_CHOICE.info(f"cadences.{cadence.id}", *choice.sources, by_choice=choice.id, name=cadence.name,
                                         unit=plan.unit(choice.decided_by).name, decision=choice.decision)
    if (plan.forms or plan.indicators) and not plan.cadences:
        yield CADENCE_MISSING.warning("cadences", plan.governance.source)


def two_names(plan: Plan) -> Iterator[PlanFinding]:
    """The document itself calls a unit by two names, or the plan lists two units that seem to be one."""
    for unit in plan.units:
        name, said = unit.name.zh, [(a.name, a.source) for a in unit.aliases if a.source and a.name != unit.name.zh]
        if said:
            # 有关部门 and 各有关单位 are ways of speaking, not names.
            harmless = all(short_form(a, name) for a, _ in said) or (unit.open_ended and unit.id not in _roles(plan))
            yield (UNIT_TWO_NAMES.info if harmless
                   else UNIT_TWO_NAMES.warning)(unit, unit.source, *(at for _, at in said), unit=unit.name, id=name, name=name,
                                                said=[_SAYS(place=at.place, name=a) for a, at in said])
    sources = _places(plan)
    for one, other in combinations(plan.units, 2):
        if "group" in (one.kind, other.kind) and one.kind != other.kind:
            continue
        both = {"one": one.name.zh, "other": other.name.zh, "one_id": one.id, "other_id": other.id}
        at = *sources.get(one.id, ())[:1], *sources.get(other.id, ())[:1]
        match next(((a, b) for a in _names(one) for b in _names(other) if look_alike(a, b)), None):
            case a, b if a == b:
                yield _BOTH_CALLED.warning(other, *at, name=a, **both)
            case a, b:
                yield UNITS_LOOK_ALIKE.warning(other, *at, a=a, b=b, **both)


def _names(unit: Unit) -> tuple[str, ...]:
    return unit.name.zh, *(a.name for a in unit.aliases)


def _places(plan: Plan, *, leads_alone: bool = False) -> dict[str, list[Source]]:
    """Unit -> the places that name it: its own, else the rows that it leads or shares in. leads_alone: the rows that it leads."""
    found: dict[str, list[Source]] = {} if leads_alone else {u.id: [u.source] for u in plan.units if u.source}
    for item in plan.rows:
        for unit in item.leads if leads_alone else (*item.leads, *item.responsible):
            found.setdefault(unit, []).append(item.source)
    return found


def groups(plan: Plan) -> Iterator[PlanFinding]:
    """A group that has work is somebody: its members are named. A leading group without members is to be known."""
    g = plan.governance
    places, working = _places(plan), _working(plan) | _shared(plan)
    for unit in plan.units:
        members = (*unit.members, *(g.office_staff if unit.id == g.office else ()))
        unnamed = unit.open_ended or names_nobody(unit.name.zh)
        if (unit.kind != "group" and not unnamed) or (members and not unit.open_ended):
            continue
        works, role = unit.id in working, unit.id in (g.leading_group, g.office, g.supervision, g.assessment, g.consent)
        if not (works or role):
            continue
        # A group that works only because the document names the office for it is reached through the office.
        grave = works and not members and unit.id not in (g.office, g.leading_group)
        sources = (unit.source, *places.get(unit.id, [])[:3], *((g.source,) if role else ()))
        if unit.open_ended and members:
            yield _OPEN_ENDED.info(unit, *sources, unit=unit.name, members=listed(plan.unit(m).name for m in members))
            continue
        said = GROUP_WITHOUT_MEMBERS if works else _EMPTY
        yield (said.warning if grave else said.info)(unit, *sources, unit=unit.name, unnamed=_UNNAMED() if unnamed else None)


def powers(plan: Plan) -> Iterator[PlanFinding]:
    """One power lies with one unit. A power is known by its id, or by its name where another id was given to it; the unit of a
    role holds the power of the role's name."""
    g = plan.governance
    held: dict[str, list[Power]] = {}
    named: dict[str, str] = {}
    for power in g.powers:
        name = named.setdefault(plain_name(power.name.zh), power.power)
        held.setdefault(power.power if power.power in held else name, []).append(power)
    given = [(power, [(p.source, p.unit) for p in found]) for power, found in held.items() if len({p.unit for p in found}) > 1]
    for role in ("supervision", "assessment", "consent"):
        unit, found = getattr(g, role), held.get(role, [])
        if unit and found and unit not in {p.unit for p in found}:
            given.append((role, [(g.source, unit), *((p.source, p.unit) for p in found)]))
    for name, told in given:
        units = [plan.unit(u).name for u in dict.fromkeys(u for _, u in told)]
        yield POWER_SHARED.warning(f"governance.powers.{name}", *(source for source, _ in told), power=held[name][0].name,
                                   n=len(units), units=units,
                                   given=[_GIVEN(place=source.place, unit=plan.unit(u).name) for source, u in told])


def _working(plan: Plan) -> set[str]:
    """Who leads, shares in something, has a quota or reports."""
    rows = (u for item in plan.rows for u in (*item.leads, *plan.responsible(item)))
    return {*rows, *(q.unit for i in plan.indicators for q in i.quotas), *(u for f in plan.forms for u in f.units)}


def _shared(plan: Plan) -> set[str]:
    """Who shares in everything."""
    return set(plan.defaults.responsible) if plan.defaults else set()


def _roles(plan: Plan) -> set[str]:
    g = plan.governance
    named = (plan.document.issuer, g.leading_group, g.office, g.supervision, g.assessment, g.consent)
    approving = (u for p in plan.phases for c in p.gate.approvals for u in c.deciders)
    return {u for u in (*named, *approving) if u}
