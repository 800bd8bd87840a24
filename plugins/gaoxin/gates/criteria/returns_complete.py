from gaoxin.gates.judging import Case, Due, OnReturns, judged, return_ids
from gaoxin.gates.later import later, naming, still_open
from gaoxin.gates.model import CriterionResult
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.returns_complete import ReturnsComplete
from gaoxin.returns.model import ReturnState

_DETAIL = Code("gates.returns_complete", "截至 {day} 应报 {due} 份，已接受 {accepted} 份",
               "{accepted} of {due} returns due by {day} are accepted", due=int)
_UNVOUCHED = Code("gates.returns_unvouched", "{told}，其中 {count} 份未经认证{who}",
                  "{told}; {count} of them not authenticated{who}", told=Message, who=Message | None)
_WHO = Code("gates.returns_by", "（账号 {accounts}）", " (accounts {accounts})", accounts=tuple)


class Complete(OnReturns[ReturnsComplete]):
    of = ReturnsComplete

    def of_due(self, case: Case, c: ReturnsComplete, due: Due) -> CriterionResult:
        missing = [(item, seen) for item, seen in due.listed
                   if seen is None or seen.state is not ReturnState.ACCEPTED or seen.untrusted]
        detail = _DETAIL(day=case.day, due=due.count, accepted=due.count - len(missing))
        counted = {(c.form, c.period): c.unvouched for c in due.counted}
        listed = [seen.account or "?" for item, seen in due.listed if seen and seen.authenticated is False
                  and seen.state is ReturnState.ACCEPTED and (item.key.form, item.key.period) not in counted]
        if count := len(listed) + sum(counted.values()):
            detail = _UNVOUCHED(told=detail, count=count, who=_WHO(accounts=sorted({*listed})) if listed else None)
        newer = later(case, c.forms, early=False)
        shortfalls = tuple(case.lacking(item, seen) for item, seen in missing)
        if c.newer == "hold":
            shortfalls = (*shortfalls, *still_open(case, newer))
        return judged(c, not shortfalls, naming(case, detail, newer), return_ids(due, ReturnState.ACCEPTED), shortfalls)
