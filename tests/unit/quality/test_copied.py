"""Copies: a figure of many digits that stood in an earlier period or at its neighbour's, and a whole return."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gaoxin.periods import Period
from gaoxin.quality.history import History, Past
from gaoxin.quality.model import Outcome
from gaoxin.quality.runner import check_many
from tests.unit.quality.conftest import GOOD, UNITS, check_return

LONG = {"gross_output": "13121.58", "value_added": "2310.42", "light_output": "5871.35", "heavy_output": "7250.23",
        "enterprises": "21"}


def known(*periods: tuple[str, dict[str, str]], peers: dict[str, dict[str, str]] | None = None) -> History:
    def values(period: str, figures: dict[str, str]) -> dict[str, Past]:
        return {v: Past(Decimal(x), UNITS.get(v, "亿元"), Period.parse(period)) for v, x in figures.items()}

    told = [values(period, figures) for period, figures in periods]
    return History(told[-1] if told else {}, {}, series={v: tuple(one[v] for one in told if v in one) for v in GOOD},
                   peers={u: (values("2024-03", figures),) for u, figures in (peers or {}).items()})


def rules(checked) -> dict[str, str | None]:
    return {f.rule: f.cell for f in checked.findings if f.rule == "copied" or f.rule.endswith(".repeated")}


BEFORE = {"gross_output": "12000.11", "value_added": "2200.42", "light_output": "5500.1", "heavy_output": "6500.01",
          "enterprises": "20"}


@pytest.fixture(scope="module")
def judge(demo_plan, series):
    def checked(history: History, **figures: str):
        return check_return(demo_plan, series(**{**LONG, **figures}), history)

    return checked


def test_a_whole_return_of_the_month_before_is_told_once(judge):
    checked = judge(known(("2024-02", LONG)))
    [finding] = [f for f in checked.findings if f.rule == "copied"]
    assert (rules(checked), "2024年2月" in finding.message.zh) == ({"copied": None}, True)
    assert rules(judge(known(("2023-03", LONG), ("2024-02", BEFORE)))) == {"copied": None}, "nor last year's"
    assert rules(judge(known(("2024-02", BEFORE)))) == {}


def test_half_of_a_return_is_told_and_a_single_long_figure_at_its_cell(judge):
    half = BEFORE | {k: LONG[k] for k in ("gross_output", "light_output", "heavy_output")}
    assert "copied" in rules(judge(known(("2024-02", half))))
    assert rules(judge(known(("2024-02", BEFORE | {"light_output": LONG["light_output"]})))) == {"light_output.repeated": "D4"}
    assert rules(judge(known(("2024-02", BEFORE | {"enterprises": "21"})))) == {}, "two digits come again by chance"


def test_a_slow_figure_may_pass_a_former_one_again_and_one_that_varies_may_not(judge):
    """Among values that lie within 8 亿元 the same comes again; of the latest period and last year's it is told."""
    def before(*figures: str) -> History:
        periods = (Period.parse("2024-03").shift(back) for back in range(-len(figures), 0))
        return known(*((str(p), BEFORE | {"gross_output": one}) for p, one in zip(periods, figures, strict=True)))

    slow = ("13118.40", "13121.58", "13124.07", "13126.22")
    assert rules(judge(before(*slow))) == {}
    assert rules(judge(before(*slow, "13121.58"))) == {"gross_output.repeated": "D2"}
    year = [f"131{n}.40" for n in range(15, 26)]
    assert rules(judge(before("13121.58", *year))) == {"gross_output.repeated": "D2"}, "last year's"
    assert rules(judge(before("9118.40", "13121.58", "11124.07", "19126.22"))) == {"gross_output.repeated": "D2"}


def test_noughts_in_a_row_are_not_a_figure_that_stands_still(judge):
    told = [BEFORE | {"gross_output": one} for one in ("0", "0", "13121.58")]
    history = known(*zip(("2023-12", "2024-01", "2024-02"), told, strict=True))
    assert rules(judge(history)) == {"gross_output.repeated": "D2"}


def test_what_used_to_stand_still_may(judge):
    still = known(("2024-01", BEFORE | {"light_output": LONG["light_output"]}),
                  ("2024-02", BEFORE | {"light_output": LONG["light_output"]}))
    assert rules(judge(still)) == {}


def test_one_copy_does_not_excuse_the_next(judge):
    """Neither a whole return that was copied before, nor a figure that once came twice among many."""
    months = [(f"2023-{m:02d}", BEFORE | {"gross_output": f"{12000 + 97 * m}.11", "light_output": f"{5500 + 61 * m}.13"})
              for m in range(5, 13)]
    assert rules(judge(known(*months, ("2024-01", LONG), ("2024-02", LONG)))) == {"copied": None}
    assert rules(judge(known(("2024-01", LONG), ("2024-02", LONG)))) == {"copied": None}
    again = [(f"20{m}", LONG) for m in ("23-11", "23-12", "24-01", "24-02")]
    assert rules(judge(known(*months[-3:-1], *again[1:]))) == {"copied": None}, "twice of four times"
    assert rules(judge(known(*again))) == {}, "as it always is"
    once = known(*months, *((m, BEFORE | {"light_output": LONG["light_output"]}) for m in ("2024-01", "2024-02")))
    assert rules(judge(once)) == {"light_output.repeated": "D4"}


def test_the_figure_of_a_neighbour_is_told_unless_a_check_connects_them(judge, demo_plan):
    connected = {frozenset(c.items()) for c in demo_plan.form("industry").checks}
    assert any({"value_added", "gross_output"} <= c for c in connected)
    checked = judge(known(("2024-02", BEFORE)), light_output="2310.42")
    assert rules(checked) == {"light_output.repeated": "D4", "value_added.repeated": "D3"}
    assert rules(judge(known(("2024-02", BEFORE)), value_added="13121.58")) == {}


def test_another_units_return_is_told(judge):
    assert rules(judge(known(("2024-02", BEFORE), peers={"science": LONG}))) == {"copied": None}
    assert rules(judge(known(("2024-02", BEFORE), peers={"committee": LONG}))) == {}, "its own of this period is no other's"


def test_what_was_compared_with_nothing_has_not_passed(demo_plan, series, judge):
    [checked] = check_many(demo_plan, [series()], lambda _: History(), {})
    assert [c.outcome for c in checked.checks if c.rule == "copied"] == [Outcome.NOT_EVALUATED]

    def outcomes(checked) -> dict[str, Outcome]:
        return {c.rule.removesuffix(".repeated"): c.outcome for c in checked.checks if c.rule.endswith(".repeated")}

    first = outcomes(judge(known()))
    assert first["light_output"] is Outcome.PASSED, "held against the other long figures of the return"
    assert first["enterprises"] is Outcome.NOT_EVALUATED, "two digits"
    before = outcomes(judge(known(("2024-02", BEFORE)), heavy_output="0"))
    assert (before["gross_output"], before["heavy_output"]) == (Outcome.PASSED, Outcome.NOT_EVALUATED)
    assert {*outcomes(judge(known(("2024-02", LONG)))).values()} == {Outcome.NOT_EVALUATED}, "told of the whole return"


def test_the_only_figure_of_a_return_is_told_by_two_signs(demo_plan, series):
    """Five digits that one other unit reports, too, and did not report alike before."""
    form = demo_plan.form("industry")
    (output,) = (v for v in form.variables if v.id == "gross_output")
    only = form.model_copy(update={"variables": (output,), "checks": (), "units": (*form.units, "science", "office")})
    plan = demo_plan.model_copy(update={"forms": tuple(only if f.id == "industry" else f for f in demo_plan.forms)})

    def told(value: str, *, before: str = "1200.3", theirs: tuple[str, str] = ("1301.7", "1150.9"), third: str = "990.1") -> bool:
        def at(figure: str, period: str) -> dict[str, Past]:
            return {"gross_output": Past(Decimal(figure), "亿元", Period.parse(period))}

        others = {"science": theirs, "office": (third, "980.2")}
        history = History(at(before, "2024-02"), {}, series={"gross_output": (at(before, "2024-02")["gross_output"],)},
                          peers={u: (at(now, "2024-03"), at(was, "2024-02")) for u, (now, was) in others.items()})
        read = series(gross_output=value)
        alone = replace(read, series=tuple(v for v in read.series if v.variable == "gross_output"))
        [checked] = check_many(plan, [alone], lambda _: history, {})
        return "copied" in rules(checked)

    assert told("1301.7")
    assert not told("1301.8")
    assert not told("1301.7", before="1150.9"), "they were the same before: custom"
    assert not told("1301.7", third="1301.7"), "all of them report it: a price"
    assert not told("1300", theirs=("1300", "1150.9")), "two digits come twice by chance"
