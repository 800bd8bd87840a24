"""What can happen, and what an event of each kind must carry: the words that tell it declare the fields of its payload."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from gaoxin.i18n import Code, Message


class EventKind(StrEnum):
    PLAN_REGISTERED = "plan.registered"
    DEADLINE_STEP = "deadline.step"
    FILE_LANDED = "file.landed"
    FILE_REFUSED = "file.refused"
    RETURN_RECEIVED = "return.received"
    RETURN_CHECKED = "return.checked"
    RETURN_LOADED = "return.loaded"
    RETURN_EXPLAINED = "return.explained"
    INDICATORS_COMPUTED = "indicators.computed"
    STATISTICS_RUN = "statistics.run"
    GATE_DECIDED = "gate.decided"
    CONSENT_ASKED = "consent.asked"
    EVIDENCE_RECORDED = "evidence.recorded"
    APPROVAL_RECORDED = "approval.recorded"
    WAIVER_RECORDED = "waiver.recorded"
    RECTIFICATION_OPENED = "rectification.opened"
    RECTIFICATION_CLOSED = "rectification.closed"
    REMINDER_PLANNED = "reminder.planned"
    REMINDER_SENT = "reminder.sent"
    REMINDER_FAILED = "reminder.failed"
    REMINDER_HELD = "reminder.held"
    DRILL_STARTED = "drill.started"


def payload_of(kind: EventKind, payload: Mapping[str, Any]) -> Message:
    """What happened, from the kind of an event and what it carries, as noted or as read back.

    Raises ValueError for an unknown kind, TypeError where a field is unknown, missing or of another type.
    """
    codes = _TOLD[EventKind(kind)]
    code = next((c for c in codes if c.fields.keys() == payload.keys()), codes[0])
    return code(**{name: _listed(code.fields.get(name), value) for name, value in payload.items()})


def _listed(kind: object, value: Any) -> Any:
    """Of a mapping its keys are told; a day that was read back is text."""
    if isinstance(value, Mapping):
        return tuple(value)
    return date.fromisoformat(value) if kind is date and isinstance(value, str) else value


def _told(kind: EventKind, zh: str, en: str, /, **fields: Any) -> tuple[EventKind, tuple[Code, ...]]:
    return kind, (Code(f"ledger.{kind}", zh, en, **fields),)


# Where a kind carries one of two sets of fields, it is told in one of two ways.
_TOLD: dict[EventKind, tuple[Code, ...]] = dict([
    _told(
        EventKind.PLAN_REGISTERED, "登记方案第 {version} 版（{plan_hash:.12}），期限 {deadlines} 个",
        "version {version} of the plan registered ({plan_hash:.12}), {deadlines} deadline(s)",
        version=int, plan_hash=str, deadlines=int,
    ),
    _told(EventKind.DEADLINE_STEP, "期限 {kind} {ref}：{step}", "deadline {kind} {ref}: {step}", kind=str, ref=str, step=str),
    _told(
        EventKind.FILE_LANDED, "文件留存：{name}（{sha256:.12}，{size} 字节，来自 {source}）",
        "file kept: {name} ({sha256:.12}, {size} bytes, from {source})", sha256=str, size=int, name=str, source=str,
    ),
    (EventKind.FILE_REFUSED, (
        Code("ledger.file.refused", "文件不收（{sha256:.12}）：{problems}", "file refused ({sha256:.12}): {problems}",
             sha256=str, problems=tuple),
        Code("ledger.file.refused_unread", "文件不收：{name}（{size} 字节）：{problems}",
             "file refused: {name} ({size} bytes): {problems}", name=str, size=int, problems=tuple),
    )),
    _told(
        EventKind.RETURN_RECEIVED, "收到报表 {return_id}，第 {version} 版（{sha256:.12}；方案 {plan_hash:.12}）",
        "return {return_id} received, version {version} ({sha256:.12}; plan {plan_hash:.12})",
        return_id=str, version=int, sha256=str, plan_hash=str,
    ),
    _told(
        EventKind.RETURN_CHECKED,
        "第 {run} 次校核 {return_id}：{verdict}，错误 {errors} 个，警告 {warnings} 个"
        "（规则集 {suite} {suite_version}，{findings:.12}）",
        "check {run} of {return_id}: {verdict}, {errors} error(s), {warnings} warning(s) "
        "(suite {suite} {suite_version}, {findings:.12})",
        return_id=str, run=int, verdict=str, errors=int, warnings=int, suite=str, suite_version=str, findings=str,
    ),
    _told(
        EventKind.RETURN_LOADED, "{return_id} 入库 {rows} 条（{sha256:.12}；{values:.12}）",
        "{return_id} loaded, {rows} row(s) ({sha256:.12}; {values:.12})", return_id=str, rows=int, sha256=str, values=str,
    ),
    _told(
        EventKind.RETURN_EXPLAINED, "{by} 说明 {return_id} 的警告 {rule}（{text:.12}）",
        "{by} explained the warning {rule} of {return_id} ({text:.12})", return_id=str, rule=str, by=str, text=str,
    ),
    _told(EventKind.INDICATORS_COMPUTED, "计算指标：{indicators}", "indicators computed: {indicators}", indicators=tuple),
    _told(
        EventKind.STATISTICS_RUN, "{period} 统计完成：{reports}", "statistics of {period} done: {reports}",
        period=str, reports=tuple,
    ),
    _told(
        EventKind.GATE_DECIDED, "关口 {phase}（{mode}）：{verdict}，逾期 {days_late} 天（封签 {seal:.12}；{digest:.12}）",
        "gate {phase} ({mode}): {verdict}, {days_late} day(s) late (seal {seal:.12}; {digest:.12})",
        phase=str, verdict=str, mode=str, seal=str, digest=str, days_late=int,
    ),
    _told(
        EventKind.CONSENT_ASKED, "关口 {phase} 请求审核同意（封签 {seal:.12}）",
        "consent to gate {phase} asked for (seal {seal:.12})", phase=str, seal=str | None,
    ),
    _told(
        EventKind.EVIDENCE_RECORDED, "{by} 登记任务 {task} 的成果 {deliverable}（{sha256:.12}）",
        "{by} recorded {deliverable} of task {task} ({sha256:.12})", task=str, deliverable=str, sha256=str, by=str,
    ),
    _told(
        EventKind.APPROVAL_RECORDED, "{by} 对关口 {phase}：{decision}（封签 {seal:.12}）",
        "{by} on gate {phase}: {decision} (seal {seal:.12})", phase=str, by=str, decision=str, seal=str,
    ),
    _told(
        EventKind.WAIVER_RECORDED, "{by} 豁免关口 {phase} 的条件 {criterion}，至 {expires}",
        "{by} waived {criterion} of gate {phase} until {expires}", phase=str, criterion=str, by=str, expires=date,
    ),
    _told(
        EventKind.RECTIFICATION_OPENED, "开出整改 {id}（第 {opening} 次；{phase} {criterion} {ref}）：{owner}，期限 {due}",
        "rectification {id} opened (opening {opening}; {phase} {criterion} {ref}): {owner}, due {due}",
        id=str, opening=int, phase=str, criterion=str, ref=str, owner=str, due=date,
    ),
    _told(
        EventKind.RECTIFICATION_CLOSED, "整改 {id} 销号（第 {opening} 次；{because:.12}）",
        "rectification {id} closed (opening {opening}; {because:.12})", id=str, opening=int, because=str,
    ),
    _told(
        EventKind.REMINDER_PLANNED, "提醒 {key} 待发 {audience}（{level}，{channel}）",
        "reminder {key} to {audience} planned ({level}, {channel})", key=str, channel=str, audience=str, level=str,
    ),
    _told(EventKind.REMINDER_SENT, "提醒 {key} 已发（{channel}）", "reminder {key} sent ({channel})", key=str, channel=str),
    _told(EventKind.REMINDER_FAILED, "提醒 {key} 未发出（{channel}）", "reminder {key} failed ({channel})", key=str, channel=str),
    _told(EventKind.REMINDER_HELD, "提醒 {key} 暂缓（{channel}）", "reminder {key} held ({channel})", key=str, channel=str),
    _told(EventKind.DRILL_STARTED, "演练开始：{note}", "drill started: {note}", note=str),
])
