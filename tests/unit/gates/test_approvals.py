"""Approvals, and the seal that they are given for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from gaoxin.clock import ZONE
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import ApprovalEvidence, GateVerdict
from gaoxin.gates.seal import seal_of
from gaoxin.gates.turns import answer_by
from gaoxin.indicators.model import ReferenceUsed, Status
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from tests.unit.gates.gate_evidence import APPLY, by_id, waiver


def approval(evidence, seal, decision="approve", by="government", minutes=0):
    return ApprovalEvidence("application", by, decision, seal, evidence.as_of - timedelta(minutes=minutes), "已阅")


def test_only_approval_is_waited_for_and_then_it_passes(plan, application, make_evidence):
    base = make_evidence(APPLY)
    waiting = evaluate_gate(plan, application, base)
    assert (waiting.verdict, waiting.waits_only_for_approval) == (GateVerdict.HOLD, True)
    given_ = replace(base, approvals=(approval(base, waiting.seal),))
    assert evaluate_gate(plan, application, given_).verdict is GateVerdict.PASS
    next_day = replace(given_, as_of=given_.as_of + timedelta(days=1))
    assert evaluate_gate(plan, application, next_day).verdict is GateVerdict.PASS


def test_an_approval_is_void_when_a_figure_changes_and_says_so(plan, application, make_evidence):
    base = make_evidence(APPLY)
    seal = evaluate_gate(plan, application, base).seal
    changed = (replace(base.indicators[0], value=Decimal(8)), *base.indicators[1:])
    result = evaluate_gate(plan, application, replace(base, indicators=changed, approvals=(approval(base, seal),)))
    found = by_id(result, "consent")
    assert (found.passed, result.verdict) == (False, GateVerdict.HOLD)
    assert "失效" in found.detail.zh
    assert "void" in found.detail.en


def test_the_latest_word_counts_and_nobody_elses(plan, application, make_evidence):
    base = make_evidence(APPLY)
    seal = evaluate_gate(plan, application, base).seal
    both = (approval(base, seal, minutes=5), approval(base, seal, "reject"))
    assert by_id(evaluate_gate(plan, application, replace(base, approvals=both)), "consent").passed is False
    both = (approval(base, seal), approval(base, seal, "reject", minutes=5))
    assert by_id(evaluate_gate(plan, application, replace(base, approvals=both)), "consent").passed is True
    other = (approval(base, seal, by="committee"),)
    assert by_id(evaluate_gate(plan, application, replace(base, approvals=other)), "consent").passed is None


def test_a_deputy_says_nothing_against_what_its_unit_said_itself(plan, application, make_evidence):
    base = make_evidence(APPLY)
    criteria = tuple(c.model_copy(update={"deputies": ("committee",)}) if c.kind == "approval" else c
                     for c in application.gate.criteria)
    phase = application.model_copy(update={"gate": application.gate.model_copy(update={"criteria": criteria})})
    seal = evaluate_gate(plan, phase, base).seal

    def told(*words: ApprovalEvidence):
        return by_id(evaluate_gate(plan, phase, replace(base, approvals=words)), "consent")

    def passed(*words: ApprovalEvidence) -> bool | None:
        return told(*words).passed

    assert passed(approval(base, seal, by="committee")) is True
    assert passed(approval(base, seal, "reject", minutes=5), approval(base, seal, by="committee")) is False
    assert passed(approval(base, seal, minutes=5), approval(base, seal, "reject", by="committee")) is True
    assert passed(approval(base, "other figures", minutes=5), approval(base, seal, by="committee")) is True
    refused, deputy = approval(base, "other figures", "reject", minutes=5), approval(base, seal, by="committee")
    for words in ((refused,), (refused, deputy), (replace(deputy, recorded_at=refused.recorded_at), refused)):
        assert told(*words).passed is False
        assert "不同意：已阅；" in told(*words).detail.zh
        assert "自己重新表态" in told(*words).detail.zh
    assert passed(refused, deputy, approval(base, seal)) is True
    assert passed(approval(base, "other figures", "reject", by="committee", minutes=5), deputy) is True, "nobody's own refusal"


def test_an_approval_is_sealed_to_the_reference_that_the_figures_were_held_against(plan, application, make_evidence):
    full = make_evidence(APPLY)

    def sealed_with(value: str) -> str:
        used = ReferenceUsed("national", Period.parse("2023"), Decimal(value), "%", date(2024, 3, 1))
        return seal_of(plan, application, replace(full, indicators=tuple(replace(r, reference=used) for r in full.indicators)))

    assert sealed_with("2.40") == sealed_with("2.40")
    assert sealed_with("2.40") != sealed_with("2.44")


def test_the_seal_moves_with_what_it_covers_and_with_nothing_else(plan, application, collection, demo_data, make_evidence):
    base = make_evidence(APPLY)
    seal = seal_of(plan, application, base)
    assert seal == seal_of(plan, application, replace(base, as_of=base.as_of + timedelta(days=9)))
    assert seal == seal_of(plan, application, replace(base, approvals=(approval(base, seal),)))
    ahead = tuple(replace(r, status=Status.AT_RISK, forecast=Decimal(3)) for r in base.indicators)
    assert seal == seal_of(plan, application, replace(base, indicators=ahead))
    moved = [
        replace(base, deliverables=tuple(replace(d, sha256="b" * 64) for d in base.deliverables)),
        replace(base, passed_phases=frozenset()),
        replace(base, indicators=base.indicators[1:]),
        replace(base, indicators=base.indicators[1:],  # and what then lets the gate pass
                waivers=(waiver("application", "targets", date(2024, 12, 31), base.as_of),)),
    ]
    data = demo_data | {"indicators": [demo_data["indicators"][0] | {"section": "改"}, *demo_data["indicators"][1:]]}
    seals = [seal, *(seal_of(plan, application, e) for e in moved), seal_of(Plan.model_validate(data), application, base)]
    assert len(set(seals)) == len(seals)
    one = replace(base.returns[0], warnings_explained=1)
    explained = [replace(base, returns=(given, *base.returns[1:]))
                 for given in (base.returns[0], one, replace(one, words="a" * 64), replace(one, words="b" * 64))]
    assert len({seal_of(plan, collection, e) for e in explained}) == len(explained), "other words, once accepted, are other words"


def test_an_answer_is_expected_by_the_deadline_while_that_is_to_come(plan, application):
    (consent,), deadline = application.gate.approvals, application.gate.deadline
    days = [answer_by(plan, application, consent, datetime.combine(deadline + timedelta(days=n), datetime.min.time(), ZONE))
            for n in (-30, -1, 0, 1)]
    assert days[0] == plan.workdays.workdays_after(deadline - timedelta(days=30), consent.answer_days) < deadline
    assert days[1:3] == [deadline, deadline]
    assert days[3] > deadline, "asked for when it was over already"
