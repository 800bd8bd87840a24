"""Consents that were refused, as news for the office: by whom and why, told at once. Reads only."""

from collections.abc import Iterator
from datetime import date

from gaoxin.campaign.results import TOLD_FOR
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Code, Worded
from gaoxin.reminders.model import News, Section
from gaoxin.warehouse.engine import Store

_REFUSED = Code("refusals.refused", "{unit}于 {day} 不同意“{phase}”关口，理由：{reason}",
                "{unit} refused the gate {phase} on {day}: {reason}", unit=Worded, phase=Worded, day=date, reason=str)


def told(w: Workplace, store: Store, since: date | None) -> Iterator[News]:
    """What a unit said last of a gate that has not passed. since: the first day of the campaign here; nothing before it, and
    nothing of long ago, is news."""
    first = max((d for d in (since, local_day(w.now) - TOLD_FOR) if d), default=date.min)
    words = {(a.phase, a.by): a for a in store.decisions.approvals(w.plan.id, w.known)}
    if all(a.decision == "approve" for a in words.values()):
        return
    passed, names = store.decisions.passed(w.plan.id, w.known), {u.id: u.name for u in w.plan.units}
    for phase in w.plan.phases:
        for (of, by), said in words.items():
            day = local_day(said.recorded_at)
            if of == phase.id and of not in passed and said.decision != "approve" and by in names and day >= first:
                yield News("gate", f"refusal~{of}~{by}~{said.seq}", "refused", w.plan.governance.office, Section.REFUSED,
                           _REFUSED(unit=names[by], day=day, phase=phase.name, reason=said.reason or "—"), day, urgent=True)
