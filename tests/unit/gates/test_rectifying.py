from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gaoxin.clock import end_of
from gaoxin.gates.model import CriterionResult, GateResult, GateVerdict, Mode, Shortfall
from gaoxin.gates.rectifying import closable, due_day, from_gate, rectification_id
from gaoxin.plan.reading.loader import load_plan
from tests.said import said

NOW = end_of(date(2024, 6, 25))


@pytest.fixture(scope="module")
def plan():
    return load_plan(Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml")


def gate(*criteria, verdict=GateVerdict.HOLD, at=NOW):
    return GateResult("demo", "collection", verdict, Mode.DECISION, at, date(2024, 6, 30), 0, "s" * 64, criteria)


def failed(id_, *refs, kind="returns_complete", passed=False, waived=False):
    short = tuple(Shortfall("committee", said(f"缺 {r}"), r) for r in refs)
    return CriterionResult(id_, kind, passed, said("细"), (), short, waived)


def test_one_for_each_shortfall_and_the_same_again(plan):
    result = gate(failed("complete", "a", "b"), failed("targets", "x", kind="targets_met", passed=None))
    found = from_gate(plan, result, NOW)
    assert [(r.criterion, r.ref, r.owner) for r in found] == [
        ("complete", "a", "committee"),
        ("complete", "b", "committee"),
        ("targets", "x", "committee"),
    ]
    assert len({r.id for r in found}) == 3
    assert [r.id for r in from_gate(plan, replace(result, decided_as_of=end_of(date(2024, 6, 26))), NOW)] == [r.id for r in found]
    assert all(r.subject == said(f"缺 {r.ref}") and r.opened_at == NOW and r.closed_at is None for r in found)


def test_none_where_nothing_can_be_mended(plan):
    only = [
        failed("consent", "g", kind="approval"),
        failed("predecessors", "launch", kind="predecessors_passed"),
        failed("rectified", "r", kind="rectifications_closed"),
        failed("complete", "a", waived=True),
    ]
    assert from_gate(plan, gate(*only), NOW) == []
    assert from_gate(plan, gate(failed("complete", "a"), verdict=GateVerdict.PASS), NOW) == []


@pytest.mark.parametrize(
    ("opened", "deadline", "due"),
    [
        (date(2024, 6, 3), date(2024, 6, 30), date(2024, 6, 11)),  # 10 June 2024 was the Dragon Boat Festival
        (date(2024, 6, 25), date(2024, 6, 30), date(2024, 6, 30)),
        (date(2024, 7, 1), date(2024, 6, 30), date(2024, 7, 8)),
        (date(2024, 9, 13), date(2024, 12, 31), date(2024, 9, 23)),  # the 14th was worked, 15 to 17 were off
    ],
)
def test_five_working_days_and_never_beyond_a_deadline_to_come(demo_plan, opened, deadline, due):
    assert due_day(demo_plan, opened, deadline) == due


def test_ids_do_not_run_together():
    assert rectification_id("a", "b", "c", "d") != rectification_id("a", "b", "cd", "")


@pytest.mark.parametrize(
    ("criterion", "may"),
    [
        (failed("complete", passed=True), True),
        (failed("complete", "b"), True),
        (failed("complete", "a", "b"), False),
        (failed("complete", "a.report"), False),
        (failed("complete", "a~milestone.half"), False),
        (failed("complete", "ab"), True),
        (failed("complete", passed=None), False),
        (failed("complete", "a", waived=True), False),
        (failed("other", passed=True), False),
    ],
)
def test_it_may_be_closed_when_its_shortfall_is_gone(plan, criterion, may):
    (item,) = from_gate(plan, gate(failed("complete", "a")), NOW)
    assert (closable(item, gate(criterion)) is not None) is may
    assert closable(item, replace(gate(criterion), phase="application")) is None
