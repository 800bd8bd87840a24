"""What people do with tasks: leads tell of their progress and milestones; others close them (销号), reopen them, set them aside.

Who did the work never closes it. A task is closed when every deliverable has evidence, each member's too, and every milestone was
reported as reached. What was handed in before it was reopened counts again when it is renewed, or when whoever closes it says
why it holds good. What a gate passed on that is reopened is told, and becomes a rectification of that gate.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_told, words_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import Rectification
from gaoxin.gates.rectifying import due_day, rectification_id
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.numerals import plain
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.schedule import TaskMilestone
from gaoxin.tasks.closing import doers_of, may_close, may_set_aside
from gaoxin.tasks.model import Move, TaskHistory, TaskMove, TaskReport, TaskState
from gaoxin.tasks.standing import falls, stands
from gaoxin.warehouse.engine import Store

_REOPENED = Code("tasks.reopened", "关口通过后任务“{task}”重开：{reason}",
                 "task {task} was reopened after the gate had passed: {reason}",
                 task=Worded, reason=str)
_SAY = Text("写明情况，或去掉 --words", "say how it stands, or leave --words out")
_CLOSED_AGAIN = Code("tasks.closed_again", "任务“{task}”已再次销号", "task {task} was closed again", task=Worded)


class TaskTold(Answer):
    """What was recorded of a task's progress, or of a milestone of it (reached). stood_on: the day on which it stood so. counts:
    whether it is what counts now: one of a newer day goes before."""

    campaign: str
    task: str
    name: Worded
    by: str
    stood_on: date
    percent: Decimal | None
    words: str | None
    milestone: str | None
    reached: bool | None
    late_because: str | None
    counts: bool
    recorded_at: datetime
    account: str | None
    authenticated: bool | None


class TaskMoved(Answer):
    """gates: phases whose gates passed while it was closed, and of which it now is a rectification."""

    campaign: str
    task: str
    name: Worded
    move: Move
    by: str
    reason: str
    confirmed: str | None
    gates: tuple[str, ...]
    recorded_at: datetime
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None


def tell_progress(w: Workplace, task: str, by: str, percent: Decimal | None = None, words: str | None = None,
                  day: date | None = None) -> TaskTold:
    """Records how a task stood on a day (today where none is given). Raises UsageError for an unknown task or unit, a percent
    beyond 0 to 100, and where nothing is told; NotAllowed for a unit that does not lead it; Refused for a day to come, a closed
    task, and a percent that falls without words."""
    with acting(w, Act.PROGRESS, by) as (w, store):
        wanted = _of_lead(w, task, by)
        if percent is None and words is None:
            raise UsageError(Text("没有报告任何进展", "nothing is told"), where=task,
                             todo=Text("以 --percent 写百分比，或以 --words 写文字", "give --percent, or --words"))
        if percent is not None and not (percent.is_finite() and 0 <= percent <= 100 and percent == round(percent, 2)):
            raise UsageError(Text(f"进度 {percent} 无效", f"no such progress: {percent}"), where="--percent",
                             todo=Text("写 0 到 100 的数，小数最多两位", "a number from 0 to 100, of two decimals at most"))
        if words is not None:
            words = words_of(words, task, Text("进展说明是空的", "the words say nothing"), todo=_SAY)
        new = TaskReport(task, _day(w, day), by, w.now, percent, words, **w.told_by)
        history = store.tasks.histories(w.plan.id, w.known)[task]
        _must_be_open(w, wanted, history)
        before = falls(history.reports, new)
        if before is not None and words is None:
            raise Refused(Text(f"进度由 {plain(before)} % 降为 {plain(percent or Decimal(0))} %，须说明原因",
                               f"progress falls from {plain(before)} % to {plain(percent or Decimal(0))} %: say why"),
                          where=task, todo=Text("加 --words 说明原因", "add --words TEXT"))
        store.tasks.tell(w.plan.id, new)
        counts = all(r.stood_on <= new.stood_on for r in history.reports if r.milestone is None)
        return _told(w, wanted, new, counts)


def tell_milestone(w: Workplace, task: str, milestone: str, by: str, day: date | None = None, words: str | None = None, *,
                   reached: bool = True, late_because: str | None = None) -> TaskTold:
    """Records that a milestone was reached on a day, or takes that back. late_because: why one that was reached in time is told
    after its limit. Raises as tell_progress does; UsageError for an unknown milestone, and unless late_because is given exactly
    where it belongs; Refused for one that is reported so already, and where it is taken back without words."""
    with acting(w, Act.PROGRESS, by) as (w, store):
        wanted = _of_lead(w, task, by)
        if (asked := wanted.milestone(milestone)) is None:
            known = [m.id for m in wanted.milestones]
            raise UsageError(Text(f"任务 {task} 没有节点 {milestone!r}", f"task {task} has no milestone {milestone!r}"),
                             where="milestone", todo=Text("可用：" + ("、".join(known) or "（无）"),
                                                          "known: " + (", ".join(known) or "(none)")))
        history = store.tasks.histories(w.plan.id, w.known)[task]
        _must_be_open(w, wanted, history)
        if (milestone in _state(w, wanted, history).reached) is reached:
            raise Refused(Text("该节点已报告达到", "it is reported as reached already") if reached else
                          Text("该节点没有报告过达到", "it is not reported as reached"), where=f"{task}.{milestone}",
                          todo=Text("无须再报；报错的先以 --take-back 撤回", "nothing to do; --take-back undoes a wrong report"))
        if not reached:
            must_be_told(words or "", task, Text("撤回须写理由", "taking it back needs a reason"),
                         Text("以 --words 写明理由", "say why by --words"))
        said = words_of(words, task, Text("说明是空的", "the words say nothing"), todo=_SAY) if words is not None else None
        new = TaskReport(task, _day(w, day), by, w.now, None, said, milestone, reached,
                         _told_late(w, asked, _day(w, day), late_because, reached=reached), **w.told_by)
        store.tasks.tell(w.plan.id, new)
        return _told(w, wanted, new, True)


def close(w: Workplace, task: str, because: str, by: str, entered: Entered = AT_ONCE, confirmed: str | None = None) -> TaskMoved:
    """Closes a task (销号). confirmed: of one that was reopened, why what was handed in before holds good all the same. Raises
    UsageError for an unknown task or unit; NotAllowed for a unit that may not, or whose work it is, and for such an account;
    Refused for one that is closed, where a deliverable or a milestone is missing, and where nothing is to be confirmed."""
    with acting(w, Act.CLOSE, by) as (w, store):
        wanted, history = _to_move(w, store, task, by, because, "销号", "close")
        state = _state(w, wanted, history)
        if state.closed:
            raise Refused(Text("该任务已销号", "it is closed already"), where=task,
                          todo=Text("无须再办", "nothing is left to do"))
        _must_be_in(w, wanted, state, confirmed)
        said = words_of(confirmed, task, Text("须写旧成果仍有效的依据", "say why the old ones hold good")) if confirmed else None
        done = _move(w, store, wanted, Move.CLOSED, by, because, entered, confirmed=said)
        for item in store.decisions.rectifications(w.plan.id, w.known, open_only=True):
            if (item.phase, item.criterion, item.ref) in {(p, c, task) for p, c in _asked_closed(w.plan, task)}:
                store.decisions.close_rectification(item.id, w.now, _CLOSED_AGAIN(task=wanted.name), entered.of(w))
        return done


def reopen(w: Workplace, task: str, because: str, by: str, entered: Entered = AT_ONCE) -> TaskMoved:
    """Takes the closing back: what was handed in does not hold. Where a gate passed on it, a rectification of that gate is
    opened. Raises as close does; Refused for one that is not closed."""
    with acting(w, Act.CLOSE, by) as (w, store):
        wanted, history = _to_move(w, store, task, by, because, "重开", "reopen")
        if _state(w, wanted, history).closed is None:
            raise Refused(Text("该任务没有销号", "it is not closed"), where=task,
                          todo=Text("无须重开", "nothing is to be reopened"))
        passed = store.decisions.passed(w.plan.id, w.known)
        gates = [(p, c) for p, c in _asked_closed(w.plan, task) if p in passed]
        done = _move(w, store, wanted, Move.REOPENED, by, because, entered, tuple(dict.fromkeys(p for p, _ in gates)))
        told = _REOPENED(task=wanted.name, reason=done.reason)
        for phase, criterion in gates:
            store.decisions.open_rectification(_rectification(w, wanted, phase, criterion, told))
        return done


def set_aside(w: Workplace, task: str, because: str, by: str, entered: Entered = AT_ONCE) -> TaskMoved:
    """其他: the office says that a task is suspended, merged or dropped, and why; of its own work supervision or the leading
    group does. It grows no later meanwhile, and holds its gate. Raises UsageError for an unknown task or unit, NotAllowed for
    another than who says so, and for an account that did the work, Refused for one that is closed or set aside."""
    return _put_aside(w, task, because, by, entered, Move.SET_ASIDE)


def resume(w: Workplace, task: str, because: str, by: str, entered: Entered = AT_ONCE) -> TaskMoved:
    """Raises as set_aside does; Refused for one that was not set aside."""
    return _put_aside(w, task, because, by, entered, Move.RESUMED)


def _must_be_in(w: Workplace, task: Task, state: TaskState, confirmed: str | None) -> None:
    """Raises Refused while something is missing that is not confirmed, and where nothing is to be."""
    names = {**{p.id: p.name for p in w.plan.pieces(task)}, **{m.id: m.name for m in task.milestones}}

    def listed(ids: Iterable[str]) -> Text:
        left = [names[one] for one in ids]
        return Text("、".join(x.to("zh") for x in left), ", ".join(x.to("en") for x in left))

    if missing := [one for one in (*state.missing, *state.lacking) if one not in state.stale]:
        left = listed(missing)
        raise Refused(Text(f"尚缺：{left.zh}", f"missing: {left.en}"),
                      where=task.id, todo=Text("成果登记、节点报告齐全后再销号",
                                               "close it when all deliverables are recorded and all milestones reported"))
    if state.stale and not confirmed:
        left = listed(state.stale)
        raise Refused(Text(f"任务已重开，仍是重开前的成果：{left.zh}", f"it was reopened, and these are of before: {left.en}"),
                      where=task.id, todo=Text("由承担单位登记新件；旧件经核实有效的，以 --confirmed 写明依据",
                                               "have new files recorded; or say why the old ones hold good (--confirmed)"))
    if confirmed and not state.stale:
        raise Refused(Text("没有重开前的成果须核实", "there is nothing of before a reopening to confirm"), where=task.id,
                      todo=Text("去掉 --confirmed", "leave --confirmed out"))


def _told_late(w: Workplace, asked: TaskMilestone, day: date, because: str | None, *, reached: bool) -> str | None:
    """Why a milestone is told after its limit, of a day before."""
    late = reached and day <= asked.due < local_day(w.now)
    where = f"{asked.id} {asked.due}"
    if late and because is None:
        raise UsageError(Text(f"节点期限 {asked.due} 已过，现在报 {day} 达到，属于补录，须写理由",
                              f"its limit {asked.due} is over: that it was reached on {day} needs a reason"),
                         where="--late-reason", todo=Text("加 --late-reason 理由", "add --late-reason TEXT"))
    if because is not None and not late:
        raise UsageError(Text("不是补录，不写补录理由", "nothing is entered afterwards here"), where="--late-reason",
                         todo=Text("去掉 --late-reason", "leave --late-reason out"))
    return None if because is None else words_of(because, where, Text("补录须写理由", "say why it is told late"))


def _put_aside(w: Workplace, task: str, because: str, by: str, entered: Entered, move: Move) -> TaskMoved:
    with acting(w, Act.CLOSE, by) as (w, store):
        zh, en = ("暂缓", "set aside") if move is Move.SET_ASIDE else ("恢复", "resume")
        wanted, history = _to_move(w, store, task, by, because, zh, en, may_set_aside)
        state = _state(w, wanted, history)
        if state.closed or (state.aside is not None) is (move is Move.SET_ASIDE):
            told = (Text("该任务已销号", "it is closed") if state.closed else
                    Text("该任务已暂缓", "it is set aside already") if state.aside else
                    Text("该任务没有暂缓", "it is not set aside"))
            raise Refused(told, where=task,
                          todo=Text("用 gaoxin tasks 查看", "see gaoxin tasks"))
        return _move(w, store, wanted, move, by, because, entered)


def _of_lead(w: Workplace, task: str, by: str) -> Task:
    """The task, of which a unit may tell: one that leads it or answers for it."""
    wanted, name = w.plan.task(task), w.plan.unit(by).name
    leads = list(dict.fromkeys((w.plan.answerable(wanted), *wanted.leads)))
    members = {m for u in leads for m in w.plan.unit(u).members}
    if by not in {*leads, *members}:
        raise NotAllowed(Text(f"{name.to('zh')}不牵头任务 {task}", f"{name.to('en')} does not lead task {task}"), where=task,
                         todo=Text("由" + "、".join(w.plan.unit(u).name.to("zh") for u in leads) + "报告",
                                   "told by " + ", ".join(w.plan.unit(u).name.to("en") for u in leads)))
    return wanted


def _to_move(w: Workplace, store: Store, task: str, by: str, because: str, zh: str, en: str,
             who: Callable[[Plan, Task, Iterable[str]], list[str]] = may_close) -> tuple[Task, TaskHistory]:
    """The task with its history, which a unit may close, reopen or set aside; raises NotAllowed and Refused where it may not.
    who: may do so, of those that the plan names."""
    wanted, name = w.plan.task(task), w.plan.unit(by).name
    history = store.tasks.histories(w.plan.id, w.known)[task]
    handed_in = {e.recorded_by for e in store.decisions.evidence(w.plan.id, w.known) if e.task == task}
    did = handed_in | {r.by for r in history.reports}
    allowed = who(w.plan, wanted, did)
    if by not in allowed:
        own = by in doers_of(w.plan, wanted) | did
        raise NotAllowed(
            Text(f"{name.to('zh')}承担这项任务，不能自己{zh}" if own else f"{name.to('zh')}不能{zh}任务",
                 f"{name.to('en')} did the work: it may not {en} it" if own else f"{name.to('en')} may not {en} tasks"),
            where=task,
            todo=Text("由" + ("、".join(w.plan.unit(u).name.zh for u in allowed) or "方案另行写明的督查单位或领导小组") + "办理",
                      "done by " + (", ".join(allowed) or "supervision or a leading group, which the plan does not name")))
    for unit in sorted(did | {w.plan.answerable(wanted)}):
        must_be_apart(w, store, Act.CLOSE, unit)
    must_be_told(because, task, Text(f"{zh}须写依据", f"a reason is needed to {en} it"))
    return wanted, history


def _move(w: Workplace, store: Store, task: Task, move: Move, by: str, because: str, entered: Entered,
          gates: tuple[str, ...] = (), confirmed: str | None = None) -> TaskMoved:
    made = TaskMove(task.id, move, by, " ".join(because.split()), w.now, confirmed, **entered.of(w), **w.told_by)
    store.tasks.move(w.plan.id, made, **({"gates": gates} if move is Move.REOPENED else {}))
    return TaskMoved.of(made, campaign=w.plan.id, name=task.name, gates=gates)


def _told(w: Workplace, task: Task, new: TaskReport, counts: bool) -> TaskTold:
    return TaskTold.of(new, campaign=w.plan.id, name=task.name, counts=counts)


def _state(w: Workplace, task: Task, history: TaskHistory) -> TaskState:
    return stands(w.plan, task, history, local_day(w.now), w.due_of_task(task), w.limit_of_task(task))


def _must_be_open(w: Workplace, task: Task, history: TaskHistory) -> None:
    if _state(w, task, history).closed:
        raise Refused(Text("该任务已销号，进展不再更改", "it is closed: nothing more is told of it"), where=task.id,
                      todo=Text("确有变化的，先由督查单位、办公室或领导小组中未承担该任务的重开",
                                "have it reopened first, by supervision, office or leading group, whichever did no work on it"))


def _day(w: Workplace, day: date | None) -> date:
    today = local_day(w.now)
    if day and day > today:
        raise Refused(Text(f"{day} 还没有到（今天是 {today}）", f"{day} is yet to come: today is {today}"), where="--day",
                      todo=Text("写今天或以前的日期", "give today or a day before"))
    if day and (first := w.plan.earliest) and day < min(first, today):
        raise Refused(Text(f"{day} 早于本创建工作开始（{first}）", f"{day} is before the campaign began ({first})"),
                      where="--day", todo=Text(f"核对日期，写 {first} 或以后的日期", f"look the day up: {first} or after"))
    return day or today


def _asked_closed(plan: Plan, task: str) -> list[tuple[str, str]]:
    """The criteria, with their phases, that ask for a task to be closed."""
    return [(p.id, c.id) for p in plan.phases for c in p.gate.criteria
            if c.kind == "tasks_closed" and any(t.id == task for t in plan.tasks_asked(p, c))]


def _rectification(w: Workplace, task: Task, phase: str, criterion: str, told: Message) -> Rectification:
    return Rectification(id=rectification_id(w.plan.id, phase, criterion, task.id), campaign=w.plan.id, phase=phase,
                         criterion=criterion, ref=task.id, owner=w.plan.answerable(task), subject=told, opened_at=w.now,
                         due=due_day(w.plan, local_day(w.now), date.min))
