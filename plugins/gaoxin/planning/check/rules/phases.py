"""Rules on the calendar of stages, phases and tasks: against the document's own date, against each other, against headings."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from gaoxin.i18n import Message
from gaoxin.plan.model import Indicator, Phase, Plan, Stage, Task
from gaoxin.plan.targets import Milestone, leaves
from gaoxin.planning.check.findings import PlanFinding, of_document, phrase

PLACE = 90

STEP_BEFORE_DOCUMENT = of_document(
    "step_before_document", "warning info", ("日期早于文件印发", "a date before the document was issued"),
    ("追认还是改期", "whether it counts as done or gets another date"), "{name} {day} 到期，文件 {issued} 才印发",
    "{name} is due on {day}, the document was issued on {issued}",
    ("追认为已完成，还是把{name}改期到印发之后", "whether it counts as done before, or {name} gets a date after the issue"),
)
_OVERLAP_ASK = (
    "{one}与{other}是否并行；不并行则改其中一个的起止",
    "whether {one} and {other} run side by side; if not, other dates for one of them",
)
PHASES_OVERLAP = of_document("phases_overlap", "warning info", ("阶段重叠", "phases that overlap"),
                             ("是否并行", "whether they run side by side"), "{one}与{other}在 {first} 至 {last} 重叠{why}",
                             "{one} and {other} overlap from {first} to {last}{why}", _OVERLAP_ASK, why=Message | None)
_SIDE_BY_SIDE = PHASES_OVERLAP.saying("side_by_side", "{one}与{other}在 {first} 至 {last} 重叠，同时进行",
                                      "{one} and {other} overlap from {first} to {last}", _OVERLAP_ASK)
PHASES_LEAVE_GAP = of_document(
    "phases_leave_gap", "warning", ("阶段之间有空档", "a gap between phases"),
    ("空档归哪个阶段", "to which phase the gap belongs"), "{one}与{other}之间 {first} 至 {last} 没有任何安排",
    "between {one} and {other} nothing is planned from {first} to {last}",
    ("{one}延到 {last}，还是{other}提前到 {first}，或确认这段时间没有安排",
    "whether {one} lasts until {last}, {other} begins on {first}, or nothing is due"),
)
STEP_OUTSIDE_STAGE = of_document("step_outside_stage", "warning", ("步骤在所属阶段之外", "a step outside its phase"),
                                 ("改步骤还是改阶段的日期", "whether the step or the phase gets other dates"),
                                 "{name} {day} 到期，在所属的{of}（{first} 至 {last}）之外",
                                 "{name} is due on {day}, outside {of} ({first} to {last}), to which it belongs",
                                 ("{name}归入哪个阶段，或改它的完成时间",
                                  "to which phase {name} belongs, or another date for it"))

_PHASE_BEFORE = STEP_BEFORE_DOCUMENT.saying(
    "phase", "{name}应于 {day} 结束，文件 {issued} 才印发", "{name} ends on {day}, the document was issued on {issued}",
    ("追认为已完成的准备工作，还是把{name}改期到印发之后",
    "whether it counts as done before, or {name} gets a date after the issue"),
)
_TARGET_BEFORE = STEP_BEFORE_DOCUMENT.saying(
    "target", "{name}的目标 {day} 到期，文件 {issued} 才印发，也没有写完成情况",
    "the target of {name} was due on {day}, the document was issued on {issued} and does not say what came of it",
    ("核实{name}的完成时间，或补上完成数", "whether the date is right, or which value was reached"),
)
_DATED = phrase("step_before_document.dated", "文件日期 {issued}", "date of the document {issued}")
_BOTH_CLAIM = phrase("phases_overlap.month", "，{month} 两边都算在内", ": both claim {month}")
_WAITS = phrase("phases_overlap.waits", "，而后者要等前者的关口（{deadline}）",
                ", though the latter waits for the gate of {deadline}")
_WHOSE_MONTH = phrase("phases_overlap.month.ask", "{month} 归{one}还是归{other}", "whether {month} belongs to {one} or {other}")
_PHASE_OUTSIDE = STEP_OUTSIDE_STAGE.saying(
    "phase", "{name}（{starts} 至 {ends}）超出所属的{of}（{first} 至 {last}）",
    "{name} ({starts} to {ends}) lies outside {of} ({first} to {last}), under which it stands",
    ("改{name}的起止，还是改{of}的起止", "other dates for {name} or for {of}"),
)
_BEGUN_OUTSIDE = STEP_OUTSIDE_STAGE.saying(
    "begun", "{name}要在 {day} 前启动，在所属的{of}（{first} 至 {last}）之外",
    "{name} is to be begun by {day}, outside {of} ({first} to {last}), to which it belongs",
    ("{name}归入哪个阶段，或改它的启动时间", "to which phase {name} belongs, or another day to begin it"),
)
_BEYOND = STEP_OUTSIDE_STAGE.saying("horizon", "{name} {day} 到期，在规划期（到 {ends}）之后",
                                    "{name} is due on {day}, after the years planned for (until {ends})",
                                    ("{name}提前到规划期内，还是规划期写错", "an earlier date for {name}, or another horizon"))


def before_the_document(plan: Plan) -> Iterator[PlanFinding]:
    """A step that was over when the document was issued. For the launch that is as usual: it led to the document."""
    issued = plan.document.known_since
    if issued is None:
        return
    dated = _DATED(issued=issued)
    over = {p.id: p for p in plan.phases if p.ends < issued}
    for phase in over.values():
        said = _PHASE_BEFORE.info if phase.kind == "launch" else _PHASE_BEFORE.warning
        yield said(phase, phase.source, dated, day=phase.ends, issued=issued)
    for task in plan.tasks:
        if task.due and task.due < issued and task.phase not in over:
            yield STEP_BEFORE_DOCUMENT.warning(task, task.source, dated, day=task.due, issued=issued)


def targets_before_the_document(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A target to be reached by a day that was past when the document was issued, and of which the document does not say
    what came of it. A report on a closed year does say so; a target that is a task done is told of the task."""
    issued, told = plan.document.known_since, set[date]()
    for statement in (*indicator.path, *(s for s in indicator.targets if s.role in ("goal", "horizon"))):
        due = statement.due
        if not issued or not due or due >= issued or due in told or any(s.on.end >= due for s in indicator.stated):
            continue
        if not all(isinstance(leaf, Milestone) for leaf in leaves(statement.target)):
            told.add(due)
            yield _TARGET_BEFORE.warning(indicator, statement.source, _DATED(issued=issued), day=due, issued=issued)


def overlaps(plan: Plan) -> Iterator[PlanFinding]:
    """Phases that run at the same time: information where they are independent or only share the month in which one follows the
    other, a warning where one waits for the other. Stages follow each other, so theirs are warnings. Independent phases under one
    heading are steps that the document itself lists side by side; and where two stages overlap, that is told once, of the
    stages."""
    ahead, stages = _ahead(plan), {s.id: s for s in plan.stages}
    for one, other in combinations(plan.phases, 2):
        waits = one.id in ahead[other.id]
        above, beside = stages.get(one.stage or ""), stages.get(other.stage or "")
        if not waits and above and beside and (above is beside or _common(above, beside)):
            continue
        yield from _overlap(waits, one, other, _WAITS(deadline=one.gate.deadline) if waits else None, side_by_side=True)
    for stage, later in combinations(plan.stages, 2):
        if not (_within(stage, later) or _within(later, stage)):
            yield from _overlap(True, stage, later, None)


def _overlap(grave: bool, one: Phase | Stage, other: Phase | Stage, why: Message | None,
             side_by_side: bool = False) -> Iterator[PlanFinding]:
    """Two that overlap, if they do. side_by_side: whether they may, where nothing more is to be said."""
    if not (days := _common(one, other)):
        return
    told = {"one": one.name, "other": other.name, "first": days[0], "last": days[1], "ask": None}
    if month := _boundary(one, other):
        why, told["ask"] = _BOTH_CLAIM(month=month), _WHOSE_MONTH(month=month, one=one.name, other=other.name)
    if side_by_side and why is None:
        yield _SIDE_BY_SIDE.info(other, one.source, other.source, **told)
    else:
        said = PHASES_OVERLAP.warning if grave and not month else PHASES_OVERLAP.info
        yield said(other, one.source, other.source, why=why, **told)


def _common(one: Phase | Stage, other: Phase | Stage) -> tuple[date, date] | None:
    first, last = max(one.starts, other.starts), min(one.ends, other.ends)
    return (first, last) if first <= last else None


def _within(one: Stage, other: Stage) -> bool:
    """Whether a stage lies wholly in another: a heading under a heading, and no overlap."""
    return other.starts <= one.starts and one.ends <= other.ends


def _boundary(one: Phase | Stage, other: Phase | Stage) -> str:
    """The month in which one ends and the other begins, where that is all they share; empty otherwise."""
    earlier, later = sorted((one, other), key=lambda p: (p.starts, p.ends))
    same = (earlier.ends.year, earlier.ends.month) == (later.starts.year, later.starts.month)
    longer = earlier.starts < later.starts and earlier.ends < later.ends
    return f"{later.starts:%Y-%m}" if same and longer else ""


def _ahead(plan: Plan) -> dict[str, set[str]]:
    """Phase -> all phases that it waits for, directly or through others. `references` holds that there is no circle."""
    found: dict[str, set[str]] = {}
    for phase in plan.phases:
        found[phase.id] = set(phase.after).union(*(found.get(name, set()) for name in phase.after))
    return found


def gaps(plan: Plan) -> Iterator[PlanFinding]:
    """Days between phases, or between stages, on which nothing of the schedule runs."""
    day = timedelta(days=1)
    both: tuple[tuple[Phase | Stage, ...], ...] = (plan.phases, plan.stages)
    for items in both:
        given = sorted(items, key=lambda p: (p.starts, p.ends))
        for at, item in enumerate(given[1:], 1):
            last = max(given[:at], key=lambda p: p.ends)
            if item.starts > last.ends + day:
                yield PHASES_LEAVE_GAP.warning(item, last.source, item.source, one=last.name, other=item.name,
                                               first=last.ends + day, last=item.starts - day)


def outside(plan: Plan) -> Iterator[PlanFinding]:
    """A phase lies within the stage under whose heading it stands, and a task falls due within its phase."""
    stages = {s.id: s for s in plan.stages}
    for phase in plan.phases:
        stage = stages.get(phase.stage or "")
        if stage and not stage.starts <= phase.starts <= phase.ends <= stage.ends:
            yield _PHASE_OUTSIDE.warning(phase, stage.source, phase.source, starts=phase.starts, ends=phase.ends, of=stage.name,
                                         first=stage.starts, last=stage.ends)
    for task, of in _in_phases(plan):
        # Beyond the gate's deadline it is told as task_due_after_gate.
        if task.due and task.due < of.starts and task.due <= of.gate.deadline:
            yield STEP_OUTSIDE_STAGE.warning(task, of.source, task.source, day=task.due, of=of.name, first=of.starts,
                                             last=of.ends)


def begun_outside(plan: Plan) -> Iterator[PlanFinding]:
    """A task is begun within its phase."""
    for task, of in _in_phases(plan):
        if task.starts_by and not of.starts <= task.starts_by <= max(of.ends, of.gate.deadline):
            yield _BEGUN_OUTSIDE.warning(task, of.source, task.source, day=task.starts_by, of=of.name, first=of.starts,
                                         last=of.ends)


def _in_phases(plan: Plan) -> list[tuple[Task, Phase]]:
    return [(task, phase) for task in plan.tasks for phase in plan.phases if phase.id == task.phase]


def beyond_the_horizon(plan: Plan) -> Iterator[PlanFinding]:
    """A plan of years has its goals and tasks due within them."""
    if plan.horizon is None or plan.phases:
        return
    ends = plan.horizon.ends
    dated = [(row, of) for row in plan.rows for of in (row.path if isinstance(row, Indicator) else (row,))]
    for row, of in dated:
        if of.due and of.due > ends:
            yield _BEYOND.warning(row, of.source, plan.horizon.source, day=of.due, ends=ends)
