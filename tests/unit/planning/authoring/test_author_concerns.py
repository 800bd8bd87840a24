"""Whose duties a changed plan changes: told by the parts of the two plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.authoring.concerns import of_units
from gaoxin.planning.authoring.diff import differences
from tests.plan_texts import demo

TWO = "due: {days: 10}\n    key:"  # the register's, which two units report
ONE = "skip: [1]\n    units: [committee]"
LEAD = "name: {zh: 高新技术企业, en: High and new technology enterprises}\n    lead: science"


@pytest.mark.parametrize(("old", "new", "units", "expected"), [
    # What a form asks, by when: its units; of a new list of units those that came or went.
    (TWO, TWO.replace("10", "15"), "committee science", "forms.hnte_register due.days"),
    (ONE, ONE.replace("committee", "committee, science"), "science", "forms.industry units"),
    # Tasks and indicators: who leads, and who is named responsible.
    ("due: 2024-02, phase: launch", "due: 2024-01, phase: launch", "committee", "tasks.survey due"),
    ("at_least: 60", "at_least: 66", "committee science", "indicators.gross_output targets.0.target"),
    (LEAD, LEAD.replace("science", "supervision"), "supervision science", "indicators.hnte lead"),
    # A quota is its unit's alone.
    ("{unit: committee, value: 2}", "{unit: committee, value: 4}", "committee", "indicators.hnte quotas.committee.value"),
    # A gate's days: of the office, and of whom it waits for.
    ("deadline: 2024-07\n", "deadline: 2024-08\n", "government committee", "phases.application gate.deadline"),
    ("consent, by: government}", "consent, by: supervision}", "government supervision committee",
     "phases.application gate.criteria.consent.by"),
    # Roles; and what follows from them.
    ("  supervision: supervision\n", "  supervision: science\n", "supervision science", "governance supervision"),
    ("  office: committee\n", "  office: science\n", "committee science", "governance office"),
    # What is nobody's duty: names, places, choices, rhythm, how entries are counted.
    ("name: 区科技局}", "name: 区科技创新局}", "", ""),
    ("name: 调研报告}], source: 三1}", "name: 调研报告}], source: 三9}", "", ""),
    ("decision: 按月报送, reason", "decision: 每月报送, reason", "", ""),
    ("overdue: [1, 3]", "overdue: [1, 4]", "", ""),
    ("years: 3}}", "years: 2}}", "", ""),
])
def test_each_unit_is_told_what_is_its_own(old, new, units, expected):
    before, after = parse_plan(demo()), parse_plan(demo((old, new)))
    found = of_units(differences(before, after), before, after)
    assert set(found) == set(units.split())
    assert all([f"{c.subject} {c.field}" for c in told] == [expected] for told in found.values())


def test_who_joins_a_group_of_which_each_owes_a_piece_is_told_and_who_leads():
    """Of a group of which each member owes nothing of its own nobody is."""
    units = "  - {id: science, name: 区科技局}\n", ("  - {id: science, name: 区科技局}\n  - {id: tax, name: 区税务局}\n"
                                                "  - {id: bureaus, name: 各部门, kind: group, members: [%s]}\n")
    task = "name: 调研报告}], source: 三1}"

    def plan(members: str, each: str) -> Plan:
        owed = f"name: 调研报告{each}}}], responsible: [bureaus], source: 三1}}"
        return parse_plan(demo((units[0], units[1] % members), (task, owed)))

    for each, expected in ((", per_member: true", {"tax", "committee"}), ("", set())):
        found = told(plan("science", each), plan("science, tax", each))
        assert found == {unit: ["units.bureaus members"] for unit in expected}
        assert told(plan("science, tax", each), plan("science", each)) == found


TIGHTER = {"id": "cap", "form": "industry", "by": "committee", "on": "2024-01-05", "why": "多写一个零", "kind": "tighter",
           "rule": "output.jump", "max": 3}


def with_rules(checks: Sequence[dict[str, Any]] = (), overrides: Sequence[dict[str, Any]] = ()) -> Plan:
    data = yaml.safe_load(demo())
    form = next(f for f in data["forms"] if f["id"] == "industry")
    form["checks"] = [*form.get("checks", ()), *checks]
    return parse_plan(yaml.safe_dump({**data, "overrides": list(overrides)}, allow_unicode=True))


def told(before: Plan, after: Plan) -> dict[str, list[str]]:
    return {unit: [f"{c.subject} {c.field}" for c in each]
            for unit, each in of_units(differences(before, after), before, after).items()}


def test_who_reports_a_form_is_told_of_its_rules_and_never_of_drafts():
    first = parse_plan(demo()).form("industry").variables[0].id
    rule = {"kind": "holds", "says": "不为负", "holds": f"{first} >= 0"}
    draft, own = {**rule, "id": "tried", "draft": True}, {**rule, "id": "new"}
    was = with_rules()
    assert told(was, with_rules([draft, own])) == {"committee": ["forms.industry checks.new"]}
    assert told(with_rules([draft, own]), with_rules([{**draft, "severity": "warning"}, {**own, "since": "2024-03"}])) == {
        "committee": ["forms.industry checks.new.since"]}
    assert told(with_rules([draft]), with_rules([{**rule, "id": "tried"}])) == {
        "committee": ["forms.industry checks.tried.draft"]}
    # What the office's overrides ask beyond the plan, in both directions; not why, and not what they are trying out.
    asked = with_rules((), [TIGHTER])
    assert told(was, asked) == told(asked, was) == {"committee": ["overrides.cap "]}
    assert told(asked, with_rules((), [TIGHTER | {"max": 2}])) == {"committee": ["overrides.cap max"]}
    assert told(asked, with_rules((), [TIGHTER | {"why": "同上"}])) == {}
    assert told(was, with_rules((), [TIGHTER | {"draft": True}])) == {}
