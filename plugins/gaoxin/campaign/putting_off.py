"""What may be put off, and how far: a return, a task, an open rectification, as they stand. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gaoxin.campaign.standing import row_of, versions_of
from gaoxin.campaign.taskbook import states
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import UsageError
from gaoxin.extensions.model import Extension, Kind
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.people.acts import leaders
from gaoxin.periods import Period
from gaoxin.plan.model import Phase, Plan, Task
from gaoxin.returns import schedule
from gaoxin.returns.model import Owed, ReturnKey, ReturnState
from gaoxin.warehouse.engine import Store

_RETURN = Code("extensions.return", "报送“{form}”{period}", "return {form} {period}", form=Worded, period=Period)
_TASK = Code("extensions.task", "任务“{task}”", "task {task}", task=Worded)
_RECTIFICATION = Code("extensions.rectification", "整改：{subject}", "to mend: {subject}", subject=Worded)
_GONE = Code("extensions.gone", "{kind} {ref}（方案已不再要求）", "{kind} {ref} (the plan asks for it no more)", kind=str,
             ref=str)
BEYOND_GATE = Code("extensions.beyond_gate", "{day} 晚于“{phase}”关口的期限 {deadline}，届时关口不再等它",
                   "{day} lies after the deadline {deadline} of the gate {phase}, which would not wait for it", phase=Worded,
                   deadline=date)
HELD_BY_GATE = Code("extensions.gate_holds", "{day} 晚于“{phase}”关口的期限 {deadline}：届时没有完成的，关口仍不通过",
                    "{day} lies after the deadline {deadline} of the gate {phase}, which is held while it is not done",
                    phase=Worded, deadline=date)
TOO_MANY_DAYS = Code("extensions.too_many_days", "{day} 比方案所定期限 {planned} 晚 {days} 天，方案最多准延 {most} 天",
                     "{day} is {days} days after the plan's day {planned}; the plan allows {most} at most", planned=date,
                     days=int, most=int)
DAY_OFF = Code("extensions.day_off", "{day} 是休息日", "{day} is a day off")
_DONE = {
    ReturnState.ACCEPTED: Text("已接收，无可延期", "it is accepted: nothing is owed"),
    ReturnState.RECEIVED: Text("已收到，正待校核，无可延期", "it came and waits to be checked: nothing is owed"),
}
_DELIVERED = Text("成果和节点已齐，无可延期", "all is in: nothing is owed")
_CLOSED = Text("已销号，无可延期", "it is closed: nothing is owed")


@dataclass(frozen=True)
class Thing:
    """What may be put off. units: which ask for it: who owes a return or a rectification, who leads a task. planned: its own day;
    due: the day that stands. None, where it has none. done: why nothing is owed of it any more."""

    kind: Kind
    ref: str
    name: Message
    units: tuple[str, ...]
    planned: date | None
    due: date | None
    done: Text | None = None


def thing_of(w: Workplace, store: Store, what: str, unit: str) -> Thing:
    """What a unit means: FORM@PERIOD of its own, the id of a task or of a rectification. Raises UsageError where there is no such
    thing, with what there is."""
    if "@" in what:
        form, _, period = what.partition("@")
        return _return(w, store, ReturnKey(w.plan.id, w.plan.form(form).id, unit, Period.parse(period)))
    if task := next((t for t in w.plan.tasks if t.id == what), None):
        return _task(w, store, task)
    if found := _rectification(w, store, what):
        return found
    tasks = [t.id for t in w.plan.tasks if unit in leaders(w.plan, t)]
    open_ = [r.id for r in store.decisions.rectifications(w.plan.id, w.known, open_only=True) if r.owner == unit]
    forms = [f"{f.id}@…" for f in w.plan.forms if unit in f.units]
    named = ", ".join((*forms, *tasks, *open_)) or "—"
    raise UsageError(Text(f"没有 {what!r} 可延期", f"there is no {what!r} that could be put off"), where=w.plan.id,
                     todo=Text(f"写 报表@报告期、任务编号或整改编号：{named}",
                               f"write FORM@PERIOD, or the id of a task or rectification: {named}"))


def again(w: Workplace, store: Store, of: Extension) -> Thing | None:
    """What a request is about, as it stands now; None where the plan asks for it no more."""
    if of.kind is Kind.TASK:
        task = next((t for t in w.plan.tasks if t.id == of.ref), None)
        return _task(w, store, task) if task else None
    if of.kind is Kind.RECTIFICATION:
        return _rectification(w, store, of.ref)
    key = key_of(w.plan, of)
    return _return(w, store, key) if key else None


def key_of(plan: Plan, of: Extension) -> ReturnKey | None:
    """The return that a request is about; None where the plan asks for no such return."""
    key = schedule.key_of(plan, of.ref)
    return key if key and key.period in plan.form(key.form).periods() else None


def name_of(w: Workplace, of: Extension, subjects: dict[str, Message]) -> Message:
    """What a request is about, in words. subjects: of rectifications, by id."""
    if of.kind is Kind.RETURN and (key := key_of(w.plan, of)):
        return _RETURN(form=w.plan.form(key.form).name, period=key.period)
    if of.kind is Kind.TASK and (task := next((t for t in w.plan.tasks if t.id == of.ref), None)):
        return _TASK(task=task.name)
    if of.kind is Kind.RECTIFICATION and of.ref in subjects:
        return _RECTIFICATION(subject=subjects[of.ref])
    return _GONE(kind=str(of.kind), ref=of.ref)


def against(w: Workplace, store: Store, thing: Thing, day: date) -> Iterator[Message]:
    """What speaks against a day: a gate that asks for the thing and is decided before, and more days than the plan allows."""
    most = w.plan.extensions.most_days
    if most is not None and thing.planned and (days := (day - thing.planned).days) > most:
        yield TOO_MANY_DAYS(day=day, planned=thing.planned, days=days, most=most)
    passed = store.decisions.passed(w.plan.id, w.known)
    for phase in w.plan.phases:
        deadline = phase.gate.deadline
        if phase.id not in passed and thing.due and thing.due <= deadline < day and _asks(w, store, phase, thing):
            code = BEYOND_GATE if thing.kind is Kind.RETURN else HELD_BY_GATE
            yield code(day=day, phase=phase.name, deadline=deadline)


def hints(plan: Plan, day: date) -> Iterator[Message]:
    if not plan.workdays.is_workday(day):
        yield DAY_OFF(day=day)


def last_allowed(w: Workplace, thing: Thing, found: list[Message]) -> date | None:
    """The last day against which nothing of that speaks."""
    given = w.plan.extensions
    days = [thing.planned + timedelta(days=given.most_days)] if given.most_days and thing.planned else []
    days += [m.context["deadline"] for m in found if m.code in (BEYOND_GATE.code, HELD_BY_GATE.code)]
    return min(days, default=None)


def _asks(w: Workplace, store: Store, phase: Phase, thing: Thing) -> bool:
    """Whether a phase's gate looks at it."""
    if thing.kind is Kind.RETURN:
        forms = [form.id for c in phase.gate.criteria for form in w.plan.forms_asked(c)]
        return any(thing.ref.startswith(f"{w.plan.id}__{form}__") for form in forms)
    if thing.kind is Kind.TASK:
        return any(thing.ref == task.id for c in phase.gate.criteria for task in w.plan.tasks_asked(phase, c))
    return any(r.id == thing.ref and r.phase == phase.id for r in store.decisions.rectifications(w.plan.id, w.known))


def _return(w: Workplace, store: Store, key: ReturnKey) -> Thing:
    form = w.plan.form(key.form)
    if key.unit not in form.units or key.period not in form.periods():
        unit = w.plan.unit(key.unit).name
        raise UsageError(Text(f"{unit.to('zh')}不报“{form.name.to('zh')}”{key.period.said}",
                              f"{unit.to('en')} does not owe {form.name.to('en')} for {key.period}"),
                         where=str(key), todo=Text(f"用 gaoxin returns status {w.plan.id} 查看",
                                                   f"see gaoxin returns status {w.plan.id}"))
    planned = w.plan.last_day(form.due, key.period)
    came = versions_of(store.standing.of_unit(w.plan.id, key.unit, [key.form], w.known, key.period))
    row = row_of(Owed(key, planned), came.get(key, []), w.now, w.days)
    return Thing(Kind.RETURN, str(key), _RETURN(form=form.name, period=key.period), (key.unit,), planned, row.due,
                 _DONE.get(row.state))


def _task(w: Workplace, store: Store, task: Task) -> Thing:
    stands = states(w, store)[task.id]
    done = stands.closed or not (stands.missing or stands.lacking)
    return Thing(Kind.TASK, task.id, _TASK(task=task.name), tuple(leaders(w.plan, task)), task.due,
                 w.due_of_task(task), _DELIVERED if done else None)


def _rectification(w: Workplace, store: Store, id: str) -> Thing | None:
    """By its id or the last part of that. Its own day is the one that stands: where it was put off before, the plan
    says nothing of the one it was opened with."""
    known = store.decisions.rectifications(w.plan.id, w.known)
    meant = [r for r in known if r.id == id] or [r for r in known if r.id.rpartition(".")[2] == id]
    found = meant[0] if len(meant) == 1 else None
    return Thing(Kind.RECTIFICATION, found.id, _RECTIFICATION(subject=found.subject), (found.owner,), found.due, found.due,
                 _CLOSED if found.closed_at else None) if found else None
