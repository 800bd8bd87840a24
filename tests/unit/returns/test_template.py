"""Templates: laid out as promised, readable by our own reader, the same bytes twice."""

from __future__ import annotations

import io

import pytest

from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.returns.layout import COVER_KEYS, SERIES_HEADERS
from gaoxin.returns.template import write_template
from tests.return_files import kinds


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
    cover = {row[0].value: row[1].value for row in series["封面"].iter_rows(min_row=1, max_row=6)}
    assert [cover[k] for k in COVER_KEYS] == ["demo", "industry", "committee", "2024-03", 1]
    assert tuple(c.value for c in series["数据"][1]) == SERIES_HEADERS
    form = demo.form("hnte_register")
    assert [c.value for c in register["数据"][1]] == [f.id for f in form.fields]
    assert [c.value.rstrip("*") for c in register["数据"][2]] == [f.name.zh for f in form.fields]
    assert not series["数据"]["D2"].protection.locked
    assert series["数据"].protection.password is None
    assert not register["数据"].protection.sheet
    hints = "".join(str(c.value) for row in series["填报说明"].iter_rows() for c in row if c.value)
    for variable in demo.form("industry").variables:
        assert variable.name.zh in hints
    assert "累计" in hints
    assert "2024年04月10日" in hints


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
        notes = [str(row[0].value) for row in drill["填报说明"].iter_rows(max_row=2)]
        assert (told[0] in notes[0], told[1] in notes[1]) == (True, True)
        assert {sheet.oddHeader.center.text for sheet in drill.worksheets} == {told[0]}
        assert {sheet.oddHeader.center.text for sheet in real.worksheets} == {None}
        assert not any(told[0] in str(c.value) for row in real["填报说明"].iter_rows() for c in row)
        one, other = (read((tmp_path / name).read_bytes()) for name in ("real.xlsx", "drill.xlsx"))
        assert (other.key, other.problems, other.notes, other.sample) == (one.key, one.problems, one.notes, False)
        assert kinds(other) == kinds(one)


def test_english(demo, tmp_path, read):
    openpyxl = pytest.importorskip("openpyxl")
    write_template(demo, demo.form("industry"), "committee", Period.parse("2024-03"), tmp_path / "a.xlsx", lang="en")
    content = (tmp_path / "a.xlsx").read_bytes()
    assert "required" in "".join(
        str(c.value) for row in openpyxl.load_workbook(io.BytesIO(content))["填报说明"].iter_rows() for c in row
    )
    assert not kinds(read(content))


def test_what_the_plan_does_not_ask_for_has_no_template(demo, tmp_path):
    with pytest.raises(UsageError):
        write_template(demo, demo.form("industry"), "science", Period.parse("2024-03"), tmp_path / "a.xlsx")
    with pytest.raises(UsageError):
        write_template(demo, demo.form("industry"), "committee", Period.parse("2024-01"), tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
