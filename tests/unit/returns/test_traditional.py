"""Traditional characters in names and headings: a hint, where simplified ones stand in their places."""

from __future__ import annotations

import pytest

from gaoxin.returns.reader import read_file
from gaoxin.returns.traditional import alike, twins

HEADS = ["统一社会信用代码", "企业名称", "证书编号", "发证日期", "产业领域", "上年营业收入"]
OLD = ["統一社會信用代碼", "企業名稱", "證書編號", "發證日期", "產業領域", "上年營業收入"]


@pytest.mark.parametrize(("one", "other", "hit"), [
    ("重慶醫藥研究院", "重庆医药研究院", True), ("重庆医药研究院", "重庆医药研究院", False),
    ("重慶醫藥研究院", "重庆医药研究所", False), ("重慶醫藥研究院", "重庆电子研究院", False),
    ("重庆醫藥院", "重庆医药研究院", False)])
def test_texts_differ_by_traditional_characters_alone(one, other, hit):
    assert alike(one, other) is hit
    assert [*twins({3: other, 4: one})] == ([(4, 3)] if hit else [])


def test_of_two_names_in_other_characters_the_plain_one_is_named(register_book, read):
    sheet = register_book["数据"]
    sheet["B3"], sheet["B4"] = "浦里醫藥研究院（重慶）有限公司", "浦里医药研究院(重庆)有限公司"
    (note,) = (n for n in read(register_book).notes if n.kind == "name_changed")
    assert (note.cell, "第 4 行" in note.message.zh) == ("B3", True)
    sheet["B4"] = "浦里电子研究院（重庆）有限公司"
    assert [n for n in read(register_book).notes if n.kind == "name_changed"] == []


@pytest.mark.parametrize(("at", "kind", "words"), [
    (range(6), "header_missing", ("繁体字", "企業名稱", "企业名称")), ([3], "headers_renamed", ("「發證日期」", "「发证日期」"))])
def test_a_heading_in_traditional_characters_is_told_once_with_what_to_write(demo_plan, at, kind, words):
    heads = [OLD[n] if n in at else head for n, head in enumerate(HEADS)]
    text = "\n".join([",".join(heads), "91330000MA0000001X,甲公司,GR202333000001,2023-12-01,EQ,1"])
    (told,) = read_file(text.encode(), "demo__hnte_register__committee__2024-Q1.csv", lambda _: demo_plan).problems
    assert (told.kind, [word for word in words if word not in told.message.zh]) == (kind, [])
