from collections.abc import Iterator

from gaoxin.gates.judging import Case, Due, OnReturns, found_wanting, return_ids
from gaoxin.gates.later import later, naming
from gaoxin.gates.model import CriterionResult, OwedReturn, Shortfall
from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.warnings_explained import WarningsExplained
from gaoxin.returns.model import Owed, ReturnState

_DETAIL = Code("gates.warnings_explained", "警告 {total} 条，说明已接受 {explained} 条",
               "of {total} warnings {explained} have an explanation that was accepted")
_OWED = Code("gates.warnings_owed", "{count} 条警告须说明：{why}", "{count} warning(s) to be explained: {why}", why=tuple)
_SILENT = Code("gates.warnings_silent", "未说明 {count} 条", "{count} without explanation")
_BACK = Code("gates.warnings_sent_back", "说明被退回 {count} 条", "{count} of which it was sent back")
_EXPIRED = Code("gates.warnings_expired", "说明已过期 {count} 条", "{count} of which it has expired")
_WAITING = Code("gates.warnings_waiting", "{count} 条警告的说明待审核",
                "the explanation of {count} warning(s) waits to be reviewed")


class Explained(OnReturns[WarningsExplained]):
    """Of a return its unit may owe explanations, and a reviewer a word on others: two shortfalls with owners of their own. Looked
    at is what is due, and what is in before its day: its figures count."""

    of = WarningsExplained

    def of_due(self, case: Case, c: WarningsExplained, due: Due) -> CriterionResult:
        early = case.early(c.forms)
        in_force = [*((i, s) for i, s in due.listed if s and s.state is ReturnState.ACCEPTED), *early]
        wanting = [one for i, s in in_force if s for one in _wanting(case, i, s)]
        wanting += [case.lacking(i, s) for i, s in early if s and s.untrusted]
        counted = sum(c.warnings for c in due.counted)
        detail = _DETAIL(total=counted + sum(s.warnings for _, s in in_force if s),
                         explained=counted + sum(min(s.warnings, s.warnings_explained) for _, s in in_force if s))
        detail = naming(case, detail, later(case, c.forms))
        return found_wanting(case, c, due, wanting, detail, return_ids(due, ReturnState.ACCEPTED))


def _wanting(case: Case, item: Owed, seen: OwedReturn) -> Iterator[Shortfall]:
    if seen.to_explain:
        yield case.lacking(item, seen, _OWED(count=seen.to_explain, why=tuple(_why(seen))))
    if seen.warnings_waiting:
        reviewer = next(iter(case.plan.governance.reviewers(item.key.unit)), case.plan.governance.office)
        yield Shortfall(reviewer, case.told(item, seen, _WAITING(count=seen.warnings_waiting)), f"{item.key}~review")


def _why(seen: OwedReturn) -> Iterator[Message]:
    silent = seen.to_explain - seen.warnings_sent_back - seen.warnings_expired
    for told, count in ((_SILENT, silent), (_BACK, seen.warnings_sent_back), (_EXPIRED, seen.warnings_expired)):
        if count > 0:
            yield told(count=count)
