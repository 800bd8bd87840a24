"""Rules on gates: their deadlines, and what each of them needs against when it is there."""

from collections.abc import Iterator
from datetime import date

from gaoxin.i18n import Message, Worded
from gaoxin.plan.cadences import duties
from gaoxin.plan.criteria import Criterion
from gaoxin.plan.criteria.no_open_errors import NoOpenErrors
from gaoxin.plan.criteria.returns_complete import ReturnsComplete
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.criteria.warnings_explained import WarningsExplained
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Indicator, Phase, Plan
from gaoxin.plan.targets import Milestone, leaves
from gaoxin.planning.check.findings import PlanFinding, listed, of_document, of_plan, phrase

PLACE = 100

TARGET_DUE_AFTER_GATE = of_document(
    "target_due_after_gate", "error warning", ("目标期限晚于需要它的关口", "a target due after the gate that needs it"),
    ("推迟关口、提前期限还是按进度判断", "whether the gate waits, the targets come earlier, or progress is judged"),
    "{name}关口期限 {day}，{n} 项指标最晚 {last} 才到期：{late}；{then}",
    "the gate of {name} is due on {day}, {n} indicator(s) as late as {last}: {late}; {then}",
    ("推迟关口、提前目标期限，还是按进度判断", "whether the gate waits, the targets fall due earlier, or progress is judged"),
)
TASK_DUE_AFTER_GATE = of_document(
    "task_due_after_gate", "warning", ("任务期限晚于需要它的关口", "a task due after the gate that wants it"),
    ("推迟关口还是提前任务", "whether the gate waits or the task comes earlier"),
    "{task} {day} 到期，{phase}关口 {gate} 就要它的成果", "{task} is due on {day}, the gate of {phase} wants it by {gate}",
)
TASK_WITHOUT_GATE = of_document("task_without_gate", "warning", ("没有关口要任务的成果", "a task that no gate asks for"),
                                ("由哪个关口检查它的成果", "which gate looks at it"), "没有关口要{task}的成果",
                                "no gate asks for {task}")
DEADLINE_OUTSIDE_PHASE = of_plan(
    "deadline_outside_phase", "warning", ("关口期限在阶段之外", "a gate's deadline outside its phase"),
    ("改关口期限或阶段起止", "another deadline, or other dates for the phase"), "关口期限 {day} 不在阶段 {starts} 至 {ends} 之内",
    "the gate's deadline {day} lies outside the phase, {starts} to {ends}",
)
GATE_BEFORE_ITS_RELEASE = of_plan(
    "gate_before_its_release", "error", ("关口早于它所等待的关口", "a gate before the one that releases it"),
    ("改期限或 after", "another deadline, or another `after`"), "{name}的关口期限 {day} 早于它所等待的{before}（{deadline}）",
    "the gate of {name} is due on {day}, before {before}, which releases it ({deadline})", before=Worded,
)
NO_RETURN_BEFORE_GATE = of_plan("no_return_before_gate", "error", ("关口之前没有一期报表到期", "no return before the gate"),
                                ("提前报表期限、增加报告期或推迟关口", "an earlier due rule, more periods, or a later gate"),
                                "{phase}关口（{day}）要判断{judged}，但{form}在此之前没有一期到期",
                                "the gate of {phase} ({day}) judges {judged}; no return of {form} is due before", form=Worded)
RETURN_DUE_AFTER_GATE = of_plan(
    "return_due_after_gate", "warning", ("报表在关口之后才到期", "a return due after the gate"),
    ("缩短报送期限，或确认用上一期的数", "a shorter due rule, or judging by the period before"),
    "{form} {period}于 {day} 才到期，晚于{phase}关口（{gate}）；{judged}只能用更早的数",
    "{form} for {period} is due on {day}, after the gate of {phase} ({gate}): judged on older figures are {judged}", form=Worded,
)
CRITERION_WITHOUT_SUBJECT = of_plan("criterion_without_subject", "error",
                                    ("关口条件没有可判断的对象", "a criterion with nothing to judge"),
                                    ("补上对象或删去条件", "give it something to judge, or drop it"),
                                    "{phase}关口的 {kind} 没有可判断的对象，关口不可能通过",
                                    "{kind} at the gate of {phase} has nothing to judge: the gate can never pass")
MISSING_RETURNS_PASS = of_plan(
    "missing_returns_pass", "warning", ("不报的不影响关口通过", "a gate that passes on returns that are missing"),
    ("加 returns_complete，或删去只看已报的条件", "add returns_complete, or drop what looks at those alone that came"),
    "{phase}关口的 {kind} 只看已经报来的，没有条件要求报齐：没有报来的报表不影响关口通过（{forms}）",
    "{kind} at the gate of {phase} looks at returns that came, and no criterion asks for all: those that are missing let it pass "
    "({forms})", forms=Message,
)
CALENDAR_PROVISIONAL = of_plan("calendar_provisional", "info", ("放假安排尚未公布", "days off not published yet"),
                               ("公布后升级软件，或把通知写进 calendar.yaml",
                                "upgrade once they are published, or put the notice into calendar.yaml"),
                               "{years} 年的放假调休安排尚未公布，暂按法定节假日和周末推算；{count} 个期限可能移动{from_on}",
                               "the days off of {years} are not published, and taken as the regulation fixes them: {count} due "
                               "day(s) may move{from_on}", years=tuple, from_on=Message | None)

_FROM_ON = phrase("calendar_provisional.from_on", "，最早为 {day}", ", the first on {day}")
_BY_CHOICE = phrase("target_due_after_gate.choice", "办公室决定：{decision}", "the office decided: {decision}")
_UNDECIDABLE = phrase("target_due_after_gate.undecidable", "关口无法如期判定，须以 choice 写明办公室的决定",
                      "the gate cannot be decided in time: say in a choice how it is")
_LATE_ASK_CHOICE = phrase(
    "target_due_after_gate.ask_choice", "推迟关口、提前目标期限，还是按进度判断（not_yet_due: on_track，并以 choice 写明）",
    "whether the gate waits, the targets fall due earlier, or progress is judged (not_yet_due: on_track with a choice)",
)


def deadlines(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """A gate's deadline lies within its phase, and never before that of a gate that releases the phase."""
    due = phase.gate.deadline
    if not phase.starts <= due <= phase.ends:
        yield DEADLINE_OUTSIDE_PHASE.warning(phase, phase.source, day=due, starts=phase.starts, ends=phase.ends)
    for name in phase.after:
        before = plan.phase(name)
        if before.gate.deadline > due:
            yield GATE_BEFORE_ITS_RELEASE.error(phase, before.source, phase.source, day=due, before=before.name,
                                                deadline=before.gate.deadline)


def targets_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """Indicators that fall due after the gate that judges them. Unless a choice says how, that gate cannot be decided."""
    for phase, criterion in _target_criteria(plan):
        day = phase.gate.deadline
        late = [(i.name, s.due, s.source) for i in plan.indicators_asked(criterion)
                for s in (i.binding_at(day) if criterion.looks_ahead else i.fallen_due(day),) if s.due and s.due > day]
        if not late:
            continue
        met = criterion if isinstance(criterion, TargetsMet) and criterion.not_yet_due == "on_track" else None
        choice = plan.choice(met.choice) if met and met.choice else None
        yield (TARGET_DUE_AFTER_GATE.warning if choice else TARGET_DUE_AFTER_GATE.error)(
            phase, phase.source, *(source for *_, source in late), by_choice=choice and choice.id,
            ask=None if choice else _LATE_ASK_CHOICE(), day=day, n=len(late), last=max(due for _, due, _ in late),
            late=listed(name for name, *_ in late), then=_BY_CHOICE(decision=choice.decision) if choice else _UNDECIDABLE(),
        )


def figures_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """The returns that a gate judges by are due before it: at least one of each form, and all up to the targets' dates. Scores
    that are computed by indicators rest on them as well."""
    for phase, criterion in ((p, c) for p in plan.phases for c in p.gate.criteria):
        users: dict[str, list[Indicator]] = {}
        for indicator in plan.indicators_asked(criterion):
            for form_id in dict.fromkeys(plan.variables[i.variable][0].id for m in indicator.measures for i in m.inputs.values()):
                users.setdefault(form_id, []).append(indicator)
        for form_id, indicators in users.items():
            yield from _figures(plan, plan.form(form_id), indicators, phase)


def _figures(plan: Plan, form: Form, indicators: list[Indicator], phase: Phase) -> Iterator[PlanFinding]:
    gate, subject, sources = phase.gate.deadline, f"forms.{form.id}", (phase.source, *(i.source for i in indicators))
    judging = {"phase": phase.name, "judged": tuple(i.name for i in indicators), "form": form.name}
    if not _due_by(plan, form, gate):
        yield NO_RETURN_BEFORE_GATE.error(subject, *sources, day=gate, **judging)
        return
    fallen_due = [s.due for i in indicators for s in i.path if s.due and s.due <= gate]
    ended = [p for p in form.periods() if fallen_due and p.end <= max(fallen_due)]
    if ended and (day := plan.last_day(form.due, max(ended))) > gate:
        yield RETURN_DUE_AFTER_GATE.warning(subject, *sources, period=max(ended), day=day, gate=gate, **judging)


def tasks_after_gate(plan: Plan) -> Iterator[PlanFinding]:
    """A gate asks for no deliverable that falls due later, and each dated task is asked for by some gate. Where the plan has no
    phases there are no gates to ask, and a task without a date is told as such."""
    asked = {leaf.milestone for i in plan.indicators for s in i.path for leaf in leaves(s.target) if isinstance(leaf, Milestone)}
    for phase in plan.phases:
        for task in {t.id: t for c in phase.gate.criteria for t in plan.tasks_asked(phase, c)}.values():
            asked.add(task.id)
            if task.due and task.due > phase.gate.deadline:
                yield TASK_DUE_AFTER_GATE.warning(task, task.source, phase.source, task=task.name, day=task.due, phase=phase.name,
                                                  gate=phase.gate.deadline)
    for task in plan.tasks if plan.phases else ():
        if task.id not in asked and task.due:
            yield TASK_WITHOUT_GATE.warning(task, task.source, task=task.name)


def nothing_to_judge(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """A criterion on returns that nobody owes by the gate, or on no indicator or task, holds it for ever."""
    for criterion in phase.gate.criteria:
        looked_at = {
            "returns": any(_due_by(plan, form, phase.gate.deadline) for form in plan.forms_asked(criterion)),
            "indicators": plan.indicators_asked(criterion), "tasks": plan.tasks_asked(phase, criterion),
        }
        if criterion.needs and not looked_at[criterion.needs]:
            yield CRITERION_WITHOUT_SUBJECT.error(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source,
                                                  phase=phase.name, kind=criterion.kind)


def missing_returns(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """What looks at the returns that came stands beside a criterion that asks for all of them, at this gate or at an earlier one
    after which none is due."""
    day, upto = phase.gate.deadline, [p for p in plan.phases if p.gate.deadline <= phase.gate.deadline]
    whole = [(form.id, p.gate.deadline) for p in upto for c in p.gate.criteria if isinstance(c, ReturnsComplete)
             for form in plan.forms_asked(c)]
    for criterion in phase.gate.criteria:
        if not isinstance(criterion, NoOpenErrors | WarningsExplained):
            continue
        lacking = [form.name for form in plan.forms_asked(criterion) if (due := _last_due(plan, form, day))
                   and not any(name == form.id and due <= until for name, until in whole)]
        if lacking:
            yield MISSING_RETURNS_PASS.warning(f"phases.{phase.id}.gate.criteria.{criterion.id}", phase.source, phase=phase.name,
                                               kind=criterion.kind, forms=listed(lacking))


def provisional(plan: Plan) -> Iterator[PlanFinding]:
    """Days off of a year that is not published: due days in it may move."""
    days = sorted([*(plan.last_day(form.due, period) for form in plan.forms for period in form.periods()),
                   *(duty.due for duty in duties(plan))])
    known = [day for day in (plan.starts, plan.ends, *days[:1], *days[-1:]) if day]
    years = plan.workdays.provisional_years(min(known), max(known)) if known else ()
    if years and (plan.forms or plan.cadences):
        moving = [day for day in days if day.year in years]
        yield CALENDAR_PROVISIONAL.info("phases", years=years, count=len(moving),
                                        from_on=_FROM_ON(day=moving[0]) if moving else None)


def _target_criteria(plan: Plan) -> Iterator[tuple[Phase, Criterion]]:
    return ((phase, c) for phase in plan.phases for c in phase.gate.criteria if c.needs == "indicators")


def _due_by(plan: Plan, form: Form, day: date) -> bool:
    """Whether any return of a form is due by a day."""
    return _last_due(plan, form, day) is not None


def _last_due(plan: Plan, form: Form, day: date) -> date | None:
    """The last due day of a form by a day; None where none is due."""
    return max((due for period in form.periods() if (due := plan.last_day(form.due, period)) <= day), default=None)
