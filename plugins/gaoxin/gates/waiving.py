"""Which of a criterion's shortfalls waivers let pass. Pure.

A waiver covers what was lacking of its criterion when it was given; where it has a scope, what lies within all of that, also
later; or all of its criterion, also what comes later, where it says so. Several may cover one criterion together. What none
covers holds as before; what one covers is not made good by it: it stays told, beside who let it pass.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from gaoxin.clock import LATEST
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.judging import Case
from gaoxin.gates.model import CriterionResult, Evidence, Shortfall, WaiverEvidence
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.acts import afterwards
from gaoxin.periods import Period
from gaoxin.plan.model import Criterion, Plan
from gaoxin.returns.schedule import key_of

_WAIVED = Code("gates.waived", "{detail}；经{unit}豁免至 {expires}：{reason}",
               "{detail}; waived by {unit} until {expires}: {reason}", unit=Worded, reason=str)
_WITHIN = Code("gates.waived_within", "{detail}；经{unit}豁免（限于{scope:、}）至 {expires}：{reason}",
               "{detail}; waived by {unit} for {scope:,} until {expires}: {reason}", unit=Worded, scope=tuple, reason=str)
_PARTLY = Code("gates.waived_partly", "{told}；豁免 {covered} 项，仍缺 {left} 项",
               "{told}; {covered} waived, {left} hold all the same", told=Message, covered=int, left=int)
_NEW = Code("gates.waived_and_new", "{told}；豁免当时所缺的 {covered} 项照准，其后新增的 {left} 项不在豁免之内",
            "{told}; what was lacking then is waived ({covered}), what came since is not ({left})", told=Message, covered=int,
            left=int)
_ITEMS = Code("gates.scope_items", "豁免时所缺的 {count} 项：{what:、}{more}",
              "the {count} that were lacking then: {what:,}{more}", count=int, what=tuple, more=Text)
_RETURN = Code("gates.scope_return", "{unit}《{form}》{period}", "{unit}, {form} {period}", unit=Worded, form=Worded,
               period=Period)
_MORE = Text("等", ", …")
_LISTED = 5
_NONE = WaiverEvidence("", "", "", "", date.min, LATEST)
_PART = {
    "indicator": Code("gates.scope_indicator", "指标“{name}”", "indicator {name}", name=Worded),
    "unit": Code("gates.scope_unit", "{name}", "{name}", name=Worded),
    "rule": Code("gates.scope_rule", "规则 {name}", "rule {name}", name=str),
    "period": Code("gates.scope_period", "{name}", "{name}", name=str),
}


def waived(case: Case, c: Criterion, result: CriterionResult) -> CriterionResult:
    """With the waivers in force that cover it, whole or in part, whose day of expiry still counts. One that passes by itself
    needs none and shows none."""
    given = in_use(case, c, result)
    if not given:
        return result
    if not given[0].limited:
        return _whole(case, result, given)
    if not result.shortfalls:  # nothing that lies within a scope: it was not evaluated
        known = [w for w in given if not w.scope]
        return _whole(case, result, known) if known else result
    covered = {s: by for s in result.shortfalls if (by := covering(case.plan, case.evidence, given, s))}
    if not covered:
        return result
    used = [w for w in given if any(w in by for by in covered.values())]
    left = tuple(s for s in result.shortfalls if s not in covered)
    listed = all(not w.scope for w in used)
    if listed and not left:
        return _whole(case, result, used)
    enough, detail = JUDGEMENTS[c.kind].enough(case, c, left), result.detail
    for w in used:
        detail = _told(case.plan, detail, w)
    return replace(result, waived=enough, shortfalls=left, excused=tuple(covered),
                   detail=detail if enough else (_NEW if listed else _PARTLY)(told=detail, covered=len(covered), left=len(left)),
                   evidence=(*result.evidence, *(w.mark for w in used)))


def _whole(case: Case, result: CriterionResult, used: Sequence[WaiverEvidence]) -> CriterionResult:
    detail = result.detail
    for w in used:
        detail = _told(case.plan, detail, w)
    return replace(result, waived=True, detail=detail, evidence=(*result.evidence, *(w.mark for w in used)))


def in_use(case: Case, c: Criterion, result: CriterionResult) -> Sequence[WaiverEvidence]:
    """The waivers that a criterion leans on: none where it passes by itself; the last to expire of those that let all of it pass,
    else of each scope, and of those of what was lacking once those that are needed, the last to expire first. What runs out
    beside one that stands changes nothing."""
    if result.passed is True or not JUDGEMENTS[c.kind].waivable:
        return ()
    given = [w for w in case.evidence.waivers if (w.phase, w.criterion) == (case.phase.id, c.id) and w.expires >= case.today]
    given.sort(key=lambda w: (w.expires, w.recorded_at, w.by, w.reason))
    whole = [w for w in given if not w.limited]
    scoped = {tuple(sorted((k, str(v)) for k, v in w.scope.items())): w for w in given if w.scope}
    return whole[-1:] or (*scoped.values(), *_needed([w for w in given if not w.scope], {s.ref for s in result.shortfalls}))


def _needed(given: Sequence[WaiverEvidence], lacking: Collection[str]) -> Iterator[WaiverEvidence]:
    """Of waivers of what was lacking once, those without which something would hold that is lacking still."""
    left = {*lacking}
    for w in reversed(given):
        mine = left.intersection(w.items or ())
        if mine or not (lacking or w.items):
            left -= mine
            yield w


def covering(plan: Plan, evidence: Evidence, given: Iterable[WaiverEvidence], s: Shortfall) -> Sequence[WaiverEvidence]:
    """Those of the waivers that cover a shortfall: one that names no rule alone; ones that name rules together, where they name
    all that found anything."""
    near = [w for w in given if _near(plan, w, s)]
    whole = [w for w in near if w.rule is None]
    if whole:
        return whole
    key = key_of(plan, s.ref)
    found = evidence.found.get(str(key), frozenset()) if key else frozenset()
    return [w for w in near if w.rule in found] if found and found <= {w.rule for w in near} else []


def _near(plan: Plan, w: WaiverEvidence, s: Shortfall) -> bool:
    """Within all of the scope but the rule."""
    key = key_of(plan, s.ref)
    return ((w.items is None or s.ref in w.items)
            and (w.indicator is None or w.indicator == s.ref)
            and (w.unit is None or w.unit == (key.unit if key else s.owner))
            and (w.period is None or (key is not None and w.period == key.period))
            and (w.rule is None or key is not None))


def scope_told(plan: Plan, w: WaiverEvidence) -> tuple[Message, ...]:
    """What a waiver is limited to, in words; names that the plan does not know any more as they were written; nothing where it
    covers its criterion whole, also what comes later."""
    names: dict[str, dict[str, Worded]] = {"indicator": {i.id: i.name for i in plan.indicators},
                                           "unit": {u.id: u.name for u in plan.units}}
    found = tuple(_PART[kind](name=names[kind].get(value, Text(value, value)) if kind in names else value)
                  for kind, value in w.scope.items())
    if found or not w.items:
        return found
    what = dict.fromkeys(_item(plan, ref) for ref in w.items)
    return (_ITEMS(count=len(w.items), what=list(what)[:_LISTED], more=_MORE if len(what) > _LISTED else Text("", "")),)


def _item(plan: Plan, ref: str) -> Worded:
    """What a shortfall was about, by its ref; what has no name by that."""
    of = ref.partition("~")[0]
    if key := key_of(plan, of):
        return _RETURN(unit=plan.unit(key.unit).name, form=plan.form(key.form).name, period=key.period)
    named = {i.id: i.name for i in plan.indicators} | {t.id: t.name for t in plan.tasks}
    return named.get(ref) or named.get(of.partition(".")[0]) or Text(ref, ref)


def scopes(plan: Plan, found: Iterable[Shortfall]) -> list[WaiverEvidence]:
    """By what a waiver of these could be limited, one part each: their indicators, units and periods."""
    parts: dict[tuple[str, str], None] = {}
    for s in found:
        key = key_of(plan, s.ref)
        if any(i.id == s.ref for i in plan.indicators):
            parts["indicator", s.ref] = None
        parts["unit", key.unit if key else s.owner] = None
        if key:
            parts["period", str(key.period)] = None
    return [scope_of(kind, value) for kind, value in sorted(parts)]


def scope_of(kind: str, value: str) -> WaiverEvidence:
    """A waiver of nothing but that scope."""
    given: dict[str, Any] = {kind: Period.parse(value) if kind == "period" else value}
    return replace(_NONE, **given)


def _told(plan: Plan, detail: Message, w: WaiverEvidence) -> Message:
    about = {"detail": detail, "unit": plan.unit(w.by).name, "expires": w.expires, "reason": w.reason}
    return afterwards(_WITHIN(**about, scope=scope_told(plan, w)) if w.scope else _WAIVED(**about), w)
