"""Every check of docs/check_examples.yaml, the 18 rules of the European validation handbook among them: silent on the return that
is right, told at the right cells of the one that is not, carried known-bad rows found, and refused by nobody."""

from __future__ import annotations

import json
import runpy
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from gaoxin.campaign.judging import with_reads
from gaoxin.periods import Period
from gaoxin.plan.base import Label
from gaoxin.plan.checks.base import Made
from gaoxin.plan.checks.holds import Holds
from gaoxin.plan.conditions import truth
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.check.checks import check_plan
from gaoxin.quality.history import UNKNOWN, history_of
from gaoxin.quality.model import Checked, Outcome
from gaoxin.quality.runner import check_many
from gaoxin.quality.suites import build_suite, suite_version
from gaoxin.returns.model import CellValue, Entry, Facts, ReadReturn, ReturnKey, SeriesValue
from tests.plan_texts import ROOT

WRITTEN = runpy.run_path(str(ROOT / "docs" / "plan_checks.py"))
EXAMPLES: list[dict[str, Any]] = WRITTEN["EXAMPLES"]
NOW = datetime(2024, 4, 1, tzinfo=UTC)


def value_of(value: Any, kind: str = "") -> Any:
    if kind == "date":
        return date.fromisoformat(str(value))
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
                Entry(row, {f.id: CellValue("数据", f"{letter}{row}", str(v), value_of(v, f.type))
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


def example(rule: str) -> dict[str, Any]:
    return next(e for e in EXAMPLES if e["rule"] == rule)


def outcome(checked: Checked, rule: str) -> tuple[Outcome, str]:
    return next((c.outcome, c.reason.en if c.reason else "") for c in checked.checks if c.rule == rule)


@pytest.mark.parametrize(("rule", "check", "missing", "told"), [
    ("08", "check.same_staff", "wages", "wages of"), ("06", "check.out_of_season", "products@2024-01", "products of"),
    ("07", "check.no_single_mover", "shelf@2024-01", "shelf of"), ("18", "check.numbered", "sites", "sites of"),
    ("level 4", "check.pays_tax", "tax_list", "tax_list of"),
])
def test_what_is_not_there_is_named_and_is_no_pass(rule, check, missing, told):
    this = example(rule)
    plan, form = WRITTEN["plan_of"](this), this["forms"][0]["id"]
    said = {name: content for name, content in this["good"].items() if name != missing}
    found, why = outcome(judged(plan, form, said), check)
    assert found is Outcome.NOT_EVALUATED
    assert told in why
    assert "accepted" in why
    [read] = [r for r in returns_of(plan, said) if (r.known.form, str(r.known.period)) == (form, "2024-02")]
    assert "not known here" in outcome(check_many(plan, [read], lambda _: UNKNOWN, {})[0], check)[1]


@pytest.mark.parametrize(("rule", "check", "said", "told"), [
    ("02", "check.adds_up", {"business": {"cost": 80, "profit": 20}}, "营业收入"),
    ("05", "check.parent_older", {"companies": [["a", 30, None]]}, "its condition is not met"),
    ("05", "check.parent_older", {"companies": [["a", 30, "x"]]}, "nothing matches X"),
    ("06", "check.out_of_season", {"products@2024-01": [], "products": [["melon", "N", 5, 90]]}, "nothing matches MELON"),
    ("08", "check.same_staff", {"wages": {}, "output": {"staff": 120}}, "not there"),
    ("10", "check.big_one", {"turnovers": [["1", "100", None]]}, "营业收入 not there"),
    ("12", "check.head_there", {"offices": [["a", "H", None]]}, "its condition is not met"),
    ("07", "check.no_single_mover", {"shelf@2024-01": [["a", 10]], "shelf": [["a", 10]]}, "has not moved"),
])
def test_what_cannot_be_told_is_no_pass(rule, check, said, told):
    this = example(rule)
    found, why = outcome(judged(WRITTEN["plan_of"](this), this["forms"][0]["id"], said), check)
    assert (found, told in why) == (Outcome.NOT_EVALUATED, True), why


def test_an_equation_allows_for_rounding_and_no_more():
    this = example("derived figures")
    plan = WRITTEN["plan_of"](this)
    for share, found in (("2.68", 0), ("2.7", 0), ("2.69", 1), ("2.6", 1), ("3", 0)):  # the quotient is 2.68
        said = {"intensity": {**this["good"]["intensity"], "rd_share": Decimal(share)}}
        assert len([f for f in judged(plan, "intensity", said).findings if f.rule == "check.share_is_quotient"]) == found, share


def test_the_version_of_a_suite_covers_what_a_condition_says():
    this = example("08")
    plan = WRITTEN["plan_of"](this)
    text = yaml.safe_dump(plan.model_dump(mode="json", by_alias=True), allow_unicode=True)
    other = parse_plan(text.replace("staff == staff_there", "staff <= staff_there"))
    versions = {suite_version(build_suite(p, p.form("output"))) for p in (plan, other, parse_plan(text))}
    assert len(versions) == 2


def test_the_version_of_a_suite_covers_what_is_published():
    for rule, old, new in (("level 5, lists", '"12000"', '"12001"'), ("level 5, figures", '"121"', '"122"')):
        plan = WRITTEN["plan_of"](example(rule))
        text = plan.model_dump_json(by_alias=True)
        assert old in text
        other = Plan.made_of(json.loads(text.replace(old, new)))
        form = plan.forms[-1].id
        assert len({suite_version(build_suite(p, p.form(form))) for p in (plan, other)}) == 2, rule
        assert suite_version(build_suite(Plan.made_of(json.loads(text)), plan.form(form))) == suite_version(
            build_suite(plan, plan.form(form)))


def test_texts_are_compared_in_one_width_without_white_space_and_codes_by_their_case():
    values = {"one": "甲 公司a", "other": "甲公司A", "code": "N", "business": "１０ 0"}
    assert truth("one == other", values) is True
    assert truth('code == "n"', values) is False
    assert truth('business == "100" and business in ("100", "２") and one != "甲公司"', values) is True
    assert truth('business != "100" or business not in ("1００", "2")', values) is False


def test_made_up_figures_satisfy_an_equation():
    check = Holds(kind="holds", id="share", says=Label(zh="比重"), holds="share == 100 * part / whole")
    made = Made({"share": Decimal(3), "part": Decimal(1), "whole": Decimal(8)},
                rounded=lambda item, value: round(value, 1) if item == "share" else value)
    check.settle(made)
    assert made.values == {"share": Decimal("12.5"), "part": Decimal(1), "whole": Decimal(8)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["rule"])
def test_a_plan_is_read_again_as_it_was_kept(example):
    """With every default written out, as versions of a plan are kept."""
    plan = WRITTEN["plan_of"](example)
    assert Plan.made_of(json.loads(plan.model_dump_json(by_alias=True))) == plan
