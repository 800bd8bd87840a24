"""The criteria on returns: complete, without open errors, warnings explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gaoxin.clock import end_of
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import Counted, GateVerdict
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from tests.unit.gates.gate_evidence import IN_WINDOW, REHEARSAL, by_id


def test_a_rehearsal_asks_for_what_is_due_today_and_a_decision_for_what_is_due_by_the_deadline(demo_data, make_evidence):
    data = demo_data | {
        "forms": [f | {"due": {"days": 27, "roll": "none"}} if f["id"] == "industry" else f for f in demo_data["forms"]]
    }
    plan = Plan.model_validate(data)
    phase = plan.phase("collection")
    full = make_evidence(IN_WINDOW, plan)
    may = next(r for r in full.returns if str(r.period) == "2024-05")
    assert may.due == date(2024, 6, 27)
    rest = tuple(r for r in full.returns if r is not may)
    rehearsed = evaluate_gate(
        plan, phase, replace(full, as_of=end_of(REHEARSAL), returns=(*rest, replace(may, state=ReturnState.DUE)))
    )
    assert by_id(rehearsed, "complete").passed is True
    decided = evaluate_gate(
        plan, phase, replace(full, as_of=end_of(date(2024, 6, 25)), returns=(*rest, replace(may, state=ReturnState.DUE)))
    )
    held = by_id(decided, "complete")
    assert held.passed is False
    assert [s.ref for s in held.shortfalls] == ["demo__industry__committee__2024-05"]
    assert "应报未报" in held.shortfalls[0].subject.zh


def test_what_is_in_before_its_day_is_looked_at_since_its_figures_count(demo_data, make_evidence):
    data = demo_data | {
        "forms": [f | {"due": {"days": 60, "roll": "none"}} if f["id"] == "industry" else f for f in demo_data["forms"]]
    }
    plan = Plan.model_validate(data)
    full = make_evidence(IN_WINDOW, plan)
    may = next(r for r in full.returns if str(r.period) == "2024-05")
    assert may.due > IN_WINDOW

    def judged(**said):
        returns = tuple(replace(r, **said) if r is may else r for r in full.returns)
        result = evaluate_gate(plan, plan.phase("collection"), replace(full, returns=returns))
        return {name: by_id(result, name).passed for name in ("complete", "clean", "explained", "targets")}

    assert judged() == dict.fromkeys(("complete", "clean", "explained", "targets"), True)
    assert judged(warnings=4)["explained"] is False
    assert judged(warnings=4, warnings_explained=4)["explained"] is True
    assert judged(errors=1)["clean"] is False
    assert judged(warnings=1, untrusted=1) == {"complete": True, "clean": False, "explained": False, "targets": None}


@pytest.mark.parametrize(
    ("state", "complete", "clean", "explained"),
    [
        (ReturnState.OVERDUE, False, True, True),
        (ReturnState.REJECTED, False, False, True),
        (ReturnState.RECEIVED, False, None, None),
    ],
)
def test_one_return_that_is_not_accepted(plan, collection, make_evidence, state, complete, clean, explained):
    full = make_evidence(IN_WINDOW)
    one = replace(full.returns[0], state=state, errors=2 if state is ReturnState.REJECTED else 0)
    result = evaluate_gate(plan, collection, replace(full, returns=(one, *full.returns[1:])))
    assert [by_id(result, c).passed for c in ("complete", "clean", "explained")] == [complete, clean, explained]
    assert result.verdict is GateVerdict.HOLD


def test_returns_that_are_counted_do_not_hide_one_that_is_missing(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    form, period = "hnte_register", next(r.period for r in full.returns if r.form == "hnte_register")
    listed = tuple(r for r in full.returns if (r.form, r.period) != (form, period))
    both = replace(full, returns=listed, counted=(Counted(form, period, 2, 3, "d" * 64),))
    result = evaluate_gate(plan, collection, both)
    assert [by_id(result, c).passed for c in ("complete", "clean", "explained")] == [True, True, True]
    assert by_id(result, "complete").evidence[0].startswith("returns:2:sha256:")
    assert by_id(result, "explained").detail.context["total"] == 3
    other = replace(both, counted=(Counted(form, period, 2, 3, "e" * 64),))
    assert evaluate_gate(plan, collection, other).seal != result.seal
    short = evaluate_gate(plan, collection, replace(both, counted=(Counted(form, period, 1, 3, "d" * 64),)))
    assert by_id(short, "complete").passed is False
    assert {s.owner for s in by_id(short, "complete").shortfalls} == {"committee", "science"}, "one is missing: none is believed"


def test_where_no_return_came_nothing_is_clean_or_explained(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    missing = replace(full, returns=tuple(replace(r, state=ReturnState.OVERDUE, return_id=None) for r in full.returns))
    result = evaluate_gate(plan, collection, missing)
    for criterion in ("clean", "explained"):
        held = by_id(result, criterion)
        assert held.passed is None
        assert "一份也没有收到" in held.detail.zh
        assert "none of the" in held.detail.en


def test_warnings_need_explanations_that_a_reviewer_accepted(plan, collection, make_evidence):
    """Of a return its unit and a reviewer may owe a word each: both are named, and each for its own part."""
    full = make_evidence(IN_WINDOW)

    def judged(**counts):
        one = replace(full.returns[0], warnings=9, **counts)
        return one, by_id(evaluate_gate(plan, collection, replace(full, returns=(one, *full.returns[1:]))), "explained")

    one, held = judged(warnings_explained=2, warnings_waiting=3, warnings_sent_back=1, warnings_expired=2)
    key = f"demo__{one.form}__{one.unit}__{one.period}"
    assert (held.passed, held.detail.context["explained"]) == (False, 2)
    assert [(s.owner, s.ref) for s in held.shortfalls] == [("committee", key), ("supervision", f"{key}~review")]
    assert "4 条警告须说明：未说明 1 条、说明被退回 1 条、说明已过期 2 条" in held.shortfalls[0].subject.zh
    assert "3 条警告的说明待审核" in held.shortfalls[1].subject.zh
    assert [s.owner for s in judged(warnings_explained=0, warnings_waiting=9)[1].shortfalls] == ["supervision"]
    assert [s.owner for s in judged(warnings_explained=8, warnings_expired=1)[1].shortfalls] == ["committee"]
    assert judged(warnings_explained=9)[1].passed is True


def test_no_return_due_is_not_evaluated(demo_data, make_evidence):
    data = demo_data | {"forms": [f | {"due": {"days": 300}} for f in demo_data["forms"]]}
    plan = Plan.model_validate(data)
    result = evaluate_gate(plan, plan.phase("collection"), make_evidence(IN_WINDOW, plan))
    assert [by_id(result, c).passed for c in ("complete", "clean", "explained")] == [None, None, None]
    assert "没有应报" in by_id(result, "complete").detail.zh
