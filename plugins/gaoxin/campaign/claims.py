"""Entities that two units claim: told to both, also to the one that came first.

An entity claimed by two units is a finding for both (DOMAIN, statistics). The unit that reports first is judged when
nobody else claims anything yet; so when another unit's register is loaded, what the first one's check said of other
units is said again. Nothing else of that check is touched, and no verdict turns to rejected: facts that were accepted stay.
"""

from collections.abc import Iterable
from dataclasses import replace

from gaoxin.campaign.judging import judge, reread
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.plan.forms import Severity
from gaoxin.quality.checks.claimed import CLAIMED
from gaoxin.quality.history import EntityKey, entity_fields, entity_text, key_of, looked_at
from gaoxin.quality.model import Checked
from gaoxin.returns.model import Facts, ReturnKey, Verdict
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.returns import StoredReturn


def tell_again(w: Workplace, store: Store, loaded: Iterable[ReturnKey]) -> None:
    """Says again what the checks in force tell of claims, for all units of the registers that were loaded."""
    slices = {(key.form, key.period) for key in loaded if _shared(w, key)}
    if not slices:
        return
    in_force: dict[ReturnKey, StoredReturn] = {}
    for period in {period for _, period in slices}:
        for item in store.returns.all(w.plan.id, w.now, period=period):  # by version: the highest that is loaded stays
            if item.loaded_at is not None and (item.key.form, item.key.period) in slices:
                in_force[item.key] = item
    facts = store.facts.as_of(w.plan.id, w.now, looked_at(w.plan, in_force))
    stale = [item for item in in_force.values() if _differs(w, store, item, facts)]
    if not stale:
        return
    reads = [reread(w, item, store.returns.content(item.sha256)) for item in stale]
    found = judge(w.settings, w.plan, reads, [local_day(item.received_at) for item in stale], facts)
    for item, checked in zip(stale, found, strict=True):
        store.returns.save_check(item.return_id, _merged(store, item, checked), w.now)


def _shared(w: Workplace, key: ReturnKey) -> bool:
    form = w.plan.form(key.form)
    return form.kind == "register" and len(form.units) > 1


def _differs(w: Workplace, store: Store, item: StoredReturn, facts: Facts) -> bool:
    """Whether the check in force names other entities as claimed twice than the facts show now."""
    fields = entity_fields(w.plan.form(item.key.form))
    ours: set[EntityKey] = set()
    others: set[EntityKey] = set()
    for entry in facts.entries:
        if (entry.form, entry.period) == (item.key.form, item.key.period) and (entity := key_of(entry, fields)):
            (ours if entry.unit == item.key.unit else others).add(entity)
    told = {entity_text(f.value) for f in store.returns.findings(item.return_id) if f.rule == CLAIMED}
    return told != {entity[0] for entity in ours & others}


def _merged(store: Store, item: StoredReturn, again: Checked) -> Checked:
    """The check in force with what it says of claims taken from the new one."""
    findings = [f for f in store.returns.findings(item.return_id) if f.rule != CLAIMED]
    findings += [f for f in again.findings if f.rule == CLAIMED]
    order = list(Severity)
    findings.sort(key=lambda f: (order.index(f.severity), f.level))
    new = {c.rule: c for c in again.checks if c.rule == CLAIMED}
    warned = any(f.severity is not Severity.INFO for f in findings)
    return replace(
        again, verdict=Verdict.ACCEPTED_WITH_WARNINGS if warned else Verdict.ACCEPTED, findings=tuple(findings),
        checks=tuple(new.get(c.rule, c) for c in store.returns.checks(item.return_id)), suite=item.suite or again.suite,
        suite_version=item.suite_version or again.suite_version,
    )
