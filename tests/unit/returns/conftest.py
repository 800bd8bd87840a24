"""Plans and file makers for the tests of returns."""

from __future__ import annotations

import pytest

from gaoxin.periods import Period
from gaoxin.returns.template import build_template


@pytest.fixture
def series_book(demo):
    """A filled-in, faultless workbook of the series form, to be spoilt by a test."""
    book = build_template(demo, demo.form("industry"), "committee", Period.parse("2024-03"))
    for row, value in enumerate((30.5, 6.1, 10.25, 20.25, 120), 2):
        book["数据"].cell(row, 4).value = value
    return book


@pytest.fixture
def register_book(demo):
    book = build_template(demo, demo.form("hnte_register"), "science", Period.parse("2024-Q1"))
    entry: tuple[str | float, ...] = (
        "91990000Y00000019B", "样本精密机械有限公司", "GR202251900001", "2022-11-18", "装备制造", 1234.5,
    )
    for column, value in enumerate(entry, 1):
        book["数据"].cell(3, column).value = value
    return book
