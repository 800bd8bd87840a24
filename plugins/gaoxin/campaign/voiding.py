"""What voided a word that was said to a gate: the figures, rules and explanations that it was sealed to, against those of now.
Reads only."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from gaoxin.campaign import gatekeeping
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.auditing import LedgerEntry, entries
from gaoxin.campaign.gatekeeping import Void
from gaoxin.campaign.gateviewing import MATTERS
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.errors import UsageError
from gaoxin.gates.difference import Difference, changed_figures, changed_records, differences
from gaoxin.gates.model import ApprovalEvidence, GateResult
from gaoxin.gates.seal import seal_of, sealed
from gaoxin.i18n import Message, Text, Worded
from gaoxin.numerals import plain
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.model import Phase, Plan
from gaoxin.returns.model import ReturnKey

_LISTED = 100


class Differing(Answer):
    """What changed of the sealed figures since a word was given. exact: whether what was sealed then could be brought back as it
    was; in a drill several things may be recorded at one moment, and then it cannot: `differences` are then those that can be
    told all the same, and recorded is what the ledger has after the word, by its numbers, the first of `recorded_total`."""

    given: ApprovalEvidence
    exact: bool
    differences: Sequence[Difference]
    recorded: Sequence[LedgerEntry]
    recorded_total: int


def voided(w: Workplace, result: GateResult) -> list[Void]:
    """Of each consent of an evaluation that is void now, what changed of what it was given for."""
    asked = {c.id for c in w.plan.phase(result.phase).gate.approvals}
    marks = {mark for c in result.criteria if c.id in asked and c.passed is False for mark in c.evidence}
    if not marks:
        return []
    with w.warehouse.read() as store:
        words = [a for a in store.decisions.approvals(w.plan.id, w.known) if a.phase == result.phase]
    found = [differing(w, result.phase, at) for at, a in enumerate(words) if a.mark in marks and a.seal != result.seal]
    return [Void(d.given.by, d.given.recorded_at, d.exact, d.differences) for d in found]


def differing(w: Workplace, phase_id: str, number: int) -> Differing:
    """Since one of the words that were said to a gate, by its number (`Word.number`). Raises UsageError for an unknown one."""
    phase = w.plan.phase(phase_id)
    with w.warehouse.read() as store:
        words = [a for a in store.decisions.approvals(w.plan.id, w.known) if a.phase == phase_id]
        if not 0 <= number < len(words):
            raise UsageError(Text(f"没有第 {number} 次表态", f"there is no word of number {number}"),
                             where=f"{w.plan.id}/{phase_id}", todo=Text("从关口页面打开", "open it on the gate's page"))
        given = words[number]
        evidence = gatekeeping.gather(w, phase, store)
        now = sealed(w.plan, phase, evidence)
        called: dict[tuple[str, ...], Worded] = {(r.id,): r.subject for r in store.decisions.rectifications(w.plan.id, w.known)}
        since = store.ledger.events(w.plan.id, *MATTERS, since=given.seq, until=w.known)
        recorded = entries(w, store, since[:_LISTED])
    then, by, exact = _sealed_then(w, phase, given)
    called |= {(str(c.version), c.subject, c.field): c.what for c in evidence.changes}
    found = differences(w.plan, then, now, phase.id, by, _corrected(w, then, now), called)
    return Differing(given, exact, found, [] if exact else recorded, 0 if exact else len(since))


def _corrected(w: Workplace, then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[Message]]:
    """By the id of each version of a return that stands where another stood then: what it says otherwise."""
    was, is_ = ({tuple(r[:3]): str(r[3]) for r in sealed["returns"]} for sealed in (then, now))
    forms, found = {f.id: f for f in w.plan.forms}, {}
    with w.warehouse.read() as store:
        for (form, unit, period), new in is_.items():
            old, asked = was.get((form, unit, period), new), forms.get(form)
            if old == new or asked is None:
                continue
            if isinstance(asked, RegisterForm):
                records = list(store.facts.differing(new, old, asked.key))
                found[new] = changed_records([r.key for r in records if not r.is_new], [r.key for r in records if r.is_new])
                continue
            held: dict[str, dict[str, str]] = {old: {}, new: {}}
            for fact in store.facts.of_versions(ReturnKey(w.plan.id, form, unit, Period.parse(period)), w.known):
                if fact.return_id in held:
                    held[fact.return_id][fact.variable] = f"{plain(fact.value)} {fact.unit_of_measure}"
            if held[old] and held[new]:  # of one that was sent back nothing is held
                found[new] = changed_figures(w.plan, held[old], held[new])
    return found


def _sealed_then(w: Workplace, phase: Phase, given: ApprovalEvidence) -> tuple[Mapping[str, Any], Plan, bool]:
    """What the gate looked at when a word was given, by which plan, and whether it is what the word's seal covers: as it stood at
    that time, or, where more was recorded at the same time after the word, just before. What was kept under the seal says it
    without that; words of before it was kept have none."""
    with w.warehouse.read() as store:
        if store.returns.has_landed(given.seal):
            by = open_workplace(w.settings, w.plan.id, given.recorded_at, in_force=True).plan
            return json.loads(store.returns.content(given.seal)), by, True
    found: dict[str, Any] = {}
    by = w.plan
    for at in (given.recorded_at, given.recorded_at - timedelta(microseconds=1)):
        then = open_workplace(w.settings, w.plan.id, at, in_force=True)
        asked = next((p for p in then.plan.phases if p.id == phase.id), phase)
        with then.warehouse.read() as store:
            evidence = gatekeeping.gather(then, asked, store)
        found, by = found or sealed(then.plan, asked, evidence), then.plan
        if seal_of(then.plan, asked, evidence) == given.seal:
            return sealed(then.plan, asked, evidence), then.plan, True
    return found, by, False
