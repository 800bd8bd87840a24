"""One gap told once: where every row of a plan has the same gap, the plan has it, and one finding says so for all of them.

Forty warnings that nobody leads are not read; that the document names a lead for nothing is. A gap that some rows have
and others have not is told row by row, since each is then an oversight of its own. Which gaps these are, their findings
say (`whole`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, listed

_FEWEST = 3  # rows; two are as quickly read one by one
_WHAT = {"indicators": Text("目标", "targets"), "tasks": Text("任务", "tasks")}


def together(plan: Plan, found: Iterable[PlanFinding]) -> list[PlanFinding]:
    """The findings with those that all rows of a kind share made into one. Its subject is the kind: `indicators`, `tasks`."""
    given = list(found)
    for kind, items in (("indicators", plan.indicators), ("tasks", plan.tasks)):
        names = {f"{kind}.{item.id}": item.name for item in items}
        if len(names) < _FEWEST:
            continue
        for of in dict.fromkeys(f.of for f in given if f.of.whole):
            same = [f for f in given if f.of is of and f.subject in names and f.severity is Severity.WARNING]
            if of.whole is None or {f.subject for f in same} != set(names):
                continue
            said, ask = of.whole
            told = said(n=len(names), what=_WHAT[kind], rows=listed(names.values(), len(names)))
            at = given.index(same[0])
            given = [f for f in given if f not in same]
            given.insert(at, of.warning(kind, told, (place for f in same for place in f.sources), ask))
    return given
