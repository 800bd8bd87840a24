"""Formulas where values belong: told, and their kept values held against what simple arithmetic comes to."""

from __future__ import annotations

import io
import re
import zipfile
from time import monotonic

import pytest

from gaoxin.containers.formulas import Formulas
from gaoxin.containers.model import Sheet, SheetFacts
from gaoxin.returns.reader import read_file
from tests.return_files import by_variable, kinds, packed


def comes_to(formula: str, cells: dict[tuple[int, int], object] | None = None, **formulas: str) -> float | None:
    """What a formula in E9 comes to; cells: of columns A to D."""
    rows: list[list[object]] = [[None] * 5 for _ in range(9)]
    for (row, column), value in (cells or {}).items():
        rows[row - 1][column - 1] = value
    facts = SheetFacts(formulas={(9, 5): formula} | {(int(k[1:]), ord(k[0]) - 64): f for k, f in formulas.items()})
    return Formulas(Sheet("数据", rows, facts)).result((9, 5))  # type: ignore[arg-type]


NUMBERS: dict[tuple[int, int], object] = {(1, 1): 10, (2, 1): 2.5, (3, 1): None, (4, 1): "文字", (5, 1): 4, (1, 2): 3}


@pytest.mark.parametrize(("formula", "result"), [
    ("60+10", 70), ("=60+10", 70), ("2+3*4", 14), ("(2+3)*4", 20), ("-A1+A2", -7.5), ("2-3-4", -5), ("8/2/2", 2), ("- -3", 3),
    ("A1*5%", 0.5), ("$A$1/(B1-1)", 5), ("SUM(A1:A5)", 16.5), ("sum(A1:A2,B1,1)*2", 33), ("SUM(A1:B1)-1", 12), ("A3+1", 1),
    ("ROUND(A1/B1,2)", 3.33), ("ROUND(2.675,2)", 2.68), ("SUM([.A1:.A2];[.B1])", 15.5), ("[.A1]+[.$B$1]", 13), ("SUM(B1:A1)", 13),
    ("1E2+1", 101), (" 1 + 2 ", 3),
])
def test_simple_arithmetic_is_reckoned(formula, result):
    assert comes_to(formula, NUMBERS) == pytest.approx(result, rel=1e-12)


@pytest.mark.parametrize("formula", [
    "", "A4+1", "A1:A2", "A1:A2+1", "A1 B1", "SUM(A1:A5 A1)", "SUM(A:A)", "其他表!A1", "[$其他.A1]", "A1&\"x\"", "A1>1",
    "A1^2", "{1,2}+1", "AVERAGE(A1:A2)", "IF(A1,1,2)", "1/0", "1e308*1e308",
    "1e999", "TRUE+1", "#REF!+1", "SUM(", "1+", ")", "A0+1", "ZZZZ1+1",
    "E9+1", "(" * 500 + "1" + ")" * 500, "1" + "+1" * 5000, "-" * 990 + "x", "SUM(" * 200 + "1" + ")" * 200, "ROUND(1,1e9)",
    "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\")",
])
def test_what_is_not_simple_or_is_hostile_comes_to_nothing(formula):
    assert comes_to(formula, NUMBERS) is None


def test_formulas_rest_on_formulas_and_never_for_ever():
    assert comes_to("A1+1", {(1, 1): 99}, A1="60+10") == 71, "by what it comes to, not by what is kept for it"
    assert comes_to("A1+1", {(1, 1): 99}, A1="NOW()") == 100
    assert comes_to("A1+1", {(1, 1): 1}, A1="B1", B1="A1") == 1, "a circle ends at what is kept"
    rows = [[float(n)] for n in range(1, 5001)]
    chain = {(n, 1): f"A{n + 1}+1" for n in range(1, 5000)}
    assert Formulas(Sheet("数据", rows, SheetFacts(formulas=chain))).result((1, 1)) is not None
    began = monotonic()
    wide = Formulas(Sheet("数据", rows, SheetFacts(formulas={(n, 2): "SUM(A1:A5000)+SUM(A1:A5000)" for n in range(1, 5001)})))
    assert [wide.result((n, 2)) is not None for n in (1, 5000)] == [True, True]
    assert any(wide.result((n, 2)) is None for n in range(1, 5000)), "so many cells are looked at, and no more"
    assert monotonic() - began < 20


def with_kept(book, cells: dict[str, tuple[str, str]], text: bool = False) -> bytes:
    """The book's bytes with formulas in 数据 that carry these kept values, as no spreadsheet program would keep them."""
    for where, (formula, _) in cells.items():
        book["数据"][where] = f"={formula}"
    source, out = zipfile.ZipFile(io.BytesIO(packed(book))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                for where, (_, kept) in cells.items():
                    made = re.compile(rf'(<c r="{where}"[^>]*?)(?: t="\w+")?(><f>[^<]*</f>)<v ?/?>(?:</v>)?'.encode())
                    content, count = made.subn(rb"\1" + b' t="str"' * text + rb"\2<v>" + kept.encode() + b"</v>", content)
                    assert count == 1
            target.writestr(name, content)
    return out.getvalue()


def read(demo, content: bytes):
    return read_file(content, "报表.xlsx", lambda _: demo)


@pytest.mark.parametrize("text", [False, True])
def test_a_kept_value_that_is_not_what_the_formula_comes_to_is_an_error_at_its_cell(demo, series_book, text):
    found = read(demo, with_kept(series_book, {"D6": ("60+10", "99"), "D2": ("D4+D5", "30.5")}, text))
    (wrong,) = [p for p in found.problems if p.kind == "formula_differs"]
    assert (wrong.sheet, wrong.cell, found.key is not None) == ("数据", "D6", True)
    assert all(part in wrong.message.zh and part in wrong.message.en for part in ("60+10", "70", "99"))
    values = by_variable(found)
    assert (values["enterprises"].value.value, values["enterprises"].value.problem) == (None, wrong.message)
    assert str(values["gross_output"].value.value) == "30.5"
    (told,) = [n for n in found.notes if n.kind == "formula"]
    assert (told.cell, "D4+D5" in told.message.zh) == ("D2", True)


def test_what_was_rounded_away_and_noise_are_no_difference(demo, series_book):
    found = read(demo, with_kept(series_book, {"D2": ("10.1+20.2+0.2", "30.500000000000004"), "D3": ("18.3/3", "6.1"),
                                               "D6": ("1200/9.99", "120")}))
    assert kinds(found) == set()
    assert len([n for n in found.notes if n.kind == "formula"]) == 3


def test_a_formula_that_several_cells_share_is_held_against_each(demo, register_book):
    book = register_book
    for row in (3, 4, 5):
        for column in range(1, 6):
            book["数据"].cell(row, column).value = book["数据"].cell(3, column).value
        book["数据"].cell(row, 8).value = row * 100
    content = with_kept(book, {"F3": ("H3+1", "301"), "F4": ("H4+1", "401"), "F5": ("H5+1", "999")})
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                part = part.replace(b"<f>H3+1</f>", b'<f t="shared" ref="F3:F5" si="0">H3+1</f>')
                part = part.replace(b"<f>H4+1</f>", b'<f t="shared" si="0"/>').replace(b"<f>H5+1</f>", b'<f t="shared" si="0"/>')
            target.writestr(name, part)
    found = read(demo, out.getvalue())
    (wrong,) = [p for p in found.problems if p.kind == "formula_differs"]
    assert (wrong.cell, "H5+1" in wrong.message.zh, "501" in wrong.message.zh) == ("F5", True, True)
    assert [n.cell for n in found.notes if n.kind == "formula"] == ["F3", "F4"]


def test_of_many_formulas_some_are_told_and_the_rest_counted(demo, register_book):
    sheet = register_book["数据"]
    cells = {}
    for row in range(3, 33):
        for column in range(1, 6):
            sheet.cell(row, column).value = sheet.cell(3, column).value
        cells[f"F{row}"] = ("1+1", "2")
    found = read(demo, with_kept(register_book, cells))
    told = [n for n in found.notes if n.kind == "formula"]
    assert (len(told), told[-1].cell, "10" in told[-1].message.zh) == (21, None, True)


@pytest.mark.parametrize(("formula", "kind"), [
    ("[1]Sheet1!A1", "external_links"), ("'[报表.xlsx]数据'!$D$2*2", "external_links"), ("cmd|'/c calc'!A0", "external_links"),
    ("WEBSERVICE(\"http://x\")", "external_links"),
    ("'file:///x.ods'#$数据.A1", "external_links"), ("DDE(\"a\";\"b\";\"c\")", "external_links"),
    ("RAND()*100", "formula_differs"), ("ROUND(RANDBETWEEN(1,9),0)", "formula_differs"),
    ("表1[产值]+其他表!A1", None), ("SUM(其他表!A1:A5)", None), ("\"[1]a!\"&\"x|y!z\"", None), ("BRAND(1)", None),
])
def test_a_value_from_elsewhere_or_from_chance_is_none(formula, kind):
    found = Sheet("数据", [[10]], SheetFacts(formulas={(1, 1): formula})).trouble(1, 1)
    assert (found and found.kind) == kind
