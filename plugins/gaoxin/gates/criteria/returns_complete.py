from collections.abc import Iterator

from gaoxin.gates.judging import Case, Due, OnReturns, judged, return_ids
from gaoxin.gates.model import CriterionResult, OwedReturn, Shortfall
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.returns_complete import ReturnsComplete
from gaoxin.returns.model import Owed, ReturnKey, ReturnState

_DETAIL = Code("gates.returns_complete", "截至 {day} 应报 {due} 份，已接受 {accepted} 份",
               "{accepted} of {due} returns due by {day} are accepted", due=int)
_UNVOUCHED = Code("gates.returns_unvouched", "{told}，其中 {count} 份未经认证{who}",
                  "{told}; {count} of them not authenticated{who}", told=Message, who=Message | None)
_WHO = Code("gates.returns_by", "（账号 {accounts}）", " (accounts {accounts})", accounts=tuple)


_NEWER = Code("gates.returns_newer", "{told}；另有较新的版本不作数的 {count} 份：{which:;}{more}",
              "{told}; {count} of them have a later version that does not count: {which:;}{more}", told=Message, which=tuple,
              more=Message | None)
_MORE = Code("gates.returns_newer_more", "等", " and others")
_REJECTED = Code("gates.newer_rejected", "第 {version} 版被退回，仍用第 {used} 版",
                 "version {version} was rejected, version {used} still counts", version=int, used=int)
_WAITING = Code("gates.newer_waiting", "第 {version} 版待校核，仍用第 {used} 版",
                "version {version} is not checked yet, version {used} still counts", version=int, used=int)
_NAMED = 5


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
        newer = list(_newer(case, c))
        if newer:
            detail = _NEWER(told=detail, count=len(newer), which=[case.told(o, r, _what(r)) for o, r in newer[:_NAMED]],
                            more=_MORE() if len(newer) > _NAMED else None)
        shortfalls = tuple(case.lacking(item, seen) for item, seen in missing)
        if c.newer == "hold":
            missing, shortfalls = [*missing, *newer], (*shortfalls, *(_open(case, o, r) for o, r in newer))
        return judged(c, not missing, detail, return_ids(due, ReturnState.ACCEPTED), shortfalls)


def _newer(case: Case, c: ReturnsComplete) -> Iterator[tuple[Owed, OwedReturn]]:
    """Of the forms that are asked for and due by the day, each with its plan's key."""
    listed = (r for r in case.evidence.returns if r.has_later)
    for r in sorted((*listed, *case.evidence.newer), key=lambda r: (r.due, r.form, r.period, r.unit)):
        if r.due <= case.day and (c.forms is None or r.form in c.forms):
            yield Owed(ReturnKey(case.plan.id, r.form, r.unit, r.period), r.due), r


def _waits(r: OwedReturn) -> bool:
    """Whether the last of its later versions is not checked yet."""
    return (r.waiting_version or 0) > (r.rejected_version or 0)


def _what(r: OwedReturn) -> Message:
    later = max(r.waiting_version or 0, r.rejected_version or 0)
    return (_WAITING if _waits(r) else _REJECTED)(version=later, used=r.version or 0)


def _open(case: Case, o: Owed, r: OwedReturn) -> Shortfall:
    """What is rejected is its unit's to mend, what is not checked the office's to have checked."""
    return Shortfall(case.plan.governance.office if _waits(r) else o.key.unit, case.told(o, r, _what(r)), f"{o.key}~newer")
