"""Every combination of the codes of some fields occurs in a register."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import Field

from gaoxin.i18n import Code
from gaoxin.plan.base import Id, Key, WithinForm
from gaoxin.plan.checks.base import SEVERITY, DeclaredCheck, Found, Judged, Severity, Whole

TITLE = Code("checks.all_combinations.title", "{fields: × } 各种组合都有", "every combination of {fields: × } occurs",
             fields=tuple)
MISSING = Code("checks.all_combinations", "缺 {count} 种组合：{missing:、}；请补报，没有的请说明",
               "{count} combination{count:s} missing: {missing}; report what is missing, or say why there is none",
               count=int, missing=tuple)
_TOLD = 20


class AllCombinations(DeclaredCheck):
    """Every combination of the codes that the fields may have occurs at least once. What is missing stands at no cell."""

    words = Key("组合齐全：几个代码栏的各种组合都有", "all combinations: of the codes of some fields")
    place = 82
    judged_in = frozenset({"register"})
    wants = "code"
    titled, told = TITLE, MISSING
    example = "{kind: all_combinations, id: every_class, fields: [level, region]}"

    kind: Literal["all_combinations"]
    id: Id
    fields: Annotated[tuple[WithinForm, ...], Key("代码栏", "fields: of codes")] = Field(min_length=1)
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0)

    def defined(self) -> dict[str, Any]:
        return {"fields": list(self.fields)}

    def look(self, whole: Whole) -> Iterator[Found]:
        there = {tuple(record[field].value for field in self.fields) for record in whole.records}
        wanted = product(*(whole.beside.codes(field) for field in self.fields))
        missing = tuple(" + ".join(one) for one in wanted if one not in there)
        yield Found(None, self.subject, Judged(Decimal(len(missing)), {"count": len(missing), "missing": missing[:_TOLD]}))
