"""A register that carries over: its template holds the records that were accepted last, and is no report until the unit says that
it has gone through them."""

from __future__ import annotations

import io

import pytest

from gaoxin.campaign import forms
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.template import build_template
from tests.plan_texts import demo
from tests.return_files import packed

ENTRY = (make_credit_code("91", "990000", "Y0000001"), "样本精密机械有限公司", "GR202251900001", "2022-11-18", "装备制造", 1234.5)


@pytest.fixture
def at(settings_at, tmp_path, warehouse):
    """at("2024-04-05"): the demonstration campaign, whose register carries over and runs to the year's end."""
    folder = tmp_path / "plans" / "demo"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(demo(("last: 2024-Q2", "last: 2024-Q4"), (
        "    key: [credit_code]\n", "    key: [credit_code]\n    carry_over: true\n")), encoding="utf-8")
    settings = settings_at(tmp_path, tmp_path / "plans")
    return lambda day: open_workplace(settings, "demo", parse_as_of(day), acts=True)


def template(w, period: str):
    import openpyxl

    _, content = forms.beside(w, "hnte_register", "science", Period.parse(period), "zh")
    return openpyxl.load_workbook(io.BytesIO(content)), content


def sent(w, book, name="r.xlsx"):
    done = hand_in(w, "science", name, book if isinstance(book, bytes) else packed(book))
    return str(done.verdict), [f.rule for f in done.findings if f.severity == "error"]


def checked(book, said: object = "是"):
    """The line of the cover that asks for it, answered."""
    (cell,) = [row[1] for row in book["封面"].iter_rows() if row[0].value == "已核对"]
    cell.value = said
    return book


def rows(book) -> list[tuple[object, ...]]:
    return [row for row in book["数据"].iter_rows(min_row=3, max_col=6, values_only=True) if any(row)]


def test_the_next_template_holds_what_was_accepted_and_must_be_gone_through(at):
    first, _ = template(at("2024-04-01"), "2024-Q1")
    assert "已核对" not in [row[0].value for row in first["封面"].iter_rows()], "there is nothing to be carried over"
    for column, value in enumerate(ENTRY, 1):
        first["数据"].cell(3, column).value = value
    assert sent(at("2024-04-05"), first) == ("accepted", [])

    made, untouched = template(at("2024-07-02"), "2024-Q2")
    assert [str(value).removesuffix(" 00:00:00") for value in rows(made)[0]] == [str(value) for value in ENTRY]
    assert "上期数" not in made.sheetnames
    assert sent(at("2024-07-02"), untouched) == ("rejected", ["file.carried_unchecked"]), "untouched it is no report"
    assert sent(at("2024-07-03"), checked(template(at("2024-07-03"), "2024-Q2")[0], "否"))[1] == ["file.carried_unchecked"]
    assert sent(at("2024-07-04"), checked(made)) == ("accepted", [])


def test_a_period_that_was_left_out_is_jumped_over_and_a_form_that_does_not_carry_over_holds_nothing(at, demo_plan):
    first, _ = template(at("2024-04-01"), "2024-Q1")
    for column, value in enumerate(ENTRY, 1):
        first["数据"].cell(3, column).value = value
    sent(at("2024-04-05"), first)
    w = at("2024-10-02")
    assert [row[1] for row in rows(template(w, "2024-Q3")[0])] == ["样本精密机械有限公司"], "the second quarter was not reported"
    before = forms.reported_before(w, w.plan.form("hnte_register"), "science", Period.parse("2024-Q2"))
    plain = build_template(demo_plan, demo_plan.form("hnte_register"), "science", Period.parse("2024-Q2"), before=before)
    assert rows(plain) == []
    assert "上期数" in plain.sheetnames
    assert "已核对" not in [row[0].value for row in plain["封面"].iter_rows()]
