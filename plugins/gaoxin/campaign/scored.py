"""What assessments came to as of a time: sheets read, rules applied. Reads only; sheets are entered in `campaign.scores`."""

from collections.abc import Iterable, Sequence

from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.workplace import Workplace
from gaoxin.indicators.model import IndicatorResult
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.model import Phase, Plan
from gaoxin.scoring.combining import score
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
    return score(asked, there, computed(asked, found))
