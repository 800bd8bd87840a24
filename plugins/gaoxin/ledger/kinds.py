"""What can happen, and what an event of each kind must carry: the words that tell it declare the fields of its payload."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from string import Formatter
from types import UnionType
from typing import Any

from gaoxin.i18n import Code, Message


class EventKind(StrEnum):
    """A kind of event: its name (by which alone it is found), the words that tell it, and those fields of its payload that are
    no text: what the Chinese words name beside them is text."""

    code: Code

    def __new__(cls, kind: str, zh: str = "", en: str = "", fields: Mapping[str, type | UnionType] | None = None) -> EventKind:
        made, named = str.__new__(cls, kind), [name for _, name, _, _ in Formatter().parse(zh) if name]
        made._value_, made.code = kind, Code(f"ledger.{kind}", zh, en, **dict.fromkeys(named, str) | dict(fields or {}))
        return made

    PLAN_REGISTERED = ("plan.registered",
                       "方案第 {version} 版生效（{plan_hash:.12}；{by}），改动 {changes} 处，期限 {deadlines} 个",
                       "version {version} of the plan in force ({plan_hash:.12}; {by}): {changes} change(s), "
                       "{deadlines} deadline(s)",
                       {"version": int, "deadlines": int, "changes": int})
    DEADLINE_STEP = ("deadline.step", "期限 {kind} {ref}：{step}", "deadline {kind} {ref}: {step}")
    FILE_LANDED = ("file.landed", "文件留存：{name}（{sha256:.12}，{size} 字节，来自 {source}）",
                   "file kept: {name} ({sha256:.12}, {size} bytes, from {source})", {"size": int})
    FILE_REFUSED = ("file.refused", "文件不收（{sha256:.12}）：{problems}", "file refused ({sha256:.12}): {problems}",
                    {"problems": tuple})
    RETURN_RECEIVED = ("return.received", "收到报表 {return_id}，第 {version} 版（{sha256:.12}；方案 {plan_hash:.12}）",
                       "return {return_id} received, version {version} ({sha256:.12}; plan {plan_hash:.12})", {"version": int})
    RETURN_CAME_AGAIN = ("return.came_again", "又收到 {return_id} 的同一份文件（{sha256:.12}）：{verdict}",
                         "the file of {return_id} came again ({sha256:.12}): {verdict}")
    RETURN_CHECKED = ("return.checked", "第 {run} 次校核 {return_id}：{verdict}，错误 {errors} 个，警告 {warnings} 个"
                      "（规则集 {suite} {suite_version}，{findings:.12}）",
                      "check {run} of {return_id}: {verdict}, {errors} error(s), {warnings} warning(s) "
                      "(suite {suite} {suite_version}, {findings:.12})", {"run": int, "errors": int, "warnings": int})
    RETURN_LOADED = ("return.loaded", "{return_id} 入库 {rows} 条（{sha256:.12}；{values:.12}）",
                     "{return_id} loaded, {rows} row(s) ({sha256:.12}; {values:.12})", {"rows": int})
    RETURN_CORRECTED = ("return.corrected", "{return_id} 更正 {replaces}，改动变量 {variables}（逾期更正 {late}；{reason:.12}）",
                        "{return_id} corrects {replaces}: {variables} (late: {late}; {reason:.12})",
                        {"variables": tuple, "late": bool})
    CORRECTION_DECIDED = ("correction.decided", "{by} 处理更正 {return_id}：{outcome}，涉及 {items}（{reason:.12}）",
                          "{by} decided on the correction {return_id}: {outcome} for {items} ({reason:.12})", {"items": tuple})
    RETURN_EXPLAINED = ("return.explained", "{by} 说明 {return_id} 的警告 {rule}（{text:.12}）",
                        "{by} explained the warning {rule} of {return_id} ({text:.12})")
    EXPLANATION_ACCEPTED = ("explanation.accepted", "{by} 接受对 {return_id} 警告 {rule} 的说明（{text:.12}），有效至 {until}",
                            "{by} accepted the explanation of {rule} of {return_id} ({text:.12}), which holds until {until}",
                            {"until": date})
    EXPLANATION_SENT_BACK = ("explanation.sent_back", "{by} 退回对 {return_id} 警告 {rule} 的说明（{text:.12}）：{reason:.60}",
                             "{by} sent the explanation of {rule} of {return_id} ({text:.12}) back: {reason:.60}")
    RETURN_SENT_BACK = ("return.sent_back", "{by} 退回 {return_id} {place}：{text:.60}",
                        "{by} sent {return_id} {place} back: {text:.60}")
    RETURN_REINSTATED = ("return.reinstated", "{by} 撤回对 {return_id} 的退回：{reason:.60}",
                         "{by} took back that {return_id} was sent back: {reason:.60}")
    QUESTION_ASKED = ("question.asked", "{unit} 向办公室提问（{about}）：{text:.60}",
                      "{unit} asked the office ({about}): {text:.60}")
    QUESTION_ANSWERED = ("question.answered", "{by} 答复 {unit} 的第 {question} 号提问：{text:.60}",
                         "{by} answered question {question} of {unit}: {text:.60}", {"question": int})
    INDICATORS_COMPUTED = ("indicators.computed", "计算指标：{indicators}", "indicators computed: {indicators}",
                           {"indicators": tuple})
    VERDICT_KEPT = ("verdict.kept", "指标 {indicator} 的 {due} 目标到期结论：{verdict}（{digest:.12}）",
                    "verdict on the target of {indicator} due {due}: {verdict} ({digest:.12})", {"due": date})
    STATISTICS_RUN = ("statistics.run", "{period} 统计完成：{reports}", "statistics of {period} done: {reports}",
                      {"reports": tuple})
    REPORT_RENEWED = ("report.renewed", "{period} 的质量报告重新编制，取代此前各份：{reports}",
                      "the report on {period} written anew, in place of those before: {reports}", {"reports": tuple})
    DOSSIER_BUILT = ("dossier.built", "申报材料已编制（账本第 {known_seq} 条，待办 {open} 项）：{reports}",
                     "the dossier was built (of event {known_seq}, {open} open point(s)): {reports}",
                     {"known_seq": int, "open": int, "reports": tuple})
    BULLETIN_DRAFTED = ("bulletin.drafted", "{period} 通报第 {edition} 稿已编制（账本第 {known_seq} 条，晚 {late_days} 天；"
                        "{content:.12}）",
                        "draft {edition} of the bulletin of {period} (of event {known_seq}, {late_days} day(s) late; "
                        "{content:.12})", {"edition": int, "known_seq": int, "late_days": int})
    BULLETIN_WRITTEN = ("bulletin.written", "{by} 写 {period} 通报的文字 {slot}（{words:.12}）",
                        "{by} wrote {slot} of the bulletin of {period} ({words:.12})")
    BULLETIN_COMMENTED = ("bulletin.commented", "{by} 对 {period} 通报提出意见（{words:.12}）",
                          "{by} commented on the bulletin of {period} ({words:.12})")
    BULLETIN_RELEASED = ("bulletin.released", "{by} 发布 {period} 通报 {number}（第 {edition} 稿）：{reports}",
                         "{by} released the bulletin of {period} as {number} (draft {edition}): {reports}",
                         {"edition": int, "reports": tuple})
    GATE_DECIDED = ("gate.decided", "关口 {phase}（{mode}）：{verdict}，逾期 {days_late} 天（封签 {seal:.12}；{digest:.12}）",
                    "gate {phase} ({mode}): {verdict}, {days_late} day(s) late (seal {seal:.12}; {digest:.12})",
                    {"days_late": int})
    CONSENT_ASKED = ("consent.asked", "关口 {phase} 请求审批同意（封签 {seal:.12}）",
                     "consent to gate {phase} asked for (seal {seal:.12})", {"seal": str | None})
    EVIDENCE_RECORDED = ("evidence.recorded", "{by} 登记任务 {task} 的成果 {deliverable}（{sha256:.12}）",
                         "{by} recorded {deliverable} of task {task} ({sha256:.12})")
    TASK_TOLD = ("task.told", "{by} 报告任务 {task} 截至 {stood_on} 的进展（百分比 {percent}；文字 {words:.12}）",
                 "{by} told of task {task} as it stood on {stood_on} (percent {percent}; words {words:.12})",
                 {"stood_on": date, "percent": str | None, "words": str | None})
    TASK_MILESTONE = ("task.milestone", "{by} 报告任务 {task} 的节点 {milestone} 于 {stood_on} 达到：{reached}（{words:.12}）",
                      "{by} told of milestone {milestone} of task {task} on {stood_on}: reached {reached} ({words:.12})",
                      {"stood_on": date, "reached": bool, "words": str | None})
    TASK_CLOSED = ("task.closed", "{by} 将任务 {task} 销号（{reason:.12}）", "{by} closed task {task} ({reason:.12})")
    TASK_REOPENED = ("task.reopened", "{by} 重开任务 {task}（{reason:.12}），已通过的关口 {gates}",
                     "{by} reopened task {task} ({reason:.12}); gates that had passed: {gates}", {"gates": tuple})
    TASK_SET_ASIDE = ("task.set_aside", "{by} 将任务 {task} 暂缓（{reason:.12}）", "{by} set task {task} aside ({reason:.12})")
    TASK_RESUMED = ("task.resumed", "{by} 恢复任务 {task}（{reason:.12}）", "{by} resumed task {task} ({reason:.12})")
    APPROVAL_RECORDED = ("approval.recorded", "{by} 对关口 {phase}：{decision}（封签 {seal:.12}）",
                         "{by} on gate {phase}: {decision} (seal {seal:.12})")
    WAIVER_RECORDED = ("waiver.recorded", "{by} 豁免关口 {phase} 的条件 {criterion}，至 {expires}",
                       "{by} waived {criterion} of gate {phase} until {expires}", {"expires": date})
    RECTIFICATION_OPENED = ("rectification.opened",
                            "开出整改 {id}（第 {opening} 次；{phase} {criterion} {ref}）：{owner}，期限 {due}",
                            "rectification {id} opened (opening {opening}; {phase} {criterion} {ref}): {owner}, due {due}",
                            {"opening": int, "due": date})
    RECTIFICATION_CLOSED = ("rectification.closed", "整改 {id} 销号（第 {opening} 次；{because:.12}）",
                            "rectification {id} closed (opening {opening}; {because:.12})", {"opening": int})
    RECTIFICATION_FOUND = ("rectification.found",
                           "{by} 提出问题 {id}（第 {opening} 次；{origin}）：{text:.60}，{owner}，期限 {due}",
                           "{by} found {id} (opening {opening}; {origin}): {text:.60}, {owner}, due {due}",
                           {"opening": int, "due": date})
    RECTIFICATION_REOPENED = ("rectification.reopened",
                              "{by} 重开整改 {id}（第 {opening} 次；{owner}，期限 {due}）：{reason:.60}",
                              "{by} opened {id} again (opening {opening}; {owner}, due {due}): {reason:.60}",
                              {"opening": int, "due": date})
    RECTIFICATION_MENDED = ("rectification.mended", "{by} 提交整改 {id} 的佐证（第 {opening} 次；{sha256:.12}）",
                            "{by} handed in evidence for {id} (opening {opening}; {sha256:.12})", {"opening": int})
    RECTIFICATION_RECHECKED = ("rectification.rechecked", "{by} 复查整改 {id}（第 {opening} 次）：{outcome}，{reason:.60}",
                               "{by} re-checked {id} (opening {opening}): {outcome}, {reason:.60}", {"opening": int})
    SCORE_ENTERED = ("score.entered", "{by} 登记初评 {assessment} 的评分表：席位 {seat}，第 {version} 版（{lines:.12}）",
                     "{by} entered a score sheet of {assessment}: seat {seat}, version {version} ({lines:.12})",
                     {"version": int, "lines": str})
    EXTENSION_ASKED = ("extension.asked",
                       "{unit} 申请延期（第 {number} 号）：{about} {ref}，期限 {due}，申请延至 {wished}（{reason:.12}）",
                       "{unit} asked for an extension ({number}): {about} {ref}, due {due}, until {wished} ({reason:.12})",
                       {"number": int, "due": date, "wished": date})
    EXTENSION_GRANTED = ("extension.granted",
                         "{by} 准予 {unit} 延期（第 {number} 号）：{about} {ref}，期限由 {due} 延至 {day}（{reason:.12}）",
                         "{by} granted {unit} extension {number}: {about} {ref}, due {due}, now {day} ({reason:.12})",
                         {"number": int, "due": date, "day": date})
    EXTENSION_REFUSED = ("extension.refused",
                         "{by} 不准 {unit} 延期（第 {number} 号）：{about} {ref}，期限仍为 {due}（{reason:.12}）",
                         "{by} refused {unit} extension {number}: {about} {ref}, due {due} as before ({reason:.12})",
                         {"number": int, "due": date})
    CADENCE_DONE = ("cadence.done", "{by} 办理 {ref}：{done_on}（{unit} 所应办，期限 {due}）",
                    "{by}: {ref} done on {done_on} (owed by {unit}, due {due})", {"done_on": date, "due": date})
    CADENCE_SKIPPED = ("cadence.skipped", "{by} 免办 {ref}（{unit} 所应办，期限 {due}；{reason:.12}）",
                       "{by} skipped {ref} (owed by {unit}, due {due}; {reason:.12})", {"due": date})
    CADENCE_REOPENED = ("cadence.reopened", "{by} 撤销 {ref} 的办理（{unit} 所应办，期限 {due}；{reason:.12}）",
                        "{by} opened {ref} again (owed by {unit}, due {due}; {reason:.12})", {"due": date})
    CLOCK_STOPPED = ("clock.stopped", "{by} 自 {day} 起停止 {unit} 的计时（第 {number} 号）：{about} {ref}（{reason:.12}）",
                     "{by} stopped the clock of {unit} from {day} ({number}): {about} {ref} ({reason:.12})",
                     {"number": int, "day": date})
    CLOCK_RESUMED = ("clock.resumed", "{by} 恢复 {unit} 的计时，停至 {day}（第 {number} 号）：{about} {ref}（{reason:.12}）",
                     "{by} let the clock of {unit} go on, stopped until {day} ({number}): {about} {ref} ({reason:.12})",
                     {"number": int, "day": date})
    CARD_GIVEN = ("card.given", "{unit} 触发 {card}（{form}，{day}）：{ref}（{why:.12}）",
                  "{unit}: {card} ({form}, {day}) for {ref} ({why:.12})", {"day": date})
    REMINDER_PLANNED = ("reminder.planned", "提醒 {key} 待发 {audience}（{level}，{channel}）",
                        "reminder {key} to {audience} planned ({level}, {channel})")
    REMINDER_CLAIMED = ("reminder.claimed", "提醒 {key} 开始发送（{channel}，{addresses} 个地址；上次不明 {unknown} 个）",
                        "reminder {key} is being sent ({channel}, {addresses} address(es); unknown from before: {unknown})",
                        {"addresses": int, "unknown": int})
    REMINDER_TRIED = ("reminder.tried", "提醒 {key} 的送达（{channel}）：送达 {sent}，未送达 {failed}，不明 {unknown}",
                      "reminder {key} ({channel}): {sent} sent, {failed} failed, {unknown} unknown",
                      {"sent": int, "failed": int, "unknown": int})
    REMINDER_SENT = ("reminder.sent", "提醒 {key} 已发（{channel}）", "reminder {key} sent ({channel})")
    REMINDER_FAILED = ("reminder.failed", "提醒 {key} 未发出（{channel}）", "reminder {key} failed ({channel})")
    REMINDER_HELD = ("reminder.held", "提醒 {key} 暂缓（{channel}）", "reminder {key} held ({channel})")
    ROWS_ADOPTED = ("rows.adopted", "此前的 {count} 行记录自此由账本负责；此前的改动无从核验",
                    "from here on the ledger answers for {count} row(s) recorded before; what was done to them before "
                    "cannot be known", {"count": int})
    KEY_MADE = ("key.made", "原签名密钥已不在，另制一把：{verifier}",
                "the key that signed before is gone, another was made: {verifier}")
    LEDGER_VERIFIED = ("ledger.verified",
                       "核验第 {since} 条之后至第 {until} 条：记录 {rows} 行，文件 {files} 个，不符 {faults} 处",
                       "verified after {since} up to {until}: {rows} row(s), {files} file(s), {faults} fault(s)",
                       {"since": int, "until": int, "rows": int, "files": int, "faults": int})
    ACCOUNTS_USED = ("accounts.used", "所依账号文件：{sha256:.12}，账号 {count} 个（此前 {before:.12}）",
                     "goes by the accounts file {sha256:.12} with {count} account(s) (before: {before:.12})", {"count": int})
    BACKUP_MADE = ("backup.made", "已备份到 {name}（{sha256:.12}）：至第 {until} 条，{rows} 行、{files} 个文件，签名密钥 {keys}",
                   "backed up to {name} ({sha256:.12}): up to event {until}, {rows} row(s), {files} file(s), signing key {keys}",
                   {"until": int, "rows": int, "files": int})
    ACT_REFUSED = ("act.refused", "拒绝越权操作：{act}（{unit}；{where}）：{why}",
                   "refused, not theirs to do: {act} ({unit}; {where}): {why_en}", {"why_en": str})
    RUN_STARTED = ("run.started", "启动流程 {flow}：{run} 第 {attempt} 次（{subject}）",
                   "run started, {flow}: {run}, attempt {attempt} ({subject})", {"attempt": int})
    RUN_FAILED = ("run.failed", "流程 {flow} 失败：{run} 第 {attempt} 次（{subject}；步骤 {steps}）",
                  "run failed, {flow}: {run}, attempt {attempt} ({subject}; steps {steps})", {"attempt": int, "steps": tuple})
    RUN_RECOVERED = ("run.recovered", "流程 {flow} 恢复：{run} 第 {attempt} 次已完成（{subject}）",
                     "run recovered, {flow}: {run}, attempt {attempt} is done ({subject})", {"attempt": int})
    RUN_ENDED = ("run.ended", "流程 {flow} 结束：{run} 第 {attempt} 次（{subject}）",
                 "run ended, {flow}: {run}, attempt {attempt} ({subject})", {"attempt": int})
    SURVEYED = ("campaign.surveyed", "督查调度完成（{day} 首次）", "surveyed, for the first time on {day}",
                {"day": date})
    INBOX_STUCK = ("inbox.stuck", "收件箱中处理不了的文件：[{stuck}]", "files of the inbox that cannot be dealt with: [{stuck}]",
                   {"stuck": tuple})
    INBOX_SEEN = ("inbox.seen", "收件箱中等候的文件有变，现有 {count} 份：[{files}]",
                  "the files waiting in the inbox changed, {count} now: [{files}]", {"count": int, "files": tuple})
    SOURCE_ASKED = ("source.asked", "向 {unit} 的来源 {source} 取 {form} {period}：{state}，文件 {files} 个（{place}）",
                    "{form} {period} asked of source {source} of {unit}: {state}, {files} file(s) ({place})",
                    {"files": int, "form": str, "period": str, "source": str})
    SOURCE_FAILED = ("source.failed", "{unit} 的来源 {source} 取不到 {form} {period}：{why}",
                     "source {source} of {unit} did not give {form} {period}: {why}",
                     {"why": str, "form": str, "period": str, "source": str})
    ALARM_CHANGED = ("alarm.changed", "督查示警：现有 [{open}]，解除 [{healed}]",
                     "alarms of supervision: [{open}] stand, [{healed}] healed", {"open": tuple, "healed": tuple})
    DRILL_STARTED = "drill.started", "演练开始，数据虚构{note}", "a drill with made-up figures has begun{note}"


# A file that was refused before it could be read, and kept, has a name and no hash yet.
_UNREAD = Code("ledger.file.refused_unread", "文件不收：{name}（{size} 字节）：{problems}",
               "file refused: {name} ({size} bytes): {problems}", name=str, size=int, problems=tuple)


# What an event of any kind may carry beside its own: earlier ones did not.
_BESIDE = (
    Code("ledger.units_told", "{told}，应告知 {units_told}", "{told}, to be told: {units_told}", told=Message, units_told=tuple),
    Code("ledger.corrected_because", "{told}，更正：{reason:.60}", "{told}, corrected: {reason:.60}", told=Message, reason=str),
    Code("ledger.of_list", "{told}，清单 {list:.12}", "{told}, from the list {list:.12}", told=Message, list=str),
    Code("ledger.within", "{told}，限于 {within}", "{told}, within {within}", told=Message, within=tuple),
    Code("ledger.of_items", "{told}，限于当时所缺 {items} 项", "{told}, of the {items} that were lacking", told=Message,
         items=int),
    Code("ledger.by_run", "{told}，运行 {run}", "{told}, by run {run}", told=Message, run=str),
    Code("ledger.asked_of", "{told}，向 {asked_of}", "{told}, of {asked_of}", told=Message, asked_of=str),
    Code("ledger.with_scan", "{told}，签章扫描件 {scan:.12}", "{told}, with the scanned sheet {scan:.12}", told=Message,
         scan=str),
    Code("ledger.with_note", "{told}，说明 {note:.12}", "{told}, noted {note:.12}", told=Message, note=str),
    Code("ledger.with_minutes", "{told}，附件 {minutes:.12}", "{told}, with the file {minutes:.12}", told=Message, minutes=str),
    Code("ledger.owed_by", "{told}，由 {owed_by} 办理", "{told}, owed by {owed_by}", told=Message, owed_by=str),
    Code("ledger.confirmed_old", "{told}，确认重开前的成果有效（{confirmed:.12}）",
         "{told}, what came before holds good ({confirmed:.12})", told=Message, confirmed=str),
    Code("ledger.told_late", "{told}（期限后补报：{late_because:.12}）", "{told} (told after its limit: {late_because:.12})",
         told=Message, late_because=str),
    Code("ledger.came_as", "{told}，文件名 {came_as}", "{told}, as {came_as}", told=Message, came_as=str),
    Code("ledger.reason_unused", "{told}，所附更正原因未采用（{reason_unused:.12}）",
         "{told}, the reason that came with it is not kept ({reason_unused:.12})", told=Message, reason_unused=str),
    Code("ledger.under_version", "{told}，依方案第 {plan_version} 版", "{told}, under version {plan_version} of the plan",
         told=Message, plan_version=int),
    Code("ledger.accounts_held", "{told}：{held}", "{told}: {held}", told=Message, held=tuple),
    Code("ledger.entered_afterwards", "{told}（补录：业务日期 {business_day}，理由 {entered_because:.12}）",
         "{told} (entered afterwards: business day {business_day}, reason {entered_because:.12})", told=Message,
         business_day=date, entered_because=str),
)


def payload_of(kind: EventKind, payload: Mapping[str, Any]) -> Message:
    """What happened, from the kind of an event and what it carries, as noted or as read back. Raises ValueError for an unknown
    kind, TypeError where a field is unknown, missing or of another type."""
    code, given = EventKind(kind).code, dict(payload)
    beside = [(c, {name: given.pop(name) for name in names}) for c in _BESIDE
              if (names := c.fields.keys() - {"told", *code.fields}) and names <= given.keys()]
    if kind == EventKind.FILE_REFUSED and _UNREAD.fields.keys() == given.keys():
        code = _UNREAD
    told = _told(code, given)
    for c, more in beside:
        told = _told(c, {"told": told, **more})
    return told


def _told(code: Code, given: Mapping[str, Any]) -> Message:
    return code(**{name: _listed(code.fields.get(name), value) for name, value in given.items()})


def _listed(kind: object, value: Any) -> Any:
    """Of a mapping its keys are told; a day that was read back is text."""
    if isinstance(value, Mapping):
        return tuple(value)
    return date.fromisoformat(value) if kind is date and isinstance(value, str) else value


REPORTED = (EventKind.STATISTICS_RUN, EventKind.REPORT_RENEWED)  # what keeps reports on a period
FILED = (*REPORTED, EventKind.DOSSIER_BUILT, EventKind.BULLETIN_RELEASED)  # all that keeps files among the reports
