"""Cost of parsing a campaign's DAGs from its plan, against the same DAGs written bare, in one run, interleaved.

    make bench        # or: .venv/bin/python bench/parsing.py [--copies 20]

Both sides build and serialise; ours also reads and validates plan.yaml. Quote the ratio, not the seconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="gaoxin-bench-"))
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(ROOT / "plugins")
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--plan", type=Path, default=ROOT / "dags" / "kaizhou_2020" / "plan.yaml")
    options = parser.parse_args()

    from airflow.serialization.serialized_objects import DagSerialization

    from gaoxin.airflow.factory import build_dag, campaign_dags
    from gaoxin.plan.blueprint import blueprint
    from gaoxin.plan.loader import load_plan

    drawn = blueprint(load_plan(options.plan))
    ours, bare, reading = [], [], []
    campaign_dags(options.plan)  # the first parse pays for imports, on both sides
    for _ in range(options.copies):
        start = time.perf_counter()
        for dag in campaign_dags(options.plan).values():
            DagSerialization.to_dict(dag)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        load_plan(options.plan)
        reading.append(time.perf_counter() - start)
        start = time.perf_counter()
        for flow in drawn.flows:
            DagSerialization.to_dict(build_dag(drawn, flow))
        bare.append(time.perf_counter() - start)
    a, b, r = (statistics.median(x) * 1000 for x in (ours, bare, reading))
    print(f"{options.copies} parses of {options.plan.parent.name}, {len(drawn.flows)} DAGs each, medians:")
    print(f"  from the plan {a:.1f} ms   bare {b:.1f} ms   ratio {a / b:.2f}   (reading the plan {r:.1f} ms)")


if __name__ == "__main__":
    main()
