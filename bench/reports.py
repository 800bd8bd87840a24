"""Quality reports of two years: 24 months, 60 units and 30 forms with 15 variables each; one return in twenty has findings.

    .venv/bin/python bench/reports.py [--periods 24] [--runs 1000] [--keep DIR] [--open]

The warehouse of bench/growth.py, with what checks said: of each form a return is judged by its suite, whose outcomes stand for
all. Prints, of one period and of all, seconds of wall time, CPU seconds with the server's, the process's peak memory and the
size of what was written; then again after so many earlier runs, each of which kept a report. --open: how long a browser takes to
open the last page, by playwright with the system's chromium.
Writes nothing outside a temporary folder, or DIR, where the warehouse stays for the next call. Quote ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import growth
from sqlalchemy import text

from gaoxin.campaign.judging import read_by
from gaoxin.campaign.reporting import ENDINGS, quality_report
from gaoxin.campaign.workplace import open_workplace
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.quality.history import History
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import ReturnKey, Verdict
from gaoxin.warehouse import rows
from gaoxin.warehouse.engine import Warehouse

JUDGED = """
insert into gaoxin.check_results (check_id, position, rule, level, severity, outcome, title, variable, failures, reason, seq)
  select c.check_id, t.position, t.rule, t.level, t.severity, t.outcome, t.title, t.variable, 0, t.reason, c.seq
    from gaoxin.check_runs c join gaoxin.returns r using (return_id) join told t on t.form = r.form
   order by c.check_id, t.position;
insert into gaoxin.findings (check_id, position, rule, level, severity, sheet, cell, variable, value, message, seq)
  select c.check_id, n, t.rule, t.level, 'warning', '数据', 'D' || (2 + n), t.variable, '1.5', t.title, c.seq
    from gaoxin.check_runs c join gaoxin.returns r using (return_id) join told t on t.form = r.form, generate_series(0, 2) n
   where c.check_id % 20 = 0 and t.position = 30 + n;
"""


def judge(home: Path) -> None:
    """What checks said, of every return that is there."""
    w = open_workplace(growth.settings_in(home), "growth", growth.NOW)
    keys = [ReturnKey("growth", form.id, "u00", growth.LAST) for form in w.plan.forms]
    reads = [read_by(w, growth.returned(n), f"growth__{key.form}__u00__{growth.LAST}.csv", key) for n, key in enumerate(keys)]
    with Warehouse.as_owner(w.settings).begin() as connection:
        connection.execute(text("create temporary table told (form text, position int, rule text, level int, severity text,"
                                " outcome text, title jsonb, variable text, reason jsonb) on commit drop"))
        for key, checked in zip(keys, check_many(w.plan, reads, lambda _: History()), strict=True):
            assert checked.verdict is not Verdict.REJECTED, checked.findings
            said = [{**vars(check), "form": key.form, "position": n} for n, check in enumerate(checked.checks)]
            connection.execute(text("insert into told values (:form, :position, :rule, :level, :severity, :outcome,"
                                    " cast(:title as jsonb), :variable, cast(:reason as jsonb))"),
                               [{name: rows.column(value) for name, value in row.items()} for row in said])
        for statement in JUDGED.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
    with Warehouse.as_owner(w.settings).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum (analyze)"))


def ran(home: Path, runs: int) -> None:
    """So many earlier runs, each of which kept a report of one of the periods, in turn."""
    w = open_workplace(growth.settings_in(home), "growth", growth.NOW, acts=True)
    periods = sorted({str(r.period) for r in w.rounds() if r.due <= growth.NOW.date()})
    with w.warehouse.begin() as store:
        for run in range(runs):
            period = periods[run % len(periods)]
            told = {f"growth__quality__{period}.{kind}": sha256(f"{kind} {run}".encode()).hexdigest() for kind in ENDINGS}
            store.ledger.note("growth", EventKind.STATISTICS_RUN, growth.NOW, {"period": period, "reports": told})


def ask(home: Path, out: Path, period: Period | None) -> None:
    """In a process of its own: prints seconds and MB."""
    w = open_workplace(growth.settings_in(home), "growth", growth.NOW)
    start, before = time.perf_counter(), growth.worked(home)
    files = quality_report(w, period, out)
    seconds, cpu = time.perf_counter() - start, growth.worked(home) - before
    sizes = {f".{kind}": sum(f.path.stat().st_size for f in files if f.path.suffix == f".{kind}") / 2**20 for kind in ENDINGS}
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mb": growth.peak(), "sizes": sizes}))


def opened(page: Path) -> float:
    """Seconds until a browser has laid the page out."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                                       args=["--no-sandbox"] if os.geteuid() == 0 else [])
        try:
            shown = browser.new_page()
            start = time.perf_counter()
            shown.goto(page.as_uri())
            shown.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            return time.perf_counter() - start
        finally:
            browser.close()


def asked(home: Path, out: str) -> None:
    for period in (str(growth.LAST), "all"):
        run = subprocess.run([sys.executable, __file__, "--ask", str(home), out, period], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stderr)
        told = json.loads(run.stdout)
        sizes = "  ".join(f"{kind} {mb:.1f} MB" for kind, mb in told["sizes"].items())
        print(f"{period:8} {told['seconds']:7.1f} s  {told['cpu']:7.1f} s  {told['mb']:5.0f} MB   {sizes}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--periods", type=int, default=24)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--open", action="store_true")
    parser.add_argument("--ask", nargs=3, metavar=("HOME", "OUT", "PERIOD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        home, out, period = options.ask
        ask(Path(home), Path(out), None if period == "all" else Period.parse(period))
        return 0
    kept = contextlib.nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="gx")
    with kept as folder, tempfile.TemporaryDirectory(prefix="gx") as out:
        home = Path(folder) / f"reports{options.periods}"
        if not home.exists():
            growth.fill(home, options.periods, 1000)
            judge(home)
        marked = home / "ran"
        if not marked.exists():
            asked(home, out)
            ran(home, options.runs)
            marked.write_text(str(options.runs), encoding="utf-8")
        print(f"after {marked.read_text(encoding='utf-8')} earlier runs")
        asked(home, out)
        if options.open:
            print(f"open     {opened(Path(out) / f'growth__quality__{growth.LAST}.html'):7.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
