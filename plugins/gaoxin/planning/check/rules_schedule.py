"""Rules on gates: their deadlines, and what each of them needs against when it is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gaoxin.plan.calendar import last_day_for, provisional_years
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Indicator, Phase, Plan
from gaoxin.plan.series import variables_by_id
from gaoxin.plan.targets import Milestone, leaves
from gaoxin.planning.check.findings import PlanFinding, error, info, listed, warning


def deadlines(plan: Plan) -> Iterator[PlanFinding]:
    """A gate's deadline lies within its phase, and never before that of a gate that releases the phase."""
    for phase in plan.phases:
        due, subject = phase.gate.deadline, f"phases.{phase.id}"
        if not phase.starts <= due <= phase.ends:
            yield warning(
                "deadline_outside_phase", subject, f"关口期限 {due} 不在阶段 {phase.starts} 至 {phase.ends} 之内",
                f"the gate's deadline {due} lies outside the phase, {phase.starts} to {phase.ends}", (phase.source,),
            )
        for name in phase.after:
            before = plan.phase(name)
            if before.gate.deadline > due:
                yield error(
                    "gate_before_its_release", subject,
                    f"{phase.name.zh}的关口期限 {due} 早于它所等待的{before.name.zh}（{before.gate.deadline}）",
                    f"the gate of {phase.name.to('en')} is due on {due}, before {before.name.to('en')}, which releases it "
                    f"({before.gate.deadline})", (before.source, phase.source),
                )


def targets_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """Indicators that fall due after the gate that judges them. Unless a choice says how, that gate cannot be decided."""
    for phase, criterion in _target_criteria(plan):
        late = [i for i in plan.indicators_asked(criterion) if i.binding.due and i.binding.due > phase.gate.deadline]
        if not late:
            continue
        last = max(i.binding.due for i in late)
        names = {lang: listed((i.name.to(lang) for i in late), lang) for lang in ("zh", "en")}
        zh = f"{phase.name.zh}关口期限 {phase.gate.deadline}，{len(late)} 项指标最晚 {last} 才到期：{names['zh']}"
        en = (
            f"the gate of {phase.name.to('en')} is due on {phase.gate.deadline}, {len(late)} indicator(s) as late as {last}: "
            f"{names['en']}"
        )
        sources = (phase.source, *(i.binding.source for i in late))
        if criterion.not_yet_due == "on_track":
            choice = next(c for c in plan.choices if c.id == criterion.choice)
            yield warning(
                "target_due_after_gate", f"phases.{phase.id}", f"{zh}；办公室决定：{choice.decision.zh}",
                f"{en}; the office decided: {choice.decision.to('en')}", sources,
                ("推迟关口、提前目标期限，还是按进度判断",
                 "whether the gate waits, the targets fall due earlier, or progress is judged"),
                choice.id,
            )
        else:
            yield error(
                "target_due_after_gate", f"phases.{phase.id}", f"{zh}；关口无法如期判定，须以 choice 写明办公室的决定",
                f"{en}; the gate cannot be decided in time: say in a choice how it is", sources,
                ("推迟关口、提前目标期限，还是按进度判断（not_yet_due: on_track，并以 choice 写明）",
                 "whether the gate waits, the targets fall due earlier, or progress is judged (not_yet_due: "
                 "on_track with a choice)"),
            )


def figures_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """The returns that a gate judges by are due before it: at least one of each form, and all up to the targets' dates."""
    known = variables_by_id(plan)
    for phase, criterion in _target_criteria(plan):
        users: dict[str, list[Indicator]] = {}
        for indicator in plan.indicators_asked(criterion):
            for form_id in dict.fromkeys(known[i.variable][0].id for m in indicator.measures for i in m.inputs.values()):
                users.setdefault(form_id, []).append(indicator)
        for form_id, indicators in users.items():
            yield from _figures(plan.form(form_id), indicators, phase)


def _figures(form: Form, indicators: list[Indicator], phase: Phase) -> Iterator[PlanFinding]:
    gate, subject = phase.gate.deadline, f"forms.{form.id}"
    sources = (phase.source, *(i.source for i in indicators))
    names = {lang: ("、" if lang == "zh" else ", ").join(i.name.to(lang) for i in indicators) for lang in ("zh", "en")}
    if not any(last_day_for(form.due, p) <= gate for p in form.periods()):
        yield error(
            "no_return_before_gate", subject,
            f"{phase.name.zh}关口（{gate}）要判断{names['zh']}，但{form.name.zh}在此之前没有一期到期",
            f"the gate of {phase.name.to('en')} ({gate}) judges {names['en']}; no return of {form.name.to('en')} is due before",
            sources,
        )
        return
    fallen_due = [i.binding.due for i in indicators if i.binding.due and i.binding.due <= gate]
    ended = [p for p in form.periods() if fallen_due and p.end <= max(fallen_due)]
    if ended and (day := last_day_for(form.due, max(ended))) > gate:
        yield warning(
            "return_due_after_gate", subject,
            f"{form.name.zh} {max(ended)} 期 {day} 才到期，晚于{phase.name.zh}关口（{gate}）；{names['zh']}只能用更早的数",
            f"{form.name.to('en')} for {max(ended)} is due on {day}, after the gate of {phase.name.to('en')} ({gate}): judged on "
            f"older figures are {names['en']}", sources,
        )


def tasks_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """A gate asks for no deliverable that falls due later, and each dated task is asked for by some gate.

    Where the plan has no phases there are no gates to ask, and a task without a date is told as such.
    """
    asked: dict[str, list[Phase]] = {}
    for phase in plan.phases:
        for task in (t for c in phase.gate.criteria for t in plan.tasks_asked(phase, c)):
            asked.setdefault(task.id, []).append(phase)
            if task.due and task.due > phase.gate.deadline:
                yield warning(
                    "task_due_after_gate", f"tasks.{task.id}",
                    f"{task.name.zh} {task.due} 到期，{phase.name.zh}关口 {phase.gate.deadline} 就要它的成果",
                    f"{task.name.to('en')} is due on {task.due}, the gate of {phase.name.to('en')} wants it by "
                    f"{phase.gate.deadline}", (task.source, phase.source),
                )
    wanted = {leaf.milestone for i in plan.indicators for leaf in leaves(i.binding.target) if isinstance(leaf, Milestone)}
    for task in plan.tasks if plan.phases else ():
        if task.id not in asked and task.due and task.id not in wanted:
            yield warning(
                "task_without_gate", f"tasks.{task.id}", f"没有关口要{task.name.zh}的成果",
                f"no gate asks for {task.name.to('en')}", (task.source,),
            )


def nothing_to_judge(plan: Plan) -> Iterator[PlanFinding]:
    """A criterion with nothing to look at passes or holds for the wrong reason."""
    for phase in plan.phases:
        for criterion in phase.gate.criteria:
            empty = criterion.needs and not {
                "returns": _returns_due(plan.forms_asked(criterion), phase.gate.deadline),
                "indicators": plan.indicators_asked(criterion),
                "tasks": plan.tasks_asked(phase, criterion),
            }[criterion.needs]
            if empty:
                yield warning(
                    "criterion_without_subject", f"phases.{phase.id}.gate.criteria.{criterion.id}",
                    f"{phase.name.zh}关口的 {criterion.kind} 没有可判断的对象",
                    f"{criterion.kind} at the gate of {phase.name.to('en')} has nothing to judge", (phase.source,),
                )


def provisional(plan: Plan) -> Iterator[PlanFinding]:
    """Days off of a year that is not published: due days in it may move."""
    years = provisional_years(plan.starts, plan.ends) if plan.starts and plan.ends else ()
    if years and plan.forms:
        told = "、".join(str(y) for y in years)
        yield info(
            "calendar_provisional", "phases", f"{told} 年的放假调休安排尚未公布，期限可能移动",
            f"the days off of {', '.join(str(y) for y in years)} are not published: due days may move",
        )


def _target_criteria(plan: Plan) -> Iterator[tuple[Phase, TargetsMet]]:
    for phase in plan.phases:
        yield from ((phase, c) for c in phase.gate.criteria if isinstance(c, TargetsMet))


def _returns_due(forms: tuple[Form, ...], by: date) -> bool:
    return any(last_day_for(form.due, period) <= by for form in forms for period in form.periods())


RULES = (deadlines, targets_after_gate, figures_after_gate, tasks_after_gate, nothing_to_judge, provisional)
