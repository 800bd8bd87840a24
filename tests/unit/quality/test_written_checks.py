"""Every check of docs/check_examples.yaml, the 18 rules of the European validation handbook among them: silent on the return that
is right, told at the right cells of the one that is not, carried known-bad rows found, and refused by nobody."""

from __future__ import annotations

import runpy
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gaoxin.campaign.judging import with_reads
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.planning.check.checks import check_plan
from gaoxin.quality.history import history_of
from gaoxin.quality.model import Checked, Outcome
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import CellValue, Entry, Facts, ReadReturn, ReturnKey, SeriesValue
from tests.plan_texts import ROOT

WRITTEN = runpy.run_path(str(ROOT / "docs" / "plan_checks.py"))
EXAMPLES: list[dict[str, Any]] = WRITTEN["EXAMPLES"]
NOW = datetime(2024, 4, 1, tzinfo=UTC)


def value_of(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) else value


def returns_of(plan: Plan, said: dict[str, Any]) -> Iterator[ReadReturn]:
    for name, content in said.items():
        rest, _, period = name.partition("@")
        form_id, _, unit = rest.partition("/")
        form = plan.form(form_id)
        key = ReturnKey(plan.id, form_id, unit or form.units[0], Period.parse(period or "2024-02"))
        of: dict[str, Any] = {"file": "a.xlsx", "sha256": "0" * 64, "size": 1, "key": key, "template": 1}
        if form.kind == "series":
            yield ReadReturn(**of, series=tuple(
                SeriesValue(v.id, CellValue("数据", f"D{row}", str(content[v.id]), value_of(content[v.id])), v.unit, f"C{row}")
                for row, v in enumerate(form.variables, 2) if v.id in content))
        else:
            yield ReadReturn(**of, entries=tuple(
                Entry(row, {f.id: CellValue("数据", f"{letter}{row}", str(v), value_of(v))
                            for f, letter, v in zip(form.fields, string.ascii_uppercase, values, strict=False)})
                for row, values in enumerate(content, 3)))


def judged(plan: Plan, form: str, said: dict[str, Any]) -> Checked:
    """The return of the form for 2024-02, the others being accepted."""
    reads = list(returns_of(plan, said))
    [asked] = [r for r in reads if (r.known.form, str(r.known.period)) == (form, "2024-02")]
    facts = with_reads(Facts(NOW), plan, [r for r in reads if r is not asked])
    return check_many(plan, [asked], history_of(plan, facts), {})[0]


def rules(example: dict[str, Any]) -> set[str]:
    """The ids of the checks that the example declares; of one that needs none, what looks at its values."""
    return {f"check.{check['id']}" for check in example["forms"][0].get("checks", ())}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["rule"])
def test_a_check_is_silent_on_what_is_right_and_told_at_its_cells(example):
    plan = WRITTEN["plan_of"](example)
    assert [f.message.en for f in check_plan(plan) if f.severity is Severity.ERROR] == []
    form, declared = example["forms"][0]["id"], rules(example)
    good = judged(plan, form, example["good"])
    assert [f.message.zh for f in good.findings] == []
    outcomes = {c.rule: (c.outcome, c.reason and c.reason.en) for c in good.checks if c.rule in declared}
    assert {rule: Outcome.PASSED for rule in declared} == {rule: outcome for rule, (outcome, _) in outcomes.items()}, outcomes
    bad = judged(plan, form, example["bad"])
    told = [f for f in bad.findings if f.rule in declared or not declared]
    assert sorted({f.cell for f in told}, key=str) == sorted(example["found"], key=str), [f.message.zh for f in bad.findings]
    for finding in told:
        assert finding.message.zh != finding.message.en
        assert "None" not in finding.message.en
