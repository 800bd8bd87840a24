"""Stage reminders: at start, middle and end of every phase the office and the lead units learn what begins or ends, what falls
due, what is open, and what the gate would say: by its last rehearsal, or, before it was rehearsed, as it is judged now. Each is
news (`reminders.model`), told once; points that were missed are told late, the last one whole. Reads only."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from gaoxin.campaign.gatekeeping import judged
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import GateResult, GateVerdict, Mode
from gaoxin.gates.stands import Stands, stands
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
_RETURNS = Code("phasing.returns", "本阶段应报报表 {count} 份：{items:；}{more}",
                "{count} return(s) fall due in it: {items:; }{more}", count=int, items=tuple, more=Message | None)
_FORM = Code("phasing.form", "{name} {count} 份", "{name}, {count}", name=Worded, count=int)
_OWED = Code("phasing.owed", "{subject}（{due}）", "{subject} ({due})", subject=Message)
_OWED_BY = Code("phasing.owed_by", "{unit}：{subject}（{due}）", "{unit}: {subject} ({due})", unit=Worded, subject=Message)
_MORE = Code("phasing.more", "等 {count} 项", " and {count} more", count=int)
_WOULD = {
    GateVerdict.PASS: Code("phasing.would_pass", "{how}（{day}）：通过", "{how} on {day}: it passes", how=Message),
    GateVerdict.WAIVED: Code("phasing.would_pass_waived", "{how}（{day}）：以豁免通过", "{how} on {day}: it passes by a waiver",
                             how=Message),
    GateVerdict.HOLD: Code("phasing.would_hold", "{how}（{day}）：不通过，尚缺 {count} 项{mine}",
                           "{how} on {day}: it holds, {count} thing(s) short{mine}", how=Message, count=int,
                           mine=Message | None),
}
_BY_CONSENT = Code("phasing.would_by_consent", "{how}（{day}）：其余条件均已具备，{told}",
                   "{how} on {day}: all other conditions are met; {told}", how=Message, told=Message)
_HOW = {Mode.REHEARSAL: Code("phasing.rehearsed", "关口预演，如在当日判定", "the gate was rehearsed")(),
        Mode.DECISION: Code("phasing.decided", "关口判定", "the gate was decided")()}
_NOW = Code("phasing.judged_now", "关口尚未预演，如在当日判定", "the gate was not rehearsed yet; judged as things stand")()
_MINE = Code("phasing.mine", "，其中本单位 {count} 项", ", {count} of them this unit's", count=int)
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
    """dues: everything that is owed. since: the first day of the campaign here: a phase that was over by then is no news, and a
    point before it was missed by nobody."""
    units = {phase.id: audiences(w.plan, phase) for phase in w.plan.phases}
    known = store.plans.steps(w.plan.id, w.known, [_ref(phase, unit) for phase, of in units.items() for unit in of])
    said = {(ref, step) for _, ref, step in known}
    return [n for phase in w.plan.phases for n in _of_phase(w, store, phase, units[phase.id], dues, since, said)]


def _ref(phase: str, unit: str) -> str:
    return f"phase~{phase}~{unit}"


def _of_phase(w: Workplace, store: Store, phase: Phase, units: Sequence[str], dues: Sequence[Due], since: date,
              said: Collection[tuple[str, str]]) -> Iterator[News]:
    today = local_day(w.now)
    reached = sorted((day, name) for name, day in points(w.plan, phase).items() if day <= today)
    if not reached or phase.ends < since:
        return
    gate: tuple[GateResult, Message] | None = None
    for unit in units:
        known = [n for n, (_, name) in enumerate(reached) if (_ref(phase.id, unit), name) in said]
        left = reached[max(known) + 1 if known else 0:]
        for day, name in left[:-1]:
            if day >= since:
                yield News("gate", _ref(phase.id, unit), name, unit, Section.PHASES, _head(phase, name, day, since, today), day)
        for day, name in left[-1:]:
            gate = gate or _gate(w, store, phase)
            lines = [_head(phase, name, day, since, today), *_work(w, phase, unit, dues, name), _would(unit, *gate)]
            yield News("gate", _ref(phase.id, unit), name, unit, Section.PHASES, _TOLD(lines=lines), day)


def _head(phase: Phase, name: str, day: date, since: date, today: date) -> Message:
    late = _LATE(day=day) if since <= day < today else None
    told = {"phase": phase.name, "ends": phase.ends, "deadline": phase.gate.deadline, "late": late}
    return _POINT[name](**told, starts=phase.starts) if name == "start" else _POINT[name](**told)


def _gate(w: Workplace, store: Store, phase: Phase) -> tuple[GateResult, Message]:
    """What the gate says, and how that is known."""
    last = store.decisions.last_gate(w.plan.id, phase.id, w.known)
    return (last, _HOW[last.mode]) if last else (judged(w, phase.id, store)[0], _NOW)


def audiences(plan: Plan, phase: Phase) -> list[str]:
    """The office, and whoever leads what the phase or its gate asks for: tasks, and indicators that are due in it."""
    items: list[Indicator | Task] = [*plan.tasks_of(phase.id)]
    items += [*(t for c in phase.gate.criteria for t in plan.tasks_asked(phase, c)),
              *(i for c in phase.gate.criteria for i in plan.indicators_asked(c)),
              *(i for i in plan.indicators if i.binding.due and phase.starts <= i.binding.due <= phase.ends)]
    return [*dict.fromkeys((plan.governance.office, *(plan.answerable(item) for item in items)))]


def _work(w: Workplace, phase: Phase, unit: str, dues: Sequence[Due], point: str) -> list[Message]:
    """At the start what falls due, later what is open of it; the office hears of everybody's."""
    plan = w.plan
    everybody = unit == plan.governance.office
    if point == "start":
        tasks = sorted((t for t in plan.tasks_of(phase.id) if t.due and (everybody or plan.answerable(t) == unit)),
                       key=lambda t: (t.due or date.max, t.id))
        named = [_ITEM(name=t.name, due=t.due) for t in tasks[:NAMED]]
        return [*([_DUE(items=named, more=_rest(len(tasks)))] if tasks else []), *_returns(w, phase, None if everybody else unit)]
    mine = [d for d in dues if _is_of(plan, phase, d) and not d.beside and (everybody or d.unit == unit)]
    if not mine:
        return [_ALL_DONE()]
    found = sorted(mine, key=lambda d: (d.due, d.ref))
    items = [_OWED_BY(unit=plan.unit(d.unit).name, subject=d.subject, due=d.due) if everybody
             else _OWED(subject=d.subject, due=d.due) for d in found[:NAMED]]
    return [_OPEN(count=len(found), items=items, more=_rest(len(found)))]


def _returns(w: Workplace, phase: Phase, unit: str | None) -> list[Message]:
    """How many returns of each form fall due in a phase: of one unit, or of all."""
    names, counts = {f.id: f.name for f in w.plan.forms}, Counter[str]()
    for one in w.rounds():
        if phase.starts <= one.due <= phase.ends:
            counts[one.form] += len(one.units) if unit is None else unit in one.units
    many = sorted(+counts)
    items = [_FORM(name=names[form], count=counts[form]) for form in many[:NAMED]]
    return [_RETURNS(count=counts.total(), items=items, more=_rest(len(many)))] if many else []


def _is_of(plan: Plan, phase: Phase, due: Due) -> bool:
    if due.kind == "task":
        return any(t.id == due.ref.partition("~")[0] for t in plan.tasks_of(phase.id))
    if due.kind == "rectification":
        return due.ref.startswith(f"{plan.id}.{phase.id}.")
    return due.kind == "return" and phase.starts <= due.due <= phase.ends


def _rest(count: int) -> Message | None:
    return _MORE(count=count - NAMED) if count > NAMED else None


def _would(unit: str, gate: GateResult, how: Message) -> Message:
    day, short = local_day(gate.decided_as_of), [s for c in gate.criteria if not c.opens for s in c.shortfalls]
    if gate.verdict is not GateVerdict.HOLD:
        return _WOULD[gate.verdict](how=how, day=day)
    if stands(gate) is not Stands.HELD:  # nobody but who is asked has anything to do, or has refused
        return _BY_CONSENT(how=how, day=day, told=next(c.detail for c in gate.criteria if not c.opens))
    mine = sum(s.owner == unit for s in short)
    return _WOULD[gate.verdict](how=how, day=day, count=len(short), mine=_MINE(count=mine) if mine else None)
