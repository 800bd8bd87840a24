"""The life of the rules that a plan declares, overrides among them: draft, tried over past periods, in force from a period,
retired. Reads only.

A draft judges nothing. What it would have found is told before it does: each return that ever came, read and judged anew with
it alone, whatever its life says. A hit on a version that its unit replaced by one without is a fault found; a hit on figures that
stand in force is a false alarm, unless nobody has noticed the fault yet. So its share is an upper bound of the false alarms.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.judging import judge, read_by
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.checks.base import Severity
from gaoxin.plan.forms import Form
from gaoxin.plan.life import Living
from gaoxin.plan.model import Plan
from gaoxin.plan.overrides import Override, Severer, Tighter
from gaoxin.quality import overriding
from gaoxin.quality.check import SEVERITY_OF, Expectation
from gaoxin.quality.checks import rules_of
from gaoxin.quality.checks.declared import judged
from gaoxin.quality.checks.declared import rules as rules_of_checks
from gaoxin.quality.history import looked_at
from gaoxin.quality.model import Checked, Outcome
from gaoxin.quality.suites import must_fit
from gaoxin.quality.verdict import limits_in_words, title_of
from gaoxin.returns.model import ReturnKey, Verdict
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn

State = Literal["draft", "announced", "in_force", "retired"]
Fate = Literal["mended", "stands", "open"]
_LISTED = 200  # hits that are told one by one
TIGHTENED = Code("rules.tightened", "{rule} 收紧为 {limits}", "{rule}, tightened: {limits}", rule=str, limits=Message | None)
MADE_GRAVER = Code("rules.made_graver", "{rule} 加重为{to}", "{rule}, made graver: {to}", rule=str, to=Text)
_SEVERITIES = {Severity.ERROR: Text("错误", "error"), Severity.WARNING: Text("警告", "warning"),
               Severity.INFO: Text("提示", "information")}


class Rule(Answer):
    """A check of a plan, or an override. state: of the returns that come in now, those of the period that ended last."""

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


class Asked(NamedTuple):
    """A check or an override, as it is told. ids: of the rules by which it finds something."""

    id: str
    kind: str
    title: Message
    level: int
    severity: Severity
    life: Living
    ids: frozenset[str]


def rules(w: Workplace) -> Rules:
    """The checks and overrides of the plan in force, in its order."""
    day = local_day(w.now)
    return Rules(w.plan.id, w.now, [
        Rule(form.id, form.name, one.id, one.kind, one.title, one.level, one.severity,
             _state(one.life, Period.containing(day, form.periodicity).shift(-1)), one.life.since, one.life.until)
        for form in w.plan.forms for one in asked_of(w.plan, form)])


def asked_of(plan: Plan, form: Form) -> Iterator[Asked]:
    """The checks and overrides of a form, in the plan's order."""
    for check in form.checks:
        yield Asked(check.id, check.kind, _title(form, check), check.level, check.severity, check,
                     frozenset({f"check.{check.id}"}))
    for override in plan.overrides:
        if override.form == form.id:
            made = overriding.changed(form, rules_of(form), override)
            ids = frozenset(name for one in made for name in overriding.ids(one))
            yield Asked(override.id, override.kind, _named(override, made[0]), made[0]["meta"]["level"],
                        SEVERITY_OF[made[0]["severity"]], override, ids)


def _named(override: Override, made: Expectation) -> Message:
    if isinstance(override, Tighter):
        return TIGHTENED(rule=override.rule, limits=limits_in_words(made["kwargs"]))
    if isinstance(override, Severer):
        return MADE_GRAVER(rule=override.rule, to=_SEVERITIES[override.severity])
    return title_of(made)


def try_rule(w: Workplace, plan: Plan, form_id: str, check_id: str, done: Callable[[int], object] = lambda more: None) -> Tried:
    """What a check of `plan`, which may be one that nobody registered yet, finds in all that came by `w.now`. done: is told how
    many versions more are judged. Raises UsageError for a form or check that the plan does not have, Refused for one that is
    judged in no return of its form."""
    must_fit(plan)
    form = plan.form(form_id)
    asked = {one.id: one for one in asked_of(plan, form)}
    if check_id not in asked:
        known = "、".join(asked) or "—"
        raise UsageError(Text(f"报表 {form_id} 没有审核 {check_id!r}", f"the form {form_id} has no check {check_id!r}"),
                         where=plan.id, todo=Text(f"有：{known}", f"it has: {known}"))
    one = asked[check_id]
    alone, without = _alone(plan, form, one), _without(plan, form, one)
    if isinstance(one.life, DeclaredCheck) and not judged(alone.form(form_id)):
        raise Refused(Text(f"审核 {check_id} 在这种报表里无从判断", f"the check {check_id} judges nothing in such a form"),
                      where=plan.id, todo=Text("用 gaoxin plan check 查看原因", "see why with gaoxin plan check"))
    with w.warehouse.read() as store:
        came = _came(w, store, form)
        in_force = {v.return_id for v in _in_force(came)}
        found = list[tuple[StoredReturn, Checked]]()
        for period in sorted({v.key.period for v in came}):
            of_period = [v for v in came if v.key.period == period]
            found += _judged(w, alone, without, store, of_period, one.ids)
            done(len(of_period))
    return _told(w, form, one, found, in_force)


def _state(check: Living, period: Period) -> State:
    if check.draft:
        return "draft"
    if check.until is not None and period > check.until:
        return "retired"
    return "announced" if check.since is not None and period < check.since else "in_force"


def _title(form: Form, check: DeclaredCheck) -> Message:
    (made,) = rules_of_checks(form, [check])
    return title_of(made)


def _alone(plan: Plan, form: Form, one: Asked) -> Plan:
    """The plan with this check of the form and no other, in force whatever its life says. An override changes a rule that the
    form has: beside it the form's checks stay."""
    live = one.life.model_copy(update={"draft": False, "since": None, "until": None})
    if isinstance(live, DeclaredCheck):
        only = form.model_copy(update={"checks": (live,)})
        return plan.model_copy(update={"forms": tuple(only if f.id == form.id else f for f in plan.forms), "overrides": ()})
    return plan.model_copy(update={"overrides": (live,)})


def _without(plan: Plan, form: Form, one: Asked) -> Plan | None:
    """The plan whose own rule finds some of the same already, of a limit that is tightened; None of all others."""
    return plan.model_copy(update={"overrides": ()}) if isinstance(one.life, Tighter) else None


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


def _judged(w: Workplace, plan: Plan, without: Plan | None, store: Store, came: Sequence[StoredReturn], rules: frozenset[str]
            ) -> Iterator[tuple[StoredReturn, Checked]]:
    """The versions of one period, the older ones first, so that what is in force decides what is compared with it. without: the
    plan of which what it finds as well is not counted."""
    reads = [read_by(replace(w, plan=plan), store.returns.content(one.sha256), one.file, one.key) for one in came]
    facts = store.facts.of_slices(w.plan.id, w.known, looked_at(plan, [one.key for one in came]))
    days = [one.handed_in for one in came]
    found = judge(plan, reads, days, facts)
    if without is not None:
        found = [_more(one, was, rules) for one, was in zip(found, judge(without, reads, days, facts), strict=True)]
    yield from zip(came, found, strict=True)


def _more(checked: Checked, was: Checked, rules: frozenset[str]) -> Checked:
    """What these rules find beyond what was found without the override."""
    known = {(f.rule, f.sheet, f.cell) for f in was.findings}
    findings = tuple(f for f in checked.findings if f.rule not in rules or (f.rule, f.sheet, f.cell) not in known)
    failing = {f.rule for f in findings}
    checks = tuple(replace(c, outcome=Outcome.PASSED) if c.rule in rules and c.outcome is Outcome.FAILED and c.rule not in failing
                   else c for c in checked.checks)
    return replace(checked, findings=findings, checks=checks)


def _outcome(result: Checked, rules: frozenset[str]) -> tuple[Outcome, Message | None] | None:
    """What became of rules together, and why nothing did; None where they are none of the return's."""
    found = [c for c in result.checks if c.rule in rules]
    for outcome in (Outcome.FAILED, Outcome.PASSED):
        if any(c.outcome is outcome for c in found):
            return outcome, None
    return (found[0].outcome, found[0].reason) if found else None


def _told(w: Workplace, form: Form, asked: Asked, found: Sequence[tuple[StoredReturn, Checked]], in_force: set[str]) -> Tried:
    outcomes = dict[str, Outcome]()
    why, counts = Counter[Message](), defaultdict[Period, Counter[str]](Counter)
    for version, result in found:
        if (one := _outcome(result, asked.ids)) is None:
            continue
        outcomes[version.return_id] = one[0]
        if one[0] is Outcome.NOT_EVALUATED and one[1] is not None:
            why[one[1]] += 1
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
                 for f in result.findings if f.rule in asked.ids]
    periods = [TriedPeriod(p, c["judged"], c["not_evaluated"], c["mended"] + c["stands"] + c["open"], c["mended"], c["stands"],
                           c["open"]) for p, c in sorted(counts.items())]
    total = sum(counts.values(), Counter())
    standing = sum(outcomes.get(r) in (Outcome.PASSED, Outcome.FAILED) for r in in_force)
    return Tried(w.plan.id, w.now, form.id, form.name, asked.id, asked.title, asked.life.draft, periods, total["judged"],
                 total["not_evaluated"], standing, total["mended"], total["stands"], total["open"],
                 _share(total["stands"], standing), _by_number(why), len(found) - len(outcomes), hits[:_LISTED], len(hits))


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part) / whole, 4) if whole else None


def _by_number(why: Mapping[Message, int]) -> list[tuple[Message, int]]:
    return sorted(why.items(), key=lambda one: -one[1])
