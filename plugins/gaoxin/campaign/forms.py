"""Answers about forms: which there are, and the workbooks that units fill in."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from gaoxin import measures
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace, workplace_of
from gaoxin.clock import local_day
from gaoxin.errors import Transient
from gaoxin.i18n import Code, Lang, Worded
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_hash
from gaoxin.quality.history import previous_period
from gaoxin.returns.burden import same_as
from gaoxin.returns.layout import file_stem
from gaoxin.returns.model import Facts, Held, ReturnKey, Slice
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse

_HELD = Code("forms.held", "已由“{form}”{period}报过", "reported already in {form} {period}", form=Worded, period=Period)


@dataclass(frozen=True)
class InForce:
    """The plan by which returns are taken in. version: None where none is registered, and the file's holds; file_differs: whether
    plan.yaml says something else by now. unknown: the database cannot be reached just now, and nobody can say which holds."""

    plan: Plan
    version: int | None = None
    file_differs: bool = False
    unknown: bool = False
    drill: bool = False
    place: Workplace | None = None  # where what was reported before is asked for


class Forms(Answer):
    """Of each form its `variables` are what a unit fills in: the variables of a series form, the fields of a register.
    plan_version, file_differs, version_unknown: as InForce has them."""

    campaign: str
    plan_version: int | None
    file_differs: bool
    version_unknown: bool
    forms: tuple[SeriesForm | RegisterForm, ...]


class Template(Answer):
    """A template that was written. template: its version; plan_version, file_differs, version_unknown: as InForce has them."""

    campaign: str
    form: str
    unit: str
    period: Period
    template: int
    plan_version: int | None
    file_differs: bool
    version_unknown: bool
    file: Path


class Asked(Answer):
    """One thing that a form asks for, with what was reported before. before: as it stands in the facts, in `unit`. held: what the
    unit has reported already of the same, and stands in the template."""

    id: str
    name: Worded
    hint: str
    unit: str | None
    required: bool
    before: Decimal | None
    held: Held | None = None


class ToFill(Answer):
    """A form as a unit is to fill it in. before: the period before, None for the first; entries: of a register, how many records
    it had; reported: whether anything is in force for it. return_id: of what is in force before, to be looked at."""

    campaign: str
    form: str
    form_name: Worded
    kind: str
    note: Worded | None
    unit: str
    period: Period
    due: date
    workdays: int
    before: Period | None
    reported: bool
    return_id: str | None
    entries: int
    asked: tuple[Asked, ...]


def in_force(settings: Settings, campaign: str, as_of: datetime | None = None) -> InForce:
    """The version in force where this installation has a database; else the file's plan, and none is made. A unit that wants a
    form gets one also while the database is away, and is told so."""
    plan = find_plan(settings.plans, campaign)
    if not Warehouse.exists(settings):
        return InForce(plan)
    try:
        w = workplace_of(settings, plan, as_of)
    except Transient:
        return InForce(plan, unknown=True)
    differs = w.version is not None and w.version.plan_hash != plan_hash(plan)
    return InForce(w.plan, w.plan_version, differs, drill=w.drill, place=w)


def forms(by: InForce) -> Forms:
    return Forms(by.plan.id, by.version, by.file_differs, by.unknown, by.plan.forms)


def template(by: InForce, form: str, unit: str, period: Period, file: Path, lang: Lang) -> Template:
    """Writes the workbook that a unit fills in, with what it reported for the period before where that is known."""
    from gaoxin.returns.template import must_be_asked, write_template

    wanted = by.plan.form(form)
    must_be_asked(by.plan, wanted, unit, period)
    before = reported_before(by.place, wanted, unit, period) if by.place else None
    there = held(by.place, wanted, unit, period) if by.place else {}
    write_template(by.plan, wanted, unit, period, file, lang=lang, drill=by.drill, before=before, held=there)
    return Template(by.plan.id, form, unit, period, wanted.template, by.version, by.file_differs, by.unknown,
                    file)


def beside(w: Workplace, form: str, unit: str, period: Period, lang: Lang) -> tuple[str, bytes]:
    """The workbook that a unit fills in, with what it reported for the period before beside it: its file name and its bytes.
    Raises UsageError when the plan does not ask for that return."""
    from gaoxin.returns.template import build_template, must_be_asked, saved

    wanted = w.plan.form(form)
    must_be_asked(w.plan, wanted, unit, period)
    book = build_template(w.plan, wanted, unit, period, lang, w.drill, reported_before(w, wanted, unit, period),
                          held(w, wanted, unit, period))
    return f"{file_stem(w.plan.id, form, unit, period)}.xlsx", saved(book, period)


def reported_before(w: Workplace, form: SeriesForm | RegisterForm, unit: str, period: Period) -> Facts:
    """What a unit reported for the form's period before, as far as it is in force; of a register that carries over, for the last
    period before of which anything is."""
    before = previous_period(form, period)
    with w.warehouse.read() as store:
        while True:
            found = store.facts.as_of(w.plan.id, w.known, Slice(frozenset({form.id}), frozenset({unit}),
                                                                frozenset({before} if before else ())))
            earlier = previous_period(form, before) if before else None
            if found.received or earlier is None or not (isinstance(form, RegisterForm) and form.carry_over):
                return found
            before = earlier


def held(w: Workplace, form: SeriesForm | RegisterForm, unit: str, period: Period) -> dict[str, Held]:
    """By variable what the unit reported already, of the same stretch of time, in another return that is in force: it is not
    asked for again, but stands in the template."""
    same = same_as(w.plan, form.id, unit, period)
    if not same or not isinstance(form, SeriesForm):
        return {}
    asked = [a for of in same.values() for a in of]
    with w.warehouse.read() as store:
        facts = store.facts.as_of(w.plan.id, w.known, Slice(frozenset(a.form for a in asked), frozenset({unit}),
                                                            frozenset(a.period for a in asked)))
    known = {(f.form, f.variable, f.period): f for f in facts.series}
    units, found = {v.id: v.unit for v in form.variables}, dict[str, Held]()
    for variable, others in same.items():
        for fact in (known.get((a.form, a.variable, a.period)) for a in others):
            if fact and measures.convertible(fact.unit_of_measure, units[variable]):
                value = measures.convert(fact.value, fact.unit_of_measure, units[variable])
                found.setdefault(variable, Held(value, _HELD(form=w.plan.form(fact.form).name, period=fact.period)))
    return found


def to_fill(w: Workplace, form: str, unit: str, period: Period, lang: Lang) -> ToFill:
    """Raises UsageError when the plan does not ask for that return."""
    from gaoxin.returns.template import hint_of, must_be_asked

    wanted = w.plan.form(form)
    must_be_asked(w.plan, wanted, unit, period)
    known, due = reported_before(w, wanted, unit, period), w.due(ReturnKey(w.plan.id, form, unit, period))
    values = {fact.variable: fact.value for fact in known.series}
    there = held(w, wanted, unit, period)
    asked = (Asked(i.id, i.name, hint_of(i, lang), i.unit, i.required, values.get(i.id), there.get(i.id)) for i in wanted.asked)
    return ToFill(
        w.plan.id, form, wanted.name, wanted.kind, wanted.note, unit, period, due,
        w.plan.workdays.workdays_until(local_day(w.now), due), previous_period(wanted, period), bool(known.received),
        next((one.return_id for one in known.series or known.entries), None), len(known.entries), tuple(asked))
