"""A register by columns says what reading it cell by cell says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gaoxin.containers import packed
from gaoxin.containers.formats import PERCENT, NumberFormat
from gaoxin.containers.model import Sheet, SheetFacts
from gaoxin.containers.runs import Mark
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.quality.history import History
from gaoxin.quality.runner import check_many
from gaoxin.returns import registers
from gaoxin.returns.body import read_body
from gaoxin.returns.columns import SheetColumn
from gaoxin.returns.entries import Entries
from gaoxin.returns.model import CellValue, Entry, ReadReturn, ReturnKey
from gaoxin.warehouse.values import entry_values

FIELDS: list[dict[str, Any]] = [
    {"id": "credit_code", "name": "统一社会信用代码", "type": "credit_code"}, {"id": "name", "name": "企业名称"},
    {"id": "certificate", "name": "证书编号", "type": "hnte_certificate"}, {"id": "issued", "name": "发证日期", "type": "date"},
    {"id": "industry", "name": "产业领域", "type": "code", "codes": {"EQ": "装备制造", "BIO": "生物医药"}},
    {"id": "revenue", "name": "营业收入", "type": "number", "unit": "万元", "min": 0, "required": False},
    {"id": "share", "name": "研发占比", "type": "number", "unit": "%", "required": False}]
CLEAN: list[list[Any]] = [
    ["91500154MA5000001B", "91500154MA50000024", "91500154MA50000024"], ["样本精密机械有限公司", "样本（集团）公司", "ABC Tech"],
    ["GR202251000001", "GR202351000002"], ["2022-11-18", date(2023, 1, 5), datetime.fromisoformat("2023-01-05")],
    ["EQ", "装备制造"],
    ["1234.50", 12.5, 7, "0"], ["2.5", 3.25, "0.8", 0.5]]
DIRTY: list[Any] = [
    None, "", "  ", "同上", "无", "-", "/", "N/A", "#N/A", "#VALUE!", "合计", "小计：", "总计", "共3家", "注：以上", "填表人：某",
    "零报告", "12%", "1,234.5", "１２３", "1.2亿", "abc", "2021年3月5日", "2021-02-30", "20210305", 44260,
    "2021-03", "eq", "EQ 装备制造", "XX", "91500154ma5000001b", "锟斤拷", "合肥样本机械公司", "某\n某", "甲\u200b乙",
    "'12", "1.52E+05", "-0", "+5", ".5", True, 0.0, -0.0, 1e20, "1" * 19, 1e18, float("nan"), time(3, 4),
    datetime.fromisoformat("2021-01-01T09:30"), "2020-06-01T10:20",
    "91500154", 91500154000000, "名称", "某某企业"]


@pytest.fixture(scope="module")
def form(demo_plan: Plan) -> RegisterForm:
    found = demo_plan.form("hnte_register")
    return RegisterForm.model_validate(found.model_dump(mode="json", exclude_none=True) | {"fields": FIELDS})


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    order = draw(st.permutations(range(len(FIELDS))))
    likely = st.integers(0, 9)
    cell = [st.sampled_from(CLEAN[c]) for c in order]
    rows: list[list[Any]] = [[FIELDS[c]["id"] for c in order], [FIELDS[c]["name"] for c in order]]
    for _ in range(draw(st.integers(0, 6))):
        row = [draw(st.sampled_from(DIRTY)) if draw(likely) == 0 else draw(one) for one in cell]
        if draw(likely) == 0:
            row = [draw(st.sampled_from(DIRTY)) if place == draw(st.integers(0, 6)) else None for place in range(len(row))]
        rows.append(row[:draw(st.integers(5, len(row)))])
    place = st.tuples(st.integers(3, 9), st.integers(1, len(FIELDS)))
    facts = SheetFacts(
        errors=draw(st.dictionaries(place, st.just("#REF!"), max_size=1)), unvalued=draw(st.sets(place, max_size=1)),
        formulas=draw(st.dictionaries(place, st.just("=A1"), max_size=2)), differs=draw(st.dictionaries(place, st.just(3.0),
                                                                                                       max_size=1)),
        formats=draw(st.dictionaries(place, st.sampled_from([PERCENT, NumberFormat(False, 10000, ("万",))]), max_size=2)),
        marks=draw(st.dictionaries(place, st.sampled_from([Mark("raised", "1"), Mark("struck", "甲")]), max_size=2)))
    return Sheet("数据", rows, facts, typed=draw(st.booleans()))


def cells(entries: Any) -> list[Any]:
    """Of records: with the type of each value, since 0 is False."""
    return [(e.row, [(n, repr(c.value), c.sheet, c.cell, c.raw, c.repairs, c.problem) for n, c in e.fields.items()])
            for e in entries]


@given(sheet=sheets(), large=st.booleans())
def test_the_same_is_read_and_told(sheet: Sheet, large: bool, form: RegisterForm):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "PIECE", 20 if large else packed.PIECE)
        pieces = packed.Packing()
        for row in sheet.rows:
            pieces.add(row)
        by_columns = read_body(replace(sheet, rows=pieces.made()), form)
    with pytest.MonkeyPatch.context() as patch:  # nothing is surely plain: every cell and row goes to the careful reader
        patch.setattr(SheetColumn, "_surely", lambda *_, **__: lambda _: False)
        patch.setattr(SheetColumn, "keep", lambda self, place, cell: self.odd.__setitem__(place, cell))
        carefully = read_body(sheet, form)
    assert cells(by_columns.entries) == cells(carefully.entries)
    assert (by_columns.problems, by_columns.notes) == (carefully.problems, carefully.notes)
    assert (by_columns.nil, by_columns.computed) == (carefully.nil, carefully.computed)


def test_after_so_many_cells_in_vain_the_rest_is_not_read_and_said_so(form: RegisterForm, monkeypatch: pytest.MonkeyPatch):
    heads = [[field[key] for field in FIELDS] for key in ("id", "name")]
    good = [column[0] for column in CLEAN]
    bad = [*good[:3], "2021-02-30", good[4], "abc", "1.2.3"]
    monkeypatch.setattr(registers, "_UNREAD_AT_MOST", 6)
    body = read_body(Sheet("数据", [*heads, good, bad, good, bad, *[bad] * 50, good]), form)
    assert [entry.row for entry in body.entries] == [3, 4, 5, 6]
    (problem,) = body.problems
    assert (problem.kind, problem.message.context) == ("oversized", {"row": 6, "count": 6, "rest": 51})
    assert not read_body(Sheet("数据", [*heads, good, bad, good, bad, good]), form).problems[1:]


@settings(max_examples=6, phases=[Phase.generate])  # Great Expectations takes a second for each
@given(held=st.lists(sheets(), min_size=1, max_size=2))
def test_the_same_is_found_and_becomes_facts(held: list[Sheet], form: RegisterForm, demo_plan: Plan):
    plan = demo_plan.model_copy(update={"forms": (*(f for f in demo_plan.forms if f.id != form.id), form)})
    bodies = [(body := read_body(sheet, form), tuple(body.entries)) for sheet in held]

    def read(unit: str, body: Any, entries: Any) -> ReadReturn:
        return ReadReturn("f", "0" * 64, 1, ReturnKey("demo", form.id, unit, form.first), entries=entries,
                          problems=tuple(body.problems), notes=tuple(body.notes), nil=body.nil)

    units = ("committee", "science")
    by_columns = [read(unit, body, body.entries) for unit, (body, _) in zip(units, bodies, strict=False)]
    one_by_one = [read(unit, body, entries) for unit, (body, entries) in zip(units, bodies, strict=False)]
    found, wanted = (check_many(plan, reads, lambda _: History({}, {})) for reads in (by_columns, one_by_one))
    assert [(c.verdict, c.findings, c.checks) for c in found] == [(c.verdict, c.findings, c.checks) for c in wanted]
    assert [[*entry_values(r)] for r in by_columns] == [[*entry_values(r)] for r in one_by_one]


def test_records_by_columns_are_a_sequence():
    entries = [Entry(row, {"name": CellValue("数据", f"A{row}", "甲", "甲"), "n": CellValue("数据", f"B{row}", "1", Decimal(1))})
               for row in (3, 5)]
    held = Entries.of(entries)
    assert [*held] == entries
    assert held == entries
    assert (held[-1], held[1:], len(held)) == (entries[1], (entries[1],), 2)
    assert held != entries[:1]
    with pytest.raises(IndexError):
        held[2]
