"""Each rule of a series form: passes on good figures, fails on bad ones at the right cell, is not evaluated without a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm, Severity
from gaoxin.quality.history import UNKNOWN, History, Past
from gaoxin.quality.model import CheckResult, Outcome
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import CellValue, Problem, Verdict
from gaoxin.returns.numbers import FULL_WIDTH, NO_NUMBER_TEXT
from tests.said import said
from tests.unit.quality.conftest import check_return


def outcome(checked, rule: str) -> Outcome:
    return next(c.outcome for c in checked.checks if c.rule == rule)


def told(check: CheckResult) -> str:
    return check.reason.zh if check.reason else ""


def found(checked, rule: str) -> list:
    return [f for f in checked.findings if f.rule == rule]


def test_a_good_return_passes_every_check(demo_plan, series, history):
    checked = check_return(demo_plan, series(), history(**{v: "1.90" for v in ("gross_output", "value_added")}))
    assert checked.verdict is Verdict.ACCEPTED
    assert checked.findings == ()
    assert outcome(checked, "gross_output.fall") is Outcome.PASSED
    assert outcome(checked, "light_output.fall") is Outcome.NOT_EVALUATED
    assert {c.level for c in checked.checks} == {0, 1, 2}


BAD: list[tuple[dict[str, Any], str, str | None, Severity]] = [
    ({"gross_output": None}, "gross_output.required", "D2", Severity.ERROR),
    ({"leave_out": ("value_added",)}, "value_added.required", None, Severity.ERROR),
    ({"value_added": "-1"}, "value_added.range", "D3", Severity.ERROR),
    ({"gross_output": "10000.01"}, "gross_output.range", "D2", Severity.ERROR),
    ({"enterprises": "20.5"}, "enterprises.integer", "D6", Severity.ERROR),
    ({"units": {"heavy_output": "人"}}, "heavy_output.unit", "C5", Severity.ERROR),
    ({"units": {"heavy_output": "斤两"}}, "heavy_output.unit", "C5", Severity.ERROR),
    ({"units": {"heavy_output": None}}, "heavy_output.unit", "C5", Severity.ERROR),
    ({"heavy_output": "72500", "units": {"heavy_output": "万元"}}, "heavy_output.converted", "C5", Severity.INFO),
    ({"light_output": "5.27"}, "check.light_heavy", "D2", Severity.ERROR),
    ({"value_added": "12.51"}, "check.va_within_output", "D3", Severity.ERROR),
    ({"value_added": "0.1"}, "check.va_rate", "D3", Severity.WARNING),
]


@pytest.fixture(scope="module")
def judged(demo_plan, series):
    """All bad returns in one validation, as a period's are."""
    return check_many(demo_plan, [series(**dict(given)) for given, *_ in BAD], lambda _: UNKNOWN, {})


@pytest.mark.parametrize(("place", "rule", "cell", "severity"), [(i, *more) for i, (_, *more) in enumerate(BAD)])
def test_a_bad_figure_is_found_at_its_cell(judged, place, rule, cell, severity):
    checked = judged[place]
    [finding] = found(checked, rule)
    assert (finding.cell, finding.severity, finding.sheet) == (cell, severity, "数据")
    assert "—" not in finding.message.zh
    assert finding.message.en
    expected = {"error": Verdict.REJECTED, "warning": Verdict.ACCEPTED_WITH_WARNINGS, "info": Verdict.ACCEPTED}[severity]
    assert checked.verdict is expected


def test_an_unreadable_figure_and_a_repaired_one(demo_plan, series):
    bad = CellValue("数据", "D2", "约12", None, problem=NO_NUMBER_TEXT(text="约12"))
    mended = CellValue("数据", "D6", "２０", Decimal(20), repairs=(FULL_WIDTH(),))
    checked = check_return(demo_plan, series(gross_output=bad, enterprises=mended), UNKNOWN)
    [error], [note] = found(checked, "gross_output.readable"), found(checked, "enterprises.repaired")
    assert (error.cell, error.value) == ("D2", "约12")
    assert error.message.zh == "「数据」D2 工业总产值：“约12”读不成数值：不是数字；请改为数字", "the cell is quoted once"
    assert (note.severity, note.cell) == (Severity.INFO, "D6")
    for rule in ("gross_output.range", "check.light_heavy", "check.va_within_output"):
        assert outcome(checked, rule) is Outcome.NOT_EVALUATED


def test_a_sum_may_be_off_by_rounding_and_no_more(demo_plan, series):
    """Two parts with two decimals: 2 × 0.005. Doubles would put 0.01 on either side of it."""
    assert outcome(check_return(demo_plan, series(light_output="5.26"), UNKNOWN), "check.light_heavy") is Outcome.PASSED
    assert outcome(check_return(demo_plan, series(light_output="5.261"), UNKNOWN), "check.light_heavy") is Outcome.FAILED


def test_counts_add_up_exactly(demo_plan, series):
    document = demo_plan.form("industry").model_dump(mode="json")
    for variable in document["variables"]:
        variable.update(unit="家", integer=True, max=None)
    form = SeriesForm.model_validate(document)
    plan = demo_plan.model_copy(update={"forms": (form,)})
    figures = {"gross_output": "10", "light_output": "5", "heavy_output": "4", "value_added": "1"}
    read = series(units={v.id: "家" for v in form.variables}, **figures)
    assert outcome(check_return(plan, read, UNKNOWN), "check.light_heavy") is Outcome.FAILED


def test_a_cumulative_figure_that_falls_is_an_error_unless_explained(demo_plan, series, history):
    past = history(gross_output="13.00")
    [error] = found(check_return(demo_plan, series(), past), "gross_output.fall")
    assert (error.severity, error.cell) == (Severity.ERROR, "D2")
    checked = check_return(demo_plan, series(explanation="上期多报，已核减"), past)
    assert checked.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    [warning] = found(checked, "gross_output.fall_explained")
    assert "上期多报" in warning.message.zh


def test_a_cumulative_figure_that_may_lie_below_nought_may_fall(demo_plan, series, history):
    """A profit: a month that makes a loss takes some of it away."""
    form = demo_plan.form("industry")
    signed = form.model_copy(update={"variables": tuple(
        v.model_copy(update={"min": None}) if v.id == "gross_output" else v for v in form.variables)})
    plan = demo_plan.model_copy(update={"forms": tuple(signed if f.id == form.id else f for f in demo_plan.forms)})
    checked = check_return(plan, series(), history(gross_output="13.00"))
    assert not [f for f in checked.findings if f.rule.startswith("gross_output.fall")]
    assert "gross_output.fall" not in {c.rule for c in checked.checks}
    assert outcome(checked, "value_added.fall") is not None


def test_a_structural_finding_has_no_value_of_its_own(demo_plan, series):
    """The kind stands in the rule; `value` is what a cell holds, whether or not the cover could be understood."""
    problem = Problem("template_outdated", said("旧模板", "an old template"), "封面", "B5")
    [error] = found(check_return(demo_plan, series(problems=(problem,)), UNKNOWN), "file.template_outdated")
    assert (error.sheet, error.cell, error.value) == ("封面", "B5", None)


def test_converted_figures_are_told_without_trailing_noughts(demo_plan, series):
    read = series(gross_output="125000", value_added="13.5000", units={"gross_output": "万元"})
    checked = check_return(demo_plan, read, UNKNOWN)
    [info] = found(checked, "gross_output.converted")
    assert "已换算为 12.5 亿元" in info.message.zh
    [error] = found(checked, "check.va_within_output")
    assert "13.5 亿元 大于 12.5 亿元" in error.message.zh
    assert "多 1 亿元" in error.message.zh


def test_a_fall_is_seen_across_a_period_that_is_missing(demo_plan, series):
    """March never came: April is compared with February, and what does not fall there is still not evaluated."""
    february = Past(Decimal("13.00"), "亿元", Period.parse("2024-02"))
    low = Past(Decimal("1.00"), "亿元", Period.parse("2024-02"))
    past = History({}, {}, this_year={"gross_output": february, "value_added": low})
    checked = check_return(demo_plan, series(period="2024-04"), past)
    [error] = found(checked, "gross_output.fall")
    assert (error.severity, error.cell, checked.verdict) == (Severity.ERROR, "D2", Verdict.REJECTED)
    assert "2024年2月" in error.message.zh
    assert outcome(checked, "value_added.fall") is Outcome.NOT_EVALUATED


def test_a_jump_is_a_warning_and_ten_thousandfold_an_error_told_once(demo_plan, series, history):
    jumped = check_return(demo_plan, series(), history(enterprises="2"))
    assert [f.severity for f in found(jumped, "enterprises.jump")] == [Severity.WARNING]
    wrong = check_return(demo_plan, series(), history(gross_output="0.00083"))
    assert [f.cell for f in found(wrong, "gross_output.scale")] == ["D2"]
    assert found(wrong, "gross_output.jump") == []
    assert outcome(wrong, "gross_output.jump") is Outcome.FAILED
    assert wrong.verdict is Verdict.REJECTED


def test_cumulative_growth_within_a_year_is_no_jump(demo_plan, series, history):
    """12.5 in March after 1.9 in February: 6.6 times the sum, 4.4 times a month."""
    checked = check_return(demo_plan, series(), history(gross_output="1.1"))
    assert outcome(checked, "gross_output.jump") is Outcome.PASSED


def test_unknown_history_is_not_evaluated_and_says_why(demo_plan, series):
    checked = check_return(demo_plan, series(), UNKNOWN)
    check = next(c for c in checked.checks if c.rule == "gross_output.fall")
    assert (check.outcome, checked.verdict) == (Outcome.NOT_EVALUATED, Verdict.ACCEPTED)
    assert "未知" in told(check)
    first = check_return(demo_plan, series(period="2024-02"), UNKNOWN)
    assert "首个报告期" in next(told(c) for c in first.checks if c.rule == "gross_output.fall")


def test_an_unreadable_file_is_rejected_and_nothing_in_it_passes(demo_plan, series):
    problem = Problem("encrypted", said("文件加密", "the file is encrypted"))
    checked = check_return(
        demo_plan,
        series(
            leave_out=tuple(("gross_output", "value_added", "light_output", "heavy_output", "enterprises")), problems=(problem,)
        ),
        UNKNOWN,
    )
    assert checked.verdict is Verdict.REJECTED
    assert outcome(checked, "file.encrypted") is Outcome.FAILED
    assert [c.rule for c in checked.checks if c.outcome is Outcome.PASSED] == []


def test_a_problem_of_an_unlisted_kind_is_an_error(demo_plan, series):
    problem = Problem("brand_new", said("新问题", "a new problem"), "数据", "B7")
    checked = check_return(demo_plan, series(problems=(problem,)), UNKNOWN)
    [finding] = found(checked, "file.other")
    assert (finding.sheet, finding.cell, finding.message.zh) == ("数据", "B7", "新问题")
    assert checked.verdict is Verdict.REJECTED


def test_a_file_without_a_key_is_judged_by_its_structure(demo_plan, series):
    from dataclasses import replace

    lost = replace(series(), key=None, series=(), problems=(Problem("sheet_missing", said("缺少封面", "no cover"), "封面"),))
    stranger = replace(series(), key=replace(series().key, form="no_such_form"))
    one, other, good = check_many(demo_plan, [lost, stranger, series()], lambda _: UNKNOWN, {})
    assert (one.suite, one.verdict) == ("unidentified", Verdict.REJECTED)
    assert other.verdict is Verdict.REJECTED
    assert good.verdict is Verdict.ACCEPTED
    assert "file.sheet_missing" in {f.rule for f in one.findings}


def test_returns_checked_together_do_not_touch_each_other(demo_plan, series, history):
    known = {"2024-02": UNKNOWN, "2024-03": history(gross_output="13")}
    reads = [series(period="2024-02", value_added="-1"), series(), series(period="2024-02")]
    together = check_many(demo_plan, reads, lambda key: known[str(key.period)], {})
    alone = [check_return(demo_plan, read, known[str(read.key.period)]) for read in reads]
    assert [(c.findings, c.checks) for c in together] == [(c.findings, c.checks) for c in alone]
    assert [c.verdict for c in together] == [Verdict.REJECTED, Verdict.REJECTED, Verdict.ACCEPTED]
