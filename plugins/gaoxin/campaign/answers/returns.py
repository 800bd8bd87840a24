"""Answers about returns: which forms there are, how files were judged, where the campaign's returns stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gaoxin.campaign.answers.answer import Answer
from gaoxin.i18n import Lang
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Verdict

if TYPE_CHECKING:
    from gaoxin.campaign.intake import CheckedFile, SubmittedFile
    from gaoxin.campaign.workplace import Workplace
    from gaoxin.gates.model import OwedReturn
    from gaoxin.settings import Settings


class Forms(Answer, beside="plan"):
    """Of each form its `variables` are what a unit fills in: the variables of a series form, the fields of a register."""

    campaign: str
    forms: tuple[SeriesForm | RegisterForm, ...]
    plan: Plan


def forms(plan: Plan) -> Forms:
    return Forms(plan.id, plan.forms, plan)


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


class Judged(Answer):
    """The answer to a check and to a submission: no where any file is rejected. campaign, form, unit and period of a file are
    null where its cover does not say which return it is."""

    returns: Sequence[CheckedFile | SubmittedFile]

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(str(r.verdict) for r in self.returns)

    @property
    def exit_status(self) -> int:
        return 1 if self.verdicts[Verdict.REJECTED] else 0


def check(settings: Settings, files: Sequence[Path], now: datetime) -> Judged:
    from gaoxin.campaign.intake import check_files

    return Judged(check_files(settings, files, now))


def submit(settings: Settings, files: Sequence[Path], now: datetime) -> Judged:
    from gaoxin.campaign.intake import submit_files

    return Judged(submit_files(settings, files, now))


class ReturnsStatus(Answer, beside="plan period"):
    """completeness, timeliness: shares 0–1 of what is due by now, None where nothing is. period: the one asked for."""

    campaign: str
    as_of: datetime
    rows: tuple[OwedReturn, ...]
    completeness: Decimal | None
    timeliness: Decimal | None
    plan: Plan
    period: Period | None


def status(w: Workplace, period: Period | None) -> ReturnsStatus:
    from gaoxin.campaign.standing import returns_status

    found = returns_status(w, period)
    return ReturnsStatus(w.plan.id, found.as_of, found.rows, found.completeness, found.timeliness, w.plan, period)


class Pulled(Answer, beside="inbox"):
    """returns: the ids of those that are new. checked: verdict -> how many, and facts: how many were loaded; None where that
    was not asked for."""

    campaign: str
    returns: list[str]
    checked: dict[str, int] | None
    facts: int | None
    inbox: Path

    @property
    def exit_status(self) -> int:
        return 1 if self.checked and self.checked.get(Verdict.REJECTED) else 0


def pull(w: Workplace, period: Period | None, *, check: bool) -> Pulled:
    """Takes this campaign's files out of the inbox; with `check` judges what came and loads what is accepted."""
    from gaoxin.campaign import intake

    taken = intake.pull(w, period)
    if not check:
        return Pulled(w.plan.id, taken, None, None, w.settings.inbox)
    verdicts = Counter(str(c.verdict) for c in intake.check_pending(w, period))
    return Pulled(w.plan.id, taken, dict(verdicts), intake.load_accepted(w, period), w.settings.inbox)
