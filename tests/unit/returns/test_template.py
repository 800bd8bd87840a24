"""Templates: laid out as promised, readable by our own reader, the same bytes twice."""

from __future__ import annotations

import io
import json
import re

import pytest

from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.returns.template import build_template, write_template
from tests.return_files import kinds, note_kinds


@pytest.mark.parametrize("name", ["demo", "kaizhou"])
def test_every_template_is_read_back_as_the_return_it_is_for(name, request, read, tmp_path):
    plan = request.getfixturevalue(name)
    assert plan.forms
    for form in plan.forms:
        unit, period = form.units[-1], form.periods()[-1]
        path = tmp_path / f"{form.id}.xlsx"
        write_template(plan, form, unit, period, path)
        result = read(path.read_bytes(), path.name)
        assert (result.key.form, result.key.unit, result.key.period) == (form.id, unit, period)
        assert result.template == form.template
        assert not result.problems
        assert not result.notes
        assert not result.sample
        if form.kind == "series":
            assert [s.variable for s in result.series] == [v.id for v in form.variables]
            assert [s.unit_given for s in result.series] == [v.unit for v in form.variables]
        else:
            assert result.entries == ()


def test_the_layout_is_the_promised_one(demo, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    write_template(demo, demo.form("industry"), "committee", Period.parse("2024-03"), tmp_path / "a.xlsx")
    write_template(demo, demo.form("hnte_register"), "science", Period.parse("2024-Q1"), tmp_path / "b.xlsx")
    series, register = (openpyxl.load_workbook(tmp_path / n) for n in ("a.xlsx", "b.xlsx"))
    cover, form = series["封面"], demo.form("hnte_register")
    assert [cover.cell(row, 2).value for row in range(2, 6)] == ["园区工业月报", "园区管委会", "2024年3月", 1]
    assert [cover.cell(row, 4).value for row in range(1, 4)] == ["demo", "industry", "committee"]
    assert [c.value for c in series["数据"][1]][:5] == ["代码", "名称", "计量单位", "数值", "备注"]
    assert [c.value for c in register["数据"][1]] == [f.id for f in form.fields]
    assert [c.value.rstrip("*").removesuffix("（万元）") for c in register["数据"][2]] == [f.name.zh for f in form.fields]
    assert not series["数据"]["D2"].protection.locked
    assert series["数据"].protection.password is None
    assert not register["数据"].protection.sheet
    hints = "".join(told(series, "封面"))
    assert all(v.name.zh in hints for v in demo.form("industry").variables)
    assert "累计" in hints
    assert "2024年4月10日" in hints


def told(book, *sheets: str) -> list[str]:
    """Every text that people see on these sheets: of rows and columns that are not hidden."""
    from openpyxl.utils import get_column_letter

    return [str(cell.value) for sheet in (book[name] for name in sheets or book.sheetnames) if sheet.sheet_state == "visible"
            for row in sheet.iter_rows() if not sheet.row_dimensions[row[0].row].hidden for cell in row
            if cell.value is not None and not str(cell.value).startswith("=")
            and not sheet.column_dimensions[get_column_letter(cell.column)].hidden]


@pytest.mark.parametrize("name", ["demo", "kaizhou"])
def test_nobody_sees_codes_or_english_on_a_chinese_template(name, request):
    """But for units of measure and what the plan's own words hold."""
    plan = request.getfixturevalue(name)
    for form in plan.forms:
        book = build_template(plan, form, form.units[-1], form.periods()[-1])
        own = json.dumps(plan.model_dump(mode="json"), ensure_ascii=False)
        seen = told(book)
        assert len(seen) > 20
        ids = {plan.id, form.id, *form.units, *(item.id for item in form.asked), "2024-03", "value", "note"}
        assert not [text for text in seen if text in ids]
        words = {word for text in seen for word in re.findall("[A-Za-z_]{3,}", text)}
        assert not {word for word in words if word.lower() in {*ids, "unit", "code", "name", "form", "period", "template"}}
        assert all(word in own for word in words)


def test_it_prints_on_one_page_wide_with_its_heading_repeated_and_who_signs(demo):
    for form, repeated in (("industry", "$1:$1"), ("hnte_register", "$2:$2")):
        asked = demo.form(form)
        book = build_template(demo, asked, asked.units[0], asked.periods()[0])
        data, cover = book["数据"], book["封面"]
        assert (data.page_setup.orientation, data.page_setup.fitToWidth, data.page_setup.fitToHeight) == ("landscape", 1, 0)
        assert getattr(data.sheet_properties.pageSetUpPr, "fitToPage", False)
        assert data.print_title_rows == repeated
        assert [s.title for s in book.worksheets if s.sheet_state == "visible"] == ["封面", "数据"]
        foot = "".join(getattr(data.oddFooter, part).text for part in ("left", "center", "right"))
        unit, period = demo.unit(asked.units[0]).name.zh, asked.periods()[0].said
        for part in (asked.name.zh, unit, period, "&P", "&N", "单位负责人", "审核人", "填表人", "报出日期", "盖章"):
            assert part in foot
        labels = [cover.cell(row, 1).value for row in range(1, cover.max_row)]
        assert set(labels) >= {"单位负责人", "审核人", "填表人", "报出日期", "单位（盖章）"}


def test_what_signs_a_return_is_no_part_of_it(series_book, read):
    cover = series_book["封面"]
    for row in range(1, cover.max_row):
        if cover.cell(row, 1).value in ("填表人", "审核人", "报出日期"):
            cover.cell(row, 2).value = "张三"
    found = read(series_book)
    assert (kinds(found), note_kinds(found), found.explanation) == (set(), set(), None)


def test_the_same_template_is_the_same_bytes(demo, tmp_path):
    contents = set()
    for name in ("a.xlsx", "b.xlsx"):
        write_template(demo, demo.form("hnte_register"), "science", Period.parse("2024-Q1"), tmp_path / name)
        contents.add((tmp_path / name).read_bytes())
    assert len(contents) == 1


@pytest.mark.parametrize(("lang", "told"), [("zh", ("【演练】", "数据虚构")), ("en", ("[DRILL]", "made-up figures"))])
def test_a_template_of_a_drill_says_so_where_nothing_is_read(demo, tmp_path, read, lang, told):
    openpyxl = pytest.importorskip("openpyxl")
    for form, unit, period in (("industry", "committee", "2024-03"), ("hnte_register", "science", "2024-Q1")):
        given = demo, demo.form(form), unit, Period.parse(period)
        write_template(*given, tmp_path / "real.xlsx", lang)
        write_template(*given, tmp_path / "drill.xlsx", lang, drill=True)
        real, drill = (openpyxl.load_workbook(tmp_path / name) for name in ("real.xlsx", "drill.xlsx"))
        told_of = {book: [str(c.value) for row in book["封面"].iter_rows() for c in row] for book in (real, drill)}
        assert [any(word in text for text in told_of[drill]) for word in told] == [True, True]
        seen = [sheet for sheet in drill.worksheets if sheet.sheet_state == "visible"]
        assert all(sheet.oddHeader.center.text.startswith(told[0]) for sheet in seen)
        assert not any(word in text for text in told_of[real] for word in told)
        one, other = (read((tmp_path / name).read_bytes()) for name in ("real.xlsx", "drill.xlsx"))
        assert (other.key, other.problems, other.notes, other.sample) == (one.key, one.problems, one.notes, False)
        assert kinds(other) == kinds(one)


def test_english(demo, tmp_path, read):
    openpyxl = pytest.importorskip("openpyxl")
    write_template(demo, demo.form("industry"), "committee", Period.parse("2024-03"), tmp_path / "a.xlsx", lang="en")
    content = (tmp_path / "a.xlsx").read_bytes()
    assert "required" in "".join(
        str(c.value) for row in openpyxl.load_workbook(io.BytesIO(content))["封面"].iter_rows() for c in row
    )
    assert not kinds(read(content))


def test_what_the_plan_does_not_ask_for_has_no_template(demo, tmp_path):
    with pytest.raises(UsageError):
        write_template(demo, demo.form("industry"), "science", Period.parse("2024-03"), tmp_path / "a.xlsx")
    with pytest.raises(UsageError):
        write_template(demo, demo.form("industry"), "committee", Period.parse("2024-01"), tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_commands_take_the_words_that_a_template_shows(demo):
    from gaoxin.campaign.calling import form_called, unit_called

    form, unit = demo.form("industry"), demo.unit("committee")
    assert {form_called(demo, word) for word in (form.id, form.name.zh, f" {form.name.zh}　")} == {"industry"}
    assert {unit_called(demo, word) for word in (unit.id, unit.name.zh, *(a.name for a in unit.aliases))} == {"committee"}
    for period in form.periods():
        assert Period.written(period.said) == period
