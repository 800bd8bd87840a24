"""What a gate looked at is told in words, in both languages, whatever kind of criterion named it."""

from __future__ import annotations

import json
import re

import pytest

from gaoxin.campaign.evidenced import Place, used
from gaoxin.campaign.veiling import veiled
from gaoxin.gates.difference import changed_figures
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.plan.model import Plan
from tests.unit.gates.gate_evidence import APPLY, by_id

SEAL = "ab" * 32


@pytest.mark.parametrize(("kind", "evidence", "zh", "en", "place"), [
    ("predecessors_passed", "collection", "数据采集阶段", None, Place("gate", "collection")),
    ("targets_met", "gross_output=44.5 亿元 @2024-05", "年工业总产值：44.5 亿元（2024年5月）", "44.5 亿元 (2024-05)",
     Place("indicator", "gross_output")),
    ("targets_met", "gross_output=unknown", "年工业总产值：无法评估", "unknown", Place("indicator", "gross_output")),
    ("deliverables_present", f"survey.report:{SEAL}", "调研报告（abababababab）", None, Place("unit", "committee")),
    ("tasks_closed", "survey:closed:supervision:2024-03-01T23:30:00+00:00", "开展调研：区政府督查室于 2024-03-02 销号",
     "closed by", Place("unit", "committee")),
    ("returns_complete", f"returns:12:sha256:{SEAL}", "12 份报表（abababababab）", "12 return(s)", None),
    ("returns_complete", "demo__industry__committee__2024-05__v2", "园区管委会 园区工业月报 2024年5月（第 2 版）", "(version 2)",
     Place("return", "demo__industry__committee__2024-05__v2")),
    ("approval", f"approval:government:reject:{SEAL}:2024-07-02T10:00:00+08:00",
     "区政府于 2024-07-02 不同意（封签 abababababab）",
     "refused on 2024-07-02", None),
    ("targets_met", "waiver:government:2024-07-02T10:00:00+08:00:indicator=gross_output", "区政府于 2024-07-02 豁免",
     "on 2024-07-02", None),
    ("tasks_closed", "waiver:supervision:2024-03-01T23:30:00+00:00:unit=committee", "区政府督查室于 2024-03-02 豁免", None, None),
    ("score_reached", "score:unknown/1__v3", "score:unknown/1__v3", None, None),
    ("targets_met", "dropped=3 家", "dropped=3 家", None, None),
])
def test_it_is_told_in_words_and_leads_where_it_stands(plan: Plan, kind, evidence, zh, en, place):
    found = used(plan, kind, evidence)
    assert (found.what.zh, found.place) == (zh, place)
    assert en is None or en in found.what.en, found.what.en


def test_what_criteria_name_is_read(plan, application, make_evidence):
    """Nothing of what a gate names as its evidence is left as an id."""
    result = evaluate_gate(plan, application, make_evidence(APPLY))
    told = [used(plan, c.kind, e).what.zh for c in result.criteria for e in c.evidence]
    assert told
    assert not [t for t in told if re.search(r"__|:sha256:|T\d\d:", t)]
    assert by_id(result, "predecessors").evidence


def test_who_sees_no_figures_is_shown_none_of_them(plan: Plan):
    """Also where a figure is a text: of evidence, and of what a correction changed."""
    named = ("gross_output=44.5 亿元 @2024-05", "gross_output=44.5 亿元", "gone=44.5 亿元")
    told = [used(plan, "targets_met", e).what for e in named]
    told += changed_figures(plan, {"gross_output": "43.25 亿元"}, {"gross_output": "44.5 亿元"})
    assert all(re.search(r"4[34]\.", one.zh) for one in told)
    assert not [one.zh for one in veiled(told) if re.search(r"4[34]\.", one.both())]


def test_a_task_that_is_called_as_a_mark_is_told_as_a_task(demo_data):
    named = json.loads(json.dumps(demo_data, default=str).replace('"survey"', '"waiver"'))
    told = used(Plan.model_validate(named), "tasks_closed", "waiver:closed:supervision:2024-03-01T23:30:00+00:00")
    assert (told.what.code, told.place) == ("evidenced.closed", Place("unit", "committee"))
