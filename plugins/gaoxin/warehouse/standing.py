"""How the returns of a campaign stand, asked of the database: counted for all of them, one by one for those asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnKey
from gaoxin.returns.schedule import Round
from gaoxin.warehouse.repository import Repository
from gaoxin.warehouse.stored import StoredReturn, made_of

Rounds = Mapping[tuple[str, Period], "RoundCount"]


@dataclass(frozen=True)
class RoundCount:
    """Of a form and period. accepted: how many of the units that owe it have an accepted return. clean: of how many of these
    nothing is to be said (no errors, of every warning an accepted explanation), with their warnings and a digest of what a seal
    covers. told: the warnings of all that are accepted."""

    form: str
    period: Period
    accepted: int
    clean: int
    warnings: int
    told: int
    digest: str


class StandingStore(Repository):
    """store.standing"""

    def counts(self, plan: Plan, as_of: datetime, day: date) -> Rounds:
        """By form and period, where anything is accepted. day: on which explanations are to hold."""
        found = [RoundCount(**{**row, "period": Period.parse(row["period"])})
                 for row in self._run("standing", **_owing(plan), as_of=as_of, day=day).mappings()]
        return {(c.form, c.period): c for c in found}

    def corrected(self, plan: Plan, as_of: datetime) -> set[tuple[str, Period]]:
        """The forms and periods in which a version came after the one that is accepted, and does not count."""
        return {(row.form, Period.parse(row.period)) for row in self._run("corrected", **_owing(plan), as_of=as_of)}

    def unvouched(self, plan: Plan, as_of: datetime) -> dict[tuple[str, Period], int]:
        """By form and period: how many accepted returns are of accounts that nobody vouches for."""
        found = self._run("unvouched", **_owing(plan), as_of=as_of)
        return {(row.form, Period.parse(row.period)): row.many for row in found}

    def accepted_in(self, plan: Plan, rounds: Iterable[Round], apart: Iterable[ReturnKey], as_of: datetime) -> tuple[int, int]:
        """How many of these rounds' returns are accepted, and how many came, in a version that is accepted, by the due day; those
        apart are left out."""
        first: dict[tuple[str, Period], Round] = {}  # the plan's own day is the first of a form and period
        for r in rounds:
            first.setdefault((r.form, r.period), r)
        given, out = first.values(), list(apart)
        found = self._run("timeliness", **_owing(plan), as_of=as_of, forms=[r.form for r in given],
                          periods=[str(r.period) for r in given], dues=[r.due for r in given],
                          apart_forms=[key.form for key in out], apart_periods=[str(key.period) for key in out],
                          apart_units=[key.unit for key in out]).one()
        return found.accepted, found.in_time

    def versions(self, campaign: str, of: Iterable[tuple[str, Period]], as_of: datetime) -> list[StoredReturn]:
        """Every version of the returns of these forms and periods received by as_of, as `store.returns.all` tells it."""
        asked = [(form, str(period)) for form, period in of]
        ids = self._ask("select r.return_id from unnest(cast(:forms as text[]), cast(:periods as text[])) as asked (form, period)"
                        " join gaoxin.returns r using (form, period) where r.campaign = :c and r.received_at <= :t", c=campaign,
                        t=as_of, forms=[form for form, _ in asked], periods=[period for _, period in asked]).scalars()
        return self._versions(campaign, ids, as_of)

    def of_unit(self, campaign: str, unit: str, forms: Iterable[str], as_of: datetime, period: Period | None = None
                ) -> list[StoredReturn]:
        """Every version of a unit's returns of these forms, of all periods or one, received by as_of."""
        ids = self._ask("select r.return_id from unnest(cast(:forms as text[])) as asked (form) join gaoxin.returns r"
                        " on r.form = asked.form where r.campaign = :c and r.unit = :u and r.received_at <= :t"
                        " and r.period = coalesce(:p, r.period)", c=campaign, u=unit, t=as_of, forms=list(forms),
                        p=period and str(period)).scalars()
        return self._versions(campaign, ids, as_of)

    def _versions(self, campaign: str, ids: Iterable[str], as_of: datetime) -> list[StoredReturn]:
        given = list(ids)
        return made_of(self._acted("returns", campaign=campaign, as_of=as_of, period=None, ids=given)) if given else []

    def begun(self, plan: Plan, as_of: datetime) -> set[tuple[str, Period]]:
        """The forms and periods of which anything came from a unit that owes it."""
        found = self._ask("select distinct form, period from gaoxin.returns where campaign = :campaign and received_at <= :t"
                          " and form || ' ' || unit = any(:owing)", **_owing(plan), t=as_of)
        return {(row.form, Period.parse(row.period)) for row in found}

    def judged(self, campaign: str, since: datetime, as_of: datetime) -> list[ReturnKey]:
        """The returns of which a version was judged between two times, in their order."""
        found = self._ask("select distinct r.form, r.unit, r.period, r.period_end from gaoxin.check_runs k join gaoxin.returns r"
                          " using (return_id) where k.campaign = :c and k.checked_at between :since and :t"
                          " order by r.period_end, r.form, r.unit, r.period", c=campaign, since=since, t=as_of)
        return [ReturnKey(campaign, row.form, row.unit, Period.parse(row.period)) for row in found]

    def sent_back_by_month(self, campaign: str, as_of: datetime) -> dict[tuple[str, str], int]:
        """By unit and month: how many versions were judged so that another was asked for."""
        found = self._ask("select r.unit, to_char(min(k.checked_at) at time zone 'Asia/Shanghai', 'YYYY-MM') as month"
                          " from gaoxin.check_runs k join gaoxin.returns r using (return_id) where k.campaign = :c"
                          " and k.verdict = 'rejected' and k.checked_at <= :t group by r.return_id, r.unit", c=campaign, t=as_of)
        return dict(Counter((row.unit, row.month) for row in found))

    def any_sample(self, campaign: str, as_of: datetime) -> bool:
        """Whether any return is marked as made up."""
        return bool(self._ask("select exists (select 1 from gaoxin.returns where campaign = :c and sample"
                              " and received_at <= :t)", c=campaign, t=as_of).scalar_one())

    def handed_in(self, campaign: str, unit: str, as_of: datetime) -> bool:
        """Whether a unit handed in any return."""
        return bool(self._ask("select exists (select 1 from gaoxin.returns where campaign = :c and unit = :u"
                              " and received_at <= :t)", c=campaign, u=unit, t=as_of).scalar_one())

    def units_of(self, campaign: str, account: str | None = None, airflow: Iterable[str | None] | None = None) -> set[str]:
        """The units for which returns, deliverables, what they made good or explanations were handed in, or tasks told of: by
        anybody, or, where airflow is given, by an operating-system account or one of Airflow's."""
        anybody = airflow is None
        found = self._ask("select distinct coalesce(actor ->> 'unit', '') from gaoxin.ledger_events where campaign = :c"
                          " and kind in ('return.received', 'evidence.recorded', 'return.explained', 'rectification.mended',"
                          " 'task.told', 'task.milestone')"
                          " and (:anybody or actor ->> 'airflow' = any(:x) or (actor ->> 'airflow' is null"
                          " and actor ->> 'account' = :a))"
                          " union select unit from gaoxin.returns where campaign = :c and :anybody",
                          c=campaign, anybody=anybody, a=account, x=[name for name in airflow or () if name])
        return set(found.scalars())

    def near(self, campaign: str, return_id: str, as_of: datetime, last: int) -> list[str]:
        """The ids of the versions of the return that may be meant, else so many of the last periods'."""
        known = ("select return_id from gaoxin.returns where campaign = :c and received_at <= :t"
                 " and regexp_replace(return_id, '__v[0-9]+$', '') in (:whole, :key)"
                 " order by period_end, period, form, unit, version")
        latest = ("select return_id from (select * from gaoxin.returns where campaign = :c and received_at <= :t"
                  " order by period_end desc, period desc, form desc, unit desc, version desc limit :last) r"
                  " order by period_end, period, form, unit, version")
        bound = {"c": campaign, "t": as_of}
        found = self._ask(known, **bound, whole=return_id, key=return_id.rpartition("__v")[0]).scalars().all()
        return list(found or self._ask(latest, **bound, last=last).scalars())

    def hashes(self, campaign: str) -> set[str]:
        """The sha256 of all returns."""
        return set(self._ask("select distinct sha256 from gaoxin.returns where campaign = :c", c=campaign).scalars())

    def warned(self, campaign: str, as_of: datetime) -> list[StoredReturn]:
        """Every version that was ever warned by as_of, as it stood then."""
        ids = self._ask("select distinct return_id from gaoxin.check_runs where campaign = :c and warnings > 0"
                        " and checked_at <= :t", c=campaign, t=as_of).scalars()
        return self._versions(campaign, ids, as_of)


def _owing(plan: Plan) -> dict[str, Any]:
    return {"campaign": plan.id, "owing": [f"{form.id} {unit}" for form in plan.forms for unit in form.units]}
