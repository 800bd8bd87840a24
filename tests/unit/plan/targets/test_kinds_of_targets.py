"""Kinds of targets are found in their folder, and what a kind does not say itself has an answer all the same."""

from __future__ import annotations

import pkgutil
from typing import Annotated

import pytest
import yaml
from pydantic import TypeAdapter

from gaoxin.plan import targets
from gaoxin.plan.base import Key, TaskId
from gaoxin.plan.target import TargetKind, Truth
from gaoxin.plan.targets import KINDS, Target, Threshold, kind_of, leaves
from gaoxin.plan.targets.threshold import DERIVATIONS
from tests.unit.indicators.made_world import MadeWorld, measure, reading

KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


class Festival(TargetKind):
    """A made-up kind that says as little as a kind may."""

    marks = ("festival",)
    words = Key("庆典", "festival")

    festival: Annotated[TaskId, Key("任务", "festival: a task")]


def test_each_module_of_the_folder_is_one_kind():
    assert sorted(k.__module__.rpartition(".")[2] for k in KINDS) == [m.name for m in pkgutil.iter_modules(targets.__path__)]


def test_no_mark_is_shared_and_one_kind_alone_has_none():
    marks = [mark for kind in KINDS for mark in kind.marks]
    assert len(marks) == len(set(marks))
    assert [kind for kind in KINDS if not kind.marks] == [Threshold]


@KIND
def test_a_kind_is_what_its_examples_are(kind):
    assert kind.examples
    for _, written in kind.examples:
        given = yaml.safe_load(written)
        assert kind_of(given) is kind
        made = TypeAdapter(Target).validate_python(given)
        assert type(made) is kind
        assert TypeAdapter(Target).validate_python(made.model_dump(mode="json", exclude_none=True)) == made


@KIND
def test_parts_are_told_with_the_way_to_them(kind):
    for _, written in kind.examples:
        given = yaml.safe_load(written)
        made = TypeAdapter(Target).validate_python(given)
        for way, part in made.within():
            inner = given
            for step in way.split("."):
                inner = inner[int(step)] if step.isdecimal() else inner[step]
            assert TypeAdapter(Target).validate_python(inner) == part
        assert bool(made.parts) == (made.combines is not None)
        assert all(not leaf.parts for leaf in leaves(made))


def test_a_kind_that_says_nothing_is_unknown_and_still_told_and_compared(demo_plan):
    made, indicator = Festival(festival="survey"), demo_plan.indicators[0]
    judged = made.judge(MadeWorld({"v": reading(1)}), [measure("v")])
    assert (judged.truth, judged.leaf) == (Truth.UNKNOWN, made)
    assert judged.reason
    assert made.told(indicator.measures, {}).zh == '{"festival": "survey"}'
    assert list(made.mentions()) == [("task", "survey", "festival")]
    assert made.tasks([]) == ["survey"]
    assert (made.indicators([]), made.parts, made.scope, made.unit(indicator.measures)) == ([], (), (), "")
    assert made.demands("v") == Festival(festival="survey").demands("v") != Festival(festival="other").demands("v")
    assert made.no_pace
    assert not made.forecasts


@pytest.mark.parametrize("key", DERIVATIONS)
def test_a_derivation_is_written_told_and_computed(key, demo_plan):
    example = next(yaml.safe_load(written) for _, written in Threshold.examples if f"{key}:" in written)
    made = Threshold.model_validate(example)
    assert (made.derivation, made.derived, str(made.since)) == (key, DERIVATIONS[key], str(example[key]))
    told = made.told(demo_plan.indicators[0].measures, {})
    assert told.zh
    assert told.en
    judged = made.judge(MadeWorld({"v": reading(None)}), [measure("v")])
    assert judged.truth is Truth.UNKNOWN
