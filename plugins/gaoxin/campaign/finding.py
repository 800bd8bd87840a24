"""Which page tells of one of the engine's flows or runs."""

from dataclasses import dataclass, field
from datetime import datetime

from gaoxin.blueprint.blueprint import phase_flow_id, statistics_flow_id
from gaoxin.clock import ZONE
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.plan.reading.loader import find_plan, plan_files
from gaoxin.settings import Settings


@dataclass(frozen=True)
class Found:
    """The parts of a page's address within its campaign, and what it is asked with."""

    campaign: str
    parts: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)


def page_of(settings: Settings, flow: str, period: str | None = None, as_of: datetime | None = None, *, passed: bool = False
            ) -> Found:
    """A phase's flow: its gate; statistics: their period, where one is given; any other: the campaign's wall. as_of: of a run
    that is over; passed: whether it ended well. The page of a gate that passed shows that decision at any later time, and in a
    drill the run may have waited for a consent until after the time that it was told. Raises UsageError for a flow that is no
    campaign's, PlanError for one whose plan cannot be read."""
    campaign = flow.partition(".")[0]
    if campaign not in plan_files(settings.plans):
        raise UsageError(Text(f"流程 {flow} 不属于任何创建工作", f"the flow {flow} is no campaign's"), where=flow,
                         todo=Text("从首页选择创建工作", "choose a campaign on the start page"))
    plan = find_plan(settings.plans, campaign)
    then = {"as_of": as_of.astimezone(ZONE).isoformat()} if as_of else {}
    for phase in plan.phases:
        if phase_flow_id(plan, phase) == flow:
            return Found(campaign, ("gate", phase.id), {} if passed else then)
    if flow == statistics_flow_id(plan) and period:
        return Found(campaign, (), {"period": period, **then})
    return Found(campaign, (), then)
