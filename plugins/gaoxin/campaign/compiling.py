"""What a dossier tells, gathered within one transaction from what the store knew as of the workplace's time. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from gaoxin import __version__
from gaoxin.campaign import taskbook
from gaoxin.campaign.anchoring import note_at
from gaoxin.campaign.gatekeeping import gather
from gaoxin.campaign.gateviewing import stand_as
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.putting_off import again, name_of
from gaoxin.campaign.scored import score_in
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.used import told
from gaoxin.campaign.wording import WORDS
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.everything import asking_everything
from gaoxin.gates.model import GateVerdict, Mode
from gaoxin.indicators.behind import Behind, values_behind
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.used import Use, joined, uses_of
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.reports.dossier import model

if TYPE_CHECKING:
    from gaoxin.gates.model import GateResult
    from gaoxin.indicators.model import IndicatorResult
    from gaoxin.plan.model import Phase
    from gaoxin.warehouse.engine import Store


def snapshot(w: Workplace, store: Store, pages: str = "") -> model.Snapshot:
    """pages: the address of the installation's pages, to which figures then link."""
    campaign, d = w.plan.id, store.decisions
    gates, indicators = tuple(_gates(w, store)), indicators_in(w, store)
    return model.Snapshot(
        plan=w.plan, stood=stood(w, store, pages), indicators=tuple(indicators), behind=_behind(w, store, indicators),
        everything=_everything(w, store),
        delivered=_delivered(w, store), words={name: word.zh for name, word in WORDS.items()}, gates=gates,
        tasks=taskbook.states(w, store), deliverables=tuple(d.evidence(campaign, w.known)),
        approvals=tuple(_approvals(w, store, gates)),
        waivers=tuple(d.waivers(campaign, w.known)), rectifications=tuple(d.rectifications(campaign, w.known)),
        mended=tuple(_mended(w, store)), days=w.days, extensions=tuple(extensions(w, store)),
        corrections=tuple(_corrections(w, store)),
        scores=tuple(score_in(w, store, asked, indicators) for asked in w.plan.assessments))


def rests_on(w: Workplace, s: model.Snapshot) -> tuple[Use, ...]:
    """The figures of its indicators, and as a whole every return: its quality reports tell of each."""
    figures = [use for uses in uses_of(w.plan, s.indicators).values() for use in uses]
    return joined([*figures, *(Use(form.id, None, frozenset(form.periods())) for form in w.plan.forms if form.periods())])


def stood(w: Workplace, store: Store, pages: str) -> model.Stood:
    seq = store.ledger.known(w.known)
    event = store.ledger.event(seq)
    return model.Stood(
        campaign=w.plan.id, as_of=w.now, known_seq=seq, head=event.hash if event else None,
        checkpoint=note_at(w.settings, store, w.known), plan_version=w.plan_version,
        plan_hash=w.version.plan_hash if w.version else plan_hash(w.plan), program=__version__, pages=pages, drill=w.drill,
        sample=store.standing.any_sample(w.plan.id, w.known))


def _behind(w: Workplace, store: Store, indicators: Sequence[IndicatorResult]) -> dict[str, tuple[Behind, ...]]:
    """Of a share of the plan its own values alone: what it counts stands by itself."""
    index, others = FactIndex(w.plan, store.facts.source(w.plan.id, w.known)), {r.id: r for r in indicators}
    today = local_day(w.now)
    return {r.id: tuple(b for b in values_behind(index, r, others, today) if b.indicator == r.id) for r in indicators}


def _delivered(w: Workplace, store: Store) -> model.Delivered:
    seen = Overview(w, store)
    due = [r for r in seen.rounds if r.due <= local_day(w.now)]
    owed = sum(len(r.units) for r in due)
    if not owed:
        return model.Delivered(None, None, 0)
    accepted, in_time = seen.accepted_in(due)
    return model.Delivered(Decimal(accepted) / owed, Decimal(in_time) / owed, owed)


def _everything(w: Workplace, store: Store) -> GateResult:
    return _judged(w, store, asking_everything(w.plan, local_day(w.now)))


def _gates(w: Workplace, store: Store) -> Iterator[model.GateStands]:
    """A gate that has passed says what it said; of the others it is worked out how they would be judged."""
    passed, today = store.decisions.passed(w.plan.id, w.known), local_day(w.now)
    for phase in w.plan.phases:
        at = passed.get(phase.id)
        begun = phase.starts <= today or (bool(phase.after) and set(w.plan.before(phase)) <= passed.keys())
        if at is not None:
            kept = next((r for r in store.decisions.gate_history(w.plan.id, phase.id, w.known)
                         if (r.decided_as_of, r.mode) == (at, Mode.DECISION) and r.verdict is not GateVerdict.HOLD), None)
            yield model.GateStands(phase.id, kept or _judged(w, store, phase), at)
        else:
            yield model.GateStands(phase.id, _judged(w, store, phase) if begun else None, None)


def _judged(w: Workplace, store: Store, phase: Phase) -> GateResult:
    return evaluate_gate(w.plan, phase, gather(w, phase, store))


def _approvals(w: Workplace, store: Store, gates: tuple[model.GateStands, ...]) -> Iterator[model.Approved]:
    """In the order in which they were given. Of a gate that the plan in force no longer has no seal is known: void."""
    given = store.decisions.approvals(w.plan.id, w.known)
    seals = {g.phase: g.result.seal for g in gates if g.result}
    for one in given:
        same_phase = [a for a in given if a.phase == one.phase]
        yield model.Approved(one, stand_as(one, same_phase, seals.get(one.phase, "")))


def _mended(w: Workplace, store: Store) -> Iterator[model.Mended]:
    for name, steps in sorted(store.problems.steps(w.plan.id, w.known).items()):
        for one in steps:
            if one.kind in ("handed_in", "accepted", "sent_back"):
                yield model.Mended(name, one.opening, one.kind, one.by or "", one.at, one.text, one.sha256)


def extensions(w: Workplace, store: Store) -> Iterator[model.Extended]:
    subjects = {r.id: r.subject for r in store.decisions.rectifications(w.plan.id, w.known)}
    for one in store.extensions.known(w.plan.id, w.known):
        thing = again(w, store, one) if one.ruling is None else None
        yield model.Extended(one, name_of(w, one, subjects), one.ruling is None and (thing is None or thing.done is not None))


def _corrections(w: Workplace, store: Store) -> Iterator[model.OpenCorrection]:
    touched = store.uses.touched(w.plan.id, w.known, open_only=True)
    for one in store.uses.corrections(w.plan.id, w.known):
        if items := touched.get(one.return_id):
            named = dict.fromkeys(told(w.plan, used) for used in items)
            yield model.OpenCorrection(one.return_id, one.unit, one.recorded_at, tuple(named))


def periods_told(w: Workplace, store: Store) -> list[Period]:
    """The periods of which the dossier has a quality report: those that are due, or of which something came."""
    begun, today = store.standing.begun(w.plan, w.known), local_day(w.now)
    return sorted({r.period for r in w.rounds() if r.due <= today or (r.form, r.period) in begun})
