"""What is unusual is told by how much it matters: findings in the order of their score, immaterial ones as information."""

from __future__ import annotations

from decimal import Decimal

from gaoxin.periods import Period
from gaoxin.quality.history import History, Past
from gaoxin.quality.influence import IMMATERIAL, influence
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import Verdict
from tests.unit.quality.conftest import GOOD, UNITS

MONTHS = ("2020-03", "2021-03", "2022-03", "2023-03")  # of cumulative figures the same month
OTHERS = tuple(f"u{n}" for n in range(8))


def at(figures: dict[str, str], period: str, times: int = 1) -> dict[str, Past]:
    return {v: Past(Decimal(x) * times, UNITS.get(v, "亿元"), Period.parse(period)) for v, x in figures.items()}


def judged(plan, read, times: int):
    """A return whose unit has reported GOOD for months, beside others so many times as large."""
    form = plan.form("industry")
    wide = form.model_copy(update={"units": (*form.units, *OTHERS), "checks": ()})
    many = plan.model_copy(update={"forms": tuple(wide if f.id == "industry" else f for f in plan.forms)})
    own = [at(GOOD, month) for month in MONTHS]
    peers = {u: (at(GOOD, "2024-03", times),) for u in OTHERS}
    history = History(own[-1], {}, series={v: tuple(one[v] for one in own) for v in GOOD}, peers=peers)
    [checked] = check_many(many, [read], lambda _: history, {})
    return checked


def jumps(checked):
    return [(f.rule, str(f.severity)) for f in checked.findings if "jump" in f.rule]


def test_what_moves_nothing_of_the_whole_is_information(demo_plan, series):
    read = series(enterprises="700")
    assert jumps(judged(demo_plan, read, 1)) == [("enterprises.jump", "warning")]
    small = judged(demo_plan, read, 100_000)
    assert (jumps(small), small.verdict) == ([("enterprises.jump_small", "info")], Verdict.ACCEPTED)
    [told] = [f for f in small.findings if "jump" in f.rule]
    assert "万分之一" in told.message.zh


def test_findings_come_in_the_order_of_suspicion_times_influence(demo_plan, series):
    little, much = str(Decimal(GOOD["light_output"]) * 25), str(Decimal(GOOD["heavy_output"]) * 900)
    found = [rule for rule, _ in jumps(judged(demo_plan, series(light_output=little, heavy_output=much), 10))]
    assert found == ["heavy_output.jump", "light_output.jump"]
    found = [rule for rule, _ in jumps(judged(demo_plan, series(
        light_output=str(Decimal(GOOD["light_output"]) * 900), heavy_output=str(Decimal(GOOD["heavy_output"]) * 25)), 10))]
    assert found == ["light_output.jump", "heavy_output.jump"]


def test_the_influence_is_a_share_of_the_whole():
    def one(value: int) -> list[Past | None]:
        return [None, Past(Decimal(value), "亿元", Period.parse("2024-02"))]

    assert influence(Decimal(30), 10.0, [one(18)] * 5) == 0.2
    assert influence(Decimal(30), 10.0, [one(18)] * 4) is None, "too few are known"
    assert (influence(Decimal(0), 10.0, [one(1_000_000)] * 5) or 1) < IMMATERIAL
