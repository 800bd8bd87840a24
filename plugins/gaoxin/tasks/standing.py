"""How a task stands on a day (任务进展), from what was told of it. Pure; docs/decisions/103 has the reasons.

* 完成 done: closed (销号), and not reopened since.
* 其他 other: it was set aside, for a reason, and not resumed. It was as late as it was then, and grows no later.
* 逾期 overdue: its due day is over, and a deliverable or a milestone is missing.
* 未启动 not started: nothing was told, nothing is in; or what was told last is nought percent.
* 推进中 under way: anything else. What has all its deliverables and milestones waits to be closed (待销号).

What was handed in before a task was reopened is missing again (`tasks/counting.py`).

Of the reports the one of the newest day counts, of one day the one recorded last. Pace is measured while a task is under way, is
dated, and a percent was told: against the share of the time from its first to its due day that is over, in whole days, so
that it is 0 % on the first and 100 % on the due day. Within `limits.pace` points of it it is on time (达序时), below behind (欠),
above ahead (超). A milestone whose day is over and that is not reached makes it behind, whatever the percent. Words without a
percent leave the percent that was told before: whoever is behind does not catch up by words.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.plan.model import Plan, Task
from gaoxin.tasks.counting import counting
from gaoxin.tasks.model import Move, Pace, TaskHistory, TaskMove, TaskReport, TaskState, TaskStatus

_WHOLE = Decimal(100)


def stands(plan: Plan, task: Task, history: TaskHistory, today: date, due: date | None = None,
           limit: Callable[[date], date] | None = None) -> TaskState:
    """due: the day that counts, where it was put off; the plan's where none is given. limit: by which what came on a day is
    late, where that is another."""
    due = due or task.due
    told, reached = told_last(history.reports), milestones_reached(history.reports)
    measured = told_last([r for r in history.reports if r.percent is not None])
    counts = counting(history)
    missing = tuple(p.id for p in plan.pieces(task) if p.id not in counts)
    lacking = tuple(m.id for m in task.milestones if m.id not in reached)
    late = tuple(m.id for m in task.milestones if m.id in lacking and m.due < today)
    moves = {move: _last(history.moves, move) for move in Move}
    closed = _unless(moves[Move.CLOSED], moves[Move.REOPENED])
    aside = None if closed else _unless(moves[Move.SET_ASIDE], moves[Move.RESUMED])
    reopened = _unless(moves[Move.REOPENED], moves[Move.CLOSED])
    all_in = not missing and not lacking
    begun = bool(history.delivered or reached or (told and told.percent != 0))
    share = time_share(begins(plan, task), due, today)
    status = (TaskStatus.DONE if closed else TaskStatus.OTHER if aside
              else TaskStatus.OVERDUE if due and due < today and not all_in
              else TaskStatus.UNDER_WAY if begun else TaskStatus.NOT_STARTED)
    until = max([*(local_day(counts[p.id].at) for p in plan.pieces(task)),
                 *(local_day(reached[m.id].recorded_at) for m in task.milestones)]) if all_in else (
        local_day(aside.recorded_at) if aside else today)  # what was late when it was set aside was late
    counted = all_in or not closed
    days_late = max(0, (until - (limit(until) if limit else due)).days) if due and counted else 0
    pace = _pace(measured, share, plan.limits.pace, late) if status is TaskStatus.UNDER_WAY and not all_in else None
    stale = tuple(p for p in missing if p in history.delivered)
    return TaskState(
        status, pace, told, measured, share, missing, stale, lacking, late, reached, all_in and not closed and not aside,
        until if all_in else None, days_late, closed, aside, reopened)


def begins(plan: Plan, task: Task) -> date | None:
    """The first day of a task: the one by which it is to be begun, else that of its phase, else that of the whole schedule."""
    if task.starts_by:
        return task.starts_by
    return plan.phase(task.phase).starts if task.phase else plan.starts


def time_share(first: date | None, due: date | None, today: date) -> Decimal | None:
    """How much of the time is over, in %, 0 to 100; None without both days."""
    if first is None or due is None:
        return None
    if due <= first:
        return _WHOLE if today >= due else Decimal(0)
    return max(Decimal(0), min(_WHOLE, Decimal((today - first).days) / (due - first).days * 100))


def told_last(reports: Sequence[TaskReport]) -> TaskReport | None:
    """The report on the task itself that counts."""
    return max(_in_order(reports), key=lambda r: r.stood_on, default=None)


def milestones_reached(reports: Sequence[TaskReport]) -> dict[str, TaskReport]:
    """By milestone what says that it was reached; not those of which this was taken back."""
    last: dict[str, TaskReport] = {}
    for r in sorted(reports, key=lambda r: r.recorded_at):
        if r.milestone:
            last[r.milestone] = r
    return {name: r for name, r in last.items() if r.reached}


def falls(reports: Sequence[TaskReport], new: TaskReport) -> Decimal | None:
    """The percent that stood before, where the new report is below it; None where it is not, or either has none."""
    before = told_last([r for r in reports if r.stood_on <= new.stood_on and r.percent is not None])
    stood = before.percent if before else None
    return stood if stood is not None and new.percent is not None and new.percent < stood else None


def _in_order(reports: Sequence[TaskReport]) -> list[TaskReport]:
    """On the task itself, the last recorded first: of equals `max` takes the first."""
    told = sorted(enumerate(reports), key=lambda at: (at[1].recorded_at, at[0]), reverse=True)
    return [r for _, r in told if r.milestone is None]


def _last(moves: Sequence[TaskMove], move: Move) -> tuple[int, TaskMove] | None:
    return max(((at, m) for at, m in enumerate(moves) if m.move is move), default=None, key=lambda one: one[0])


def _unless(this: tuple[int, TaskMove] | None, undone: tuple[int, TaskMove] | None) -> TaskMove | None:
    return this[1] if this and (undone is None or undone[0] < this[0]) else None


def _pace(measured: TaskReport | None, share: Decimal | None, within: Decimal, late: Sequence[str]) -> Pace | None:
    if late:
        return Pace.BEHIND
    if measured is None or measured.percent is None or share is None:
        return None
    apart = measured.percent - share
    return Pace.ON_TIME if abs(apart) <= within else Pace.BEHIND if apart < 0 else Pace.AHEAD
