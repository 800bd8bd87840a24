"""The plan of Kaizhou against the facts of its document: rows, leads, quotas, dates, values stated twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

from plan_texts import KAIZHOU

from gaoxin.plan.calendar import last_day_for
from gaoxin.plan.checks import check_plan
from gaoxin.plan.forms import Severity
from gaoxin.plan.targets import thresholds


def rows(plan):
    return [item for item in (*plan.indicators, *plan.tasks) if item.row is not None]


def test_each_row_of_the_annex_stands_exactly_once(kaizhou_plan):
    assert sorted(item.row for item in rows(kaizhou_plan)) == list(range(1, 30))
    assert [i.row for i in kaizhou_plan.indicators] == [*range(1, 19), 22, 23, 25, 26]


def test_the_leads_are_those_of_the_annex(kaizhou_plan):
    named = Counter(kaizhou_plan.unit(item.lead).name.zh for item in rows(kaizhou_plan))
    assert named == {
        "浦里新区管委会": 14, "区经济信息委": 5, "区科技局": 5, "区招商投资局": 2, "区财政局": 1, "区市场监管局": 1,
        "区发展改革委": 1,
    }


def test_due_months_of_the_annex(kaizhou_plan):
    due = {i.row: i.due if hasattr(i, "due") else i.binding.due for i in rows(kaizhou_plan)}
    early = {26: date(2020, 10, 31), 27: date(2020, 9, 30), 29: date(2020, 9, 30)}
    assert due == {row: early.get(row, date(2020, 12, 31)) for row in range(1, 30)}


def test_quotas_of_the_annex(kaizhou_plan):
    sums = {i.row: sum(q.value for q in i.quotas) for i in kaizhou_plan.indicators if i.quotas}
    assert sums == {11: 20, 12: 16, 13: 6}
    by_unit = {q.unit: q.value for q in kaizhou_plan.indicator("rd_institutions").quotas}
    assert by_unit == {
        "economy_it_commission": 8, "science_bureau": 5, "puli_committee": 3, "investment_bureau": 3, "science_association": 1,
    }


def test_binding_values_of_the_annex(kaizhou_plan):
    simple = {
        i.row: (t.comparator.sign, t.value, i.measures[0].unit)
        for i in kaizhou_plan.indicators for t in [i.binding.target] if hasattr(t, "comparator")
    }
    assert simple == {
        1: ("≥", 600, "亿元"), 2: ("≥", 16, "%"), 3: ("≥", 50, "亿元"), 4: ("≥", 85, "%"), 5: ("<", Decimal("0.6"),
            "吨标准煤/万元"),
        6: ("≥", 25, "%"), 7: ("≥", 28, "%"), 8: ("≥", 60, "家"), 9: ("≥", 5, "%"), 10: ("≥", 30, "%"), 11: ("≥", 30, "个"),
        12: ("≥", 30, "个"), 13: ("≥", 6, "个"), 14: ("≥", 2, "亿元"), 15: ("≥", 2, "%"), 16: ("≥", 20, "%"),
        17: ("≥", 20, "件/万人"), 18: ("≥", 5000, "人"), 23: ("≤", 3, "个"),
    }
    either = kaizhou_plan.indicator("capital_attracted").binding.target
    assert [(t.of, t.value) for t in either.any_of] == [("foreign", 3000), ("domestic", 50)]
    assert len(thresholds(kaizhou_plan.indicator("demonstration_sites").binding.target)) == 8


def test_values_of_the_main_text_are_kept_beside_the_binding_ones(kaizhou_plan):
    stated = {i.row: {t.value for s in i.targets for t in thresholds(s.target)} for i in kaizhou_plan.indicators}
    assert (stated[6], stated[9], stated[10], stated[12], stated[17]) == ({25, 30}, {5, 20}, {30, 40}, {30, 35}, {20, 25})
    for indicator in kaizhou_plan.indicators:
        assert indicator.binding.source.place == f"附件 第{indicator.row}项"
        assert all(s.due is None or s.due.year == 2021 for s in indicator.targets if not s.binding)


def test_the_schedule(kaizhou_plan):
    months = [(p.id, f"{p.starts:%Y-%m}", f"{p.ends:%Y-%m}") for p in kaizhou_plan.phases]
    assert months == [
        ("launch", "2019-07", "2020-04"), ("planning", "2020-05", "2020-05"), ("collection", "2020-05", "2020-05"),
        ("publicity", "2020-05", "2020-09"), ("application", "2020-10", "2020-10"), ("pre_assessment", "2020-11", "2020-12"),
        ("acceptance", "2021-01", "2021-01"),
    ]
    approvals = [(p.id, c.by) for p in kaizhou_plan.phases for c in p.gate.criteria if c.kind == "approval"]
    assert approvals == [("application", "district_government")]


def test_every_figure_is_in_before_the_last_gate(kaizhou_plan):
    last = [(f.id, last_day_for(f.due, f.periods()[-1])) for f in kaizhou_plan.forms]
    assert last
    assert {f for f, day in last if day > date(2021, 1, 25)} == set()


def test_what_is_wrong_with_the_document_is_found_and_nothing_makes_it_unworkable(kaizhou_plan):
    found = check_plan(kaizhou_plan)
    assert [f for f in found if f.severity is Severity.ERROR] == []
    spoken = {code: {f.subject for f in found if f.code == code} for code in {f.code for f in found}}
    assert spoken["quotas_do_not_add_up"] == {"indicators.rd_institutions", "indicators.service_institutions"}
    assert spoken["two_values"] == {f"indicators.{i}" for i in (
        "high_tech_revenue_share", "hnte_share", "rd_active_share", "service_institutions", "patents_per_10k",
        "capital_attracted",
    )}
    assert {"indicators.gross_output", "indicators.net_profit"} <= spoken["no_comparator"]
    assert spoken["target_due_after_gate"] == {"phases.application"}
    assert spoken["step_before_document"] == {"phases.launch", "phases.planning", "phases.collection"}
    assert spoken["office_unit_idle"] == {"units.government_services_office"}
    assert spoken["lead_not_in_office"] == {"units.finance_bureau", "units.development_reform_commission"}
    assert len(spoken["cadence_by_choice"]) == len(kaizhou_plan.cadences)


def test_no_person_of_the_document_is_named(shared, kaizhou_plan):
    seed = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    paragraph = next(line for line in seed.splitlines() if "任组长" in line)
    people = re.findall(r"区长(\w{2,3})任", paragraph) + re.findall(r"由(\w{2,3})同志", paragraph)
    units = sorted((u.name.zh for u in kaizhou_plan.units), key=len, reverse=True)
    for part in re.split("[,，]", paragraph.partition("办公室主任")[2].partition("为办公室工作人员")[0]):
        unit = next((u for u in units if part.startswith(u)), None)
        if unit:
            people += part.removeprefix(unit).split("、")
    assert len(people) >= 15, "the paragraph was not read as it should be"
    assert all(2 <= len(name) <= 3 for name in people)
    text = KAIZHOU.read_text(encoding="utf-8")
    assert [name for name in people if name in text] == []


def test_no_sentence_of_the_document_is_copied(shared):
    seed = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    text = KAIZHOU.read_text(encoding="utf-8")
    runs = [run for run in re.findall(r"[\u4e00-\u9fff]{16,}", text) if run in seed]
    # Titles of the document and of its annex are facts.
    assert [r for r in runs if not r.endswith(("工作方案", "任务分解表"))] == []


def test_every_name_has_its_english(kaizhou_plan):
    named = [*kaizhou_plan.units, *kaizhou_plan.phases, *kaizhou_plan.indicators, *kaizhou_plan.tasks, *kaizhou_plan.forms]
    named += [v for f in kaizhou_plan.forms for v in (f.variables if f.kind == "series" else (*f.fields, *f.counts))]
    assert named
    assert [x.id for x in named if not x.name.en] == []
