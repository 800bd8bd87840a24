from collections.abc import Mapping
from datetime import date
from typing import Any

from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, OpenRectification, Shortfall
from gaoxin.i18n import Code, Worded
from gaoxin.plan.criteria.rectifications_closed import RectificationsClosed

_DETAIL = Code("gates.rectifications_closed", "未销号整改 {count} 项（本关口提出的另随其条件判定，不计在内）",
               "{count} rectification(s) open (those of this gate go with its own criteria and do not count)")
_OPEN = Code("gates.rectification_open", "整改未销号：{subject}（期限 {due}）", "rectification {id} is open (due {due})",
             subject=Worded, id=str, due=date)
_UNKNOWN = Code("gates.rectifications_unknown", "整改情况未查明，无法评估", "what is to be made good is not known: not evaluated")
_LATE = Code("gates.rectification_late", "整改未销号：{subject}（期限 {due}，已逾期）",
             "rectification {id} is open (due {due}, overdue)", subject=Worded, id=str, due=date)


class Closed(Judgement[RectificationsClosed]):
    """Open rectifications of other gates and of the experts. Those that this gate opened for one of its own criteria are
    left out: the criterion itself is judged in the same run, and waiting for both would be waiting for itself."""

    of = RectificationsClosed
    mendable = False

    def judge(self, case: Case, c: RectificationsClosed) -> CriterionResult:
        if case.evidence.rectifications is None:
            return judged(c, None, _UNKNOWN())
        open_ = of_others(case, c)
        shortfalls = tuple(Shortfall(r.owner, (_LATE if r.due < case.today else _OPEN)(subject=r.subject, id=r.id, due=r.due),
                                     r.id) for r in open_)
        return judged(c, not open_, _DETAIL(count=len(open_)), (), shortfalls)

    def sealed(self, case: Case, c: RectificationsClosed) -> Mapping[str, list[Any]]:
        return {"rectifications": [r.id for r in of_others(case, c)]}


def of_others(case: Case, c: RectificationsClosed) -> list[OpenRectification]:
    """The open ones that a gate waits for, by id."""
    own = {x.id for x in case.phase.gate.criteria}
    found = (r for r in case.evidence.rectifications or () if c.covers(r.origin, r.phase)
             and not (r.origin == "gate" and r.phase == case.phase.id and r.criterion in own))
    return sorted(found, key=lambda r: r.id)
