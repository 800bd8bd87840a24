"""What the checks in force say of other returns, said again when those are loaded of which it speaks.

An entity claimed by two, and a whole of which two report different values, are findings for both (DOMAIN, statistics), and the
unit that reports first is judged when nobody else has said anything yet. A figure is compared with those of earlier periods,
and what comes late is no earlier for that. Only `keep_again` and `level_accepted` write.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gaoxin import measures
from gaoxin.campaign.judging import judge, read_by, with_asked, with_reads
from gaoxin.campaign.weighing import scores
from gaoxin.campaign.workplace import Workplace
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.quality.checks import beyond_itself
from gaoxin.quality.checks.claimed import CLAIMED
from gaoxin.quality.checks.same import SAME
from gaoxin.quality.history import OF_LEVEL, entity_fields, looked_at, looked_back_by, previous_period
from gaoxin.quality.known import Entities, entity_text
from gaoxin.quality.model import Checked, CheckResult, Finding
from gaoxin.quality.other_forms import looked_beside, looking_at, ranks
from gaoxin.quality.scored import Weighed, in_order
from gaoxin.returns.held import Registers
from gaoxin.returns.model import Facts, ReadReturn, ReturnKey, Verdict
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn


@dataclass(frozen=True)
class Again:
    """What the checks in force are to say anew once something is loaded. slices: of which forms and periods all units' returns
    are looked at; own: and which of a unit alone. known_seq: up to where was known what they were judged by."""

    slices: frozenset[tuple[str, Period]]
    own: frozenset[ReturnKey]
    known_seq: int
    checked: tuple[tuple[StoredReturn, Checked], ...] = ()


def told_again(w: Workplace, new: Sequence[tuple[StoredReturn, ReadReturn]], judged: Mapping[str, Checked]) -> Again:
    """What the checks in force tell of other units, said again for all units of the forms of which `new` is about to be loaded,
    and what they tell of earlier periods, for the same unit's later ones. Judged here, outside any lock; kept by
    `keep_again`."""
    slices = frozenset((item.key.form, item.key.period) for item, _ in new if _shared(w, item.key))
    own = frozenset(replace(item.key, period=p) for item, _ in new
                    for p in looked_back_by(w.plan.form(item.key.form), item.key.period))
    looking, looked = _beside(w.plan, [item.key for item, _ in new])
    own |= looking | looked
    with w.warehouse.begin() as store:
        store.ledger.settled()
        known_seq = store.ledger.known(w.known)
        in_force: dict[ReturnKey, StoredReturn] = {}
        asked = slices | {(key.form, key.period) for key in own}
        for item in store.standing.versions(w.plan.id, asked, w.known):  # by version: the highest that is loaded stays
            if item.loaded_at is not None and (item.key in own or (item.key.form, item.key.period) in slices):
                in_force[item.key] = item
        in_force |= {item.key: item for item, _ in new if (item.key.form, item.key.period) in slices or item.key in looking}
        later = _later({item.key for item, _ in new}, in_force, w) | looking
        in_force = {key: item for key, item in in_force.items() if key in later or (key.form, key.period) in slices}
        said = {item.return_id: judged[item.return_id].findings if item.return_id in judged
                else store.returns.findings(item.return_id) for item in in_force.values()}
        beside = Counter((key.form, key.period) for key in in_force)
        # Where nobody else reports the form for that period, and nothing of others was told, there is nothing to be told anew.
        in_force = {key: item for key, item in in_force.items() if key in later or beside[key.form, key.period] > 1
                    or any(map(_of_others, said[item.return_id]))}
        if not in_force:
            return Again(slices, own, known_seq)
        before = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, in_force))
        facts = with_reads(before, w.plan, [read for _, read in new])
        facts = with_asked(facts, [judged[item.return_id] for item, _ in new if item.return_id in judged])
        stale = [item for key, item in in_force.items()
                 if key in later or _differs(w, said[item.return_id], item, facts)]
        reads = [read_by(w, store.returns.content(item.sha256), item.file, item.key) for item in stale]
    found = judge(w.plan, reads, [item.handed_in for item in stale], facts) if stale else []
    return Again(slices, own, known_seq, tuple(zip(stale, found, strict=True)))


def _beside(plan: Plan, new: Sequence[ReturnKey]) -> tuple[frozenset[ReturnKey], frozenset[ReturnKey]]:
    """The returns whose declared checks look at one of the new, and what those of the new look at. Of the new themselves only
    those that were judged before what they look at was known."""
    keys, placed = {*new}, ranks(plan)
    looking = {one for key in new for one in looking_at(plan, key)
               if one not in keys or (one.period, placed[one.form]) <= (key.period, placed[key.form])}
    looked = {replace(key, form=form, unit=unit, period=p) for key in new for form, unit, p in looked_beside(plan, key)}
    return frozenset(looking), frozenset(looked)


def _later(new: set[ReturnKey], in_force: Mapping[ReturnKey, StoredReturn], w: Workplace) -> set[ReturnKey]:
    """Those in force that are compared with one of the new: the next period's, the next year's, and of later ones of the same
    year the first that is there, since a cumulative figure must not fall across a gap either."""
    found = set[ReturnKey]()
    for key in new:
        known = sorted((k for k in {*in_force, *new} if (k.form, k.unit) == (key.form, key.unit) and k.period > key.period),
                       key=lambda k: k.period)
        found |= {k for k in known if k.period.year_earlier == key.period}
        found |= {k for k in known[:1] if k.period.year == key.period.year
                  or previous_period(w.plan.form(k.form), k.period) == key.period}
    return found - new


def keep_again(w: Workplace, store: Store, again: Again) -> None:
    """Nothing else of a check is touched, and no verdict turns to rejected: facts that were accepted stay. What a person sent
    back stays sent back."""
    for item, checked in again.checked:
        store.returns.save_check(item.return_id, _merged(w, store, item, checked), w.now, w.under)


def level_accepted(w: Workplace, store: Store, of: StoredReturn, rules: Collection[str]) -> tuple[str, ...]:
    """A unit's words on the level of figures were just accepted: its later returns that were asked about the same level meanwhile
    are judged again, which it is the base of now. Those of which nothing is asked any more."""
    rules = {rule for rule in rules if rule.rpartition(".")[2] in OF_LEVEL}
    asked = {one.return_id for one in store.reviews.warned(w.plan.id, w.known) if rules and one.rule in rules
             and (one.form, one.unit) == (of.key.form, of.key.unit) and one.period > of.key.period}
    if not asked:
        return ()
    later = [*store.returns.several(asked).values()]
    facts = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, [item.key for item in later]))
    reads = [read_by(w, store.returns.content(item.sha256), item.file, item.key) for item in later]
    found = judge(w.plan, reads, [item.handed_in for item in later], facts)
    checks = {item.return_id: _merged(w, store, item, checked) for item, checked in zip(later, found, strict=True)}
    store.returns.save_checks(checks, w.now, w.under)
    return tuple(sorted(name for name, checked in checks.items() if rules.isdisjoint(f.rule for f in checked.findings)))


def _shared(w: Workplace, key: ReturnKey) -> bool:
    form = w.plan.form(key.form)
    return len(form.units) > 1 and (form.kind == "register" or bool(form.told_twice))


def _of_others(told: Finding | CheckResult) -> bool:
    """Whether other units' returns decide it."""
    return told.rule == CLAIMED or told.rule.endswith(f".{SAME}")


def _differs(w: Workplace, findings: Iterable[Finding], item: StoredReturn, facts: Facts) -> bool:
    """Whether the check in force, or about to be, names other entities as claimed twice, or other figures as differing, than the
    facts show."""
    form = w.plan.form(item.key.form)
    told = [f for f in findings if _of_others(f)]
    if form.told_twice:
        given: dict[str, dict[str, Decimal]] = {v.id: {} for v in form.told_twice}
        for fact in facts.series:
            if (fact.form, fact.period) == (item.key.form, item.key.period) and fact.variable in given:
                given[fact.variable][fact.unit] = fact.value
        own = {v: by_unit[item.key.unit] for v, by_unit in given.items() if item.key.unit in by_unit}
        differing = {v for v, value in own.items() if not all(measures.alike(value, other) for other in given[v].values())}
        return {f.variable for f in told} != differing
    fields = entity_fields(form)
    held = [one for one in Registers.of(facts.entries).held if (one.form, one.period) == (item.key.form, item.key.period)]
    ours, others = (Entities([one for one in held if (one.unit == item.key.unit) is own], fields) for own in (True, False))
    return {entity_text(f.value) for f in told} != {entity[0] for entity in ours if entity in others}


def _merged(w: Workplace, store: Store, item: StoredReturn, again: Checked) -> Checked:
    """The check in force with what it says of other returns taken from the new one."""
    beyond = beyond_itself(w.plan.form(item.key.form))
    findings = [f for f in store.returns.findings(item.return_id) if f.rule not in beyond]
    findings += [f for f in again.findings if f.rule in beyond]
    key = item.key
    weighed = scores(w, store, [Weighed(key.form, key.unit, key.period, f.variable or "", f.message) for f in findings])
    findings = [f for f, _ in in_order(zip(findings, weighed, strict=True))]
    new = {c.rule: c for c in again.checks if c.rule in beyond}
    warned = any(f.severity is not Severity.INFO for f in findings)
    return replace(again, verdict=Verdict.ACCEPTED_WITH_WARNINGS if warned else Verdict.ACCEPTED, findings=tuple(findings),
                   checks=tuple(new.get(c.rule, c) for c in store.returns.checks(item.return_id)),
                   suite=item.suite or again.suite, suite_version=item.suite_version or again.suite_version,
                   rules="" if item.suite else again.rules)
