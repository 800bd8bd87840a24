"""The World of the facts: what was known at the as-of time, and nothing else.

Facts come first. What the document itself states (`indicator.stated`) is history where no fact exists for that period: a
base, the year before, the earlier years of a mean or a total. It is the document's word and no return, so it never is the
value that stands: the latest value, and the last year of a mean or a total, come from facts alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.i18n import Code
from gaoxin.indicators import reference as figures
from gaoxin.indicators.combining import with_weight
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import CountedItem, MeasureValue, StatedUsed, Truth
from gaoxin.periods import Period
from gaoxin.plan.document import Zone
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.indicator import Indicator, StatedValue
from gaoxin.plan.model import Plan
from gaoxin.plan.targets import leaves
from gaoxin.plan.world import Counting, Reading, ReferenceUsed, ShareReading, chosen

_NO_COMMITTEE = Code("input.no_committee", "方案没有说明{zone}由谁报送（committee）",
                     "the plan does not say who reports for {zone} (committee)")
_ONE_COMMITTEE = Code("input.one_committee", "{zones}由同一单位报送，报表不分园区，分不出{zone}的数",
                      "{zones} are reported by one unit: its figures do not tell which are of {zone}")

Delivered = Mapping[tuple[str, str], date]  # (task, deliverable) with evidence, and the day on which that was first recorded


@dataclass(frozen=True)
class Known:
    """What an indicator is judged by besides its own facts. today: the day up to which references were published.
    delivered: None when nobody looked. truths: of the indicators that a share of the plan counts; None when it cannot be
    asked."""

    today: date
    delivered: Delivered | None = None
    truths: Mapping[str, Truth] | None = None


@dataclass
class FactWorld:
    """limits: per measure the last day of the periods that it may speak of. until: the due date.
    index: of all facts, or of one unit's alone (a quota's world; then the document's own values, which are about the whole, do
    not count). `rests_on` collects the values that were asked for beside the latest of the whole, `stated` those that the
    document states and that stood in for them."""

    index: FactIndex
    indicator: Indicator
    limits: Mapping[str, date]
    until: date | None
    known: Known
    _latest: dict[tuple[str, str | None], tuple[MeasureValue, Reading]] = field(default_factory=dict)
    rests_on: dict[tuple[str, str | None, str], MeasureValue] = field(default_factory=dict)
    stated: dict[tuple[str, str | None, str], StatedUsed] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.index.plan

    def latest(self, measure: str, zone: str | None) -> Reading:
        key = (measure, zone)
        if key not in self._latest:
            self._latest[key] = self._read(measure, zone)
            value = self._latest[key][0]
            if zone is not None:
                self.rests_on[measure, zone, str(value.period)] = value
        return self._latest[key][1]

    def value(self, measure: str) -> MeasureValue:
        """The computed measure of the whole, with its inputs."""
        self.latest(measure, None)
        return self._latest[measure, None][0]

    def at(self, measure: str, zone: str | None, period: Period) -> Decimal | None:
        index, given = self.index_of(zone), self.indicator.measure(measure)
        found = figures.measure_on(index, given, period) if index and period.end <= self.limits[measure] else None
        return self._rest(found, measure, zone, str(period)) if found else self._stated_at(measure, zone, period)

    def year_before(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        self.latest(measure, zone)
        index, value = self.index_of(zone), self._latest[measure, zone][0]
        if index is None or value.value is None or value.period is None:
            return None
        found = figures.measure_year_before(index, self.indicator.measure(measure), value)
        earlier = value.period.year_earlier
        return self._rest(found, measure, zone, str(found.period)) if found else self._stated_at(measure, zone, earlier)

    def so_far(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        index, given = self.index_of(zone), self.indicator.measure(measure)
        found = figures.measure_so_far(index, given, reading.period) if index and reading.period else None
        return self._rest(found, measure, zone, f"–{reading.period}") if found else None

    def _rest(self, found: MeasureValue, measure: str, zone: str | None, on: str) -> Decimal | None:
        self.rests_on[measure, zone, on] = found
        return found.value

    def years(self, measure: str, zone: str | None) -> Mapping[int, Decimal]:
        index = self.index_of(zone)
        if index is None:
            return {}
        values = figures.measure_years(index, self.indicator.measure(measure), self.limits[measure])
        found = {year: value.value for year, value in values.items() if value.value is not None}
        said: dict[int, StatedValue] = {}
        reading = self.latest(measure, zone)
        newest = [*found, reading.period.year] if reading.value is not None and reading.period else [*found]
        for stated in self._stated(measure, zone):
            if newest and stated.on.year < max(newest) and self._means(measure, stated.on, Period.of_year(stated.on.year)):
                said.setdefault(stated.on.year, stated)

        def seen(year: int) -> None:
            if year in found:
                self.rests_on[measure, zone, str(year)] = values[year]
            else:
                self._use(measure, zone, said[year])

        return _Years({year: s.value for year, s in said.items()} | found, seen)

    def reference(self, reference: str, reading: Reading) -> ReferenceUsed | None:
        return chosen(self._points(reference), reading, self.known.today)

    def delivered(self, task: str) -> tuple[int, int] | None:
        if self.known.delivered is None:
            return None
        wanted = [(task, p.id) for p in self.plan.pieces(self.plan.task(task))]
        return sum(1 for w in wanted if w in self.known.delivered), len(wanted)

    def plan_share(self, target: Counting) -> ShareReading | None:
        if self.known.truths is None:
            return None
        truths = [item.truth for item in self.counted(target)]
        return ShareReading(truths.count(Truth.MET), truths.count(Truth.UNKNOWN), len(truths))

    def counted(self, target: Counting) -> tuple[CountedItem, ...]:
        """The items that a share of the plan counts, as they stand."""
        truths = self.known.truths or {}
        items = [CountedItem("indicator", i.id, truths.get(i.id, Truth.UNKNOWN)) for i in self.plan.counted_indicators(target)]
        for task in self.plan.counted_tasks(target):
            found = self.delivered(task.id)
            truth = Truth.UNKNOWN if found is None else Truth.MET if found[0] >= found[1] else Truth.NOT_MET
            items.append(CountedItem("task", task.id, truth))
        return tuple(items)

    def zones(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return self.plan.zone_ids(names)

    def index_of(self, zone: str | None) -> FactIndex | None:
        """The facts of the whole or of a zone's committee; None where the plan names nobody who reports for the zone."""
        if zone is None:
            return self.index
        committee = self.plan.any_zone(zone).committee
        return self.index.of_unit(committee) if committee and len(self._run_by(committee)) == 1 else None

    def _run_by(self, committee: str) -> list[Zone]:
        return [z for z in self.plan.zones if z.committee == committee]

    def _read(self, measure: str, zone: str | None) -> tuple[MeasureValue, Reading]:
        index, given = self.index_of(zone), self.indicator.measure(measure)
        if index is None and given.formula is not None:
            about = self.plan.any_zone(zone or "")
            # One return of a committee that runs several zones would count for each of them.
            why = _NO_COMMITTEE(zone=about.name) if about.committee is None else _ONE_COMMITTEE(
                zones=[z.name for z in self._run_by(about.committee)], zone=about.name)
            return MeasureValue(measure, None, given.unit, None, given.formula, (), why), Reading(None, reason=why)
        index = index or self.index
        value = figures.measure_value(index, given, self.limits[measure])
        ahead = self.until if self.until and (self.known.today <= self.until or self.limits[measure] < self.until) else None
        return value, figures.reading(index, given, value, self.until, ahead)

    def _stated(self, measure: str, zone: str | None) -> tuple[StatedValue, ...]:
        return self.indicator.stated_of(measure, zone) if self.index.only is None else ()

    def _stated_at(self, measure: str, zone: str | None, period: Period) -> Decimal | None:
        known = [s for s in self._stated(measure, zone) if self._means(measure, s.on, period)]
        best = min(known, key=lambda s: s.on != period, default=None)
        return self._use(measure, zone, best) if best else None

    def _use(self, measure: str, zone: str | None, stated: StatedValue) -> Decimal:
        unit, place = self.indicator.measure(measure).unit, stated.source.place
        self.stated[measure, zone, str(stated.on)] = StatedUsed(measure, zone, stated.value, unit, stated.on, place)
        return stated.value

    def _means(self, measure: str, on: Period, wanted: Period) -> bool:
        """Whether a value stated for `on` is one for `wanted`: December stands for its year, but for flows by the month."""
        flows = figures.flows_of(self.index, self.indicator.measure(measure)).values()
        return on == wanted or (on.end == wanted.end and VariableKind.FLOW not in flows)

    def _points(self, reference: str) -> Iterator[ReferenceUsed]:
        given = self.plan.reference(reference)
        yield from (ReferenceUsed(given.id, v.period, v.value, given.unit, v.published) for v in given.values)
        if given.variable is None:
            return
        base = self.index if self.index.only is None else FactIndex(self.plan, self.index.facts)
        variate = base.variate(given.variable)
        for period, found in base.values(variate, self.known.today).items():
            assert found.value is not None
            known = local_day(found.recorded_at) if found.recorded_at else period.end
            yield ReferenceUsed(given.id, period, found.value, variate.unit, known)



class _Years(dict[int, Decimal]):
    """Closed years with their values; `seen` is told each year whose value is taken, so that no other is shown for it."""

    def __init__(self, values: Mapping[int, Decimal], seen: Callable[[int], None]) -> None:
        super().__init__(values)
        self._seen = seen

    def __getitem__(self, year: int) -> Decimal:
        self._seen(year)
        return super().__getitem__(year)


def variables_behind(plan: Plan, indicator: Indicator) -> set[str]:
    """Every variable that what binds is judged by: of its measures, of references, of the indicators it counts; with what weighs
    them."""
    found = {x.variable for m in indicator.measures for x in m.inputs.values()}
    for leaf in (leaf for statement in indicator.path for leaf in leaves(statement.target)):
        found |= {v for kind, name, _ in leaf.mentions() if kind == "reference" and (v := plan.reference(name).variable)}
        found |= {v for other in plan.counted_indicators(leaf) for v in variables_behind(plan, other)}
    return {name for variable in found for name in with_weight(*plan.variables[variable])}
