"""When: stages, phases with their gates, and the tasks that the gates ask for. Criteria have a folder of their own."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan import base
from gaoxin.plan.base import DueDate, Id, Key, Label, MaskedDate, Model, Named, PhaseId, Refers, Source, StartDate, UnitId, opt
from gaoxin.plan.criteria import AnyCriterion
from gaoxin.plan.criteria.approval import Approval

ENDS_BEFORE = Code("plan.ends_before", "ends {ends} 早于 starts {starts}", "ends {ends} lies before starts {starts}")
CONSENTS_TWICE = Code("plan.consents_twice", "一个关口中 {unit} 两次被列为审批或代理单位：一个单位只表态一次",
                      "{unit} is named twice among those who consent to one gate: a unit has one word")
DUE_IN_A_PHASE = Code("plan.due_in_a_phase", "归入阶段的任务须有 due", "a task that belongs to a phase needs due")


class Gate(Model):
    """The decision that ends a phase: rehearsed `rehearse_days` before the deadline, decided from `decide_days` before."""

    words = Key("关口：条件全部满足才通过，缺数据即不通过", "gate: passes when every criterion holds; what is missing holds it")
    deadline: Annotated[DueDate, Key("关口期限：最迟在这一天作出决定", "gate deadline: the last day for the decision")]
    criteria: Annotated[tuple[AnyCriterion, ...], Key("关口条件：逐条列出", "criteria: one by one")] = Field(min_length=1)
    rehearse_days: int = opt("预演天数：期限前多少天起每日预演", "rehearsal days: rehearsed daily from so many days before", 30,
                             ge=0)
    decide_days: int = opt("判定天数：期限前多少天起可作决定", "decision days: decided from so many days before", 5, ge=0)

    @model_validator(mode="after")
    def criteria_have_ids_of_their_own(self) -> Self:
        return self.unique("criteria", [c.id for c in self.criteria])

    @model_validator(mode="after")
    def nobody_consents_twice(self) -> Self:
        found = Counter(u for c in self.approvals for u in c.deciders)
        twice = next((u for u, count in found.items() if count > 1), None)
        return self.fit(twice is None, CONSENTS_TWICE, unit=twice)

    @property
    def rehearsed_from(self) -> date:
        return self.deadline - timedelta(days=self.rehearse_days)

    @property
    def decided_from(self) -> date:
        """The first day of the decision window, which ends with the decision and not with the deadline."""
        return self.deadline - timedelta(days=self.decide_days)

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The criteria that wait for a unit's consent, in the order in which they are asked."""
        return tuple(c for c in self.criteria if isinstance(c, Approval))


class Stretch(Model):
    """What has a first and a last day."""

    starts: Annotated[StartDate, Key("起：2020-05 即当月首日", "starts: 2020-05 is its first day")]
    ends: Annotated[DueDate, Key("止：2020-09 即当月末日", "ends: 2020-09 is its last day")]

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        return self.fit(self.starts <= self.ends, ENDS_BEFORE, ends=self.ends, starts=self.starts)


class Horizon(Stretch):
    """The stretch of time that the document plans for, such as a five-year plan, where it has no dated steps."""

    words = Key("规划期：如五年规划的起止", "horizon: such as that of a five-year plan")
    starts: Annotated[StartDate, Key("起：日、月或年，月和年指其第一天", "starts: a day, a month or a year, for its first day")]
    ends: Annotated[DueDate, Key("止：日、月或年，月和年指其最后一天", "ends: a day, a month or a year, for its last day")]
    source: Source


class Stage(Named, Stretch):
    """A part of the document's schedule that holds several steps. A phase inside it names it."""

    words = Key("阶段分组", "stage")
    source: Source


class Phase(Stretch):
    """A dated stretch of the schedule."""

    words = Key("阶段", "phase")
    id: Id
    kind: Annotated[Literal["launch", "planning", "collection", "publicity", "pre_assessment", "application", "review",
                            "acceptance"], Key("种类", "kind: what happens in it", "启动 方案 数据采集 宣传 初评 申请 评审 验收")]
    name: Label
    summary: Label | None = opt("概要：这一阶段做什么", "summary: what is done in it")
    stage: Annotated[Id, Refers("stage")] | None = opt("所属阶段分组：stages 中的编号", "stage: an id of `stages`")
    after: tuple[PhaseId, ...] = opt("前置阶段：其关口通过后本阶段才开始；须排在前面",
                                     "waits for: phases whose gates release it; they stand before it", ())
    gate: Annotated[Gate, Key("关口：结束本阶段的决定", "gate: the decision that ends it")]
    source: Source


class Deliverable(Named):
    """per_member: each responsible unit owes one of its own; of a group each of its members."""

    words = Key("成果", "deliverable")
    # Left out of dumps where it is not so: what was hashed before there was any stays what it was.
    per_member: bool = opt("逐家提交：每个责任单位各交一份，组合则其成员各交一份；与牵头单位合交一份的不写",
                           "per member: each responsible unit owes one, of a group each member; left out where it is one for all",
                           False, exclude_if=False.__eq__)


class TaskMilestone(Named):
    """A point on the way of a task, which its lead reports as reached. Its day is its own; the task's is no earlier."""

    words = Key("节点：任务途中须按期达到的一步", "milestone: a step of a task with a day of its own")
    due: Annotated[DueDate, Key("节点时限：2020-06 即当月末日", "due: 2020-06 is its last day")]


@dataclass(frozen=True)
class Piece:
    """One piece of work that a task's evidence is recorded for: a deliverable, or that of one member. id: the deliverable's,
    of a member with the unit behind an @; by this the record knows it. member: the unit that owes it; None: whoever answers for
    the task."""

    id: str
    deliverable: str
    name: Label
    member: str | None = None


class Quantity(Model):
    """A number that the document gives within a task. Two of the same `what` must agree, but for different days (`by`)."""

    words = Key("数量", "quantity")
    what: Annotated[Id, Key("所指：同一事物写同一编号，两处须一致", "what: the same id for the same thing; both must agree")]
    name: Label
    value: Annotated[Decimal, Key("数值", "value")]
    unit: Annotated[base.UnitOfMeasure, Key("计量单位", "unit of measure")]
    by: DueDate | None = opt("截至：文件写明日期时写", "by: the day for which it holds")
    source: Source


class Task(Model):
    """A piece of work that ends in deliverables. Without `due`, or with its year masked, it never falls due by itself."""

    words = Key("任务：以成果了结的工作", "task: work that ends in a deliverable")
    between_keys: ClassVar = {**base.NOT_BOTH_DUE, DUE_IN_A_PHASE: {"dependencies": {"phase": ["due"]}}}
    id: Id
    row: int | None = opt("附件序号：在附件中的第几项；不在附件中不写",
                          "row: its number in the annex; left out where it has none")
    name: Label
    section: Label | None = opt("重点内容：附件中的类别", "section: its heading in the annex")
    lead: UnitId | None = opt("牵头单位：文件未指定时不写", "lead: left out where the document names nobody")
    co_leads: tuple[UnitId, ...] = opt("并列牵头单位", "co-leads: who leads beside the first", ())
    responsible: tuple[UnitId, ...] = opt("责任单位：单位编号", "responsible: ids of units", ())
    starts_by: DueDate | None = opt("启动期限：最迟何时开始", "to be begun by")
    due: DueDate | None = opt("完成时间：2020-12 即当月末日；文件未定时不写",
                              "due: 2020-12 is its last day; left out where none is given")
    due_masked: MaskedDate | None = opt("完成时间（年份被隐去）：如 20xx-12", "due, year masked: as printed, e.g. 20xx-12")
    phase: PhaseId | None = opt("所属阶段：由哪个阶段的关口查验；写了须有 due",
                                "phase: whose gate asks for it; then `due` is needed")
    deliverables: Annotated[tuple[Deliverable, ...], Key("成果：每项成果须登记佐证",
                                                         "deliverables: for each, evidence is recorded")] = Field(min_length=1)
    # Left out of dumps where there are none: what was hashed and kept before there were any stays what it was.
    milestones: tuple[TaskMilestone, ...] = opt("节点：途中须按期达到的各步，由牵头单位报告",
                                            "milestones: steps with days of their own, which the lead reports", (),
                                            exclude_if=().__eq__)
    quantities: tuple[Quantity, ...] = opt("任务中的数量：规模、投资等", "quantities: capacities, investments within it", ())
    source: Source

    @model_validator(mode="after")
    def milestones_have_ids_of_their_own(self) -> Self:
        return self.unique("milestones", [m.id for m in self.milestones])

    def milestone(self, milestone_id: str) -> TaskMilestone | None:
        return next((m for m in self.milestones if m.id == milestone_id), None)

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(u for u in (self.lead, *self.co_leads) if u)
