"""What a share of the plan counts (创建指标任务总体完成率): one answer for those who evaluate it and those who check it."""

from __future__ import annotations

from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import PlanShare, leaves


def asks_for_share(indicator: Indicator) -> bool:
    """Whether any of its targets is a share of the plan; such an indicator counts in none."""
    return any(isinstance(leaf, PlanShare) for s in indicator.targets for leaf in leaves(s.target))


def counted_indicators(plan: Plan, target: PlanShare) -> list[Indicator]:
    """The indicators that a share of the plan counts."""
    if target.plan_share == "tasks":
        return []
    return [i for i in plan.indicators if (target.only is None or i.id in target.only) and not asks_for_share(i)]


def counted_tasks(plan: Plan, target: PlanShare) -> list[str]:
    """The ids of the tasks that a share of the plan counts."""
    if target.plan_share == "indicators":
        return []
    return [t.id for t in plan.tasks if target.only is None or t.id in target.only]
