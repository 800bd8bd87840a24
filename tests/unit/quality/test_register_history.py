"""A register against the period before and against itself: lost, doubled, moved and shifted rows, totals and placeholders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.folding import folded
from gaoxin.plan.forms import RegisterField
from gaoxin.quality.entities import alike, changed, rewritten, shifted, total_of_others
from gaoxin.quality.history import UNKNOWN, History
from gaoxin.quality.model import Outcome
from gaoxin.quality.subtotals import subtotals
from gaoxin.returns.model import CellValue
from gaoxin.returns.naming import names_of, no_entity
from tests.unit.quality.conftest import check_return, code

ROWS = range(3, 23)
NEW = ("lost", "grown", ".lost_sum", "again", ".named_again", "copied", ".column_copied",
       ".moved", ".sum_moved", ".rewritten", ".shifted", ".total", ".no_entity")


@pytest.fixture(scope="module")
def judge(demo_plan, record, register):
    """row -> what is another in it; leave_out: rows that are not there; more: further records."""
    def before(row: int) -> dict[str, str | None]:
        return {"credit_code": code(row), "name": f"企业{row}", "certificate": "GR202251100123", "issued": "2022-05-01",
                "industry": "EQ", "revenue": str(100 + row)}

    def checked(changes=None, leave_out=(), more=(), known=ROWS, past=None, earlier=None, names=None):
        def held(revenue):
            return {(code(row),): before(row) | ({"revenue": revenue(row)} if revenue else {})
                    | ({"name": names(row)} if names else {}) for row in known}

        history = replace(UNKNOWN, claimed={}, entities=held(past), earlier=held(earlier) if earlier else None)
        entries = [record(row, **{"revenue": Decimal(100 + row), **(changes or {}).get(row, {})}) for row in ROWS
                   if row not in leave_out]
        return check_return(demo_plan, register(*entries, *[record(50 + n, **one) for n, one in enumerate(more)]), history)

    return checked


def told(checked) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for finding in checked.findings:
        if finding.rule in NEW or finding.rule.endswith(NEW):
            found.setdefault(finding.rule, []).append(finding.cell)
    return found


def test_a_register_as_before_is_told_nothing_and_usual_changes_neither(judge):
    assert told(judge()) == {}
    assert told(judge({4: {"revenue": Decimal(500)}, 5: {"name": "改名企业"}, 6: {"issued": date(2023, 1, 1)}})) == {}
    assert told(judge(leave_out=(3, 4), more=[{"name": "新企业"}])) == {}


def test_rows_that_vanish_or_double_are_told_for_the_file(judge):
    lost = judge(leave_out=range(9, 23))
    assert told(lost) == {"lost": [None]}
    [finding] = [f for f in lost.findings if f.rule == "lost"]
    assert "20 个对象中有 14 个" in finding.message.zh
    assert code(9) in finding.message.zh
    assert told(judge(known=range(3, 13))) == {"grown": [None]}


def test_a_fifth_that_vanishes_is_told_and_asked_about_where_few_went_before(judge):
    def gone(**more) -> dict[str, list[str]]:
        found = judge(leave_out=range(3, 8), **more)
        return {f.rule: [f.severity.value, *(["0%"] if "此前一期少了 0%" in f.message.zh else [])]
                for f in found.findings if f.rule.startswith("lost")}

    assert gone() == {"lost_some": ["info"]}, "nothing is known of how many go"
    assert gone(known=range(3, 43), earlier=lambda row: str(90 + row)) == {"lost": ["warning"]}, "once"
    few = {"known": ROWS, "earlier": lambda row: str(90 + row)}
    assert gone(**few) == {"lost_some": ["info"]}, "five of twenty may be chance"
    many = judge(leave_out=range(3, 18), known=range(3, 63), earlier=lambda row: str(90 + row), more=[
        {"credit_code": code(row), "name": f"企业{row}", "revenue": Decimal(100 + row)} for row in range(23, 63)])
    assert [(f.rule, f.severity.value) for f in many.findings if f.rule.startswith("lost")] == [("lost_more", "warning")]
    [asked] = [f for f in many.findings if f.rule == "lost_more"]
    assert "60 个对象中有 15 个本期不见了（此前一期少了 0%）" in asked.message.zh


def test_a_column_that_was_filled_in_and_is_blank_now_is_told(judge):
    blank = judge({row: {"revenue": None} for row in ROWS})
    assert [(f.rule, "20 个对象中有 20 个填了" in f.message.zh) for f in blank.findings if f.rule.endswith("emptied")] == [
        ("revenue.emptied", True)]
    half = judge({row: {"revenue": None} for row in ROWS if row % 2})
    assert not [f for f in half.findings if f.rule.endswith("emptied")]


def test_records_over_again_under_other_keys_are_told_at_their_rows(judge):
    again = [{"credit_code": code(900 + n), "name": f"企业（{row}）", "revenue": Decimal(100 + row)}
             for n, row in enumerate((5, 6))]
    found = judge(more=again)
    assert told(found) == {"again": ["A50", "A51"]}
    assert "第 5 行" in next(f.message.zh for f in found.findings if f.rule == "again")


def test_a_name_over_again_under_another_key_is_told_where_names_are_the_entities_own(judge, demo_plan, record, register):
    twice = [{"credit_code": code(900), "name": "企（业）7", "revenue": Decimal(9)}]
    found = judge(more=twice)
    assert told(found) == {"name.named_again": ["B50"]}
    assert "第 7 行同名" in next(f.message.zh for f in found.findings if f.rule == "name.named_again")
    assert "name.named_again" not in told(judge(more=twice, names=lambda row: f"企业{row % 9}"))  # as names were before
    form = demo_plan.form("hnte_register")

    def first(size: int, key: str = "统一社会信用代码") -> list[str | None]:
        fields = tuple(f.model_copy(update={"name": f.name.model_copy(update={"zh": key})}) if f.id in form.key else f
                       for f in form.fields)
        plan = demo_plan.model_copy(update={"forms": (form.model_copy(update={"fields": fields}),)})
        entries = [record(row, revenue=Decimal(row)) for row in range(3, 3 + size)]
        checked = check_return(plan, register(*entries, record(50, credit_code=code(900), name="企业7")), History())
        return [f.cell for f in checked.findings if f.rule == "name.named_again"]

    assert (first(30), first(12), first(30, "项目编号")) == (["B50"], [], [])


def test_a_column_in_another_unit_and_one_wrong_number_are_told_at_their_cells(judge):
    assert told(judge({7: {"revenue": Decimal(1070)}})) == {"revenue.moved": ["F7"]}
    column = judge({row: {"revenue": Decimal(100 + row) * 10_000} for row in ROWS})
    assert told(column) == {"revenue.moved": [f"F{row}" for row in ROWS]}


def test_names_shifted_by_a_row_and_dates_that_moved_are_told_at_their_cells(judge):
    assert told(judge({row: {"name": f"企业{row + 1}"} for row in ROWS})) == {"name.rewritten": [f"B{row}" for row in ROWS]}
    moved = judge({row: {"issued": date(2022, 6, 1)} for row in ROWS})
    assert told(moved) == {"issued.rewritten": [f"D{row}" for row in ROWS]}
    assert "2022-05-01" in next(f.message.zh for f in moved.findings if f.rule == "issued.rewritten")


@pytest.mark.parametrize(("rows", "step"), [(ROWS, 1), (ROWS, -1), (range(12, 18), 1)])
def test_rows_pasted_too_high_or_too_low_are_told_at_their_cells(judge, rows, step):
    numbers = judge({row: {"revenue": Decimal(100 + row + step)} for row in rows})
    # Of a row at the edge there is nobody beside it; a number of two digits (110, 120) proves nothing.
    sure = [row for row in rows if row + step in ROWS and (row + step) % 10]
    assert told(numbers) == {"revenue.shifted": [f"F{row}" for row in sure]}
    message = next(f.message.zh for f in numbers.findings if f.rule == "revenue.shifted")
    assert f"第 {sure[0] + step} 行对象上期的 {100 + sure[0] + step} 相符" in message
    few = range(12, 17)  # too few for names that changed together
    assert told(judge({row: {"name": f"企业{row + step}"} for row in few})) == {"name.shifted": [f"B{row}" for row in few]}


def measured(row: int, period: int = 0) -> str:
    return f"{1000 + 137 * row + 3 * period}.{row:02d}"


def test_a_column_over_again_is_told_where_it_is_no_custom(judge, demo_plan, record, register):
    again = {row: {"revenue": Decimal(measured(row))} for row in ROWS}
    assert told(judge(again, past=measured)) == {}  # last year's figures, as the plan has it, and nothing known of before
    assert told(judge(again, past=measured, earlier=lambda row: measured(row, 1))) == {"revenue.column_copied": [None]}
    assert told(judge(past=None, earlier=lambda row: str(200 + row))) == {"revenue.column_copied": [None]}  # so short, and moves
    assert told(judge(again, past=measured, earlier=measured)) == {}  # it stayed before
    moving = {"past": measured, "earlier": lambda row: measured(row, 1)}
    assert told(judge(again | {5: {"revenue": Decimal(777)}, 9: {"revenue": Decimal(999)}}, **moving)) == {}
    assert told(judge(again, known=range(3, 7), leave_out=range(7, 23), **moving)) == {}

    form = demo_plan.form("hnte_register")
    capital, income = (tuple(f.model_copy(update={"name": f.name.model_copy(update={"zh": name})}) if f.id == "revenue" else f
                             for f in form.fields) for name in ("注册资本", "营业收入"))
    staff = RegisterField.model_validate({"id": "staff", "name": "从业人员", "type": "number", "unit": "人"})
    held: dict[tuple[str, ...], dict[str, str | None]] = {
        (code(row),): {"revenue": measured(row), "staff": str(row)} for row in ROWS}
    of_before = replace(UNKNOWN, claimed={}, entities=held)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"fields": income}, ["revenue.column_copied"]), ({"fields": capital}, []),
        ({"fields": income, "carry_over": True}, []), ({"fields": (*income, staff)}, ["copied"])]
    for change, found in cases:
        plan = demo_plan.model_copy(update={"forms": (form.model_copy(update=change),)})
        entries = [record(row, **again[row]) for row in ROWS]
        if staff in change.get("fields", ()):
            entries = [replace(e, fields={**e.fields, "staff": CellValue("数据", f"G{e.row}", str(e.row), Decimal(e.row))})
                       for e in entries]
        for known in (of_before, replace(of_before, earlier=held)):  # copied once, and again
            assert [f.rule for f in check_return(plan, register(*entries), known).findings if "copied" in f.rule] == found


def test_noughts_where_none_stood_are_told_one_by_one_and_else_by_their_sum(judge):
    assert told(judge({7: {"revenue": Decimal(0)}})) == {"revenue.moved": ["F7"]}
    every = {row: {"revenue": Decimal(0)} for row in ROWS}
    assert told(judge(every)) == {"revenue.moved": [f"F{row}" for row in ROWS]}
    assert told(judge({row: {"revenue": Decimal(row % 4)} for row in ROWS} | {7: {"revenue": Decimal(0)}},
                      past=lambda row: str(row % 4))) == {}  # as others were
    some = judge(every, past=lambda row: str(row) if row % 2 else "0")
    assert told(some) == {"revenue.sum_moved": [None]}
    assert "合计 0" in next(f.message.zh for f in some.findings if f.rule == "revenue.sum_moved")
    assert told(judge(every, past=lambda row: str(row) if row < 6 else "0")) == {}  # of three that were
    assert told(judge({7: {"revenue": Decimal(0)}}, past=lambda row: "3" if row == 7 else str(100 + row))) == {}  # by less
    assert told(judge({4: {"revenue": Decimal(0)}}, known=range(3, 10), leave_out=range(10, 23))) == {}  # of few that were known


def test_a_sum_of_another_size_is_told_where_no_entity_shows_it(judge):
    """Keys that are new, or a number of something else at each of them."""
    half = [row for row in ROWS if row % 2]
    odd = judge({row: {"revenue": Decimal(1 if row in half else 3)} for row in ROWS})
    assert "revenue.sum_moved" not in told(odd)  # its cells are told
    assert told(judge(leave_out=range(5, 23))) == {"lost": [None]}  # a tenth of the sum, for a tenth of them is left
    renewed = judge(leave_out=ROWS, more=[{"credit_code": code(300 + n), "name": f"某{n}厂", "revenue": Decimal(20_001 + 77 * n)}
                                          for n in range(8)])
    assert told(renewed) == {"lost": [None], "revenue.sum_moved": [None]}
    [finding] = [f for f in renewed.findings if f.rule == "revenue.sum_moved"]
    assert (finding.variable, "上期合计 2250" in finding.message.zh) == ("revenue", True)


@pytest.mark.parametrize("step", [1, -1])
def test_a_column_of_numbers_that_move_a_row_too_high_or_too_low_as_a_whole(step):
    """Sales move by a quarter from month to month: no value is the neighbour's, all together are nearer to it."""
    rnd = Random(5)
    levels = [rnd.lognormvariate(6, 1.3) for _ in range(60)]
    then, now = ([round(Decimal(level * rnd.lognormvariate(0, 0.25)), 2) for level in levels] for _ in range(2))
    found = shifted(now[-step:] + now[:-step], then)
    assert len(found) > 40
    assert {at - place for place, at in found.items()} == {-step}
    grown = [round(value * Decimal("1.3"), 2) for value in sorted(now, reverse=True)]
    assert shifted(grown, sorted(then, reverse=True)) == {}, "a list by size, of which all grew"


@given(st.integers(0, 10**6), st.sampled_from([(4, 1, 0.1), (30, 0.05, 0.5), (30, 1, 1), (300, 1, 0.3), (300, 0, 0.2)]))
def test_values_that_move_by_chance_are_no_shift(seed, spreads):
    """Whatever the spread among entities and of each from period to period; those of a few standard amounts too."""
    rnd, (size, among, within) = Random(seed), spreads
    levels = [rnd.lognormvariate(5, among) for _ in range(size)]
    then, now = ([round(Decimal(level * rnd.lognormvariate(0, within)), 2) for level in levels] for _ in range(2))
    assert shifted(now, then) == {}
    standard = [[Decimal(rnd.choice((100, 125, 250, 300, 500))) for _ in levels] for _ in range(2)]
    assert shifted(*standard) == {}


def test_a_total_among_the_rows_is_told_by_its_name_and_by_its_number(judge):
    whole = sum(100 + row for row in ROWS)
    both = {"name.no_entity": ["B50"], "revenue.total": ["F50"]}
    assert told(judge(more=[{"name": "合计x", "revenue": Decimal(whole)}])) == both
    assert told(judge(more=[{"name": "全部企业", "revenue": Decimal(whole)}])) == {"revenue.total": ["F50"]}


def test_a_subtotal_among_the_rows_is_told_with_the_rows_it_is_of(judge, demo_plan, record, register):
    form = demo_plan.form("hnte_register")

    def cells(above: list[str], whole: str, below: list[str]) -> dict[str, str]:
        entries = [record(row, revenue=Decimal(one)) for row, one in enumerate([*above, whole, *below], 3)]
        found = check_return(demo_plan, register(*entries), History()).findings
        return {f.cell or "": f.message.zh for f in found if f.rule == "revenue.total"}

    assert form.fields[-1].id == "revenue"
    few, many = [measured(row) for row in range(6)], [measured(row) for row in range(6, 20)]
    whole = str(sum(map(Decimal, few)))
    [(cell, told_so)] = cells(few, whole, many).items()
    assert (cell, "第 3 至 8 行之和" in told_so) == ("F9", True)
    [(cell, told_so)] = cells(many, whole, few).items()
    assert (cell, "第 18 至 23 行之和" in told_so) == ("F17", True)
    assert cells(few, whole.replace(".", "1."), many) == {}
    assert cells(["3", "5", "2", "7"], "17", ["4", "6", "9", "8", "2", "5"]) == {}  # so small by chance
    assert cells(["500", "1000", "2000", "1500"], "5000", ["1000", "300", "4000"]) == {}  # standard amounts
    rounded = str(round(sum(map(Decimal, few))))
    assert list(cells(few, rounded, [])) == ["F9"]
    assert cells(["1.2", "2.4", "3.1", "1.1", "4.0"], "12", []) == {}  # too short to be known for rounded


@given(st.integers(0, 10**6), st.sampled_from([(12, 2, 1.0), (60, 0, 0.7), (60, 2, 0.3), (400, 2, 1.5)]))
def test_amounts_come_to_no_subtotal_by_chance(seed, kinds):
    rnd, (size, places, spread) = Random(seed), kinds
    columns = {name: numpy.array([round(rnd.lognormvariate(6, spread), places) for _ in range(size)]) for name in "ab"}
    assert subtotals(columns) == {}
    columns["a"][-1], columns["b"][-1] = (round(columns[name][-6:-1].sum(), places) for name in "ab")
    assert subtotals(columns) == {name: {size - 1: (size - 6, size - 1)} for name in "ab"}


def test_one_of_weight_that_is_gone_is_told_for_each_column_it_weighs_in(judge):
    found = judge(leave_out=(7,), past=lambda row: "900" if row == 7 else str(100 + row))
    assert told(found) == {"revenue.lost_sum": [None]}
    assert f"29.6%：{code(7)}" in next(f.message.zh for f in found.findings if f.rule == "revenue.lost_sum")
    assert told(judge(leave_out=(7, 8, 9))) == {}
    assert told(judge(leave_out=(7,), past=lambda row: "240" if row == 7 else str(100 + row))) == {}  # no tenth
    fifth = judge(leave_out=(7, 8), past=lambda row: "290" if row in (7, 8) else str(100 + row))
    assert told(fifth) == {"revenue.lost_sum": [None]}
    assert told(judge(leave_out=range(7, 23), past=lambda row: str(900 if row == 7 else 100 + row))) == {"lost": [None]}
    few = judge(known=range(3, 10), leave_out=(7, *range(10, 23)), past=lambda row: "900" if row == 7 else str(100 + row))
    assert told(few) == {}


def test_without_a_register_before_nothing_is_compared(demo_plan, record, register):
    checked = check_return(demo_plan, register(*[record(row) for row in ROWS]), History())
    assert {c.outcome for c in checked.checks if c.rule in ("lost", "grown") or c.rule.endswith((".moved", ".rewritten"))} == {
        Outcome.NOT_EVALUATED}


@pytest.mark.parametrize("text", [
    "同上", "待定", "无", "########", "共12家", "合计", "小 计", "（合计）", "共 3 个", "—", "n/a", "Total", "合计（万元）",
    "（空）", "待核实", "未提供", "以下空白", "以上共计40家", "以上40家企业", "合计40家企业",
    "装备制造业小计（2家）", "其中：", "其中：规上企业", "备注", "备注：按月报送", "填表人：某", "编号"])
def test_what_names_nothing(text):
    assert no_entity(text)


def test_a_long_name_is_looked_at_where_it_is_a_total_or_a_heading(judge):
    assert told(judge(more=[{"name": "全市企业合计共20家"}, {"name": "统一社会信用代码"}])) == {"name.no_entity": ["B50", "B51"]}


@pytest.mark.parametrize("text", [
    "12", "001", "无锡某公司", "合计信息技术有限公司", "待定山茶业", "3家村食品厂", "其他电子有限公司",
    "其他", "合计（重庆）公司", "总部", "小计量仪器厂", "以勒电子厂", "备注云科技", "会计师事务所(重庆)"])
def test_what_does(text):
    assert not no_entity(text)


@pytest.mark.parametrize(("field", "named"), [
    ({"id": "corp", "name": "企业名称（盖章）"}, True), ({"id": "corp", "name": "单位全称"}, True),
    ({"id": "full_name", "name": "称谓"}, True),
    ({"id": "over", "name": "母公司", "required": False}, True), ({"id": "listed", "name": "是否上市公司"}, False),
    ({"id": "site", "name": "地址"}, False), ({"id": "measure", "name": "计量单位"}, False),
    ({"id": "corp_name", "name": "家数", "type": "number"}, False)])
def test_fields_of_names_are_known_by_what_they_are_called(demo_plan, field, named):
    form, item = demo_plan.form("hnte_register"), RegisterField.model_validate(field)
    assert (item.id in names_of(form.model_copy(update={"fields": (*form.fields, item)}))) is named


def test_one_spelling_for_counting_duplicates_and_claims():
    assert len({folded(name) for name in ("重庆（开州）公司", "重庆(开州) 公司", "重庆开州公司", "重庆〔开州〕公司")}) == 1
    assert folded("ａｂ—12") == folded("AB-12")
    assert folded("3-12") != folded("31-2")


@given(st.lists(st.integers(1, 10**6), min_size=5, max_size=30, unique=True))
def test_the_sum_of_all_others_is_found_wherever_it_stands(values):
    decimals = [Decimal(v) for v in values]
    whole = sum(decimals, Decimal(0))
    for at in (0, len(decimals) // 2, len(decimals)):
        found = total_of_others([*decimals[:at], whole, *decimals[at:]])
        assert found[at]
        assert sum(found) == 1


def test_columns_are_compared_place_by_place():
    assert changed([Decimal(10), None, Decimal(0)], [Decimal(1), Decimal(2), Decimal(3)])[1:] == [None, None]
    assert rewritten(["a", "b", None, "d"], ["a", "x", "c", None]) == [False, False, None, None]
    assert alike(["1", "2", "2", None], [("a", 1), ("a", 1), ("a", 1), ("a", 1)]) == {1: 0, 2: 0}
