"""Rules on overrides: each must fit the rules that its form has, and be stricter than they are."""

from collections.abc import Iterator

from gaoxin.i18n import Message
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan
from gaoxin.quality.suites import unfit

PLACE = 135

OVERRIDE_UNFIT = of_plan("override_unfit", "error", ("规则调整不成立", "an override that does not fit"),
                         ("按提示改 overrides.yaml", "mend overrides.yaml as told"), "{why}", "{why}", why=Message)


def fits(plan: Plan) -> Iterator[PlanFinding]:
    """An override names a rule that the form has, is stricter than it, and judges what the frame can carry."""
    for wrong in unfit(plan):
        yield OVERRIDE_UNFIT.error(f"overrides.{wrong.override.id}", why=wrong.told)
