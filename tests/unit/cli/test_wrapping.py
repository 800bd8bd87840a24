"""Lines of Chinese and mixed text: never wider than the window, nothing lost, no mark where it cannot stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gaoxin.cli.wrapping import wrapped

TEXT = "高新技术企业占园区企业比例有不同的目标值：附件 第9项 ≥ 5 %；正文 一(三) ≥ 20 %（indicators.hnte_share），以附件为准。"


@pytest.mark.parametrize("width", range(37, 121, 7))
def test_no_line_is_wider_than_the_window(width):
    lines = wrapped(TEXT, width, "    → ").split("\n")
    assert max(cell_len(line) for line in lines) <= width
    assert lines[0].startswith("    → ")
    assert all(line.startswith("      ") for line in lines[1:])
    assert not [line for line in lines[1:] if line.strip()[0] in "，。；：）"]
    assert not [line for line in lines if line.endswith(("（", "《"))]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\ue000")), st.integers(20, 90))
def test_nothing_is_lost(text, width):
    assert wrapped(text, width, "· ").replace("\n", "").replace(" ", "").removeprefix("·") == text.replace(" ", "")


@pytest.mark.parametrize("whole", ["≥ 20 %", "一(三)", "附件 第9项", "indicators.hnte_share"])
def test_what_is_read_together_stays_together(whole):
    for width in range(30, 100):
        assert whole in wrapped(TEXT, width), width


def test_wide_enough_is_one_line():
    assert wrapped(TEXT, 1000) == TEXT
