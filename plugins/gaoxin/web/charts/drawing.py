"""What each chart consists of, ready to be drawn: coordinates of lines, bands, dots and bars. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from gaoxin.web.charts.scale import Scale, month_ends, months, polyline, ticks


class Point(NamedTuple):
    """A value on a day. value: None where there is none, which parts the line. label: of what it is, such as a period."""

    day: date
    value: Decimal | None
    label: str = ""
    href: str = ""


class Ahead(NamedTuple):
    """A value that is expected on a day; low, high: between which it may lie, where that can be told."""

    day: date
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


class Aim(NamedTuple):
    """What is asked for by a day."""

    day: date
    value: Decimal


@dataclass(frozen=True)
class Box:
    """The area within a chart in which values stand."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class LineChart:
    """rows, columns: ticks with their coordinates. strokes: the line, in parts where values are missing. dots: of each value.
    aims: the trajectory; last: where it ends. band: between which bounds the forecast lies. today: where today is."""

    box: Box
    rows: tuple[tuple[float, Decimal], ...]
    columns: tuple[tuple[float, str], ...]
    strokes: tuple[str, ...]
    dots: tuple[tuple[float, float, Point], ...]
    aims: str
    last: tuple[float, float, Aim] | None
    ahead: str
    end: tuple[float, float, Ahead] | None
    band: str
    today: float | None

    @property
    def empty(self) -> bool:
        return not self.dots and self.last is None


_EDGE = 4
_LETTER = 7  # wide, at most
_NEAR = timedelta(days=31)  # today is drawn beside what is known, and does not press it together from afar


def line(points: Iterable[Any], target: Any = None, band: Iterable[Any] | None = None, today: date | None = None,
         width: int = 640, height: int = 260, *, bare: bool = False) -> LineChart:
    """points: (day, value[, label[, href]]). target: a number, asked for all along, or (day, number) of a trajectory. band: of
    the forecast, (day, value[, low, high]), the nearest first; it goes on from the last value. bare: without room for axes."""
    known = sorted((Point(*p) for p in points), key=lambda p: p.day)
    valued = [(p.day, p.value) for p in known if p.value is not None]
    expected = [Ahead(*a) for a in band or ()]
    days = [*(p.day for p in known), *(a.day for a in expected)]
    aims = _aims(target, days or ([today] if today else []))
    days += [a.day for a in aims]
    if today and not bare and (not days or today <= max(days) + max((max(days) - min(days)) // 4, _NEAR)):
        days.append(today)
    levels = [*(v for _, v in valued), *(a.value for a in aims),
              *(v for a in expected for v in (a.value, a.low, a.high) if v is not None)]
    box = Box(width, height, *((_EDGE,) * 4 if bare else (64, 28, 14, 30)))
    if not days or not levels:
        return LineChart(box, (), (), (), (), "", None, "", None, "", None)
    rounded = (min(levels), max(levels)) if bare else (found := ticks(min(levels), max(levels)))[::len(found) - 1]
    y = Scale(rounded[0], rounded[-1], height - box.bottom, box.top)
    x = Scale.of_days(min(days), max(days), box.left, width - box.right)
    rows = () if bare else tuple((y(v), v) for v in ticks(min(levels), max(levels)))
    columns = () if bare else tuple((x(day), text) for day, text in month_ends(min(days), max(days), max(2, width // 90)))
    from_last = [Ahead(*valued[-1], valued[-1][1], valued[-1][1])] if valued and expected else []
    way = [*from_last, *expected]
    bounds = [(a.day, a.low, a.high) for a in way if a.low is not None and a.high is not None]
    hull = [*((d, high) for d, _, high in bounds), *((d, low) for d, low, _ in reversed(bounds))]
    return LineChart(
        box, rows, columns, tuple(polyline((x(d), y(v)) for d, v in part) for part in _parts(known) if len(part) > 1),
        tuple((x(p.day), y(p.value), p) for p in known if p.value is not None),
        polyline((x(a.day), y(a.value)) for a in aims) if len(aims) > 1 else "",
        (x(aims[-1].day), y(aims[-1].value), aims[-1]) if aims else None,
        polyline((x(a.day), y(a.value)) for a in way) if len(way) > 1 else "",
        (x(way[-1].day), y(way[-1].value), way[-1]) if expected else None,
        polyline((x(d), y(v)) for d, v in hull) if len(bounds) > 1 else "",
        x(today) if today and min(days) <= today <= max(days) else None)


def _aims(target: Any, days: Sequence[date]) -> list[Aim]:
    if target is None:
        return []
    if isinstance(target, Decimal | int | float):
        return [Aim(day, Decimal(str(target))) for day in sorted({min(days), max(days)})] if days else []
    return sorted(Aim(*a) for a in target)


def _parts(points: Sequence[Point]) -> list[list[tuple[date, Decimal]]]:
    """The stretches of the line: a value that is missing parts it."""
    found: list[list[tuple[date, Decimal]]] = [[]]
    for p in points:
        if p.value is None:
            found.append([])
        else:
            found[-1].append((p.day, p.value))
    return [part for part in found if part]


@dataclass(frozen=True)
class TimeLine:
    """What lies between two days, drawn row by row on one axis."""

    since: date
    until: date
    width: int

    @property
    def columns(self) -> tuple[tuple[float, str], ...]:
        """Months that are named, far enough apart for their names."""
        found = [(self(day), text) for day, text in months(self.since, self.until, max(2, self.width // 96))]
        if len(found) > 1:
            (before, name), (last, end) = found[-2:]
            # The last stands left of its line where there is no room on the right of it.
            if last >= self.width - 52 and before + 3 + _LETTER * len(name) > self.width - 4 - _LETTER * len(end):
                found.pop()
        return tuple(found)

    def __call__(self, day: date) -> float:
        return Scale.of_days(self.since, self.until, _EDGE, self.width - 2 * _EDGE)(min(max(day, self.since), self.until))

    def bar(self, starts: date, ends: date) -> tuple[float, float]:
        """Where a stretch begins and how wide it is, its last day included; wide enough to be seen."""
        begin = self(starts)
        return begin, round(max(2.0, self(ends + timedelta(days=1)) - begin), 1)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until


def time_line(since: date, until: date, width: int = 640) -> TimeLine:
    """until: its day included."""
    return TimeLine(since, max(until, since) + timedelta(days=1), width)
