"""What a leaf of a target needs: the level it comes to, the pace required, and what each known pace makes of it.

Arithmetic beside the verdict, for people to read. Verdicts are `verdicts`', the rules stand in `analysis`.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from gaoxin import measures as units
from gaoxin.plan.target import TargetKind
from gaoxin.plan.targets import Threshold
from gaoxin.planning.feasibility.outlook import Known, Pace, Series
from gaoxin.planning.feasibility.projection import RATE, ProjectedWorld, rounded
from gaoxin.planning.way import growth_needed, steps_to

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
    limit: the level needed, None where the target has none. years: yearly steps from the baseline. required_per_year: 0 where the
    baseline meets the target. required_growth: also without a baseline, of a multiple or an average growth. judged_at: the pace
    that the verdict rests on. value, shortfall: at that pace."""

    leaf: TargetKind
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

    def more_than(self, per_year: Decimal) -> str:
        """`> ` or `< ` before a required pace that arrives at the number of a strict comparator, which is not enough; else ''."""
        if not per_year or not isinstance(self.leaf, Threshold) or not self.leaf.comparator.strict:
            return ""
        return "> " if per_year > 0 else "< "


def need_of(world: ProjectedWorld, leaf: TargetKind, zone: str | None, by: date | None) -> LeafNeed:
    """The leaf's need in the world's year; by None: no year is known, and only baseline and paces are told."""
    if not isinstance(leaf, Threshold):
        unit = leaf.unit(world.indicator.measures)
        return LeafNeed(leaf, zone, unit, unit)
    rate, asked = world.rate_of is not None, (world.indicator, world.indicator.measure_of(leaf), zone, world.before)
    series = (world.outlook.base_of_rate(*asked) if rate else None) or world.outlook.series(*asked)
    need = _rate_need(world, leaf, zone, series) if rate else _level_need(world, leaf, zone, series, by)
    # The growth asked for is no pace towards itself.
    given = [(kind, pace) for kind in _KINDS if (pace := series.pace(kind)) and not (rate and kind == "growth")]
    paces = tuple(_at(world, kind, pace, series.unit, leaf, zone, by) for kind, pace in given)
    used = ("planned" if series.planned else "historic" if series.historic else None) if rate else series.used
    mine = next((p for p in paces if p.kind == used), None)
    need = replace(need, paces=paces, judged_at=used)
    return replace(need, value=mine.value_by, shortfall=mine.shortfall) if mine else need


def _at(world: ProjectedWorld, kind: Kind, pace: Pace, unit: str, leaf: Threshold, zone: str | None,
        by: date | None) -> PaceOutlook:
    if by is None:
        return PaceOutlook(kind, pace, unit, None, None)
    judged, gap = replace(world, kind=kind).judged(leaf, zone), None
    if judged.value is not None and judged.limit is not None and (judged.reference or not leaf.against):
        gap = leaf.gap_to(judged.value, judged.limit)
    return PaceOutlook(kind, pace, unit, judged.value, gap)


def _rate_need(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series) -> LeafNeed:
    past = replace(world, kind="held").latest(RATE.id, zone)
    baseline = None
    if past.value is not None:
        on = past.period or (series.baseline.on if series.baseline else None)
        source = series.rate.source if series.rate else series.historic.source if series.historic else None
        baseline = Known(past.value, on, source) if on else None
    years = steps_to(baseline.on, world.year) if baseline else None
    return LeafNeed(leaf, zone, "%", "%", baseline, leaf.value, years if years and years > 0 else None, None, leaf.value)


def _level_need(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series, by: date | None) -> LeafNeed:
    measure = world.indicator.measure_of(leaf)
    unit = leaf.derived.value_unit(measure.unit)
    need, yearly = LeafNeed(leaf, zone, unit, measure.unit, series.baseline), leaf.derived.a_year(leaf.value)
    if by is None or series.baseline is None:
        # The growth that a target asks for which is told by its base period alone: a multiple, an average growth.
        growth = leaf.derived.growth_by(leaf.value, leaf.since, by.year if by else None)
        return replace(need, required_per_year=yearly, required_growth=growth)
    years, base = steps_to(series.baseline.on, world.year), series.baseline.value
    if yearly is not None:
        return replace(need, required_per_year=yearly, years=max(years, 0) or None)
    limit = _level(world, leaf, zone, series)
    if limit is None or years <= 0:
        return replace(need, limit=limit, years=max(years, 0) or None)
    if leaf.derived.arrived(leaf, base, limit):
        return replace(need, limit=limit, years=years, required_per_year=Decimal(0), required_growth=Decimal(0))
    growth = growth_needed(base, limit, years)
    return replace(need, limit=limit, years=years, required_per_year=(limit - base) / years,
                   required_growth=None if growth is None else rounded(growth))


def _level(world: ProjectedWorld, leaf: Threshold, zone: str | None, series: Series) -> Decimal | None:
    """The level that a target comes to in the world's year, in the measure's unit; None where it is none or is not known."""
    measure = world.indicator.measure_of(leaf)
    if leaf.derived.moves:
        reading = world.reference(leaf.since, world.latest(measure.id, zone))
        return None if reading is None else units.convert(reading.value, reading.unit, measure.unit) + leaf.value
    if not leaf.derived.based:
        return leaf.derived.level(leaf.value, Decimal(0), 0)
    base = world.at(measure.id, zone, leaf.since)
    return None if base is None else leaf.derived.level(leaf.value, base, world.year - leaf.since.year)
