from gaoxin.gates.judging import Case, Due, OnReturns, found_wanting, return_ids, unjudged
from gaoxin.gates.later import later, naming, still_open
from gaoxin.gates.model import CriterionResult
from gaoxin.i18n import Code
from gaoxin.plan.criteria.no_open_errors import NoOpenErrors
from gaoxin.returns.model import ReturnState

_DETAIL = Code("gates.no_open_errors", "应报 {due} 份中，退回未改正 {rejected} 份，尚无校核结论 {unjudged} 份",
               "of {due} returns due, {rejected} stand rejected and {unjudged} have no verdict yet", due=int)
_COUNTING = Code("gates.no_open_errors_counting", "应报 {due} 份，作数的版本中退回未改正 {rejected} 份，"
                 "尚无校核结论 {unjudged} 份",
                 "of {due} returns due, by the versions that count, {rejected} stand rejected and {unjudged} have no verdict yet",
                 due=int)
_ERRORS = Code("gates.errors_open", "有 {count} 个错误未改正", "{count} error(s) open")


class Clean(OnReturns[NoOpenErrors]):
    """A return that is not in at all has no error: it is `returns_complete` that asks for it. One that is in and not yet checked,
    or of which nothing is known, cannot be said to have none. What is accepted before its day is looked at, too. A later version
    that does not count is named, and holds where the plan says so."""

    of = NoOpenErrors

    def of_due(self, case: Case, c: NoOpenErrors, due: Due) -> CriterionResult:
        early = case.early(c.forms)
        rejected = [(i, s) for i, s in (*due.listed, *early)
                    if s and (s.state is ReturnState.REJECTED or (s.errors and s.state is ReturnState.ACCEPTED))]
        wanting = [case.lacking(i, s, _ERRORS(count=s.errors)) for i, s in rejected]
        wanting += [case.lacking(i, s) for i, s in early if s and s.untrusted]
        newer = later(case, c.forms)
        detail = (_COUNTING if newer else _DETAIL)(due=due.count, rejected=len(rejected), unjudged=len(unjudged(due)))
        if c.newer == "hold":
            wanting += still_open(case, newer)
        return found_wanting(case, c, due, wanting, naming(case, detail, newer), return_ids(due))
