"""A rule that misses its own known-bad rows judges nothing: no gate passes on what it did not judge, and it is judged again."""

from __future__ import annotations

import pytest

from gaoxin.campaign import decisions, explaining, gatekeeping, intake, standing
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.quality import runner
from gaoxin.returns.model import Verdict

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}


@pytest.fixture
def acting_at(settings):
    return lambda day: open_workplace(settings, "demo", parse_as_of(day), acts=True)


@pytest.fixture
def broken(monkeypatch):
    """Of the form the warning about unusual levels asks nobody any more, its known-bad rows neither."""
    right = runner.build_suite

    def blunt(plan, form, period):
        suite = right(plan, form, period)
        for rule in suite["expectations"]:
            if rule["meta"]["rule"] == "jump":
                rule["kwargs"]["max_value"] = 10**9
        return suite

    monkeypatch.setattr(runner, "build_suite", blunt)
    return lambda: monkeypatch.setattr(runner, "build_suite", right)


def row(w):
    rows = standing.returns_status(w, Period.parse("2024-02")).rows
    (found,) = [r for r in rows if (r.form, r.unit) == ("industry", "committee")]
    return found


def shortfalls(w):
    """Of the gate's criteria on returns: what the office owes of this return, by criterion."""
    result = gatekeeping.evaluate(w, "collection")
    return {c.id: [s.subject.zh for s in c.shortfalls if s.owner == w.plan.governance.office and "失效" in s.subject.zh]
            for c in result.criteria if c.kind in ("returns_complete", "no_open_errors")}


def test_no_gate_passes_on_a_return_that_a_broken_rule_did_not_judge(broken, handed, book, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    assert done.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    [told] = [f for f in done.findings if "失效" in f.message.zh]
    w = acting_at("2024-06-20T10:00")
    assert (row(w).untrusted, row(w).warnings, row(w).to_explain) == (1, 1, 0)
    assert explaining.explanations(w).explanations == [], "its unit owes no words"
    held = next(c for c in gatekeeping.evaluate(w, "collection").criteria if c.kind == "warnings_explained")
    assert [s.owner for s in held.shortfalls if "2024年2月" in s.subject.zh] == [w.plan.governance.office]
    found = shortfalls(w)
    assert found
    assert all(len(said) == 1 and "1 条审核规则失效" in said[0] for said in found.values())
    with pytest.raises(Refused, match="说明不能代替校核"):
        decisions.explain(acting_at("2024-06-20T10:30"), done.return_id, told.rule, "规则失效，数据已与园区核对", "committee")

    w = acting_at("2024-06-20T11:00")
    recorded = []
    for _ in range(3):
        [still] = intake.check_pending(w)
        assert [f.message for f in still.findings] == [told.message]
        with w.warehouse.read() as store:
            recorded.append(len(store.ledger.events("demo", EventKind.RETURN_CHECKED)))
    assert recorded[1] == recorded[2], "found alike again, it is not recorded again"
    broken()
    w = acting_at("2024-06-20T12:00")
    [again] = intake.check_pending(w)
    assert (again.verdict, row(w).untrusted, row(w).warnings) == (Verdict.ACCEPTED, 0, 0)
    assert not any(shortfalls(w).values())
    assert intake.check_pending(acting_at("2024-06-20T13:00")) == []
