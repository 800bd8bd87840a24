"""Where the returns of a campaign stand: which are owed, which came, which count, how late. Reads only."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import OwedReturn
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.returns.schedule import owed, state_of
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.returns import StoredReturn


class Standing(Answer, beside="period"):
    """rows by due day, form, unit; period: the one asked for. Both shares are 0–1 over the rows that are due by the day of
    `as_of` (that day's included), None when no row is: completeness, how many of these are accepted; timeliness, how many were
    accepted in a version that came on its due day or before. plan_version: under which it stands so."""

    campaign: str
    as_of: datetime
    rows: tuple[OwedReturn, ...]
    completeness: Decimal | None
    timeliness: Decimal | None
    period: Period | None
    plan_version: int | None = None


def returns_status(w: Workplace, period: Period | None = None) -> Standing:
    """The standing of all owed returns, or of those of one period."""
    with w.warehouse.begin() as store:
        return status_in(w, store, period)


def status_in(w: Workplace, store: Store, period: Period | None = None) -> Standing:
    """As returns_status, within a transaction."""
    found = standing(w.plan, store.returns.all(w.plan.id, w.known, period=period), w.now, period)
    return replace(found, plan_version=w.plan_version)


def standing(plan: Plan, stored: list[StoredReturn], as_of: datetime, period: Period | None = None) -> Standing:
    """Pure. stored: every version received by as_of, with what was known of it then."""
    versions = versions_of(stored)
    found = [_row(item, versions.get(item.key, []), as_of) for item in owed(plan, period)]
    today = local_day(as_of)
    due = [row for row in found if row.due <= today]
    accepted = [row for row in due if row.state is ReturnState.ACCEPTED]
    timely = sum(row.late_days == 0 for row in accepted)
    return Standing(plan.id, as_of, tuple(found), _share(len(accepted), len(due)), _share(timely, len(due)), period)


def versions_of(stored: list[StoredReturn]) -> dict[ReturnKey, list[StoredReturn]]:
    """Each return's versions, the first one first."""
    versions: dict[ReturnKey, list[StoredReturn]] = defaultdict(list)
    for item in sorted(stored, key=lambda v: v.version):
        versions[item.key].append(item)
    return versions


def _row(item: Owed, ordered: list[StoredReturn], as_of: datetime) -> OwedReturn:
    accepted = [v for v in ordered if v.verdict not in (None, Verdict.REJECTED)]
    counts = (accepted or ordered)[-1] if ordered else None
    state = state_of(item, as_of, received=counts is not None, verdict=counts.verdict if counts else None)
    until = accepted[0].received_at if accepted else counts.received_at if counts and state is ReturnState.RECEIVED else as_of
    row = OwedReturn(item.key.unit, item.key.form, item.key.period, item.due, state,
                     late_days=max(0, (local_day(until) - item.due).days))
    if counts is None:
        return row
    rejected = [v.version for v in ordered if accepted and v.version > counts.version and v.verdict is Verdict.REJECTED]
    return replace(row, version=counts.version, return_id=counts.return_id, received_at=counts.received_at,
                   rejected_version=rejected[-1] if rejected else None, errors=counts.errors, warnings=counts.warnings,
                   warnings_explained=counts.warnings_explained, business_day=counts.business_day,
                   entered_because=counts.entered_because)


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
