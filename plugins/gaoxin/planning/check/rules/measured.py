"""Rules on the units of measure that a plan adds: none may mean another thing than everywhere else."""

from collections.abc import Iterator
from decimal import Decimal

from gaoxin.measures import GENERAL
from gaoxin.plan.model import Plan
from gaoxin.plan.units_of_measure import used_by
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 128

UNIT_OF_MEASURE_CONTRADICTS = of_plan(
    "unit_of_measure_contradicts", "error", ("与通用计量单位矛盾", "a unit of measure that contradicts the general table"),
    ("另起名称，或改 of、factor", "another name, or mend of and factor"),
    "{name}是通用的计量单位，这里的换算不同（这里 {own}，通用 {general}）",
    "{name} is a general unit of measure and converts otherwise here ({own} here, {general} in general)",
    name=str, own=Decimal, general=Decimal)
UNIT_OF_MEASURE_OF_ANOTHER_KIND = of_plan(
    "unit_of_measure_of_another_kind", "error",
    ("与通用计量单位不是一类", "a unit of measure of another dimension than in the general table"),
    ("另起名称", "another name"), "{name}是通用的计量单位，在那里是另一类，不能当作这里的{own}",
    "{name} is a general unit of measure of another dimension; it cannot be {own}", name=str, own=str)
UNIT_OF_MEASURE_KNOWN = of_plan(
    "unit_of_measure_known", "info", ("通用计量单位不必再写", "a unit of measure that is general"), ("删去", "drop it"),
    "{name}通用的表里就有，换算相同", "{name} is in the general table and converts alike", name=str)
UNIT_OF_MEASURE_UNUSED = of_plan(
    "unit_of_measure_unused", "info", ("方案没有用到的计量单位", "a unit of measure that nothing is in"),
    ("只用来读单位的表则留着，否则删去", "keep it where tables of units are in it, else drop it"),
    "方案里没有用{name}计量的", "nothing in the plan is measured in {name}", name=str)


def of_its_own(plan: Plan) -> Iterator[PlanFinding]:
    """What a plan adds is new, or says what the general table says."""
    used = {one.id for one in used_by(plan.units_of_measure, *plan.forms, *plan.indicators, *plan.tasks, *plan.references,
                                      *plan.mappings)}
    for one in plan.units_of_measure:
        subject = f"units_of_measure.{one.id}"
        for symbol in one.symbols:
            own, general = plan.measures.own[symbol], GENERAL.found(symbol)
            if general is not None and general[0] != own[0]:
                yield UNIT_OF_MEASURE_OF_ANOTHER_KIND.error(subject, name=symbol, own=one.of or one.name)
            elif general is not None and general[1] != own[1]:
                yield UNIT_OF_MEASURE_CONTRADICTS.error(subject, name=symbol, own=own[1], general=general[1])
            elif general is not None:
                yield UNIT_OF_MEASURE_KNOWN.info(subject, name=symbol)
        if one.id not in used:
            yield UNIT_OF_MEASURE_UNUSED.info(subject, name=one.name)
