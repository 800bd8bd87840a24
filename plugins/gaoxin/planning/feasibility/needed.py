"""What a leaf of a target needs: the level it comes to, the pace required, and what each known pace makes of it.

Arithmetic beside the verdict, for people to read. Verdicts are `verdicts`', the rules stand in `analysis`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from gaoxin import measures as units
from gaoxin.indicators.targets import gap_of, judge, reaches
from gaoxin.plan.targets import Target, Threshold, Tiers
from gaoxin.plan.words.wording import derived_unit
from gaoxin.planning.feasibility.outlook import Known, Pace, Series
from gaoxin.planning.feasibility.projection import RATE, ProjectedWorld, rounded, steps_between

Kind = Literal["planned", "historic", "growth"]
_KINDS: tuple[Kind, ...] = ("planned", "historic", "growth")


@dataclass(frozen=True)
class PaceOutlook:
    """A leaf at one pace: its value in the year, what is still missing, and the first year in which it is met. unit: of a
    yearly increase; it is that of the series, which is not the leaf's where a growth rate is asked for."""

    kind: Kind
    pace: Pace
    unit: str
    value_by: Decimal | None
    shortfall: Decimal | None
    earliest: int | None = None


@dataclass(frozen=True)
class LeafNeed:
    """What a leaf needs in a year. unit: of value and shortfall; level_unit: of baseline, limit and required_per_year.

    limit: the level needed, None where the target has none. years: yearly steps from the baseline. required_per_year: 0 where
    the baseline meets the target. required_growth: also without a baseline, of a multiple or an average growth. judged_at: the
    pace that the verdict rests on. value, shortfall: at that pace.
    """

    leaf: Target
    zone: str | None
    unit: str
    level_unit: str
    baseline: Known | None = None
    limit: Decimal | None = None
    years: int | None = None
    required_per_year: Decimal | None = None
    required_growth: Decimal | None = None
    judged_at: str | None = None
    value: Decimal | None = None
    shortfall: Decimal | None = None
    paces: tuple[PaceOutlook, ...] = ()


def need_of(world: ProjectedWorld, leaf: Target, zone: str | None, by: date | None) -> LeafNeed:
    """The leaf's need in the world's year; by None: no year is known, and only baseline and paces are told."""
    if isinstance(leaf, Tiers):
        unit = next(m.unit for m in world.indicator.measures if leaf.of in (None, m.id))
        return LeafNeed(leaf, zone, unit, unit)
    if not isinstance(leaf, Threshold):
        return LeafNeed(leaf, zone, "", "")
    measure = world.indicator.measure_of(leaf)
    outlook, indicator = world.outlook, world.indicator
    own = outlook.series(indicator, measure, zone, world.before)
    base = outlook.base_of_rate(indicator, measure, zone, world.before)
    rate = world.rate_of is not None
    series = base if rate and base is not None else own
    need = _rate_need(world, leaf, zone, series) if rate else _level_need(world, leaf, zone, series, by)
    paces = tuple(_at(world, kind, pace, series.unit, leaf, zone, by) for kind in _KINDS if (pace := _pace(series, kind, rate)))
    used = ("planned" if series.planned else "historic" if series.historic else None) if rate else series.used
    mine = next((p for p in paces if p.kind == used), None)
    return replace(
        need, paces=paces, judged_at=used, value=mine.value_by if mine else None, shortfall=mine.shortfall if mine else None
    )


def _pace(series: Series, kind: Kind, rate: bool) -> Pace | None:
    """The growth asked for is no pace towards itself."""
    return None if rate and kind == "growth" else series.pace(kind)


def _at(
    world: ProjectedWorld, kind: Kind, pace: Pace, unit: str, leaf: Threshold, zone: str | None, by: date | None
) -> PaceOutlook:
    if by is None:
        return PaceOutlook(kind, pace, unit, None, None)
    there = replace(world, kind=kind)
    if world.rate_of is not None:
        judged = judge(Threshold(of=RATE.id, **{leaf.comparator.value: leaf.value}), there, (RATE,), zone)
    else:
        judged = judge(leaf, there, world.indicator.measures, zone)
    gap = None if judged.value is None or judged.limit is None else gap_of(leaf, judged.value, judged.limit)
    if judged.reference is None and leaf.against:
        gap = None
    return PaceOutlook(kind, pace, unit, judged.value, gap)


def _rate_need(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series) -> LeafNeed:
    past = replace(world, kind="held").latest(RATE.id, zone)
    baseline = None
    if past.value is not None:
        on = past.period or (series.baseline.on if series.baseline else None)
        source = series.rate.source if series.rate else series.historic.source if series.historic else None
        baseline = Known(past.value, on, source) if on else None
    years = steps_between(baseline, world.year) if baseline else None
    return LeafNeed(
        leaf, zone, "%", "%", baseline, leaf.value, years if years and years > 0 else None, None, leaf.value
    )


def _level_need(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series, by: date | None) -> LeafNeed:
    measure = world.indicator.measure_of(leaf)
    unit = measure.unit if leaf.against else derived_unit(leaf, measure.unit)  # against: the value stays the measure's own
    need = LeafNeed(leaf, zone, unit, measure.unit, series.baseline)
    if by is None or series.baseline is None:
        return replace(need, required_per_year=_yearly(leaf), required_growth=_relative(leaf, by))
    years, base = steps_between(series.baseline, world.year), series.baseline.value
    if (yearly := _yearly(leaf)) is not None:
        return replace(need, required_per_year=yearly, years=max(years, 0) or None)
    limit = _level(world, leaf, zone, series)
    if limit is None or years <= 0:
        return replace(need, limit=limit, years=max(years, 0) or None)
    if reaches(leaf, base, limit) if leaf.derivation not in ("gain_since",) else base <= limit:
        return replace(need, limit=limit, years=years, required_per_year=Decimal(0), required_growth=Decimal(0))
    growth = None
    if base > 0 and limit > 0:
        growth = rounded(100 * ((limit / base) ** (Decimal(1) / years) - 1))
    return replace(need, limit=limit, years=years, required_per_year=(limit - base) / years, required_growth=growth)


def _yearly(leaf: Threshold) -> Decimal | None:
    """A target on the yearly increase asks for just that; of a ranking, for that many places fewer."""
    return {"increase": leaf.value, "gain": -leaf.value}.get(leaf.derivation or "")


def _relative(leaf: Threshold, by: date | None) -> Decimal | None:
    """The growth that a target asks for which is told by its base period alone: a multiple, an average growth."""
    if leaf.derivation == "average_growth_since":
        return leaf.value
    years = by.year - leaf.times_of.year if by and leaf.times_of else 0
    return rounded(100 * (leaf.value ** (Decimal(1) / years) - 1)) if years > 0 and leaf.value > 0 else None


def _level(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series) -> Decimal | None:
    """The level that a target comes to in the world's year, in the measure's unit; None where it is none or is not known."""
    value = leaf.value
    match leaf.derivation:
        case None:
            return value
        case "against":
            reading = world.reference(leaf.against or "", world.latest(_of(world, leaf), zone))
            if reading is None:
                return None
            return units.convert(reading.value, reading.unit, world.indicator.measure_of(leaf).unit) + value
        case "increase_since" | "gain_since" | "times_of" | "average_growth_since":
            since = getattr(leaf, leaf.derivation)
            base = world.at(_of(world, leaf), zone, since)
            if base is None:
                return None
            return {
                "increase_since": base + value, "gain_since": base - value, "times_of": base * value,
                "average_growth_since": base * (1 + value / 100) ** max(world.year - since.year, 0),
            }[leaf.derivation]
    return None


def _of(world: ProjectedWorld, leaf: Threshold) -> str:
    return world.indicator.measure_of(leaf).id
