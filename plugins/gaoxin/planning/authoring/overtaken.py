"""What of a new version comes too late: days that it moves after they had passed, or that have passed already. Pure, in words.

Nothing that was late becomes timely by a version, and nothing that came in time becomes late (docs/decisions/113): whoever puts
it into force is told where that matters, and so is whoever it concerns.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from gaoxin.clock import end_of
from gaoxin.extensions.limits import InForce, days_apart, moved
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.planning.authoring.diff import Change

_RETURNS = Code("overtaken.returns",
                "报表“{form}”有 {count} 期的期限（{first} 至 {last}）改动时已过：按原期限逾期的仍记为逾期",
                "{form}: the days of {count} period(s) ({first} to {last}) had passed when they were moved: "
                "what was late by them stays told late", form=Worded, count=int, first=date, last=date)
_ONE = Code("overtaken.one", "{what}的期限 {was} 改动时已过：按原期限逾期的仍记为逾期",
            "{what}: its day {was} had passed when it was moved: what was late by it stays told late", what=Worded, was=date)
_RETURNS_BACK = Code("overtaken.returns_back",
                     "报表“{form}”有 {count} 期的新期限（{first} 至 {last}）生效时已过：此前报送的按原期限计，未报送的即日起逾期",
                     "{form}: the new days of {count} period(s) ({first} to {last}) have passed already: what "
                     "came is judged by the days of then, what did not is late at once", form=Worded, count=int, first=date,
                     last=date)
_ONE_BACK = Code("overtaken.one_back", "{what}的新期限 {now} 生效时已过：未办结的即日起逾期",
                 "{what}: its new day {now} has passed already: what is not done is late at once", what=Worded, now=date)
_DUTIES = Code("overtaken.duties",
               "“{name}”有 {count} 次的期限（{first} 至 {last}）改动时已过：按原期限逾期的仍记为逾期",
               "{name}: the days of {count} time(s) ({first} to {last}) had passed when they were moved: "
               "what was late by them stays told late", name=Worded, count=int, first=date, last=date)
_DUTIES_BACK = Code("overtaken.duties_back",
                    "“{name}”有 {count} 次的新期限（{first} 至 {last}）生效时已过：未办理的即日起逾期",
                    "{name}: the new days of {count} time(s) ({first} to {last}) have passed already: what is not done "
                    "is late at once", name=Worded, count=int, first=date, last=date)
_TASK = Code("overtaken.task", "任务“{task}”", "task {task}", task=Worded)
_MILESTONE = Code("overtaken.milestone", "任务“{task}”的节点“{name}”", "milestone {name} of {task}", task=Worded, name=Worded)
_GATE = Code("overtaken.gate", "“{phase}”关口", "the gate of {phase}", phase=Worded)
_PHASE = Code("overtaken.phase", "阶段“{phase}”", "phase {phase}", phase=Worded)
_INDICATOR = Code("overtaken.indicator", "指标“{indicator}”", "indicator {indicator}", indicator=Worded)


def overtaken(before: Plan, after: Plan, day: date) -> tuple[Change, ...]:
    """As changes of what they speak of, whose field is the day. day: on which the version comes into force."""
    return tuple(_found(before, after, day))


def _found(before: Plan, after: Plan, day: date) -> Iterator[Change]:
    at = end_of(day)
    history = moved([InForce(before, 1, at), InForce(after, 2, at)])
    now = dict(days_apart(after))
    forms: dict[tuple[str, bool], list[date]] = defaultdict(list)
    duties: dict[tuple[str, bool], list[date]] = defaultdict(list)
    due = {(f.id, str(p)): after.last_day(f.due, p) for f in after.forms if any(s[0] == "return" for s in history)
           for p in f.periods()}
    for (kind, ref), (stood,) in history.items():
        if kind == "return":
            form, _, period = ref.partition("@")
            new = due[form, period]
            if stood.passed or new < day:
                forms[form, stood.passed].append(stood.day if stood.passed else new)
        elif kind == "cadence" and (stood.passed or now[kind, ref] < day):
            duties[ref.partition(":")[0], stood.passed].append(stood.day if stood.passed else now[kind, ref])
        elif stood.passed or now[kind, ref] < day:
            subject, field, what = _named(after, kind, ref)
            told = _ONE(what=what, was=stood.day) if stood.passed else _ONE_BACK(what=what, now=now[kind, ref])
            yield Change("changed", subject, field, stood.day.isoformat(), now[kind, ref].isoformat(), told)
    for (form, passed), days in forms.items():
        told = (_RETURNS if passed else _RETURNS_BACK)(form=after.form(form).name, count=len(days), first=min(days),
                                                       last=max(days))
        yield Change("changed", f"forms.{form}", "due", None, None, told)
    names = {c.id: c.name for c in after.cadences}
    for (cadence, passed), days in duties.items():
        told = (_DUTIES if passed else _DUTIES_BACK)(name=names[cadence], count=len(days), first=min(days), last=max(days))
        yield Change("changed", f"cadences.{cadence}", "due", None, None, told)


def _named(plan: Plan, kind: str, ref: str) -> tuple[str, str, Message]:
    """Subject and field, as `diff` has them, and what it is in words."""
    name, _, part = ref.partition("~")
    if kind == "indicator":
        return f"indicators.{name}", "targets", _INDICATOR(indicator=next(i.name for i in plan.indicators if i.id == name))
    if kind in ("task", "milestone"):
        task = plan.task(name)
        one = task.milestone(part.removeprefix("milestone."))
        return (f"tasks.{name}", f"milestones.{one.id}.due", _MILESTONE(task=task.name, name=one.name)) if one else (
            f"tasks.{name}", "due", _TASK(task=task.name))
    phase = plan.phase(name)
    return (f"phases.{name}", "gate.deadline", _GATE(phase=phase.name)) if kind == "gate" else (
        f"phases.{name}", part, _PHASE(phase=phase.name))
