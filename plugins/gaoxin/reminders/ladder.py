"""Who is told what and when: the ladder of reminders before and after a due day. Pure.

For each thing that is still owed there are three audiences, each with rungs of its own: the unit (due in n days, due
today, n days overdue), the supervision office, and the leading group. Days are working days from the due day, as the plan's
ladder gives them (calendar days where it says so; then what falls on a day off waits for the next working day). After the due
day only those count that were the unit's own (`waiting`): while its clock stands still it is not told that it is late, nor
anybody else.

On a working day, each audience gets of each thing the highest rung reached and not yet sent. Lower rungs that were
never sent (a stretch without a run) are superseded: the message says how many, and they are not sent later. A rung from before
the thing was owed, or before the first start of the campaign here, was never missed. All that one audience gets on a day is one
digest, which names each thing once, with the news that it has not been told: what was accepted, cards, phases. Who had one today
waits until the next working day.

What was sent back is told at once, with what to mend, whatever rung it stands on and whoever had a digest; each rejected
version once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import RISING, Attachment, Due, Line, News, Reminder, ReminderLevel, Rung, Section
from gaoxin.reminders.waiting import IsWorkday, day_after, late

# Whoever reads English gets the Chinese beside it: it is the document's language, and the recipient's files are in it.
_SUBJECT = Code(
    "reminders.subject", "【{head}】{plan}：{count} 项，最早期限 {due}{back}",
    "【{head:zh}】{plan:zh}：{count} 项，最早期限 {due}{back:zh} / {head}: {plan}, {count} item(s), earliest due {due}{back}")
_SUBJECT_OF_NEWS = Code("reminders.subject_of_news", "【{head}】{plan}：{count} 项",
                        "【{head:zh}】{plan:zh}：{count} 项 / {head}: {plan}, {count} item(s)")
_SENT_BACK = Code("reminders.sent_back", "，退回 {count} 项", ", {count} sent back")
_HEAD = {
    level: Code(f"reminders.{level}", *words)()
    for level, words in {
        ReminderLevel.UPCOMING: ("报送提醒", "Reminder"), ReminderLevel.DUE: ("今日到期", "Due today"),
        ReminderLevel.OVERDUE: ("逾期催报", "Overdue"), ReminderLevel.ESCALATED: ("逾期上报", "Escalation"),
        ReminderLevel.NOTICE: ("办理情况", "News"),
    }.items()
}
_BODY = Code("reminders.body", "{unit}：\n\n{sections:\n\n}\n\n已报送或已完成的，请以系统中的状态为准。\n",
             "{unit:zh}：\n{unit}:\n\n{sections:\n\n}\n\n"
             "已报送或已完成的，请以系统中的状态为准。 / What has been handed in since is shown in the system.\n", unit=Worded)
_OWN = Code("reminders.own", "贵单位尚有下列事项未完成：\n{items:\n}",
            "贵单位尚有下列事项未完成： / still owed by your unit:\n{items:\n}")
_OF_OTHERS = Code(
    "reminders.of_others", "下列单位的事项逾期未完成，按方案的提醒规则上报：\n{items:\n}",
    "下列单位的事项逾期未完成，按方案的提醒规则上报： / overdue and not done, reported under the plan's ladder:\n{items:\n}")
_ITEM = Code("reminders.item", "{n}. {lines:\n   }", "{n}. {lines:\n   }")
_OWED = Code("reminders.owed", "{subject}（期限 {due}，{when}）",
             "{subject:zh}（期限 {due}，{when:zh}）\n   {subject} (due {due}, {when})", subject=Message)
_OWED_BY = Code("reminders.owed_by", "{unit}：{subject}（期限 {due}，{when}）",
                "{unit:zh}：{subject:zh}（期限 {due}，{when:zh}）\n   {unit}: {subject} (due {due}, {when})", unit=Worded,
                subject=Message)
_IN_DAYS = Code("reminders.in_days", "还有 {days} 天", "in {days} day(s)")
_IN_WORKDAYS = Code("reminders.in_workdays", "还有 {days} 天，{workdays} 个工作日", "in {days} day(s), {workdays} of them worked",
                    workdays=int)
_TODAY = Code("reminders.today", "今日到期", "today")
_DAYS_OVERDUE = Code("reminders.days_overdue", "已逾期 {days} 天", "{days} day(s) overdue")
_WAITED = Code("reminders.waited", "已逾期 {days} 天，其中单位自身 {own} 个工作日，等待 {waited} 个工作日",
               "{days} day(s) overdue: {own} working day(s) of its own, {waited} waited", own=int, waited=int)
_ALSO = Code("reminders.also", "同一事项另有：{subject}（期限 {due}，{when}）",
             "同一事项另有：{subject:zh}（期限 {due}，{when:zh}）\n   of the same: {subject} (due {due}, {when})",
             subject=Message)
_TEMPLATE = Code("reminders.template", "填报模板在本单位工作台下载；以电子邮件发送的，随邮件附上",
                 "填报模板在本单位工作台下载；以电子邮件发送的，随邮件附上 / "
                 "its template is on the unit's desk, and attached where this comes by e-mail")()
_SECTIONS = {
    section: Code(f"reminders.section_{section}", f"{zh}：\n{{items:\n}}", f"{zh}： / {en}:\n{{items:\n}}")
    for section, (zh, en) in {
        Section.SENT_BACK: ("下列报送已退回，原已受理的仍然有效", "sent back; what was accepted before stands"),
        Section.REFUSED: ("下列审批未获同意", "consent that was refused"),
        Section.ACCEPTED: ("下列报送已受理", "accepted"),
        Section.CARDS: ("下列预警与亮牌已记录", "warnings and cards that were recorded"),
        Section.PHASES: ("阶段提醒", "phases"),
    }.items()
}
_NEWS = Code("reminders.news", "{n}. {told}", "{n}. {told:zh}\n   {told}", told=Message)
_CORRECT = Code("reminders.correct", "已退回，请改正后重新报送",
                "已退回，请改正后重新报送 / sent back: correct it and hand it in again")
_LATE = Code("reminders.late", "补发：本次提醒应于 {day} 发出",
             "补发：本次提醒应于 {day} 发出 / late: this was to go out on {day}")
_UNSENT = Code("reminders.unsent", "补发：此前 {count} 次提醒未能发出",
               "补发：此前 {count} 次提醒未能发出 / late: {count} earlier reminder(s) were not sent")


def rung_key(ref: str, rung: str) -> str:
    """What `settled` holds and `Reminder.refs` lists: one rung of one thing."""
    return f"{ref}@{rung}"


def rungs(plan: Plan, due: Due, since: date | None = None) -> list[Rung]:
    """All rungs of a thing that are in sight, by audience from the lowest to the highest: of one whose clock stands still none
    that comes after. since: the first day of the campaign here: what was due before it climbs to others as if it were due then,
    when its unit hears of it first."""
    ladder, level = plan.reminders.of(due.kind, due.unit), ReminderLevel
    mark = f"~{due.due}" if due.moved else ""
    own = [Rung(f"before{n}{mark}", _before(plan.workdays, due.due, n, ladder.count), due.unit, level.UPCOMING)
           for n in sorted(set(ladder.before), reverse=True)]
    if ladder.on_due_day:
        day = _before(plan.workdays, due.due, 0, ladder.count)
        own.append(Rung(f"due{mark}", day, due.unit, level.DUE if day == due.due else level.UPCOMING))
    own += [Rung(f"overdue{n}{mark}", after, due.unit, level.OVERDUE) for n in sorted(set(ladder.overdue))
            if (after := _after(plan.workdays, due, n, ladder.count))]
    if due.beside:
        return own
    g = plan.governance
    # Where the document names nobody to supervise, what is late comes back to the office: never to no one.
    above = {f"supervision{mark}": (ladder.supervision_after, g.supervision or g.office)}
    if g.leading_group:
        above[f"leading_group{mark}"] = ladder.leading_group_after, g.leading_group
    climbs = replace(due, due=max(due.due, since or due.due))
    return [*own, *(Rung(id, reached, who, level.ESCALATED) for id, (count, who) in above.items()
                    if (reached := _after(plan.workdays, climbs, count, ladder.count)))]


def _after(workdays: WorkCalendar, due: Due, count: int, by: str) -> date | None:
    return _later(workdays, due.due, count, by) if not due.stops else day_after(due.due, count, due.stops, _counted(workdays, by))


@lru_cache(maxsize=10_000)
def _later(workdays: WorkCalendar, due: date, count: int, by: str) -> date | None:
    return day_after(due, count, (), _counted(workdays, by))


def _counted(workdays: WorkCalendar, by: str) -> IsWorkday:
    """Which days count."""
    return workdays.is_workday if by == "workdays" else lambda _: True


@lru_cache(maxsize=10_000)  # many things fall due on a day
def _before(workdays: WorkCalendar, due: date, count: int, by: str) -> date:
    """The day on which so many are left: of a due day that is off, counted from the last working day before it."""
    if by == "days":
        return due - timedelta(days=count)
    return workdays.workdays_before(workdays.previous_workday(due), count)


def plan_reminders(plan: Plan, dues: Iterable[Due], now: datetime, settled: Collection[str], *, served: Collection[str] = (),
                   on_days_off: bool = False, news: Iterable[News] = (), since: date | None = None,
                   capped: Collection[str] = (), why_held: Message | None = None) -> list[Reminder]:
    """The digests to be sent now, by audience, and what is told at once to whoever had one today.
    dues: everything still owed. settled: keys of rungs that were sent before (`Reminder.refs` of what was sent).
    served: audiences that had a digest today. on_days_off: give what waits on a day off too, to show it; without it nothing is
    given on such a day. news: what is to be told once. since: the first day of the campaign here: nothing was missed before it.
    capped: audiences that had all the reminders that a month may hold: what they owe is held, for `why_held`; what climbs to them
    and what was sent back is not. The same arguments, in any order, give the same reminders."""
    today = local_day(now)
    if not plan.workdays.is_workday(today) and not on_days_off:
        return []
    lines: dict[str, list[Line]] = defaultdict(list)
    for due in sorted(set(dues), key=lambda d: (d.due, d.kind, d.ref, d.unit)):
        for line in _lines(plan, due, today, frozenset(settled), since):
            lines[line.rung.audience].append(line)
    fresh = _fresh(news, settled)
    found = []
    for who in sorted(lines.keys() | fresh.keys()):
        if who in served:
            found += _at_once(plan, who, lines[who], fresh.get(who, ()), today)
        elif who in capped:
            free = [x for x in lines[who] if x.escalated or x.urgent]
            held = [x for x in lines[who] if x not in free]
            urgent = [n for n in fresh.get(who, ()) if n.urgent]
            found += [_digest(plan, who, free, urgent, today)] if free or urgent else []
            found += [replace(_digest(plan, who, held, (), today), held=why_held)] if held else []
        else:
            found.append(_digest(plan, who, lines[who], fresh.get(who, ()), today))
    return found


def at_once(plan: Plan, dues: Iterable[Due], now: datetime, settled: Collection[str], news: Iterable[News]) -> list[Reminder]:
    """What does not wait for the next digest: what was sent back, and a consent that is asked for. Nothing on a day off."""
    today = local_day(now)
    if not plan.workdays.is_workday(today):
        return []
    fresh, lines = _fresh(news, settled), defaultdict[str, list[Line]](list)
    for due in sorted((d for d in set(dues) if d.rejected or d.at_once), key=lambda d: (d.due, d.kind, d.ref, d.unit)):
        for line in _lines(plan, due, today, frozenset(settled), None):
            lines[line.rung.audience].append(line)
    return [r for who in sorted(lines.keys() | fresh.keys()) for r in _at_once(plan, who, lines[who], fresh.get(who, ()), today)]


def _fresh(news: Iterable[News], settled: Collection[str]) -> dict[str, list[News]]:
    found: dict[str, list[News]] = defaultdict(list)
    for one in sorted(set(news), key=lambda n: (n.day, n.ref, n.step, n.audience)):
        if rung_key(one.ref, one.step) not in settled:
            found[one.audience].append(one)
    return dict(found)


def _at_once(plan: Plan, who: str, lines: Sequence[Line], news: Sequence[News], today: date) -> list[Reminder]:
    back = [replace(x, keys=x.keys[-1:], superseded=()) for x in lines if x.urgent]
    urgent = [n for n in news if n.urgent]
    if not back and not urgent:
        return []
    made = _digest(plan, who, back, urgent, today)
    return [replace(made, key=f"{plan.id}.{who}.back.{made.key.rpartition('.')[2]}", level=ReminderLevel.NOTICE)]


def _lines(plan: Plan, due: Due, today: date, settled: frozenset[str], since: date | None) -> list[Line]:
    """At most one for the unit, one for the supervision office and one for the leading group."""
    found, all_rungs = [], rungs(plan, due, since)
    after = since or date.min  # what fell on the first day of the campaign here was missed by nobody
    first = max(after + timedelta(days=1) if since else after, due.opened or date.min)
    own = [r for r in all_rungs if r.level is not ReminderLevel.ESCALATED]
    for track in (own, *([r] for r in all_rungs[len(own):])):
        reached = [(rung_key(due.ref, r.id), r) for r in track if r.day <= today]
        fresh = [(key, r) for key, r in reached[-1:] if key not in settled]
        keys, rung = [key for key, _ in fresh], fresh[0][1] if fresh else None
        missed = [key for key, r in reached[:-1]
                  if first <= r.day and plan.workdays.next_workday(r.day) < today and key not in settled] if fresh else []
        back = rung_key(due.ref, f"rejected{due.attempt}")
        told_back = track is own and due.rejected and back not in settled
        if told_back:
            keys.append(back)
            now = ReminderLevel.DUE if today == due.due else ReminderLevel.UPCOMING
            rung = rung or Rung("rejected", today, due.unit, ReminderLevel.OVERDUE if today > due.due else now)
        first_word = rung_key(due.ref, "asked")
        told_first = track is own and due.at_once and first_word not in settled
        if told_first:
            keys.append(first_word)
            rung = rung or Rung("asked", today, due.unit, ReminderLevel.UPCOMING)
        if rung is not None:
            found.append(Line(due, rung, tuple(keys), tuple(missed), told_back, told_first,
                              _late_since(plan, due, fresh[0][1], first, today) if fresh else None))
    return found


def _late_since(plan: Plan, due: Due, rung: Rung, first: date, today: date) -> date | None:
    """What came to be owed on the very day of its rung goes with the next digest, and is not late by that."""
    planned = plan.workdays.next_workday(rung.day)
    return planned if first <= rung.day and rung.day != due.opened and planned < today else None


def _digest(plan: Plan, audience: str, lines: Sequence[Line], news: Sequence[News], today: date) -> Reminder:
    keys = tuple(sorted((*(k for line in lines for k in line.keys), *(rung_key(n.ref, n.step) for n in news))))
    level = max((line.level(today) for line in lines), key=RISING.index, default=ReminderLevel.NOTICE)
    mark = sha256("\n".join(keys).encode()).hexdigest()[:12]
    earliest = min(line.due.due for line in lines) if lines else today
    things = _things(lines)
    back = sum(any(line.due.rejected and not line.escalated for line in one) for one in things)
    told = {"head": _HEAD[level], "plan": plan.name, "count": len(things) + len(news)}
    subject = (_SUBJECT(**told, due=earliest, back=_SENT_BACK(count=back) if back else None) if lines
               else _SUBJECT_OF_NEWS(**told))
    return Reminder(key=f"{plan.id}.{audience}.{today}.{mark}", audience=audience, level=level, subject=subject,
                    body=_body(plan, audience, things, news, today), due=earliest, refs=keys,
                    superseded=tuple(sorted(k for line in lines for k in line.superseded)),
                    attachments=tuple(dict.fromkeys(a for one in things if (a := _template(one)))))


def _things(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of one thing together, what it is itself before what is about it, in the order of the first of them. What comes to an
    audience by two ways is one line."""
    found: dict[tuple[bool, str, str], dict[str, Line]] = defaultdict(dict)
    for line in lines:
        of = found[line.escalated, line.due.thing, line.due.unit]
        same = of.get(line.due.ref)
        of[line.due.ref] = line if same is None else replace(
            same, superseded=(*same.superseded, *line.superseded),
            late_since=min((day for day in (same.late_since, line.late_since) if day), default=None))
    return [sorted(one.values(), key=lambda x: (bool(x.due.about), x.due.due)) for one in found.values()]


def _template(lines: Sequence[Line]) -> Attachment | None:
    return next((x.due.attachment for x in lines if x.due.attachment and not x.escalated), None)


def _body(plan: Plan, audience: str, things: Sequence[Sequence[Line]], news: Sequence[News], today: date) -> Message:
    own, others = [i for i in things if not i[0].escalated], [i for i in things if i[0].escalated]
    sections = [head(items=[_item(plan, number, item, today) for number, item in enumerate(found, 1)])
                for head, found in ((_OWN, own), (_OF_OTHERS, others)) if found]
    for section in Section:
        if told := [n for n in news if n.section is section]:
            sections.append(_SECTIONS[section](items=[_NEWS(n=n, told=one.told) for n, one in enumerate(told, 1)]))
    return _BODY(unit=plan.unit(audience).name, sections=sections)


def _item(plan: Plan, number: int, item: Sequence[Line], today: date) -> Message:
    first, *more = item
    due = first.due
    told = {"subject": due.subject, "due": due.due, "when": _when(plan, due, today)}
    lines: list[Message] = [_OWED_BY(unit=plan.unit(due.unit).name, **told) if first.escalated else _OWED(**told)]
    lines += [_ALSO(subject=x.due.subject, due=x.due.due, when=_when(plan, x.due, today)) for x in more]
    if due.rejected:
        lines += [_CORRECT(), *due.mend]
    if not first.escalated:
        lines += [due.how] if due.how else []
        lines += [_TEMPLATE] if due.attachment else []
    if late_since := min((x.late_since for x in item if x.late_since), default=None):
        lines.append(_LATE(day=late_since))
    if missed := sum(len(x.superseded) for x in item):
        lines.append(_UNSENT(count=missed))
    return _ITEM(n=number, lines=lines)


def _when(plan: Plan, due: Due, today: date) -> Message:
    days = (due.due - today).days
    if days > 0:
        workdays = plan.workdays.workdays_until(today, due.due)
        return _IN_DAYS(days=days) if workdays == days else _IN_WORKDAYS(days=days, workdays=workdays)
    if days == 0:
        return _TODAY()
    whose = late(due.due, today, due.stops, plan.workdays.is_workday) if due.stops else None
    if whose is None or not whose.waited:
        return _DAYS_OVERDUE(days=-days)
    return _WAITED(days=-days, own=whose.own, waited=whose.days - whose.own)
