"""How returns are judged: all of a period in one call, against what was accepted before and what came with them.

Shared by intake's three ways (check, submit, check_pending). Only `keep_again` writes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from gaoxin import measures
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.calendar import last_day_for
from gaoxin.plan.forms import RegisterForm, Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.quality.checks.claimed import CLAIMED
from gaoxin.quality.checks.same import SAME
from gaoxin.quality.history import EntityKey, entity_fields, entity_text, history_of, key_of, looked_at
from gaoxin.quality.model import Checked, CheckResult, Finding
from gaoxin.quality.runner import check_many
from gaoxin.quality.suites import load_suite
from gaoxin.returns.layout import COVER_SHEET
from gaoxin.returns.model import Fact, Facts, Problem, ReadReturn, RegisterFact, ReturnKey, Verdict
from gaoxin.returns.reader import read_file
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.returns import StoredReturn, entry_values, series_values

TOO_EARLY = Code("returns.too_early", "{period} 到 {end} 才结束，{day} 报送的不可能是实际数；期末以后再报",
                 "{period} ends on {end}; what is handed in on {day} cannot be actual figures: report after its end",
                 period=Period, end=date, day=date)
MADE_UP = Code("returns.made_up", "样本数据是虚构的，只能用于演练；请按实际数填报",
               "sample figures are made up and are for drills alone: report actual ones")
UNEXPLAINED = Code("returns.correction_unexplained",
                   "本期已有报送入库，报送期限 {due} 已过，更正须说明原因：写在封面“说明”或数据的备注里，或提交时加 --reason",
                   "this return is in force already and its due day {due} has passed: say why it is corrected, on the cover "
                   "(explanation), in a note beside the figures, or with --reason", due=date)
UNSAID = Code("returns.unsaid", "封面没有说明是哪一份报表", "the cover does not say which return it is")


def plans_of(settings: Settings) -> Callable[[str], Plan]:
    """The plan of a campaign's id, each read once. Raises what find_plan raises."""
    return cache(partial(find_plan, settings.plans))


def plan_in_force(w: Workplace) -> Callable[[str], Plan]:
    """As plans_of; of the workplace's own campaign the plan in force, whatever its file says by now."""
    plan_of = plans_of(w.settings)
    return lambda campaign: w.plan if campaign == w.plan.id else plan_of(campaign)


def read_by(w: Workplace, content: bytes, name: str) -> ReadReturn:
    """A file as the plan in force reads it."""
    return real(w, read_file(content, name, plan_in_force(w)))


def real(w: Workplace, read: ReadReturn) -> ReadReturn:
    """With a problem where it is marked as made up and this is no drill: a fabricated figure is never taken."""
    if w.drill or not read.sample:
        return read
    return replace(read, problems=(*read.problems, Problem("made_up", MADE_UP(), COVER_SHEET)))


def judge(settings: Settings, plan: Plan, reads: Sequence[ReadReturn], days: Iterable[date], facts: Facts,
          accepted: Iterable[ReadReturn] = (), *, whole: bool = True) -> list[Checked]:
    """What is found in each, in the order given: period by period, since what this call accepts is the history of later ones.
    days: the day on which each was handed in. facts, accepted: what is known, and what was accepted and is not loaded yet.
    whole: False where no database is asked, and what these files do not say is unknown."""
    known = with_reads(facts, plan, accepted)
    batches: dict[Period | None, list[int]] = defaultdict(list)
    timed = [_timed(read, day) for read, day in zip(reads, days, strict=True)]
    for i, read in enumerate(timed):
        batches[read.key.period if read.key else None].append(i)
    found: dict[int, Checked] = {}
    for _, places in sorted(batches.items(), key=lambda batch: [batch[0]] if batch[0] else []):
        batch = [timed[i] for i in places]
        forms = {read.key.form for read in batch if read.key}
        suites = {form.id: load_suite(settings, plan, form) for form in plan.forms if form.id in forms}
        checked = check_many(plan, batch, history_of(plan, known, whole=whole), suites)
        found.update(zip(places, checked, strict=True))
        known = with_reads(known, plan, [c.read for c in checked if c.verdict is not Verdict.REJECTED])
    return [found[i] for i in range(len(reads))]


def _timed(read: ReadReturn, day: date) -> ReadReturn:
    """With a problem where it was handed in before its period was over: such a figure cannot be true. On the period's last day it
    is taken: an office closes its books before midnight."""
    if read.key is None or day >= read.key.period.end:
        return read
    early = TOO_EARLY(period=read.key.period, end=read.key.period.end, day=day)
    return replace(read, problems=(*read.problems, Problem("period_not_over", early, COVER_SHEET)))


def unexplained(plan: Plan, item: StoredReturn, read: ReadReturn) -> bool:
    """Whether it would be a late correction without a reason, if it took the place of a version in force. Late is what was
    received after its due day, whatever day it speaks of."""
    return not read.reason and local_day(item.received_at) > last_day_for(plan.form(item.key.form).due, item.key.period)


def without_reason(plan: Plan, item: StoredReturn, read: ReadReturn) -> ReadReturn:
    """With the problem that it corrects figures in force after their due day, and does not say why."""
    due = last_day_for(plan.form(item.key.form).due, item.key.period)
    problem = Problem("correction_unexplained", UNEXPLAINED(due=due), COVER_SHEET)
    return read if problem in read.problems else replace(read, problems=(*read.problems, problem))


def reasoned(plan: Plan, item: StoredReturn, read: ReadReturn, known: Facts) -> ReadReturn:
    """As it is to be judged beside what is known to be in force."""
    replaces = (item.key.form, item.key.unit, item.key.period) in known.received
    return without_reason(plan, item, read) if replaces and read.key and unexplained(plan, item, read) else read


def refused(read: ReadReturn) -> tuple[Finding, ...]:
    """The findings of a file whose cover does not say which return it is: nothing more of it can be judged."""
    problems = read.problems or (Problem("cover_key_missing", UNSAID()),)
    return tuple(Finding(f"file.{p.kind}", 0, Severity.ERROR, p.sheet, p.cell, None, None, p.message) for p in problems)


def unreadable(read: ReadReturn) -> Checked:
    """The verdict on a file that is (or under a changed plan has become) no return of the plan: rejected."""
    return Checked(read, Verdict.REJECTED, refused(read), (), "unidentified", "1")


def with_reads(facts: Facts, plan: Plan, reads: Iterable[ReadReturn]) -> Facts:
    """The facts as they would be if these returns were accepted now, of two for the same return the later; for judging alone,
    never stored."""
    chosen = {(r.known.form, r.known.unit, r.known.period): r for r in reads}
    series = [fact for fact in facts.series if (fact.form, fact.unit, fact.period) not in chosen]
    entries = [entry for entry in facts.entries if (entry.form, entry.unit, entry.period) not in chosen]
    for (form, unit, period), read in chosen.items():
        of: dict[str, Any] = {"campaign": plan.id, "form": form, "unit": unit, "period": period, "recorded_at": facts.as_of,
                              "return_id": "", "version": 0, "file_sha256": read.sha256}
        if isinstance(plan.form(form), RegisterForm):
            entries += [RegisterFact(**of, row=e["row_no"], values=e["fields"], cells=e["cells"], sheet=e["sheet"])
                        for e in entry_values(read)]
        else:
            series += [Fact(**of, **value) for value in series_values(read, plan)]
    return replace(facts, series=tuple(series), entries=tuple(entries), received=facts.received | chosen.keys())


@dataclass(frozen=True)
class Again:
    """What the checks in force are to say anew of other units once something is loaded. known_seq: up to where was known what
    they were judged by."""

    slices: frozenset[tuple[str, Period]]
    known_seq: int
    checked: tuple[tuple[StoredReturn, Checked], ...] = ()


def told_again(w: Workplace, new: Sequence[tuple[StoredReturn, ReadReturn]], judged: Mapping[str, Checked]) -> Again:
    """What the checks in force tell of other units, said again for all units of the forms of which `new` is about to be loaded.
    An entity claimed by two, and a whole of which two report different values, are findings for both (DOMAIN, statistics),
    and the unit that reports first is judged when nobody else has said anything yet. Judged here, outside any lock; kept by
    `keep_again`."""
    slices = frozenset((item.key.form, item.key.period) for item, _ in new if _shared(w, item.key))
    with w.warehouse.begin() as store:
        store.ledger.settled()
        known_seq = store.ledger.known(w.known)
        in_force: dict[ReturnKey, StoredReturn] = {}
        for item in store.standing.versions(w.plan.id, slices, w.known):  # by version: the highest that is loaded stays
            if item.loaded_at is not None:
                in_force[item.key] = item
        in_force |= {item.key: item for item, _ in new if (item.key.form, item.key.period) in slices}
        facts = with_reads(store.facts.as_of(w.plan.id, w.known, looked_at(w.plan, in_force)), w.plan, [read for _, read in new])
        said = {item.return_id: judged[item.return_id].findings if item.return_id in judged
                else store.returns.findings(item.return_id) for item in in_force.values()}
        stale = [item for item in in_force.values() if _differs(w, said[item.return_id], item, facts)]
        reads = [read_by(w, store.returns.content(item.sha256), item.file) for item in stale]
    found = judge(w.settings, w.plan, reads, [item.handed_in for item in stale], facts) if stale else []
    return Again(slices, known_seq, tuple(zip(stale, found, strict=True)))


def keep_again(w: Workplace, store: Store, again: Again) -> None:
    """Nothing else of a check is touched, and no verdict turns to rejected: facts that were accepted stay."""
    for item, checked in again.checked:
        store.returns.save_check(item.return_id, _merged(store, item, checked), w.now, w.under)


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
    ours: set[EntityKey] = set()
    others: set[EntityKey] = set()
    for entry in facts.entries:
        if (entry.form, entry.period) == (item.key.form, item.key.period) and (entity := key_of(entry, fields)):
            (ours if entry.unit == item.key.unit else others).add(entity)
    return {entity_text(f.value) for f in told} != {entity[0] for entity in ours & others}


def _merged(store: Store, item: StoredReturn, again: Checked) -> Checked:
    """The check in force with what it says of other units taken from the new one."""
    findings = [f for f in store.returns.findings(item.return_id) if not _of_others(f)]
    findings += [f for f in again.findings if _of_others(f)]
    order = list(Severity)
    findings.sort(key=lambda f: (order.index(f.severity), f.level))
    new = {c.rule: c for c in again.checks if _of_others(c)}
    warned = any(f.severity is not Severity.INFO for f in findings)
    return replace(again, verdict=Verdict.ACCEPTED_WITH_WARNINGS if warned else Verdict.ACCEPTED, findings=tuple(findings),
                   checks=tuple(new.get(c.rule, c) for c in store.returns.checks(item.return_id)),
                   suite=item.suite or again.suite, suite_version=item.suite_version or again.suite_version)
