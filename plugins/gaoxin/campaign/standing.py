"""Where the returns of a campaign stand: which are owed, which came, which count, how late. Reads only."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.extensions.model import Came, Days, Kind
from gaoxin.gates.model import OwedReturn
from gaoxin.periods import Period
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.returns.schedule import Round, granted, judged, limit_of, owed_in, state_of
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.standing import Rounds
from gaoxin.warehouse.stored import StoredReturn

Versions = dict[ReturnKey, list[StoredReturn]]


def stands(v: StoredReturn) -> str:
    """What a version stands as, in one word: its verdict, `received` before it has one, and `accepted_explained` once an
    explanation of each warning was accepted."""
    explained = v.verdict is Verdict.ACCEPTED_WITH_WARNINGS and v.warnings_explained >= v.warnings
    return "accepted_explained" if explained else v.verdict or "received"


class Standing(Answer, beside="period"):
    """rows by due day, form, unit; period: the one asked for. Both shares are 0–1 over the rows that are due by the day of
    `as_of` (that day's included), None when no row is: completeness, how many of these are accepted; timeliness, how many were
    accepted in a version that came on its due day or before. total: how many rows there are; next: after how many of them the
    next page goes on, None where none are left. plan_version: under which it stands so."""

    campaign: str
    as_of: datetime
    rows: Sequence[OwedReturn]
    completeness: Decimal | None
    timeliness: Decimal | None
    period: Period | None
    total: int
    next: int | None
    plan_version: int | None = None


def returns_status(w: Workplace, period: Period | None = None, page: Page = ALL) -> Standing:
    """The standing of all owed returns, or of those of one period."""
    with w.warehouse.read() as store:
        return status_in(w, store, period, page)


def status_in(w: Workplace, store: Store, period: Period | None = None, page: Page = ALL) -> Standing:
    """As returns_status, within a transaction."""
    return standing_of(Overview(w, store, period), page)


def standing_of(seen: "Overview", page: Page = ALL) -> Standing:
    w, period, today = seen.w, seen.period, local_day(seen.w.now)
    rows, total = seen.page(page), sum(len(r.units) for r in seen.rounds)
    if len(rows) == total:  # all of them are at hand
        due = [row for row in rows if row.due <= today]
        accepted = [row for row in due if row.state is ReturnState.ACCEPTED]
        owed, counts = len(due), (len(accepted), sum(row.late_days == 0 for row in accepted))
    else:
        rounds_due = [r for r in seen.rounds if r.due <= today]
        owed, counts = sum(len(r.units) for r in rounds_due), seen.accepted_in(rounds_due)
    return Standing(w.plan.id, w.now, rows, _share(counts[0], owed), _share(counts[1], owed), period, total, page.next(total),
                    w.plan_version)


@dataclass
class Overview:
    """How the owed returns of a campaign stand as of `w.known`, within a transaction: counted by round in one question, and row
    by row for the rounds that are asked for. period: only those of one."""

    w: Workplace
    store: Store
    period: Period | None = None
    _came: dict[tuple[tuple[str, Period], ...], Versions] = field(default_factory=dict)  # by what was asked, once

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """By the days that stand: where some were granted another, a form and period has several."""
        return self.w.rounds(self.period)

    @cached_property
    def counts(self) -> Rounds:
        return self.store.standing.counts(self.w.plan, self.w.known, local_day(self.w.now))

    @property
    def incomplete(self) -> list[Round]:
        """Those of which not all units' returns are accepted."""
        return [r for r in self.rounds if (c := self.counts.get((r.form, r.period))) is None or c.accepted < self.owing[r.form]]

    @cached_property
    def owing(self) -> dict[str, int]:
        """How many units owe each form."""
        return {form.id: len(form.units) for form in self.w.plan.forms}

    def accepted_in(self, of: Sequence[Round]) -> tuple[int, int]:
        """How many of these rounds' returns are accepted, and how many came, in a version that is accepted, in time. Counted by
        the database; those that were put off, which are few, by the days that stood when they came."""
        apart, limits = {*granted(self.w.plan, self.w.days)}, judged(of, self.w.days)
        first: dict[tuple[str, Period], date] = {}
        for r in limits:  # the database takes one day a form and period
            if first.setdefault((r.form, r.period), r.due) != r.due:
                apart |= {ReturnKey(self.w.plan.id, r.form, u, r.period) for u in r.units}
        counted = self.store.standing.accepted_in(self.w.plan, limits, apart, self.w.known)
        theirs = [replace(r, units=units) for r in of if apart and (units := tuple(
            u for u in r.units if ReturnKey(self.w.plan.id, r.form, u, r.period) in apart))]
        good = [row for row in self.rows(theirs) if row.state is ReturnState.ACCEPTED]
        return counted[0] + len(good), counted[1] + sum(row.late_days == 0 for row in good)

    def versions(self, of: Iterable[Round]) -> Versions:
        """What came of these rounds' returns, the first version of each first."""
        asked = tuple((r.form, r.period) for r in of)
        if asked not in self._came:
            self._came[asked] = versions_of(self.store.standing.versions(self.w.plan.id, asked, self.w.known))
        return self._came[asked]

    def rows(self, of: Sequence[Round], whole: Callable[[Round], bool] = lambda _: True) -> list[OwedReturn]:
        """The returns owed in these rounds, which come in the order of `rounds`. whole: rounds of which every return is wanted;
        of others what came."""
        known = self.versions(of)
        every = {(r.form, r.period, r.due) for r in of if whole(r)}
        came = {(key.form, key.period) for key in known}
        asked = (r for r in of if (r.form, r.period) in came or (r.form, r.period, r.due) in every)
        found = ((item, row_of(item, known.get(item.key, []), self.w.now, self.w.days)) for item in owed_in(self.w.plan, asked))
        return [row for item, row in found if row.version is not None or (row.form, row.period, item.due) in every]

    def page(self, page: Page) -> Sequence[OwedReturn]:
        """Some of all rows, in their order."""
        first, before, chosen = 0, 0, list[Round]()
        for _, together in groupby(self.rounds, key=lambda r: (r.due, r.form)):
            group = list(together)
            size = sum(len(r.units) for r in group)
            if before < page.after + page.limit and before + size > page.after:
                first = first if chosen else before
                chosen += group
            before += size
        return self.rows(chosen)[page.after - first:page.after - first + page.limit]


def versions_of(stored: list[StoredReturn]) -> Versions:
    """Each return's versions, the first one first."""
    versions: dict[ReturnKey, list[StoredReturn]] = defaultdict(list)
    for item in sorted(stored, key=lambda v: v.version):
        versions[item.key].append(item)
    return versions


def row_of(item: Owed, ordered: list[StoredReturn], as_of: datetime, days: Days) -> OwedReturn:
    """How one owed return stands. ordered: its versions, the first one first. A version whose figures are in force can have been
    sent back: none before it counts in its place. days: what was granted as far as it is known; whether what came is late is
    told by its limit: of what has not come too, where a version of the plan moved the day after it had passed."""
    in_force = max((v.version for v in ordered if v.loaded_at), default=0)
    good = [v for v in ordered if v.verdict not in (None, Verdict.REJECTED)]
    accepted = good if good and good[-1].version >= in_force else []
    counts = (accepted or ordered)[-1] if ordered else None
    stands = replace(item, due=days.day(Kind.RETURN, str(item.key), item.due))
    state = state_of(stands, as_of, received=counts is not None, verdict=counts.verdict if counts else None)
    # What was accepted when it came was in time by then, though a person had it corrected since.
    first = next((v for v in ordered if v in good or v.loaded_at), None) if accepted else None
    came = first or (counts if counts and state is ReturnState.RECEIVED else None)
    limit = limit_of(item.key, item.due, days, came.came if came else Came(as_of, sys.maxsize))
    row = OwedReturn(item.key.unit, item.key.form, item.key.period, stands.due, state,
                     late_days=max(0, (local_day(came.came_at if came else as_of) - limit).days),
                     **_put_off(item, days, came))
    if counts is None:
        return row
    expired = sum(until < local_day(as_of) for until in counts.holds_until)
    later = [v for v in ordered if accepted and v.version > counts.version]
    rejected = [v.version for v in later if v.verdict is Verdict.REJECTED]
    return replace(row, version=counts.version, return_id=counts.return_id, received_at=counts.received_at,
                   rejected_version=rejected[-1] if rejected else None,
                   waiting_version=next((v.version for v in reversed(later) if v.verdict is None), None),
                   errors=counts.errors, warnings=counts.warnings,
                   warnings_explained=counts.warnings_explained - expired, warnings_waiting=counts.warnings_waiting,
                   warnings_sent_back=counts.warnings_sent_back, warnings_expired=expired, words=counts.words,
                   untrusted=counts.untrusted, business_day=counts.business_day,
                   entered_because=counts.entered_because, account=counts.account, authenticated=counts.authenticated)


def _put_off(item: Owed, days: Days, came: StoredReturn | None) -> dict[str, Any]:
    """By which request another day stands than the form's own, from which day, and by how many days it was late before that."""
    grants = days.of(Kind.RETURN, str(item.key))
    if not grants:
        return {}
    before = [g for g in grants if came is None or g.stood(came.came)]
    return {"due_before": grants[0].due, "extension": grants[-1].number, "late_before": max((g.late for g in before), default=0)}


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
