"""How a plan's values read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gaoxin.numerals import plain
from gaoxin.plan.words.wording import resolved, told


@pytest.mark.parametrize(("value", "text"), [("600", "600"), ("0.60", "0.6"), ("2E+3", "2000"), ("0", "0"), ("-1.50", "-1.5")])
def test_figures(value, text):
    assert plain(Decimal(value)) == text


def test_targets_in_both_languages(kaizhou_plan):
    simple, either = kaizhou_plan.indicator("energy_intensity"), kaizhou_plan.indicator("capital_attracted")
    assert told(kaizhou_plan, simple, simple.binding.target).zh == "< 0.6 吨标准煤/万元"
    words = told(kaizhou_plan, either, either.binding.target)
    assert words.zh == "外资三年年均 ≥ 3000 万美元 或 内资三年年均 ≥ 50 亿元"
    assert words.en == "Foreign capital a year ≥ 3000 万美元 or Domestic capital a year ≥ 50 亿元"


def test_resolved_labels_are_text_and_keys_those_of_the_file(demo_plan):
    whole = resolved(demo_plan, "en")
    assert whole["schema"] == 1
    assert whole["phases"][0]["name"] == "Launch"
    assert whole["indicators"][0]["targets"][0]["target"] == {"at_least": 60}
    assert whole["phases"][1]["gate"]["criteria"][4]["choice"] == "early_gate"
