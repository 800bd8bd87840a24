"""Checked plans for the tests of the rules: the demonstration campaign, changed as data, with what the check finds in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.check.checks import check_plan
from gaoxin.planning.check.findings import PlanFinding
from tests.plan_texts import demo

Data = dict[str, Any]


def checked(*edits: Callable[[Data], object]) -> list[PlanFinding]:
    """The findings of the demo plan after the edits. Every finding has both languages and says what is to be decided."""
    data = yaml.safe_load(demo())
    for edit in edits:
        edit(data)
    findings = check_plan(parse_plan(yaml.safe_dump(data, allow_unicode=True)))
    for f in findings:
        assert f.message.zh, f
        assert f.message.en != f.message.zh, f
        assert f.decide, f
        assert f.decide.zh != f.decide.en, f
    return findings


def found(code: str, *edits: Callable[[Data], object]) -> list[PlanFinding]:
    """The findings of one code."""
    return [f for f in checked(*edits) if f.code == code]


def subjects(code: str, *edits: Callable[[Data], object]) -> list[tuple[str, str]]:
    """(severity, subject) of the findings of one code."""
    return [(str(f.severity), f.subject) for f in found(code, *edits)]


def the(data: Data, what: str, name: str) -> Data:
    """An item of a list of the plan, by id."""
    return next(x for x in data[what] if x["id"] == name)


def indicator(**fields: Any) -> Data:
    """An indicator with one measure that nobody reports and one binding goal, unless said otherwise."""
    return {
        "id": "added", "name": "新增指标", "lead": "committee", "source": "附件 第9项",
        "measures": [{"id": "value", "unit": "家"}],
        "targets": [goal({"at_least": 40}, source="附件 第9项")],
    } | fields


def goal(target: Data, due: str | None = "2024-07", source: str = "附件 第9项", **more: Any) -> Data:
    made = {"target": target, "source": source, "worded_as": "以上"} | more
    return made | ({"due": due} if due else {})


def with_indicators(*items: Data) -> Callable[[Data], object]:
    """Puts indicators beside those of the demo plan."""
    return lambda data: data["indicators"].extend(items)


def with_statements(*statements: Data, name: str = "gross_output") -> Callable[[Data], object]:
    """Puts statements beside the only goal of an indicator, which then binds."""
    def edit(data: Data) -> None:
        targets = the(data, "indicators", name)["targets"]
        targets[0]["binding"] = True
        targets.extend(statements)
    return edit
