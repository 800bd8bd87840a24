from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.indicators.model import Truth
from gaoxin.plan.target import all_truth, any_truth
from gaoxin.plan.targets import AllOf, AnyOf, Threshold
from tests.unit.indicators.made_world import MadeWorld, measure, reading

MET, NOT, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)
KEYS = ("at_least", "more_than", "at_most", "less_than")
THRESHOLDS = st.builds(lambda key, value: Threshold(**{key: value}), st.sampled_from(KEYS), NUMBERS)
def judged(target, **values):
    """The target judged at these values of the measures, the first being meant by a threshold that names none."""
    return target.judge(MadeWorld({k: reading(v) for k, v in values.items()}), [measure(k) for k in values])


@pytest.mark.parametrize(
    ("key", "target", "value", "truth", "gap", "completion"),
    [
        ("at_least", "600", "450", NOT, "150", "0.75"),
        ("at_least", "600", "600", MET, "0", "1"),
        ("at_least", "600", "660", MET, "0", "1.1"),
        ("at_least", "600", "-5", NOT, "605", "0"),
        ("more_than", "200", "200", NOT, "1", "1"),
        ("more_than", "200", "201", MET, "0", "1.005"),
        ("at_most", "0.6", "0.6", MET, "0", "1"),
        ("less_than", "0.6", "0.60", NOT, "0.01", "1"),
        ("less_than", "0.6", "0.75", NOT, "0.15", "0.8"),
        ("less_than", "0.6", "0.5", MET, "0", "1.2"),
        ("less_than", "0.6", "0", MET, "0", "1"),
        ("at_most", "0", "0", MET, "0", "1"),
        ("at_most", "0", "2", NOT, "2", "0"),
        ("at_least", "0", "-2", NOT, "2", "0"),
    ],
)
def test_each_comparator(key, target, value, truth, gap, completion):
    found = judged(Threshold(**{key: Decimal(target)}), v=value)
    assert (found.truth, found.gap, found.completion) == (truth, Decimal(gap), Decimal(completion))


def test_without_a_value_nothing_is_told():
    found = judged(Threshold(at_least=Decimal(1)), v=None)
    assert (found.truth, found.value, found.gap, found.completion) == (UNKNOWN, None, None, None)
    assert found.reason.zh == "没有报送"


def test_an_upper_limit_on_a_growing_total_is_not_met_before_the_year_is_over_but_can_be_broken():
    limit = Threshold(at_most=Decimal(100))

    def truth(value, **more):
        return limit.judge(MadeWorld({"v": reading(value, **more)}), [measure("v")]).truth

    assert truth(20, open_ended=True) is UNKNOWN
    assert truth(120, open_ended=True) is NOT
    assert truth(20) is MET


FOREIGN_OR_DOMESTIC = AnyOf(
    any_of=(Threshold(of="foreign", at_least=Decimal(3000)), Threshold(of="domestic", at_least=Decimal(50)))
)


@pytest.mark.parametrize(
    ("foreign", "domestic", "truth", "decides"),
    [
        ("100", "55", MET, "domestic"),
        ("4500", "55", MET, "foreign"),
        ("300", "40", NOT, "domestic"),
        (None, "55", MET, "domestic"),
        (None, "40", UNKNOWN, "domestic"),
        ("300", None, UNKNOWN, "foreign"),
        (None, None, UNKNOWN, "foreign"),
    ],
)
def test_any_of_is_decided_by_its_best_part(foreign, domestic, truth, decides):
    found = judged(FOREIGN_OR_DOMESTIC, foreign=foreign, domestic=domestic)
    assert (found.truth, found.leaf.of) == (truth, decides)


@pytest.mark.parametrize(
    ("a", "b", "truth", "decides"),
    [("12", "9", NOT, "b"), ("2", None, NOT, "a"), ("12", None, UNKNOWN, "b"), ("15", "12", MET, "b"), ("1", "2", NOT, "a")],
)
def test_all_of_is_decided_by_its_worst_part(a, b, truth, decides):
    target = AllOf(all_of=(Threshold(of="a", at_least=Decimal(10)), Threshold(of="b", at_least=Decimal(10))))
    found = judged(target, a=a, b=b)
    assert (found.truth, found.leaf.of) == (truth, decides)


TRUTHS = st.lists(st.sampled_from(list(Truth)), min_size=1, max_size=5)


@given(TRUTHS)
def test_de_morgan(parts):
    def no(t):
        return {MET: NOT, NOT: MET, UNKNOWN: UNKNOWN}[t]

    assert no(any_truth(parts)) is all_truth([no(t) for t in parts])


@given(TRUTHS, TRUTHS)
def test_both_are_associative_and_do_not_look_at_order(a, b):
    for fold in (any_truth, all_truth):
        assert fold(a + b) is fold([fold(a), fold(b)])
        assert fold(a + b) is fold(b + a)
        assert fold([*a, *a]) is fold(a)


@given(THRESHOLDS, NUMBERS, NUMBERS)
def test_a_better_value_never_makes_it_worse(threshold, x, y):
    worse, better = (min(x, y), max(x, y)) if threshold.comparator.higher_is_better else (max(x, y), min(x, y))
    low, high = judged(threshold, v=worse), judged(threshold, v=better)
    assert not (low.truth is MET and high.truth is NOT)
    if better != threshold.value:  # at a strict threshold the gap is one unit of the last digit, by definition
        assert high.gap <= low.gap
    if worse > 0 and better > 0:
        assert high.completion >= low.completion


@given(THRESHOLDS, NUMBERS)
def test_completion_reaches_one_exactly_when_a_positive_number_is_reached(threshold, value):
    found = judged(threshold, v=value)
    if value > 0 and threshold.value > 0 and value != threshold.value:
        assert (found.completion >= 1) == (found.truth is MET) == threshold.reached_by(value)


OPPOSITE = {"at_least": "less_than", "less_than": "at_least", "more_than": "at_most", "at_most": "more_than"}


@given(THRESHOLDS, NUMBERS)
def test_the_opposite_comparator_says_the_opposite_of_a_known_value(threshold, value):
    opposite = Threshold(**{OPPOSITE[threshold.comparator]: threshold.value})
    assert {judged(threshold, v=value).truth, judged(opposite, v=value).truth} == {MET, NOT}
    assert judged(threshold, v=None).truth is judged(opposite, v=None).truth is UNKNOWN
