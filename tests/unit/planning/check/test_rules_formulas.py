"""Rules on measures and forms that no shipped plan breaks: units that are added unconverted, flows that do not meet, checks of
registers in a series form."""

from __future__ import annotations

from tests.unit.planning.check.checked_plans import found, the


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
