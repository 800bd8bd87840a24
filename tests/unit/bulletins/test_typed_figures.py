"""Figures that people type into a bulletin's texts are told apart from those of the record."""

from __future__ import annotations

import pytest

from gaoxin.bulletins.texts import typed


@pytest.mark.parametrize(("text", "found"), [
    ("全区工业总产值达到999亿元，完成率99%。", ("999亿元", "99%")),
    ("产值{indicator:output}，完成{completion:output}。", ()),
    ("产值{indicator:output}0 亿元", ("0 亿元",)),
    ("按昆府发〔2021〕4号，2021年6月底前、7月20日前、2021-06-30 前和二季度完成第3项任务。", ()),
    ("1. 抓紧报送；\n2、抓紧整改；\n（3）开会。", ()),
    ("同比增长１２．５％，提高3.2个百分点", ("12.5%", "3.2个百分点")),
    ("百分之九十九的单位、三十六家企业、一是二是三是", ("百分之九十九", "三十六家")),
    ("新增高企12家、1,234.5万元", ("12家", "1,234.5万元")),
    ("R&D经费和5G、PM2.5", ()),
])
def test_what_was_typed(text, found):
    assert typed(text) == found
