"""Checks of a plan that cannot be judged as they are written: units of measure, inputs, types and codes that do not fit.

Without a trial: what never judges or never fails may be judged all the same."""

from collections import defaultdict
from collections.abc import Mapping

from gaoxin.i18n import Message
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.planning.check.rules.never import _unreadable as wrong


@once_a_plan
def refused(plan: Plan) -> Mapping[str, Mapping[str, Message]]:
    """form -> rule -> what is wrong with it."""
    found = defaultdict[str, dict[str, Message]](dict)
    for one in wrong(plan):
        match one.subject.split("."):
            case ["forms", form, "checks", check, *_] if one.severity is Severity.ERROR:
                found[form].setdefault(f"check.{check}", one.message)
    return dict(found)
