"""Who used which figures, and the corrections of figures that were used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Literal

from gaoxin.indicators.used import Use
from gaoxin.ledger.actor import By
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository

Kind = Literal["indicator", "verdict", "gate", "approval", "report", "dossier", "bulletin"]
Outcome = Literal["reopen", "erratum", "unaffected"]


@dataclass(frozen=True)
class Usage:
    """What was recorded and rests on figures. id: among those of its kind: an indicator, indicator@due, a phase, phase/unit, a
    file, period/indicator of a bulletin. period: of an indicator's value. value: what it said. at: when it was recorded."""

    usage_id: int
    kind: Kind
    id: str
    period: Period | None
    value: str
    at: datetime

    @property
    def name(self) -> str:
        """By what it is meant among what a correction touches."""
        return f"{self.kind}:{self.id}" + (f"@{self.period}" if self.kind == "indicator" and self.period else "")


@dataclass(frozen=True)
class Touched(Usage, By):
    """A usage of figures that were corrected. outcome and what follows: what a role decided of it; None while it is open.
    new_value: what it said then by the corrected figures."""

    outcome: Outcome | None = None
    by: str | None = None
    reason: str | None = None
    decided_at: datetime | None = None
    new_value: str | None = None


@dataclass(frozen=True)
class LastReport:
    """Of a period. known_seq: the number of the ledger up to which it knew."""

    known_seq: int
    recorded_at: datetime


@dataclass(frozen=True)
class Correction:
    """A later version of a return whose figures were in force. unit: whose. replaces: the return that was. late: after its due
    day. reason: the unit's; None where none was asked for. variables: whose figures differ."""

    return_id: str
    unit: str
    version: int
    replaces: str
    late: bool
    reason: str | None
    variables: tuple[str, ...]
    recorded_at: datetime


class UseStore(Repository):
    """store.uses"""

    def record(self, campaign: str, kind: Kind, id: str, value: str, uses: Iterable[Use], known_seq: int, at: datetime,
               period: Period | None = None) -> None:
        """Keeps what a usage rests on, after its event was noted. known_seq: the number of the ledger up to which it knew."""
        row = {"campaign": campaign, "kind": kind, "id": id, "period": period, "value": value, "known_seq": known_seq,
               "seq": self._ledger.last_number(), "recorded_at": at}
        self._put("usages", row)
        usage_id = self._ask("select max(usage_id) from gaoxin.usages where campaign = :campaign and kind = :kind and id = :id",
                             campaign=campaign, kind=kind, id=id).scalar_one()
        self._ledger.touched("usage_slices")
        for use in uses:
            units = None if use.units is None else sorted(use.units)
            periods = None if use.periods is None else [str(p) for p in sorted(use.periods)]
            self._ask("insert into gaoxin.usage_slices (usage_id, form, variable, periods, units, seq)"
                      " values (:usage_id, :form, :variable, :periods, :units, :seq)", seq=row["seq"], usage_id=usage_id,
                      form=use.form,
                      variable=use.variable, periods=periods, units=units)

    def of_return(self, return_id: str, as_of: datetime, variables: Iterable[str] | None = None) -> list[Usage]:
        """What used a return while it was in force, recorded by as_of, in the order of recording; of variables: only what used
        one of them or the return as a whole. Of decisions each; of a figure or report that goes on saying the same its first."""
        found = self._known("usages_of_return", return_id=return_id, as_of=as_of,
                            variables=None if variables is None else list(variables))
        return [rows.made(Usage, row) for row in found]

    def last_reports(self, campaign: str, as_of: datetime) -> dict[Period, LastReport]:
        """By period the last report that was kept by as_of."""
        found = self._known("last_reports", campaign=campaign, as_of=as_of)
        return {Period.parse(row.pop("period")): rows.made(LastReport, row) for row in found}

    def first_told(self, campaign: str, since: Mapping[Period, int], rests_on: Iterable[tuple[Period, Period]], as_of: datetime
                   ) -> dict[Period, datetime]:
        """When something was first recorded of returns on which a period rests, after a number of the ledger and by as_of; of
        periods of which nothing was, none. since: by period that number. rests_on: a period and one whose returns it rests on."""
        pairs = list(rests_on)
        if not pairs:
            return {}
        found = self._known("first_told", campaign=campaign, as_of=as_of, periods=[str(period) for period, _ in pairs],
                            sources=[str(of) for _, of in pairs], known=[since[period] for period, _ in pairs],
                            least=min(since.values()), nothing_new=EventKind.RETURN_CAME_AGAIN.value)
        return {Period.parse(row["period"]): row["at"] for row in found}

    def corrections(self, campaign: str, as_of: datetime, return_id: str | None = None) -> list[Correction]:
        """Those recorded by as_of, the oldest first; return_id: that which a return is."""
        found = self._ask("select c.return_id, r.unit, r.version, c.replaces, c.late, c.reason, c.variables, c.recorded_at"
                          "  from gaoxin.corrections c join gaoxin.returns r using (return_id)"
                          " where c.campaign = :c and c.recorded_at <= :t and c.return_id = coalesce(:r, c.return_id)"
                          " order by c.seq", c=campaign, t=as_of, r=return_id)
        return [rows.made(Correction, rows.localised(row)) for row in found.mappings()]

    def touched(self, campaign: str, as_of: datetime, *, correction: str | None = None,
                open_only: bool = False) -> dict[str, list[Touched]]:
        """What corrections recorded by as_of touch, by correction, with what was decided by then: it used the return that was
        replaced while it was in force, or one before it that nothing was recorded of since, and one of the variables that differ
        or the return as a whole. The same value of the same thing once. correction: of that one alone."""
        found = self._acted("usages_corrected", campaign=campaign, as_of=as_of, correction=correction, open=open_only)
        return {name: [rows.made(Touched, {k: v for k, v in row.items() if k != "correction"}) for row in group]
                for name, group in groupby(found, itemgetter("correction"))}

    def decide(self, campaign: str, return_id: str, usages: Sequence[Usage], said: Mapping[int, str | None], outcome: Outcome,
               by: str, reason: str, at: datetime) -> None:
        """said: what each says by the corrected figures."""
        told = [u.name for u in usages]
        seq = self._ledger.next_number(at)
        self._put("correction_outcomes", *(
            {"return_id": return_id, "usage_id": u.usage_id, "outcome": outcome, "by": by, "reason": reason,
             "new_value": said[u.usage_id], "seq": seq, "recorded_at": at} for u in usages))
        self._ledger.note(campaign, EventKind.CORRECTION_DECIDED, at,
                          {"return_id": return_id, "outcome": outcome, "by": by, "items": told, "reason": rows.digest(reason)})
