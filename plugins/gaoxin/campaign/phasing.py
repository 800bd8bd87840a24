"""Stage reminders: at start, middle and end of every phase the office and the lead units learn what begins or ends, what falls
due, what is open, and what the gate would say by its last rehearsal. Each is news (`reminders.model`), told once; of points that
were missed the last one is told, late. Reads only."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from gaoxin.campaign.results import TOLD_FOR
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Indicator, Phase, Plan, Task
from gaoxin.reminders.model import Due, News, Section
from gaoxin.warehouse.engine import Store

NAMED = 8  # things of each sort

_POINT = {
    "start": Code("phasing.start", "阶段“{phase}”开始：{starts} 至 {ends}，关口期限 {deadline}{late}",
                  "phase {phase} begins: {starts} to {ends}, its gate is due {deadline}{late}", phase=Worded, deadline=date,
                  late=Message | None),
    "middle": Code("phasing.middle", "阶段“{phase}”过半：至 {ends}，关口期限 {deadline}{late}",
                   "phase {phase} is half over: until {ends}, its gate is due {deadline}{late}", phase=Worded, deadline=date,
                   late=Message | None),
    "end": Code("phasing.end", "阶段“{phase}”到期：{ends}，关口期限 {deadline}{late}",
                "phase {phase} ends: {ends}, its gate is due {deadline}{late}", phase=Worded, deadline=date, late=Message | None),
}
_LATE = Code("phasing.late", "（补告：应于 {day} 告知）", " (late: to be told on {day})")
_DUE = Code("phasing.due", "本阶段应完成：{items:；}{more}", "falls due in it: {items:; }{more}", items=tuple,
            more=Message | None)
_OPEN = Code("phasing.open", "尚未完成 {count} 项：{items:；}{more}", "{count} open: {items:; }{more}", items=tuple,
             more=Message | None)
_ALL_DONE = Code("phasing.all_done", "本阶段到期的事项均已完成", "all that fell due in it is done")
_ITEM = Code("phasing.item", "{name}（{due}）", "{name} ({due})", name=Worded)
_OWED = Code("phasing.owed", "{subject}（{due}）", "{subject} ({due})", subject=Message)
_MORE = Code("phasing.more", "等 {count} 项", " and {count} more", count=int)
_WOULD = {
    GateVerdict.PASS: Code("phasing.would_pass", "{how}（{day}）：通过", "{how} on {day}: it passes", how=Message),
    GateVerdict.WAIVED: Code("phasing.would_pass_waived", "{how}（{day}）：以豁免通过", "{how} on {day}: it passes by a waiver",
                             how=Message),
    GateVerdict.HOLD: Code("phasing.would_hold", "{how}（{day}）：不通过，尚缺 {count} 项{mine}",
                           "{how} on {day}: it holds, {count} thing(s) short{mine}", how=Message, count=int,
                           mine=Message | None),
}
_HOW = {Mode.REHEARSAL: Code("phasing.rehearsed", "关口预演，如在当日判定", "the gate was rehearsed")(),
        Mode.DECISION: Code("phasing.decided", "关口判定", "the gate was decided")()}
_MINE = Code("phasing.mine", "，其中本单位 {count} 项", ", {count} of them this unit's", count=int)
_UNREHEARSED = Code("phasing.unrehearsed", "关口尚未预演", "its gate was not rehearsed yet")
_TOLD = Code("phasing.told", "{lines:\n   }", "{lines:\n   }")


def points(plan: Plan, phase: Phase) -> dict[str, date]:
    """The working days on which a phase is spoken of: what falls on a day off goes to the next one, the end to the last
    one before it. Of points of one day the later one is left."""
    days = plan.workdays
    half = phase.starts + timedelta(days=(phase.ends - phase.starts).days // 2)
    end = days.previous_workday(phase.ends)
    found = {"start": days.next_workday(phase.starts), "middle": days.next_workday(half)}
    on = {day: name for name, day in found.items() if day < end} | {end: "end"}
    return {name: day for day, name in on.items()}


def told(w: Workplace, store: Store, dues: Sequence[Due], since: date) -> list[News]:
    """dues: everything that is owed. since: the first day of the campaign here: a phase that was over by then is no news."""
    return [n for phase in w.plan.phases for n in _of_phase(w, store, phase, dues, since)]


def _of_phase(w: Workplace, store: Store, phase: Phase, dues: Sequence[Due], since: date) -> Iterator[News]:
    today = local_day(w.now)
    reached = [(day, name) for name, day in points(w.plan, phase).items() if day <= today]
    if not reached or phase.ends < max(since, today - TOLD_FOR):
        return
    day, name = max(reached)
    gate = store.decisions.last_gate(w.plan.id, phase.id, w.known)
    late = _LATE(day=day) if since <= day < today else None
    for unit in audiences(w.plan, phase):
        lines = [_POINT[name](phase=phase.name, starts=phase.starts, ends=phase.ends, deadline=phase.gate.deadline, late=late)
                 if name == "start" else _POINT[name](phase=phase.name, ends=phase.ends, deadline=phase.gate.deadline, late=late)]
        lines += _work(w.plan, phase, unit, dues, name)
        lines.append(_would(w.plan, unit, gate))
        yield News("gate", f"phase~{phase.id}~{unit}", name, unit, Section.PHASES, _TOLD(lines=lines), day)


def audiences(plan: Plan, phase: Phase) -> list[str]:
    """The office, and whoever leads what the phase or its gate asks for."""
    items: list[Indicator | Task] = [*plan.tasks_of(phase.id)]
    items += [*(t for c in phase.gate.criteria for t in plan.tasks_asked(phase, c)),
             *(i for c in phase.gate.criteria for i in plan.indicators_asked(c))]
    return [*dict.fromkeys((plan.governance.office, *(plan.answerable(item) for item in items)))]


def _work(plan: Plan, phase: Phase, unit: str, dues: Sequence[Due], point: str) -> list[Message]:
    """At the start what falls due, later what is open of it; the office hears of everybody's."""
    everybody = unit == plan.governance.office
    if point == "start":
        tasks = sorted((t for t in plan.tasks_of(phase.id) if t.due and (everybody or plan.answerable(t) == unit)),
                       key=lambda t: (t.due or date.max, t.id))
        named = [_ITEM(name=t.name, due=t.due) for t in tasks[:NAMED]]
        return [_DUE(items=named, more=_rest(len(tasks)))] if tasks else []
    mine = [d for d in dues if _is_of(plan, phase, d) and not d.beside and (everybody or d.unit == unit)]
    if not mine:
        return [_ALL_DONE()]
    found = sorted(mine, key=lambda d: (d.due, d.ref))
    return [_OPEN(count=len(found), items=[_OWED(subject=d.subject, due=d.due) for d in found[:NAMED]], more=_rest(len(found)))]


def _is_of(plan: Plan, phase: Phase, due: Due) -> bool:
    if due.kind == "task":
        return any(t.id == due.ref.partition("~")[0] for t in plan.tasks_of(phase.id))
    if due.kind == "rectification":
        return due.ref.startswith(f"{plan.id}.{phase.id}.")
    return due.kind == "return" and phase.starts <= due.due <= phase.ends


def _rest(count: int) -> Message | None:
    return _MORE(count=count - NAMED) if count > NAMED else None


def _would(plan: Plan, unit: str, gate: GateResult | None) -> Message:
    if gate is None:
        return _UNREHEARSED()
    day, short = local_day(gate.decided_as_of), [s for c in gate.criteria if not c.opens for s in c.shortfalls]
    if gate.verdict is not GateVerdict.HOLD:
        return _WOULD[gate.verdict](how=_HOW[gate.mode], day=day)
    mine = sum(s.owner == unit for s in short)
    return _WOULD[gate.verdict](how=_HOW[gate.mode], day=day, count=len(short), mine=_MINE(count=mine) if mine else None)
