"""What each question costs as history grows: one campaign of 60 units and 30 monthly forms with 15 variables each.

    .venv/bin/python bench/growth.py [--facts 27000,650000,5000000] [--events 1000,200000] [--keep DIR]

For each number of facts a warehouse of its own is filled by SQL, in the shape that the product writes, with a ledger that answers
for every row; then every question is asked in a process of its own, which imports what it needs first: seconds of wall time of
the second asking, CPU seconds of it with the server's, peak memory of the process; the server's memory is not counted. What
verifies is asked once.
Writes nothing outside a temporary folder, or DIR, where the warehouses stay and are asked again by the next call. Quote the
ratios between columns, not the seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import yaml
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text

from gaoxin.campaign.drilling import begin_drill
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE
from gaoxin.ledger.chain import Head, next_event
from gaoxin.periods import Period
from gaoxin.settings import Settings
from gaoxin.warehouse import answering, rows
from gaoxin.warehouse.engine import Warehouse

UNITS, FORMS, VARIABLES = 60, 30, 15
A_PERIOD = UNITS * FORMS * VARIABLES
AT_ONCE = 20_000  # events
LAST = Period.parse("2025-06")
NOW = datetime(2025, 7, 20, 12, tzinfo=ZONE)


def plan_text(periods: int) -> str:
    """A campaign that has collected so many months up to LAST, with an indicator of each form."""
    first = LAST.shift(1 - periods)
    units = [f"u{n:02d}" for n in range(UNITS)]
    ids = {f"f{n:02d}": [f"f{n:02d}_v{v:03d}" for v in range(VARIABLES)] for n in range(FORMS)}
    return yaml.safe_dump({
        "schema": 1, "id": "growth", "name": "增长",
        "document": {"title": "方案", "number": "1号", "issuer": "government", "issued": "2009-01-02"},
        "zone": {"id": "zone", "name": "园区", "level": "municipal", "area_km2": 5},
        "units": [{"id": "government", "name": "区政府", "kind": "government"}, *({"id": u, "name": f"单位{u}"} for u in units)],
        "governance": {
            "leading_group": "government", "head_role": "区长", "office": "u00", "office_staff": ["u00", "u01"],
            "supervision": "government", "consent": "government", "source": "四",
        },
        "phases": [{
            "id": "collection", "kind": "collection", "name": "采集", "starts": str(first), "ends": "2025-12", "source": "三",
            "gate": {"deadline": "2025-12", "criteria": [
                {"kind": "returns_complete", "id": "complete"}, {"kind": "no_open_errors", "id": "clean"},
                {"kind": "targets_met", "id": "targets", "not_yet_due": "on_track", "choice": "early"},
            ], "rehearse_days": 180},
        }],
        "tasks": [],
        "indicators": [{
            "id": f"i_{form}", "row": n + 1, "name": f"指标{form}", "lead": "u00", "source": "附件",
            "measures": [{"id": "value", "unit": "亿元", "formula": "x", "inputs": {"x": {"variable": variables[0]}}}],
            "targets": [{"target": {"at_least": 60}, "due": "2025-12", "source": "附件"}],
        } for n, (form, variables) in enumerate(ids.items())],
        "forms": [{
            "id": form, "kind": "series", "name": f"报表{form}", "periodicity": "month", "first": str(first), "last": "2025-12",
            "units": units, "due": {"days": 10},
            "variables": [{"id": v, "name": f"变量{v}", "unit": "亿元", "kind": "stock"} for v in variables],
        } for form, variables in ids.items()],
        "cadences": [{"id": "monthly", "name": "月度", "who": "u00", "every": "month", "day": 10, "choice": "cadence"}],
        "reminders": {"before": [3], "overdue": [1], "supervision_after": 5, "leading_group_after": 10, "choice": "cadence"},
        "choices": [
            {"id": "cadence", "subject": "频率", "decision": "按月", "reason": "未规定", "decided_by": "u00"},
            {"id": "early", "subject": "关口", "decision": "按进度", "reason": "未规定", "decided_by": "government"},
        ],
    }, allow_unicode=True, sort_keys=False)


FILL = """
create temporary table made on commit drop as
  select 'growth__f' || lpad(f::text, 2, '0') || '__u' || lpad(u::text, 2, '0') || '__' || p.period || '__v1' as return_id,
         'f' || lpad(f::text, 2, '0') as form, 'u' || lpad(u::text, 2, '0') as unit, p.period, p.period_end,
         (p.period_end + 5)::timestamptz as at, (cast(:files as text[]))[f + 1] as sha256,
         :last + 3 * (row_number() over (order by p.period_end, f, u) - 1) as seq,
         row_number() over (order by p.period_end, f, u) as n
    from generate_series(0, :forms - 1) f, generate_series(0, :units - 1) u,
         unnest(cast(:periods as text[]), cast(:ends as date[])) as p(period, period_end);
insert into gaoxin.returns (return_id, campaign, form, unit, period, period_end, version, sha256, file, template, sample,
                            plan_hash, received_at, business_day, seq)
  select return_id, 'growth', form, unit, period, period_end, 1, sha256, form || '.csv', 1, false, repeat('0', 64), at,
         (cast(at as timestamptz) at time zone 'Asia/Shanghai')::date, seq + 1
    from made;
insert into gaoxin.check_runs (return_id, run, verdict, suite, suite_version, errors, warnings, checked_at, seq)
  select return_id, 1, 'accepted', form, '1', 0, 0, at, seq + 2 from made;
insert into gaoxin.loads (return_id, recorded_at, row_count, plan_hash, seq)
  select return_id, at, :variables, repeat('0', 64), seq + 3 from made;
insert into gaoxin.facts (return_id, campaign, form, unit, variable, period, period_end, value, unit_of_measure, version,
                          recorded_at, file_sha256, sheet, cell, seq)
  select return_id, 'growth', form, unit, form || '_v' || lpad(v::text, 3, '0'), period, period_end, 1 + (n % 90) / 100.0,
         '亿元', 1, at, sha256, '数据', 'D' || (v + 2), seq + 3 from made, generate_series(0, :variables - 1) v;
"""

def returned(form: int, value: str = "1.5") -> bytes:
    """A return's CSV, every figure the same."""
    lines = ["code,name,unit_of_measure,value,note"]
    lines += [f"f{form:02d}_v{v:03d},变量f{form:02d}_v{v:03d},亿元,{value}," for v in range(VARIABLES)]
    return ("\n".join(lines) + "\n").encode()


def periods(count: int) -> list[Period]:
    return [LAST.shift(-n) for n in reversed(range(count))]


def settings_in(home: Path) -> Settings:
    return Settings(home=home, plans_=home / "plans")


def fill(home: Path, count: int, events: int) -> None:
    """A warehouse of so many months, but for one return of the last, and so many events."""
    plan = home / "plans" / "growth" / "plan.yaml"
    plan.parent.mkdir(parents=True)
    plan.write_text(plan_text(count), encoding="utf-8")
    begin_drill(settings_in(home))  # only there may what is written be dated
    w = open_workplace(settings_in(home), "growth", NOW, acts=True)
    found = periods(count)
    bound: dict[str, Any] = {"units": UNITS, "forms": FORMS, "variables": VARIABLES, "periods": [str(p) for p in found],
             "ends": [p.end for p in found]}
    with w.warehouse.begin() as store:  # the bytes of a form are the same for all who hand it in
        bound["files"] = [store.returns.land(returned(n), f"f{n:02d}.csv", NOW, "inbox") for n in range(FORMS)]
    with w.warehouse.begin() as store:
        bound["last"] = store.ledger.count()
    with Warehouse.as_owner(w.settings).begin() as connection:
        for statement in FILL.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")), bound)
    add_events(w.warehouse, 3 * UNITS * FORMS * count)
    add_events(w.warehouse, events)


def add_events(warehouse: Warehouse, count: int) -> None:
    """So many more events, each of which answers for the rows that name it."""
    owner = Warehouse.as_owner(warehouse.settings)
    with owner.begin() as connection:
        connection.execute(text("alter table gaoxin.ledger_events disable trigger follow_head"))
        head = Head(*connection.execute(text("select seq, hash from gaoxin.ledger_head")).one())
        for _ in range(0, count, AT_ONCE):
            until, some = min(head.seq + AT_ONCE, head.seq + count), []
            made = answering.made(connection, head.seq, until)
            for seq in range(head.seq + 1, until + 1):
                some.append(next_event(head, "growth", "return.loaded", NOW, {"return_id": f"growth__{seq}", "rows": VARIABLES,
                                       "sha256": "0" * 64, "values": "0" * 64}, made.get(seq, {})))
                head = Head(seq, some[-1].hash)
            count -= len(some)
            rows.add(connection, "ledger_events", map(vars, some))
        connection.execute(text("alter table gaoxin.ledger_head disable trigger forward_only"))
        connection.execute(text("update gaoxin.ledger_head set seq = :seq, hash = :hash"), vars(head))
        connection.execute(text("alter table gaoxin.ledger_head enable trigger forward_only"))
        connection.execute(text("alter table gaoxin.ledger_events enable trigger follow_head"))
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum (analyze)"))


# --- the questions -------------------------------------------------------------------------------


def status(w: Workplace) -> object:
    from gaoxin.campaign.standing import returns_status

    return returns_status(w, LAST)


def indicators(w: Workplace) -> object:
    from gaoxin.campaign.measuring import compute_indicators

    return compute_indicators(w)


def gate(w: Workplace) -> object:
    from gaoxin.campaign.gatekeeping import evaluate

    return evaluate(w, "collection")


def trace(w: Workplace) -> object:
    from gaoxin.campaign.tracing import trace as traced

    return traced(w, "i_f07")


def remind(w: Workplace) -> object:
    from gaoxin.campaign.reminding import remind as reminded

    return reminded(w, dry_run=True)


def mark(w: Workplace) -> object:
    from gaoxin.campaign.dispatch import gate_runs

    return gate_runs(w)


def survey(w: Workplace) -> object:
    from gaoxin.campaign.deadlines import mark_passed
    from gaoxin.campaign.dispatch import due_runs

    return mark_passed(w), due_runs(w)


def report(w: Workplace) -> object:
    from gaoxin.campaign.reporting import quality_report

    return quality_report(w, LAST, Path(tempfile.mkdtemp()))


def submit(w: Workplace) -> object:
    """A new version of one return, taken in, judged and loaded; other bytes each time."""
    from gaoxin.campaign.intake import submit_files

    file = Path(tempfile.mkdtemp()) / f"growth__f00__u00__{LAST}.csv"
    file.write_bytes(returned(0, f"{1 + time.time() % 1:.6f}"))
    (taken,) = submit_files(w.settings, [file], w.now, reason="figures revised")
    assert taken.rows == VARIABLES, taken
    return taken


def verify(w: Workplace) -> object:
    """The whole ledger, all rows, all files."""
    from gaoxin.campaign.upkeep import verify_ledger

    found = verify_ledger(w.settings)
    assert found.intact, found.faults[:3]
    return found


def decide(w: Workplace) -> object:
    """What a gate verifies before it decides."""
    from gaoxin.campaign.gatekeeping import must_verify

    must_verify(w, "collection")
    return None


QUESTIONS: dict[str, Callable[[Workplace], object]] = {
    f.__name__: f for f in (submit, status, indicators, gate, trace, remind, mark, survey, report, verify, decide)
}


def worked(home: Path) -> float:
    """CPU seconds of this process and of its database server, so far."""
    server = psutil.Process(int((home / "var" / "postgres" / "postmaster.pid").read_text().split()[0]))
    ended, alive = server.cpu_times(), [p.cpu_times() for p in server.children()]
    served = ended.user + ended.system + ended.children_user + ended.children_system + sum(c.user + c.system for c in alive)
    return time.process_time() + served


def peak() -> float:
    """MB; of this program alone, whereas getrusage also knows what the one that started it had."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def ask(home: Path, name: str) -> None:
    """In a process of its own: prints seconds and MB."""
    w, question = open_workplace(settings_in(home), "growth"), QUESTIONS[name]
    if question not in (verify, decide):
        question(w)
    start, before = time.perf_counter(), worked(home)
    question(replace(w, now=w.now + timedelta(minutes=1)))
    seconds, cpu = time.perf_counter() - start, worked(home) - before
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mb": peak()}))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", default="27000,650000,5000000")
    parser.add_argument("--events", default="1000,200000", help="the last warehouse is asked with each number of events")
    parser.add_argument("--only", default=",".join(QUESTIONS))
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--ask", nargs=2, metavar=("HOME", "QUESTION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        ask(Path(options.ask[0]), options.ask[1])
        return 0
    facts, events = ([int(n) for n in given.split(",")] for given in (options.facts, options.events))
    cases = [(n, events[0]) for n in facts] + [(facts[-1], n) for n in events[1:]]
    measured: dict[tuple[int, int], dict[str, Any]] = {}
    kept = contextlib.nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="gx")
    with kept as folder, Progress(console=Console(stderr=True)) as progress:
        names = options.only.split(",")
        task = progress.add_task("", total=len(cases) * (len(names) + 1))
        known: dict[int, Path] = {}
        for count, number in cases:
            progress.update(task, description=f"{count} facts, {number} events")
            if count not in known:
                known[count] = Path(folder) / str(count)
                if not known[count].exists():
                    fill(known[count], max(1, round(count / A_PERIOD)), number)
            else:
                add_events(Warehouse.open(settings_in(known[count])), number)
            progress.advance(task)
            for name in names:
                run = subprocess.run([sys.executable, __file__, "--ask", str(known[count]), name], capture_output=True, text=True)
                told = json.loads(run.stdout) if run.returncode == 0 else {"failed": run.stderr.strip()[-300:]}
                measured.setdefault((count, number), {})[name] = told
                progress.advance(task)
    table = Table(title=f"{UNITS} units, {FORMS} forms, {VARIABLES} variables")
    table.add_column("")
    for count, number in cases:
        table.add_column(f"{count:,} facts\n{number:,} events", justify="right")
    for name in names:
        rows = [measured[case][name] for case in cases]
        table.add_row(name, *(f"{r['seconds']:.2f} s  {r['cpu']:.2f} s  {r['mb']:.0f} MB" if "mb" in r else r["failed"]
                              for r in rows))
    Console(width=None if sys.stdout.isatty() else 110).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
