
from gaoxin.gates.judging import Case, Due, OnReturns, judged, return_ids
from gaoxin.gates.model import CriterionResult
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.returns_complete import ReturnsComplete
from gaoxin.returns.model import ReturnState

_DETAIL = Code("gates.returns_complete", "截至 {day} 应报 {due} 份，已接受 {accepted} 份",
               "{accepted} of {due} returns due by {day} are accepted", due=int)
_UNVOUCHED = Code("gates.returns_unvouched", "{told}，其中 {count} 份未经认证（账号 {accounts}）",
                  "{told}; {count} of them not authenticated (accounts {accounts})", told=Message, accounts=tuple)


class Complete(OnReturns[ReturnsComplete]):
    of = ReturnsComplete

    def of_due(self, case: Case, c: ReturnsComplete, due: Due) -> CriterionResult:
        missing = [(item, seen) for item, seen in due.listed if seen is None or seen.state is not ReturnState.ACCEPTED]
        detail = _DETAIL(day=case.day, due=due.count, accepted=due.count - len(missing))
        unvouched = [seen.account or "?" for _, seen in due.listed
                     if seen and seen.authenticated is False and seen.state is ReturnState.ACCEPTED]
        if unvouched:
            detail = _UNVOUCHED(told=detail, count=len(unvouched), accounts=sorted({*unvouched}))
        shortfalls = tuple(case.lacking(item, seen) for item, seen in missing)
        return judged(c, not missing, detail, return_ids(due, ReturnState.ACCEPTED), shortfalls)
