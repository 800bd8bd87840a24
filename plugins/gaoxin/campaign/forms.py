"""Answers about forms: which there are, and the workbooks that units fill in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import workplace_of
from gaoxin.errors import Transient
from gaoxin.i18n import Lang
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_hash
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


@dataclass(frozen=True)
class InForce:
    """The plan by which returns are taken in. version: None where none is registered, and the file's holds; file_differs: whether
    plan.yaml says something else by now. unknown: the database cannot be reached just now, and nobody can say which holds."""

    plan: Plan
    version: int | None = None
    file_differs: bool = False
    unknown: bool = False
    drill: bool = False


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
    return InForce(w.plan, w.plan_version, differs, drill=w.drill)


def forms(by: InForce) -> Forms:
    return Forms(by.plan.id, by.version, by.file_differs, by.unknown, by.plan.forms)


def template(by: InForce, form: str, unit: str, period: Period, file: Path, lang: Lang) -> Template:
    """Writes the workbook that a unit fills in."""
    from gaoxin.returns.template import write_template

    wanted = by.plan.form(form)
    write_template(by.plan, wanted, unit, period, file, lang=lang, drill=by.drill)
    return Template(by.plan.id, form, unit, period, wanted.template, by.version, by.file_differs, by.unknown,
                    file)
