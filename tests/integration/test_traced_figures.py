"""Random figures of campaigns that were played with made-up returns, faults and corrections among them, looked at as an auditor
does (tests/traced.py): every input is in its cell, and the sum comes out.

A plain run plays two campaigns in part. `make traces` plays all of them whole and looks at a thousand figures.
"""

from __future__ import annotations

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import end_of
from gaoxin.drill.sample import load_spec, make_samples
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings
from gaoxin.warehouse.landing import place
from tests.sums import told
from tests.traced import looked_at

ROOT = Path(__file__).resolve().parents[2]
PLANS = plan_files(ROOT / "dags") | plan_files(ROOT / "tests" / "plans")
FIGURES = int(os.environ.get("TRACED", "0"))
PLAYED = [name for name, file in sorted(PLANS.items()) if owed(load_plan(file))] if FIGURES else ["demo", "kaizhou_2020"]
FAULTS = ("wan_for_yi", "text_number", "full_width")


@pytest.mark.parametrize("campaign", PLAYED)
@pytest.mark.timeout(3600)
def test_every_input_of_a_random_figure_is_in_its_cell_and_the_sum_comes_out(
        campaign: str, settings_at: Callable[..., Settings], warehouse, tmp_path: Path, request, capsys):
    file, dice = PLANS[campaign], random.Random(campaign)
    settings, plan = settings_at(tmp_path / "home", file.parents[1]), load_plan(file)
    periods = sorted({o.key.period for o in owed(plan)}, key=lambda p: p.end)
    first, last = periods[0], periods[-1] if FIGURES else periods[min(4, len(periods) - 1)]
    samples = make_samples(plan, load_spec(file), first, last, tmp_path / "samples", seed=7, faults=FAULTS, corrections=True)
    arriving: dict[date, list[Path]] = defaultdict(list)
    for sample in samples:
        arriving[max(sample.arrives, plan.starts or sample.arrives)].append(sample.path)
    for day in sorted(arriving):
        submit_files(settings, arriving[day], end_of(day))
    days, amiss = sorted(arriving), list[str]()
    found: Counter[str] = Counter()
    share = -(-FIGURES // len(PLAYED)) if FIGURES else 20

    @cache
    def content(sha256: str) -> bytes:
        return place(settings.landing, sha256).read_bytes()

    for _ in range(20 * share):
        if found["figures"] >= share:
            break
        w = open_workplace(settings, campaign, end_of(dice.choice(days)))
        indicator, period = dice.choice(w.plan.indicators), dice.choice([None, dice.choice(periods)])
        shown = told(trace(w, indicator.id, period))
        cells = sum(1 for i in shown["inputs"] if i["return_id"])
        if shown["value"] is None or not cells:
            continue
        found += Counter(figures=1, cells=cells)
        amiss += [f"{indicator.id} {period} {w.now:%Y-%m-%d}: {wrong}" for wrong in looked_at(shown, content)]
        amiss += [f"{indicator.id}: {message}" for message in (*shown["differences"], *shown["unreadable"])]
    with capsys.disabled():
        request.config.pluginmanager.get_plugin("terminalreporter").write_line(f"{campaign}: {len(samples)} files, {dict(found)}")
    assert not amiss, "\n".join(islice(amiss, 40))
    assert found["figures"] >= min(share, 5)
