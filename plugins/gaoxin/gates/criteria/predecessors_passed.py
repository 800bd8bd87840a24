from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.i18n import Code
from gaoxin.plan.criteria.predecessors_passed import PredecessorsPassed

_DETAIL = Code("gates.predecessors_passed", "前置阶段 {count} 个，已通过 {passed} 个",
               "{passed} of {count} preceding phase(s) passed")
_WAITS = Code("gates.predecessor_open", "前置阶段“{phase}”尚未通过", "phase {phase} has not passed")


class Predecessors(Judgement[PredecessorsPassed]):
    """Those phases' own gates opened their rectifications. A phase waits for all that come before it: one of them may have been
    reopened since the next one passed."""

    of = PredecessorsPassed
    mendable = False
    waivable = False

    def judge(self, case: Case, c: PredecessorsPassed) -> CriterionResult:
        after, released = case.phase.after, case.evidence.passed_phases
        before = case.plan.before(case.phase)
        asked = after if not released.issuperset(after) or released.issuperset(before) else before
        passed, open_ = (tuple(p for p in asked if (p in released) is well) for well in (True, False))
        shortfalls = tuple(Shortfall(case.plan.governance.office, _WAITS(phase=case.plan.phase(p).name), p)
                           for p in open_)
        return judged(c, not shortfalls, _DETAIL(count=len(asked), passed=len(passed)), passed, shortfalls)
