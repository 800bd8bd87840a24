"""What used figures that were corrected, judged anew as things stand; and the act since for which it comes out otherwise.

Judged anew it is by all that is on record, the correction among it. A person may have sent the version that corrects back, or a
later version have taken its place: where that is why something no longer says what it said, the act is named, since no correction
answers for what another act does (docs/decisions/066). Reads only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from gaoxin.campaign import gatekeeping
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.standing import row_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import Evidence, GateResult
from gaoxin.periods import Period
from gaoxin.quality.review import beside, of_people
from gaoxin.quality.verdict import verdict_of
from gaoxin.returns.model import Owed
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.uses import Touched

Because = Literal["sent_back", "replaced"]


@dataclass
class Anew:
    """As of `w.now`, within a transaction; each question asked once."""

    w: Workplace
    store: Store
    _said: dict[tuple[str, str, Period | None, str | None], str | None] = field(default_factory=dict)
    _gates: dict[tuple[str, str | None], GateResult] = field(default_factory=dict)

    def says(self, kind: str, id: str, period: Period | None, reinstated: str | None = None) -> str | None:
        """None where that is not computed anew (a report), or the plan knows no such thing any more. reinstated: supposing that
        this version of a return had not been sent back by a person."""
        asked = kind, id, period, reinstated
        if asked not in self._said:
            say = {"indicator": self._value, "verdict": self._verdict, "bulletin": self._told}.get(kind)
            self._said[asked] = say(id, period) if say else self._decision(kind, id, reinstated)
        return self._said[asked]

    def _value(self, id: str, period: Period | None) -> str | None:
        """Figures in force stay so when their version is sent back."""
        found = indicators_in(self.w, self.store, period, only={id}) if any(i.id == id for i in self.w.plan.indicators) else ()
        return next((r.figure or str(r.truth) for r in found), None)

    def _told(self, id: str, period: Period | None) -> str | None:
        """Of a bulletin's figure, whose id says of which bulletin and indicator it is."""
        return self._value(id.partition("/")[2], period)

    def _verdict(self, id: str, _: Period | None) -> str | None:
        name, due = id.partition("@")[::2]
        known = any(i.id == name for i in self.w.plan.indicators)
        return next((str(one.at_due.told) for r in (indicators_in(self.w, self.store, only={name}) if known else ())
                     for one in r.path if str(one.due) == due and one.at_due and one.at_due.told), None)

    def _decision(self, kind: str, id: str, reinstated: str | None) -> str | None:
        phase, _, by = id.partition("/")
        if kind not in ("gate", "approval") or all(p.id != phase for p in self.w.plan.phases):
            return None
        result = self._gate(phase, reinstated)
        if kind == "gate":
            return str(result.verdict)
        given = [a for a in self.store.decisions.approvals(self.w.plan.id, self.w.known) if (a.phase, a.by) == (phase, by)]
        return given[-1].decision if given and given[-1].seal == result.seal else "void"

    def _gate(self, phase_id: str, reinstated: str | None) -> GateResult:
        asked = phase_id, reinstated
        if asked not in self._gates:
            phase = self.w.plan.phase(phase_id)
            evidence = gatekeeping.gather(self.w, phase, self.store)
            if reinstated:
                evidence = self._reinstated(evidence, reinstated)
            self._gates[asked] = evaluate_gate(self.w.plan, phase, evidence)
        return self._gates[asked]

    def _reinstated(self, evidence: Evidence, return_id: str) -> Evidence:
        """With a version standing as the rules alone have it."""
        key, found = self.store.returns.get(return_id).key, self.store.returns.findings(return_id, self.w.known)
        known = self.store.standing.of_unit(key.campaign, key.unit, [key.form], self.w.known, key.period)
        came = [replace(v, verdict=verdict_of(beside((), found)), errors=v.errors - len(of_people(found)))
                if v.return_id == return_id else v for v in sorted(known, key=lambda v: v.version)]
        return replace(evidence, returns=tuple(
            row_of(Owed(key, row.due_before or row.due), came, self.w.now, self.w.days)
            if (row.form, row.unit, row.period) == (key.form, key.unit, key.period) else row for row in evidence.returns))


@dataclass
class Causes:
    """Why what used corrected figures says something else. touched: of all corrections. later: of a version that corrects those
    that corrected the same return after it, by the time of recording."""

    w: Workplace
    store: Store
    touched: Mapping[str, Collection[Touched]]
    later: Mapping[str, Mapping[str, datetime]]
    _then: dict[datetime, Anew] = field(default_factory=dict)

    def of(self, used: Touched, new: str | None, correction: str, now: Anew) -> Because | None:
        """The act since; None where it says what it said, and where it is not such an act. new: what it says now, or said when it
        was decided on."""
        if new is None or new == used.value:
            return None
        until = used.decided_at
        if any(used.usage_id == u.usage_id for name, at in self.later.get(correction, {}).items() if until is None or at <= until
               for u in self.touched.get(name, ())):
            return "replaced"
        judged = self._at(until) if until else now
        if correction not in self.store.reviews.sent_back([correction], judged.w.known):
            return None
        return "sent_back" if judged.says(used.kind, used.id, used.period, reinstated=correction) == used.value else None

    def _at(self, then: datetime) -> Anew:
        """By what was known then, under the plan of then."""
        if then not in self._then:
            version = self.store.plans.in_force(self.w.plan.id, then)
            plan = version.plan if version else self.w.plan
            self._then[then] = Anew(replace(self.w, plan=plan, version=version, now=then, known=then), self.store)
        return self._then[then]
