"""What a digest says. Words only; who is told what, and when, is the ladder's.

Whoever reads English gets the Chinese beside it: it is the document's language, and the recipient's files are in it.
"""

from collections.abc import Sequence
from datetime import date

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Line, ReminderLevel

_SUBJECT = Code(
    "reminders.subject", "【{head}】{plan}：{count} 项，最早期限 {due}{back}",
    "【{head:zh}】{plan:zh}：{count} 项，最早期限 {due}{back:zh} / {head}: {plan}, {count} item(s), earliest due {due}{back}",
    head=Message, plan=Worded, count=int, due=date, back=Message | None,
)
_SENT_BACK = Code("reminders.sent_back", "，退回 {count} 项", ", {count} sent back", count=int)
_HEAD = {
    level: Code(f"reminders.{level}", *words)()
    for level, words in {
        ReminderLevel.UPCOMING: ("报送提醒", "Reminder"),
        ReminderLevel.DUE: ("今日到期", "Due today"),
        ReminderLevel.OVERDUE: ("逾期催报", "Overdue"),
        ReminderLevel.ESCALATED: ("逾期上报", "Escalation"),
    }.items()
}
_BODY = Code("reminders.body", "{unit}：\n\n{sections:\n\n}\n\n已报送或已完成的，请以系统中的状态为准。\n",
             "{unit:zh}：\n{unit}:\n\n{sections:\n\n}\n\n"
             "已报送或已完成的，请以系统中的状态为准。 / What has been handed in since is shown in the system.\n", unit=Worded,
             sections=tuple)
_OWN = Code("reminders.own", "贵单位尚有下列事项未完成：\n{items:\n}",
            "贵单位尚有下列事项未完成： / still owed by your unit:\n{items:\n}", items=tuple)
_OF_OTHERS = Code(
    "reminders.of_others", "下列单位的事项逾期未完成，按方案的提醒规则上报：\n{items:\n}",
    "下列单位的事项逾期未完成，按方案的提醒规则上报： / overdue and not done, reported under the plan's ladder:\n{items:\n}",
    items=tuple,
)
_ITEM = Code("reminders.item", "{n}. {lines:\n   }", "{n}. {lines:\n   }", n=int, lines=tuple)
_OWED = Code("reminders.owed", "{subject}（期限 {due}，{when}）",
             "{subject:zh}（期限 {due}，{when:zh}）\n   {subject} (due {due}, {when})", subject=Message, due=date, when=Message)
_OWED_BY = Code("reminders.owed_by", "{unit}：{subject}（期限 {due}，{when}）",
                "{unit:zh}：{subject:zh}（期限 {due}，{when:zh}）\n   {unit}: {subject} (due {due}, {when})", unit=Worded,
                subject=Message, due=date, when=Message)
_IN_DAYS = Code("reminders.in_days", "还有 {days} 天", "in {days} day(s)", days=int)
_TODAY = Code("reminders.today", "今日到期", "today")
_DAYS_OVERDUE = Code("reminders.days_overdue", "已逾期 {days} 天", "{days} day(s) overdue", days=int)
_CORRECT = Code("reminders.correct", "已退回，请改正后重新报送",
                "已退回，请改正后重新报送 / sent back: correct it and hand it in again")
_UNSENT = Code("reminders.unsent", "补发：此前 {count} 次提醒未能发出",
               "补发：此前 {count} 次提醒未能发出 / late: {count} earlier reminder(s) were not sent", count=int)


def subject(plan: Plan, level: ReminderLevel, count: int, earliest: date, back: int) -> Message:
    sent_back = _SENT_BACK(count=back) if back else None
    return _SUBJECT(head=_HEAD[level], plan=plan.name, count=count, due=earliest, back=sent_back)


def body(plan: Plan, audience: str, lines: Sequence[Line], today: date) -> Message:
    own, others = [i for i in lines if not i.escalated], [i for i in lines if i.escalated]
    sections = [
        head(items=[_item(plan, number, item, today) for number, item in enumerate(found, 1)])
        for head, found in ((_OWN, own), (_OF_OTHERS, others)) if found
    ]
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
