"""Answers about returns: which forms there are, how files were judged, where the campaign's returns stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaoxin.campaign.answers.answer import Answer
from gaoxin.i18n import Lang, Worded
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import RegisterForm, SeriesForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Verdict

if TYPE_CHECKING:
    from gaoxin.campaign.intake import CheckedFile, SubmittedFile
    from gaoxin.campaign.workplace import Workplace
    from gaoxin.gates.model import OwedReturn
    from gaoxin.settings import Settings


@dataclass(frozen=True)
class DueRule(Answer):
    """days: after the end of the period. roll: whether a day off moves it to the next working day."""

    days: int
    roll: str


@dataclass(frozen=True)
class SeriesVariable(Answer):
    id: str
    name: Worded
    unit: str
    kind: str
    required: bool
    min: Decimal | None
    max: Decimal | None


@dataclass(frozen=True)
class RegisterField(Answer):
    """codes: code -> label, None where it takes free text."""

    id: str
    name: Worded
    unit: str | None
    kind: str
    required: bool
    codes: dict[str, Worded] | None


@dataclass(frozen=True)
class RegisterCount(Answer):
    id: str
    name: Worded
    unit: str


@dataclass(frozen=True)
class Form(Answer):
    """variables: what a unit fills in: the variables of a series form, the fields of a register."""

    id: str
    name: Worded
    kind: str
    periodicity: Periodicity
    units: tuple[str, ...]
    due_rule: DueRule
    first: Period
    last: Period
    template: int
    variables: tuple[SeriesVariable | RegisterField, ...]

    @classmethod
    def from_plan(cls, form: SeriesForm | RegisterForm) -> Form:
        due = DueRule.of(form.due)
        if form.kind == "series":
            return Form.of(form, due_rule=due, variables=tuple(SeriesVariable.of(v) for v in form.variables))
        fields = tuple(RegisterField.of(f, kind=f.type, codes=f.codes or None) for f in form.fields)
        counts = tuple(RegisterCount.of(c) for c in form.counts)
        return Register.of(form, due_rule=due, variables=fields, counts=counts)


@dataclass(frozen=True)
class Register(Form):
    """key: the fields that tell its entries apart. counts: what is counted or added up over them."""

    key: tuple[str, ...]
    counts: tuple[RegisterCount, ...]


@dataclass(frozen=True)
class Forms(Answer, beside=("plan",)):
    campaign: str
    forms: tuple[Form, ...]
    plan: Plan


def forms(plan: Plan) -> Forms:
    return Forms(plan.id, tuple(Form.from_plan(form) for form in plan.forms), plan)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Finding(Answer):
    """level: 0–5, of validation (DOMAIN). message: what is wrong, in words."""

    rule: str
    level: int
    severity: Severity
    sheet: str | None
    cell: str | None
    variable: str | None
    value: str | None
    message: Worded

    @property
    def place(self) -> str:
        return "!".join(part for part in (self.sheet, self.cell) if part)


def findings(found: Sequence[Any]) -> tuple[Finding, ...]:
    return tuple(Finding.of(f) for f in found)


@dataclass(frozen=True)
class Checked(Answer):
    """A file that was judged. form, unit and period are None where its cover does not say which return it is. sample: whether
    it is marked as made up."""

    file: str
    campaign: str | None
    form: str | None
    unit: str | None
    period: Period | None
    verdict: Verdict
    sample: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Submitted(Checked):
    """A file that was taken in. created: False when the same bytes were known before. rows: of facts loaded, None when
    rejected."""

    return_id: str | None
    version: int | None
    sha256: str
    created: bool
    rows: int | None


@dataclass(frozen=True)
class Judged(Answer):
    """The answer to a check and to a submission: no where any file is rejected."""

    returns: tuple[Checked, ...]

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(str(r.verdict) for r in self.returns)

    @property
    def exit_status(self) -> int:
        return 1 if self.verdicts[Verdict.REJECTED] else 0


def check(settings: Settings, files: Sequence[Path], now: datetime) -> Judged:
    """As intake.check_files, which touches no database."""
    from gaoxin.campaign.intake import check_files

    return Judged(tuple(Checked.of(f, **_judged(f)) for f in check_files(settings, files, now)))


def submit(settings: Settings, files: Sequence[Path], now: datetime) -> Judged:
    """As intake.submit_files."""
    from gaoxin.campaign.intake import submit_files

    return Judged(tuple(Submitted.of(f, **_judged(f)) for f in submit_files(settings, files, now)))


def _judged(file: CheckedFile | SubmittedFile) -> dict[str, Any]:
    names = ("campaign", "form", "unit", "period")
    return {name: file.key and getattr(file.key, name) for name in names} | {
        "sample": file.read.sample, "findings": findings(file.findings)
    }


@dataclass(frozen=True)
class ReturnsStatus(Answer, beside=("plan", "period")):
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

    return ReturnsStatus.of(returns_status(w, period), campaign=w.plan.id, plan=w.plan, period=period)


@dataclass(frozen=True)
class Pulled(Answer, beside=("inbox",)):
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
