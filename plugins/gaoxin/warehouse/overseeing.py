"""A campaign as a whole: so many returns, values, reminders and events come as sums, or as the few that are to be named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gaoxin.gates.model import CriterionResult, GateVerdict, Mode
from gaoxin.i18n import Message
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import ReminderLevel, ReminderState
from gaoxin.returns.model import Verdict
from gaoxin.returns.schedule import Round
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


@dataclass(frozen=True)
class UnitMonth:
    """Of one unit and the periods that end in one month (2020-06). owed: all; due: may be handed in; soon: of these what is due
    within the next days; overdue: past its day. What came and is not accepted is among due and overdue. return_id: one of those
    that are accepted."""

    unit: str
    month: str
    owed: int
    accepted: int
    due: int
    soon: int
    overdue: int
    return_id: str | None


@dataclass(frozen=True)
class Unsettled:
    """A return that came and of which no version is accepted: its newest. verdict: None while it is not judged."""

    form: str
    period: Period
    unit: str
    return_id: str
    version: int
    received_at: datetime
    verdict: Verdict | None


@dataclass(frozen=True)
class Missing:
    form: str
    period: Period
    unit: str
    due: date


@dataclass(frozen=True)
class KeptGate:
    """An evaluation as it was kept, its criteria without their evidence but that of approvals."""

    phase: str
    verdict: GateVerdict
    mode: Mode
    decided_as_of: datetime
    days_late: int
    seal: str
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class Marked:
    """A reminder and what became of it last. at: when."""

    key: str
    channel: str
    audience: str
    level: ReminderLevel
    subject: Message
    state: ReminderState
    at: datetime
    detail: Message | None


class OverseeingStore(Repository):
    """store.overseeing"""

    def map(self, plan: Plan, of: Sequence[Round], as_of: datetime, today: date, soon: date) -> list[UnitMonth]:
        """How the returns owed in these rounds stand."""
        found = self._run("map_of_returns", campaign=plan.id, as_of=as_of, today=today, soon=soon, **_asked(of))
        accepted = {(row.unit, row.month): (row.accepted, row.due, row.soon, row.overdue, row.return_id) for row in found}
        made = []
        for (unit, month), (whole, due, near, overdue) in _owed(of, today, soon).items():
            n = accepted.get((unit, month), (0, 0, 0, 0, None))
            made.append(UnitMonth(unit, month, whole, n[0], due - n[1], near - n[2], overdue - n[3], n[4]))
        return made

    def unsettled(self, plan: Plan, since: date, until: date, as_of: datetime) -> list[Unsettled]:
        """Of periods that end between two days."""
        found = self._known("map_of_unsettled", campaign=plan.id, as_of=as_of, since=since, until=until)
        return [rows.made(Unsettled, row) for row in found]

    def missing(self, plan: Plan, of: Sequence[Round], as_of: datetime, many: int) -> list[Missing]:
        """Returns owed in these rounds that are not accepted, by due day, of each unit so many."""
        asked = {name: value for name, value in _asked(of).items() if name not in ("ends", "months")}
        found = self._known("missing_returns", campaign=plan.id, as_of=as_of, many=many, **asked)
        return [rows.made(Missing, row) for row in found]

    def last_gates(self, campaign: str, phases: Collection[str], as_of: datetime) -> dict[str, KeptGate]:
        from gaoxin.planning.authoring import diff  # noqa: F401  its codes are read back here

        found = self._known("last_gates", campaign=campaign, phases=list(phases), as_of=as_of)
        return {row["phase"]: rows.made(KeptGate, row) for row in found}

    def gates_of(self, events: Collection[int]) -> dict[int, KeptGate]:
        """The evaluations that were kept with these events, by their numbers."""
        found = self._known("gates_of_events", events=list(events)) if events else []
        return {row.pop("seq"): rows.made(KeptGate, row) for row in found}

    def values(self, campaign: str, indicators: Collection[str], since: datetime, as_of: datetime
               ) -> dict[str, list[tuple[Period, Decimal, str]]]:
        """By indicator: period, value and unit of measure, the earliest period first."""
        found: dict[str, list[tuple[Period, Decimal, str]]] = {}
        for r in self._run("values_by_period", campaign=campaign, indicators=list(indicators), since=since, as_of=as_of):
            found.setdefault(r.indicator, []).append((Period.parse(r.period), r.value, r.unit))
        return {indicator: sorted(values) for indicator, values in found.items()}

    def reminders(self, campaign: str, since: datetime, as_of: datetime) -> list[Marked]:
        """Marked after one time, by another."""
        found = self._known("reminders_since", campaign=campaign, since=since, as_of=as_of)
        return [rows.made(Marked, row) for row in found]

    def happened(self, campaign: str, since: datetime, as_of: datetime) -> dict[tuple[str, str], int]:
        """How many events of each kind were recorded from one time on, by another; of checks by verdict."""
        found = self._ask("select kind, coalesce(payload ->> 'verdict', '') as verdict, count(*) as many"
                          " from gaoxin.ledger_events where campaign = :c and at >= :since and at <= :t group by 1, 2",
                          c=campaign, since=since, t=as_of)
        return {(row.kind, row.verdict): row.many for row in found}

    def told(self, campaign: str, kinds: Iterable[EventKind], since: datetime, as_of: datetime, many: int) -> list[LedgerEvent]:
        """The last events of these kinds between two times, the newest first, so many; of checks those that sent something
        back."""
        found = self._ask("select seq, campaign, kind, at, payload, prev_hash, hash, rows, actor from gaoxin.ledger_events"
                          " where campaign = :c and at >= :since and at <= :t and kind = any(:kinds)"
                          " and (kind <> 'return.checked' or payload ->> 'verdict' = 'rejected')"
                          " order by seq desc limit :many", c=campaign, since=since, t=as_of, kinds=[k.value for k in kinds],
                          many=many)
        return [LedgerEvent(**rows.localised(row)) for row in found.mappings()]

    def newest(self, campaign: str, kind: EventKind, as_of: datetime) -> LedgerEvent | None:
        """The campaign's last event of a kind, by a time."""
        found = self._ask("select seq, campaign, kind, at, payload, prev_hash, hash, rows, actor from gaoxin.ledger_events"
                          " where campaign = :c and kind = :kind and at <= :t order by seq desc limit 1", c=campaign,
                          kind=kind.value, t=as_of).mappings().one_or_none()
        return LedgerEvent(**rows.localised(found)) if found else None

    def last_before(self, campaign: str, before: datetime) -> datetime | None:
        """When something of the campaign was recorded last before a time."""
        found = self._ask("select at from gaoxin.ledger_events where at < :before and campaign = :c order by at desc, seq desc"
                          " limit 1", c=campaign, before=before).scalar_one_or_none()
        return rows.local(found) if found else None


def _owed(of: Sequence[Round], today: date, soon: date) -> dict[tuple[str, str], tuple[int, ...]]:
    """By unit and month: how many returns are owed, and of how many, where nothing is accepted, the day is to come, comes soon,
    is past."""
    alike: dict[tuple[tuple[str, ...], str], list[tuple[int, ...]]] = defaultdict(list)  # few forms have units of their own
    for r in of:
        over = r.opens <= today
        counts = 1, over and r.due >= today, over and today <= r.due <= soon, r.due < today
        alike[r.units, f"{r.period.end:%Y-%m}"].append(counts)
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for (units, month), counted in alike.items():
        here = tuple(map(sum, zip(*counted, strict=True)))
        for unit in units:
            known = found.get((unit, month))
            found[unit, month] = tuple(map(sum, zip(known, here, strict=True))) if known else here
    return found


def _asked(of: Sequence[Round]) -> dict[str, Any]:
    """Rounds, and which unit owes each form: what the database puts together itself would be long to send. apart: the units of a
    form and period that owe by another day than its first, with that day, or none where their round is not asked for."""
    by_key: dict[tuple[str, Period], list[Round]] = defaultdict(list)
    for r in of:
        by_key[r.form, r.period].append(r)
    forms: dict[str, dict[str, None]] = defaultdict(dict)
    for (form, _), parts in by_key.items():
        forms[form].update(dict.fromkeys(unit for r in parts for unit in r.units))
    apart: list[tuple[str, Period, str, date | None]] = []
    for (form, period), parts in by_key.items():
        if len(parts[0].units) < len(forms[form]):
            days = {unit: r.due for r in parts for unit in r.units}
            apart += [(form, period, unit, days.get(unit)) for unit in forms[form] if days.get(unit) != parts[0].due]
    first, pairs = [parts[0] for parts in by_key.values()], [(form, unit) for form, units in forms.items() for unit in units]
    return {"forms": [r.form for r in first], "periods": [str(r.period) for r in first], "dues": [r.due for r in first],
            "ends": [r.period.end for r in first], "months": [f"{r.period.end:%Y-%m}" for r in first],
            "of_forms": [form for form, _ in pairs], "units": [unit for _, unit in pairs],
            "apart_forms": [one[0] for one in apart], "apart_periods": [str(one[1]) for one in apart],
            "apart_units": [one[2] for one in apart], "apart_dues": [one[3] for one in apart]}
