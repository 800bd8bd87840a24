"""The plan model: the whole of a campaign's plan. Its parts have rooms of their own: the document and its zones, offices
and people's roles, the schedule, indicators, forms.

Facts of the document carry their place in it (`source`); what the document does not say and somebody must decide is a
`Choice`, made by a role, with its reason. References between parts are checked by the loader (`reading`), so that every
other floor may follow an id without asking; contradictions of substance are found by `gaoxin.planning.check`.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field

from gaoxin.errors import UsageError
from gaoxin.i18n import Lang, Text
from gaoxin.measures import Table
from gaoxin.periods import Period
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.base import CALLED, TABLE, Id, Key, Label, Model, opt
from gaoxin.plan.calendar import DayNotice, WorkCalendar, calendar_of
from gaoxin.plan.criteria import Criterion
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.document import Condition, Document, Tier, Zone
from gaoxin.plan.due import Dated, DueRule
from gaoxin.plan.forms import Count, Form, RegisterForm, SeriesForm, Variable
from gaoxin.plan.indicator import Indicator, Quota, Reference, StatedValue
from gaoxin.plan.ladder import Burden, Card, ReminderLadder, Supervised
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.measure import Input, Measure
from gaoxin.plan.offices import Cadence, Choice, Defaults, Extensions, Governance, Limits, Rhythm, Unit
from gaoxin.plan.overrides import Override
from gaoxin.plan.schedule import Deliverable, Gate, Horizon, Phase, Piece, Stage, Task
from gaoxin.plan.tables import PublishedTable
from gaoxin.plan.units_of_measure import OwnUnit, own_units, table_of
from gaoxin.plan.world import Counting

# The parts are imported from here as well: a plan is one thing to its readers.
__all__ = ["Cadence", "Choice", "Condition", "Criterion", "Defaults", "Deliverable", "Document", "Gate", "Governance", "Horizon",
           "Indicator", "Input", "Measure", "Phase", "Plan", "Quota", "Reference", "ReminderLadder", "Rhythm",
           "Stage", "StatedValue", "Task", "Tier", "Unit", "Zone"]


class Plan(Model):
    """One campaign's plan, whole and resolved. zone: what the plan is about; zones: the parts of a portfolio, each of which
    may have figures and targets of its own. Where the document has no dated steps, there are no phases and no gates."""

    words = Key("工作方案：一项创建工作的全部内容", "plan: the whole of one campaign")
    schema_version: Annotated[Literal[1], Key("格式版本：固定写 1", "version of the format: always 1")] = Field(alias="schema")
    id: Annotated[Id, Key("编号：与方案所在文件夹同名", "id: the name of the plan's folder")]
    name: Annotated[Label, Key("名称：创建工作的名称", "name: of the campaign")]
    document: Annotated[Document, Key("文件：印发的方案文件", "document: the issued document")]
    zone: Annotated[Zone, Key("园区：创建的对象；多个园区时为其整体",
                              "zone: what the campaign is about; in a portfolio the whole of it")]
    zones: tuple[Zone, ...] = opt("各园区：多个园区时逐个列出", "zones: the zones of a portfolio", ())
    tiers: tuple[Tier, ...] = opt("园区类别：多个园区分档时写", "tiers: classes of the zones of a portfolio", ())
    units: Annotated[tuple[Unit, ...], Key("单位：方案中出现的全部单位，从不写个人",
                                           "units: every unit that the plan names, never a person")] = Field(min_length=1)
    governance: Annotated[Governance, Key("组织领导：领导小组、办公室、督查等由谁担任", "governance: which unit has which role")]
    defaults: Defaults | None = opt("通用规定：对全部指标和任务都适用", "defaults: what holds for all indicators and tasks")
    horizon: Horizon | None = opt("规划期：文件没有分步安排时，它所规划的起止年限",
                                  "horizon: the years planned for, where there are no dated steps")
    stages: tuple[Stage, ...] = opt("阶段分组：文件中含若干步骤的大阶段",
                                    "stages: parts of the schedule that hold several phases", ())
    phases: tuple[Phase, ...] = opt("阶段：有起止时间、以关口结束；按先后排列",
                                    "phases: dated, each ended by a gate; in their order", ())
    conditions: tuple[Condition, ...] = opt("认定条件：认定标准逐条及文件自述",
                                            "conditions: of the accreditation standard, and what the document says", ())
    references: tuple[Reference, ...] = opt("参照数列：目标要对比的外部数据", "references: series that targets are held against",
                                            ())
    # Left out of dumps where there are none: what was hashed and kept before there were tables stays what it was.
    tables: tuple[PublishedTable, ...] = opt("公布表：他处公布的名单或数表，审核规则用来核对",
                                             "tables: what others published, for checks to compare with", (),
                                             exclude_if=().__eq__)
    tasks: tuple[Task, ...] = opt("任务：以成果了结的工作", "tasks: work that ends in a deliverable", ())
    # Left out of dumps where there are none: what was hashed and kept before there were any stays what it was.
    assessments: tuple[Assessment, ...] = opt("初评：评分表，由专家或单位评",
                                              "assessments: score sheets, filled in by experts or units", (),
                                              exclude_if=().__eq__)
    indicators: tuple[Indicator, ...] = opt("指标：以数值衡量的内容及目标", "indicators: what is measured, with its targets", ())
    forms: tuple[Form, ...] = opt("报表：各单位报送什么、多久一报", "forms: what units report, and how often", ())
    mappings: tuple[Mapping, ...] = opt("对照：单位自有的表怎样读作报表；一般写在 mappings/ 下，一份一个文件",
                                        "mappings: of units' own tables; as a rule files under mappings/", ())
    # Left out of dumps where there are none: what was hashed and kept before there could be any stays what it was.
    units_of_measure: tuple[OwnUnit, ...] = opt("计量单位：通用的表里没有的，在本方案里怎样换算",
                                                "units of measure: that the general table lacks, and how they convert here",
                                                (), exclude_if=().__eq__)
    # Left out of dumps where there are none: what was hashed and kept before there were overrides stays what it was.
    overrides: tuple[Override, ...] = opt("规则调整：比方案更严的审核规则；一般写在 overrides.yaml",
                                          "overrides: rules stricter than the plan's own; as a rule in overrides.yaml", (),
                                          exclude_if=().__eq__)
    # Left out of dumps where there are none: what was hashed and kept before there were any stays what it was.
    calendar: tuple[DayNotice, ...] = opt("工作日历：新公布的放假安排、本地的休息日和上班日；一般写在 calendar.yaml",
                                          "calendar: new notices and days of one's own; as a rule in calendar.yaml", (),
                                          exclude_if=().__eq__)
    cadences: tuple[Cadence, ...] = opt("工作频率：调度、通报等多久一次", "cadences: how often something is done", ())
    reminders: ReminderLadder = opt("催报：何时提醒、何时升级", "reminders: when units are reminded, when matters climb",
                                    ReminderLadder())
    # Left out of dumps where nothing is said: what was hashed and kept before there were any stays what it was.
    cards: tuple[Card, ...] = opt("预警与亮牌：逾期、落后时跟着什么", "cards: what follows from being late or lagging", (),
                                  exclude_if=().__eq__)
    supervised: Supervised = opt("督办期限：没有写明期限的", "supervised: what was given no day", Supervised(),
                                 exclude_if=Supervised().__eq__)
    burden: Burden = opt("报送负担：怎样估算，每月上限", "burden: how it is estimated, and its caps", Burden(),
                         exclude_if=Burden().__eq__)
    rhythm: Rhythm = opt("系统节奏：何时检查、请示等待多久", "rhythm: when the system checks, how long consent waits", Rhythm())
    # Left out of dumps where nothing is said: what was hashed and kept before there were extensions stays what it was.
    extensions: Extensions = opt("延期：准予延期的界限", "extensions: how far a due day may be put off", Extensions(),
                                 exclude_if=Extensions().__eq__)
    # Left out of dumps where nobody chose: what was hashed and kept before there were limits stays what it was.
    limits: Limits = opt("判断界限：何为有风险、须加力", "limits: what is at risk, what a stretch", Limits(),
                         exclude_if=Limits().__eq__)
    choices: tuple[Choice, ...] = opt("办公室的决定：文件未定或自相矛盾之处由谁如何决定",
                                      "choices: what the office decided where the document is silent", ())

    @classmethod
    def made_of(cls, data: Any) -> Self:
        """A plan from its data, whose units of measure are read by the table that it extends. Raises ValidationError."""
        return cls.model_validate(data, context={TABLE: table_of(own_units(data))})

    @cached_property
    def measures(self) -> Table:
        """Its units of measure: the general table with its own."""
        return table_of(self.units_of_measure)

    @property
    def workdays(self) -> WorkCalendar:
        """Its working days: what is published, with its own entries."""
        return self.dated.workdays

    @cached_property
    def dated(self) -> Dated:
        """What its due rules are worked out with."""
        return Dated(calendar_of(self.calendar), self.document.known_since)

    @property
    def due_rules(self) -> list[tuple[str, DueRule]]:
        """Its due rules by where each stands."""
        return [*((f"forms.{at}.due", form.due) for at, form in enumerate(self.forms)),
                *((f"cadences.{at}.due", c.due) for at, c in enumerate(self.cadences) if c.due)]

    def last_day(self, rule: DueRule, period: Period) -> date:
        """On which day something falls due under a rule for a period."""
        return self.dated.due(rule, period.end)

    def first_day(self, rule: DueRule, period: Period) -> date:
        """From which day on it may be handed in."""
        return self.dated.opens(rule, period.end)

    def unit(self, unit_id: str) -> Unit:
        return _find("unit", self.units, unit_id)

    def phase(self, phase_id: str) -> Phase:
        return _find("phase", self.phases, phase_id)

    def form(self, form_id: str) -> SeriesForm | RegisterForm:
        return _find("form", self.forms, form_id)

    def indicator(self, indicator_id: str) -> Indicator:
        return _find("indicator", self.indicators, indicator_id)

    def task(self, task_id: str) -> Task:
        return _find("task", self.tasks, task_id)

    def before(self, phase: Phase) -> tuple[str, ...]:
        """The phases that a phase comes after, at any distance: its own first, then theirs."""
        found = dict.fromkeys(phase.after)
        for name in phase.after:
            found |= dict.fromkeys(self.before(self.phase(name)))
        return tuple(found)

    def number_of(self, phase: Phase) -> int:
        """The phase's number in the schedule, from 1."""
        return self.phases.index(phase) + 1

    def choice(self, choice_id: str) -> Choice:
        return _find("choice", self.choices, choice_id)

    def reference(self, reference_id: str) -> Reference:
        return _find("reference", self.references, reference_id)

    def assessment(self, assessment_id: str) -> Assessment:
        return _find("assessment", self.assessments, assessment_id)

    def table(self, table_id: str) -> PublishedTable:
        return _find("table", self.tables, table_id)

    def any_zone(self, zone_id: str) -> Zone:
        return _find("zone", self.zones, zone_id)

    def zones_in(self, names: tuple[str, ...]) -> tuple[Zone, ...]:
        """The zones meant by ids of zones or tiers, or by `all`, in the plan's order."""
        return tuple(z for z in self.zones if "all" in names or z.id in names or z.tier in names)

    @property
    def rows(self) -> tuple[Indicator | Task, ...]:
        """What the units have to do: its indicators, then its tasks."""
        return (*self.indicators, *self.tasks)

    @cached_property
    def variables(self) -> dict[str, tuple[Form, Variable | Count]]:
        """Every variable that a formula may use, with the form that yields it."""
        return {v.id: (f, v) for f in self.forms for v in f.measured}

    def zone_ids(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(z.id for z in self.zones_in(names))

    def answerable(self, item: Indicator | Task) -> str:
        """The unit that answers for it: its lead; where none is named, the one unit that is responsible, if it is one, else
        the office."""
        return item.lead or (item.responsible[0] if len(item.responsible) == 1 else self.governance.office)

    def responsible(self, item: Indicator | Task) -> tuple[str, ...]:
        """The units named beside the lead, with those that share in everything."""
        shared = self.defaults.responsible if self.defaults else ()
        return tuple(dict.fromkeys((*item.responsible, *(u for u in shared if u not in item.leads))))

    def members(self, task: Task) -> tuple[str, ...]:
        """The units that each owe what a task asks of every member: who is responsible, in the plan's order; for a group whose
        members are known these, at any depth."""
        found: dict[str, None] = {}
        waiting, seen = [*self.responsible(task)], set[str]()
        while waiting:
            if (name := waiting.pop(0)) in seen:
                continue
            seen.add(name)
            if inner := self.unit(name).members:
                waiting = [*inner, *waiting]
            else:
                found[name] = None
        return tuple(found)

    def pieces(self, task: Task) -> tuple[Piece, ...]:
        """What evidence of a task is recorded for, in the plan's order: its deliverables, or one of each member. Where each
        member owes one and nobody is named there is one for all: never none."""
        return tuple(p for d in task.deliverables for p in (self._of_members(task, d) or (Piece(d.id, d.id, d.name),)))

    def _of_members(self, task: Task, of: Deliverable) -> tuple[Piece, ...]:
        owing = self.members(task) if of.per_member else ()
        return tuple(Piece(f"{of.id}@{u}", of.id, _of_unit(of.name, self.unit(u).name), u) for u in owing)

    @property
    def starts(self) -> date | None:
        """The first day of the schedule; without one that of the horizon, the document's day or the first due date; None if
        all is masked."""
        known = [self.horizon.starts] if self.horizon else [d for d in (self.document.known_since,) if d]
        return min([p.starts for p in self.phases] or known or self._due_dates, default=None)

    @property
    def earliest(self) -> date | None:
        """The first day of which anything of the campaign can be: on which it began, or its document was known, before that."""
        return min((d for d in (self.starts, self.document.known_since) if d), default=None)

    @property
    def ends(self) -> date | None:
        """The last day of the schedule; without one that of the horizon or the last day that anything falls due; None where
        nothing is dated."""
        known = [self.horizon.ends] if self.horizon else self._due_dates
        return max([p.ends for p in self.phases] or known, default=None)

    @property
    def _due_dates(self) -> list[date]:
        statements = (t.due for i in self.indicators for t in i.targets)
        return [d for d in (*statements, *(t.due for t in self.tasks)) if d]

    def counted_indicators(self, by: Counting) -> tuple[Indicator, ...]:
        """The indicators that a target counts; one that counts others itself is never among them."""
        return tuple(self.indicator(i) for i in by.indicators([i.id for i in self.indicators if not i.counts_items]))

    def counted_tasks(self, by: Counting) -> tuple[Task, ...]:
        """The tasks whose deliverables a target asks for."""
        return tuple(self.task(t) for t in by.tasks([t.id for t in self.tasks]))

    def tasks_of(self, phase_id: str) -> tuple[Task, ...]:
        return tuple(t for t in self.tasks if t.phase == phase_id)

    def forms_asked(self, criterion: Criterion) -> tuple[SeriesForm | RegisterForm, ...]:
        """The forms whose returns a criterion looks at; none where it looks at no returns. So with indicators and tasks."""
        return _asked(criterion, "forms", self.forms, self.form)

    def indicators_asked(self, criterion: Criterion) -> tuple[Indicator, ...]:
        """Also those by which the items of an assessment are computed."""
        if isinstance(criterion, ScoreReached):
            named = (item.indicator for item in self.assessment(criterion.assessment).items if item.indicator)
            return tuple(self.indicator(name) for name in dict.fromkeys(named))
        return _asked(criterion, "indicators", self.indicators, self.indicator)

    def tasks_asked(self, phase: Phase, criterion: Criterion) -> tuple[Task, ...]:
        return _asked(criterion, "tasks", self.tasks_of(phase.id), self.task)


def _of_unit(what: Label, unit: Label) -> Label:
    en = f"{what.to('en')} ({unit.to('en')})" if what.en or unit.en else None
    return Label(zh=f"{what.zh}（{unit.zh}）", en=en)


_T = TypeVar("_T")


def _asked(criterion: Criterion, field: str, left_out: tuple[_T, ...], find: Callable[[str], _T]) -> tuple[_T, ...]:
    if field not in type(criterion).model_fields:
        return ()
    named = getattr(criterion, field)
    return left_out if named is None else tuple(find(name) for name in named)


def _find(what: str, items, wanted: str):
    for item in items:
        if item.id == wanted:
            return item
    told = Text(f"没有 {wanted!r} 这个{CALLED[what].zh}", f"no {what} {wanted!r}")
    if not items:
        raise UsageError(told, where=what, todo=Text(f"方案没有写任何{CALLED[what].zh}，无可选择",
                                                     f"the plan has no {what} at all, so there is none to choose"))
    raise UsageError(told, where=what, todo=Text(
        "可用：" + "、".join(_named(item, "zh") for item in items), "known: " + ", ".join(_named(item, "en") for item in items)))


def _named(item: Any, lang: Lang) -> str:
    """By its id, which commands take, and its name, which people know."""
    name = getattr(item, "name", None)
    return item.id if name is None else f"{item.id}（{name.zh}）" if lang == "zh" else f"{item.id} ({name.to('en')})"
