"""Rules on sources: what keeps one from being fetched, as far as that is seen without asking its server."""

from collections.abc import Iterator

from gaoxin.plan.forms import unfit
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 135

SOURCE_UNFIT = of_plan("source_unfit", "error", ("来源取不成", "a source that cannot be fetched"),
                       ("按提示改正来源", "mend it as told"))
SOURCE_TWICE = of_plan("source_twice", "error", ("一个单位有两个来源", "a unit with two sources"),
                       ("只留一个", "keep one of them"),
                       "{unit}的来源 {id} 与 {other} 重复：一张报表只从一处取",
                       "source {id} of {unit} doubles {other}: one form comes from one place", unit=str, id=str, other=str)


def fit(plan: Plan) -> Iterator[PlanFinding]:
    """A source says whose return and which period it brings, and how it is read."""
    for form in plan.forms:
        for source in form.sources:
            for told in unfit(form, source):
                yield SOURCE_UNFIT.error(f"forms.{form.id}.sources.{source.id}", message=told)


def once(plan: Plan) -> Iterator[PlanFinding]:
    """A unit's return of a form comes from one source: of two nobody could say which one counts."""
    for form in plan.forms:
        first: dict[str, str] = {}
        for source in form.sources:
            for unit in form.served(source):
                if unit in first:
                    yield SOURCE_TWICE.error(f"forms.{form.id}.sources.{source.id}", unit=unit, id=source.id, other=first[unit])
                first.setdefault(unit, source.id)
