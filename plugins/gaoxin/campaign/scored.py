"""What assessments came to as of a time: sheets read, rules applied. Reads only; sheets are entered in `campaign.scores`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.workplace import Workplace
from gaoxin.indicators.model import IndicatorResult
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.model import Phase, Plan
from gaoxin.problems.rules import item_problem_id
from gaoxin.scoring.combining import below, makes_good, score, still_given
from gaoxin.scoring.computing import computed
from gaoxin.scoring.model import Score, Sheet
from gaoxin.warehouse.engine import Store


def assessments_of(plan: Plan, phase: Phase) -> list[Assessment]:
    """Those whose scores a phase's gate asks for, each once."""
    asked = (c.assessment for c in phase.gate.criteria if isinstance(c, ScoreReached))
    return [plan.assessment(name) for name in dict.fromkeys(asked)]


def score_in(w: Workplace, store: Store, asked: Assessment, results: Iterable[IndicatorResult] | None = None,
             sheets: Sequence[Sheet] | None = None) -> Score:
    """Within a transaction. results: of its indicators, where they are known already; sheets: likewise."""
    needed = {item.indicator for item in asked.items if item.indicator}
    found = results if results is not None else indicators_in(w, store, only=needed) if needed else ()
    there = sheets if sheets is not None else store.scores.sheets(w.plan.id, w.known, asked.id)
    given = [still_given(asked, _as_it_was(w, store, asked, s.recorded_at), s) for s in there]
    came = score(asked, given, computed(asked, found))
    outdated = {(s.seat, s.version) for s, now in zip(there, given, strict=True) if len(now.lines) < len(_known(asked, s))}
    known = {r.id for r in store.decisions.rectifications(w.plan.id, w.known)} if below(asked, came) else set()
    ids = {i.id: item_problem_id(w.plan.id, asked.id, makes_good(w.plan, i), i.id) for i in asked.items}
    return replace(came, outdated=tuple(s for s, version in came.versions.items() if (s, version) in outdated),
                   unopened=tuple(i.item for i in below(asked, came) if ids[i.item] not in known))


def _as_it_was(w: Workplace, store: Store, asked: Assessment, then: datetime) -> Assessment | None:
    """The assessment by the version of the plan in force then."""
    if w.version is None or w.version.registered_at <= then:
        return asked
    version = store.plans.in_force(w.plan.id, then)
    return next((a for a in version.plan.assessments if a.id == asked.id), None) if version else asked


def _known(asked: Assessment, sheet: Sheet) -> set[str]:
    """What a sheet has of lines that the plan still asks for."""
    return {line for item in asked.items for line in item.lines} & set(sheet.lines)
