"""What the office and the administrators are told when supervision raises an alarm, and when one has healed. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Reminder, ReminderLevel

SYSTEM = "system"  # its key in the contacts file: whoever keeps the machine
SYSTEM_NAME = Text("系统管理员", "system administrator")

# Whoever reads English gets the Chinese beside it, as in reminders.
_SUBJECT = Code("reminders.alarm", "【督查示警】{plan}：新增 {raised} 项，解除 {healed} 项",
                "【督查示警】{plan:zh}：新增 {raised} 项，解除 {healed} 项 / Alarm: {plan}, {raised} new, {healed} healed",
                raised=int, healed=int)
_BODY = Code("reminders.alarm_body", "{whom}：\n\n{sections:\n\n}\n\n每项只通知一次；未办妥前，督查调度的运行一直为失败。\n",
             "{whom:zh}：\n{whom}:\n\n{sections:\n\n}\n\n每项只通知一次；未办妥前，督查调度的运行一直为失败。 / "
             "Each is told once; until it is mended the runs of supervision stay failed.\n", whom=Worded, sections=tuple)
_RAISED = Code("reminders.alarm_raised", "有下列事项失败或逾期未办：\n{items:\n}",
               "有下列事项失败或逾期未办： / failed, or late and not done:\n{items:\n}")
_HEALED = Code("reminders.alarm_healed", "下列事项已恢复：\n{items:\n}", "下列事项已恢复： / healed:\n{items:\n}")
_ITEM = Code("reminders.alarm_item", "{n}. {what}", "{n}. {what:zh}\n   {what}", what=Message)


STATISTICS_FAILED = Code(
    "alarm.statistics_failed", "{period}统计失败，自 {since} 起（{flow} 运行 {run}，步骤 {steps}）。查看该步骤的日志并排除原因；"
    "督查调度自动另编号重试",
    "statistics of {period} failed, since {since} ({flow}, run {run}, steps {steps}): see the step's log and mend the cause; "
    "supervision tries again under a new id", period=Period, since=date, flow=str, run=str, steps=tuple)
PHASE_FAILED = Code(
    "alarm.phase_failed", "{phase}：流程失败，自 {since} 起（{flow} 运行 {run}，步骤 {steps}），关口可能未判定。"
    "查看该步骤的日志并排除原因；督查调度自动另编号重试",
    "{phase}: its run failed, since {since} ({flow}, run {run}, steps {steps}), the gate may not be decided: see the step's log "
    "and mend the cause; supervision tries again under a new id", phase=Worded, since=date, flow=str, run=str, steps=tuple)
REHEARSAL_FAILED = Code(
    "alarm.rehearsal_failed", "关口预演失败，自 {since} 起（{flow} 运行 {run}，步骤 {steps}）。查看该步骤的日志并排除原因；"
    "督查调度自动另编号重试",
    "gates could not be rehearsed, since {since} ({flow}, run {run}, steps {steps}): see the step's log and mend the cause; "
    "supervision tries again under a new id", since=date, flow=str, run=str, steps=tuple)
STATISTICS_LATE = Code(
    "alarm.statistics_late", "{period}统计逾期 {days} 天未完成（报送期限 {due}）。检查调度程序是否运行，查看 {flow} 的运行",
    "statistics of {period} are {days} day(s) late (returns were due {due}): see whether the scheduler runs, look at the runs of "
    "{flow}", period=Period, days=int, due=date, flow=str)
RUN_HANGS = Code(
    "alarm.run_hangs", "{flow} 运行 {run} 自 {since} 启动，一天以上没有结束。检查该 DAG 是否已暂停、调度程序与执行进程是否运行",
    "{flow}, run {run}: started on {since} and not ended for more than a day: see whether its DAG is paused, and whether "
    "scheduler and workers run", flow=str, run=str, since=date)
GATE_LATE = Code(
    "alarm.gate_late", "{phase}：关口时限 {deadline} 已过 {days} 天，此后未作判定。查看该阶段流程的运行",
    "{phase}: {days} day(s) since the gate's deadline {deadline}, and not decided since: look at the runs of its flow",
    phase=Worded, days=int, deadline=date)
REMINDERS_LATE = Code(
    "alarm.reminders_late", "上一工作日应发的提醒 {count} 件至今未发。查看提醒流程的运行与邮件服务器，"
    "或执行 gaoxin remind {campaign}",
    "{count} reminder(s) of the working day before have not gone out: look at the runs of reminders and at the mail server, or "
    "run gaoxin remind {campaign}", count=int, campaign=str)
UNDELIVERED = Code(
    "alarm.undelivered", "有 {count} 个地址不能送达，收件单位没有收到：{items:;}。在联系人文件中改正地址，"
    "或用 gaoxin sent {campaign} 查看",
    "{count} address(es) are refused for good, and those who were to read there were not reached: {items:;}. Mend them in the "
    "contacts file; see gaoxin sent {campaign}", count=int, items=tuple, campaign=str)
UNDELIVERED_AT = Code("alarm.undelivered_at", "{unit} {said}", "{unit}: {said}", unit=Worded, said=Message)
PLAN_BROKEN = Code(
    "alarm.plan_broken", "方案文件读不懂，仍按第 {version} 版执行：{problem}。改正后自动生效；"
    "用 gaoxin plan check {campaign} 查看",
    "the plan file cannot be read, version {version} stays in force: {problem}. It comes into force when mended; see "
    "gaoxin plan check {campaign}", version=int, problem=str, campaign=str)
LEDGER = Code("alarm.ledger", "{day} 核验账本有 {faults} 处不符，此后未再全部核验相符。用 gaoxin ledger verify 查看",
               "on {day} {faults} thing(s) were not as the ledger says, and no whole verification has been clean since: see "
               "gaoxin ledger verify", day=date, faults=int)
CLOCK = Code("alarm.clock", "数据库服务器的时钟比账本最后的时间慢 {minutes} 分钟：赶上之前，所有记录都记为那个时间。请校准时钟",
             "the database server's clock lies {minutes} minute(s) before the ledger's last time: until it has caught up all "
             "that is recorded bears that time. Set the clock right", minutes=int)
SURVEY_LATE = Code(
    "alarm.survey_late", "督查调度自 {since} 起没有完成过：报表无人收取，时限无人标记，流程无人启动。"
    "查看 {flow} 中步骤 survey 的日志",
    "no survey of supervision came to its end since {since}: returns are not taken in, deadlines not marked, runs not started. "
    "See the log of the step survey of {flow}", since=date, flow=str)
ACCOUNTS = Code(
    "alarm.accounts", "不能核对谁可以办事，各项操作一律不予办理：{what}（{where}）。{todo}",
    "it cannot be told who may act, and all acts are refused: {what} ({where}). {todo}", what=Text, where=str, todo=Text)
CONTACTS = Code(
    "alarm.contacts", "联系人文件不能采用，邮件一律发不出去：{what}（{where}）。{todo}",
    "nothing goes by the contacts file, and no mail goes out: {what} ({where}). {todo}", what=Text, where=str, todo=Text)
ACCOUNTS_FILES = Code(
    "alarm.accounts_files", "用过的账号文件又在使用，或有两份同时在使用：{files}（sha256 前 12 位，见账本 accounts.used）。"
    "核对各机器、各进程的 GAOXIN_ACCOUNTS 是否为同一文件；只用一份满一天后自动解除",
    "an accounts file that was used before is used again, or two files in use: {files} (first 12 digits of the sha256, see "
    "accounts.used in the ledger). See that GAOXIN_ACCOUNTS of each machine and process is the same file; it heals when only "
    "one was used for a day", files=tuple)
INBOX = Code(
    "alarm.inbox", "收件箱有 {count} 份文件处理不了，仍在原处：{files:;}。检查收件箱（含 taken、refused）的权限，改正后自动处理",
    "{count} file(s) of the inbox cannot be dealt with, and stay where they are: {files:;}. See to the rights of the inbox, with "
    "taken and refused in it: they are dealt with when these are mended", count=int, files=tuple)
SOURCES = Code(
    "alarm.sources", "取不到的来源 {count} 个：{items:;}。与该单位核对服务器与账号；每日自动再取，"
    "也可执行 gaoxin sources fetch {campaign}",
    "{count} source(s) failed: {items:;}. See to server and account with the unit; they are asked again each day, or by gaoxin "
    "sources fetch {campaign}", count=int, items=tuple, campaign=str)
DRIFTED = Code(
    "alarm.drifted", "{count} 份文件的表头与对照不同，没有收，等办公室更新对照：{files}。单位已经交来，不是迟报；"
    "用 gaoxin mapping try 核对，改好对照后 gaoxin plan register {campaign}",
    "{count} file(s) wait for the office, since their headings are not their mapping's: {files}. Their units have handed them "
    "in. Look at them with gaoxin mapping try, mend the mapping, then gaoxin plan register {campaign}", count=int, files=tuple,
    campaign=str)
STANDING = Code("alarm.standing", "示警 {count} 项：\n{items:\n}", "{count} alarm(s):\n{items:\n}", count=int)
LINE = Code("alarm.item", "- {what}", "- {what}", what=Message)
NONE = Code("alarm.none", "没有失败或逾期未办的事项", "nothing owed has failed or is late")


_GROWS = {LEDGER.code: "faults", INBOX.code: "count", SOURCES.code: "count", UNDELIVERED.code: "count"}


def raised(before: Mapping[str, Message], now: Mapping[str, Message]) -> dict[str, Message]:
    """What is told of what stands now: what is new, and what has grown."""
    return {key: what for key, what in now.items() if key not in before or _grown(before[key], what)}


def _grown(before: Message, now: Message) -> bool:
    measure = _GROWS.get(now.code)
    return measure is not None and before.code == now.code and now.context[measure] > before.context.get(measure, 0)


def alarm_key(plan: str, seq: int, audience: str) -> str:
    return f"{plan}.{audience}.alarm-{seq}"


def audiences(plan: Plan) -> tuple[str, ...]:
    return plan.governance.office, SYSTEM


def alarm_notice(plan: Plan, seq: int, day: date, audience: str, raised: Sequence[Message], healed: Sequence[Message]
                 ) -> Reminder:
    """seq: of the event by which the alarms changed, on that day."""
    whom = SYSTEM_NAME if audience == SYSTEM else plan.unit(audience).name
    sections = [head(items=[_ITEM(n=n, what=what) for n, what in enumerate(found, 1)])
                for head, found in ((_RAISED, raised), (_HEALED, healed)) if found]
    return Reminder(key=alarm_key(plan.id, seq, audience), audience=audience, level=ReminderLevel.NOTICE,
                    subject=_SUBJECT(plan=plan.name, raised=len(raised), healed=len(healed)),
                    body=_BODY(whom=whom, sections=sections), due=day, refs=())
