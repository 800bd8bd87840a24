"""The seal of a gate: a sha256 over everything an approval is given for, and over nothing else.

In it: the rules (the gate's criteria, and the plan's text of the indicators and forms they speak of; what versions of the plan
changed of the gate within its decision window), the figures (indicator values with their periods, and all that they were judged
by: the other parts of a target, base years, zones, references, what a share counts), the returns in force with the version by
which what they say came first, so that the same figures in another file are the same, and explained warnings with the words that
were accepted, deliverables by hash, released predecessors, waivers in use, returns that were put off beyond the gate, and what
else a criterion's judgement gives (`Judgement.sealed`). Not in it: approvals, so that giving one does not void it; and anything
that moves with the calendar alone (as-of times, days late, forecasts, states such as overdue), so that an approval stands while
nothing that it was given for changes. """

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from gaoxin.extensions.model import Kind
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.judging import RECEIVED, Case
from gaoxin.gates.model import Evidence
from gaoxin.gates.waiving import in_use
from gaoxin.indicators.model import IndicatorResult
from gaoxin.numerals import plain
from gaoxin.plan.model import Criterion, Phase, Plan
from gaoxin.plan.units_of_measure import used_by
from gaoxin.returns.model import ReturnKey
from gaoxin.returns.schedule import rounds
from gaoxin.tasks.counting import counting


def seal_of(plan: Plan, phase: Phase, evidence: Evidence) -> str:
    """sha256, 64 hex digits, of the canonical JSON of `sealed`. The order of evidence does not matter."""
    return sha256(written(sealed(plan, phase, evidence))).hexdigest()


def written(found: Mapping[str, Any]) -> bytes:
    """What a seal is the hash of: kept with a word that is given, it says for good what that was given for."""
    return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(plan: Plan, phase: Phase, evidence: Evidence) -> dict[str, Any]:
    """What the seal covers, as plain JSON: also what shows the difference when an approval is void."""
    case = Case(plan, phase, evidence)
    last = {c.id for c in phase.gate.criteria if JUDGEMENTS[c.kind].last}
    criteria = [c for c in phase.gate.criteria if c.id not in last]
    indicators = {i.id: i for c in criteria for i in plan.indicators_asked(c)}
    forms = {f.id: f for c in criteria for f in plan.forms_asked(c)}
    counted = sorted([c.form, str(c.period), c.count, c.digest] for c in evidence.counted if c.form in forms)
    counts = {(t.id, piece) for c in criteria for t in plan.tasks_asked(phase, c) for piece in counting(case.task_history(t))}
    found: dict[str, Any] = {
        "campaign": plan.id, "phase": phase.id,
        "rules": {
            "criteria": [c.model_dump(mode="json") for c in phase.gate.criteria],
            "indicators": {name: i.model_dump(mode="json") for name, i in indicators.items()},
            "forms": {name: f.model_dump(mode="json") for name, f in forms.items()},
        },
        "figures": sorted(figure for r in evidence.indicators if r.id in indicators for figure in _figures(case, criteria, r)),
        "returns": sorted([r.form, r.unit, str(r.period), evidence.same_as.get(r.return_id, r.return_id), r.state.value, r.errors,
                           r.warnings, r.warnings_explained, *([r.words] if r.words else [])]
                          for r in evidence.returns if r.form in forms and r.return_id and r.state in RECEIVED),
        **({"counted": counted} if counted else {}),
        "deliverables": sorted({(d.task, d.deliverable, d.sha256) for d in evidence.deliverables
                                if (d.task, d.deliverable) in counts}),
        "rectifications": [],
        "predecessors": sorted(p for p in phase.after if p in evidence.passed_phases),
        "waivers": sorted([w.criterion, w.by, w.reason, w.expires.isoformat(), *([w.within] if w.scope else [])]
                          for c in criteria if any(w.criterion == c.id for w in evidence.waivers)
                          for w in in_use(case, c, JUDGEMENTS[c.kind].judge(case, c))),
    }
    if used := used_by(plan.units_of_measure, *indicators.values(), *forms.values()):
        found["rules"]["units_of_measure"] = [one.model_dump(mode="json") for one in used]
    if put_off := sorted(_put_off(case, forms)):  # else what was approved before there were any stays approved
        found["extensions"] = put_off
    if evidence.changes:  # else what was approved before there were any stays approved
        found["changed_within_window"] = [[change.version, change.subject, change.field] for change in evidence.changes]
    for c in criteria:
        for section, values in JUDGEMENTS[c.kind].sealed(case, c).items():
            known = found.setdefault(section, [])
            known += [value for value in values if value not in known]
    return found


def _put_off(case: Case, forms: Collection[str]) -> Iterator[list[str]]:
    """Returns for which the gate does not wait any more: they were given a day after its deadline."""
    if not case.evidence.days.grants:
        return
    for r in rounds(case.plan):
        for unit in r.units if r.form in forms and r.due <= case.phase.gate.deadline else ():
            key = ReturnKey(case.plan.id, r.form, unit, r.period)
            if (day := case.evidence.days.day(Kind.RETURN, str(key), r.due)) > case.phase.gate.deadline:
                yield [r.form, unit, str(r.period), day.isoformat()]


def _figures(case: Case, criteria: Sequence[Criterion], r: IndicatorResult) -> list[list[str]]:
    """Of each value that binds and is asked for."""
    indicator = case.plan.indicator(r.id)
    asked = (s for c in criteria if indicator in case.plan.indicators_asked(c) for s in case.asked(c, indicator))
    return [_figure(r.of(due)) for due in dict.fromkeys(s.due for s in asked)]


def _figure(r: IndicatorResult) -> list[str]:
    """The figure; the reference values that it was judged by, since a revision of one is a change of what was approved; and
    the other figures of its target: of parts that do not decide, base years, zones, and what a share counts."""
    held_against = [f"{used.id} {used.period} {plain(used.value)} {used.unit} {used.published}"
                    for used in dict.fromkeys((r.reference, *r.references)) if used]
    behind = {f"{v.measure} {plain(v.value)} {v.unit} {v.period}" for v in (*r.measures, *r.rests_on) if v.value is not None}
    value = "" if r.value is None else plain(r.value)
    counted = {f"{c.kind} {c.id} {c.truth.value}" for c in r.counted}
    return [r.id, value, r.unit, str(r.period or ""), r.truth.value, *held_against, *sorted(behind | counted)]
