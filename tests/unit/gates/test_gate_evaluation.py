import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin.clock import end_of
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import ApprovalEvidence, GateVerdict, Mode, OpenRectification, WaiverEvidence
from gaoxin.gates.seal import seal_of
from gaoxin.i18n import Code, Text
from gaoxin.indicators.model import InputValue, MeasureValue, ReferenceUsed, Status
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from tests.unit.gates.gate_evidence import result_of

IN_WINDOW = date(2024, 6, 28)
REHEARSAL = date(2024, 6, 12)
APPLY = date(2024, 7, 30)

NO_RETURN = Code("test.no_return", "缺某局的报送", "no return of a bureau")


def by_id(result, criterion):
    return next(c for c in result.criteria if c.id == criterion)


@pytest.fixture
def collection(plan):
    return plan.phase("collection")


@pytest.fixture
def application(plan):
    return plan.phase("application")


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


def test_where_no_return_came_nothing_is_clean_or_explained(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    missing = replace(full, returns=tuple(replace(r, state=ReturnState.OVERDUE, return_id=None) for r in full.returns))
    result = evaluate_gate(plan, collection, missing)
    for criterion in ("clean", "explained"):
        held = by_id(result, criterion)
        assert held.passed is None
        assert "一份也没有收到" in held.detail.zh
        assert "none of the" in held.detail.en


def test_the_reason_of_an_unknown_indicator_is_told_in_both_languages(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    unknown = replace(result_of(plan, "hnte", full.as_of, Status.UNKNOWN), reason=NO_RETURN())
    result = evaluate_gate(plan, collection, replace(full, indicators=(unknown, *full.indicators[:2])))
    [told] = [s for s in by_id(result, "targets").shortfalls if s.ref == "hnte"]
    assert "缺某局的报送" in told.subject.zh
    assert "no return of a bureau" in told.subject.en


def test_a_target_met_on_stale_figures_does_not_count(demo_data, make_evidence):
    """The gate asks for no complete returns, so only the targets can see that the newest figures are missing."""
    gate = {"deadline": "2024-06", "criteria": [{"kind": "targets_met", "id": "targets", "indicators": ["gross_output"]}]}
    phases = [p | {"gate": gate} if p["id"] == "collection" else p for p in demo_data["phases"]]
    plan = Plan.model_validate(demo_data | {"phases": phases})
    full = make_evidence(IN_WINDOW, plan)

    def judged(period: str, state: ReturnState):
        returns = tuple(
            replace(r, state=state) if (r.form, str(r.period)) == ("industry", period) else r for r in full.returns
        )
        return by_id(evaluate_gate(plan, plan.phase("collection"), replace(full, returns=returns)), "targets")

    assert judged("2024-05", ReturnState.ACCEPTED).passed is True
    assert judged("2024-04", ReturnState.OVERDUE).passed is True  # May is in: the figures are the newest that are due
    for state in (ReturnState.OVERDUE, ReturnState.REJECTED, ReturnState.RECEIVED):
        held = judged("2024-05", state)
        assert held.passed is None
        assert "数据陈旧" in held.shortfalls[0].subject.zh
        assert "2024-05" in held.shortfalls[0].subject.en
        assert "stale" in held.shortfalls[0].subject.en


@pytest.mark.parametrize(("period", "counts"), [("2024-05", True), ("2024-04", False)])
def test_a_blank_in_an_accepted_return_does_not_let_an_older_figure_count(demo_data, make_evidence, period, counts):
    gate = {"deadline": "2024-06", "criteria": [{"kind": "targets_met", "id": "targets", "indicators": ["gross_output"]}]}
    phases = [p | {"gate": gate} if p["id"] == "collection" else p for p in demo_data["phases"]]
    plan = Plan.model_validate(demo_data | {"phases": phases})
    full = make_evidence(IN_WINDOW, plan)
    [measure] = plan.indicator("gross_output").measures
    [name] = measure.inputs
    given = InputValue(name, measure.inputs[name].variable, Decimal(70), measure.unit, Period.parse(period))
    value = MeasureValue(measure.id, Decimal(70), measure.unit, given.period, measure.formula, (given,))
    met = replace(result_of(plan, "gross_output", full.as_of), measures=(value,))
    held = by_id(evaluate_gate(plan, plan.phase("collection"), replace(full, indicators=(met,))), "targets")
    assert held.passed is (True if counts else None)
    if not counts:
        assert "未填" in held.shortfalls[0].subject.zh
        assert "left blank in 2024-05" in held.shortfalls[0].subject.en


def test_an_approval_is_sealed_to_the_reference_that_the_figures_were_held_against(plan, application, make_evidence):
    full = make_evidence(APPLY)

    def sealed_with(value: str) -> str:
        used = ReferenceUsed("national", Period.parse("2023"), Decimal(value), "%", date(2024, 3, 1))
        return seal_of(plan, application, replace(full, indicators=tuple(replace(r, reference=used) for r in full.indicators)))

    assert sealed_with("2.40") == sealed_with("2.40")
    assert sealed_with("2.40") != sealed_with("2.44")


def test_warnings_need_explanations(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    one = replace(full.returns[0], warnings=3, warnings_explained=2)
    held = by_id(evaluate_gate(plan, collection, replace(full, returns=(one, *full.returns[1:]))), "explained")
    assert held.passed is False
    assert held.shortfalls[0].owner == one.unit
    one = replace(one, warnings_explained=3)
    assert by_id(evaluate_gate(plan, collection, replace(full, returns=(one, *full.returns[1:]))), "explained").passed is True


def test_no_return_due_is_not_evaluated(demo_data, make_evidence):
    data = demo_data | {"forms": [f | {"due": {"days": 300}} for f in demo_data["forms"]]}
    plan = Plan.model_validate(data)
    result = evaluate_gate(plan, plan.phase("collection"), make_evidence(IN_WINDOW, plan))
    assert [by_id(result, c).passed for c in ("complete", "clean", "explained")] == [None, None, None]
    assert "没有应报" in by_id(result, "complete").detail.zh


# -- targets -----------------------------------------------------------------------------------------------------------


def with_statuses(plan, evidence, *statuses):
    results = tuple(result_of(plan, i.id, evidence.as_of, s) for i, s in zip(plan.indicators, statuses, strict=True))
    return replace(evidence, indicators=results)


S = Status


@pytest.mark.parametrize(
    ("statuses", "passed"),
    [
        ((S.MET, S.MET, S.MET), True),
        ((S.ON_TRACK, S.MET, S.ON_TRACK), True),
        ((S.AT_RISK, S.MET, S.MET), False),
        ((S.UNKNOWN, S.MET, S.MET), None),
        ((S.UNKNOWN, S.OFF_TRACK, S.MET), False),
    ],
)
def test_on_track_counts_only_by_the_offices_choice(plan, collection, make_evidence, statuses, passed):
    found = by_id(evaluate_gate(plan, collection, with_statuses(plan, make_evidence(IN_WINDOW), *statuses)), "targets")
    assert found.passed is passed
    assert "early_gate" in found.detail.zh
    assert "3 项的完成时间为 2024-07-31，比本关口时限 2024-06-30 晚 1 个月" in found.detail.zh
    assert "3 due 2024-07-31, 1 month later" in found.detail.en
    assert bool(found.shortfalls) is (passed is not True)


@pytest.mark.parametrize(
    ("statuses", "passed"),
    [
        ((S.MET, S.MET, S.MET), True),
        ((S.ON_TRACK, S.MET, S.MET), None),
        ((S.OFF_TRACK, S.UNKNOWN, S.MET), None),
    ],
)
def test_hold_leaves_what_is_due_later_to_a_decision(demo_data, make_evidence, statuses, passed):
    phases = [dict(p) for p in demo_data["phases"]]
    gate = {**phases[1]["gate"], "criteria": [{"kind": "targets_met", "id": "targets"}]}
    plan = Plan.model_validate(demo_data | {"phases": [phases[0], phases[1] | {"gate": gate}, phases[2]]})
    evidence = with_statuses(plan, make_evidence(IN_WINDOW, plan), *statuses)
    found = by_id(evaluate_gate(plan, plan.phase("collection"), evidence), "targets")
    assert found.passed is passed
    if passed is None:
        assert "作出决定" in found.detail.zh
        assert "decision" in found.detail.en


def test_a_gate_held_beyond_the_due_date_judges_what_lay_after_it(demo_data, make_evidence):
    phases = [dict(p) for p in demo_data["phases"]]
    gate = {**phases[1]["gate"], "criteria": [{"kind": "targets_met", "id": "targets"}]}
    plan = Plan.model_validate(demo_data | {"phases": [phases[0], phases[1] | {"gate": gate}, phases[2]]})
    evidence = with_statuses(plan, make_evidence(date(2024, 8, 2), plan), S.OFF_TRACK, S.MET, S.MET)
    assert by_id(evaluate_gate(plan, plan.phase("collection"), evidence), "targets").passed is False


def test_due_by_the_gate_only_met_counts_and_unknown_never(plan, application, make_evidence):
    base = make_evidence(APPLY)
    for status in (S.ON_TRACK, S.AT_RISK, S.OFF_TRACK):
        assert by_id(evaluate_gate(plan, application, with_statuses(plan, base, status, S.MET, S.MET)), "targets").passed is False
    found = by_id(evaluate_gate(plan, application, with_statuses(plan, base, S.UNKNOWN, S.MET, S.MET)), "targets")
    assert found.passed is None


def test_a_share_of_the_indicators_is_enough_and_rounds_up(demo_data, make_evidence):
    phases = [dict(p) for p in demo_data["phases"]]
    for share, passed in (("0.66", True), ("0.67", False)):
        gate = {**phases[2]["gate"], "criteria": [{"kind": "targets_met", "id": "targets", "share": Decimal(share)}]}
        plan = Plan.model_validate(demo_data | {"phases": [*phases[:2], phases[2] | {"gate": gate}]})
        evidence = with_statuses(plan, make_evidence(APPLY, plan), S.MET, S.MET, S.OFF_TRACK)
        assert by_id(evaluate_gate(plan, plan.phase("application"), evidence), "targets").passed is passed


# -- deliverables, rectifications, waivers -------------------------------------------------------------------------------


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


def waiver(phase, criterion, expires, at):
    return WaiverEvidence(phase, criterion, "government", "演练", expires, at)


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


# -- approvals and the seal ----------------------------------------------------------------------------------------------


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
        replace(base, waivers=(waiver("application", "targets", date(2024, 12, 31), base.as_of),)),
        replace(base, indicators=base.indicators[1:]),
    ]
    data = demo_data | {"indicators": [demo_data["indicators"][0] | {"section": "改"}, *demo_data["indicators"][1:]]}
    seals = [seal, *(seal_of(plan, application, e) for e in moved), seal_of(Plan.model_validate(data), application, base)]
    assert len(set(seals)) == len(seals)
    one = replace(base.returns[0], warnings_explained=1)
    assert seal_of(plan, collection, base) != seal_of(plan, collection, replace(base, returns=(one, *base.returns[1:])))


# -- algebra -------------------------------------------------------------------------------------------------------------

PARTS = ("returns", "indicators", "deliverables")
CHOSEN = st.sets(st.integers(0, 200), max_size=12)


def shaken(evidence, seed):
    mix = random.Random(seed)
    return replace(evidence, **{p: tuple(mix.sample(getattr(evidence, p), len(getattr(evidence, p)))) for p in PARTS})


def without(evidence, chosen):
    """Evidence with some supporting parts taken out; refusals and open rectifications are no support."""
    flat = [(p, i) for p in PARTS for i in range(len(getattr(evidence, p)))]
    gone = {flat[n % len(flat)] for n in chosen}
    return replace(evidence, **{p: tuple(x for i, x in enumerate(getattr(evidence, p)) if (p, i) not in gone) for p in PARTS})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
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
