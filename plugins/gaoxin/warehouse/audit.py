"""What an auditor leafs through: the ledger page by page, whichever way it is looked at, and how figures went.

Every question goes one way along an index, so that a page costs the same however long the ledger is.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from gaoxin.clock import LATEST, ZONE
from gaoxin.i18n import Message, message
from gaoxin.indicators.model import Status
from gaoxin.ledger.chain import Head, LedgerEvent, end_fault
from gaoxin.ledger.kinds import REPORTED, EventKind
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Came, Outcome
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository
from gaoxin.warehouse.returns import know_words

FAR = 20_000  # numbers that are looked through at once for somebody's events or a unit's: no index leads to those
_ROUNDS = 5  # of these a page
_COLUMNS = "seq, campaign, kind, at, payload, prev_hash, hash, rows, actor"
_ACCOUNT = "coalesce(actor ->> 'airflow', actor ->> 'account') = :account"
# Whose an event is: of the unit acted for; of each one that it names, alone or in the id of a return, a reminder or a deadline;
# of the owner of a rectification, of who owes a deadline, of whoever's file was refused, which it names by id and hash alone.
# What names it at all is found fast, and then looked at closely: an id may be the beginning of another.
_UNIT = ("(actor ->> 'unit' = :unit or (strpos(payload::text, :unit) > 0 and payload::text ~ :named)"
         " or (kind like 'rectification.%' and payload ->> 'id' = any(:mended))"
         " or (kind = 'deadline.step' and concat_ws(' ', payload ->> 'kind', payload ->> 'ref') = any(:due))"
         " or (kind = 'file.refused' and exists (select 1 from gaoxin.landed_files f"
         " where f.sha256 = payload ->> 'sha256' and f.name ~ :named)))")
_NAMED = r"(^|[^A-Za-z0-9_]|__){}($|[^A-Za-z0-9_]|__)"


@dataclass(frozen=True)
class Leaf:
    """events: the newest first. older: before which number the next page goes on; None where nothing is left. looked_to: down
    to which number was looked."""

    events: Sequence[LedgerEvent]
    older: int | None
    looked_to: int


@dataclass(frozen=True)
class Recorded:
    """A campaign of which something is recorded, and its last event by a time."""

    campaign: str
    seq: int
    at: datetime


@dataclass(frozen=True)
class Point:
    """What an indicator was computed to be of a period, as it was recorded last. seq: the event; plan_version: under which."""

    period: Period
    value: Decimal
    unit: str
    status: Status
    as_of: datetime
    recorded_at: datetime
    plan_version: int | None
    seq: int


@dataclass(frozen=True)
class InForce:
    """A version of the plan as it came into force. changes: against the version before, in Chinese, as they were recorded; None
    of a version from before changes were recorded. seq: its event."""

    version: int
    plan_hash: str
    registered_at: datetime
    registered_by: str | None
    reason: str | None
    changes: tuple[str, ...] | None
    seq: int


@dataclass(frozen=True)
class KeptReport:
    """A report that was kept. seq: the event that keeps it."""

    period: Period
    name: str
    sha256: str
    at: datetime
    seq: int


class AuditStore(Repository):
    """store.audit"""

    def leaf(self, campaigns: Collection[str], until: int, *, kinds: Collection[EventKind] = (), account: str | None = None,
             unit: str | None = None, since: int = 0, limit: int = 50) -> Leaf:
        """The last events of these campaigns up to a number and after another: of these kinds, by an account, of a unit; else
        all."""
        found: list[LedgerEvent] = []
        first = until
        for _ in range(_ROUNDS):
            last, first = first, since if not (account or unit) else max(since, first - FAR)
            found += self._between(campaigns, kinds, account, unit, first, last, limit + 1 - len(found))
            if len(found) > limit:
                return Leaf(found[:limit], found[limit - 1].seq, found[limit - 1].seq)
            if first <= since:
                return Leaf(found, None, since)
        return Leaf(found, first + 1, first)

    def _between(self, campaigns: Collection[str], kinds: Collection[EventKind], account: str | None, unit: str | None,
                 first: int, last: int, limit: int) -> list[LedgerEvent]:
        bound: dict[str, Any] = {"first": first, "last": last, "account": account, "limit": limit}
        if unit:
            bound |= {"unit": unit, "named": _NAMED.format(re.escape(unit)), "mended": self._mended_by(campaigns, unit),
                      "due": self._due_from(campaigns, unit)}
        parts = []
        chosen: list[EventKind | None] = [*kinds] or [None]
        for n, (campaign, kind) in enumerate(product(campaigns, chosen)):
            bound |= {f"c{n}": campaign, f"k{n}": kind and kind.value}
            parts.append(f"(select {_COLUMNS} from gaoxin.ledger_events where campaign = :c{n} and seq > :first and seq <= :last"
                         + f" and kind = :k{n}" * (kind is not None) + f" and {_ACCOUNT}" * bool(account)
                         + f" and {_UNIT}" * bool(unit) + " order by seq desc limit :limit)")
        found = self._ask(f"select * from ({' union all '.join(parts)}) found order by seq desc limit :limit", **bound)
        return [LedgerEvent(**rows.localised(row)) for row in found.mappings()]

    def _mended_by(self, campaigns: Collection[str], unit: str) -> list[str]:
        """The rectifications that a unit owns or owned."""
        found = self._ask("select distinct id from gaoxin.rectifications where campaign = any(:campaigns) and owner = :unit",
                          campaigns=list(campaigns), unit=unit)
        return [row.id for row in found]

    def _due_from(self, campaigns: Collection[str], unit: str) -> list[str]:
        """Of what a unit owes by any version of the plan `kind ref`, but of returns, whose ref names it."""
        found = self._ask("select distinct concat_ws(' ', kind, ref) as due from gaoxin.deadlines"
                          " where campaign = any(:campaigns) and unit = :unit and kind <> 'return'",
                          campaigns=list(campaigns), unit=unit)
        return [row.due for row in found]

    def events(self, numbers: Iterable[int]) -> list[LedgerEvent]:
        """Those of these numbers, in order."""
        found = self._ask(f"select {_COLUMNS} from gaoxin.ledger_events where seq = any(:numbers) order by seq",
                          numbers=list(numbers))
        return [LedgerEvent(**rows.localised(row)) for row in found.mappings()]

    def hashes(self, numbers: Iterable[int]) -> dict[int, str]:
        """Of the events of these numbers."""
        found = self._ask("select seq, hash from gaoxin.ledger_events where seq = any(:numbers)", numbers=list(numbers))
        return {row.seq: row.hash for row in found}

    def end(self) -> tuple[int, Message | None]:
        """The number of the last event that is there, whenever it was recorded, and what is wrong with it against the head that
        is kept apart."""
        head, last = (self._ask(f"select seq, hash from gaoxin.{of} order by seq desc limit 1").one_or_none()
                      for of in ("ledger_head", "ledger_events"))
        ends, told = (Head(one.seq, one.hash) if one else Head() for one in (last, head))
        wrong = end_fault(ends, told)
        return ends.seq, wrong and wrong[1]

    def kept_as(self, campaign: str, period: Period, name: str, until: datetime) -> list[str]:
        """The digests of a report of that name as it was kept by a time, the newest first."""
        return list(dict.fromkeys(one.sha256 for one in self.kept_of(campaign, period, name, until)))

    def kept_of(self, campaign: str, period: Period, name: str, until: datetime) -> list[KeptReport]:
        """A report of that name whenever it was kept by a time, the newest first."""
        found = self._ask("select payload #>> array['reports', cast(:name as text)] as sha256, at, seq from gaoxin.ledger_events"
                          " where campaign = :c and kind = any(:kinds) and payload ->> 'period' = :period and at <= :t"
                          " order by seq desc", c=campaign, period=str(period), name=name, t=until,
                          kinds=[k.value for k in REPORTED])
        return [KeptReport(period, name, row.sha256, rows.local(row.at), row.seq) for row in found if row.sha256]

    def outcomes(self, return_ids: Collection[str], as_of: datetime) -> list[Came]:
        """How each check came out in these returns, counted by form, in the order of the forms' suites."""
        know_words()
        found: dict[tuple[object, ...], Came] = {}
        for row in self._known("outcomes", return_ids=list(return_ids), as_of=as_of):
            came = Came(row["form"], row["rule"], row["level"], Severity(row["severity"]), Outcome(row["outcome"]),
                        _told(row["title"]), row["many"], int(row["failures"]), tuple(row["units"]),
                        _told(row["reason"]) if row["reason"] else None)
            alike = came.form, came.rule, came.severity, came.outcome, came.title, came.reason
            if alike in found:  # of another version of its suite
                before = found[alike]
                came = replace(came, many=before.many + came.many, failures=before.failures + came.failures,
                               units=(*before.units, *came.units))
            found[alike] = came if len(came.units) < 2 else replace(came, units=tuple(sorted({*came.units})))
        return list(found.values())

    def numbers_of(self, day: date) -> tuple[int, int]:
        """After which number the events of a day begin, and the number of the last; equal where it has none."""
        begin = datetime.combine(day, time(), ZONE)
        first, last = (self._ask("select seq from gaoxin.ledger_events where at < :t order by at desc, seq desc limit 1",
                                 t=t).scalar_one_or_none() or 0 for t in (begin, begin + timedelta(days=1)))
        return first, last

    def campaigns(self) -> list[Recorded]:
        """Those of which anything is recorded, from one name to the next along the index."""
        found = self._ask(
            "with recursive named as ((select min(campaign) as campaign from gaoxin.ledger_events where campaign > '')"
            " union all select (select min(e.campaign) from gaoxin.ledger_events e where e.campaign > n.campaign)"
            " from named n where n.campaign is not null)"
            " select n.campaign, e.seq, e.at from named n cross join lateral (select seq, at from gaoxin.ledger_events"
            " where campaign = n.campaign order by seq desc limit 1) e where n.campaign is not null order by n.campaign")
        return [Recorded(**rows.localised(row)) for row in found.mappings()]

    def accounts(self, until: int) -> list[str]:
        """Who did any of the last events up to a number."""
        found = self._ask("select distinct coalesce(actor ->> 'airflow', actor ->> 'account') as account"
                          " from gaoxin.ledger_events where seq > :first and seq <= :until and actor is not null order by 1",
                          first=until - FAR // 4, until=until)
        return [row.account for row in found]

    def trajectory(self, campaign: str, indicator: str, as_of: datetime = LATEST) -> list[Point]:
        """What was recorded by a time of each period, the earliest first."""
        found = self._ask("select distinct on (period) period, value, unit, status, as_of, recorded_at, plan_version, seq"
                          "  from gaoxin.indicator_values where campaign = :c and indicator = :i and recorded_at <= :t"
                          "   and value is not null and period is not null order by period, value_id desc",
                          c=campaign, i=indicator, t=as_of)
        return sorted((rows.made(Point, rows.localised(row)) for row in found.mappings()), key=lambda p: (p.period.end, p.seq))

    def versions(self, campaign: str, as_of: datetime) -> list[InForce]:
        """Versions of the plan that came into force by a time, the newest first."""
        found = self._ask("select version, plan_hash, registered_at, registered_by, reason, changes, seq"
                          " from gaoxin.plan_versions where campaign = :c and registered_at <= :t order by version desc",
                          c=campaign, t=as_of)
        return [rows.made(InForce, rows.localised(row)) for row in found.mappings()]

    def loaded_by(self, return_ids: Collection[str]) -> dict[str, int]:
        """The number of the event by which each of these returns was loaded."""
        found = self._ask("select return_id, seq from gaoxin.loads where return_id = any(:ids)", ids=list(return_ids))
        return {row.return_id: row.seq for row in found}


@lru_cache(maxsize=20_000)
def _told(said: str) -> Message:
    """A title or reason out of its text: those of a period's checks are those of the next."""
    return message(json.loads(said))


def kept_reports(events: Iterable[LedgerEvent]) -> list[KeptReport]:
    """The reports that were kept, in the order of their events."""
    def of(event: LedgerEvent, reports: Mapping[str, str]) -> list[KeptReport]:
        return [KeptReport(Period.parse(event.payload["period"]), name, sha256, event.at, event.seq)
                for name, sha256 in sorted(reports.items())]

    return [one for event in events if isinstance(event.payload.get("reports"), dict)
            for one in of(event, event.payload["reports"])]
