"""What a period's quality report tells, gathered from what the store knew as of the workplace's time. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from gaoxin.campaign.anchoring import note_at
from gaoxin.campaign.freshness import overlaps
from gaoxin.campaign.registered import Registered
from gaoxin.campaign.standing import Overview, Versions, standing_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import OwedReturn, WaiverEvidence
from gaoxin.gates.waiving import scope_told
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.model import Plan, Unit, Zone
from gaoxin.plan.schedule import Phase
from gaoxin.quality.history import previous_period
from gaoxin.quality.model import Finding
from gaoxin.quality.scored import Weighed, in_order, scores_of, weighs
from gaoxin.reports import model
from gaoxin.returns.model import Fact, ReturnKey, Slice

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.reviews import Said
    from gaoxin.warehouse.stored import Explanation, StoredReturn
    from gaoxin.warehouse.uses import Correction

_SHOWN = 12  # periods of a trend
_HELD = 3    # periods whose figures are kept at hand: those before of forms of several lengths

Figures = Mapping[tuple[str, str], Mapping[str, Fact]]  # form, unit -> variable -> fact


def named(part: Plan | Zone | Unit | SeriesForm | RegisterForm | Phase) -> model.Named:
    return model.Named(part.id, part.name.zh, part.name.to("en"))


@dataclass(frozen=True)
class _Told:
    """What is told of each version, by its id."""

    findings: Mapping[str, list[Finding]]
    explanations: Mapping[str, list[Explanation]]
    said: Mapping[str, list[Said]]


@dataclass
class Gathering:
    """Snapshots of periods, within a transaction; what several of them show is asked once."""

    w: Workplace
    store: Store
    _figures: dict[Period, Figures] = field(default_factory=dict)
    _forms: dict[tuple[str, Period], tuple[Period | None, list[model.Named]]] = field(default_factory=dict)
    _points: dict[Period, model.TrendPoint] = field(default_factory=dict)

    def snapshot(self, period: Period) -> model.QualitySnapshot:
        w, store = self.w, self.store
        seen = Overview(w, store, period)
        state = standing_of(seen)
        versions = seen.versions(seen.rounds)
        found = [(row, versions.get(ReturnKey(w.plan.id, row.form, row.unit, row.period), [])) for row in state.rows]
        ids = [v.return_id for row, ordered in found for v in _in_full(row, ordered)]
        self._registered.ready(period)
        every = [v.return_id for _, ordered in found for v in ordered]
        told = _Told(store.returns.findings_of(every, w.known), store.returns.explanations_of(every, w.known),
                     self._said(versions))
        pages = tuple(self._page(told, row, ordered) for row, ordered in found)
        self._points[period] = self._point(period, state.completeness, state.timeliness)
        return model.QualitySnapshot(
            campaign=named(w.plan), zone=named(w.plan.zone), period=str(period), as_of=w.now, completeness=state.completeness,
            timeliness=state.timeliness, returns=pages, drill=w.drill, plan_version=w.plan_version,
            checkpoint=note_at(w.settings, store, w.known), outcomes=tuple(store.audit.outcomes(ids, w.known)),
            replaces=tuple(store.audit.kept_as(w.plan.id, period, f"{w.plan.id}__quality__{period}.html", w.known)),
            trend=self.trend(period), waivers=self._waivers(period))

    def _page(self, told: _Told, row: OwedReturn, ordered: list[StoredReturn]) -> model.ReturnPage:
        shown = _in_full(row, ordered)
        return model.ReturnPage(
            form=named(self.w.plan.form(row.form)), unit=named(self.w.plan.unit(row.unit)), due=row.due, state=row.state,
            late_days=row.late_days, versions=tuple(self._version(told, v, counts=v.version == row.version) for v in shown),
            earlier=tuple((v.version, v.verdict) for v in ordered if v not in shown),
            mended=tuple(self._version(told, v, counts=False) for v in ordered
                         if v not in shown and told.findings.get(v.return_id)),
            remarks=tuple(self._remarked(said) for v in ordered for said in reversed(told.said.get(v.return_id, ()))),
            corrections=tuple(model.Corrected(c.version, int(c.replaces.rpartition("__v")[2]), c.late, c.reason, len(c.variables),
                                              c.recorded_at) for v in ordered if (c := self._corrected.get(v.return_id))))

    def _said(self, versions: Versions) -> Mapping[str, list[Said]]:
        ids = [v.return_id for ordered in versions.values() for v in ordered]
        found: dict[str, list[Said]] = {}
        for one in self.store.reviews.said(ids, self.w.known) if ids else ():
            found.setdefault(one.return_id, []).append(one)
        return found

    def _remarked(self, said: Said) -> model.Remarked:
        return model.Remarked(version=said.version, back=said.back, by=self._who(said.by), place=said.place,
                              text=said.text, at=said.at, account=said.account, authenticated=said.authenticated)

    def _version(self, told: _Told, item: StoredReturn, *, counts: bool) -> model.VersionPage:
        register, correction = self._registered.forms.get(item.key.form), self._corrected.get(item.return_id)
        found = told.findings.get(item.return_id, ())
        weighed = in_order(self._weighed(item.key, found)) if found else []
        figures = tuple(self._registered.figures(register, item, correction) if register else self._shown(item))
        return model.VersionPage(
            return_id=item.return_id, version=item.version, counts=counts, verdict=item.verdict, file=item.file,
            sha256=item.sha256, received_at=item.received_at, checked_at=item.checked_at, suite=item.suite or "—",
            suite_version=item.suite_version or "—", sample=item.sample, plan_version=item.plan_version,
            business_day=item.business_day, entered_because=item.entered_because, account=item.account,
            authenticated=item.authenticated, findings=tuple(f for f, _ in weighed), scores=tuple(score for _, score in weighed),
            explanations=tuple(self._explained(e) for e in told.explanations.get(item.return_id, ())),
            figures=figures, register=register is not None,
            rewritten=self._registered.rewritten(register, correction) if register and correction and figures else None)

    def _weighed(self, key: ReturnKey, findings: Sequence[Finding]) -> Iterable[tuple[Finding, float]]:
        """Findings with their scores, by what all units report of the period."""
        asked = [Weighed(key.form, key.unit, key.period, f.variable or "", f.message) for f in findings]
        if not any(weighs(one.message) for one in asked):
            return [(f, 0.0) for f in findings]
        of_form = self._in_force(key.period).items()
        facts = (fact for (form, _), facts in of_form if form == key.form for fact in facts.values())
        return zip(findings, scores_of(asked, facts), strict=True)

    def _explained(self, e: Explanation) -> model.Explained:
        said = e.review
        answer = model.Answered(self._who(said.by), said.at, said.holds_until, said.comment) if said else None
        return model.Explained(e.rule, e.text, self._who(e.by), e.recorded_at, e.covered, answer, business_day=e.business_day,
                               entered_because=e.entered_because, account=e.account, authenticated=e.authenticated)

    def _shown(self, item: StoredReturn) -> Iterable[model.Figure]:
        """The figures of a version that are in force, in the form's order."""
        key = item.key
        here = self._in_force(key.period).get((key.form, key.unit), {})
        earlier, variables = self._asked(key.form, key.period)
        before = self._in_force(earlier).get((key.form, key.unit), {}) if earlier and here else {}
        replaced = self._replaced(item) if item.return_id in self._corrected else {}
        for name in variables:
            fact = here.get(name.id)
            if fact is not None and fact.return_id == item.return_id:
                yield model.Figure(name, fact.value, fact.unit_of_measure, fact.sheet, fact.cell,
                                   _alike(before.get(name.id), fact), _alike(replaced.get(name.id), fact))

    def _asked(self, form_id: str, period: Period) -> tuple[Period | None, list[model.Named]]:
        """The period before, and the variables, of a form."""
        if (form_id, period) not in self._forms:
            form = self.w.plan.form(form_id)
            names = [model.Named(v.id, v.name.zh, v.name.to("en")) for v in form.variables]
            self._forms[form_id, period] = previous_period(form, period), names
        return self._forms[form_id, period]

    def _in_force(self, period: Period) -> Figures:
        if period not in self._figures:
            asked, found = Slice(periods=frozenset({period})), dict[tuple[str, str], dict[str, Fact]]()
            for fact in self.store.facts.series_as_of(self.w.plan.id, self.w.known, asked):
                found.setdefault((fact.form, fact.unit), {})[fact.variable] = fact
            while len(self._figures) >= _HELD:
                del self._figures[next(iter(self._figures))]
            self._figures[period] = found
        return self._figures[period]

    @cached_property
    def _registered(self) -> Registered:
        return Registered(self.w, self.store)

    @cached_property
    def _corrected(self) -> Mapping[str, Correction]:
        return {c.return_id: c for c in self.store.uses.corrections(self.w.plan.id, self.w.known)}

    def _replaced(self, item: StoredReturn) -> Mapping[str, Fact]:
        """What a correction changed, as the version before had it."""
        correction = self._corrected[item.return_id]
        facts = self.store.facts.of_versions(item.key, self.w.known, correction.variables)
        return {f.variable: f for f in facts if f.return_id == correction.replaces}

    def trend(self, period: Period) -> tuple[model.TrendPoint, ...]:
        same = sorted({r.period for r in self._all.rounds if r.period.periodicity == period.periodicity and r.period <= period})
        for one in same[-_SHOWN:]:
            if one not in self._points:
                state = [r for r in self._all.rounds if r.period == one and r.due <= local_day(self.w.now)]
                owed = sum(len(r.units) for r in state)
                accepted, in_time = self._all.accepted_in(state) if owed else (0, 0)
                self._points[one] = self._point(one, Decimal(accepted) / owed if owed else None,
                                                Decimal(in_time) / owed if owed else None)
        return tuple(self._points[one] for one in same[-_SHOWN:])

    def _point(self, period: Period, completeness: Decimal | None, timeliness: Decimal | None) -> model.TrendPoint:
        warnings = sum(c.told for (_, p), c in self._all.counts.items() if p == period)
        return model.TrendPoint(str(period), completeness, timeliness, warnings)

    @cached_property
    def _all(self) -> Overview:
        return Overview(self.w, self.store)

    def _waivers(self, period: Period) -> tuple[model.Waived, ...]:
        """Those of the phases in which the period lies, past ones too."""
        phases = {p.id: named(p) for p in self.w.plan.phases if overlaps(p, period)}
        return tuple(model.Waived(phases[x.phase], x.criterion, self._who(x.by), x.reason, x.expires, x.recorded_at,
                                  scope_told(self.w.plan, x))
                     for x in self._given if x.phase in phases)

    def _who(self, unit: str) -> model.Named:
        """A unit; one that the plan has no more by its id."""
        return self._names.get(unit) or model.Named(unit, unit, unit)

    @cached_property
    def _names(self) -> dict[str, model.Named]:
        """Of the units."""
        return {u.id: named(u) for u in self.w.plan.units}

    @cached_property
    def _given(self) -> list[WaiverEvidence]:
        return self.store.decisions.waivers(self.w.plan.id, self.w.known)


def _in_full(row: OwedReturn, ordered: list[StoredReturn]) -> list[StoredReturn]:
    """Versions from the one in force on: a newer one that was rejected is what the unit must mend."""
    return [v for v in ordered if row.version is not None and v.version >= row.version]


def _alike(other: Fact | None, fact: Fact) -> Decimal | None:
    """Another value, where it is of the same unit of measure."""
    return other.value if other is not None and other.unit_of_measure == fact.unit_of_measure else None
