"""Each rule of a register."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gaoxin.periods import Period
from gaoxin.plan.checks.part_of import PartOf
from gaoxin.plan.checks.ratio_between import RatioBetween
from gaoxin.plan.checks.sum_of import SumOf
from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm, Severity
from gaoxin.planning.check.checks import check_plan
from gaoxin.quality.history import UNKNOWN, History
from gaoxin.quality.model import Outcome
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import CellValue, Entry, Problem, ReadReturn, ReturnKey, Verdict
from tests.said import said
from tests.unit.quality.conftest import check_return, code, history_of_reads


def outcome(checked, rule: str) -> Outcome:
    return next(c.outcome for c in checked.checks if c.rule == rule)


NOBODY = History({}, {})


def test_a_good_register_passes(demo_plan, register, record):
    checked = check_return(demo_plan, register(record(3), record(4, revenue=None)), NOBODY)
    assert (checked.verdict, checked.findings) == (Verdict.ACCEPTED, ())
    other = [f"{field}.rewritten" for field in ("name", "certificate", "issued", "industry")]
    shifted = [f"{field}.shifted" for field in ("name", "certificate", "issued", "revenue")]
    of_before = ["emptied", "revenue.emptied", "lost", "lost_more", "lost_some", "grown", "revenue.lost_sum", "revenue.moved",
                 *other, *shifted, "revenue.sum_moved", "copied", "revenue.column_copied"]
    assert [c.rule for c in checked.checks if c.outcome is not Outcome.PASSED] == of_before


def test_a_register_that_has_become_empty_is_a_warning(demo_plan, register):
    checked = check_return(demo_plan, register(nil=True), History({}, {}, records_before=7))
    assert (checked.verdict, [f.rule for f in checked.findings]) == (Verdict.ACCEPTED_WITH_WARNINGS, ["emptied"])
    assert "7 条" in checked.findings[0].message.zh


BAD: list[tuple[dict[str, Any], str, str, Severity]] = [
    ({"name": None}, "name.required", "B4", Severity.ERROR),
    ({"credit_code": "91500154MA5U"}, "credit_code.shape", "A4", Severity.ERROR),
    ({"credit_code": code(4)[:17] + ("0" if code(4)[17] != "0" else "1")}, "credit_code.check_character", "A4", Severity.ERROR),
    ({"certificate": "GR2022"}, "certificate.shape", "C4", Severity.ERROR),
    ({"certificate": "GR202151100123"}, "certificate.year", "C4", Severity.WARNING),
    ({"industry": "AGRI"}, "industry.code", "E4", Severity.ERROR),
    ({"revenue": Decimal(-1)}, "revenue.range", "F4", Severity.ERROR),
    ({"issued": date(2024, 4, 1), "certificate": "GR202451100123"}, "issued.not_in_future", "D4", Severity.WARNING),
    ({"issued": date(1922, 4, 1), "certificate": None}, "issued.sensible", "D4", Severity.WARNING),
]


@pytest.fixture(scope="module")
def judged(demo_plan, register, record):
    """All bad registers in one validation."""
    return check_many(demo_plan, [register(record(3), record(4, **fields)) for fields, *_ in BAD], lambda _: NOBODY, {})


@pytest.mark.parametrize(("place", "rule", "cell", "severity"), [(i, *more) for i, (_, *more) in enumerate(BAD)])
def test_a_bad_field_is_found_at_its_cell(judged, place, rule, cell, severity):
    checked = judged[place]
    assert [(f.cell, f.severity) for f in checked.findings if f.rule == rule] == [(cell, severity)]


def test_duplicates_are_found_in_every_row_that_has_them(demo_plan, register, record):
    twice = register(record(3), record(4), record(5, credit_code=code(3).lower()))
    checked = check_return(demo_plan, twice, NOBODY)
    told = [f for f in checked.findings if f.rule == "duplicate"]
    assert [f.cell for f in told] == ["A3", "A5"]
    assert "第 3、5 行" in told[0].message.zh


def test_an_entity_claimed_by_two_units_is_told_to_both(demo_plan, register, record):
    ours, theirs = register(record(3), record(4)), register(record(9, credit_code=code(3)), unit="science")
    for known in (lambda _: NOBODY, lambda _: UNKNOWN, history_of_reads(demo_plan, [ours, theirs])):
        one, other = check_many(demo_plan, [ours, theirs], known, {})
        assert [f.cell for f in one.findings if f.rule == "claimed"] == ["A3"]
        assert [f.cell for f in other.findings if f.rule == "claimed"] == ["A9"]
        assert one.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    alone = check_return(demo_plan, ours, UNKNOWN)
    assert outcome(alone, "claimed") is Outcome.NOT_EVALUATED


def test_the_same_entity_in_two_returns_of_one_unit_is_no_duplicate(demo_plan, register, record):
    first, corrected = register(record(3)), register(record(3))
    assert [c.verdict for c in check_many(demo_plan, [first, corrected], lambda _: NOBODY, {})] == [Verdict.ACCEPTED] * 2


def test_an_empty_register_passes_nothing_and_is_accepted_where_allowed(demo_plan, register):
    checked = check_return(demo_plan, register(nil=True), NOBODY)
    assert checked.verdict is Verdict.ACCEPTED
    assert {c.outcome for c in checked.checks if c.level > 0} == {Outcome.NOT_EVALUATED}
    untouched = check_return(demo_plan, register(), NOBODY)
    assert (untouched.verdict, [f.rule for f in untouched.findings]) == (Verdict.REJECTED, ["file.records"])
    assert "零报告" in untouched.findings[0].message.zh
    form = demo_plan.form("hnte_register").model_copy(update={"allow_empty": False})
    strict = demo_plan.model_copy(update={"forms": (form,)})
    refused = check_return(strict, register(nil=True), NOBODY)
    assert (refused.verdict, [f.rule for f in refused.findings]) == (Verdict.REJECTED, ["file.records"])


def test_a_register_that_could_not_be_read_is_not_taken_for_an_empty_one(demo_plan, register):
    checked = check_return(
        demo_plan, register(problems=(Problem("header_missing", said("缺表头", "no header"), "数据", "A1"),)), NOBODY
    )
    assert checked.verdict is Verdict.REJECTED
    assert outcome(checked, "file.readable") is Outcome.FAILED


FIGURES = ("cost", "profit", "turnover")


def with_arithmetic(plan, **units: str | None):
    """The demo plan, its register one of costs, profits and turnovers whose arithmetic is declared."""
    fields: list[dict[str, Any]] = [{"id": "bid", "name": "编号"}]
    fields += [{"id": f, "name": f, "type": "number", "unit": units.get(f, "万元"), "required": False} for f in FIGURES]
    form = plan.form("hnte_register").model_copy(update={
        "fields": tuple(RegisterField.model_validate(f) for f in fields), "key": ("bid",), "counts": (),
        "checks": (SumOf(kind="sum_of", id="s", total="turnover", parts=("cost", "profit")),
                   PartOf(kind="part_of", id="p", part="cost", whole="turnover"),
                   RatioBetween(kind="ratio_between", id="q", numerator="cost", denominator="turnover", max=Decimal(1)))})
    return plan.model_copy(update={"forms": tuple(form if f.id == form.id else f for f in plan.forms)})


def figures(*rows: tuple[str | None, ...]) -> ReadReturn:
    def entry(row: int, values: tuple[str | None, ...]) -> Entry:
        cells = {"bid": CellValue("数据", f"A{row}", str(row), str(row))}
        cells |= {f: CellValue("数据", f"{letter}{row}", v or "", None if v is None else Decimal(v))
                  for f, letter, v in zip(FIGURES, "BCD", values, strict=True)}
        return Entry(row, cells)

    key = ReturnKey("demo", "hnte_register", "committee", Period.parse("2024-Q1"))
    return ReadReturn("r.xlsx", "1" * 64, 1, key, template=1, entries=tuple(entry(3 + n, r) for n, r in enumerate(rows)))


def test_declared_arithmetic_is_judged_record_by_record_and_told_at_its_cells(demo_plan):
    plan = with_arithmetic(demo_plan)
    read = figures(("24", "48", "72"), ("13", "50", "66"), ("100", "1", "50"), (None, "10", "11"))
    checked = check_return(plan, read, NOBODY)
    assert [(f.rule, f.cell, str(f.severity)) for f in checked.findings] == [
        ("check.s", "D4", "error"), ("check.s", "D5", "error"), ("check.p", "B5", "error"), ("check.q", "B5", "warning")]
    assert {"66", "63"} <= set(re.findall(r"\d+", checked.findings[0].message.zh))


def test_a_record_without_a_figure_passes_nothing(demo_plan):
    checked = check_return(with_arithmetic(demo_plan), figures((None, "10", "11")), NOBODY)
    assert {r: outcome(checked, r) for r in ("check.s", "check.p", "check.q")} == dict.fromkeys(
        ("check.s", "check.p", "check.q"), Outcome.NOT_EVALUATED)


@pytest.mark.parametrize(("units", "findings"), [
    ({"cost": "元"}, []), (dict.fromkeys(FIGURES), []), ({"cost": "家"}, ["check_units_differ"] * 2),
    ({"cost": None}, ["check_units_differ"] * 2),
])
def test_a_plan_whose_register_cannot_be_added_up_is_refused_by_its_check(demo_plan, units, findings):
    plan = with_arithmetic(demo_plan, **units)
    found = [f.code for f in check_plan(plan) if f.subject.startswith("forms.hnte_register.checks")]
    assert found == findings
    checked = check_return(plan, figures(("240000", "48", "72") if units.get("cost") == "元" else ("24", "48", "72")), NOBODY)
    whole = [c.outcome for c in checked.checks if c.rule in ("check.s", "check.p")]
    assert whole == [Outcome.NOT_EVALUATED if findings else Outcome.PASSED] * 2


def test_a_check_that_can_judge_nothing_is_an_error_of_the_plan(demo_plan):
    plan = with_arithmetic(demo_plan)
    form = plan.form("hnte_register")
    assert isinstance(form, RegisterForm)
    text = tuple(f.model_copy(update={"type": FieldType.TEXT, "unit": None}) if f.id == "cost" else f for f in form.fields)
    bare = form.checks[2].model_copy(update={"max": None})
    form = form.model_copy(update={"fields": text, "checks": (*form.checks[:2], bare)})
    plan = plan.model_copy(update={"forms": tuple(form if f.id == form.id else f for f in plan.forms)})
    found = {f.code for f in check_plan(plan) if f.severity == "error"}
    assert {"check_without_bound", "field_type_wrong"} <= found
    checked = check_return(plan, figures(("24", "48", "72")), NOBODY)  # and where nobody looked, nothing has passed
    assert outcome(checked, "check.s") is Outcome.NOT_EVALUATED
