"""Answers about forms: which there are, and the workbooks that units fill in."""

from pathlib import Path

from gaoxin.campaign.answer import Answer
from gaoxin.i18n import Lang
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan


class Forms(Answer):
    """Of each form its `variables` are what a unit fills in: the variables of a series form, the fields of a register."""

    campaign: str
    forms: tuple[SeriesForm | RegisterForm, ...]


class Template(Answer):
    """A template that was written. template: its version."""

    campaign: str
    form: str
    unit: str
    period: Period
    template: int
    file: Path


def template(plan: Plan, form: str, unit: str, period: Period, file: Path, lang: Lang) -> Template:
    """Writes the workbook that a unit fills in."""
    from gaoxin.returns.template import write_template

    wanted = plan.form(form)
    write_template(plan, wanted, unit, period, file, lang=lang)
    return Template(plan.id, form, unit, period, wanted.template, file)
