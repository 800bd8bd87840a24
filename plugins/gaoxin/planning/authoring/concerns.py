"""Whom and what a changed plan concerns: the gates whose rules it changes, and the units whose duties it changes.

Pure, and told by the parts of the two plans, never by words. What of a unit's parts differs is its duty; of the differences
(`gaoxin.planning.authoring.diff`) it is told those that speak of that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from gaoxin.indicators.facts_world import variables_behind
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.offices import Unit
from gaoxin.plan.schedule import Phase, Task
from gaoxin.plan.targets import leaves
from gaoxin.plan.units_of_measure import used_by
from gaoxin.planning.authoring.diff import Change

# Where the document says it, under which heading, in whose words: no part of a duty.
_ASIDE = frozenset({"source", "section", "row", "worded_as"})
_MEMBERS = frozenset({"units", "lead", "co_leads", "responsible"})

Duties = dict[str, dict[str, Any]]  # unit -> subject of the part -> what of it is that unit's


def of_gate(changes: Iterable[Change], before: Plan, after: Plan, phase: str) -> tuple[Change, ...]:
    """Those that change a phase's gate: its criteria, days and predecessors, what it asks for, and what that is judged by."""
    asked = {*_asked_by(before, phase), *_asked_by(after, phase)}
    own = f"phases.{phase}"
    return tuple(c for c in changes if c.subject in asked
                 or (c.subject == own and (not c.field or c.field.split(".")[0] in ("gate", "after"))))


def _asked_by(plan: Plan, phase_id: str) -> Iterator[str]:
    """The subjects of the parts that a gate asks for, and of those behind them."""
    phase = next((p for p in plan.phases if p.id == phase_id), None)
    for c in phase.gate.criteria if phase else ():
        yield from (f"forms.{f.id}" for f in plan.forms_asked(c))
        yield from (f"units_of_measure.{one.id}" for one in used_by(plan.units_of_measure, *plan.forms_asked(c)))
        yield from (f"tasks.{t.id}" for t in plan.tasks_asked(phase, c)) if phase else ()
        if choice := getattr(c, "choice", None):
            yield f"choices.{choice}"
        for indicator in plan.indicators_asked(c):
            yield f"indicators.{indicator.id}"
            variables = variables_behind(plan, indicator)
            yield from (f"forms.{f.id}" for f in plan.forms if not variables.isdisjoint(v.id for v in f.measured))
            yield from (f"units_of_measure.{one.id}" for one in used_by(plan.units_of_measure, indicator, *(
                f for f in plan.forms if not variables.isdisjoint(v.id for v in f.measured))))
            yield from (f"references.{name}" for statement in indicator.targets for leaf in leaves(statement.target)
                        for kind, name, _ in leaf.mentions() if kind == "reference")


def of_units(changes: Sequence[Change], before: Plan, after: Plan) -> dict[str, tuple[Change, ...]]:
    """Each unit whose duties changed, in the plan's order, with the changes that speak of them."""
    was, now = duties(before), duties(after)
    drafts = set(_checks(before, after, draft=True)) - set(_checks(before, after, draft=False))
    found: dict[str, tuple[Change, ...]] = {}
    for unit in dict.fromkeys(u.id for plan in (after, before) for u in plan.units):
        old, new = was.get(unit, {}), now.get(unit, {})
        subjects = {s for s in {*old, *new} if old.get(s) != new.get(s)}
        if not subjects:
            continue
        told = tuple(c for c in changes if c.subject in subjects and _part(c) not in drafts
                     and _speaks_of(c, unit, new.get(c.subject) or old[c.subject]))
        # A duty that came or went with a role: of what is not said to be somebody's, another office is in charge now.
        found[unit] = told or tuple(c for c in changes if c.subject == "governance" or c.subject in subjects)
    return found


def _checks(*plans: Plan, draft: bool) -> Iterator[tuple[str, str]]:
    """The checks that a plan declares, as `_part` has them: drafts, or those that judge."""
    yield from ((f"forms.{form.id}", f"checks.{check.id}") for plan in plans for form in plan.forms for check in form.checks
                if check.draft is draft)


def _part(change: Change) -> tuple[str, str]:
    """The part of a subject that a change speaks of: of a form's check that check, whatever of it."""
    return change.subject, ".".join(change.field.split(".")[:2])


def _speaks_of(change: Change, unit: str, duty: dict[str, Any]) -> bool:
    key, _, rest = change.field.partition(".")
    if key in _MEMBERS:
        return (unit in _listed(change.before)) != (unit in _listed(change.after))
    if key == "members":
        return key in duty or (unit in _listed(change.before)) != (unit in _listed(change.after))
    if key == "quotas":
        return rest.split(".")[0] == unit
    if change.subject == "governance":
        return unit in (*_listed(change.before), *_listed(change.after))
    aside = key == "counts" or change.field.rpartition(".")[2] in _ASIDE
    return not aside and (not change.field or "all" in duty or key in duty or change.field in duty)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def duties(plan: Plan) -> Duties:
    """What each unit has to do by a plan: what it reports, by when, and what is asked of that; the tasks, indicators and shares
    that it answers for; gates that it decides or approves; offices and powers that it holds."""
    found: Duties = defaultdict(lambda: defaultdict(dict))
    for form in plan.forms:
        for unit in form.units:
            judged = form.model_copy(update={"checks": form.rules})  # a draft is nobody's duty
            found[unit][f"forms.{form.id}"]["all"] = _plain(judged, "units", "counts")
            for one in used_by(plan.units_of_measure, form):
                found[unit][f"units_of_measure.{one.id}"]["all"] = _plain(one)
    for override in plan.overrides:
        for unit in plan.form(override.form).units if not override.draft else ():
            found[unit][f"overrides.{override.id}"]["all"] = _plain(override, "by", "on", "why")
    for kind, items in (("tasks", plan.tasks), ("indicators", plan.indicators)):
        for item in items:
            for unit, role in _roles(plan, item).items():
                found[unit][f"{kind}.{item.id}"]["all"] = [role, _plain(item, *_MEMBERS, "quotas")]
    for task in plan.tasks:
        for group in _owing_groups(plan, task):
            for unit in group.members:
                found[unit][f"units.{group.id}"]["member"] = True
            for unit in (plan.answerable(task), *task.leads):
                found[unit][f"units.{group.id}"]["members"] = sorted(group.members)
    for indicator in plan.indicators:
        for quota in indicator.quotas:
            found[quota.unit][f"indicators.{indicator.id}"]["quotas"] = str(quota.value)
    for phase in plan.phases:
        subject = f"phases.{phase.id}"
        for approval in phase.gate.approvals:
            for unit in approval.deciders:
                found[unit][subject]["gate"] = [phase.gate.deadline, _plain(approval)]
        for unit in _leads_within(plan, phase):
            found[unit][subject] |= {"starts": str(phase.starts), "ends": str(phase.ends),
                                     "gate.deadline": str(phase.gate.deadline)}
        found[plan.governance.office][subject]["all"] = _plain(phase, "name", "summary", "stage")
    for cadence in plan.cadences:
        for unit in (cadence.who, *cadence.others):
            found[unit][f"cadences.{cadence.id}"]["all"] = _plain(cadence)
    for role, units in plan.governance.model_dump(mode="json", exclude={"powers", "consequences", "ranking", "source"}).items():
        for unit in _listed(units):
            if unit is not None and not role.endswith("_role"):
                found[unit]["governance"].setdefault("all", []).append(role)
    for power in plan.governance.powers:
        found[power.unit][f"governance.powers.{power.power}"]["all"] = _plain(power)
    for unit in plan.defaults.responsible if plan.defaults else ():
        found[unit]["defaults"]["all"] = True
    return found


def _leads_within(plan: Plan, phase: Phase) -> list[str]:
    """Who answers for the tasks of a phase, and for those that its gate asks for: they work towards its days."""
    asked = {t.id for c in phase.gate.criteria for t in plan.tasks_asked(phase, c)}
    return list(dict.fromkeys(plan.answerable(t) for t in plan.tasks if t.phase == phase.id or t.id in asked))


def _owing_groups(plan: Plan, task: Task) -> list[Unit]:
    """The groups, at any depth, of which each member owes a piece of a task of its own."""
    reached = list(plan.responsible(task)) if any(d.per_member for d in task.deliverables) else []
    for unit in reached:
        reached += [m for m in plan.unit(unit).members if m not in reached]
    return [u for u in plan.units if u.members and u.id in reached]


def _roles(plan: Plan, item: Indicator | Task) -> dict[str, str]:
    """Unit -> its part in a task or indicator; those that share in everything are told of that alone."""
    leads = dict.fromkeys((plan.answerable(item), *item.leads), "leads")
    return dict.fromkeys(item.responsible, "responsible") | leads


def _plain(part: BaseModel, *without: str) -> Any:
    return _kept(part.model_dump(mode="json", exclude=set(without)))


def _kept(value: Any) -> Any:
    match value:
        case dict():
            return {key: _kept(each) for key, each in value.items() if key not in _ASIDE}
        case list():
            return [_kept(each) for each in value]
    return value
