"""Waivers (豁免): who may give them, what their scope meets, where they were used. Reads only; they are given in `decisions`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from gaoxin.campaign import gatekeeping
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import Evidence, GateResult, GateVerdict, Mode, Shortfall, WaiverEvidence
from gaoxin.gates.waiving import covering, scope_told
from gaoxin.i18n import Message, Text
from gaoxin.periods import Period
from gaoxin.plan.model import Criterion, Plan
from gaoxin.returns.schedule import key_of
from gaoxin.warehouse.engine import Store

_NAMED = 8


@dataclass(frozen=True)
class Scope:
    """What of a criterion a waiver is limited to; nothing: it covers it whole."""

    indicator: str | None = None
    unit: str | None = None
    rule: str | None = None
    period: Period | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """One part, as NAME=VALUE; empty: the whole. Raises UsageError."""
        kind, _, value = text.partition("=")
        if text and (kind not in cls.__dataclass_fields__ or not value):
            raise UsageError(Text(f"豁免的范围不成立：{text!r}", f"no scope of a waiver: {text!r}"), where="scope",
                             todo=Text("写 indicator=、unit=、rule= 或 period=", "write indicator=, unit=, rule= or period="))
        given: dict[str, Any] = {kind: Period.parse(value) if kind == "period" else value} if text else {}
        return cls(**given)


WHOLE = Scope()


class Use(Answer):
    """A kept evaluation that a waiver touched. covered: what it let pass; empty where it covered its criterion whole."""

    at: datetime
    mode: Mode
    verdict: GateVerdict
    covered: Sequence[Message]


class WaiverSeen(Answer, inline="given"):
    """scope: what it is limited to, in words; empty where it covers its criterion whole, also what comes later. uses: of
    kept evaluations, the newest first."""

    given: WaiverEvidence
    scope: Sequence[Message]
    in_force: bool
    uses: Sequence[Use]


class Waivers(Answer):
    """In the order in which they were given. phase: of whose gate alone; None: of all."""

    campaign: str
    as_of: datetime
    phase: str | None
    waivers: Sequence[WaiverSeen]

    @property
    def in_force(self) -> Sequence[WaiverSeen]:
        return [one for one in self.waivers if one.in_force]


def waivers_of(plan: Plan, criterion: Criterion | None = None) -> list[str]:
    """The units that may waive: the leading group, and the unit whose consent the application needs; of a criterion those that
    the plan names, where it names any or nobody."""
    if criterion is not None and criterion.waivable_by is not None:
        return list(criterion.waivable_by)
    return [u for u in dict.fromkeys((plan.governance.leading_group, plan.governance.consent)) if u]


def waivers(w: Workplace, phase: str | None = None) -> Waivers:
    """As of `w.now`. Raises UsageError for an unknown phase."""
    if phase is not None:
        w.plan.phase(phase)
    with w.warehouse.read() as store:
        found = seen_in(w, store, [x for x in store.decisions.waivers(w.plan.id, w.known) if phase in (None, x.phase)])
    return Waivers(w.plan.id, w.now, phase, found)


def seen_in(w: Workplace, store: Store, given: Sequence[WaiverEvidence]) -> list[WaiverSeen]:
    today = local_day(w.now)
    kept = {phase: store.decisions.last_gates(w.plan.id, phase, w.known, None) for phase in {x.phase for x in given}}
    return [WaiverSeen(x, scope_told(w.plan, x), x.expires >= today, list(_uses(w, x, kept[x.phase]))) for x in given]


def _uses(w: Workplace, given: WaiverEvidence, kept: Iterable[GateResult]) -> Iterable[Use]:
    for result in kept:
        for c in result.criteria:
            if c.id == given.criterion and given.mark in c.evidence:
                near = [s for s in c.excused if covering(w.plan, Evidence(result.decided_as_of), [replace(given, rule=None)], s)]
                yield Use(result.decided_as_of, result.mode, result.verdict, [s.subject for s in near] if given.scope else [])


def must_meet(w: Workplace, store: Store, given: WaiverEvidence) -> None:
    """That a waiver with a scope lets something pass of what is lacking now. Raises UsageError for an indicator, unit or period
    that the plan does not have, Refused where nothing that is lacking lies within, with what there is."""
    if given.indicator:
        w.plan.indicator(given.indicator)
    if given.unit:
        w.plan.unit(given.unit)
    if given.period and not any(given.period in form.periods() for form in w.plan.forms):
        raise UsageError(Text(f"{given.period} 没有应报的报表", f"no return is owed for {given.period}"), where="period",
                         todo=Text("写成 2020-06", "write 2020-06"))
    phase = w.plan.phase(given.phase)
    evidence = gatekeeping.gather(w, phase, store, rules=bool(given.rule))
    result = next(c for c in evaluate_gate(w.plan, phase, replace(evidence, waivers=())).criteria if c.id == given.criterion)
    for s in result.shortfalls:
        if covering(w.plan, evidence, [given], s) or (given.rule and _found_in(w, evidence, given, s)):
            return
    there, within = list(dict.fromkeys(_where(w.plan, evidence, s) for s in result.shortfalls)), scope_told(w.plan, given)
    more = f"…（{len(there)}）" if len(there) > _NAMED else ""
    raise Refused(Text(f"所缺之中没有属于{'、'.join(x.to('zh') for x in within)}的",
                       f"nothing that is lacking lies within {', '.join(x.to('en') for x in within)}"),
                  where=f"{w.plan.id}/{given.phase}/{given.criterion}",
                  todo=Text(f"现缺：{'；'.join(x.zh for x in there[:_NAMED]) or '无'}{more}",
                            f"lacking: {'; '.join(x.en for x in there[:_NAMED]) or 'nothing'}{more}"))


def lacking(w: Workplace, store: Store, given: WaiverEvidence) -> tuple[str, ...]:
    """What is lacking of its criterion now. Raises Refused where it passes."""
    phase = w.plan.phase(given.phase)
    evidence = replace(gatekeeping.gather(w, phase, store), waivers=())
    result = next(c for c in evaluate_gate(w.plan, phase, evidence).criteria if c.id == given.criterion)
    if result.passed is True:
        raise Refused(Text("这一条件现在没有缺项，无可豁免", "it lacks nothing now: there is nothing to waive"),
                      where=f"{w.plan.id}/{given.phase}/{given.criterion}",
                      todo=Text("要豁免以后出现的，写 --all", "to waive what comes later, say --all"))
    return tuple(sorted({s.ref for s in result.shortfalls}))


def _found_in(w: Workplace, evidence: Evidence, given: WaiverEvidence, s: Shortfall) -> bool:
    """Whether the rule found something of it: with others that are waived too it may let it pass."""
    key = key_of(w.plan, s.ref)
    return bool(key and given.rule in evidence.found.get(str(key), ())
                and covering(w.plan, evidence, [replace(given, rule=None)], s))


def _where(plan: Plan, evidence: Evidence, s: Shortfall) -> Text:
    """What a scope could say of it: in words, and as it is written."""
    if (key := key_of(plan, s.ref)) is None:
        indicator = next((i for i in plan.indicators if i.id == s.ref), None)
        parts = {"indicator": indicator.id} if indicator else {}
        parts, names = parts | {"unit": s.owner}, [indicator.name] if indicator else []
        names.append(plan.unit(s.owner).name)
    else:
        rules = sorted(evidence.found.get(str(key), ()))
        parts = {"unit": key.unit, "period": str(key.period)} | ({"rule": " + ".join(rules)} if rules else {})
        names = [plan.unit(key.unit).name]
    written = ", ".join(f"{name} {value}" for name, value in parts.items())
    return Text(f"{'、'.join(n.to('zh') for n in names)}（{written}）", f"{', '.join(n.to('en') for n in names)} ({written})")
