"""A whole that two units report: differing values are told to both, equal ones pass, and nothing known is no pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from gaoxin.plan.model import Plan
from gaoxin.quality.history import UNKNOWN, History, Past
from gaoxin.quality.model import Outcome
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import ReturnKey, Verdict
from tests.unit.quality.conftest import history_of_reads

FIRST = History({}, {})


@pytest.fixture(scope="module")
def plan(demo_plan) -> Plan:
    """The demo plan, its series form reported by two units, who both know the number of enterprises."""
    data = demo_plan.model_dump(mode="json", by_alias=True)
    form = next(f for f in data["forms"] if f["id"] == "industry")
    form["units"] = ["committee", "science"]
    next(v for v in form["variables"] if v["id"] == "enterprises")["combine"] = "same"
    return Plan.model_validate(data)


def by(read, unit: str):
    return replace(read, key=ReturnKey("demo", "industry", unit, read.key.period))


def always(history: History) -> Callable[[ReturnKey], History]:
    return lambda _: history


def told(checked) -> list[tuple[str, str]]:
    return [(f.cell, str(f.severity)) for f in checked.findings if f.rule == "enterprises.same"]


def outcome(checked) -> Outcome:
    (one,) = [c.outcome for c in checked.checks if c.rule == "enterprises.same"]
    return one


def test_differing_figures_are_told_to_both(plan, series):
    ours, theirs = by(series(), "committee"), by(series(enterprises="23"), "science")
    for known in (lambda _: FIRST, lambda _: UNKNOWN, history_of_reads(plan, [ours, theirs])):
        one, other = check_many(plan, [ours, theirs], known, {})
        assert told(one) == told(other) == [("D6", "warning")]
        assert one.verdict is Verdict.ACCEPTED_WITH_WARNINGS
        (finding,) = [f for f in one.findings if f.rule == "enterprises.same"]
        assert finding.message.zh.startswith("「数据」D6 规上企业数：本单位报 20 家，区科技局报 23 家；")
        assert finding.level == 3


def test_equal_figures_pass_in_whatever_unit_of_measure(plan, series):
    ours, theirs = by(series(), "committee"), by(series(enterprises="0.002", units={"enterprises": "万家"}), "science")
    one, other = check_many(plan, [ours, theirs], lambda _: FIRST, {})
    assert told(one) == told(other) == []
    assert outcome(one) is outcome(other) is Outcome.PASSED


def test_what_was_accepted_before_counts_and_nothing_known_is_no_pass(plan, series):
    ours = by(series(), "committee")
    period = ours.key.period
    for value, expected in (("20", Outcome.PASSED), ("21", Outcome.FAILED)):
        known = replace(FIRST, others={"enterprises": {"science": Past(Decimal(value), "家", period)}})
        (checked,) = check_many(plan, [ours], always(known), {})
        assert outcome(checked) is expected
    for history in (FIRST, UNKNOWN):
        (checked,) = check_many(plan, [ours], always(history), {})
        assert outcome(checked) is Outcome.NOT_EVALUATED


def test_other_figures_of_the_form_are_each_units_own(plan, series):
    ours, theirs = by(series(), "committee"), by(series(gross_output="12.6", heavy_output="7.35"), "science")
    one, other = check_many(plan, [ours, theirs], lambda _: FIRST, {})
    assert told(one) == told(other) == []
