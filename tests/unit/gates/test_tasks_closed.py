"""The criterion tasks_closed: over made-up evidence it passes just when each task is closed with all that it owes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import DeliverableEvidence, Evidence, GateVerdict
from gaoxin.gates.seal import seal_of
from gaoxin.plan.model import Plan
from gaoxin.tasks.model import Move, TaskHistory, TaskMove, TaskReport
from tests.plan_texts import demo
from tests.unit.tasks.test_task_standing import OURS, PIECES, TASK, UNITS

AS_OF = datetime(2024, 2, 28, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
OWNERS = {"report": "committee", "note@science": "science", "note@finance": "finance", "note@tax": "tax"}
LAUNCH = "launch"


@pytest.fixture(scope="module")
def plan() -> Plan:
    text = demo((TASK, OURS), UNITS, ("        - {kind: deliverables_present, id: work_done}",
                                      "        - {kind: tasks_closed, id: closed}\n"
                                      "        - {kind: deliverables_present, id: present}"))
    return Plan.made_of(yaml.safe_load(text))


def at(minute: int) -> datetime:
    return AS_OF.replace(hour=9, minute=minute)


def evidence(pieces=PIECES, reached=True, moves=(Move.CLOSED,), when=0, confirmed=None) -> Evidence:
    """confirmed: with what each closing confirms what came before a reopening."""
    files = tuple(DeliverableEvidence("survey", p, p.encode().hex().ljust(64, "0")[:64], at(0), "committee")
                  for p in sorted(pieces))
    told = (TaskReport("survey", AS_OF.date(), "committee", at(1), milestone="half", reached=reached),)
    made = tuple(TaskMove("survey", m, "supervision", "已核实", at(10 + n + when),
                          confirmed if m is Move.CLOSED else None) for n, m in enumerate(moves))
    return Evidence(AS_OF, deliverables=files, tasks={"survey": TaskHistory(told, made)})


@given(st.sets(st.sampled_from(PIECES)), st.booleans(), st.lists(st.sampled_from(Move), max_size=5),
       st.sampled_from([None, "有效"]))
def test_it_passes_just_when_all_is_in_and_closed(plan, handed_in, reached, moves, confirmed):
    found, present = evaluate_gate(plan, plan.phase(LAUNCH), evidence(handed_in, reached, moves, 0, confirmed)).criteria
    reopened = max((n for n, m in enumerate(moves) if m is Move.REOPENED), default=-1)
    stale = reopened >= 0 and not (confirmed and Move.CLOSED in moves[reopened:])
    pieces = set() if stale else handed_in
    assert present.passed is (pieces == {*PIECES})
    assert {s.ref for s in present.shortfalls} == {f"survey.{p}" for p in {*PIECES} - pieces}
    decided = [m for m in moves if m in (Move.CLOSED, Move.REOPENED)]
    closed = bool(decided) and decided[-1] is Move.CLOSED
    assert found.passed is (closed and reached and pieces == {*PIECES})
    assert bool(found.shortfalls) is not found.passed
    aside = [m for m in moves if m in (Move.SET_ASIDE, Move.RESUMED)]
    if closed and found.shortfalls:
        assert {s.owner for s in found.shortfalls} == {"supervision"}, "closed, and more is asked for: it is to be reopened"
    elif found.shortfalls and not (aside and aside[-1] is Move.SET_ASIDE and not closed):
        owed = {(s.owner, s.ref) for s in found.shortfalls}
        missing = {(OWNERS[p], f"survey.{p}") for p in {*PIECES} - pieces}
        assert owed == (missing | ({("committee", "survey~milestone.half")} if not reached else set())
                        or {("supervision", "survey")}), "who owes what; when all is in, who is to close it"


def test_without_evidence_it_holds_and_what_comes_later_is_not_seen(plan):
    assert evaluate_gate(plan, plan.phase(LAUNCH), Evidence(AS_OF)).verdict is GateVerdict.HOLD
    assert evaluate_gate(plan, plan.phase(LAUNCH), evidence()).verdict is GateVerdict.PASS
    assert evaluate_gate(plan, plan.phase(LAUNCH), evidence(when=48)).verdict is GateVerdict.PASS
    late = Evidence(at(5), deliverables=evidence().deliverables, tasks=evidence().tasks)
    assert evaluate_gate(plan, plan.phase(LAUNCH), late).verdict is GateVerdict.HOLD, "closed after that"


def test_files_and_closing_enter_the_seal_and_progress_does_not(plan):
    phase = plan.phase(LAUNCH)
    whole = seal_of(plan, phase, evidence())
    assert seal_of(plan, phase, evidence(pieces=PIECES[:3])) != whole
    assert seal_of(plan, phase, evidence(when=1)) != whole, "closed anew"
    told = evidence()
    more = TaskReport("survey", AS_OF.date(), "committee", at(2), words="又有进展")
    known = TaskHistory((*told.tasks["survey"].reports, more), told.tasks["survey"].moves)
    assert seal_of(plan, phase, Evidence(AS_OF, deliverables=told.deliverables, tasks={"survey": known})) == whole
