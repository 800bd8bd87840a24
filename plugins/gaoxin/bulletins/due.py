"""Which bulletins a plan has, and on which day each is due: those of its cadences over a month, a quarter, half a year or a year
in which somebody looks at how things stand: what they are (`kind`) says it; of one that does not say what it is, its name (调度,
通报, 小结, 总结, 考核)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gaoxin.periods import Period, Periodicity
from gaoxin.plan.due import DueRule
from gaoxin.plan.model import Plan
from gaoxin.plan.offices import Cadence
from gaoxin.plan.once import once_a_plan

_KINDS = ("bulletin", "summary", "evaluation", "meeting")  # of several over the same length the first gives its bulletins
_LOOKS = ("bulletin", "summary", "dispatch", "assessment", "通报", "调度", "小结", "总结", "考核")  # what its id or name says
_DAY = 20  # of the month that follows, where the plan says none: the returns of the period are in by then


@dataclass(frozen=True)
class DueBulletin:
    period: Period
    day: date
    cadence: Cadence


def cadences(plan: Plan) -> dict[Periodicity, Cadence]:
    """By length of time the cadence that gives its bulletins; of several the one that is nearest to a bulletin, then the plan's
    first."""
    looks = [(rank, c) for c in plan.cadences if c.every in {*Periodicity} and (rank := _rank(c)) is not None]
    found: dict[Periodicity, Cadence] = {}
    for _, cadence in sorted(looks, key=lambda one: one[0]):
        found.setdefault(Periodicity(cadence.every), cadence)
    return dict(sorted(found.items(), key=lambda item: -item[0].per_year))


def is_bulletin(cadence: Cadence) -> bool:
    """Whether what it asks for is the bulletin itself, or a summary or evaluation that is told by it; of a meeting it is not."""
    return cadence.kind in ("bulletin", "summary", "evaluation") or (cadence.kind is None and _rank(cadence) == 0)


def _rank(cadence: Cadence) -> int | None:
    """How near it is to a bulletin, 0 being one; None of what is none."""
    if cadence.kind is not None:
        return _KINDS.index(cadence.kind) if cadence.kind in _KINDS else None
    called = f"{cadence.id} {cadence.name.zh}"
    if not any(word in called for word in _LOOKS):
        return None
    return 0 if "bulletin" in cadence.id or "通报" in called else len(_KINDS)


def day_of(plan: Plan, cadence: Cadence | None, period: Period) -> date:
    """The day on which the bulletin of a period is due: by its cadence's day or due rule, as the cadence's duty is; where there
    is none, the working day on or after _DAY of the month after the period's end. Never before the first working day after that
    end: nothing can be told of a period that is not over."""
    said = cadence.rule if cadence and (cadence.due or cadence.day) else None
    return max(plan.last_day(said or DueRule(day=_DAY), period), plan.workdays.next_workday(period.end + timedelta(days=1)))


@once_a_plan
def all_due(plan: Plan) -> tuple[DueBulletin, ...]:
    """Every bulletin of the plan's life, by day; none where the plan has no dates."""
    if plan.starts is None or plan.ends is None:
        return ()
    return tuple(due(plan, plan.starts - timedelta(days=1), plan.ends.replace(year=plan.ends.year + 2, day=1)))


def releasers(plan: Plan) -> tuple[str, ...]:
    """The units that may release, the one that issues first: supervision, leading group, whoever consents; the office where the
    plan names none of these."""
    g = plan.governance
    return tuple(dict.fromkeys(u for u in (g.supervision, g.leading_group, g.consent) if u)) or (g.office,)


def writers(plan: Plan) -> tuple[str, ...]:
    """The units that compose and write: the office, and those that may release. Whoever is ranked does not."""
    return tuple(dict.fromkeys((plan.governance.office, *releasers(plan))))


def due(plan: Plan, since: date, today: date) -> list[DueBulletin]:
    """Those whose day lies after `since` and is not after today, by day, the shorter period first. since: nothing that was due
    before a campaign began here is built afterwards."""
    found = [one for length, cadence in cadences(plan).items() for one in _of(plan, length, cadence, since, today)]
    return sorted(found, key=lambda one: (one.day, one.period))


def newest(plan: Plan, today: date) -> DueBulletin | None:
    """The one that was due last."""
    found = due(plan, min(today, plan.ends or today) - timedelta(days=800), today)
    return found[-1] if found else None


def _of(plan: Plan, length: Periodicity, cadence: Cadence, since: date, today: date) -> Iterator[DueBulletin]:
    period = Period.containing(min(today, plan.ends or today), length)
    while day_of(plan, cadence, period) > since and (plan.starts is None or period.end >= plan.starts):
        day = day_of(plan, cadence, period)
        if day <= today:
            yield DueBulletin(period, day, cadence)
        period = Period.containing(period.start - timedelta(days=1), length)
