"""What share of a register's records has certain codes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, DeclaredCheck, Found, Judged, Severity, Whole

TITLE = Code("checks.share_of.title", "{field} 各类所占比重", "how {field} is spread", field=Text)
OUTSIDE = Code("checks.share_of", "{codes:、} 占 {share:2}%（{count} 条，共 {all} 条），应为 {limits}%；请核对代码{explain}",
               "{codes} are {share:2}% ({count} of {all}), {limits}% is believable; check the codes{explain}", codes=tuple,
               explain=Message | None, share=Decimal, count=int, all=int, limits=Message)
NONE_FILLED = Code("checks.share_of.none", "没有一条填了这一栏", "no record has this field filled in")


class ShareOf(DeclaredCheck):
    """Of the records that have a field filled in, what share (in %) has one of some codes. Too much is told at each of them."""

    words = Key("类别所占比重：某些代码占已填的百分之几", "share of: what part of the records has some codes")
    place = 80
    judged_in = frozenset({"register"})
    wants = "code"
    titled, told = TITLE, OUTSIDE
    example = "{kind: share_of, id: few_national, field: level, codes: [N], max: 10}"

    kind: Literal["share_of"]
    id: Id
    field: Annotated[WithinForm, Key("栏目：代码栏", "field: of codes")]
    codes: Annotated[tuple[str, ...], Key("代码：算比重的", "codes: whose share it is")] = Field(min_length=1)
    min: Decimal | None = opt("下限：百分数", "min: in %")
    max: Decimal | None = opt("上限：百分数", "max: in %")
    severity: Annotated[Severity, SEVERITY] = Severity.WARNING

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return self.min, self.max

    def coded(self) -> dict[Id, tuple[str, ...]]:
        return {self.field: self.codes}

    def defined(self) -> dict[str, Any]:
        return {"codes": list(self.codes)}

    def look(self, whole: Whole) -> Iterator[Found]:
        filled = [at for at, record in enumerate(whole.records) if record[self.field].value is not None]
        having = [at for at in filled if whole.records[at][self.field].value in self.codes]
        if not filled:
            yield Found(None, self.field, NONE_FILLED())
            return
        share = Decimal(100) * len(having) / len(filled)
        told = Judged(share, {"codes": self.codes, "share": share, "count": len(having), "all": len(filled)})
        too_much = self.max is not None and share > self.max
        yield from (Found(at, self.field, told) for at in (having if too_much else [None]))
