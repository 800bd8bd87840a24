"""A check that looks at other returns is judged when the later of them comes, whichever that is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gaoxin.campaign import registering
from gaoxin.campaign.intake import check_files, judged_files, submit_files
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.quality.model import Outcome
from gaoxin.returns.model import ReturnKey, Verdict
from tests.plan_texts import demo
from tests.sums import workbook


def series(name: str, units: list[str], *checks: dict[str, Any], variable: str | None = None) -> dict[str, Any]:
    return {"id": name, "name": name, "kind": "series", "periodicity": "month", "first": "2024-01", "last": "2024-06",
            "units": units, "due": {"days": 40}, "checks": list(checks),
            "variables": [{"id": variable or name, "name": name, "unit": "人", "kind": "stock", "integer": True, "jump": 1000}]}


FORMS = [
    series("staff", ["committee"], {"kind": "holds", "id": "as_paid", "says": {"zh": "与工资表一致", "en": "as wages has it"},
                                    "holds": "staff == there", "inputs": {"there": {"form": "wages", "item": "paid"}}}),
    series("wages", ["committee", "science"], variable="paid"),
    series("spent", ["committee"], {"kind": "holds", "id": "apart", "says": {"zh": "不多", "en": "not much"},
                                    "holds": "spent + 1 <= 5"}, variable="spent"),
    series("hired", ["committee"], {"kind": "holds", "id": "as_kept", "says": {"zh": "与台账一致", "en": "as kept has it"},
                                    "holds": "hired == there", "inputs": {"there": {"form": "kept", "item": "kept"}}}),
    series("kept", ["committee"], {"kind": "holds", "id": "believable", "says": {"zh": "不多于百倍", "en": "no hundredfold"},
                                   "holds": "kept <= 99 * there", "inputs": {"there": {"form": "hired", "item": "hired"}}}),
    series("whole", ["science"], {"kind": "holds", "id": "all_units", "says": {"zh": "等于各单位之和", "en": "what all have"},
                                  "holds": "whole == added", "severity": "warning",
                                  "inputs": {"added": {"form": "wages", "item": "paid", "by": "all"}}}),
]


@pytest.fixture
def at(settings_at, tmp_path) -> Callable[[str], Workplace]:
    data = yaml.safe_load(demo())
    data["forms"] += FORMS
    folder = tmp_path / "plans" / "demo"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path / "home", tmp_path / "plans")
    registering.register_plan(settings, "demo", parse_as_of("2024-01-02"), by="first act")
    return lambda day: open_workplace(settings, "demo", parse_as_of(day))


def submit(w: Workplace, folder: Path, *given: tuple[str, str, int]) -> list[Verdict | None]:
    """January's returns of forms, units and figures, handed in together; what becomes of each."""
    folder.mkdir(exist_ok=True)
    files = []
    for form, unit, figure in given:
        asked = w.plan.form(form).asked[0].id
        files.append(folder / f"{form}-{unit}.xlsx")
        files[-1].write_bytes(workbook(w, form, unit, "2024-01", {asked: figure}))
    return [taken.verdict for taken in submit_files(w.settings, files, w.now)]


def said(w: Workplace, form: str, unit: str, rule: str) -> tuple[Verdict | None, Outcome, str, list[str | None]]:
    """Of the return in force: the verdict, what became of the check, why nothing did, and the cells at which it is told."""
    with w.warehouse.begin() as store:
        key = ReturnKey("demo", form, unit, w.plan.form(form).periods()[0])
        item = [i for i in store.returns.all("demo") if i.key == key and i.loaded_at][-1]
        [check] = [c for c in store.returns.checks(item.return_id) if c.rule == rule]
        cells = [f.cell for f in store.returns.findings(item.return_id) if f.rule == rule]
        assert store.ledger.verify().intact
    return item.verdict, check.outcome, check.reason.en if check.reason else "", cells


def test_the_return_that_came_first_is_judged_when_the_other_comes(at, tmp_path):
    submit(at("2024-02-02"), tmp_path / "1", ("staff", "committee", 120))
    verdict, outcome, why, cells = said(at("2024-02-02"), "staff", "committee", "check.as_paid")
    assert (verdict, outcome, cells) == (Verdict.ACCEPTED, Outcome.NOT_EVALUATED, [])
    assert "wages" in why
    assert "2024-01 is not accepted yet" in why
    submit(at("2024-02-03"), tmp_path / "2", ("wages", "committee", 210))
    assert said(at("2024-02-03"), "staff", "committee", "check.as_paid") == (
        Verdict.ACCEPTED_WITH_WARNINGS, Outcome.FAILED, "", ["D2"])  # what was accepted stays
    submit(at("2024-02-04"), tmp_path / "3", ("wages", "committee", 120))
    assert said(at("2024-02-04"), "staff", "committee", "check.as_paid") == (Verdict.ACCEPTED, Outcome.PASSED, "", [])


def test_the_return_that_comes_last_is_rejected_where_it_does_not_agree(at, tmp_path):
    submit(at("2024-02-02"), tmp_path / "1", ("wages", "committee", 210))
    assert submit(at("2024-02-03"), tmp_path / "2", ("staff", "committee", 120)) == [Verdict.REJECTED]
    assert submit(at("2024-02-04"), tmp_path / "3", ("staff", "committee", 210)) == [Verdict.ACCEPTED]


def test_returns_that_come_together_are_judged_after_those_that_they_look_at(at, tmp_path):
    verdicts = submit(at("2024-02-02"), tmp_path / "1", ("staff", "committee", 120), ("wages", "committee", 210))
    assert verdicts == [Verdict.REJECTED, Verdict.ACCEPTED]


def test_a_whole_is_compared_with_the_sum_of_the_units_once_all_are_there(at, tmp_path):
    submit(at("2024-02-02"), tmp_path / "1", ("whole", "science", 300), ("wages", "science", 100))
    assert said(at("2024-02-02"), "whole", "science", "check.all_units")[1] is Outcome.NOT_EVALUATED
    submit(at("2024-02-03"), tmp_path / "2", ("wages", "committee", 210))
    assert said(at("2024-02-03"), "whole", "science", "check.all_units")[1:] == (Outcome.FAILED, "", ["D2"])
    submit(at("2024-02-04"), tmp_path / "3", ("wages", "committee", 200))
    assert said(at("2024-02-04"), "whole", "science", "check.all_units") == (Verdict.ACCEPTED, Outcome.PASSED, "", [])


@pytest.mark.parametrize("order", [1, -1])
def test_forms_that_look_at_each_other_are_both_judged_where_they_come_together(at, tmp_path, order):
    w = at("2024-02-02")
    both = [("hired", "committee", 120), ("kept", "committee", 210)][::order]
    given = {form: verdict for (form, *_), verdict in zip(both, submit(w, tmp_path / "1", *both), strict=True)}
    assert given == {"hired": Verdict.REJECTED, "kept": Verdict.ACCEPTED}, "the answer says what was known at its end"
    files = sorted((tmp_path / "1").iterdir())[::order]
    assert {c.read.known.form: c.verdict for c in judged_files(w.settings, files, w.now)} == given, "as does a check beforehand"
    [alone] = check_files(w.settings, [tmp_path / "1" / "hired-committee.xlsx"], w.now)
    assert [(one.reason.en, one.rules) for one in alone.not_judged or ()] == [
        ("kept for 2024-01 is not known here", ("check.as_kept",))]
    assert submit(w, tmp_path / "2", ("hired", "committee", 210)) == [Verdict.ACCEPTED]


def test_a_check_that_plan_check_refuses_judges_nothing_and_the_office_owes_it(at, tmp_path):
    w = at("2024-02-02")
    assert submit(w, tmp_path / "1", ("spent", "committee", 120)) == [Verdict.REJECTED]
    [told] = check_files(w.settings, [tmp_path / "1" / "spent-committee.xlsx"], w.now)
    assert [(f.rule, f.cell, "plan check refuses it" in f.message.en) for f in told.findings] == [("check.apart", None, True)]
    assert not told.units_to_act
