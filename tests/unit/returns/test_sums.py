"""What a template says beside its cells while figures are typed: reckoned by a spreadsheet program, and read by nobody."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gaoxin.returns.template import build_template, saved
from tests.return_files import by_variable, kinds, note_kinds

GOOD = [100.5, 20.1, 20.1, 20.1, 20.1, 20.1, 30, 5, 9]


@pytest.fixture
def typed(kaizhou, tmp_path):
    """typed(values): what a spreadsheet program makes of them: its file, and what stands beside each of them."""
    import openpyxl

    def type_in(values):
        form = kaizhou.form("park_industry")
        period = form.periods()[0]
        book = build_template(kaizhou, form, form.units[0], period)
        for row, value in enumerate(values, 2):
            book["数据"].cell(row, 4).value = value
        (tmp_path / "in.xlsx").write_bytes(saved(book, period))
        program = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
        subprocess.run([*program, "--outdir", f"{tmp_path}/out", f"{tmp_path}/in.xlsx"], check=True, capture_output=True)
        sheet = openpyxl.load_workbook(tmp_path / "out/in.xlsx", data_only=True)["数据"]
        heads = [cell.value for cell in sheet[1]]
        return (tmp_path / "out/in.xlsx").read_bytes(), [sheet.cell(row, heads.index("核对") + 1).value or ""
                                                         for row in range(2, len(values) + 2)]

    return type_in


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_parts_and_wholes_are_judged_while_typing_and_nothing_of_it_is_read(typed, read):
    content, said = typed(GOOD)
    assert [(row, text) for row, text in enumerate(said) if text] == [(0, "相符"), (6, "相符")]
    found = read(content)
    assert (kinds(found), note_kinds(found)) == (set(), set())
    assert [float(v.value.value) for v in by_variable(found).values()] == GOOD
    _, said = typed([101, *GOOD[1:6], 130, *GOOD[7:]])
    assert (said[0], said[6]) == ("不符：各项之和差 -0.5", "不符：大于工业总产值")
    _, said = typed([*GOOD[:3], *[None] * 6])
    assert not any(said)


def test_the_cells_that_judge_are_outside_of_what_is_read_also_before_they_are_computed(kaizhou, read):
    form = kaizhou.form("park_industry")
    book = build_template(kaizhou, form, form.units[0], form.periods()[0])
    for row, value in enumerate(GOOD, 2):
        book["数据"].cell(row, 4).value = value
    formulas = [cell.value for cell in book["数据"]["F"] if str(cell.value).startswith("=")]
    assert len(formulas) == 2
    found = read(saved(book, form.periods()[0]))
    assert (kinds(found), note_kinds(found), len(found.series)) == (set(), set(), len(GOOD))
