"""Drafts of mappings: what is surely called so is taken, and every other figure of the file is left to a person by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Maps
from decimal import Decimal
from typing import Any

import pytest
import yaml

from gaoxin.campaign.mapping import read_mapping
from gaoxin.containers.model import Book, address
from gaoxin.containers.opening import open_book
from gaoxin.mapping.heads import is_figure
from gaoxin.mapping.model import Reading
from gaoxin.mapping.proposing import propose
from gaoxin.mapping.whole import read
from gaoxin.plan.forms import RegisterForm, SeriesForm
from gaoxin.plan.mappings import Mapping
from tests.unit.mapping.test_tables import sheet
from tests.unit.mapping.test_ten_workbooks import TEN

ABOUT: dict[str, Any] = {"id": "f", "name": "报表", "units": ["u"], "due": {"days": 10}}


def form_of(asked: Maps[str, tuple[str, str | None]], periodicity: str = "year") -> SeriesForm:
    """asked: variable -> its name and unit of measure."""
    return SeriesForm.model_validate(ABOUT | {
        "kind": "series", "periodicity": periodicity, "first": "2015" + {"month": "-01", "quarter": "-Q1"}.get(periodicity, ""),
        "last": "2026" + {"month": "-12", "quarter": "-Q4"}.get(periodicity, ""),
        "variables": [{"id": i, "name": name, "unit": unit, "kind": "stock", "min": None} for i, (name, unit) in asked.items()]})


TOWN = {"out": ("产值", "万元"), "profit": ("利润", "万元"), "firms": ("企业数", "家"), "growth": ("产值增速", "%"),
        "so_far": ("产值累计", "万元"), "hi": ("高技术产值", "万元")}


def drafted(book: Book, form: SeriesForm | RegisterForm) -> tuple[str, Reading]:
    draft = propose(book, form, "u", "x.xlsx")
    return draft, read(book, Mapping.model_validate(yaml.safe_load(draft)), form, "x.xlsx")


def passed_in_silence(book: Book, draft: str, found: Reading) -> set[str]:
    """Figures of the visible sheets that are neither taken, nor left by a line, nor named in a remark for a person. What is
    taken once the table's variable is decided is asked about at its place; 甲 1 2 numbers columns."""
    if "\n  # variable:" in draft:
        found = read(book, Mapping.model_validate(yaml.safe_load(draft.replace("# variable:", "variable:"))), None, "x.xlsx")
    named = {(t.value.sheet, t.value.cell) for t in found.values} | {(x.sheet, x.cell) for x in found.left}
    claimed = set(re.findall(r"[A-Z]+[0-9]+", "\n".join(line for line in draft.splitlines() if line.startswith("# 【待定】"))))
    figures = {(s.name, address(r, c)) for s in book.sheets.values() if s.visible for r, row in enumerate(s.rows, 1)
               if row[:2] != ["甲", 1] for c in range(1, len(row) + 1) if is_figure(s, (r, c)) and row[c - 1] != "〃"}
    return {f"{sheet}!{at}" for sheet, at in figures - named if at not in claimed}


CASES = {
    "continued right and below": ("""\
各镇（2023年）
单位：万元||||续表|单位：亿元
镇名|产值|||镇名|利润
松岭|5|||松岭|1

续表1
镇名|企业数（家）
松岭|20""",
        [], "year",
        "B4 out 松岭 2023|F4 profit 松岭 2023|B8 firms 松岭 2023"),
    "two of one head side by side": ("""\
2023年
指标|单位|数值|指标|单位|数值
产值|万元|5|企业数|家|7""",
        [], "year",
        "C3 out - 2023|F3 firms - 2023"),
    "another head below": ("""\
表一（2023年）
地区|产值（万元）|利润（万元）
甲镇|1|2
表二（2023年）
镇街|企业数（家）|产值增速
甲镇|5|6""",
        [], "year",
        "B3 out 甲镇 2023|C3 profit 甲镇 2023|B6 firms 甲镇 2023"),
    "groups of rows below the head": ("""\
2023年
指标|计量单位|全区|
||绝对数|增长（%）
一、主要指标|||
  1.企业数|家|33|2
    其中：大型|〃|3|0""",
        [(2, 3, 2, 4), (2, 1, 3, 1), (2, 2, 3, 2)], "year",
        "C5 firms 全区 2023"),
    "running numbers name no rows": ("""\
2023年（单位：万元）
序号|单位名称|产值||企业数
||合计|#高技术|家
1|甲公司|12|3|5
2|乙公司|9|1|4""",
        [(2, 3, 2, 4)], "year",
        "C4 out 甲公司 2023|C5 out 乙公司 2023|D4 hi 甲公司 2023|D5 hi 乙公司 2023|E4 firms 甲公司 2023|E5 firms 乙公司 2023"),
    "row and column name it together": ("""\
全区（2024年5月，单位：万元）
指标|5月||4月||一季度
|当月|累计|当月|累计|累计
产值|10|50|9|40|31
利润|1|5|1|4|3""",
        [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5)], "month",
        "C4 so_far - 2024-05|E4 so_far - 2024-04"),
    "a period and a place before the figures": ("""\
时间|镇|产值（万元）
2024-03|全区|3
2024年2月|全区|2
一季度|全区|9""",
        [], "month",
        "C2 out 全区 2024-03|C3 out 全区 2024-02"),
    "periods below variables": ("""\
各镇
地区|产值（万元）||企业数（家）|
|2022年|2023|2022年|2023
甲镇|1|2|3|4""",
        [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5)], "year",
        "B4 out 甲镇 2022|C4 out 甲镇 2023|D4 firms 甲镇 2022|E4 firms 甲镇 2023"),
    "the same word under two parents": ("""\
2023年
地区|城区||乡村|
|产值|企业数|产值|企业数
东|1|2|3|4""",
        [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5)], "year",
        ""),
    "amounts like years, growth below, firms in ten thousand yuan": ("""\
2023年（单位：万元）
地区|产值|企业数|利润
甲镇|2000|7|2010
|9||
比上年增长%|5|1|2""",
        [], "year",
        "B3 out 甲镇 2023|D3 profit 甲镇 2023"),
    "indicators below each town": ("""\
情况
镇|指标|2022年
甲镇|产值（万元）|1
|企业数（家）|3
乙镇|产值（万元）|5
|企业数（家）|7""",
        [], "year",
        "C3 out 甲镇 2022|C4 firms 甲镇 2022|C5 out 乙镇 2022|C6 firms 乙镇 2022"),
    "numbers of columns are no figures": ("""\
2023年
地区|产值（万元）|企业数（家）
甲|1|2
松岭|30|4""",
        [], "year",
        "B4 out 松岭 2023|C4 firms 松岭 2023"),
    "the standard form, heads merged over two rows and beside codes": ("""\
企业月报表
综合机关名称：某局||2023年|计量单位：万元
指标名称|代码|1—本月|
||本年|上年同期
产值|a01|5|4
利润|a02|7|6
单位负责人：""",
        [(3, 1, 4, 1), (3, 2, 4, 2), (3, 3, 3, 4)], "year",
        "C5 out - 2023|C6 profit - 2023"),
    "nothing over what the rows are called but in the head's last row": ("""\
2023年
|产值（万元）|企业数（家）
镇名||
松岭|5|4
南塘|6|3""",
        [(2, 2, 3, 2), (2, 3, 3, 3)], "year",
        "B4 out 松岭 2023|C4 firms 松岭 2023|B5 out 南塘 2023|C5 firms 南塘 2023"),
    "a part below a heading, and all again in English": ("""\
2023年
镇名|产值（万元）|企业数（家）|
|||高技术产值（万元）
Town|Output|Firms|High-tech
松岭|5|4|3""",
        [(2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3)], "year",
        "B5 out 松岭 2023|C5 firms 松岭 2023|D5 hi 松岭 2023"),
    "two of other heads side by side, without a blank column": ("""\
各镇产值（2023年）||各类利润（2023年）|
单位：万元||单位：万元|
镇名|产值|规模|利润
松岭|5|大型|7
南塘|6|小型|1""",
        [(1, 1, 1, 2), (1, 3, 1, 4)], "year",
        "B4 out 松岭 2023|B5 out 南塘 2023|D4 profit 大型 2023|D5 profit 小型 2023"),
    "two halves of one list": ("""\
2023年（单位：万元）
镇名|产值|镇名|产值
松岭|5|南塘|6
白石|7||""",
        [], "year",
        "B3 out 松岭 2023|B4 out 白石 2023|D3 out 南塘 2023"),
    "a blank corner": ("""\
2023年（单位：万元）
|产值|利润
松岭|5|2
南塘|6|3""",
        [], "year",
        "B3 out 松岭 2023|C3 profit 松岭 2023|B4 out 南塘 2023|C4 profit 南塘 2023"),
    "the unit of measure in the corner": ("""\
2023年
单位：万元|产值|利润
松岭|5|2
南塘|6|3""",
        [], "year",
        "B3 out 松岭 2023|C3 profit 松岭 2023|B4 out 南塘 2023|C4 profit 南塘 2023"),
    "names in two columns below one heading": ("""\
各项指标
指标||计量单位|2023年
经济|产值|亿元|5
|利润|亿元|6
企业|企业数|家|7""",
        [(2, 1, 2, 2), (3, 1, 4, 1)], "year",
        "D5 firms - 2023"),
    "no head at all": ("""\
乙|1|2
丙|3|4""",
        [], "year",
        ""),
}


def grid(text: str) -> list[list[Any]]:
    return [[int(cell) if cell.isdigit() else cell or None for cell in line.split("|")] for line in text.splitlines()]


@pytest.mark.parametrize("case", CASES)
def test_a_draft_takes_what_is_sure_and_passes_no_figure_in_silence(case):
    rows, merged, periodicity, wanted = CASES[case]
    book = Book({"表": sheet(grid(rows), merged=merged), "底稿": sheet([["说明"], ["甲", 7]], "底稿")})
    form = form_of(TOWN if periodicity == "year" or "so_far" in wanted else {"out": TOWN["out"]}, periodicity)
    draft, found = drafted(book, form)
    right = {tuple(line.split()) for line in wanted.split("|") if line}
    told = {(t.value.cell, t.variable, t.entity or "-", str(t.period)) for t in found.values if t.value.value is not None}
    assert told == right, draft
    assert passed_in_silence(book, draft, found) == set(), draft
    assert "「底稿」不在对照里" in draft
    assert "【待定】" in draft


def test_a_register_is_drafted_with_its_whole_head_and_what_parts_its_names():
    form = RegisterForm.model_validate(ABOUT | {
        "kind": "register", "periodicity": "year", "first": "2020", "last": "2025", "key": ["name"], "fields": [
            {"id": "name", "name": "机构名称"}, {"id": "fund", "name": "经费", "type": "number", "unit": "万元"}]})
    rows = [["名录（2023年）"], ["序号", "机构名称", "家数", "经费"], [None, None, None, "（万元）"], ["一、国家级（2家）"],
            [1, "甲中心；乙中心", 2, "120万元"], ["二、省级（2家）"], [1, "丙院", 1, 80]]
    merged = [(2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3)]
    grouped = [["名录（2023年）"], ["编号", "机构", None, "经费（万元）"], [None, "机构名称", "地址"], [1, "甲院", "城南", 5],
               ["小计", 1, None, 5]]
    draft, found = drafted(Book({"表": sheet(grouped, merged=[(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)])}), form)
    assert 'at: "编号"' in draft
    assert [(t.variable, t.value.value) for t in found.values] == [("name", "甲院"), ("fund", 5)]
    book = Book({"表": sheet(rows, merged=merged)})
    draft, found = drafted(book, form)
    assert [(t.variable, t.value.value) for t in found.values if t.row == 7] == [("name", "丙院"), ("fund", 80)]
    assert 'split: "；"}  # 【待定】' in draft
    assert [t.value.value for t in found.values if t.variable == "name"] == ["甲中心", "乙中心", "丙院"]
    assert [(p.kind, p.cell) for p in found.told] == [("mapping_count_differs", "A6")], "2 are announced, 1 is there"
    assert {(x.cell, x.why.to("zh")) for x in found.left if x.cell in ("A4", "A6")} == {("A4", "分组行"), ("A6", "分组行")}


# Figures that the draft of each of the ten takes as it stands; the others are marked.
SURE = {"01": 42, "02": 48, "03": 46, "04": 10, "05": 0, "06": 17, "07": 0, "08": 0, "09": 28}


@pytest.mark.parametrize("declared", [file for file in TEN if file.stem in SURE], ids=lambda file: file.stem)
def test_of_the_ten_workbooks_nothing_is_taken_wrongly(shared, declared):
    """Forms whose variables are called as the right mapping finds them, the outer words first."""
    folder = shared / "cases" / "workbooks"
    (right,) = folder.glob(f"{declared.stem}_*.json")
    (file,) = (f for f in folder.glob(f"{declared.stem}_*") if f.suffix != ".json")
    wanted = {(x["sheet"], x["cell"]): x for x in json.loads(right.read_text(encoding="utf-8"))}
    mapping = read_mapping(declared)
    units = {x["variable"]: x["unit_of_measure"] for x in wanted.values()}
    called = {line.variable: "".join(word for word in line.path if word != "其中") or str(line.code) for t in mapping.tables
              for line in (*t.columns, *t.rows) if line.variable}
    called |= {name: ("".join(line.path)) + ("增长" if what == "growth" else "") for t in mapping.tables for line in t.rows
               for what, name in line.variables.items()}
    asked = {name: (called.get(name, name), unit) for name, unit in units.items()}
    book = open_book(file.read_bytes(), file.name)
    draft, found = drafted(book, form_of(asked, str(mapping.periodicity)))
    taken = [t for t in found.values if isinstance(t.value.value, Decimal)]
    assert {t.value.cell: (t.variable, str(t.period)) for t in taken} == {
        t.value.cell: (x["variable"], x["period"]) for t in taken if (x := wanted[t.value.sheet, t.value.cell])}
    assert passed_in_silence(book, draft, found) == set(), draft
    assert len([t for t in found.values if t.value.problem is None or t.no_value]) >= SURE[declared.stem], draft
