"""Who is told what and when: the ladder of reminders before and after a due day. Pure.

For each thing that is still owed there are three audiences, each with rungs of its own: the unit (due in n days, due
today, n days overdue), the supervision office, and the leading group. Days are calendar days from the due day, as the
plan's ladder gives them; what falls on a day off waits for the next working day.

On a working day, each audience gets of each thing the highest rung reached and not yet sent. Lower rungs that were
never sent (a late start, a stretch of days off) are superseded: the message says how many, and they are not sent later.
All that one audience gets on a day is one digest; who had one today waits until the next working day.

A return that was sent back is told at once, with what to mend, whatever rung it stands on; each rejected version once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Due, Line, Reminder, ReminderLevel, Rung

# Whoever reads English gets the Chinese beside it: it is the document's language, and the recipient's files are in it.
_SUBJECT = Code(
    "reminders.subject", "【{head}】{plan}：{count} 项，最早期限 {due}{back}",
    "【{head:zh}】{plan:zh}：{count} 项，最早期限 {due}{back:zh} / {head}: {plan}, {count} item(s), earliest due {due}{back}")
_SENT_BACK = Code("reminders.sent_back", "，退回 {count} 项", ", {count} sent back")
_HEAD = {
    level: Code(f"reminders.{level}", *words)()
    for level, words in {
        ReminderLevel.UPCOMING: ("报送提醒", "Reminder"), ReminderLevel.DUE: ("今日到期", "Due today"),
        ReminderLevel.OVERDUE: ("逾期催报", "Overdue"), ReminderLevel.ESCALATED: ("逾期上报", "Escalation"),
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
_TODAY = Code("reminders.today", "今日到期", "today")
_DAYS_OVERDUE = Code("reminders.days_overdue", "已逾期 {days} 天", "{days} day(s) overdue")
_CORRECT = Code("reminders.correct", "已退回，请改正后重新报送",
                "已退回，请改正后重新报送 / sent back: correct it and hand it in again")
_UNSENT = Code("reminders.unsent", "补发：此前 {count} 次提醒未能发出",
               "补发：此前 {count} 次提醒未能发出 / late: {count} earlier reminder(s) were not sent")


def rung_key(ref: str, rung: str) -> str:
    """What `settled` holds and `Reminder.refs` lists: one rung of one thing."""
    return f"{ref}@{rung}"


def rungs(plan: Plan, due: Due) -> list[Rung]:
    """All rungs of a thing, by audience from the lowest to the highest."""
    ladder, level = plan.reminders, ReminderLevel
    before, overdue = sorted(set(ladder.before), reverse=True), sorted(set(ladder.overdue))
    day = f"~{due.due}" if due.moved else ""
    own = [Rung(f"before{n}{day}", due.due - timedelta(days=n), due.unit, level.UPCOMING) for n in before]
    if ladder.on_due_day:
        own.append(Rung(f"due{day}", due.due, due.unit, level.DUE))
    own += [Rung(f"overdue{n}{day}", due.due + timedelta(days=n), due.unit, level.OVERDUE) for n in overdue]
    if due.beside:
        return own
    g, late = plan.governance, due.due
    # Where the document names nobody to supervise, what is late comes back to the office: never to no one.
    above = {f"supervision{day}": (ladder.supervision_after, g.supervision or g.office)}
    if g.leading_group:
        above[f"leading_group{day}"] = ladder.leading_group_after, g.leading_group
    return [*own, *(Rung(id, late + timedelta(days=after), who, level.ESCALATED) for id, (after, who) in above.items())]


def plan_reminders(plan: Plan, dues: Iterable[Due], now: datetime, settled: Collection[str], *, served: Collection[str] = (),
                   on_days_off: bool = False) -> list[Reminder]:
    """The digests to be sent now, by audience.
    dues: everything still owed. settled: keys of rungs that were sent before (`Reminder.refs` of what was sent).
    served: audiences that had a digest today. on_days_off: give what waits on a day off too, to show it; without it nothing is
    given on such a day. The same arguments, in any order, give the same reminders."""
    today = local_day(now)
    if not plan.workdays.is_workday(today) and not on_days_off:
        return []
    lines: dict[str, list[Line]] = defaultdict(list)
    for due in sorted(set(dues), key=lambda d: (d.due, d.kind, d.ref, d.unit)):
        for line in _lines(plan, due, today, frozenset(settled)):
            lines[line.rung.audience].append(line)
    return [_digest(plan, unit, found, today) for unit, found in sorted(lines.items()) if unit not in served]


def _lines(plan: Plan, due: Due, today: date, settled: frozenset[str]) -> list[Line]:
    """At most one for the unit, one for the supervision office and one for the leading group."""
    found, all_rungs = [], rungs(plan, due)
    own = [r for r in all_rungs if r.level is not ReminderLevel.ESCALATED]
    for track in (own, *([r] for r in all_rungs[len(own):])):
        reached = [(rung_key(due.ref, r.id), r) for r in track if r.day <= today]
        fresh = [(key, r) for key, r in reached[-1:] if key not in settled]
        keys, rung = [key for key, _ in fresh], fresh[0][1] if fresh else None
        missed = [key for key, r in reached[:-1] if fresh and plan.workdays.next_workday(r.day) < today and key not in settled]
        back = rung_key(due.ref, f"rejected{due.attempt}")
        if track is own and due.rejected and back not in settled:
            keys.append(back)
            now = ReminderLevel.DUE if today == due.due else ReminderLevel.UPCOMING
            rung = rung or Rung("rejected", today, due.unit, ReminderLevel.OVERDUE if today > due.due else now)
        if rung is not None:
            found.append(Line(due, rung, tuple(keys), tuple(missed)))
    return found


def _digest(plan: Plan, audience: str, lines: list[Line], today: date) -> Reminder:
    keys = tuple(sorted(k for line in lines for k in line.keys))
    level = max((line.rung.level for line in lines), key=list(ReminderLevel).index)
    mark = sha256("\n".join(keys).encode()).hexdigest()[:12]
    earliest = min(line.due.due for line in lines)
    back = sum(line.due.rejected and not line.escalated for line in lines)
    subject = _SUBJECT(head=_HEAD[level], plan=plan.name, count=len(lines), due=earliest,
                       back=_SENT_BACK(count=back) if back else None)
    return Reminder(key=f"{plan.id}.{audience}.{today}.{mark}", audience=audience, level=level, subject=subject,
                    body=_body(plan, audience, lines, today), due=earliest, refs=keys,
                    superseded=tuple(sorted(k for line in lines for k in line.superseded)))


def _body(plan: Plan, audience: str, lines: Sequence[Line], today: date) -> Message:
    own, others = [i for i in lines if not i.escalated], [i for i in lines if i.escalated]
    sections = [head(items=[_item(plan, number, item, today) for number, item in enumerate(found, 1)])
                for head, found in ((_OWN, own), (_OF_OTHERS, others)) if found]
    return _BODY(unit=plan.unit(audience).name, sections=sections)


def _item(plan: Plan, number: int, item: Line, today: date) -> Message:
    due = item.due
    days = (due.due - today).days
    when = _IN_DAYS(days=days) if days > 0 else _DAYS_OVERDUE(days=-days) if days < 0 else _TODAY()
    told = {"subject": due.subject, "due": due.due, "when": when}
    lines = [_OWED_BY(unit=plan.unit(due.unit).name, **told) if item.escalated else _OWED(**told)]
    if due.rejected:
        lines += [_CORRECT(), *due.mend]
    if item.superseded:
        lines.append(_UNSENT(count=len(item.superseded)))
    return _ITEM(n=number, lines=lines)
