"""The DAGs of a campaign that is to be broken: those of the product, which stop at the steps that a test has armed, before their
work or after it, until they are let go. The waits between tries are shortened: nothing else differs."""

import os
import time
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG  # noqa: F401 - Airflow's file scan looks for the words airflow and dag

from gaoxin.airflow.factory import campaign_dags

HERE = Path(__file__).parent


def stop_at(point):
    """Stops once at a point that is armed, and says by its pid that it does."""
    armed, reached, gone = (HERE / f"{point}.{what}" for what in ("armed", "reached", "gone"))
    if not armed.exists():
        return
    armed.rename(reached.with_suffix(".claimed"))
    written = reached.with_suffix(".part")
    written.write_text(f"{os.getpid()} {os.getppid()}")
    written.rename(reached)
    end = time.monotonic() + 180
    while not gone.exists() and time.monotonic() < end:
        time.sleep(0.05)


def after(work, name):
    """A branch never gets as far as its hook: it ends by an exception that says what is skipped."""
    def both(context):
        answer = work(context)
        stop_at(f"{name}.after")
        return answer
    return both


found = campaign_dags(HERE / "plan.yaml")
for dag in found.values():
    for task in dag.tasks:
        if not task.is_mapped:
            name = f"{dag.dag_id.rpartition('.')[2]}.{task.task_id}"
            hooks = {"_pre_execute_hook": lambda context, name=name: stop_at(f"{name}.before"),
                     "_post_execute_hook": lambda context, result=None, name=name: stop_at(f"{name}.after")}
            if hasattr(task, "choose_branch"):
                hooks = {"_pre_execute_hook": hooks["_pre_execute_hook"], "choose_branch": after(task.choose_branch, name)}
            vars(task).update(hooks, retry_delay=timedelta(seconds=1))
globals().update(found)
