"""The criteria on returns: what they have in common when none is due, or none has come."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from gaoxin.gates.judging import RECEIVED, Case, Due, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.base import OfReturns
from gaoxin.returns.model import ReturnState

R = TypeVar("R", bound=OfReturns)

_NOTHING_DUE = Code(
    "gates.nothing_due", "截至 {day} 没有应报的报表，未能评估", "no return is due by {day}: not evaluated", day=date,
)
_NOTHING_CAME = Code(
    "gates.nothing_came", "应报 {count} 份，一份也没有收到，未能评估", "none of the {count} returns due has come: not evaluated",
    count=int,
)


class OnReturns(Judgement[R]):
    """Where no return is due there is nothing to judge."""

    def judge(self, case: Case, c: R) -> CriterionResult:
        due = case.due(c.forms)
        return self.of_due(case, c, due) if due else judged(c, None, _NOTHING_DUE(day=case.day))

    def of_due(self, case: Case, c: R, due: Due) -> CriterionResult:
        raise NotImplementedError


def found_wanting(
    case: Case, c: OfReturns, due: Due, wanting: Sequence[Shortfall], detail: Message, evidence: tuple[str, ...]
) -> CriterionResult:
    """Passed where none of those that are in is found wanting. Where none is in there was nothing to look at, and that is
    no clean bill."""
    unknown = unjudged(due)
    shortfalls = (*wanting, *(case.lacking(item, seen) for item, seen in unknown))
    if not any(seen and seen.state in RECEIVED for _, seen in due):
        return judged(c, None, _NOTHING_CAME(count=len(due)), (), shortfalls)
    return judged(c, False if wanting else None if unknown else True, detail, evidence, shortfalls)


def unjudged(due: Due) -> Due:
    """Those that are in and not yet checked, or of which nothing is known: of them nothing can be said."""
    return [(item, seen) for item, seen in due if seen is None or seen.state is ReturnState.RECEIVED]


def return_ids(due: Due, *states: ReturnState) -> tuple[str, ...]:
    return tuple(s.return_id for _, s in due if s and s.return_id and (not states or s.state in states))
