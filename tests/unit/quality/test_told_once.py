"""One cause is one finding: a column of a register or a row of a series that is missing is told where it is missing, and not once
more for each record or as a figure that was not reported."""

from __future__ import annotations

import pytest

from gaoxin.periods import Period
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.runner import check_many
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.reader import read_file
from gaoxin.returns.template import build_template
from tests.return_files import packed


def errors(demo, book) -> list[str]:
    (checked,) = check_many(demo, [read_file(packed(book), "r.xlsx", lambda _: demo)], lambda _: UNKNOWN, {})
    return [f"{f.rule} {f.cell or ''} {f.variable or ''}".strip() for f in checked.findings if f.severity == "error"]


@pytest.fixture
def register(demo):
    book = build_template(demo, demo.form("hnte_register"), "science", Period.parse("2024-Q1"))
    for row in (3, 4, 5):
        name = f"样本机械{'甲乙丙'[row - 3]}有限公司"
        entry: tuple[str | float, ...] = (make_credit_code("91", "990000", f"Y000000{row}"), name, f"GR20225190000{row}",
                                          "2022-11-18", "装备制造", 1234.5)
        for column, value in enumerate(entry, 1):
            book["数据"].cell(row, column).value = value
    return book


@pytest.mark.parametrize(("column", "found"), [(2, "file.headers_renamed B1"), (3, "file.headers_renamed C1"),
                                                (1, "file.headers_renamed A1")])
def test_a_renamed_column_of_a_register_is_one_finding(demo, register, column, found):
    assert errors(demo, register) == []
    for row in (1, 2):
        register["数据"].cell(row, column).value = "另一栏"
    assert errors(demo, register) == [found]


def test_a_deleted_column_is_one_and_an_empty_cell_is_still_told(demo, register):
    register["数据"].delete_cols(2)
    assert [e.partition(" ")[0] for e in errors(demo, register)] == ["file.header_missing"]


def test_an_empty_cell_beside_a_missing_column_is_told_too(demo, register):
    for row in (1, 2):
        register["数据"].cell(row, 3).value = "另一栏"
    register["数据"].cell(4, 2).value = None
    assert errors(demo, register) == ["file.headers_renamed C1", "name.required B4 name"]


def test_a_missing_row_of_a_series_is_one_finding_and_an_empty_figure_another(demo):
    book = build_template(demo, demo.form("industry"), "committee", Period.parse("2024-03"))
    for row, value in enumerate((30.5, 6.1, 10.25, 20.25, 120), 2):
        book["数据"].cell(row, 4).value = value
    book["数据"].cell(6, 4).value = None
    assert errors(demo, book) == ["enterprises.required D6 enterprises"]
    book["数据"].delete_rows(6)
    assert errors(demo, book) == ["file.row_missing"]
