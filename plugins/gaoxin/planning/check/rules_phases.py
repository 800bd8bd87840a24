"""Rules on the calendar of stages, phases and tasks: against the document's own date, against each other, against headings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from gaoxin.plan.model import Phase, PhaseKind, Plan, Stage
from gaoxin.plan.targets import Milestone, leaves
from gaoxin.planning.check.findings import PlanFinding, info, warning


def before_the_document(plan: Plan) -> Iterator[PlanFinding]:
    """A step that was over when the document was issued. For the launch that is as usual: it led to the document."""
    issued = plan.document.known_since
    if issued is None:
        return
    dated = (f"文件日期 {issued}", f"the document's date {issued}")
    told: set[str] = set()
    for phase in plan.phases:
        if phase.ends >= issued:
            continue
        told.add(phase.id)
        found = info if phase.kind is PhaseKind.LAUNCH else warning
        yield found(
            "step_before_document", f"phases.{phase.id}",
            f"{phase.name.zh}应于 {phase.ends} 结束，文件 {issued} 才印发",
            f"{phase.name.to('en')} ends on {phase.ends}, the document was issued on {issued}", (phase.source, dated[0]),
            (f"追认为已完成的准备工作，还是把{phase.name.zh}改期到印发之后",
             f"whether it counts as done before, or {phase.name.to('en')} gets a date after the issue"),
        )
    for task in plan.tasks:
        if task.due and task.due < issued and task.phase not in told:
            yield warning(
                "step_before_document", f"tasks.{task.id}", f"{task.name.zh} {task.due} 到期，文件 {issued} 才印发",
                f"{task.name.to('en')} is due on {task.due}, the document was issued on {issued}", (task.source, dated[0]),
                (f"追认为已完成，还是把{task.name.zh}改期到印发之后",
                 f"whether it counts as done before, or {task.name.to('en')} gets a date after the issue"),
            )


def targets_before_the_document(plan: Plan) -> Iterator[PlanFinding]:
    """A target to be reached by a day that was past when the document was issued, and of which the document does not say
    what came of it. A report on a closed year does say so; a target that is a task done is told of the task."""
    issued = plan.document.known_since
    for indicator in plan.indicators:
        told: set[date] = set()
        for statement in (indicator.binding, *(s for s in indicator.targets if s.role in ("goal", "horizon"))):
            closed = issued and statement.due and statement.due < issued and statement.due not in told
            done = all(isinstance(leaf, Milestone) for leaf in leaves(statement.target))
            if not closed or done or any(s.on.end >= statement.due for s in indicator.stated):
                continue
            told.add(statement.due)
            yield warning(
                "step_before_document", f"indicators.{indicator.id}",
                f"{indicator.name.zh}的目标 {statement.due} 到期，文件 {issued} 才印发，也没有写完成情况",
                f"the target of {indicator.name.to('en')} was due on {statement.due}, the document was issued on {issued} and "
                "does not say what came of it", (statement.source, f"文件日期 {issued}"),
                (f"核实{indicator.name.zh}的完成时间，或补上完成数", "whether the date is right, or which value was reached"),
            )


def overlaps(plan: Plan) -> Iterator[PlanFinding]:
    """Phases that run at the same time: information where they are independent or only share the month in which one
    follows the other, a warning where one waits for the other. Stages follow each other, so theirs are warnings.

    Independent phases under one heading are steps that the document itself lists side by side; and where two stages
    overlap, that is told once, of the stages.
    """
    ahead, stages = _ahead(plan), {s.id: s for s in plan.stages}
    for one, other in combinations(plan.phases, 2):
        if not (days := _common(one, other)):
            continue
        waits = one.id in ahead[other.id]
        above, beside = stages.get(one.stage or ""), stages.get(other.stage or "")
        if not waits and above and beside and (above is beside or _common(above, beside)):
            continue
        shared = _boundary(one, other)
        found = warning if waits and not shared else info
        if shared:
            why = (f"，{shared} 两边都算在内", f": both claim {shared}")
        elif waits:
            why = (f"，而后者要等前者的关口（{one.gate.deadline}）",
                   f", though the latter waits for the gate of {one.gate.deadline}")
        else:
            why = ("，同时进行", "")
        yield _overlap(found, f"phases.{other.id}", one, other, days, why, shared)
    for one, other in combinations(plan.stages, 2):
        if (days := _common(one, other)) and not (_within(one, other) or _within(other, one)):
            shared = _boundary(one, other)
            why = (f"，{shared} 两边都算在内", f": both claim {shared}") if shared else ("", "")
            yield _overlap(info if shared else warning, f"stages.{other.id}", one, other, days, why, shared)


def _overlap(found, subject: str, one: Phase | Stage, other: Phase | Stage, days: tuple[date, date], why: tuple[str, str],
             shared: str) -> PlanFinding:
    first, last = days
    ask = (
        (f"{shared} 归{one.name.zh}还是归{other.name.zh}",
         f"whether {shared} belongs to {one.name.to('en')} or {other.name.to('en')}")
        if shared else
        (f"{one.name.zh}与{other.name.zh}是否并行；不并行则改其中一个的起止",
         f"whether {one.name.to('en')} and {other.name.to('en')} run side by side; if not, other dates for one of them")
    )
    return found(
        "phases_overlap", subject, f"{one.name.zh}与{other.name.zh}在 {first} 至 {last} 重叠{why[0]}",
        f"{one.name.to('en')} and {other.name.to('en')} overlap from {first} to {last}{why[1]}", (one.source, other.source), ask,
    )


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
    for what, items in (("phases", plan.phases), ("stages", plan.stages)):
        last: Phase | Stage | None = None
        for item in sorted(items, key=lambda p: (p.starts, p.ends)):
            if last and item.starts > last.ends + timedelta(days=1):
                first, until = last.ends + timedelta(days=1), item.starts - timedelta(days=1)
                yield warning(
                    "phases_leave_gap", f"{what}.{item.id}",
                    f"{last.name.zh}与{item.name.zh}之间 {first} 至 {until} 没有任何安排",
                    f"between {last.name.to('en')} and {item.name.to('en')} nothing is planned from {first} to {until}",
                    (last.source, item.source),
                    (f"{last.name.zh}延到 {until}，还是{item.name.zh}提前到 {first}，或确认这段时间没有安排",
                     f"whether {last.name.to('en')} lasts until {until}, {item.name.to('en')} begins on {first}, or "
                     "nothing is due"),
                )
            if last is None or item.ends > last.ends:
                last = item


def outside(plan: Plan) -> Iterator[PlanFinding]:
    """A phase lies within the stage under whose heading it stands, and a task falls due within its phase."""
    stages = {s.id: s for s in plan.stages}
    for phase in plan.phases:
        stage = stages.get(phase.stage or "")
        if stage and not stage.starts <= phase.starts <= phase.ends <= stage.ends:
            yield warning(
                "step_outside_stage", f"phases.{phase.id}",
                f"{phase.name.zh}（{phase.starts} 至 {phase.ends}）超出所属的{stage.name.zh}（{stage.starts} 至 {stage.ends}）",
                f"{phase.name.to('en')} ({phase.starts} to {phase.ends}) lies outside {stage.name.to('en')} "
                f"({stage.starts} to {stage.ends}), under which it stands", (stage.source, phase.source),
                (f"改{phase.name.zh}的起止，还是改{stage.name.zh}的起止",
                 f"other dates for {phase.name.to('en')} or for {stage.name.to('en')}"),
            )
    phases = {p.id: p for p in plan.phases}
    for task in plan.tasks:
        phase = phases.get(task.phase or "")
        # Beyond the gate's deadline it is told as task_due_after_gate.
        if phase and task.due and not phase.starts <= task.due <= max(phase.ends, phase.gate.deadline):
            if task.due > phase.gate.deadline:
                continue
            yield warning(
                "step_outside_stage", f"tasks.{task.id}",
                f"{task.name.zh} {task.due} 到期，在所属的{phase.name.zh}（{phase.starts} 至 {phase.ends}）之外",
                f"{task.name.to('en')} is due on {task.due}, outside {phase.name.to('en')} ({phase.starts} to {phase.ends}), to "
                "which it belongs", (phase.source, task.source),
                (f"{task.name.zh}归入哪个阶段，或改它的完成时间",
                 f"to which phase {task.name.to('en')} belongs, or another date for it"),
            )


def begun_outside(plan: Plan) -> Iterator[PlanFinding]:
    """A task is begun within its phase."""
    phases = {p.id: p for p in plan.phases}
    for task in plan.tasks:
        phase = phases.get(task.phase or "")
        if phase and task.starts_by and not phase.starts <= task.starts_by <= max(phase.ends, phase.gate.deadline):
            yield warning(
                "step_outside_stage", f"tasks.{task.id}",
                f"{task.name.zh}要在 {task.starts_by} 前启动，在所属的{phase.name.zh}（{phase.starts} 至 {phase.ends}）之外",
                f"{task.name.to('en')} is to be begun by {task.starts_by}, outside {phase.name.to('en')} ({phase.starts} to "
                f"{phase.ends}), to which it belongs", (phase.source, task.source),
                (f"{task.name.zh}归入哪个阶段，或改它的启动时间",
                 f"to which phase {task.name.to('en')} belongs, or another day to begin it"),
            )


def beyond_the_horizon(plan: Plan) -> Iterator[PlanFinding]:
    """A plan of years has its goals and tasks due within them."""
    if plan.horizon is None or plan.phases:
        return
    ends = plan.horizon.ends
    dated = [(f"indicators.{i.id}", i.name, i.binding.due, i.binding.source) for i in plan.indicators]
    for subject, name, due, source in (*dated, *((f"tasks.{t.id}", t.name, t.due, t.source) for t in plan.tasks)):
        if due and due > ends:
            yield warning(
                "step_outside_stage", subject, f"{name.zh} {due} 到期，在规划期（到 {ends}）之后",
                f"{name.to('en')} is due on {due}, after the years planned for (until {ends})", (source, plan.horizon.source),
                (f"{name.zh}提前到规划期内，还是规划期写错", f"an earlier date for {name.to('en')}, or another horizon"),
            )


RULES = (before_the_document, targets_before_the_document, overlaps, gaps, outside, begun_outside, beyond_the_horizon)
