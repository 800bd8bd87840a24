"""Rules on what is asked of units: no figure twice, and no more in a month than the plan's own cap."""

from collections import defaultdict
from collections.abc import Iterator

from gaoxin.i18n import Worded
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, listed, of_plan
from gaoxin.returns.burden import asked_twice, by_month
from gaoxin.returns.schedule import rounds

PLACE = 142

ASKED_TWICE = of_plan("asked_twice", "info", ("同一个数要求了两次", "one figure is asked for twice"),
                      ("只在一张表里要求", "ask for it in one form alone"),
                      "{form}的{name}与{first}的{other}对{units}要求同一时段的同一个数（{count} 期）",
                      "{form} {name} and {first} {other} ask {units} for one figure of one stretch of time ({count} period(s))",
                      form=Worded, first=Worded, other=Worded, units=Worded, count=int)
MORE_THAN_THE_CAP = of_plan("more_than_the_cap", "warning", ("一个月要求的项数超过上限", "more items in a month than the cap"),
                            ("减少项目、错开期限，或提高上限", "ask for less, spread the due days, or raise the cap"),
                            "{name}在 {worst} 须填 {count} 项，超过方案的上限 {most} 项（共 {months} 个月超过）",
                            "{name} is to fill in {count} items in {worst}, more than the plan's cap of {most} (so in {months} "
                            "month(s))", name=Worded, worst=str, count=int, most=int, months=int)


def twice(plan: Plan) -> Iterator[PlanFinding]:
    """One finding for two items, whatever the units and periods."""
    found: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for one in asked_twice(plan):
        for again in one.again:
            found[again.form, again.variable, one.first.form, one.first.variable].append(one.unit)
    for (form, variable, first, other), units in found.items():
        names = [plan.unit(u).name for u in dict.fromkeys(units)]
        yield ASKED_TWICE.info(f"forms.{form}", form=plan.form(form).name, name=plan.variables[variable][1].name,
                               first=plan.form(first).name, other=plan.variables[other][1].name, units=listed(names),
                               count=len(units) // len(names))


def caps(plan: Plan) -> Iterator[PlanFinding]:
    most = plan.burden.most_items
    if most is None:
        return
    over: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (unit, month), count in by_month(plan, rounds(plan)).items():
        if count > most:
            over[unit].append((count, month))
    for unit, months in sorted(over.items()):
        count, worst = max(months)
        yield MORE_THAN_THE_CAP.warning(plan.unit(unit), worst=worst, count=count, most=most, months=len(months))
