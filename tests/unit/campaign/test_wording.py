"""How values read, wherever they are shown."""

from decimal import Decimal

import pytest

from gaoxin.campaign.wording import foreseen


@pytest.mark.parametrize(("value", "unit", "zh", "en"), [
    ("1.337", "个", "约 1.3 个", "about 1.3 个"), ("99.7065", "家", "约 99.7 家", "about 99.7 家"),
    ("100", "家", "100 家", "100 家"), ("99.96", "家", "约 100 家", "about 100 家"),
    ("3.5001", "位", "约 3.5 位", "about 3.5 位"),
    ("1.33712", "亿元", "1.3371 亿元", "1.3371 亿元"),
    ("1.33712", "万人", "1.3371 万人", "1.3371 万人"),
    ("1.33712", "件/万人", "1.3371 件/万人", "1.3371 件/万人"), ("2.5", "百分点", "2.5 百分点", "2.5 percentage points"),
])
def test_of_what_is_counted_a_forecast_is_about_so_many(value, unit, zh, en):
    assert (foreseen(Decimal(value), unit, "zh"), foreseen(Decimal(value), unit, "en")) == (zh, en)
    assert foreseen(Decimal(value), unit, "zh", bare=True) == zh.removesuffix(f" {unit}")
    assert foreseen(None, unit, "zh") == "—"
