"""What every use case works with: a plan, the warehouse, and a time."""

from dataclasses import dataclass
from datetime import datetime

from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_hash
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Workplace:
    """now: the time of the campaign (as of) at which everything is judged and recorded; never the wall clock by itself."""

    settings: Settings
    plan: Plan
    warehouse: Warehouse
    now: datetime


def open_workplace(settings: Settings, campaign: str, now: datetime) -> Workplace:
    """Loads the plan, opens the warehouse, and registers the plan with its deadlines when it is new or was changed. Raises
    UsageError for an unknown campaign, PlanError for a broken plan, SystemFault and Transient from the database."""
    return workplace_of(settings, find_plan(settings.plans, campaign), now)


def workplace_of(settings: Settings, plan: Plan, now: datetime) -> Workplace:
    """As open_workplace, for a plan that is loaded already."""
    warehouse = Warehouse.open(settings)
    with warehouse.begin() as store:
        store.plans.register(plan, plan_hash(plan), now)
    return Workplace(settings, plan, warehouse, now)
