"""Extensions (延期): asked for by the unit that owes something, before its limit; granted or refused by the office.

A day that is granted counts from then on, everywhere: it is what `Workplace.days` has, by which all due days are asked for. What
came before it is late or not by the limit that stood (docs/decisions/104).
"""

from collections.abc import Sequence
from datetime import date, datetime

from gaoxin.campaign.acting import acting, did_before, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.putting_off import BEYOND_GATE, HELD_BY_GATE, Thing, again, against, hints, last_allowed, name_of, thing_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.extensions.model import Extension, Kind, Outcome, Ruling
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, NotAllowed, leaders
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Due
from gaoxin.warehouse.engine import Store

_DUE = Code("extensions.due", "审批{unit}的延期申请（第 {number} 号，{what}，申请延至 {wished}）",
            "decide on the extension that {unit} asked for ({number}: {what}, until {wished})", unit=Worded, number=int,
            what=Message, wished=date)
_NOT_MINE = Text("申请延期的单位或账号不能审批自己的申请", "whoever asked for an extension does not decide on it")


class Asked(Answer):
    """A request, and what was decided on it. what: in words. due: the day that stood when it was asked for. state: waiting,
    granted, refused; settled: what it was about came before anybody decided. day: the one that was granted; late_before: by how
    many days it was late when it was. hints: what whoever decides is told, or was told."""

    number: int
    kind: Kind
    ref: str
    what: Message
    unit: str
    due: date
    wished: date
    reason: str
    asked_at: datetime
    state: str
    day: date | None
    late_before: int
    ruling_reason: str | None
    ruled_by: str | None
    ruled_at: datetime | None
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None
    ruling_account: str | None = None
    ruling_authenticated: bool | None = None
    hints: tuple[Message, ...] = ()


class Extended(Answer, inline="given"):
    campaign: str
    given: Asked


class Extensions(Answer):
    """By number. unit: whose alone, with what others asked for a task that it leads; None: everybody's."""

    campaign: str
    as_of: datetime
    unit: str | None
    extensions: Sequence[Asked]

    @property
    def waiting(self) -> Sequence[Asked]:
        return [one for one in self.extensions if one.state == "waiting"]

    @property
    def done(self) -> Sequence[Asked]:
        """The newest first."""
        return [one for one in reversed(self.extensions) if one.state != "waiting"]


def deciders(plan: Plan, unit: str) -> list[str]:
    """The units that decide on what a unit asks for: the office; on its own requests supervision or the leading group."""
    g = plan.governance
    if unit != g.office:
        return [g.office]
    return [u for u in dict.fromkeys((g.supervision, g.leading_group)) if u and u != unit]


def ask(w: Workplace, what: str, until: date, reason: str, by: str, entered: Entered = AT_ONCE) -> Extended:
    """what: FORM@PERIOD, or the id of a task or of a rectification. Raises UsageError for an unknown unit and for what there is
    not; NotAllowed for another's, and for an account that does not act for the unit; Refused after the limit, for a day that is
    no later, for what is not owed any more, for a second request while one waits, and for words that say nothing."""
    with acting(w, Act.EXTEND, by) as (w, store):
        w.plan.unit(by)
        thing = thing_of(w, store, what.strip(), by)
        if by not in thing.units:
            names = [w.plan.unit(u).name for u in thing.units]
            of_all = Text("任务的期限是牵头单位和各责任单位共同的，只有牵头单位可以申请延期",
                          "a task's day is one for all who work on it: a unit that leads it asks for another")
            raise NotAllowed(of_all if thing.kind is Kind.TASK else
                             Text("只有承担单位可以申请延期", "a unit that owes it asks for another day"), where=thing.ref,
                             todo=Text("由" + "、".join(n.to("zh") for n in names) + "申请",
                                       "let " + ", ".join(n.to("en") for n in names) + " ask"))
        due = _must_be_in_time(w, thing)
        if until <= due:
            raise Refused(Text(f"申请的日期 {until} 不晚于现有期限 {due}", f"{until} is not after {due}, the day that stands"),
                          where=thing.ref, todo=Text("写晚于现有期限的日期", "give a later day"))
        if waits := next((x for x in _known(w, store, thing) if x.ruling is None), None):
            whose = w.plan.unit(waits.unit).name
            raise Refused(Text(f"{whose.to('zh')}的第 {waits.number} 号申请尚未批复",
                               f"request {waits.number} of {whose.to('en')} still waits"), where=thing.ref,
                          todo=Text("等批复后再申请", "ask again once it is decided on"))
        said = words_of(reason, thing.ref, Text("申请延期须写理由", "an extension needs a reason"), lines=True)
        item = Extension(store.extensions.next_number(w.plan.id), thing.kind, thing.ref, by, due, until, said, w.now,
                         **entered.of(w), **w.told_by)
        store.extensions.ask(w.plan.id, item)
        return Extended(w.plan.id, _shown(w, item, thing.name, thing, (*against(w, store, thing, until), *hints(w.plan, until))))


def grant(w: Workplace, number: int, reason: str, by: str, day: date | None = None, entered: Entered = AT_ONCE) -> Extended:
    """day: the new due day, the one that was asked for where it is left out; an earlier one may be granted. It counts from now
    on: what came before is late or not by the limit that stood. Raises UsageError for a request that nobody made; NotAllowed for
    another unit or account than one that decides; Refused for one that is decided on, for what is not owed any more, for a day
    that is past, no later than the one that stands or later than asked for, and for one against which the plan speaks."""
    with acting(w, Act.RULE_ON, by) as (w, store):
        item = _to_decide(w, store, number, by)
        thing, until = _owed(again(w, store, item), item), day or item.wished
        _must_move(w, thing, item, until)
        told = _must_be_allowed(w, store, thing, until)
        ruling = _ruling(w, item, Outcome.GRANTED, until, reason, by, entered)
        store.extensions.rule(w.plan.id, item, ruling)
        return Extended(w.plan.id, _shown(w, _with(item, ruling), thing.name, thing, (*told, *hints(w.plan, until))))


def refuse(w: Workplace, number: int, reason: str, by: str, entered: Entered = AT_ONCE) -> Extended:
    """Raises as `grant` does for who and which."""
    with acting(w, Act.RULE_ON, by) as (w, store):
        item = _to_decide(w, store, number, by)
        ruling = _ruling(w, item, Outcome.REFUSED, None, reason, by, entered)
        store.extensions.rule(w.plan.id, item, ruling)
        thing = again(w, store, item)
        return Extended(w.plan.id, _shown(w, _with(item, ruling), _named(w, store, [item])[item.number], thing))


def extensions(w: Workplace, unit: str | None = None, *, only_open: bool = False) -> Extensions:
    """All that were asked for by `w.now`, or a unit's: its own, and those of others for a task that it leads, too.
    Raises UsageError for an unknown unit."""
    if unit is not None:
        w.plan.unit(unit)
    with w.warehouse.read() as store:
        found = [x for x in store.extensions.known(w.plan.id, w.known) if unit in (None, x.unit) or unit in _led(w.plan, x)]
        names, shown = _named(w, store, found), []
        for item in found:
            thing = again(w, store, item) if item.ruling is None else None
            told = tuple(against(w, store, thing, item.wished)) if thing and thing.done is None else ()
            hinted = (*told, *hints(w.plan, item.wished)) if item.ruling is None else ()
            shown.append(_shown(w, item, names[item.number], thing, hinted))
    return Extensions(w.plan.id, w.now, unit, [one for one in shown if one.state == "waiting" or not only_open])


def dues(w: Workplace, store: Store) -> list[Due]:
    """The requests that wait, each owed to be decided on by the day that it asks to move."""
    found = [x for x in store.extensions.known(w.plan.id, w.known) if x.ruling is None]
    names = _named(w, store, found) if found else {}
    waiting = [x for x in found if (thing := again(w, store, x)) and thing.done is None]
    return [Due("extension", f"extension~{x.number}", next(iter(deciders(w.plan, x.unit)), w.plan.governance.office),
                _DUE(unit=w.plan.unit(x.unit).name, number=x.number, what=names[x.number], wished=x.wished), x.due,
                opened=local_day(x.recorded_at))
            for x in waiting]


def _must_be_in_time(w: Workplace, thing: Thing) -> date:
    """The day that stands."""
    nothing = Text("无须申请", "there is nothing to ask for")
    if thing.done:
        raise Refused(thing.done, where=thing.ref, todo=nothing)
    if thing.due is None:
        raise Refused(Text("方案没有给它期限，无可延期", "the plan gives it no day: there is nothing to put off"),
                      where=thing.ref, todo=nothing)
    if (today := local_day(w.now)) > thing.due:
        raise Refused(Text(f"期限 {thing.due} 已过（今天是 {today}），延期须在期限之内申请",
                           f"the day {thing.due} has passed (today is {today}): an extension is asked for before its limit"),
                      where=thing.ref, todo=Text("尽快报送或办结；逾期照实记录", "hand it in soon; it is told as late"))
    return thing.due


def _owed(thing: Thing | None, item: Extension) -> Thing:
    close = Text("用 gaoxin extend refuse 了结", "close it by gaoxin extend refuse")
    if thing is None or thing.due is None:
        raise Refused(Text("方案已不再要求这一项", "the plan asks for it no more"), where=item.ref, todo=close)
    if thing.done:
        raise Refused(thing.done, where=item.ref, todo=close)
    return thing


def _must_move(w: Workplace, thing: Thing, item: Extension, until: date) -> None:
    """A day later than the one that stands, still to come, and no later than was asked for."""
    wrong, todo = None, Text("写不晚于申请的日期", "give the day that was asked for, or an earlier one")
    if thing.due and until <= thing.due:
        wrong = Text(f"{until} 不晚于现有期限 {thing.due}", f"{until} is not after {thing.due}, the day that stands")
        todo = Text("写更晚的日期；不准延期用 gaoxin extend refuse", "give a later day; to grant none, gaoxin extend refuse")
    elif until < local_day(w.now):
        wrong = Text(f"{until} 已过，延到已过的日期没有意义", f"{until} has passed: it would change nothing")
        todo = Text("写今天或以后的日期", "give today or a later day")
    elif until > item.wished:
        wrong = Text(f"{until} 晚于单位申请的 {item.wished}", f"{until} is later than the unit asked for, {item.wished}")
    if wrong:
        raise Refused(wrong, where=item.ref, todo=todo)


def _must_be_allowed(w: Workplace, store: Store, thing: Thing, until: date) -> list[Message]:
    """What speaks against a day and is only told, by the plan's choice."""
    found = list(against(w, store, thing, until))
    told = [m for m in found if m.code in (BEYOND_GATE.code, HELD_BY_GATE.code) and w.plan.extensions.beyond_gate == "tell"]
    if wrong := [m for m in found if m not in told]:
        last = last_allowed(w, thing, wrong)
        raise Refused(Text("；".join(m.zh for m in wrong), "; ".join(m.en for m in wrong)), where=thing.ref,
                      todo=Text(f"最晚准到 {last}；确需更晚的先修改方案（extensions 或关口期限）",
                                f"{last} at the latest; where it must be later, change the plan (extensions, or the gate) first"))
    return told


def _to_decide(w: Workplace, store: Store, number: int, by: str) -> Extension:
    found = store.extensions.known(w.plan.id, w.known)
    item = next((x for x in found if x.number == number), None)
    name = w.plan.unit(by).name
    if item is None:
        raise UsageError(Text(f"没有第 {number} 号延期申请", f"there is no request {number} for an extension"), where=w.plan.id,
                         todo=Text(f"用 gaoxin extend list {w.plan.id} 查看", f"see gaoxin extend list {w.plan.id}"))
    allowed = deciders(w.plan, item.unit)
    if by not in allowed:
        who = [w.plan.unit(u).name for u in allowed]
        raise NotAllowed(Text(f"{name.to('zh')}不审批这一延期申请", f"{name.to('en')} does not decide on this request"),
                         where=f"{w.plan.id} {number}",
                         todo=Text("由" + "、".join(n.to("zh") for n in who) + "审批",
                                   "to be decided by " + ", ".join(n.to("en") for n in who)) if who
                         else Text("方案没有写督查单位或领导小组，办公室自己的申请无人可批",
                                   "the plan names no supervision and no leading group: nobody may decide on the office's own"))
    must_be_apart(w, store, Act.RULE_ON, item.unit)
    if did_before(w, store, EventKind.EXTENSION_ASKED, number=item.number):
        raise NotAllowed(_NOT_MINE, where=f"{w.plan.id} {number}", todo=Text("由另一账号审批", "let another account decide"))
    if item.ruling is not None:
        raise Refused(Text(f"第 {number} 号申请已批复", f"request {number} is decided on"), where=w.plan.id,
                      todo=Text("单位可在期限内另行申请", "the unit may ask again before the limit"))
    return item


def _ruling(w: Workplace, item: Extension, outcome: Outcome, day: date | None, reason: str, by: str, entered: Entered) -> Ruling:
    said = words_of(reason, item.ref, Text("批复须写理由", "a decision needs a reason"), lines=True)
    return Ruling(outcome=outcome, day=day, reason=said, by=by, recorded_at=w.now, **entered.of(w), **w.told_by)


def _with(item: Extension, ruling: Ruling) -> Extension:
    return Extension(**vars(item) | {"ruling": ruling})


def _known(w: Workplace, store: Store, thing: Thing) -> list[Extension]:
    return [x for x in store.extensions.known(w.plan.id, w.known) if (x.kind, x.ref) == (thing.kind, thing.ref)]


def _led(plan: Plan, of: Extension) -> Sequence[str]:
    """The units whose day a request for a task moves, whichever of them asked."""
    task = next((t for t in plan.tasks if t.id == of.ref), None) if of.kind is Kind.TASK else None
    return leaders(plan, task) if task else ()


def _named(w: Workplace, store: Store, found: Sequence[Extension]) -> dict[int, Message]:
    mend = any(x.kind is Kind.RECTIFICATION for x in found)
    subjects = {r.id: r.subject for r in store.decisions.rectifications(w.plan.id, w.known)} if mend else {}
    return {x.number: name_of(w, x, subjects) for x in found}


def _shown(w: Workplace, x: Extension, what: Message, thing: Thing | None, told: tuple[Message, ...] = ()) -> Asked:
    r = x.ruling
    state = str(r.outcome) if r else "settled" if thing is None or thing.done else "waiting"
    late = max(0, (local_day(r.recorded_at) - x.due).days) if r and r.outcome is Outcome.GRANTED else 0
    ruled = {"ruling_reason": r.reason, "ruled_by": r.by, "ruled_at": r.recorded_at, "ruling_account": r.account,
             "ruling_authenticated": r.authenticated} if r else {}
    return Asked.of(x, what=what, asked_at=x.recorded_at, state=state, day=r.day if r else None, late_before=late, hints=told,
                    **dict.fromkeys(("ruling_reason", "ruled_by", "ruled_at", "ruling_account", "ruling_authenticated")) | ruled)
