"""What is left out of a slice of the facts changes no return's history."""

from __future__ import annotations

import random
import runpy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gaoxin.clock import end_of
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan
from gaoxin.quality.history import history_of, looked_at
from gaoxin.returns.model import Fact, Facts, RegisterFact, ReturnKey, Slice
from tests.conftest import ROOT

WRITTEN = runpy.run_path(str(ROOT / "docs" / "plan_checks.py"))  # whose checks look at other periods, forms and units
PLANS = [plan for file in sorted([*ROOT.glob("dags/*/plan.yaml"), *ROOT.glob("tests/plans/*/plan.yaml")])
         if (plan := load_plan(file)).forms]
PLANS += [WRITTEN["plan_of"](e) for e in WRITTEN["EXAMPLES"] if e["rule"] in ("04", "06", "08", "18", "level 3", "level 4")]


def made(plan: Plan, seed: int) -> Facts:
    """Random facts of every form, unit and period; one return in ten is missing, one value in twenty left blank."""
    dice = random.Random(seed)
    last = max(form.last.end for form in plan.forms)
    series: list[Fact] = []
    entries: list[RegisterFact] = []
    received: set[tuple[str, str, Period]] = set()
    for form, period, unit in ((f, p, u) for f in plan.forms for p in f.periods() for u in f.units):
        if dice.random() < 0.1:
            continue
        received.add((form.id, unit, period))
        of: dict[str, Any] = {
            "campaign": plan.id, "form": form.id, "unit": unit, "period": period, "recorded_at": end_of(last),
            "return_id": f"{form.id}{unit}{period}", "version": 1, "file_sha256": "0" * 64, "sheet": "数据",
        }
        if isinstance(form, RegisterForm):
            for row in range(3, 3 + dice.randrange(4)):
                values: dict[str, str | None] = {f.id: f"{dice.randrange(1, 9)}" for f in form.fields}
                values |= {f.id: next(iter(f.codes)) for f in form.fields if f.codes}
                values |= {f.id: f"{dice.randrange(2015, 2021)}-05-01" for f in form.fields if f.type == "date"}
                entries.append(RegisterFact(**of, row=row, values=values, cells={}))
        else:
            series += [
                Fact(**of, variable=v.id, value=Decimal(dice.randrange(1, 900)) / 10, unit_of_measure=v.unit, cell=f"D{n}")
                for n, v in enumerate(form.variables) if dice.random() > 0.05
            ]
    return Facts(end_of(last), tuple(series), tuple(entries), frozenset(received))


def within(facts: Facts, *slices: Slice) -> Facts:
    """As sql/queries/facts_as_of.sql and its neighbours take them, and the warehouse's `of_slices`."""
    def asked(of: Slice, form: str, unit: str, period: object) -> bool:
        return all(wanted is None or one in wanted for one, wanted in ((form, of.forms), (unit, of.units), (period, of.periods)))

    def latest(of: Slice) -> Slice:
        found: dict[tuple[str, str], list[Period]] = {}
        for form, unit, period in sorted(facts.received):
            if asked(of, form, unit, period):
                found.setdefault((form, unit), []).append(period)
        return replace(of, periods=frozenset(told[-of.latest] for told in found.values() if len(told) >= of.latest))

    narrowed = [latest(of) if of.latest else of for of in slices]

    def taken(form: str, unit: str, period: object) -> bool:
        return any(asked(of, form, unit, period) for of in narrowed)

    return replace(
        facts,
        series=tuple(f for f in facts.series if taken(f.form, f.unit, f.period)),
        entries=tuple(e for e in facts.entries if taken(e.form, e.unit, e.period)),
        received=frozenset(r for r in facts.received if taken(*r)),
    )


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.id)
def test_a_history_looks_at_nothing_else(plan: Plan):
    facts = made(plan, 11)
    keys = [ReturnKey(plan.id, f.id, u, p) for f in plan.forms for p in f.periods()[-3:] for u in f.units[:2]]
    whole = history_of(plan, facts)
    assert any(whole(key).beside for key in keys) is any(check.asks() for form in plan.forms for check in form.checks)
    for key in keys:
        assert history_of(plan, within(facts, *looked_at(plan, [key])))(key) == whole(key)
    together = history_of(plan, within(facts, *looked_at(plan, keys)))
    assert all(together(key) == whole(key) for key in keys)
