"""Rules that reach periods which were judged without them: told as they are put into force, and at what is judged anew."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.ruling import Asked, asked_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST
from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.forms import Form
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Problem, ReadReturn
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn

RULES_CHANGED = Code("returns.rules_changed", "此前按方案第 {then} 版审核，现按第 {now} 版；本期新施行的规则：{rules:；}",
                     "judged under version {then} of the plan before, now under {now}; rules new for this period: {rules:; }",
                     then=int, now=int, rules=tuple)
_WORDS = {"draft", "since", "until", "by", "on", "why"}


class Reached(Answer):
    """A rule that now judges periods which were judged without it. periods: in order; returns: how many of them were judged, in
    whatever version."""

    form: str
    form_name: Worded
    check: str
    title: Message
    periods: Sequence[Period]
    returns: int


def reached(store: Store, before: Plan, after: Plan) -> list[Reached]:
    """The rules of a plan that reach what was judged under the one before, in the plan's order. Later corrections of these
    periods are judged by them; what is in force stays."""
    new = [(form, one, periods) for form in after.forms for one in asked_of(after, form)
           if (periods := tuple(p for p in form.periods() if _is_new(before, form, one, p)))]
    asked = {(form.id, period) for form, _, periods in new for period in periods}
    judged: dict[tuple[str, Period], set[str]] = defaultdict(set)
    for version in store.standing.versions(after.id, asked, LATEST) if asked else ():
        if version.verdict is not None:
            judged[version.key.form, version.key.period].add(version.key.unit)
    told = [(form, one, [p for p in periods if judged[form.id, p]]) for form, one, periods in new]
    return [Reached(form.id, form.name, one.id, one.title, periods, sum(len(judged[form.id, p]) for p in periods))
            for form, one, periods in told if periods]


def noted(w: Workplace, store: Store, items: Sequence[StoredReturn], reads: Iterable[ReadReturn]) -> list[ReadReturn]:
    """Returns that are about to be judged, with a note where it, or the version before, was judged under an earlier version of
    the plan that lacked some of the rules for its period."""
    return [_noted(w, store, item, read) for item, read in zip(items, reads, strict=True)]


def _noted(w: Workplace, store: Store, item: StoredReturn, read: ReadReturn) -> ReadReturn:
    now, then = w.plan_version, _judged_under(store, item)
    if read.key is None or now is None or then is None or then == now:
        return read
    form, before = w.plan.form(item.key.form), store.plans.version(w.plan.id, then).plan
    rules = tuple(one.title for one in asked_of(w.plan, form) if _is_new(before, form, one, item.key.period))
    if not rules:
        return read
    note = Problem("rules_changed", RULES_CHANGED(then=then, now=now, rules=rules), read.cover)
    return replace(read, notes=(*read.notes, note))


def _judged_under(store: Store, item: StoredReturn) -> int | None:
    """The version of the plan under which a return was judged last, or else the version of it that is in force, or else the one
    before it: what was rejected meanwhile under newer rules counts for nothing."""
    if item.plan_version is not None or item.version == 1:
        return item.plan_version
    key = item.key
    versions = store.standing.of_unit(key.campaign, key.unit, [key.form], LATEST, key.period)
    judged = [one for one in versions if one.version < item.version and one.plan_version is not None]
    last = max(judged, key=lambda one: (one.loaded_at is not None, one.version), default=None)
    return last.plan_version if last else None


def _is_new(before: Plan, form: Form, rule: Asked, period: Period) -> bool:
    """Whether a rule judges a period that a plan before did not judge by it, as it is defined now."""
    if not rule.life.judges(period):
        return False
    old = next((one for one in before.forms if one.id == form.id), None)
    return old is None or not any(_same(one, rule) and one.life.judges(period) for one in asked_of(before, old))


def _same(one: Asked, other: Asked) -> bool:
    return one.id == other.id and one.life.model_dump(exclude=_WORDS) == other.life.model_dump(exclude=_WORDS)
