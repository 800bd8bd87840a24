"""A record refers to another one, of its own form or of another register, which must be there."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.base import FormId, Id, Key, Reporter, TableId, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, Found, Judged, Severity, Whole
from gaoxin.plan.checks.beside import Before, Row
from gaoxin.plan.checks.conditional import Conditional, found_for, met
from gaoxin.plan.checks.holds import HOLDS, NOT_ASKED
from gaoxin.plan.checks.inputs import Lookup, Taken

TITLE = Code("checks.refers_to.title", "{fields: + } 所指的一条存在", "what {fields: + } refers to exists", fields=tuple)
NOWHERE = Code("checks.refers_to", "所指的“{text}”不在{where}中{among}；请核对，写错的更正，那边漏了的请补上",
               "it refers to '{text}', which is not in {where}{among}; correct it, or have it added there", text=str,
               where=Worded, among=Message | None)
HERE = Code("checks.refers_to.here", "本表", "this form")
AMONG = Code("checks.refers_to.among", "（须为 {codes:；}）", " (as {codes:; })", codes=tuple)


class RefersTo(Conditional):
    """Every record's fields are those of another record: of this form, or of the register of another form or unit."""

    words = Key("所指须存在：本表或另一名录中有这一条", "refers to: a record that must exist, here or in another register")
    place = 70
    judged_in = frozenset({"register"})
    condition_keys = ("when",)
    titled, told = TITLE, NOWHERE
    example = ("{kind: refers_to, id: parent_listed, matching: {institution: parent}, form: list, by: all, at: previous, "
               "where: {level: [N]}, when: filled(parent)}")

    kind: Literal["refers_to"]
    id: Id
    matching: Annotated[dict[Id, WithinForm], Key("对应：那边的栏目: 本表的栏目", "matching: their field: ours"),
                        Field(min_length=1)]
    form: FormId | None = opt("报表：另一名录；不写即本表", "form: another register; this form where left out")
    by: Reporter | None = opt("由谁报送：单位编号，all 为该表全部单位；不写即本单位",
                              "by: a unit, or all; the same unit where left out")
    table: TableId | None = opt("公布表：所指的在这张表里", "table: what it refers to is in this published table")
    at: Before | None = opt("时期：不写即同期", "at: which period; the same one where left out", called="上期 上年同期")
    where: dict[Id, tuple[str, ...]] = opt("所指的须为：栏目: [代码]", "where: what it refers to is so: field: [codes]",
                                           default_factory=dict)
    when: str | None = opt("条件：成立时才判断", "when: judged only where this is met")
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def taken(self) -> Mapping[str, Taken]:
        given: dict[str, Any] = {"form": self.form, "by": self.by, "table": self.table, "at": self.at, "where": self.where}
        return {"matching": Taken(count=True, matching=self.matching, **{key: value for key, value in given.items() if value})}

    def mentions(self) -> Iterator[tuple[str, str, str]]:
        yield from super().mentions()
        yield from (("within", field, f"matching.{theirs}") for theirs, field in self.matching.items())

    @property
    def subject(self) -> Id:
        return next(iter(self.matching.values()))

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0)

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"fields": tuple(names[field] for field in self.matching.values())}

    def look(self, whole: Whole) -> Iterator[Found]:
        lookup = Lookup(whole, self.taken())
        return (Found(at, self.subject, self._judge(record, lookup)) for at, record in enumerate(whole.records))

    def _judge(self, record: Row, lookup: Lookup) -> Judged | Message:
        asked = met(self.when, found_for(self.named, record, lookup))
        if asked is not True:
            return asked or NOT_ASKED()
        found = lookup.of("matching", record)
        if isinstance(found, Message):
            return found
        if found.value:
            return HOLDS
        text = " + ".join(str(record[field].value) for field in self.matching.values())
        among = AMONG(codes=tuple(f"{field}={'/'.join(codes)}" for field, codes in self.where.items())) if self.where else None
        where = lookup.whole.beside.called(self.form, self.table) or HERE()
        return Judged(Decimal(1), {"text": text, "where": where, "among": among})
