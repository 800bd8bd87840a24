"""Targets: one comparator, composition, and the way through YAML and JSON and back."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gaoxin.plan.targets import AllOf, AnyOf, Comparator, Target, Threshold, thresholds

TARGET = TypeAdapter(Target)
values = st.decimals(-10**6, 10**6, places=3, allow_nan=False)
threshold = st.builds(
    lambda c, v, of: Threshold(**{c.value: v, "of": of}),
    st.sampled_from(list(Comparator)), values, st.none() | st.sampled_from(["foreign", "domestic"]),
)
targets = st.recursive(
    threshold,
    lambda inner: st.builds(lambda p: AnyOf(any_of=tuple(p)), st.lists(inner, min_size=2, max_size=3))
    | st.builds(lambda p: AllOf(all_of=tuple(p)), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=8,
)


def written(target) -> dict:
    """A target as an author would write it."""
    match target:
        case Threshold():
            return {**({"of": target.of} if target.of else {}), target.comparator.value: float(target.value)}
        case AnyOf(any_of=parts):
            return {"any_of": [written(p) for p in parts]}
        case AllOf(all_of=parts):
            return {"all_of": [written(p) for p in parts]}
    raise TypeError(target)


@given(targets)
def test_through_yaml_and_back(target):
    assert TARGET.validate_python(yaml.safe_load(yaml.safe_dump(written(target)))) == target


@given(targets)
def test_through_json_and_back(target):
    assert TARGET.validate_python(json.loads(json.dumps(TARGET.dump_python(target, mode="json")))) == target


@given(targets)
def test_the_thresholds_are_all_there_in_the_order_written(target):
    found = thresholds(target)
    assert found
    assert [str(t.value.normalize()) for t in found] == [str(v.normalize()) for v in _values(written(target))]


def _values(node) -> list[Decimal]:
    if "any_of" in node or "all_of" in node:
        return [v for part in next(iter(node.values())) for v in _values(part)]
    return [Decimal(str(v)) for k, v in node.items() if k != "of"]


@pytest.mark.parametrize("wrong", [
    {}, {"of": "x"}, {"at_least": 1, "at_most": 2}, {"any_of": []}, {"any_of": [{"at_least": 1}]},
     {"all_of": [{"at_least": 1}, {}]},
    {"at_least": "many"}, {"at_least": 1, "any_of": [{"at_least": 1}, {"at_least": 2}]}, {"about": 5}, {"at_least": "NaN"},
])
def test_what_is_no_target_is_refused(wrong):
    with pytest.raises(ValidationError):
        TARGET.validate_python(wrong)


def test_zero_is_a_target():
    found = TARGET.validate_python({"at_most": 0})
    assert isinstance(found, Threshold)
    assert found.value == 0


@pytest.mark.parametrize(("comparator", "sign", "higher"), [
    ("at_least", "≥", True), ("more_than", ">", True), ("at_most", "≤", False), ("less_than", "<", False),
])
def test_signs(comparator, sign, higher):
    made = Threshold(**{comparator: 1})
    assert (made.comparator.sign, made.comparator.higher_is_better) == (sign, higher)
