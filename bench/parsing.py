"""Cost of parsing a campaign's DAGs from its plan, against the same DAGs written bare, and against dag-factory.

    make bench        # some minutes; or: .venv/bin/python bench/parsing.py [--copies 200] [--plan FILE]

Each copy of the plan is a campaign of its own, in a folder of its own, with an empty cache. In every round one copy is
parsed by all sides, one after the other, in turns:

    cold          from the plan, for the first time ever: read, checked, compiled, kept (plan/compiled.py)
    warm          from the plan, as at every later parse
    bare          DAGs and operators written out in Python; Airflow's hash of each DAG is that of the plan's
    dag-factory   the same DAGs from its YAML; what it cannot say is told in bench/copies.py

All sides do the same with Airflow: execute a DAG file and serialise its DAGs. It is measured twice, in one process where
everything is imported, and in forked children as the dag-processor has them, where each pays for its imports as well
(rounds.py). Quote the ratios, not the milliseconds. Ends with 1 when warm costs more than 1.5 times bare in either.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import copies
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "bench" / ".packages"
LIMIT = 1.5
IN_CHILDREN_AT_MOST = 50   # a forked parse takes three times as long, and its median is steady long before
SAID = {"cold": "from the plan, first parse", "warm": "from the plan, later parses", "bare": "bare Python",
        "dag-factory": "dag-factory"}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=200)
    parser.add_argument("--plan", type=Path, default=ROOT / "dags" / "kaizhou_2020" / "plan.yaml")
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="gaoxin-bench-") as folder:
        return run(options.plan, options.copies, Path(folder), console)


def run(plan: Path, number: int, folder: Path, console: Console) -> int:
    written = copies.write(plan, folder / "dags", number + 1)
    if why := peer_is_missing(environment(folder)):
        console.print(f"dag-factory 不参加比较 / without dag-factory: {why}", markup=False)
        written = [{side: file for side, file in copy.items() if side != "dag-factory"} for copy in written]
    within = True
    for how, told, these in (
        ("inline", "in one process, everything imported", written),
        ("child", "in forked children like the dag-processor's, imports included", written[:min(number, IN_CHILDREN_AT_MOST)]),
    ):
        listing = folder / f"{how}.json"
        listing.write_text(json.dumps(these), encoding="utf-8")
        rounds = measured(how, listing, environment(folder / how), len(these) - (how == "inline"), console)
        console.print(f"{len(rounds)} copies of {plan.resolve().parent.name}, {told}:", soft_wrap=True)
        ratio = show(rounds, console)
        within = within and ratio <= LIMIT
    console.print(
        "The first parse is paid once for each change of a plan, and once after an upgrade; every parse after it, and "
        "every task's, is a later one.", soft_wrap=True,
    )
    verdict = f"later parses / bare {'stay within' if within else 'EXCEED'} {LIMIT}"
    console.print(verdict, style="green" if within else "bold red")
    return 0 if within else 1


def environment(home: Path) -> dict[str, str]:
    """Of the measuring process: an installation of its own, nothing of the caller's, and no telemetry of any kind."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "GAOXIN_"))},
        "AIRFLOW_HOME": str(home / "airflow"), "GAOXIN_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR", "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__DAG_FACTORY__ENABLE_TELEMETRY": "False", "DO_NOT_TRACK": "1", "SCARF_NO_ANALYTICS": "true",
        "BENCH_PACKAGES": str(PACKAGES),
    }


_ASK_PEER = """
import os, sys
sys.path.append(os.environ["BENCH_PACKAGES"])
import dagfactory
from dagfactory import telemetry
sys.exit("its telemetry is on" if telemetry.should_emit() else 0)
"""


def peer_is_missing(env: dict[str, str]) -> str | None:
    """Why dag-factory cannot take part; None when it can. Asked in a process of its own: it is never imported here."""
    asked = subprocess.run([sys.executable, "-c", _ASK_PEER], env=env, capture_output=True, text=True, check=False)
    return None if asked.returncode == 0 else (asked.stderr.strip().splitlines() or ["?"])[-1]


def measured(how: str, listing: Path, env: dict[str, str], number: int, console: Console) -> list[dict[str, float]]:
    command = [sys.executable, str(ROOT / "bench" / "rounds.py"), how, str(listing)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        lines: Iterable[str] = process.stdout or ()
        if console.is_terminal:
            lines = track(lines, description=f"{how}", total=number, console=console, transient=True)
        found = [json.loads(line) for line in lines if line.startswith("{")]
    if process.returncode or len(found) != number:
        raise SystemExit(f"测量中断 / measuring broke off: {how}, {len(found)}/{number}")
    return found


def show(rounds: list[dict[str, float]], console: Console) -> float:
    """Prints medians and ratios; returns warm / bare."""
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII)
    for name in ("", "median ms", "middle half", "ratio to bare"):
        table.add_column(name, justify="left" if not name else "right")
    median = {side: statistics.median(r[side] for r in rounds) for side in rounds[0]}
    for side, said in SAID.items():
        if side in median:
            took = [r[side] * 1000 for r in rounds]
            low, _, high = statistics.quantiles(took, n=4) if len(took) > 1 else took * 3
            table.add_row(said, f"{median[side] * 1000:.1f}", f"{low:.1f}-{high:.1f}", f"{median[side] / median['bare']:.2f}")
    console.print(table)
    return median["warm"] / median["bare"]


if __name__ == "__main__":
    sys.exit(main())
