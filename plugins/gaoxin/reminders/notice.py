"""What a unit is told when a new version of the plan changes its duties: one message a version and unit. Pure."""

from collections.abc import Sequence
from datetime import date

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Reminder, ReminderLevel

# Whoever reads English gets the Chinese beside it, as in reminders.
_SUBJECT = Code("reminders.plan_changed", "【方案变更】{plan}第 {version} 版自 {day} 起生效，涉及贵单位 {count} 处",
                "【方案变更】{plan:zh}第 {version} 版自 {day} 起生效，涉及贵单位 {count} 处 / "
                "Plan changed: {plan}, version {version} in force from {day}, {count} change(s) for your unit", version=int)
_BODY = Code(
    "reminders.plan_changed_body",
    "{unit}：\n\n{plan}第 {version} 版自 {day} 起生效，下列改动涉及贵单位的职责：\n{items:\n}\n{why}\n"
    "此后按第 {version} 版执行；报表请重新下载模板。\n",
    "{unit:zh}：\n{unit}:\n\n{plan:zh}第 {version} 版自 {day} 起生效，下列改动涉及贵单位的职责：\n"
    "Version {version} of {plan} is in force from {day}. It changes what your unit has to do:\n{items:\n}\n{why}\n"
    "此后按第 {version} 版执行；报表请重新下载模板。 / From then on version {version} holds; download templates anew.\n",
    version=int, unit=Worded, why=Message | None)
_ITEM = Code("reminders.plan_change", "{n}. {what}", "{n}. {what:zh}\n   {what}")
_WHY = Code("reminders.plan_changed_why", "\n改动缘由：{reason}\n", "\n改动缘由 / reason: {reason}\n", reason=str)


def notice_key(plan: str, version: int, unit: str) -> str:
    return f"{plan}.{unit}.plan-v{version}"


def notice(plan: Plan, version: int, day: date, unit: str, name: Worded | None, changes: Sequence[Message],
           reason: str | None) -> Reminder:
    """The message to one unit. day: from which the version is in force; name: of the unit, None where no plan names it any
    more; changes: those of its duties."""
    about = {"plan": plan.name, "version": version, "day": day}
    items = [_ITEM(n=n, what=what) for n, what in enumerate(changes, 1)]
    return Reminder(key=notice_key(plan.id, version, unit), audience=unit, level=ReminderLevel.NOTICE,
                    subject=_SUBJECT(**about, count=len(items)),
                    body=_BODY(**about, unit=name or Text(unit, unit), items=items, why=_WHY(reason=reason) if reason else None),
                    due=day, refs=())
