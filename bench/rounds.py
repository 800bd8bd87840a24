"""Measures the copies that bench/copies.py wrote, in rounds: one copy by every side, then the next. Run by parsing.py.

    rounds.py inline|child COPIES.json

What is timed, the same for every side: Airflow's DAG file is executed (its byte code is at hand, as after the first
import) and each DAG in it is serialised, which is what the dag-processor does with it.

inline: all in this one process, everything imported. child: each in a child forked from a process like the dag-processor,
which forks one for each file: it has imported Airflow and loaded its plugins, since it has stored DAGs before, but nothing
that a DAG file imports from elsewhere. So those imports count, ours and dag-factory's.

Prints one JSON document a round: side -> seconds.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import CodeType

sys.path.append(os.environ["BENCH_PACKAGES"])  # dag-factory: last, so that it brings nothing that we have already

import airflow.providers.standard.operators.branch
import airflow.providers.standard.operators.hitl
import airflow.providers.standard.operators.trigger_dagrun  # noqa: F401
from airflow.models.serialized_dag import SerializedDagModel
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param
from airflow.serialization.serialized_objects import DagSerialization


def dags(code: CodeType, file: str) -> dict[str, DAG]:
    namespace: dict[str, object] = {"__name__": "bench_dag_file", "__file__": file}
    exec(code, namespace)
    return {dag.dag_id: dag for dag in namespace.values() if isinstance(dag, DAG)}


def parse(code: CodeType, file: str) -> float:
    """Seconds that a DAG file takes, executed and serialised."""
    gc.collect()
    start = time.perf_counter()
    for dag in dags(code, file).values():
        DagSerialization.to_dict(dag)
    return time.perf_counter() - start


def parse_in_child(code: CodeType, file: str) -> float:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, repr(parse(code, file)).encode())
        finally:
            if sys.exception():
                traceback.print_exc()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        raise SystemExit(f"{file}: 子进程中解析失败，见上文 / parsing failed in the child, see above")
    return float(told)


def compare(copy: dict[str, str]) -> None:
    """Exits when the bare DAGs are not those of the plan, or dag-factory's have other tasks: no ratio would mean anything."""
    found = {side: dags(compile(Path(file).read_bytes(), file, "exec"), file) for side, file in copy.items()}
    hashes = {
        side: {i: SerializedDagModel.hash(DagSerialization.to_dict(dag)) for i, dag in by_id.items()}
        for side, by_id in found.items() if side in ("plan", "bare")
    }
    if hashes["plan"] != hashes["bare"] or not hashes["plan"]:
        differ = [i for i in hashes["plan"] if hashes["plan"][i] != hashes["bare"].get(i)]
        raise SystemExit(f"手写的 DAG 与方案的不同 / the bare DAGs are not those of the plan: {differ}")
    tasks = {
        side: sorted((i, t.task_id, t.task_type, sorted(t.upstream_task_ids)) for i, d in by_id.items() for t in d.tasks)
        for side, by_id in found.items()
    }
    if different := [side for side in tasks if tasks[side] != tasks["plan"]]:
        raise SystemExit(f"任务不同 / other tasks: {different}")


def like_the_dag_processor() -> None:
    """One DAG with our timetable serialised: Airflow loads all plugins and its schema, once, as after its first round."""
    from gaoxin.airflow.timetable import CampaignTimetable

    with DAG("warm_up", schedule=CampaignTimetable("0 9 * * *", first=date(2020, 1, 1), last=date(2020, 1, 2)),
             params={"any": Param(None, type=["null", "string"])}) as dag:
        EmptyOperator(task_id="any")
    DagSerialization.to_dict(dag)


def main() -> None:
    how, listing = sys.argv[1:]
    copies: list[dict[str, str]] = json.loads(Path(listing).read_text(encoding="utf-8"))
    measure: Callable[[CodeType, str], float] = {"inline": parse, "child": parse_in_child}[how]
    if how == "inline":
        compare(copies.pop())  # one copy more than is measured: it pays for the imports
    else:
        like_the_dag_processor()
        gc.freeze()  # else the children's collections would copy the parent's pages
    for at, copy in enumerate(copies):
        codes = {side: compile(Path(file).read_bytes(), file, "exec") for side, file in copy.items()}
        took = {"cold": measure(codes["plan"], copy["plan"])}
        rest = list(copy)
        for side in rest[at % len(rest):] + rest[:at % len(rest)]:  # none of them is always the first
            took["warm" if side == "plan" else side] = measure(codes[side], copy[side])
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
