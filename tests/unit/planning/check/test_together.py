"""A gap that every row of a plan has is told once, of the plan; one that only some rows have is told of each."""

from __future__ import annotations

from tests.unit.planning.check.checked_plans import found, indicator, subjects, with_indicators


def nobody_leads(data):
    for item in (*data["indicators"], *data["tasks"]):
        item.pop("lead", None)
        item.pop("co_leads", None)
        item["responsible"] = []


def test_a_plan_that_names_no_lead_is_told_once():
    [finding] = [f for f in found("no_lead", nobody_leads) if f.subject == "indicators"]
    assert "全部 3 项目标" in finding.message.zh
    assert {"附件 第1项", "附件 第2项", "附件 第3项"} <= set(finding.sources)
    assert not [s for _, s in subjects("no_lead", nobody_leads) if s.startswith("indicators.")]


def test_where_one_row_has_a_lead_each_of_the_others_is_told():
    told = subjects("no_lead", nobody_leads, with_indicators(indicator()))
    assert ("warning", "indicators.hnte") in told
    assert ("warning", "indicators") not in told


def test_such_a_finding_is_settled_by_its_own_subject():
    def decide(data):
        data.setdefault("choices", []).append({
            "id": "leads", "subject": "牵头单位", "decision": "由办公室统一负责", "reason": "文件未写", "decided_by": "committee",
            "decided_on": "2024-02-01", "settles": [{"code": "no_lead", "subject": "indicators"}],
        })
    assert [f.state for f in found("no_lead", nobody_leads, decide) if f.subject == "indicators"] == ["decided"]
