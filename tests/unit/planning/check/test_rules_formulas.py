"""Rules on measures and forms that no shipped plan breaks: units that are added unconverted, flows that do not meet, checks of
registers in a series form."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, subjects, the


def test_amounts_in_two_units_are_not_added():
    def add(data):
        form = the(data, "forms", "industry")
        form["variables"].append({"id": "other", "name": "其他产值", "unit": "万元", "kind": "cumulative"})
        measure = the(data, "indicators", "gross_output")["measures"][0]
        measure["inputs"] = {"a": {"variable": "gross_output"}, "b": {"variable": "other"}}
        measure["formula"] = "a + b"

    [finding] = found("units_not_converted", add)
    assert (str(finding.severity), finding.subject) == ("error", "indicators.gross_output.measures.value")
    assert finding.message.zh == "计量单位未换算一致就相加减或比较：a + b；在 inputs 中写同一 unit"
    assert finding.message.en == "added or compared in different units: a + b; give its inputs one unit"
    assert finding.decide.zh == "改方案：在输入上写 unit 换算"


def test_a_flow_of_a_month_does_not_meet_what_has_accumulated():
    def mix(data):
        form = the(data, "forms", "industry")
        form["variables"].append({"id": "monthly", "name": "当月产值", "unit": "亿元", "kind": "flow"})
        measure = the(data, "indicators", "gross_output")["measures"][0]
        measure["inputs"] = {"a": {"variable": "gross_output"}, "b": {"variable": "monthly"}}
        measure["formula"] = "a + b"

    [finding] = found("flows_do_not_meet", mix)
    assert str(finding.severity) == "warning"
    assert finding.message.zh == "各输入所涵盖的时段不同（当期数与累计数，或不同报告期），可能永远没有数"


def test_an_order_of_dates_is_for_registers():
    def date_check(data):
        form = the(data, "forms", "industry")
        first = form["variables"][0]["id"]
        form.setdefault("checks", []).append({"kind": "not_before", "id": "dated", "earlier": first, "later": first})

    [finding] = found("check_not_for_series", date_check)
    assert (str(finding.severity), finding.subject) == ("error", "forms.industry.checks.dated")
    assert finding.message.zh == "not_before 只用于名录"
    assert finding.message.en == "not_before is for registers only"


ZONES = [{"id": f"zone{n}", "name": f"第{n}园", "tier": "core" if n < 2 else "rest"} for n in range(3)]


@pytest.mark.parametrize(("target", "asked"), [
    ({"zone": "zone1", "at_least": 3}, [1]),
    ({"each_zone": ["core"], "target": {"at_least": 3}}, [0, 1]),
    ({"each_zone": ["zone2"], "target": {"any_of": [{"at_least": 3}, {"growth": "year", "at_least": 9}]}}, [2]),
    ({"all_of": [{"at_least": 9}, {"each_zone": ["all"], "target": {"at_least": 3}}]}, [0, 1, 2]),
    ({"whole": {"at_least": 9}, "of_which": [{"zone": "zone0", "at_least": 3}, {"zone": "zone2", "at_least": 3}]}, [0, 2]),
    ({"tiers": [{"zones": 1, "at_least": 9}, {"zones": 1, "at_least": 3}]}, [0, 1, 2]),  # any of them may fill a place
    ({"tiers": [{"zones": 1, "at_least": 9, "named": ["zone1"]}]}, [1]),
    ({"at_least": 3}, []),
])
def test_each_zone_that_a_target_looks_at_needs_figures_of_its_own(target, asked):
    def portfolio(data):
        data["tiers"] = [{"id": name, "name": name} for name in ("core", "rest")]
        data["zones"] = ZONES
        the(data, "indicators", "gross_output")["targets"][0] |= {"target": target}

    assert subjects("zone_without_figures", portfolio) == [("warning", f"zones.zone{n}") for n in asked]
