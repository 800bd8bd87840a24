"""The life of the rules that a plan declares: draft, tried over past periods, in force from a period, retired. Reads only.

A draft judges nothing. What it would have found is told before it does: each return that ever came, read and judged anew with
it alone, whatever its life says. A hit on a version that its unit replaced by one without is a fault found; a hit on figures that
stand in force is a false alarm, unless nobody has noticed the fault yet. So its share is an upper bound of the false alarms.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.judging import judge, read_by
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.checks.base import Severity
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.quality.checks.declared import judged
from gaoxin.quality.checks.declared import rules as rules_of_checks
from gaoxin.quality.history import looked_at
from gaoxin.quality.model import Checked, Outcome
from gaoxin.quality.verdict import title_of
from gaoxin.returns.model import ReturnKey, Verdict
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn

State = Literal["draft", "announced", "in_force", "retired"]
Fate = Literal["mended", "stands", "open"]
_LISTED = 200  # hits that are told one by one


class Rule(Answer):
    """A check of a plan. state: of the returns that come in now, those of the period that ended last."""

    form: str
    form_name: Worded
    check: str
    kind: str
    title: Message
    level: int
    severity: Severity
    state: State
    since: Period | None
    until: Period | None


class Rules(Answer):
    campaign: str
    as_of: datetime
    rules: Sequence[Rule]


class Hit(Answer):
    """A version in which the rule finds something. fate: mended, where a later version that is in force has it no more; stands,
    where it is in force itself; open, where it is neither."""

    return_id: str
    unit: str
    period: Period
    sheet: str | None
    cell: str | None
    message: Message
    fate: Fate


class TriedPeriod(Answer):
    """Versions of returns of one period. hits = mended + stands + open."""

    period: Period
    judged: int
    not_evaluated: int
    hits: int
    mended: int
    stands: int
    open: int


class Tried(Answer):
    """in_force: how many returns in force it judged; stands: in how many of these it finds something. false_alarms: the one by
    the other, at most so many are false; None where it judged none. why: reasons for which returns were not evaluated, with how
    many of each. unreadable: versions whose files could not be read, or say nothing that can be judged. hits: the first of
    `total`."""

    campaign: str
    as_of: datetime
    form: str
    form_name: Worded
    check: str
    title: Message
    draft: bool
    periods: Sequence[TriedPeriod]
    judged: int
    not_evaluated: int
    in_force: int
    mended: int
    stands: int
    open: int
    false_alarms: Decimal | None
    why: Sequence[tuple[Message, int]]
    unreadable: int
    hits: Sequence[Hit]
    total: int


def rules(w: Workplace) -> Rules:
    """The checks of the plan in force, in its order."""
    day = local_day(w.now)
    return Rules(w.plan.id, w.now, [
        Rule(form.id, form.name, check.id, check.kind, _title(form, check), check.level, check.severity,
             _state(check, Period.containing(day, form.periodicity).shift(-1)), check.since, check.until)
        for form in w.plan.forms for check in form.checks])


def try_rule(w: Workplace, plan: Plan, form_id: str, check_id: str, done: Callable[[int], object] = lambda more: None) -> Tried:
    """What a check of `plan`, which may be one that nobody registered yet, finds in all that came by `w.now`. done: is told how
    many versions more are judged. Raises UsageError for a form or check that the plan does not have, Refused for one that is
    judged in no return of its form."""
    form = plan.form(form_id)
    check = next((c for c in form.checks if c.id == check_id), None)
    if check is None:
        known = "、".join(c.id for c in form.checks) or "—"
        raise UsageError(Text(f"报表 {form_id} 没有审核 {check_id!r}", f"the form {form_id} has no check {check_id!r}"),
                         where=plan.id, todo=Text(f"有：{known}", f"it has: {known}"))
    alone = _alone(plan, form, check)
    if not judged(alone.form(form_id)):
        raise Refused(Text(f"审核 {check_id} 在这种报表里无从判断", f"the check {check_id} judges nothing in such a form"),
                      where=plan.id, todo=Text("用 gaoxin plan check 查看原因", "see why with gaoxin plan check"))
    by = replace(w, plan=alone)
    with w.warehouse.read() as store:
        came = _came(w, store, form)
        in_force = {v.return_id for v in _in_force(came)}
        found = [(version, result) for period in sorted({v.key.period for v in came})
                 for version, result in _judged(by, store, [v for v in came if v.key.period == period], done)]
    return _told(w, form, check, found, in_force)


def _state(check: DeclaredCheck, period: Period) -> State:
    if check.draft:
        return "draft"
    if check.until is not None and period > check.until:
        return "retired"
    return "announced" if check.since is not None and period < check.since else "in_force"


def _title(form: Form, check: DeclaredCheck) -> Message:
    (made,) = rules_of_checks(form, [check])
    return title_of(made)


def _alone(plan: Plan, form: Form, check: DeclaredCheck) -> Plan:
    """The plan with this check of the form and no other, in force whatever its life says."""
    live = check.model_copy(update={"draft": False, "since": None, "until": None})
    only = form.model_copy(update={"checks": (live,)})
    return plan.model_copy(update={"forms": tuple(only if f.id == form.id else f for f in plan.forms)})


def _came(w: Workplace, store: Store, form: Form) -> list[StoredReturn]:
    """Every version of the form's returns, by period and version."""
    asked = {(form.id, period) for period in form.periods() if period.start <= local_day(w.now)}
    return sorted(store.standing.versions(w.plan.id, asked, w.known), key=lambda v: (v.key.period, v.version, v.key.unit))


def _in_force(came: Sequence[StoredReturn]) -> Iterator[StoredReturn]:
    latest: dict[ReturnKey, StoredReturn] = {}
    for version in came:  # the highest that is loaded stays
        if version.loaded_at is not None and version.verdict is not Verdict.REJECTED:
            latest[version.key] = version
    yield from latest.values()


def _judged(w: Workplace, store: Store, came: Sequence[StoredReturn], done: Callable[[int], object]
            ) -> Iterator[tuple[StoredReturn, Checked]]:
    """The versions of one period, the older ones first, so that what is in force decides what is compared with it."""
    reads = [read_by(w, store.returns.content(one.sha256), one.file, one.key) for one in came]
    facts = store.facts.of_slices(w.plan.id, w.known, looked_at(w.plan, [one.key for one in came]))
    yield from zip(came, judge(w.plan, reads, [one.handed_in for one in came], facts), strict=True)
    done(len(came))


def _told(w: Workplace, form: Form, check: DeclaredCheck, found: Sequence[tuple[StoredReturn, Checked]], in_force: set[str]
          ) -> Tried:
    rule, outcomes = f"check.{check.id}", dict[str, Outcome]()
    why, counts = Counter[Message](), defaultdict[Period, Counter[str]](Counter)
    for version, result in found:
        one = next((c for c in result.checks if c.rule == rule), None)
        if one is None:
            continue
        outcomes[version.return_id] = one.outcome
        if one.outcome is Outcome.NOT_EVALUATED and one.reason is not None:
            why[one.reason] += 1
    clean = {v.key for v, _ in found if v.return_id in in_force and outcomes.get(v.return_id) is Outcome.PASSED}
    hits = []
    for version, result in found:
        outcome, of = outcomes.get(version.return_id), counts[version.key.period]
        if outcome is None:
            continue
        of["judged"] += outcome is not Outcome.NOT_EVALUATED
        of["not_evaluated"] += outcome is Outcome.NOT_EVALUATED
        if outcome is not Outcome.FAILED:
            continue
        fate: Fate = "stands" if version.return_id in in_force else "mended" if version.key in clean else "open"
        of[fate] += 1
        hits += [Hit(version.return_id, version.key.unit, version.key.period, f.sheet, f.cell, f.message, fate)
                 for f in result.findings if f.rule == rule]
    periods = [TriedPeriod(p, c["judged"], c["not_evaluated"], c["mended"] + c["stands"] + c["open"], c["mended"], c["stands"],
                           c["open"]) for p, c in sorted(counts.items())]
    total = sum(counts.values(), Counter())
    standing = sum(outcomes.get(r) in (Outcome.PASSED, Outcome.FAILED) for r in in_force)
    return Tried(w.plan.id, w.now, form.id, form.name, check.id, _title(form, check), check.draft, periods, total["judged"],
                 total["not_evaluated"], standing, total["mended"], total["stands"], total["open"],
                 _share(total["stands"], standing), _by_number(why), len(found) - len(outcomes), hits[:_LISTED], len(hits))


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part) / whole, 4) if whole else None


def _by_number(why: Mapping[Message, int]) -> list[tuple[Message, int]]:
    return sorted(why.items(), key=lambda one: -one[1])
