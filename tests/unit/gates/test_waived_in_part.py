"""A waiver with a scope lets only what lies within it pass; several may cover a criterion together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain, combinations

import pytest
from pydantic import ValidationError

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import GateVerdict, WaiverEvidence
from gaoxin.gates.rectifying import closable, from_gate, rectification_id
from gaoxin.indicators.model import Status
from gaoxin.periods import Period
from gaoxin.plan.criteria.approval import Approval
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.returns.model import ReturnState
from tests.unit.gates.gate_evidence import IN_WINDOW, by_id, result_of

SCOPES = ("indicator", "unit", "rule", "period")
MAY = Period.parse("2024-05")


def given(criterion: str, base, **scope) -> WaiverEvidence:
    return WaiverEvidence("collection", criterion, "government", "演练", IN_WINDOW, base.as_of, **scope)


@pytest.fixture
def lacking(make_evidence):
    """Evidence of which all is in order but one unit's return of a month and another unit's of a quarter."""
    base = make_evidence(IN_WINDOW)
    rows = [replace(r, state=ReturnState.OVERDUE, version=None, return_id=None)
            if (r.form, r.unit, str(r.period)) in (("industry", "committee", "2024-05"), ("hnte_register", "science", "2024-Q1"))
            else r for r in base.returns]
    assert sum(r.state is ReturnState.OVERDUE for r in rows) == 2
    return replace(base, returns=tuple(rows))


def test_only_what_lies_within_passes_and_the_rest_holds(plan, collection, lacking):
    one = given("complete", lacking, unit="science")
    result = evaluate_gate(plan, collection, replace(lacking, waivers=(one,)))
    complete = by_id(result, "complete")
    assert result.verdict is GateVerdict.HOLD
    assert (complete.waived, [s.ref for s in complete.shortfalls], [s.ref for s in complete.excused]) == (
        False, ["demo__industry__committee__2024-05"], ["demo__hnte_register__science__2024-Q1"])
    assert one.mark in complete.evidence
    assert "豁免 1 项，仍缺 1 项" in complete.detail.zh
    asked = {r.ref for r in from_gate(plan, result, lacking.as_of) if r.criterion == "complete"}
    assert asked == {"demo__industry__committee__2024-05"}, "what is waived is asked of nobody"
    before = next(r for r in from_gate(plan, evaluate_gate(plan, collection, lacking), lacking.as_of)
                  if r.id == rectification_id("demo", "collection", "complete", "demo__hnte_register__science__2024-Q1"))
    assert closable(before, result) is None, "a waiver mends nothing"
    both = (one, given("complete", lacking, unit="committee", period=MAY))
    result = evaluate_gate(plan, collection, replace(lacking, waivers=both))
    assert by_id(result, "complete").waived
    assert {w.mark for w in both} <= {*by_id(result, "complete").evidence}


def test_every_set_of_scopes_covers_just_what_lies_within_all_of_each(plan, collection, lacking):
    """Exhaustive: all scopes of unit and period over two shortfalls, in all pairs."""
    refs = {("committee", "2024-05"): "demo__industry__committee__2024-05",
            ("science", "2024-Q1"): "demo__hnte_register__science__2024-Q1"}
    scopes = [{"unit": u, "period": p and Period.parse(p)} for u in (None, "committee", "science", "supervision")
              for p in (None, "2024-05", "2024-Q1", "2024-04")]
    for pair in chain(combinations(scopes, 1), combinations(scopes, 2)):
        waivers = tuple(given("complete", lacking, **scope) for scope in pair)
        complete = by_id(evaluate_gate(plan, collection, replace(lacking, waivers=waivers)), "complete")
        covered = {ref for (unit, period), ref in refs.items() for scope in pair
                   if scope["unit"] in (None, unit) and str(scope["period"] or period) == period}
        assert complete.waived is (covered == {*refs.values()}), pair
        if any(w.scope for w in waivers) and all(w.scope for w in waivers):
            assert {s.ref for s in complete.excused} == covered, pair


def test_one_that_has_expired_holds_again_and_another_criterion_is_not_touched(plan, collection, lacking):
    over = replace(given("complete", lacking, unit="science"), expires=IN_WINDOW - timedelta(days=1))
    other = given("explained", lacking, unit="science")
    complete = by_id(evaluate_gate(plan, collection, replace(lacking, waivers=(over, other))), "complete")
    assert (len(complete.shortfalls), complete.excused) == (2, ())


def test_a_rule_that_is_waived_lets_pass_what_no_other_rule_found(plan, collection, make_evidence):
    base = make_evidence(IN_WINDOW)
    of = {("industry", "committee", "2024-05"), ("hnte_register", "science", "2024-Q1")}
    rows = tuple(replace(r, state=ReturnState.REJECTED, errors=2) if (r.form, r.unit, str(r.period)) in of else r
                 for r in base.returns)
    found = {"demo__industry__committee__2024-05": frozenset({"gross_output.range", "light_heavy"}),
             "demo__hnte_register__science__2024-Q1": frozenset({"gross_output.range"})}
    base = replace(base, returns=rows, found=found)

    def excused(*rules: str) -> set[str]:
        waivers = tuple(given("clean", base, rule=rule) for rule in rules)
        return {s.ref for s in by_id(evaluate_gate(plan, collection, replace(base, waivers=waivers)), "clean").excused}

    assert excused("gross_output.range") == {"demo__hnte_register__science__2024-Q1"}
    assert excused("light_heavy") == set()
    assert excused("gross_output.range", "light_heavy") == {*found}
    assert excused("another") == set()
    unknown = replace(base, found={})
    waivers = (given("clean", base, rule="gross_output.range"),)
    clean = by_id(evaluate_gate(plan, collection, replace(unknown, waivers=waivers)), "clean")
    assert clean.excused == (), "what is unknown is not covered"


def test_a_waived_indicator_counts_into_the_share_that_is_asked_for(plan, collection, make_evidence):
    base = make_evidence(IN_WINDOW)
    results = {r.id: r for r in base.indicators}
    for name in ("gross_output", "hnte"):
        results[name] = result_of(plan, name, base.as_of, Status.OFF_TRACK)
    base = replace(base, indicators=tuple(results.values()))
    targets = next(c for c in collection.gate.criteria if c.id == "targets")

    def judged(share: str, *names: str):
        gate = collection.gate.model_copy(update={"criteria": tuple(
            c.model_copy(update={"share": Decimal(share)}) if c.id == "targets" else c for c in collection.gate.criteria)})
        waivers = tuple(given("targets", base, indicator=name) for name in names)
        return by_id(evaluate_gate(plan, collection.model_copy(update={"gate": gate}), replace(base, waivers=waivers)), "targets")

    assert len(plan.indicators_asked(targets)) == 3
    assert not judged("1").opens
    assert not judged("1", "hnte").opens
    assert [s.ref for s in judged("1", "hnte").shortfalls] == ["gross_output"]
    assert judged("1", "hnte", "gross_output").waived
    assert judged("0.6", "hnte").waived, "two of three: one met, one waived"
    assert not judged("0.6", "value_added_rate").opens, "what is met needs no waiver, and counts once"


def test_the_seal_tells_scopes_apart_and_is_as_before_without_any(plan, collection, lacking):
    whole, part = given("complete", lacking), given("complete", lacking, unit="science")
    seals = [evaluate_gate(plan, collection, replace(lacking, waivers=w)).seal for w in ((), (whole,), (part,), (whole, part))]
    assert (len(set(seals)), seals[3]) == (3, seals[1]), "what is let pass as a whole needs no part"


def test_a_consent_is_waived_by_nobody():
    with pytest.raises(ValidationError):
        Approval(kind="approval", id="consent", by="government", waivable_by=("government",))
    assert Approval(kind="approval", id="consent", by="government").waivable_by is None


BOTH = ("demo__hnte_register__science__2024-Q1", "demo__industry__committee__2024-05")


@pytest.mark.parametrize("items", [*chain.from_iterable(combinations(BOTH, n) for n in range(3))])
def test_what_came_after_a_waiver_of_what_was_lacking_holds_and_is_told(plan, collection, lacking, items):
    one = given("complete", lacking, items=items)
    complete = by_id(evaluate_gate(plan, collection, replace(lacking, waivers=(one,))), "complete")
    assert complete.waived is (items == BOTH)
    if items == BOTH:
        assert {s.ref for s in complete.shortfalls} == {*BOTH}, "told, and let pass"
    else:
        assert {s.ref for s in complete.shortfalls} == {*BOTH} - {*items}
        assert {s.ref for s in complete.excused} == {*items}
    assert ("其后新增的 1 项不在豁免之内" in complete.detail.zh) is (len(items) == 1)


def test_several_waivers_of_what_was_lacking_let_it_pass_together_and_one_that_is_not_needed_is_not_leaned_on(
        plan, collection, lacking):
    first, second = (given("complete", lacking, items=(ref,)) for ref in BOTH)
    whole = replace(given("complete", lacking, items=BOTH), expires=IN_WINDOW + timedelta(days=5))
    together = by_id(evaluate_gate(plan, collection, replace(lacking, waivers=(first, second))), "complete")
    assert together.waived
    assert {first.mark, second.mark} <= {*together.evidence}
    all_ = by_id(evaluate_gate(plan, collection, replace(lacking, waivers=(first, second, whole))), "complete")
    assert [e for e in all_.evidence if e.startswith("waiver:")] == [whole.mark]


@pytest.mark.parametrize(("scope", "passes"), [
    ({}, True), ({"items": ()}, True), ({"items": ("hnte",)}, False), ({"unit": "committee"}, False),
    ({"indicator": "hnte"}, False), ({"period": MAY}, False), ({"rule": "jump"}, False),
    ({"unit": "committee", "period": MAY}, False)])
def test_what_is_not_evaluated_and_names_nothing_that_lacks_is_within_no_scope(plan, collection, make_evidence, scope, passes):
    asked = TargetsMet(kind="targets_met", id="none", indicators=())
    phase = collection.model_copy(update={"gate": collection.gate.model_copy(update={"criteria": (asked,)})})
    evidence = make_evidence(IN_WINDOW)
    bare = by_id(evaluate_gate(plan, phase, evidence), "none")
    assert (bare.passed, bare.shortfalls) == (None, ())
    result = evaluate_gate(plan, phase, replace(evidence, waivers=(given("none", evidence, **scope),)))
    assert (by_id(result, "none").waived, result.verdict is GateVerdict.HOLD) == (passes, not passes)
    alone = given("none", evidence, unit="science")
    beside = evaluate_gate(plan, phase, replace(evidence, waivers=(alone, given("none", evidence, **scope))))
    assert by_id(beside, "none").waived == passes
    assert alone.mark not in by_id(beside, "none").evidence
