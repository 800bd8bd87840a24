"""The laws of the algebra of targets, over every kind of target and worlds in which much is unknown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from gaoxin.indicators.model import Truth
from gaoxin.periods import Period
from gaoxin.plan.base import Label
from gaoxin.plan.target import all_truth, any_truth
from gaoxin.plan.targets import (
    AllOf,
    AnyOf,
    EachZone,
    Milestone,
    OfWhich,
    PlanShare,
    Target,
    Threshold,
    Tiers,
    Unquantified,
    ZoneClass,
)
from gaoxin.plan.targets.tiers import filled
from gaoxin.plan.world import ReferenceUsed, ShareReading
from tests.unit.indicators.made_world import MadeWorld, measure, reading

MET, NOT, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
MEASURES = [measure("a"), measure("b"), measure("c", "万元")]
ZONES = ("z1", "z2", "z3")
KEYS = ("at_least", "more_than", "at_most", "less_than")
NUMBERS = st.decimals(min_value=-100, max_value=100, places=1)
DERIVED = st.sampled_from([
    {}, {}, {"growth": "year"}, {"increase": "year"}, {"gain": "year"}, {"average_growth_since": "2019"},
    {"increase_since": "2019"}, {"gain_since": "2019"}, {"times_of": "2019"}, {"mean_of_years": 2}, {"total_since": "2019"},
    {"against": "ref"},
])


def compared(key, value):
    return {key: value}


COMPARED = st.builds(compared, st.sampled_from(KEYS), NUMBERS)
PLAIN = st.builds(lambda c, of: Threshold(of=of, **c), COMPARED, st.sampled_from("abc"))
THRESHOLDS = st.builds(
    lambda c, of, zone, derived: Threshold(of=of, zone=zone, **derived, **c), COMPARED, st.sampled_from([None, *"abc"]),
    st.sampled_from([None, None, *ZONES]), DERIVED,
)
CLASSES = st.lists(st.builds(lambda c, n: ZoneClass(zones=n, **c), COMPARED, st.integers(1, 2)), min_size=1, max_size=3)
LEAVES = st.one_of(
    THRESHOLDS, THRESHOLDS, THRESHOLDS,
    st.builds(lambda classes, of: Tiers(tiers=tuple(classes), of=of), CLASSES, st.sampled_from([None, *"abc"])),
    st.builds(lambda what, c: PlanShare(plan_share=what, **c), st.sampled_from(["indicators", "tasks", "all"]), COMPARED),
    st.sampled_from([Milestone(milestone="built"), Milestone(milestone="survey")]),
    st.just(Unquantified(unquantified=Label(zh="大幅增加", en="a great deal more"))),
)


def composites(inner):
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        some.map(lambda p: AnyOf(any_of=p)), some.map(lambda p: AllOf(all_of=p)),
        some.map(lambda p: OfWhich(whole=p[0], of_which=p[1:])),
        st.builds(lambda z, t: EachZone(each_zone=z, target=t), st.sampled_from([("all",), ("z1", "z2"), ("nowhere",)]), inner),
    )


TARGETS = st.recursive(LEAVES, composites, max_leaves=6)
SIMPLE = st.recursive(
    PLAIN,
    lambda t: st.lists(t, min_size=2, max_size=3).map(tuple).flatmap(
        lambda p: st.sampled_from([AnyOf(any_of=p), AllOf(all_of=p)])
    ),
    max_leaves=6,
)
MAYBE = st.one_of(st.none(), NUMBERS)
POINTS = st.lists(
    st.builds(
        lambda period, value, day: ReferenceUsed("ref", Period.parse(period), value, "亿元", day),
        st.sampled_from(["2019", "2020", "2021"]), NUMBERS, st.dates(date(2020, 1, 1), date(2022, 12, 31)),
    ),
    max_size=4,
).map(lambda points: tuple(p for p in points))


@st.composite
def worlds(draw, known=False):
    """known: nothing is unknown."""
    some = NUMBERS if known else MAYBE
    keys = [*"abc", *((m, z) for m in "abc" for z in ZONES)]
    grows = draw(st.booleans())
    asked, stretch = draw(st.sampled_from([None, None, date(2021, 12, 31), date(2022, 12, 31)])), draw(st.booleans())
    share = draw(st.tuples(st.integers(0, 5), st.integers(0, 0 if known else 4), st.integers(1, 5)))
    task = st.tuples(st.integers(0, 2), st.just(2))
    return MadeWorld(
        values={k: reading(v, open_ended=grows, until=asked, stretch=stretch) if (v := draw(some)) is not None else reading(v)
                for k in keys},
        history={(m, "2019"): draw(some) for m in "abc"},
        before={m: draw(some) for m in "abc"},
        closed={m: {2019: draw(some), 2020: draw(NUMBERS)} for m in "abc"},
        points=draw(POINTS),
        tasks={t: draw(task if known else st.one_of(st.none(), task)) for t in ("built", "survey")},
        share=ShareReading(share[0], share[1], share[0] + share[1] + share[2]),
        portfolio=ZONES,
        until=draw(st.sampled_from([None, date(2021, 12, 31), date(2025, 12, 31)])),
    )


def judged(target, world):
    return target.judge(world, MEASURES)


def told(target, world):
    found = judged(target, world)
    return found.truth, found.gap, found.completion


def filled_in(world, other):
    """The world with what is unknown in it taken from another one, in which nothing is."""
    def numbers(mine, theirs):
        return {k: theirs[k] if v is None else v for k, v in mine.items()}

    share = replace(world.share, met=world.share.met + world.share.unknown, unknown=0)
    return replace(
        world,
        values={
            k: replace(other.values[k], open_ended=v.open_ended) if v.value is None else v for k, v in world.values.items()
        },
        history=numbers(world.history, other.history), before=numbers(world.before, other.before),
        closed={m: numbers(world.closed[m], other.closed[m]) for m in world.closed},
        tasks=numbers(world.tasks, other.tasks), share=share,
    )


@given(TARGETS, worlds(), worlds(known=True))
@settings(max_examples=200)
def test_what_becomes_known_never_turns_met_into_not_met_or_back(target, world, other):
    before, after = judged(target, world).truth, judged(target, filled_in(world, other)).truth
    assert {before, after} != {MET, NOT}


@given(TARGETS)
def test_a_world_in_which_nothing_is_known_meets_nothing(target):
    nothing = MadeWorld(portfolio=ZONES)
    found = judged(target, nothing)
    assert found.truth is not MET
    if not any(isinstance(leaf, Tiers) for leaf in _leaves(target)):  # more places than zones are never all filled
        assert found.truth is UNKNOWN
        assert found.reason


def _leaves(target):
    from gaoxin.plan.targets import leaves

    return leaves(target)


@given(TARGETS, worlds())
@settings(max_examples=200)
def test_the_gap_is_zero_exactly_when_met_and_unknown_says_why(target, world):
    found = judged(target, world)
    assert (found.gap == 0) == (found.truth is MET)
    assert found.gap is None or found.gap >= 0
    assert (found.gap is None) == (found.completion is None)
    assert (found.reason is not None) == (found.truth is UNKNOWN)
    if found.early:  # an earlier year's value reaches the number: nothing is missing, and nothing is met yet
        assert (found.truth, found.gap, found.completion) == (NOT, None, None)
    elif found.truth is not UNKNOWN:
        assert found.completion is not None
        assert found.completion >= 1 if found.truth is MET else found.completion <= 1
    if found.truth is not UNKNOWN:
        assert found.value is not None


@given(st.lists(TARGETS, min_size=3, max_size=3), worlds())
def test_composition_has_no_order_and_no_brackets(targets, world):
    for make in (lambda *p: AnyOf(any_of=p), lambda *p: AllOf(all_of=p)):
        a, b, c = targets
        flat = told(make(a, b, c), world)
        assert all(told(make(*order), world) == flat for order in permutations(targets))
        assert told(make(make(a, b), c), world)[0] is told(make(a, make(b, c)), world)[0] is flat[0]
        assert told(make(a, a), world) == told(a, world)
    assert told(AnyOf(any_of=(a, AllOf(all_of=(a, b)))), world)[0] is _absorbed(a, world)


def _absorbed(target, world):
    return judged(target, world).truth


@given(TARGETS, TARGETS, TARGETS, worlds())
def test_either_distributes_over_the_other(a, b, c, world):
    def both(*p):
        return AllOf(all_of=p)

    def one(*p):
        return AnyOf(any_of=p)

    assert judged(both(a, one(b, c)), world).truth is judged(one(both(a, b), both(a, c)), world).truth
    assert judged(one(a, both(b, c)), world).truth is judged(both(one(a, b), one(a, c)), world).truth


OPPOSITE = {"at_least": "less_than", "less_than": "at_least", "more_than": "at_most", "at_most": "more_than"}


def opposite(target):
    match target:
        case AnyOf(any_of=inner):
            return AllOf(all_of=tuple(opposite(p) for p in inner))
        case AllOf(all_of=inner):
            return AnyOf(any_of=tuple(opposite(p) for p in inner))
    return Threshold(of=target.of, **{OPPOSITE[target.comparator.value]: target.value})


@given(SIMPLE, st.dictionaries(st.sampled_from("abc"), NUMBERS))
def test_de_morgan_by_opposite_comparators(target, values):
    no = {MET: NOT, NOT: MET, UNKNOWN: UNKNOWN}
    world = MadeWorld({k: reading(v) for k, v in values.items()})
    assert judged(opposite(target), world).truth is no[judged(target, world).truth]


@given(st.lists(st.sampled_from(list(Truth)), min_size=1, max_size=5))
def test_of_the_truths_themselves(parts):
    assert any_truth(parts) is any_truth(sorted(parts))
    assert (any_truth(parts) is MET) == (MET in parts)
    assert (all_truth(parts) is MET) == (set(parts) == {MET})


@given(TARGETS)
def test_every_target_comes_back_from_yaml_as_it_went(target):
    adapter = TypeAdapter(Target)
    written = yaml.safe_dump(target.model_dump(mode="json", by_alias=True, exclude_none=True), allow_unicode=True)
    assert adapter.validate_python(yaml.safe_load(written)) == target


# Tiers: classes by value alone, and with named zones.

TIERED = st.lists(
    st.builds(lambda value, n: ZoneClass(zones=n, at_least=value), st.sampled_from([5, 10, 20]), st.integers(1, 2)),
    min_size=1, max_size=2,
)
PARKS = st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p4"]), st.one_of(st.none(), st.integers(0, 25)), min_size=1)


def reached(classes, values):
    return {z: [UNKNOWN if v is None else MET if v >= c.value else NOT for c in classes] for z, v in values.items()}


def best_by_hand(classes, values):
    """The most places that any way of giving each place its own zone fills."""
    places = [(c, c.named[i] if c.named else None) for c in classes for i in range(c.zones)]
    seats = [*values, *([None] * len(places))]

    def fits(place, zone):
        return zone is not None and values[zone] >= place[0].value and place[1] in (None, zone)

    return max(sum(fits(p, z) for p, z in zip(places, way, strict=True)) for way in permutations(seats, len(places)))


@given(TIERED, PARKS, st.booleans())
@settings(max_examples=60)
def test_places_are_filled_as_trying_all_ways_would(classes, values, name_one):
    if name_one and classes[0].zones <= len(values):
        named = tuple(sorted(values))[: classes[0].zones]
        classes = [classes[0].model_copy(update={"named": named}), *classes[1:]]
    surely, perhaps = filled(classes, reached(classes, values))
    assert surely == best_by_hand(classes, {z: -1 if v is None else v for z, v in values.items()})
    assert perhaps == best_by_hand(classes, {z: 99 if v is None else v for z, v in values.items()})


@given(TIERED, st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p4"]), st.integers(0, 25), min_size=4))
def test_without_names_the_count_is_the_cumulative_one_from_the_highest_class(classes, values):
    enough = all(
        sum(v >= c.value for v in values.values()) >= sum(d.zones for d in classes if d.value >= c.value) for c in classes
    )
    surely, _ = filled(classes, reached(classes, values))
    assert (surely == sum(c.zones for c in classes)) == enough


@given(TIERED, PARKS, st.sampled_from(["p1", "p2", "p3", "p4"]), st.integers(0, 25))
def test_a_zone_that_does_better_never_empties_a_place(classes, values, zone, more):
    grown = values | {zone: (values.get(zone) or 0) + more}
    before = {z: v or 0 for z, v in values.items()}
    assert filled(classes, reached(classes, grown | {z: before[z] for z in before if z != zone}))[0] >= filled(
        classes, reached(classes, before)
    )[0]
    world = MadeWorld({("a", z): reading(v) for z, v in values.items()}, portfolio=tuple(values))
    found = judged(Tiers(tiers=tuple(classes)), world)
    places = sum(c.zones for c in classes)
    assert found.value <= places
    if found.truth is not UNKNOWN:
        assert (found.gap, found.completion) == (places - found.value, Decimal(found.value) / places)


@given(THRESHOLDS, worlds(known=True), NUMBERS)
def test_a_better_value_is_never_farther_from_the_number(threshold, world, step):
    """For quantities that rise with the value; a gained rank rises as it falls. How far it has come is its completion, and 1 of
    what is early: it is at the number or beyond, and what it lacks is the year that is asked for. A better value of that year
    is early as the lesser was."""
    if threshold.derivation in ("gain", "gain_since"):
        return
    threshold = threshold.model_copy(update={"zone": None})
    name = threshold.of or "a"
    better = abs(step) if threshold.comparator.higher_is_better else -abs(step)
    here = world.values[name]
    other = replace(world, values={**world.values, name: replace(here, value=here.value + better)})
    low, high = judged(threshold, world), judged(threshold, other)
    if UNKNOWN in (low.truth, high.truth) or (not threshold.comparator.higher_is_better and min(low.value, high.value) <= 0):
        return
    assert come(high) >= come(low)
    assert not (low.truth is MET and high.truth is NOT)
    assert low.early is None or high.early == low.early


def come(found):
    """How far what is judged has come to its number."""
    assert (found.completion is None) == (found.early is not None)
    return Decimal(1) if found.early else found.completion
