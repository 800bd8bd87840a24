"""How criteria tell what they found: names, owed returns, shortfalls, results. Shared by the modules of criteria.

Words only; nothing is judged here.
"""

from __future__ import annotations

from gaoxin.gates.model import CriterionResult, OwedReturn, Shortfall
from gaoxin.i18n import Text
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Owed, ReturnState

STATE = {
    ReturnState.NOT_DUE: Text("未到报送期", "not due yet"),
    ReturnState.DUE: Text("应报未报", "not handed in yet"),
    ReturnState.OVERDUE: Text("逾期未报", "overdue"),
    ReturnState.RECEIVED: Text("已收到，尚未校核", "received, not yet checked"),
    ReturnState.REJECTED: Text("已退回，待改正", "rejected, to be corrected"),
    ReturnState.ACCEPTED: Text("已接受", "accepted"),
}
NO_RECORD = Text("没有报送情况的记录", "no record of its standing")


def return_told(plan: Plan, item: Owed, seen: OwedReturn | None, what: Text) -> Text:
    form, unit, due = named(plan.form(item.key.form)), named(plan.unit(item.key.unit)), seen.due if seen else item.due
    return Text(
        f"{unit.zh} {form.zh} {item.key.period}（期限 {due}）：{what.zh}",
        f"{unit.en}, {form.en} {item.key.period} (due {due}): {what.en}",
    )


def named(item) -> Text:
    """The name of a part of the plan, in both languages."""
    return Text(item.name.to("zh"), item.name.to("en"))


def shortfall(owner: str, ref: str, told: Text) -> Shortfall:
    return Shortfall(owner, told.zh, told.en, ref)


def judged(
    criterion: str,
    kind: str,
    passed: bool | None,
    detail: Text,
    evidence: tuple[str, ...] = (),
    shortfalls: tuple[Shortfall, ...] = (),
) -> CriterionResult:
    return CriterionResult(criterion, kind, passed, detail.zh, detail.en, evidence, shortfalls)
