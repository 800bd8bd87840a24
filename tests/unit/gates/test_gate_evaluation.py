"""A gate as a whole: its mode, its verdict, waivers, and what order and lack of evidence may do."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import GateVerdict, Mode, OpenRectification
from gaoxin.i18n import Text
from gaoxin.returns.model import ReturnState
from tests.unit.gates.gate_evidence import APPLY, IN_WINDOW, by_id, waiver

PARTS = ("returns", "indicators", "deliverables")
CHOSEN = st.sets(st.integers(0, 200), max_size=12)


def test_everything_there_passes(plan, collection, make_evidence):
    result = evaluate_gate(plan, collection, make_evidence(IN_WINDOW))
    assert result.verdict is GateVerdict.PASS
    assert [c.id for c in result.criteria] == ["predecessors", "complete", "clean", "explained", "rectified", "targets"]
    assert all(c.detail.zh and c.detail.en for c in result.criteria)


@pytest.mark.parametrize(
    ("day", "mode", "late"),
    [
        (date(2024, 6, 24), Mode.REHEARSAL, 0),
        (date(2024, 6, 25), Mode.DECISION, 0),
        (date(2024, 6, 30), Mode.DECISION, 0),
        (date(2024, 7, 3), Mode.DECISION, 3),
    ],
)
def test_mode_and_days_late(plan, collection, make_evidence, day, mode, late):
    result = evaluate_gate(plan, collection, make_evidence(day))
    assert (result.mode, result.days_late) == (mode, late)


def test_an_earlier_phase_that_was_reopened_holds_and_is_counted(plan, make_evidence):
    evidence = make_evidence(APPLY, passed_phases=frozenset({"collection"}))
    result = by_id(evaluate_gate(plan, plan.phase("application"), evidence), "predecessors")
    assert (result.passed, [s.ref for s in result.shortfalls]) == (False, ["launch"])
    assert result.detail.context == {"count": 2, "passed": 1}, "not that all of one have passed"


def test_nothing_at_all_holds_with_every_reason(plan, collection, make_evidence):
    empty = make_evidence(IN_WINDOW, passed_phases=frozenset(), returns=(), indicators=(), deliverables=())
    result = evaluate_gate(plan, collection, empty)
    assert result.verdict is GateVerdict.HOLD
    assert by_id(result, "predecessors").passed is False
    assert by_id(result, "complete").passed is False
    assert by_id(result, "clean").passed is None
    assert by_id(result, "explained").passed is None
    assert by_id(result, "targets").passed is not True
    for c in result.criteria:
        if c.passed is not True:
            assert c.shortfalls
        for s in c.shortfalls:
            assert s.owner in {u.id for u in plan.units}
            assert s.subject.zh
            assert s.subject.en
            assert s.ref


def test_a_missing_deliverable_names_task_and_lead(plan, application, make_evidence):
    found = by_id(evaluate_gate(plan, application, make_evidence(APPLY, deliverables=())), "dossier")
    assert found.passed is False
    assert [(s.owner, s.ref) for s in found.shortfalls] == [("committee", "dossier.dossier")]


def test_evidence_from_the_future_is_not_seen(plan, application, make_evidence):
    full = make_evidence(APPLY)
    later = tuple(replace(d, recorded_at=full.as_of + timedelta(seconds=1)) for d in full.deliverables)
    assert by_id(evaluate_gate(plan, application, replace(full, deliverables=later)), "dossier").passed is False


@pytest.mark.parametrize(
    ("phase", "criterion", "passed"),
    [
        ("collection", "targets", True),
        ("collection", "experts", False),
        ("launch", "work_done", False),
    ],
)
def test_a_gate_does_not_wait_for_what_it_asked_for_itself(plan, collection, make_evidence, phase, criterion, passed):
    open_ = OpenRectification("r1", phase, criterion, "science", Text("补报", "hand in"), date(2024, 6, 20))
    found = by_id(evaluate_gate(plan, collection, make_evidence(IN_WINDOW, rectifications=(open_,))), "rectified")
    assert found.passed is passed
    if not passed:
        assert "已逾期" in found.shortfalls[0].subject.zh


def test_rectifications_that_the_evidence_leaves_out_are_not_none(plan, collection, make_evidence):
    result = evaluate_gate(plan, collection, make_evidence(IN_WINDOW, rectifications=None))
    assert (by_id(result, "rectified").passed, result.verdict) == (None, GateVerdict.HOLD)


@pytest.mark.parametrize(
    ("expires", "verdict"),
    [
        (IN_WINDOW, GateVerdict.WAIVED),
        (IN_WINDOW - timedelta(days=1), GateVerdict.HOLD),
    ],
)
def test_a_waiver_lets_pass_until_it_expires(plan, collection, make_evidence, expires, verdict):
    base = make_evidence(IN_WINDOW, indicators=())
    result = evaluate_gate(plan, collection, replace(base, waivers=(waiver("collection", "targets", expires, base.as_of),)))
    assert result.verdict is verdict
    assert by_id(result, "targets").waived is (verdict is GateVerdict.WAIVED)
    assert by_id(result, "targets").passed is not True


def test_a_waiver_never_covers_predecessors_or_other_criteria(plan, collection, make_evidence):
    base = make_evidence(IN_WINDOW, passed_phases=frozenset())
    waivers = tuple(
        waiver("collection", c, IN_WINDOW, base.as_of) for c in ("predecessors", "complete", "clean", "explained", "targets")
    )
    assert evaluate_gate(plan, collection, replace(base, waivers=waivers)).verdict is GateVerdict.HOLD
    base = make_evidence(IN_WINDOW, indicators=())
    other = (waiver("application", "targets", IN_WINDOW, base.as_of),)
    assert evaluate_gate(plan, collection, replace(base, waivers=other)).verdict is GateVerdict.HOLD


def test_an_unneeded_waiver_leaves_a_plain_pass(plan, collection, make_evidence):
    base = make_evidence(IN_WINDOW)
    result = evaluate_gate(plan, collection, replace(base, waivers=(waiver("collection", "targets", IN_WINDOW, base.as_of),)))
    assert result.verdict is GateVerdict.PASS


def shaken(evidence, seed):
    mix = random.Random(seed)
    return replace(evidence, **{p: tuple(mix.sample(getattr(evidence, p), len(getattr(evidence, p)))) for p in PARTS})


def without(evidence, chosen):
    """Evidence with some supporting parts taken out; refusals and open rectifications are no support."""
    flat = [(p, i) for p in PARTS for i in range(len(getattr(evidence, p)))]
    gone = {flat[n % len(flat)] for n in chosen}
    return replace(evidence, **{p: tuple(x for i, x in enumerate(getattr(evidence, p)) if (p, i) not in gone) for p in PARTS})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHOSEN, CHOSEN, st.integers(0, 999), st.sampled_from(["launch", "collection", "application"]))
def test_taking_evidence_away_never_opens_a_gate_and_order_never_matters(plan, make_evidence, first, more, seed, phase_id):
    phase = plan.phase(phase_id)
    full = make_evidence(phase.gate.deadline)
    some = without(full, first)
    less = without(some, more) if some.returns or some.indicators or some.deliverables else some
    one, other = evaluate_gate(plan, phase, some), evaluate_gate(plan, phase, less)
    if one.verdict is GateVerdict.HOLD:
        assert other.verdict is GateVerdict.HOLD
    held = {c.id for c in one.criteria if c.passed is not True}
    assert held <= {c.id for c in other.criteria if c.passed is not True}
    assert evaluate_gate(plan, phase, shaken(some, seed)) == one


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([ReturnState.OVERDUE, ReturnState.REJECTED, ReturnState.RECEIVED])),
        max_size=6,
    )
)
def test_worse_returns_never_open_a_gate(plan, make_evidence, worse):
    phase = plan.phase("collection")
    evidence = make_evidence(IN_WINDOW)
    verdicts = [evaluate_gate(plan, phase, evidence).verdict]
    for n, state in worse:
        returns = list(evidence.returns)
        returns[n % len(returns)] = replace(returns[n % len(returns)], state=state, errors=1)
        evidence = replace(evidence, returns=tuple(returns))
        verdicts.append(evaluate_gate(plan, phase, evidence).verdict)
    assert verdicts == sorted(verdicts, key=lambda v: v is GateVerdict.HOLD)
