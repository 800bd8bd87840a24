from gaoxin.gates.judging import Case, Due, OnReturns, found_wanting, return_ids
from gaoxin.gates.model import CriterionResult
from gaoxin.i18n import Code
from gaoxin.plan.criteria.warnings_explained import WarningsExplained
from gaoxin.returns.model import ReturnState

_DETAIL = Code("gates.warnings_explained", "警告 {total} 条，已说明 {explained} 条",
               "{explained} of {total} warnings are explained")
_SILENT = Code("gates.warnings_silent", "{count} 条警告未说明", "{count} warning(s) without explanation")


class Explained(OnReturns[WarningsExplained]):
    of = WarningsExplained

    def of_due(self, case: Case, c: WarningsExplained, due: Due) -> CriterionResult:
        in_force = [(i, s) for i, s in due.listed if s and s.state is ReturnState.ACCEPTED]
        silent = [(i, s) for i, s in in_force if s.warnings > s.warnings_explained]
        wanting = [case.lacking(i, s, _SILENT(count=s.warnings - s.warnings_explained)) for i, s in silent]
        counted = sum(c.warnings for c in due.counted)
        detail = _DETAIL(total=counted + sum(s.warnings for _, s in in_force),
                         explained=counted + sum(min(s.warnings, s.warnings_explained) for _, s in in_force))
        return found_wanting(case, c, due, wanting, detail, return_ids(due, ReturnState.ACCEPTED))
