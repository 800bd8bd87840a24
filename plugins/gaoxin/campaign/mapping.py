"""Mappings tried and drafted: what one takes of a file, what it leaves out, what it does not say. Writes nothing."""

from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gaoxin import numerals
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.calling import form_called, unit_called
from gaoxin.containers.model import Book
from gaoxin.errors import GaoxinError, PlanError, UsageError, system_said
from gaoxin.folders import content_of
from gaoxin.i18n import Code, Lang, Message, Text, Worded
from gaoxin.mapping.drafting import TO_DECIDE
from gaoxin.mapping.model import Reading, Taken
from gaoxin.mapping.picture import CellState, Shown, names_of, pictured
from gaoxin.mapping.proposing import propose
from gaoxin.mapping.whole import read
from gaoxin.measures import GENERAL
from gaoxin.periods import Period
from gaoxin.plan.base import TABLE
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_file, mapping, plan_files, unmapped_plan
from gaoxin.plan.reading.problems import PlanProblem, from_pydantic, misread
from gaoxin.reports.mapping import render_mapping
from gaoxin.returns.reader import opened
from gaoxin.settings import Settings
from gaoxin.unseen import kept_name

UNKNOWN = Code("mapping.unknown", "{place}：报表 {form} 中没有 {name}，请改对照",
               "{place}: form {form} has no {name}, mend the mapping", place=str, name=str, form=Worded)
UNKNOWN_UNIT = Code("mapping.unknown_unit", "units：方案中没有单位 {name}，请改对照",
                    "units: the plan has no unit {name}, mend the mapping", name=str)


class MappedValue(Answer):
    """A figure that is taken. value: as text, in unit_of_measure, as the table has it; None with a `problem`: missing,
    below_smallest_unit, ambiguous, unreadable or no_day. message: the problem in words, where somebody has to look. name: of the
    variable or field, where the form is known."""

    variable: str
    name: Worded | None
    value: str | None
    unit_of_measure: str | None
    period: Period | None
    entity: str | None
    sheet: str
    cell: str
    raw: str
    problem: str | None
    message: Message | None
    repairs: tuple[Message, ...]


_UNFIT = "external_links"  # what a file has that can be opened, and is sent back


class LeftOut(Answer):
    sheet: str
    cell: str
    raw: str
    why: Worded


class ToldOf(Answer):
    """kind: stable. drift: the file is not as the one that the mapping was made for."""

    kind: str
    sheet: str | None
    cell: str | None
    message: Message
    drift: bool


class Tried(Answer, beside="sheets"):
    """What a mapping makes of a file: no where headings differ, or it cannot be told what is meant. told: what somebody has to
    look at, of figures as well. headings: by table what it is
    made for, to be written into the mapping. sheets: the file with the state of each cell, for a picture."""

    mapping: str
    name: Worded
    version: int
    file: str
    form: str
    form_known: bool
    period: Period | None
    values: Sequence[MappedValue]
    left_out: Sequence[LeftOut]
    told: Sequence[ToldOf]
    headings: Sequence[Sequence[str]]
    sheets: Sequence[Shown]

    @property
    def unfit(self) -> bool:
        """Whether the file would be sent back whatever a mapping takes of it."""
        return any(t.kind == _UNFIT for t in self.told)

    @property
    def taken(self) -> int:
        """How many figures are taken, with those that a mark says there are none of."""
        return sum(x.message is None for x in self.values)

    @property
    def exit_status(self) -> int:
        return 1 if self.unfit or any(t.drift for t in self.told) or not self.values else 0


class Proposed(Answer):
    """A draft. to_decide: how many of its lines a person has to decide."""

    file: str
    form: str
    unit: str
    text: str
    to_decide: int


def try_mapping(settings: Settings, declared: Path, file: Path, campaign: str | None = None) -> Tried:
    """What the mapping in one file takes of another. The form is that of `campaign`, of the plan beside which it lies, or of the
    only plan that has such a form; without one, units of measure and fields are only those of the table. Raises UsageError,
    PlanError."""
    plan = unmapped_plan(find_file(settings.plans, campaign)) if campaign else _beside(declared)
    if plan is None and len(having := _having(settings, str(_data_of(declared)[1].get("form")))) == 1:
        plan = next(iter(having.values()))
    made = read_mapping(declared, plan)
    form = next((f for f in plan.forms if f.id == made.form), None) if plan else None
    book = _opened(file)
    found = tried(made, form, book, kept_name(file.name), plan)
    if form is None:
        return found
    asked = {item.id for item in form.asked}
    strange = [ToldOf("mapping_unknown", None, None, UNKNOWN(place=place, name=name, form=form.name), True)
               for place, name in made.named() if name not in asked]
    known = {unit.id for unit in plan.units} if plan else set()
    strange += [ToldOf("mapping_unknown", None, None, UNKNOWN_UNIT(name=name), True)
                for name in made.units if name not in known]
    return replace(found, told=[*strange, *found.told])


def tried(made: Mapping, form: SeriesForm | RegisterForm | None, book: Book, file: str, plan: Plan | None = None) -> Tried:
    reading = read(book, made, form, file, plan.measures if plan else GENERAL)
    names = names_of(form)
    return Tried(made.id, made.name, made.version, file, made.form, form is not None, reading.period,
                 [_value(t, names) for t in reading.values], [LeftOut(x.sheet, x.cell, x.raw, x.why) for x in reading.left],
                 _told(reading), [reading.headings[i] for i in sorted(reading.headings)], pictured(book, reading, form))


def _told(reading: Reading) -> list[ToldOf]:
    found = [ToldOf(p.kind, p.sheet, p.cell, p.message, drift)
             for problems, drift in ((reading.drifted, True), (reading.told, False)) for p in problems]
    of_values = [ToldOf(str(t.no_value or "unreadable"), t.value.sheet, t.value.cell, t.value.problem, False)
                 for t in reading.values if t.value.problem]
    # What stands once in a row of several names is one, and so is what is told of a cell and of its value.
    return list({(one.sheet, one.cell, one.message): one for one in reversed((*found, *of_values))}.values())[::-1]


def _value(taken: Taken, names: Names[str, Worded]) -> MappedValue:
    value = taken.value
    return MappedValue(taken.variable, names.get(taken.variable), said(value.value), taken.unit_of_measure, taken.period,
                       taken.entity, value.sheet, value.cell, value.raw, taken.no_value and str(taken.no_value), value.problem,
                       value.repairs)


def said(value: Any) -> str | None:
    """A value as text: a number without exponent, a day as ISO has it."""
    if isinstance(value, Decimal):
        return numerals.plain(value)
    return value.isoformat() if isinstance(value, date) else value


def read_mapping(file: Path, plan: Plan | None = None) -> Mapping:
    """plan: whose units of measure it may name. Raises UsageError for a file that cannot be read, PlanError with every problem of
    it, by line."""
    root, data = _data_of(file)
    try:
        return Mapping.model_validate(data, context={TABLE: plan.measures} if plan else None)
    except ValidationError as error:
        raise _error(str(file), from_pydantic(error.errors(), root, str(file), Mapping)) from error


def _data_of(file: Path) -> tuple[Any, dict[str, Any]]:
    """Its YAML, with the place of each part. Raises as `read_mapping`."""
    try:
        text = content_of(file).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = system_said(error)
        raise UsageError(Text(f"读不了对照：{why.zh}", f"cannot read the mapping: {why.en}"), where=str(file),
                         todo=Text("先写对照文件（.yaml，存为 UTF-8），再写单位的文件",
                                   "name the mapping (.yaml, saved as UTF-8) first, then the unit's file")) from error
    root, data = mapping(text, str(file), "plan_unreadable", _error)
    if wrong := misread(root, str(file)):
        raise _error(str(file), wrong)
    return root, data


def _error(file: str, problems: list[PlanProblem]) -> PlanError:
    return PlanError(Text(f"对照有 {len(problems)} 处错误", f"the mapping has {len(problems)} problem(s)"), where=file,
                     todo=Text("按下列各行修改后重试", "mend the lines below and try again"), problems=tuple(problems))


def _beside(declared: Path) -> Plan | None:
    """The plan in whose folder `mappings/` a mapping lies. It may be one that its plan does not take yet."""
    file = declared.absolute().parent.parent / "plan.yaml"
    return unmapped_plan(file) if file.is_file() else None


def _opened(file: Path) -> Book:
    try:
        content = content_of(file)
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"文件打不开：{why.zh}", f"cannot open the file: {why.en}"), where=str(file),
                         todo=Text("检查路径与权限", "check the path and its permissions")) from error
    book = opened(content, file.name)
    if not book.sheets:
        told = book.problems[0].message
        raise UsageError(Text(told.zh, told.en), where=str(file), todo=Text("换一个能打开的文件", "give a file that opens"))
    return book


def draft(plan: Plan, form_id: str, unit_id: str, file: Path) -> Proposed:
    """A mapping of a file, drafted. Raises UsageError for an unknown form or unit, or a file that does not open."""
    form, unit = plan.form(form_called(plan, form_id)), plan.unit(unit_called(plan, unit_id))
    text = propose(_opened(file), form, unit.id, kept_name(file.name), plan.measures)
    return Proposed(kept_name(file.name), form.id, unit.id, text, sum(TO_DECIDE in line for line in text.splitlines()[1:]))


def draw(answer: Tried, out: Path, lang: Lang) -> None:
    """Writes the picture of what was tried. Raises UsageError where it cannot be written."""
    told = [(f"{t.sheet}!{t.cell}" if t.cell else t.sheet or "—", t.message) for t in answer.told]
    counts = {CellState.TAKEN: answer.taken, CellState.LEFT: len(answer.left_out), CellState.TOLD: len(told)}
    try:
        drawn = render_mapping(answer.name, answer.version, answer.file, answer.sheets, told, counts, lang)
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"写不下来：{why.zh}", f"cannot write: {why.en}"), where=str(out),
                         todo=Text("另选一个位置", "name another place")) from error


def plan_with(settings: Settings, form: str, campaign: str | None) -> Plan:
    """The plan of a campaign; without one, of the only one that has such a form. Raises UsageError where none or several have."""
    if campaign:
        return unmapped_plan(find_file(settings.plans, campaign))
    having = _having(settings, form)
    if len(having) == 1:
        return next(iter(having.values()))
    broken = [] if having else [name for name, file in plan_files(settings.plans).items() if _loaded(file) is None]
    zh, en = (f"；方案有错误、没有看的：{'、'.join(broken)}，先用 gaoxin plan check 改正",
              f"; plans with errors, which were not looked at: {', '.join(broken)}; mend them by gaoxin plan check"
              ) if broken else ("", "")
    raise UsageError(Text(f"{'没有' if not having else '不止一项'}创建工作有报表 {form!r}",
                          f"{'no campaign has' if not having else 'several campaigns have'} a form {form!r}"), where="--form",
                     todo=Text("用 --campaign 指明：" + "、".join(having or plan_files(settings.plans)) + zh,
                               "name it with --campaign: " + ", ".join(having or plan_files(settings.plans)) + en))


def _having(settings: Settings, form: str) -> dict[str, Plan]:
    """The plans with such a form, by campaign."""
    return {name: plan for name, file in plan_files(settings.plans).items()
            if (plan := _loaded(file)) and any(form in (f.id, f.name.zh, f.name.en) for f in plan.forms)}


def _loaded(file: Path) -> Plan | None:
    try:
        return unmapped_plan(file)
    except GaoxinError:  # a broken plan is told where its campaign is
        return None
