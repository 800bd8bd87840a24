"""Bulletins out of a real database: what they tell of every plan, that they are the same twice, how one comes to be released, and
what a correction afterwards makes of it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path

import pytest

from gaoxin.bulletins.due import cadences
from gaoxin.campaign import bulletins
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import load_plan, plan_files
from tests.sums import years

DAGS = Path(__file__).resolve().parents[2] / "dags"
CAMPAIGNS = plan_files(DAGS)
DAY, QUARTER = "2024-04-09", Period.parse("2024-Q1")


@pytest.fixture
def filled(resting: Callable[[str], Workplace]) -> Callable[[str], Workplace]:
    years(resting("2024-04-08"))
    return resting


def built(w: Workplace, period: Period | None, out: Path, pages: str = "") -> dict[str, bytes]:
    """By what follows the period."""
    return {f.path.name.partition("__bulletin__")[2].partition(".")[2]: f.path.read_bytes()
            for f in bulletins.bulletin(w, period, out, pages)}


def text_of(content: bytes) -> str:
    from docx import Document as opened

    document = opened(io.BytesIO(content))
    return "\n".join([*(p.text for p in document.paragraphs),
                      *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
def test_every_plan_has_a_bulletin_or_says_why_there_is_none(campaign, settings_at, tmp_path):
    plan = load_plan(CAMPAIGNS[campaign])
    w = open_workplace(settings_at(tmp_path, DAGS), plan.id, datetime(2026, 3, 25, 18, tzinfo=ZONE))
    last = Period.of_year((plan.ends or date(2025, 12, 31)).year)
    if cadences(plan):
        assert built(w, None, tmp_path / "newest")["docx"]
    else:
        with pytest.raises(UsageError, match="方案没有规定"):
            built(w, None, tmp_path / "newest")
    found = built(w, last, tmp_path / "out")
    told, page = text_of(found["docx"]), found["html"].decode()
    assert plan.name.zh in told
    assert last.said in told
    assert "本期没有可通报的进展" in told
    assert not re.search(r"\bNone\b|\bnan\b|gates\.|Decimal\(|Fraction\(|<Message", told + page)
    assert ("方案没有以数值衡量的指标" in told) is not bool(plan.indicators)
    for one in plan.governance.consequences:
        assert f"{one.when.zh}的，{one.then.zh}" in told
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(("period", "why"), [("2024-05", "才结束"), ("2024", "才结束"), ("2019", "早于方案的起始日")])
def test_a_period_of_which_nothing_can_be_told_is_refused(filled, tmp_path, period, why):
    with pytest.raises(UsageError, match=why):
        built(filled(DAY), Period.parse(period), tmp_path)


def test_the_figures_are_those_of_the_indicators_as_of_the_period(filled, tmp_path):
    w = filled(DAY)
    page = built(w, QUARTER, tmp_path, "http://office.example:8080/")["html"].decode()
    known = [r for r in compute_indicators(w, QUARTER) if r.value is not None]
    assert known
    for r in known:
        assert f'<a href="http://office.example:8080/gaoxin/sums/indicator/{r.id}?as_of=2024-04-09T23%3A59%3A59%2B08' in page


def test_two_builds_of_one_record_are_the_same_to_the_byte_in_another_process_and_zone(filled, tmp_path):
    w = filled(DAY)
    first = built(w, QUARTER, tmp_path / "one")
    years(filled("2024-04-12"))  # known later
    env = os.environ | {"GAOXIN_HOME": str(w.settings.home), "GAOXIN_PLANS": str(w.settings.plans), "TZ": "America/Lima",
                        "PYTHONHASHSEED": "7", "LANG": "C", "GAOXIN_DATABASE_URL": w.settings.database_url.get_secret_value()}
    done = subprocess.run([Path(sys.executable).with_name("gaoxin"), "report", "bulletin", "sums", "--period", "2024-Q1", "-o",
                           str(tmp_path / "two"), "--as-of", DAY, "--json"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = {Path(f["path"]).name.partition("2024-Q1.")[2]: f["sha256"] for f in json.loads(done.stdout)["files"]}
    assert told == {name: sha256(content).hexdigest() for name, content in first.items()}
    listed = json.loads(first["json"])
    assert listed["ledger"]["head"]
    assert {f["sha256"] for f in listed["files"]} == {told["docx"], told["html"]}
    assert time(23, 59, 59) == datetime.fromisoformat(listed["as_of"]).time()
