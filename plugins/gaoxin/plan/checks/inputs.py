"""What a name in a condition stands for, where it is no item of the record itself: a figure of another period, form or unit, of
another record of the same form, a count or sum over records, a published figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from gaoxin import measures
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.base import FormId, Id, Key, Model, ReferenceId, Reporter, TableId, UnitOfMeasure, WithinForm, opt
from gaoxin.plan.checks.base import INCONVERTIBLE, Whole
from gaoxin.plan.checks.beside import Asked, Before, Held, Reported, Row, same

ONE_OF = Code("plan.input_one_of", "item、count、sum、reference 只写一个", "give one of item, count, sum and reference")
VIA_ALONE = Code("plan.input_via", "via 只与 item 同写，指本表的另一行", "via goes with item alone: another record of this form")
TABLE_ROWS = Code("plan.input_table", "table 与 matching 同写，不写 form、by、at、where、via",
                  "table goes with matching, and without form, by, at, where and via")
REFERENCE_ALONE = Code("plan.input_reference", "reference 只可再写 unit", "reference goes with unit alone")

PREVIOUS = Code("checks.input.previous", "上期{of}", "{of} of the period before", of=Worded)
YEAR_EARLIER = Code("checks.input.year_earlier", "上年同期{of}", "{of} of the year before", of=Worded)
COUNTED = Code("checks.input.counted", "相符的条数", "how many match")
SUMMED = Code("checks.input.summed", "{of}合计", "{of}, added up", of=Worded)
OTHERS = Code("checks.input.others", "{of}（{code}）", "{of} ({code})", of=Worded)

NOT_FILLED = Code("checks.input.not_filled", "没有填 {name}，无从对照", "{name} is not filled in: nothing can be looked up",
                  name=Worded)
NO_MATCH = Code("checks.input.no_match", "没有与之相符的一条：{text}", "nothing matches {text}", text=str)
SEVERAL = Code("checks.input.several", "相符的不止一条：{text}", "more than one match {text}", text=str)


class Taken(Model):
    """What a name in a check's condition stands for: `item` as it stands elsewhere, how many records there are, a field added up,
    or a published figure."""

    words = Key("条件中的一项：本表本期以外的数", "input: a figure from beside the record")
    between_keys: ClassVar = {
        ONE_OF: {"oneOf": [{"required": ["item"]}, {"required": ["count"]}, {"required": ["sum"]}, {"required": ["reference"]}]},
        VIA_ALONE: {"if": {"required": ["via"]}, "then": {"required": ["item"], "not": {"anyOf": [
            {"required": [key]} for key in ("form", "by", "at", "matching", "where")]}}},
        TABLE_ROWS: {"if": {"required": ["table"]}, "then": {"required": ["matching"], "not": {"anyOf": [
            {"required": [key]} for key in ("form", "by", "at", "where", "via")]}}},
        REFERENCE_ALONE: {"if": {"required": ["reference"]}, "then": {"not": {"anyOf": [
            {"required": [key]} for key in ("form", "by", "at", "matching", "where", "via", "table")]}}},
    }

    item: Id | None = opt("取哪一项：变量、栏目，或公布表的列", "item: a variable, a field, or a column of a table")
    count: Literal[True] | None = opt("计条数：写 true", "count: true, how many records")
    sum: Id | None = opt("加总：名录的数字栏", "sum: a number field, added up")
    reference: ReferenceId | None = opt("参照数列：取本期公布的值", "reference: a published series, its value for the period")
    table: TableId | None = opt("公布表：在哪张表里找", "table: the published table to look in")
    form: FormId | None = opt("报表：不写即本表", "form: this one where left out")
    by: Reporter | None = opt("由谁报送：单位编号，all 为该表全部单位合计；不写即本单位",
                              "by: a unit, or all, added up; the same unit where left out")
    at: Before | None = opt("时期：不写即同期", "at: which period; the same one where left out", called="上期 上年同期")
    via: WithinForm | None = opt("经由：本表中写着另一行识别栏的栏目", "via: a field that holds another record's key")
    matching: dict[Id, WithinForm] = opt("对应：那边的栏目: 本表的栏目", "matching: their field: ours", default_factory=dict)
    where: dict[Id, tuple[str, ...]] = opt("条件：栏目: [计入的代码]", "where: field: [codes that count]", default_factory=dict)
    unit: UnitOfMeasure | None = opt("换算为：先换算成此计量单位；计条数时为条数的单位", "unit: converted to; a count's own")

    @property
    def asked(self) -> Asked | None:
        """The returns that it looks at; None where it stays within its own, or goes to what is published."""
        if self.table or self.reference or self.via or (self.form, self.by, self.at) == (None, None, None):
            return None
        return Asked(self.form, self.by, self.at or "same")

    def mentions(self) -> Iterator[tuple[str, str, str]]:
        yield from super().mentions()
        yield from (("within", field, f"matching.{theirs}") for theirs, field in self.matching.items())

    def level(self, register: bool) -> int:
        """Of validation: 5 what is published; 4 another unit's register, seen from a register, 3 what else another unit reports;
        else 2."""
        return 5 if self.reference or self.table else (4 if register else 3) if self.by else 2


@dataclass
class Lookup:
    """What names stand for in the records of one return. Indexes are made once a return."""

    whole: Whole
    inputs: Mapping[str, Taken]
    _rows: dict[str, tuple[Row, ...] | tuple[Held, ...] | Message] = field(default_factory=dict)
    _index: dict[str, dict[tuple[str, ...], list[Row]]] = field(default_factory=dict)

    def of(self, name: str, record: Row) -> Reported | Message:
        """What a name stands for in a record, or why it stands for nothing."""
        taken = self.inputs[name]
        found = self._found(name, taken, record)
        return found if isinstance(found, Message) else _in_unit(found, taken)

    def _found(self, name: str, taken: Taken, record: Row) -> Reported | Message:
        if taken.reference:
            return self.whole.beside.reference(taken.reference)
        if taken.asked and (series := self._series(taken)) is not None:
            return series
        matching = self._matching(taken)
        wanted = []
        for ours in matching.values():
            if (text := same(record[ours].value)) is None:
                return NOT_FILLED(name=record[ours].name)
            wanted.append(text)
        rows = self._records(name, taken, tuple(matching))
        if isinstance(rows, Message):
            return rows
        return _one(taken, rows.get(tuple(wanted), []), " + ".join(wanted))

    def _matching(self, taken: Taken) -> dict[str, str]:
        key = self.whole.beside.key
        if taken.via:
            return {key[0]: taken.via} if key else {}
        if taken.item and not taken.matching and taken.form is None:  # the same record at another time, or of another unit
            return {one: one for one in key}
        return dict(taken.matching)

    def _series(self, taken: Taken) -> Reported | Message | None:
        """The figure of a series form, of all that are asked added up; None where it is a register."""
        assert taken.asked
        held = self.whole.beside.held(taken.asked)
        if isinstance(held, Message):
            return held
        figures = [one.figures for one in held if one.figures is not None]
        if not figures:
            return None
        return _added([one[taken.item or ""] for one in figures if taken.item in one], len(held), taken)

    def _records(self, name: str, taken: Taken, theirs: tuple[str, ...]) -> dict[tuple[str, ...], list[Row]] | Message:
        """The rows that are looked at, by what they are found by."""
        if name not in self._index:
            rows: tuple[Row, ...]
            if taken.table:
                rows = self.whole.beside.table(taken.table)
            elif taken.asked:
                held = self.whole.beside.held(taken.asked)
                if isinstance(held, Message):
                    return held
                rows = tuple(row for one in held for row in one.records)
            else:
                rows = self.whole.records
            index: dict[tuple[str, ...], list[Row]] = defaultdict(list)
            for row in rows:
                parts = tuple(same(row[one].value) or "" for one in theirs)
                if all(parts) and all(row[one].value in codes for one, codes in taken.where.items()):
                    index[parts].append(row)
            self._index[name] = dict(index)
        return self._index[name]


def _one(taken: Taken, rows: list[Row], text: str) -> Reported | Message:
    if taken.count:
        return Reported(COUNTED(), taken.unit or "", Decimal(len(rows)), "—", integer=True)
    if taken.sum:
        return _summed([row[taken.sum] for row in rows], taken)
    assert taken.item
    if not rows:
        return NO_MATCH(text=text)
    if len(rows) > 1:
        return SEVERAL(text=text)
    found = rows[0][taken.item]
    name = OTHERS(of=found.name, code=text) if text and taken.at is None else _at(taken.at, found.name)
    return Reported(name, found.unit, found.value, found.cell, found.given, found.unit_given, found.integer)


def _summed(found: list[Reported], taken: Taken) -> Reported:
    """A field added up; what is blank adds nothing."""
    known = [one for one in found if isinstance(one.value, Decimal)]
    name = SUMMED(of=known[0].name) if known else COUNTED()
    total = sum((one.value for one in known if isinstance(one.value, Decimal)), Decimal(0))
    return Reported(name, known[0].unit if known else taken.unit or "", total, "—", integer=all(one.integer for one in known))


def _added(found: list[Reported], wanted: int, taken: Taken) -> Reported | Message:
    """A figure of one or several units; it has no value where one of them has none."""
    if not found:
        return Reported(COUNTED(), taken.unit or "", None, "—")
    first = found[0]
    name = SUMMED(of=_at(taken.at, first.name)) if taken.by == "all" else _at(taken.at, first.name)
    values = [one.value for one in found]
    if len(found) < wanted or not all(isinstance(v, Decimal) for v in values):
        return Reported(name, first.unit, None, "—")
    total = sum((v for v in values if isinstance(v, Decimal)), Decimal(0))
    return Reported(name, first.unit, total, first.cell if wanted == 1 else "—", first.given if wanted == 1 else None,
                    first.unit_given, first.integer)


def _at(at: Before | None, name: Worded) -> Worded:
    return PREVIOUS(of=name) if at == "previous" else YEAR_EARLIER(of=name) if at == "year_earlier" else name


def _in_unit(found: Reported, taken: Taken) -> Reported | Message:
    if not taken.unit or taken.count or not isinstance(found.value, Decimal) or found.unit in ("", taken.unit):
        return found
    if not measures.convertible(found.unit, taken.unit):
        return INCONVERTIBLE(names=(found.name,))
    return Reported(found.name, taken.unit, measures.convert(found.value, found.unit, taken.unit), found.cell, found.given,
                    found.unit_given or found.unit, found.integer)
