"""The days that stood before a version of the plan gave others, and which of them what came is judged by. Pure.

A limit that passed stays the limit of what had not come by then: a version that gives it a later day makes nothing timely that
was late, and one that gives it an earlier day makes nothing late that came before (docs/decisions/113).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from gaoxin.clock import local_day
from gaoxin.plan.cadences import duties
from gaoxin.plan.model import Plan

Subject = tuple[str, str]  # kind, and of a return FORM@PERIOD, of all else its ref in `deadlines`


@dataclass(frozen=True)
class Stood:
    """A day, and when the version came into force that gave another. units: who owed a return by it; of all else empty."""

    day: date
    until: datetime
    version: int
    units: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether it was over when it was moved."""
        return self.day < local_day(self.until)


@dataclass(frozen=True)
class InForce:
    """A version, and since when."""

    plan: Plan
    version: int
    since: datetime


History = Mapping[Subject, tuple[Stood, ...]]


def moved(versions: Sequence[InForce]) -> History:
    """Of everything to which a version gave another day than the one before it: the days that stood, the first one first.
    versions: in order."""
    found: dict[Subject, list[Stood]] = defaultdict(list)
    for before, after in pairwise(versions):
        for subject, day, units in _differing(before.plan, after.plan):
            found[subject].append(Stood(day, after.since, after.version, units))
    return {subject: tuple(days) for subject, days in found.items()}


def in_effect(stood: Sequence[Stood], planned: date) -> date:
    """The last day on which what comes is in time, of what had those days before its own."""
    for one in reversed(stood):
        planned = one.day if one.passed else max(local_day(one.until), planned)
    return planned


def _differing(before: Plan, after: Plan) -> Iterator[tuple[Subject, date, frozenset[str]]]:
    """What both have, by different days, with the day before."""
    forms = {f.id: f for f in after.forms}
    for old in before.forms:
        new = forms.get(old.id)
        if new is None or (new.due == old.due and before.calendar == after.calendar):
            continue
        both = frozenset(old.units) & frozenset(new.units)
        for period in sorted({*old.periods()} & {*new.periods()}):
            if (day := before.last_day(old.due, period)) != after.last_day(new.due, period):
                yield ("return", f"{old.id}@{period}"), day, both
    now = dict(days_apart(after))
    for subject, day in days_apart(before):
        if subject in now and now[subject] != day:
            yield subject, day, frozenset()


def days_apart(plan: Plan) -> Iterator[tuple[Subject, date]]:
    """The days that the plan gives to all but returns."""
    for phase in plan.phases:
        yield ("gate", phase.id), phase.gate.deadline
        yield ("phase", f"{phase.id}~starts"), phase.starts
        yield ("phase", f"{phase.id}~ends"), phase.ends
    for task in plan.tasks:
        if task.due:
            yield ("task", task.id), task.due
        for one in task.milestones:
            yield ("milestone", f"{task.id}~milestone.{one.id}"), one.due
    for indicator in plan.indicators:
        if indicator.binding.due:
            yield ("indicator", indicator.id), indicator.binding.due
    for duty in duties(plan):
        yield ("cadence", duty.ref), duty.due
