"""One gap told once: where every row of a plan has the same gap, the plan has it, and one finding says so for all of them.

Forty warnings that nobody leads are not read; that the document names a lead for nothing is. A gap that some rows have
and others have not is told row by row, since each is then an oversight of its own. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, listed

_FEWEST = 3  # rows; two are as quickly read one by one
_WHOLE = {
    "no_lead": ("没有写牵头单位", "have no unit that leads them", "由谁牵头，逐项写明，或由谁统一负责",
                "who leads, row by row, or who answers for all of them"),
    "task_undated": ("没有完成时间，永远不会到期", "have no date and never fall due", "各项何时完成，或统一的期限",
                     "by when each is due, or one date for all of them"),
    "target_undated": ("没有完成时间，永远不会到期", "have no date and never fall due", "各项目标何时完成，或统一的期限",
                       "by when each is due, or one date for all of them"),
    "unmeasured": ("没有报表采集，永远无法判断", "are asked for by no form and never known", "由谁报、填什么表、多久一报",
                   "who reports them, in which form, how often"),
}


def together(plan: Plan, found: Iterable[PlanFinding]) -> list[PlanFinding]:
    """The findings with those that all rows of a kind share made into one. Its subject is the kind: `indicators`, `tasks`."""
    given = list(found)
    for kind, items in (("indicators", plan.indicators), ("tasks", plan.tasks)):
        names = {f"{kind}.{item.id}": item.name for item in items}
        if len(names) < _FEWEST:
            continue
        for code, (zh, en, ask_zh, ask_en) in _WHOLE.items():
            same = [f for f in given if f.code == code and f.subject in names and f.severity is Severity.WARNING]
            if {f.subject for f in same} != set(names):
                continue
            what = ("目标", "targets") if kind == "indicators" else ("任务", "tasks")
            rows = {lang: listed((name.to(lang) for name in names.values()), lang, len(names)) for lang in ("zh", "en")}
            whole = PlanFinding(
                code, Severity.WARNING, kind, f"全部 {len(names)} 项{what[0]}都{zh}：{rows['zh']}",
                f"all {len(names)} {what[1]} {en}: {rows['en']}",
                tuple(dict.fromkeys(place for f in same for place in f.sources)), Text(ask_zh, ask_en),
            )
            at = given.index(same[0])
            given = [f for f in given if f not in same]
            given.insert(at, whole)
    return given
