"""How states are shown to people: a word, a text mark and a colour, so that none of them carries the meaning alone."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gaoxin.i18n import Lang


class Word(NamedTuple):
    zh: str
    en: str
    mark: str
    style: str


_GOOD, _BAD, _CARE, _PLAIN = ("✓", "green"), ("✗", "red"), ("!", "yellow"), ("·", "dim")

WORDS: dict[str, Word] = {
    # a checked return
    "accepted": Word("接收", "accepted", *_GOOD),
    "accepted_with_warnings": Word("接收，有待说明", "accepted with warnings", *_CARE),
    "rejected": Word("退回", "rejected", *_BAD),
    # severity of a finding
    "error": Word("错误", "error", *_BAD),
    "warning": Word("警告", "warning", *_CARE),
    "info": Word("提示", "info", *_PLAIN),
    # an owed return
    "not_due": Word("未到期", "not due", *_PLAIN),
    "due": Word("待报", "due", *_CARE),
    "overdue": Word("逾期", "overdue", *_BAD),
    "received": Word("已收待审", "received", *_CARE),
    # an indicator
    "met": Word("达标", "met", *_GOOD),
    "on_track": Word("进度正常", "on track", *_GOOD),
    "at_risk": Word("有风险", "at risk", *_CARE),
    "off_track": Word("滞后", "off track", *_BAD),
    "unknown": Word("无法判断", "unknown", "?", "magenta"),
    # a gate and its criteria
    "pass": Word("通过", "pass", *_GOOD),
    "hold": Word("未通过", "hold", *_BAD),
    "waived": Word("豁免通过", "waived", *_CARE),
    "passed": Word("满足", "passed", *_GOOD),
    "failed": Word("不满足", "failed", *_BAD),
    "not_evaluated": Word("未评价", "not evaluated", "?", "magenta"),
    "rehearsal": Word("预演：如在此时判定", "rehearsal: if it were decided then", "", ""),
    "decision": Word("已到判定期", "due for decision", "", ""),
    # reminders
    "upcoming": Word("临期", "upcoming", *_PLAIN),
    "escalated": Word("上报", "escalated", *_BAD),
    "planned": Word("待发", "planned", *_PLAIN),
    "sent": Word("已发", "sent", *_GOOD),
    "held": Word("暂缓", "held", *_CARE),
    # rectifications
    "open": Word("整改中", "open", *_CARE),
    "closed": Word("已销号", "closed", *_GOOD),
    # files written
    "new": Word("新建", "new", *_GOOD),
    "changed": Word("更改", "changed", *_CARE),
    "same": Word("未变", "same", *_PLAIN),
    # forms
    "series": Word("数据表", "series", "", ""),
    "register": Word("名录", "register", "", ""),
    "month": Word("月", "month", "", ""),
    "quarter": Word("季", "quarter", "", ""),
    "half": Word("半年", "half-year", "", ""),
    "year": Word("年", "year", "", ""),
}


def word(state: str | Enum | None, lang: Lang, *, of: str = "") -> str:
    """A state as rich markup: mark, word, colour. of: `reminder` where a word differs by what it speaks of (`due`,
    `failed`). An unknown state is shown as it is: hiding it would be worse."""
    if state is None:
        return "—"
    key = str(state.value if isinstance(state, Enum) else state)
    known = _REMINDER.get(key) if of == "reminder" else None
    known = known or WORDS.get(key)
    if known is None:
        from rich.markup import escape

        from gaoxin.plan.criteria import CRITERIA

        return CRITERIA[key].title.to(lang) if key in CRITERIA else escape(key)
    text = f"{known.mark} {known.en if lang == 'en' else known.zh}".strip()
    return f"[{known.style}]{text}[/]" if known.style else text


_REMINDER = {
    "due": Word("到期", "due", *_CARE),
    "failed": Word("发送失败", "failed", *_BAD),
}
