"""The words of terminals: what states are called, with a text mark and a colour so that none of them carries the meaning
alone; and the headings of columns."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gaoxin.i18n import Lang


class Word(NamedTuple):
    zh: str
    en: str
    mark: str = ""
    style: str = ""


_GOOD, _BAD, _CARE, _PLAIN = ("✓", "green"), ("✗", "red"), ("!", "yellow"), ("·", "dim")
_OPEN, _UNMARKED = ("?", "magenta"), ("", "")

# By look. Where a word differs by what it speaks of, that stands before the dot: an indicator looked ahead (outlook), a target in
# the list of what the document states (stated), how often something is done (every), a reminder.
_STATES: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    _GOOD: {
        "accepted": ("接收", "accepted"), "met": ("达标", "met"), "on_track": ("进度正常", "on track"),
        "pass": ("通过", "pass"), "passed": ("满足", "passed"), "outlook.met": ("已达标", "met"),
        "outlook.feasible": ("可行", "feasible"), "sent": ("已发", "sent"), "closed": ("已销号", "closed"),
        "new": ("新建", "new"),
    },
    _BAD: {
        "rejected": ("退回", "rejected"), "error": ("错误", "error"), "overdue": ("逾期", "overdue"),
        "off_track": ("滞后", "off track"), "hold": ("未通过", "hold"), "failed": ("不满足", "failed"),
        "outlook.infeasible": ("达不到", "infeasible"), "reminder.failed": ("发送失败", "failed"),
        "escalated": ("上报", "escalated"),
    },
    _CARE: {
        "accepted_with_warnings": ("接收，有待说明", "accepted with warnings"), "warning": ("警告", "warning"),
        "due": ("待报", "due"), "received": ("已收待审", "received"), "at_risk": ("有风险", "at risk"),
        "waived": ("豁免通过", "waived"), "outlook.stretch": ("须加力", "stretch"), "reminder.due": ("到期", "due"),
        "held": ("暂缓", "held"), "open": ("整改中", "open"), "changed": ("更改", "changed"),
    },
    _PLAIN: {
        "info": ("提示", "info"), "not_due": ("未到期", "not due"), "upcoming": ("临期", "upcoming"),
        "planned": ("待发", "planned"), "same": ("未变", "same"),
    },
    _OPEN: {
        "unknown": ("无法判断", "unknown"), "not_evaluated": ("未评价", "not evaluated"),
        "outlook.unknown": ("无法判断", "unknown"),
    },
    _UNMARKED: {
        "rehearsal": ("预演：如在此时判定", "rehearsal: if it were decided then"),
        "decision": ("已到判定期", "due for decision"), "goal": ("目标", "goal"), "step": ("年度步骤", "step"),
        "horizon": ("分期目标", "horizon"), "criterion": ("认定条件", "criterion"), "aspiration": ("力争", "aspiration"),
        "stated.step": ("每年进度", "step"), "stated.horizon": ("其他年份", "horizon"),
        "stated.criterion": ("认定标准", "criterion"), "series": ("数据表", "series"), "register": ("名录", "register"),
        "month": ("月", "month"), "quarter": ("季", "quarter"), "half": ("半年", "half-year"), "year": ("年", "year"),
        "every.day": ("每日", "day"), "every.week": ("每周", "week"), "every.month": ("每月", "month"),
        "every.quarter": ("每季", "quarter"), "every.half": ("每半年", "half-year"), "every.year": ("每年", "year"),
        "every.two_years": ("每两年", "two years"), "every.once": ("一次", "once"), "municipal": ("市级", "municipal"),
        "provincial": ("省级", "provincial"), "national": ("国家级", "national"),
    },
}
WORDS = {key: Word(*said, *look) for look, states in _STATES.items() for key, said in states.items()}
# Chinese headings by the English ones; what follows a colon tells apart those that are one word in English.
HEADS = {
    "a year": "每年", "arrives": "到达", "at": "时间", "audience": "对象", "baseline": "基数", "by:goal": "期限",
    "by:choice": "依据", "by:unit": "报送单位", "campaign": "创建工作", "cell": "位置", "channel": "渠道", "class": "类别",
    "code": "代码", "committee": "管理机构", "condition": "条件", "criteria": "关口条件", "criterion": "条件", "data": "数据",
    "day": "日", "days late": "迟报天数", "decided": "已决定", "decided by": "决定单位", "decision": "决定", "detail": "说明",
    "done": "完成率", "due": "期限", "due:item": "完成时间", "due:return": "截止", "earliest": "最早达标", "ends": "止",
    "event": "事件", "every": "频率", "faults": "差错", "file": "文件", "findings": "问题", "forecast": "预测", "form": "报表",
    "from to": "起止", "fulfilled": "符合", "gap": "差距", "gate due": "关口期限", "how known": "来历", "id": "编号",
    "indicator": "指标", "indicator or task": "主要内容", "indicators": "指标", "kind": "类型", "km²": "面积 km²",
    "lead": "牵头单位", "level": "级别", "name": "名称", "needed a year": "每年需", "no.": "序号", "no.:phase": "序",
    "on": "日期", "open": "未决定", "owner": "责任单位", "pace": "进度", "paces": "不同进度", "payload": "内容",
    "period": "报告期", "periods": "报告期", "phase": "阶段", "phases": "阶段", "planned a year": "计划每年",
    "reached by then": "期末可达", "recorded": "入库", "ref": "编号", "reference": "参照数列", "requires": "要求",
    "responsible": "责任单位", "result": "结果", "role": "作用", "row": "序号", "rule": "规则", "section": "重点内容",
    "settles": "解决的问题", "severity": "程度", "source": "出处", "source:data": "来源", "starts": "起", "state": "状态",
    "stated": "文件自述", "status": "状态", "subject": "事项", "target": "目标", "tasks": "任务", "unit": "单位",
    "units": "报送单位", "value": "数值", "variable": "变量", "verdict": "结论", "version": "版次", "waits for": "等待",
    "what": "内容", "what is missing": "所差", "what is wrong": "问题", "what:cadence": "工作", "what:rectification": "事项",
    "when": "时间", "year": "年份", "zone": "园区",
}


def head(key: str, lang: Lang) -> str:
    """A column's heading."""
    return HEADS[key] if lang == "zh" else key.partition(":")[0]


def known(state: str | Enum, of: str = "") -> Word | None:
    """The word for a state. of: `reminder` or `outlook` where a word differs by what it speaks of."""
    key = str(state.value if isinstance(state, Enum) else state)
    return WORDS.get(f"{of}.{key}") or WORDS.get(key)


def word(state: str | Enum | None, lang: Lang, *, of: str = "") -> str:
    """A state as rich markup: mark, word, colour. An unknown state is shown as it is: hiding it would be worse."""
    if state is None:
        return "—"
    found = known(state, of)
    if found is None:
        from rich.markup import escape

        from gaoxin.plan.criteria import CRITERIA

        key = str(state.value if isinstance(state, Enum) else state)
        return CRITERIA[key].title.to(lang) if key in CRITERIA else escape(key)
    text = f"{found.mark} {found.en if lang == 'en' else found.zh}".strip()
    return f"[{found.style}]{text}[/]" if found.style else text
