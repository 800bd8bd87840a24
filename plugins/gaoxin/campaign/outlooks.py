"""What a rehearsal tells beside how a gate would be decided: what changed since the day before, and what is foreseen for its
deadline. Reads only."""

from datetime import datetime, time, timedelta

from gaoxin.campaign import gatekeeping
from gaoxin.campaign.gatekeeping import Gate
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.voiding import voided
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.gates.model import GateResult, Mode, Shortfall
from gaoxin.gates.outlook import Ahead, outlook
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan
from gaoxin.warehouse.engine import Store

NAMED = 10  # of what came or went, in words

_SINCE = Code("outlooks.since", "与 {day} 相比：新增 {came} 项，补齐 {gone} 项",
              "since {day}: {came} more thing(s) short, {gone} made good", came=int, gone=int)
_SAME = Code("outlooks.same", "与 {day} 相比没有变化", "nothing changed since {day}")
_FIRST = Code("outlooks.first", "此前没有预演过", "it was not rehearsed before")
_CAME = Code("outlooks.came", "    - 新增 {unit}：{subject}", "    - new, {unit}: {subject}", unit=Worded, subject=Message)
_GONE = Code("outlooks.gone", "    - 补齐 {unit}：{subject}", "    - made good, {unit}: {subject}", unit=Worded, subject=Message)
_LINE = Code("outlooks.line", "- {told}", "- {told}", told=Message)


def rehearsed(w: Workplace, phase_id: str, page: Page = ALL) -> Gate:
    """A gate as of `w.now`, and, while it is only rehearsed, what is ahead of it; with what voided consents, and the decision by
    which it has passed. Raises UsageError for an unknown phase."""
    result = gatekeeping.evaluate(w, phase_id)
    coming = ahead(w, result) if result.mode is Mode.REHEARSAL else None
    return gatekeeping.shown(result, page, coming, voided(w, result), gatekeeping.passed_by(w, phase_id, w.known))


@remembered(64)
def foretold(w: Workplace, phase_id: str) -> tuple[Message, ...]:
    """What is ahead of a gate, in lines, for a page; none once it is decided. Raises UsageError for an unknown phase."""
    result = gatekeeping.evaluate(w, phase_id)
    return tuple(told(w.plan, ahead(w, result))) if result.mode is Mode.REHEARSAL else ()


def ahead(w: Workplace, result: GateResult) -> Ahead:
    """Of an evaluation that was made at `w.now`."""
    with w.warehouse.read() as store:
        return _ahead(w, store, result)


def _ahead(w: Workplace, store: Store, result: GateResult) -> Ahead:
    phase, today = w.plan.phase(result.phase), local_day(w.now)
    yesterday = datetime.combine(today, time.min, tzinfo=ZONE) - timedelta(microseconds=1)
    before = store.decisions.last_gate(w.plan.id, phase.id, min(yesterday, w.known))
    lacked, lacks = (_short(r) for r in (before, result))
    foreseen = outlook(w.plan, phase, gatekeeping.gather(w, phase, store)) if today <= phase.gate.deadline else None
    if before is None:
        return Ahead(None, (), (), foreseen)
    return Ahead(before.decided_as_of, tuple(s for ref, s in lacks.items() if ref not in lacked),
                 tuple(s for ref, s in lacked.items() if ref not in lacks), foreseen)


def _short(result: GateResult | None) -> dict[tuple[str, str], Shortfall]:
    """By criterion and what it is about."""
    return {(c.id, s.ref): s for c in result.criteria if not c.opens for s in c.shortfalls} if result else {}


def told(plan: Plan, found: Ahead) -> list[Message]:
    """Lines that Markdown shows as a list."""
    lines: list[Message] = []
    if found.since is None:
        lines.append(_LINE(told=_FIRST()))
    elif not (found.came or found.gone):
        lines.append(_LINE(told=_SAME(day=local_day(found.since))))
    else:
        lines.append(_LINE(told=_SINCE(day=local_day(found.since), came=len(found.came), gone=len(found.gone))))
        for code, shortfalls in ((_CAME, found.came), (_GONE, found.gone)):
            lines += [code(unit=plan.unit(s.owner).name, subject=s.subject) for s in shortfalls[:NAMED]]
    return lines + [_LINE(told=one) for one in (found.foreseen.told if found.foreseen else ())]
