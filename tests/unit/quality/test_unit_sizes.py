"""A first figure by its unit's size: units that differ tenfold, of which one writes 元 for 万元 in one figure."""

from __future__ import annotations

import random
from math import exp, log

from gaoxin.quality.sizes import by_size

VARIABLES = ("output", "tax", "staff", "profit")


def units(count: int, seed: int = 4) -> dict[str, dict[str, float]]:
    drawn = random.Random(seed)
    sizes = [drawn.gauss(0, 1.2) for _ in range(count)]
    return {f"u{n}": {v: 7 - i + size + drawn.gauss(0, 0.3) for i, v in enumerate(VARIABLES)} for n, size in enumerate(sizes)}


def test_one_figure_off_by_a_hundred_is_found_whatever_the_units_size_and_its_neighbours_are_not():
    all_of_them = units(20)
    for name, logs in all_of_them.items():
        others = {unit: one for unit, one in all_of_them.items() if unit != name}
        assert not [v for v, found in by_size(logs, others).items() if found.suspicion > 1]
        for wrong in VARIABLES:
            found = by_size({**logs, wrong: logs[wrong] + log(100)}, others)
            assert [v for v, one in found.items() if one.suspicion > 1] == [wrong]
            assert found[wrong].factor > 20
            assert exp(logs[wrong]) / 5 < found[wrong].expected < exp(logs[wrong]) * 5


def test_few_units_or_figures_say_nothing():
    few = units(5)
    assert by_size(few["u0"], {u: logs for u, logs in few.items() if u != "u0"}) == {}
    two = {u: {v: logs[v] for v in VARIABLES[:2]} for u, logs in units(20).items()}
    assert by_size(two["u0"], {u: logs for u, logs in two.items() if u != "u0"}) == {}


def test_a_share_tells_no_size_and_is_expected_to_have_none(make_plan):
    """Beside a large unit a small one has a tenth of the amounts and the same intensity: that was asked about."""
    items = [*({"id": v, "unit": "万元", "kind": "flow"} for v in VARIABLES), {"id": "rate", "unit": "%", "kind": "stock",
                                                                            "combine": "mean"}]
    plan = make_plan([{"id": "f", "kind": "series", "periodicity": "year", "first": "2019", "last": "2020",
                       "units": ["committee"], "variables": items}], [])
    assert [v.id for v in plan.form("f").variables if v.grows_with_size] == [*VARIABLES]
