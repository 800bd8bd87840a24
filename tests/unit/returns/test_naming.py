"""Where a name belongs there is one; a sheet and a period are found where that is no guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.folding import folded, respelt
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterField
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.runner import check_many
from gaoxin.returns.layout import WORDS
from gaoxin.returns.naming import TOTALS, names_none, names_of, no_name, surely_an_entity
from gaoxin.returns.reader import read_file
from tests.return_files import kinds, note_kinds, packed


def read(demo, book):
    return read_file(packed(book), "r.xlsx", lambda _: demo)


def told(demo, found) -> list[tuple[str, str | None]]:
    (checked,) = check_many(demo, [found], lambda _: UNKNOWN, {})
    return [(f.rule, f.cell) for f in checked.findings if f.severity == "error"]


@pytest.mark.parametrize("text", ["同上", " 同 上 ", "待定", "无", "########", "0", "12", "共 12 家", "共12家", "小计：3", "合计",
                                  "锟斤拷",
                                  "=1+1", "＝cmd", "@SUM(1)", "+cmd|x", "-2+3甲公司", "甲\u202e司公",
                                  "<script>甲</script>", "园区合计", "本页小计", "装备制造小计（2家）", "详见附件",
                                  "等12家企业", "XXX公司", "N/A", "———", "？？", "\ufffd\ufffd研究院", "XXX", "企业名称"])
def test_what_names_nothing(text):
    assert no_name(text)


@pytest.mark.parametrize("text", ["甲研究院", "无锡合计电子有限公司", "待定路口加油站", "3M中国有限公司", "共创科技有限公司",
                                  "小计量仪器厂", "重庆天和会计师事务所", "同上海合作研究所", "TEST研究院"])
def test_what_names_something(text):
    assert not no_name(text)


def test_a_placeholder_where_a_name_belongs_is_an_error_at_its_cell_and_no_record_of_its_own(demo, register_book):
    form, sheet = demo.form("hnte_register"), register_book["数据"]
    assert names_of(form) == {"name"}
    sheet["A3"] = "91990000Y00000008J"
    for row, name in enumerate(("同上", "共 12 家", "乙公司"), 4):
        for column in range(1, 7):
            sheet.cell(row, column).value = sheet.cell(3, column).value
        sheet.cell(row, 2).value = name
    found = read(demo, register_book)
    assert [e.fields["name"].value for e in found.entries] == ["样本精密机械有限公司", None, None, "乙公司"]
    assert [at for rule, at in told(demo, found) if rule == "name.readable"] == ["B4", "B5"]


@pytest.mark.parametrize(("text", "found"), [
    ("同上", {"over.readable", "site.unsaid", "note.unsaid"}), ("########", {"over.readable", "site.unsaid", "note.unsaid"}),
    ("锟斤拷", {"over.readable", "site.unsaid", "note.unsaid"}), ("待定", {"over.readable", "site.unsaid"}),
    ("无", {"site.unsaid"}), ("不适用", {"site.unsaid"}), ("小计", {"over.readable"}), ("√", {"over.readable"}),
    ("测试", {"over.readable"}), ("测试设备厂", set())])
def test_every_text_says_something_and_nothing_may_be_said_where_none_need_be(demo, text, found):
    """A firm without a parent company says 无; 同上 in an address is lost once rows are sorted."""
    form = demo.form("hnte_register")
    more = [{"id": "over", "name": "母公司名称", "required": False}, {"id": "site", "name": "地址"},
            {"id": "note", "name": "备注", "required": False}]
    form = form.model_copy(update={"fields": (*form.fields, *map(RegisterField.model_validate, more))})
    plan = demo.model_copy(update={"forms": tuple(form if one.id == form.id else one for one in demo.forms)})
    heads = [",".join(getter(one) for one in form.fields) for getter in (lambda f: f.id, lambda f: f.name.zh)]
    row = {"credit_code": "91990000Y00000008J", "name": "甲研究院", "over": text, "site": text, "note": text}
    content = "\n".join([*heads, ",".join(row.get(one.id, "") for one in form.fields)])
    read = read_file(content.encode(), f"demo__{form.id}__{form.units[0]}__2024-Q1.csv", lambda _: plan)
    (checked,) = check_many(plan, [read], lambda _: UNKNOWN, {})
    assert {f.rule for f in checked.findings if f.variable in ("over", "site", "note")} == found


def test_a_total_alone_in_a_row_is_beside_the_table(demo, register_book):
    register_book["数据"]["A4"] = "共 12 家"
    found = read(demo, register_book)
    assert (len(found.entries), note_kinds(found)) == (1, {"row_ignored"})


def test_a_renamed_sheet_is_found_by_its_headers(demo, series_book, register_book):
    for book in (series_book, register_book):
        book["数据"].title = "6月数据"
        found = read(demo, book)
        assert (kinds(found), note_kinds(found)) == (set(), {"sheet_renamed"})
        assert (found.series or found.entries)
    assert {v.value.sheet for v in read(demo, series_book).series} == {"6月数据"}


def test_of_two_sheets_that_might_be_meant_none_is_chosen_and_one_finding_says_so(demo, series_book):
    series_book["数据"].title = "6月"
    series_book.copy_worksheet(series_book["6月"]).title = "5月"
    found = read(demo, series_book)
    assert (kinds(found), found.series) == ({"sheet_missing"}, ())
    assert told(demo, found) == [("file.sheet_missing", None)]


def test_a_period_without_a_year_is_the_one_that_the_form_has(demo, register_book):
    """The register runs from 2024-Q1 to 2024-Q2."""
    for written in ("一季度", "第1季度"):
        register_book["封面"]["B4"] = written
        found = read(demo, register_book)
        assert found.key
        assert (found.key.period, note_kinds(found)) == (Period.parse("2024-Q1"), {"cover_repaired"})
    register_book["封面"]["B4"] = "四季度"
    assert kinds(read(demo, register_book)) == {"period_invalid"}
    twice = demo.form("hnte_register").model_copy(update={"last": Period.parse("2025-Q2")})
    longer = demo.model_copy(update={"forms": tuple(twice if f.id == twice.id else f for f in demo.forms)})
    register_book["封面"]["B4"] = "一季度"
    assert kinds(read(longer, register_book)) == {"period_invalid"}


PIECES = st.sampled_from([*WORDS["placeholders"], *TOTALS, "共12家", "等3家", "平均", "总和", "累计：", "（2家）", "重庆",
                          "科技", "有限公司", "装备制造", "A", "9", "total", "=", "·", " ", "　", "ｘ", "㈱", "é", "ﬁ"])


@given(st.lists(PIECES | st.text(max_size=3), min_size=1, max_size=5).map("".join))
def test_what_is_known_by_its_shape_is_what_a_closer_look_says(text):
    assert not (surely_an_entity(text) and names_none(text))
    assert folded(text) == (text.upper() if text.isascii() and text.isalnum() else respelt(text))
