"""Returns made in memory, good unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gaoxin.campaign.judging import with_reads
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.quality.history import History, Past, history_of
from gaoxin.quality.model import Checked
from gaoxin.quality.runner import check_many
from gaoxin.quality.suites import Suite
from gaoxin.returns.model import CellValue, Entry, Facts, ReadReturn, ReturnKey, SeriesValue

GOOD = {"gross_output": "12.50", "value_added": "2.10", "light_output": "5.25", "heavy_output": "7.25", "enterprises": "20"}
UNITS = {"enterprises": "家"}


def code(number: int) -> str:
    from gaoxin.returns.codes import credit_code_check

    first = f"91500154MA5U{number:05d}"
    return first + credit_code_check(first)


def history_of_reads(plan: Plan, reads: list[ReadReturn]) -> Callable[[ReturnKey], History]:
    """As files handed in together are each other's history."""
    return history_of(plan, with_reads(Facts(datetime(2024, 4, 1, tzinfo=UTC)), plan, reads), whole=False)


def check_return(plan: Plan, read: ReadReturn, history: History, suite: Suite | None = None) -> Checked:
    """One return judged by its form's suite; `suite` None derives it from the plan."""
    form = read.key.form if read.key else ""
    return check_many(plan, [read], lambda _: history, {form: suite} if suite is not None else {})[0]


@pytest.fixture(scope="session")
def series():
    """A return of the demo plan's series form: variable -> figure, None for a blank cell; the row in the sheet is its place."""

    def make(period: str = "2024-03", units: dict[str, str | None] | None = None, leave_out=(), **more) -> ReadReturn:
        figures = {**GOOD, **{k: more.pop(k) for k in GOOD if k in more}}
        rows = []
        for row, (variable, figure) in enumerate(figures.items(), start=2):
            if variable in leave_out:
                continue
            unit = {**{v: UNITS.get(v, "亿元") for v in GOOD}, **(units or {})}[variable]
            cell = (
                figure
                if isinstance(figure, CellValue)
                else CellValue("数据", f"D{row}", figure or "", Decimal(figure) if figure is not None else None)
            )
            rows.append(SeriesValue(variable, cell, unit, f"C{row}"))
        key = ReturnKey("demo", "industry", "committee", Period.parse(period))
        return ReadReturn(
            **{"file": "a.xlsx", "sha256": "0" * 64, "size": 1, "key": key, "template": 1, "series": tuple(rows), **more}
        )

    return make


@pytest.fixture(scope="session")
def record():
    """A record of the demo register; the row is its place."""

    def make(row: int, **fields) -> Entry:
        whole = {
            "credit_code": code(row),
            "name": f"企业{row}",
            "certificate": "GR202251100123",
            "issued": date(2022, 5, 1),
            "industry": "EQ",
            "revenue": Decimal(5),
            **fields,
        }
        return Entry(
            row,
            {
                f: v if isinstance(v, CellValue) else CellValue("数据", f"{letter}{row}", "" if v is None else str(v), v)
                for letter, (f, v) in zip("ABCDEF", whole.items(), strict=True)
            },
        )

    return make


@pytest.fixture(scope="session")
def register():
    def make(*entries: Entry, unit: str = "committee", **more) -> ReadReturn:
        key = ReturnKey("demo", "hnte_register", unit, Period.parse("2024-Q1"))
        return ReadReturn(
            **{"file": "r.xlsx", "sha256": "1" * 64, "size": 1, "key": key, "template": 1, "entries": entries, **more}
        )

    return make


@pytest.fixture(scope="session")
def history():
    """History of the period before (2024-02) alone, nothing claimed."""

    def make(**previous: str) -> History:
        period = Period.parse("2024-02")
        known = {v: Past(Decimal(x), UNITS.get(v, "亿元"), period) for v, x in previous.items()}
        return History(known, {}, series={v: (past,) for v, past in known.items()})

    return make
