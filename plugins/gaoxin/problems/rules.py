"""Who may raise a problem and re-check it, what tells one problem from another, to which phase it belongs. Pure."""

from datetime import date
from hashlib import sha256

from gaoxin.plan.model import Plan
from gaoxin.returns.text import squeezed


def finders_of(plan: Plan) -> list[str]:
    """The units that raise problems: those that watch over the campaign, judge it or lead it. A unit that is none of these is
    told of what it finds by asking one of them."""
    g = plan.governance
    return [u for u in dict.fromkeys((g.supervision, g.office, g.assessment, g.leading_group, g.consent)) if u]


def is_own(plan: Plan, finder: str, owner: str) -> bool:
    """Whether whoever found it would re-check themselves: the unit itself, or a group that has it as a member."""
    return finder == owner or finder in plan.unit(owner).members


def phase_on(plan: Plan, day: date) -> str:
    """The phase that a problem found on a day belongs to: the last that has begun by then, before the first that one; nothing in
    a plan without phases."""
    begun = [p for p in plan.phases if p.starts <= day]
    chosen = max(begun, key=lambda p: p.starts) if begun else next(iter(plan.phases), None)
    return chosen.id if chosen else ""


def problem_id(campaign: str, origin: str, source: str, owner: str, text: str) -> str:
    """The same problem of the same source, the same id, however it is spaced: a list that is sent twice opens it once. Never that
    of a gate's rectification, which has one part more."""
    mark = sha256("\n".join((campaign, origin, squeezed(source), owner, squeezed(text))).encode()).hexdigest()[:10]
    return f"{campaign}.problem.{mark}"


def item_problem_id(campaign: str, assessment: str, owner: str, item: str) -> str:
    """The problem that an item of an assessment is which falls short: it rests on the item, so what that comes to may move."""
    return problem_id(campaign, "assessment", assessment, owner, item)


def is_problem(id: str) -> bool:
    """Whether people opened the rectification with this id, and no gate."""
    return id.count(".") == 2
