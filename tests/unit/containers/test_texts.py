"""Text in columns, of whatever size."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.containers import texts
from gaoxin.containers.opening import open_book
from gaoxin.containers.refusing import ROWS_LIMIT


@given(st.text(alphabet='ab,"\n\r\u2028\x0b', max_size=30))
def test_lines_are_those_of_a_file(text: str):
    assert [*texts._lines(text)] == [*io.StringIO(text, newline="")]


def test_a_register_of_as_many_rows_as_are_taken_and_one_more():
    row = b"1,2\n"
    assert len(open_book(row * ROWS_LIMIT, "a.csv").sheets[texts.SHEET].rows) == ROWS_LIMIT
    (problem,) = open_book(row * (ROWS_LIMIT + 1), "a.csv").problems
    assert problem.kind == "oversized"


@pytest.mark.parametrize(("rows", "line"), [
    ('全市,10\n"甲镇,4\n', 2), ('全市,10\n"甲镇,4', 2), ('全市,10\n"甲镇,4\n乙镇,5\n', 2),
    ('"甲\n镇",10\n"甲镇,4\n"乙镇",5\n"丙镇",6\n', 3), ('全市,"1,234\n甲镇,"4,5"\n', 1), ('"' + "甲镇,4\n" * 50_000, 1),
    ('全市,10\n甲镇,4"\n', None), ('"全市" ,"10"x\n甲镇,4\n', None), ('"全\n市",10\n"甲""镇",4\n', None),
    ('甲"镇,4\n乙镇,"5"\n', None)])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_quotation_mark_that_takes_other_rows_into_its_cell_is_told_with_its_line(rows, line, encoding):
    book = open_book(rows.encode(encoding), "a.csv")
    assert [(p.kind, f"第 {line} 行" in p.message.zh, f"line {line} " in p.message.en) for p in book.problems] == (
        [("not_a_workbook", True, True)] if line else [])
    assert len(book.sheets) == (line is None)


@given(st.text(alphabet='ab,"\n', min_size=1, max_size=30).filter(str.strip))
def test_what_is_read_of_text_is_what_every_reader_reads(text: str):
    book = open_book(text.encode(), "a.csv")
    for sheet in book.sheets.values():
        assert [*map(list, sheet.rows)] == [*csv.reader(io.StringIO(text, newline=""))]
        further = [*csv.reader(io.StringIO(text.removesuffix("\n") + "\nx", newline=""))]
        assert (len(further), further[-1]) == (len(sheet.rows) + 1, ["x"])


@pytest.mark.parametrize(("rows", "shifted"), [
    ("镇情,,\n地区,企业,产值\n全市,10,1,234.5\n甲镇,4,10\n", [3]),
    ("地区,企业,产值\n全市,10,1,234.5\n甲镇,4,1,010\n乙镇,5,8\n丙镇,5,8\n", [2, 3]),
    ("地区,产值\n甲镇,乙镇,8\n丙镇,9\n丁镇,9\n", [2]), ("地区,产值\n甲镇,8\n乙镇,9\n,,\n", []), ("镇情\n地区,产值\n甲镇,8\n", []),
    ("镇情\n地区,2022\n甲镇,8\n注一\n", []), ("代码,名称,值,注\na,甲,8\nb,乙,9\nc,丙,7,估\n", []),
    ("地区,产值\n甲镇,8\n乙镇,9\n丙镇,9\n\n地区,企业,用工,产值\n甲镇,10,120,8\n", []),
    ("地区,产值\n甲镇,8\n乙镇,9,,核对,1\n", []),
    ("地区,产值\n甲镇,12,345\n乙镇,9,100\n丙镇,9,100\n", []), ("地区,产值\n甲镇,8\n填表人：某,审核人：某,2024-01-05\n", []),
    ('地区,企业,产值\n全市,10,"1,234.5"\n甲镇,4,10\n', [])])
def test_a_row_that_a_comma_shifted_is_told_with_its_number(rows, shifted):
    book = open_book(rows.encode(), "a.csv")
    assert [(p.message.code, p.message.context["rows"]) for p in book.problems] == (
        [("returns.csv_row_shifted", tuple(shifted))] if shifted else [])
