"""Rules on what the ledger of tasks asks: a number of its own for each row, milestones against the task's day, a piece from each
member, and who may close."""

from collections.abc import Iterator
from datetime import date

from gaoxin.i18n import Worded
from gaoxin.plan.model import Indicator, Phase, Plan, Task
from gaoxin.planning.check.findings import PlanFinding, of_document, of_plan
from gaoxin.tasks.closing import may_close

PLACE = 81

MILESTONE_AFTER_TASK = of_document(
    "milestone_after_task", "warning", ("节点晚于任务期限", "a milestone after its task is due"),
    ("改节点还是改任务的期限", "whether the milestone or the task gets another date"),
    "{task}的节点{milestone} {day} 才到，任务 {due} 就到期", "{milestone} of {task} is due on {day}, the task itself on {due}",
    milestone=Worded, due=date,
)
NUMBER_TWICE = of_document(
    "number_twice", "warning", ("附件序号重复", "two rows of one number"), ("各是第几项", "which number each has"),
    "附件第 {row} 项写了 {n} 次：{names}", "row {row} of the annex is given {n} times: {names}", row=int, n=int, names=tuple,
)
PER_MEMBER_OF_NOBODY = of_plan(
    "per_member_of_nobody", "error", ("逐家提交却没有责任单位", "one from each of nobody"),
    ("写明责任单位，或去掉 per_member", "name who is responsible, or leave per_member out"),
    "{task}的成果{deliverable}须逐家提交，但任务没有责任单位",
    "{deliverable} of {task} is owed by each responsible unit, and there is none",
)
PER_MEMBER_OPEN_ENDED = of_plan(
    "per_member_open_ended", "warning", ("逐家提交而成员未列全", "one from each, and not all are named"),
    ("列全成员，或确认只由所列单位提交", "name all members, or leave it at those that are named"),
    "{task}的成果{deliverable}须逐家提交，而{group}的成员未列全：未列出的单位不会被催报",
    "{deliverable} of {task} is owed by each member, and {group} does not name them all: the others are not asked",
    group=Worded,
)
NOBODY_CLOSES = of_plan(
    "nobody_closes", "error", ("任务无人可以销号", "a task that nobody may close"),
    ("在 governance 写明督查单位或领导小组，或去掉该条件", "name supervision or a leading group, or drop the criterion"),
    "{phase}关口要{task}已销号，但办公室、督查单位、领导小组都承担这项任务或没有写明，关口不可能通过",
    "the gate of {phase} asks that {task} is closed; office, supervision and leading group do it themselves or are not named: "
    "the gate can never pass",
)


def numbers(plan: Plan) -> Iterator[PlanFinding]:
    """A row of the annex is found by its number, within its section where the document has sections."""
    numbered: dict[tuple[int, str], list[Indicator | Task]] = {}
    for row in plan.rows:
        if row.row is not None:
            numbered.setdefault((row.row, row.section.zh if row.section else ""), []).append(row)
    for (number, _), rows in numbered.items():
        if len(rows) > 1:
            yield NUMBER_TWICE.warning(rows[1], *(row.source for row in rows), row=number, n=len(rows),
                                       names=tuple(row.name for row in rows))


def milestones(plan: Plan, task: Task) -> Iterator[PlanFinding]:
    """A milestone lies on the way: its day is no later than the task's."""
    for one in task.milestones:
        if task.due and one.due > task.due:
            yield MILESTONE_AFTER_TASK.warning(task, task.source, task=task.name, milestone=one.name, day=one.due, due=task.due)


def members(plan: Plan, task: Task) -> Iterator[PlanFinding]:
    """Where each member owes a piece, it is known who they are."""
    groups = [u for name in plan.responsible(task) if (u := plan.unit(name)).open_ended]
    for one in (d for d in task.deliverables if d.per_member):
        told = {"task": task.name, "deliverable": one.name}
        if not plan.members(task):
            yield PER_MEMBER_OF_NOBODY.error(task, task.source, **told)
        for group in groups:
            yield PER_MEMBER_OPEN_ENDED.warning(task, task.source, **told, group=group.name)


def closers(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """A task that a gate wants closed can be closed by somebody who did not do it."""
    for criterion in phase.gate.criteria:
        if criterion.kind != "tasks_closed":
            continue
        for task in plan.tasks_asked(phase, criterion):
            if not may_close(plan, task):
                yield NOBODY_CLOSES.error(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source, task.source,
                                          phase=phase.name, task=task.name)
