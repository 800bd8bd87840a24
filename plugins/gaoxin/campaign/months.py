"""The deadlines of a month, as a calendar shows them: week by week, with days off and days made up for, and as a list. Reads
only."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from gaoxin.campaign import deadlines
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.dated import Wanted
from gaoxin.campaign.deadlines import kind_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.deadlines.model import Deadline, Kind, State
from gaoxin.errors import UsageError
from gaoxin.i18n import Text, Worded
from gaoxin.plan.calendar import WorkCalendar

LISTED = 1_000  # rows of a list
EARLIEST, LATEST = 1949, 2199  # years: calendars of plans reach no further
_WORST = [State.PASSED, State.OPEN, State.HANDED_IN, State.MET_LATE, State.MET, State.WITHDRAWN]


class Together(Answer):
    """What is due alike of several units on one day. state: the worst of theirs. first: one of them."""

    kind: Kind
    what: Worded
    count: int
    state: State
    first: Deadline


class DayOf(Answer):
    """within: whether it is of the month. off: a day on which offices rest; made_up: a weekend on which they work; holiday: a
    weekday on which they rest."""

    day: date
    within: bool
    today: bool
    off: bool
    made_up: bool
    holiday: bool
    items: Sequence[Together]


class Month(Answer):
    """weeks: from Monday on. deadlines: those of the month, at most so many; total: how many there are. counts: by state.
    provisional: whether days off of a year that it touches are not published, so that days may move. before, after: the months
    beside it, as they are asked for; "" where the years end."""

    campaign: str
    as_of: datetime
    month: str
    unit: str | None
    kind: Kind | None
    weeks: Sequence[Sequence[DayOf]]
    deadlines: Sequence[Deadline]
    total: int
    counts: Mapping[State, int]
    provisional: Sequence[int]
    before: str
    after: str


def month(w: Workplace, named: str = "", unit: str = "", kind: str = "", seen: Callable[[str], bool] = lambda _: True) -> Month:
    """named: 2024-03; this month where left out. seen: whose deadlines are shown. Raises UsageError for what is no month, an
    unknown unit and an unknown kind."""
    today = local_day(w.now)
    first = _first(named or f"{today:%Y-%m}")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if unit:
        w.plan.unit(unit)
    since, until = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    wanted = Wanted(since, until, unit or None, (kind_of(kind),) if kind else ())
    found = [d for d in deadlines.seen(w, wanted) if seen(d.unit)]
    by_day: dict[date, list[Deadline]] = defaultdict(list)
    for one in found:
        by_day[one.due].append(one)
    days_off = w.plan.workdays
    days = [_day(days_off, since + timedelta(days=n), first, today, by_day) for n in range((until - since).days + 1)]
    within = [d for d in found if first <= d.due <= last]
    counts = {state: many for state in _WORST if (many := sum(d.state is state for d in within))}
    return Month(w.plan.id, w.now, f"{first:%Y-%m}", unit or None, kind_of(kind) if kind else None,
                 [days[n:n + 7] for n in range(0, len(days), 7)], within[:LISTED], len(within), counts,
                 days_off.provisional_years(since, until),
                 _named(first - timedelta(days=1)), _named(last + timedelta(days=1)))


def _named(day: date) -> str:
    return f"{day:%Y-%m}" if EARLIEST <= day.year <= LATEST else ""


def _first(named: str) -> date:
    try:
        year, _, number = named.partition("-")
        if not (len(year) == 4 and len(number) == 2 and EARLIEST <= int(year) <= LATEST):
            raise ValueError(named)
        return date(int(year), int(number), 1)
    except ValueError as error:
        raise UsageError(Text(f"{named!r} 不是月份", f"{named!r} is no month"), where="month",
                         todo=Text(f"写成 2024-03，{EARLIEST} 至 {LATEST} 年",
                                   f"write 2024-03, of {EARLIEST} to {LATEST}")) from error


def _day(of: WorkCalendar, day: date, first: date, today: date, by_day: Mapping[date, Sequence[Deadline]]) -> DayOf:
    together: dict[tuple[Kind, str], list[Deadline]] = defaultdict(list)
    for one in by_day.get(day, ()):
        together[one.kind, one.what.to("zh")].append(one)
    works, weekend = of.is_workday(day), day.weekday() > 4
    return DayOf(day, (day.year, day.month) == (first.year, first.month), day == today, not works, works and weekend,
                 not works and not weekend,
                 [Together(kind, ones[0].what, len(ones), min((d.state for d in ones), key=_WORST.index), ones[0])
                  for (kind, _), ones in together.items()])
