"""Whether every id that a plan mentions leads somewhere. Pure; returns all problems.

What mentions an id says so itself (`Refers` beside the id, `Model.mentions`): a new part of a plan needs no entry here.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.base import CALLED
from gaoxin.plan.checks.conditional import Conditional
from gaoxin.plan.due import ISSUE_UNKNOWN
from gaoxin.plan.fields import parts_of
from gaoxin.plan.model import Plan

Problem = tuple[str, Message]  # where, such as `tasks.survey.lead`, and what is wrong

_MOST_TOLD = 12

ID_TWICE = Code("plan.id_twice", "id 重复：{id}，与第 {first} 项相同；改用另一个 id",
                "id occurs twice: {id}, as in item {first}; give it another id")
VARIABLE_TWICE = Code("plan.variable_twice", "id 重复：{id}，报表 {form} 中已有；改用另一个 id",
                      "id occurs twice: {id}, also in form {form}; give it another id", form=str)
ALL_IS_NO_ID = Code("plan.all_is_no_id", "all 指各园区，不能作 id；换一个", "`all` means every zone: give it another id")
ID_OF_A_ZONE = Code("plan.id_of_a_zone", "{id} 已是园区的 id（all 指各园区）；换一个",
                    "{id} is a zone's id (`all` means every zone): give it another one")
LEADS_NOWHERE = Code("plan.leads_nowhere", "没有{kind} {id}{meant}", "no {kind} {id}{meant}")
NOT_IN_THIS_FORM = Code("plan.not_in_this_form", "本表没有 {id}{meant}", "{id} is not in this form{meant}")
NEAREST = Code("plan.nearest_id", "，是否为 {near}", ", did you mean {near}")
KNOWN = Code("plan.known_ids", "；可用：{ids}{more}", "; known: {ids}{more}")
MORE = Code("plan.more_ids", " 等 {all} 个", " and {rest} more")
NONE_KNOWN = Code("plan.no_ids", "；方案中一个也没有", "; the plan has none")
MUST_STAND_BEFORE = Code("plan.must_stand_before", "{phase} 须排在它前面", "{phase} must stand before it", phase=str)
NOT_ASKED_OF = Code("plan.not_asked_of", "报表 {form} 不由 {unit} 填报", "form {form} is not asked of {unit}", form=str, unit=str)
OTHER_PERIODICITY = Code("plan.mapping_periodicity", "报表 {form} 的报告期是 {periodicity}",
                         "form {form} is reported by {periodicity}",
                         form=str)
NO_HEADINGS = Code("plan.mapping_no_headings",
                   "没有 headings，表头变了就看不出来；用 gaoxin mapping try 对照 文件 --headings 得到现在的，核对后写上",
                   "no headings: a changed table would not be noticed. gaoxin mapping try MAPPING FILE --headings gives those of "
                   "now: look at them and write them here")
INPUT_HIDES = Code("plan.input_hides", "{id} 已是本表的一项（{name}），条件中分不出是哪一个；inputs 里换一个名称",
                   "{id} is an item of this form ({name}), and a condition could not tell which is meant: give the input another "
                   "name", name=Worded)
OTHER_TYPE = Code("plan.mapping_type", "{id} 在报表中的类型是 {type}", "in the form {id} is of type {type}", id=str, type=str)


def problems(plan: Plan) -> list[Problem]:
    return [*_twice(plan), *_dangling(plan), *_order(plan), *_mapped(plan), *_undated(plan), *_hidden(plan)]


def _hidden(plan: Plan) -> Iterator[Problem]:
    """A condition names what it looks at beside the form by names that no item of the form has: one would hide the other."""
    for form in plan.forms:
        items = {item.id: item.name for item in form.asked}
        for check in (one for one in form.checks if isinstance(one, Conditional)):
            yield from ((f"forms.{form.id}.checks.{check.id}.inputs.{name}", INPUT_HIDES(id=name, name=items[name]))
                        for name in check.inputs_named() if name in items)


def _undated(plan: Plan) -> Iterator[Problem]:
    """What is due so long after the document's issue needs its day."""
    for where, rule in plan.due_rules:
        if rule.after == "issue" and plan.document.known_since is None:
            yield f"{where}.after", ISSUE_UNKNOWN()


def _twice(plan: Plan) -> Iterator[Problem]:
    groups: dict[str, tuple[Any, ...]] = {
        **{name: value for name in Plan.model_fields if isinstance(value := getattr(plan, name), tuple)},
        "document.annexes": plan.document.annexes, **{f"tasks.{t.id}.deliverables": t.deliverables for t in plan.tasks},
        **{f"forms.{f.id}.fields": f.asked for f in plan.forms if f.kind == "register"},
        **{f"forms.{f.id}.checks": f.checks for f in plan.forms}, **{f"forms.{f.id}.sources": f.sources for f in plan.forms}}
    for where, items in groups.items():
        ids = [item.id for item in items]
        for at, name in enumerate(ids):
            if (first := ids.index(name)) < at:
                yield f"{where}.{at}.id", ID_TWICE(id=name, first=first + 1)
    yield from _variables_twice(plan)
    yield from _zones_and_tiers(plan)


def _zones_and_tiers(plan: Plan) -> Iterator[Problem]:
    """Zones and tiers share one space of names with `all`, since each_zone takes any of them."""
    taken = {"all", *(z.id for z in plan.zones)}
    yield from ((f"zones.{at}.id", ALL_IS_NO_ID()) for at, zone in enumerate(plan.zones) if zone.id == "all")
    yield from ((f"tiers.{at}.id", ID_OF_A_ZONE(id=tier.id)) for at, tier in enumerate(plan.tiers) if tier.id in taken)


def _variables_twice(plan: Plan) -> Iterator[Problem]:
    """Variables and counts share one space of names over all forms, since a formula names them without their form."""
    first: dict[str, str] = {}
    for form in plan.forms:
        field = "variables" if form.kind == "series" else "counts"
        for at, name in enumerate([item.id for item in form.measured]):
            if name in first:
                yield f"forms.{form.id}.{field}.{at}.id", VARIABLE_TWICE(id=name, form=first[name])
            first.setdefault(name, form.id)


def _dangling(plan: Plan) -> Iterator[Problem]:
    parts: dict[str, tuple[Any, ...]] = {
        "unit": plan.units, "phase": plan.phases, "task": plan.tasks, "indicator": plan.indicators, "form": plan.forms,
        "choice": plan.choices, "table": plan.tables, "stage": plan.stages, "zone": plan.zones, "tier": plan.tiers,
        "reference": plan.references, "assessment": plan.assessments,
        "zones": (*plan.zones, *plan.tiers), "item": plan.rows}
    known = {kind: [item.id for item in items] for kind, items in parts.items()} | {"variable": list(plan.variables)}
    known["zones"].insert(0, "all")
    known["reporter"] = ["all", *known["unit"]]
    inside = {form.id: [item.id for item in form.asked] for form in plan.forms}
    for way, part in parts_of(plan):
        for kind, name, at in part.mentions():
            if kind == "within":  # `forms`, the form's id and where in it: the item as a whole is told, not the key in it
                where, among = ".".join((*way, at)[:4] if len(way) > 2 else (*way, at.partition(".")[0])), inside[way[1]]
                if name not in among:
                    yield where, NOT_IN_THIS_FORM(id=repr(name), meant=_meant(name, among))
            elif name not in known[kind]:
                meant = _meant(name, known[kind])
                yield ".".join((*way, at)), LEADS_NOWHERE(kind=CALLED[kind], id=repr(name), meant=meant)


def _meant(name: str, known: list[str]) -> Message:
    """What may have been meant: the nearest known id, or else those there are."""
    if near := get_close_matches(name, known, n=1):
        return NEAREST(near=near[0])
    if not known:
        return NONE_KNOWN()
    rest = len(known) - _MOST_TOLD
    return KNOWN(ids=known[:_MOST_TOLD], more=MORE(all=len(known), rest=rest) if rest > 0 else None)


def _order(plan: Plan) -> Iterator[Problem]:
    """A phase is released only by phases that stand before it: so the schedule has no circle."""
    seen: set[str] = set()
    for phase in plan.phases:
        for at, name in enumerate(phase.after):
            if name not in seen and any(p.id == name for p in plan.phases):
                yield f"phases.{phase.id}.after.{at}", MUST_STAND_BEFORE(phase=name)
        seen.add(phase.id)


def _mapped(plan: Plan) -> Iterator[Problem]:
    """What a mapping names is asked by its form, of units that report it."""
    for mapping in plan.mappings:
        form = next((f for f in plan.forms if f.id == mapping.form), None)
        if form is None:
            continue  # told as an id that leads nowhere
        where, asked = f"mappings.{mapping.id}", [item.id for item in form.asked]
        yield from ((f"{where}.units.{at}", NOT_ASKED_OF(unit=unit, form=form.id)) for at, unit in enumerate(mapping.units)
                    if unit not in form.units and any(u.id == unit for u in plan.units))
        if mapping.periodicity not in (None, form.periodicity):
            yield f"{where}.periodicity", OTHER_PERIODICITY(form=form.id, periodicity=form.periodicity.value)
        yield from ((f"{where}.tables.{i}", NO_HEADINGS()) for i, table in enumerate(mapping.tables)
                    if not table.headings and table.leave is None)
        types = {f.id: f.type for f in form.asked}
        for i, table in enumerate(mapping.tables):
            yield from ((f"{where}.tables.{i}.columns.{j}.type",
                         OTHER_TYPE(id=line.field or "", type=types[line.field or ""].value))
                        for j, line in enumerate(table.columns) if line.type and types.get(line.field or "",
                                                                                           line.type) is not line.type)
        for at, name in mapping.named():
            if name not in asked:
                yield f"{where}.{at}", NOT_IN_THIS_FORM(id=repr(name), meant=_meant(name, asked))
