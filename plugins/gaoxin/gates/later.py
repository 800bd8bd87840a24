"""Versions of accepted returns that came later and do not count: rejected, or not checked yet. The accepted figures stand
meanwhile; a criterion that rests on them names the later ones, and holds by the plan's choice. Pure."""

from collections.abc import Collection, Sequence

from gaoxin.gates.judging import Case
from gaoxin.gates.model import OwedReturn, Shortfall
from gaoxin.i18n import Code, Message
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.plan.model import Indicator
from gaoxin.returns.model import Owed, ReturnKey

Later = Sequence[tuple[Owed, OwedReturn]]

_NEWER = Code("gates.returns_newer", "{told}；另有较新的版本不作数的 {count} 份：{which:;}{more}",
              "{told}; {count} return(s) have a later version that does not count: {which:;}{more}", told=Message, which=tuple,
              more=Message | None)
_MORE = Code("gates.returns_newer_more", "等", " and others")
_REJECTED = Code("gates.newer_rejected", "第 {version} 版被退回，仍用第 {used} 版",
                 "version {version} was rejected, version {used} still counts", version=int, used=int)
_WAITING = Code("gates.newer_waiting", "第 {version} 版待校核，仍用第 {used} 版",
                "version {version} is not checked yet, version {used} still counts", version=int, used=int)
_NAMED = 5


def later(case: Case, forms: Collection[str] | None, *, early: bool = True) -> Later:
    """Of these forms, all where None, each with its plan's key, by due day. early: also of what is in before its day, since its
    figures count."""
    listed = (r for r in case.evidence.returns if r.has_later)
    return [(Owed(ReturnKey(case.plan.id, r.form, r.unit, r.period), r.due), r)
            for r in sorted((*listed, *case.evidence.newer), key=lambda r: (r.due, r.form, r.period, r.unit))
            if (early or r.due <= case.day) and (forms is None or r.form in forms)]


def later_behind(case: Case, indicators: Collection[Indicator]) -> Later:
    """Of the forms that indicators are computed from."""
    behind = {v for i in indicators for v in variables_behind(case.plan, i)}
    return later(case, [f.id for f in case.plan.forms if not behind.isdisjoint(v.id for v in f.measured)])


def naming(case: Case, detail: Message, found: Later) -> Message:
    """What a criterion says, with the later versions beside it."""
    return _NEWER(told=detail, count=len(found), which=[case.told(o, r, _what(r)) for o, r in found[:_NAMED]],
                  more=_MORE() if len(found) > _NAMED else None) if found else detail


def still_open(case: Case, found: Later) -> list[Shortfall]:
    """What is rejected is its unit's to mend, what is not checked the office's to have checked."""
    return [Shortfall(case.plan.governance.office if _waits(r) else o.key.unit, case.told(o, r, _what(r)), f"{o.key}~newer")
            for o, r in found]


def _waits(r: OwedReturn) -> bool:
    """Whether the last of its later versions is not checked yet."""
    return (r.waiting_version or 0) > (r.rejected_version or 0)


def _what(r: OwedReturn) -> Message:
    version = max(r.waiting_version or 0, r.rejected_version or 0)
    return (_WAITING if _waits(r) else _REJECTED)(version=version, used=r.version or 0)
