"""What a machine can tell of an explanation: that it names no reason at all, is short, or was given of something else."""

from __future__ import annotations

import pytest

from gaoxin.quality.wording import general, hints


@pytest.mark.parametrize("text", [
    "情况属实", "经核实，数据属实。", "已核对无误，特此说明！", "本月数据正常波动", "属实", "见附件", "上述情况均属实，请予审核",
    "x", "1", "Checked and confirmed.", "The data is correct", "同上期", "经核实，数据准确无误，无异常。",
    "经我单位认真核对，该数据真实有效", "数据无误，情况如实", "正常增长，在合理范围内", "No errors after review.",
    "数据没有问题，请予以通过", "因为业务需要", "按工作需要填报",
])
def test_stock_phrases_give_no_reason(text):
    assert general(text)


@pytest.mark.parametrize("text", [
    "新投产", "三家企业投产，属实", "春节停产", "华星公司3月并表", "基数原因：上年同期停产检修", "a new plant",
    "数控机床厂搬迁", "属实：大单集中结算", "统计制度改为法人在地统计", "上年同期填报口径不同", "Errors of last year corrected",
])
def test_words_that_name_what_happened_are_left_to_the_reviewer(text):
    assert not general(text)


def test_what_is_short_or_was_said_elsewhere_is_told():
    assert [h.code for h in hints("新投产", [])] == ["wording.short"]
    assert [h.code for h in hints("asdfasdfasdf", [])] == ["wording.repeated"]
    copied = [*hints("新增三家企业投产", [("demo__industry__committee__2024-03__v1", "gross_output.jump")])]
    assert [h.code for h in copied] == ["wording.copied"]
    assert "demo__industry__committee__2024-03__v1" in copied[0].zh
    assert [*hints("新增三家企业投产", [])] == []
