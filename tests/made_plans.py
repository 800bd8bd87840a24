"""Fixtures for rules that are tried on plans made to measure, with facts put in by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from gaoxin.clock import end_of
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.references import problems
from gaoxin.returns.model import Fact, Facts, RegisterFact

DEMO = Path(__file__).parent / "plans" / "demo" / "plan.yaml"


@pytest.fixture
def make_plan():
    """make_plan(forms, indicators): the demo campaign with these forms and indicators instead of its own; more keys of the
    plan by name."""

    def make(forms: list[dict], indicators: list[dict], **more) -> Plan:
        data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
        for form in forms:
            form.setdefault("name", form["id"])
            form.setdefault("due", {"days": 10})
            for item in (*form.get("variables", ()), *form.get("counts", ()), *form.get("fields", ())):
                item.setdefault("name", item["id"])
        for indicator in indicators:
            indicator.setdefault("name", indicator["id"])
            indicator.setdefault("lead", "committee")
            indicator.setdefault("source", "附件")
        data |= {"forms": forms, "indicators": indicators, **more}
        plan = Plan.model_validate(data)
        if dangling := problems(plan):
            raise ValueError(dangling)
        return plan

    return make


@pytest.fixture
def facts_of():
    """facts_of({(form, unit, period): {variable: value} or [entry, …]}, unit_of_measure={variable: unit})."""

    def make(given: dict, units: dict[str, str] | None = None) -> Facts:
        series, entries, at = [], [], end_of(date(2020, 1, 1))
        for (form, unit, text), content in given.items():
            period = Period.parse(text)
            if isinstance(content, dict):
                series += [
                    Fact(
                        "demo",
                        form,
                        unit,
                        v,
                        period,
                        Decimal(str(x)),
                        (units or {}).get(v, "亿元"),
                        at,
                        f"{form}{unit}{text}",
                        1,
                        "0" * 64,
                        "数据",
                        f"D{i}",
                    )
                    for i, (v, x) in enumerate(content.items(), 2)
                ]
            else:
                entries += [
                    RegisterFact(
                        "demo", form, unit, period, i, e, {k: f"A{i}" for k in e}, "数据", at, f"{form}{unit}{text}", 1, "0" * 64
                    )
                    for i, e in enumerate(content, 3)
                ]
        received = frozenset((f, u, Period.parse(p)) for f, u, p in given)
        return Facts(at, tuple(series), tuple(entries), received)

    return make
