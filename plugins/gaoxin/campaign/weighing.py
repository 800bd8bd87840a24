"""What findings of several returns weigh beside each other, by what the units report as of the workplace's time. Reads only."""

from collections.abc import Sequence

from gaoxin.campaign.workplace import Workplace
from gaoxin.quality.scored import Weighed, scores_of, weighs
from gaoxin.returns.model import Slice
from gaoxin.warehouse.engine import Store


def scores(w: Workplace, store: Store, asked: Sequence[Weighed]) -> list[float]:
    """Of each its score, nought where it has none."""
    of = [one for one in asked if weighs(one.message)]
    if not of:
        return [0.0] * len(asked)
    about = Slice(forms=frozenset(one.form for one in of), periods=frozenset(one.period for one in of),
                  variables=frozenset(one.variable for one in of))
    return scores_of(asked, store.facts.series_as_of(w.plan.id, w.known, about))
