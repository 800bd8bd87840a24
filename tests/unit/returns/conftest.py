"""Plans and file makers for the tests of returns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReadReturn
from gaoxin.returns.reader import read_file
from gaoxin.returns.template import build_template, saved


@pytest.fixture(scope="session")
def demo(demo_plan) -> Plan:
    return demo_plan


@pytest.fixture(scope="session")
def kaizhou(kaizhou_plan) -> Plan:
    return kaizhou_plan


@pytest.fixture(scope="session")
def plan_of(demo, kaizhou) -> Callable[[str], Plan]:
    plans = {p.id: p for p in (demo, kaizhou)}

    def find(campaign: str) -> Plan:
        if campaign not in plans:
            raise UsageError(Text("没有", "none"), todo=Text("可用：demo", "known: demo"))
        return plans[campaign]

    return find


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
    entry = ("91990000Y00000019B", "样本精密机械有限公司", "GR202251900001", "2022-11-18", "装备制造", 1234.5)
    for column, value in enumerate(entry, 1):
        book["数据"].cell(3, column).value = value
    return book


@pytest.fixture
def read(plan_of) -> Callable[..., ReadReturn]:
    """Reads a workbook or bytes as the product does."""

    def run(source, name: str = "x.xlsx") -> ReadReturn:
        content = source if isinstance(source, bytes) else saved(source, Period.parse("2024-03"))
        return read_file(content, name, plan_of)

    return run
