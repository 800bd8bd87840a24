"""The DAGs of a campaign that is to be broken: those of the product, which stop at the points that a test has armed until they
are let go. The waits between tries are shortened: nothing else differs. Points of a step:

    STEP.before, STEP.after      before and after its work; of one that starts a run, before and after the engine has that run
    STEP.KIND.writing            all that its transaction records is written, an event of that kind too, and not committed
    STEP.KIND.written            that transaction is committed, and what comes after it is not begun
"""

import contextlib
import os
import time
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, BaseOperator  # noqa: F401 - Airflow's file scan looks for the words airflow and dag

from gaoxin.airflow.factory import campaign_dags

HERE = Path(__file__).parent


def stop_at(point):
    """Stops once at a point that is armed, and says by its pid that it does."""
    armed, reached, gone = (HERE / f"{point}.{what}" for what in ("armed", "reached", "gone"))
    try:
        armed.rename(reached.with_name(f"{point}.claimed"))
    except FileNotFoundError:
        return
    written = reached.with_name(f"{point}.part")
    written.write_text(f"{os.getpid()} {os.getppid()}")
    written.rename(reached)
    end = time.monotonic() + 180
    while not gone.exists() and time.monotonic() < end:
        time.sleep(0.05)


def watched(name):
    """In the process of a task: its transactions stop before and after they are committed."""
    from gaoxin.warehouse.engine import Warehouse
    from gaoxin.warehouse.events import LedgerStore

    flush = LedgerStore.flush

    def flushed(self, *, last=False):
        events = flush(self, last=last)
        self.kinds = [*getattr(self, "kinds", ()), *(str(e.kind) for e in events)]
        for kind in self.kinds if last else ():
            stop_at(f"{name}.{kind}.writing")
        return events

    def stopping(opened):
        @contextlib.contextmanager
        def block(self):
            with opened(self) as store:
                yield store
            for kind in store.ledger.kinds:
                stop_at(f"{name}.{kind}.written")
        return block

    LedgerStore.flush = flushed  # type: ignore[method-assign]
    Warehouse.begin = stopping(Warehouse.begin)  # type: ignore[method-assign]
    Warehouse.alone = stopping(Warehouse.alone)  # type: ignore[method-assign]


def before(name):
    def hook(context):
        watched(name)
        stop_at(f"{name}.before")
    return hook


def after(work, name):
    """A branch never gets as far as its hook: it ends by an exception that says what is skipped."""
    def both(context):
        answer = work(context)
        stop_at(f"{name}.after")
        return answer
    return both


def named(task):
    return f"{task.dag_id.rpartition('.')[2]}.{task.task_id}"


def starts(self, context, execute=TriggerDagRunOperator.execute):
    """A mapped task has no hooks of its own, and the engine starts the run after its work, on an exception."""
    from airflow.sdk.execution_time import task_runner

    handle = task_runner._handle_trigger_dag_run

    def started(*given):
        answer = handle(*given)
        stop_at(f"{named(self)}.after")
        return answer

    vars(task_runner)["_handle_trigger_dag_run"] = started
    stop_at(f"{named(self)}.before")
    return execute(self, context)


TriggerDagRunOperator.execute = starts  # type: ignore[method-assign]

found = campaign_dags(HERE / "plan.yaml")
for dag in found.values():
    for task in dag.tasks:
        if isinstance(task, BaseOperator):
            name = named(task)
            hooks = {"_pre_execute_hook": before(name),
                     "_post_execute_hook": lambda context, result=None, name=name: stop_at(f"{name}.after")}
            if hasattr(task, "choose_branch"):
                hooks = {"_pre_execute_hook": hooks["_pre_execute_hook"], "choose_branch": after(task.choose_branch, name)}
            if hasattr(task, "asked_by"):
                hooks["response_timeout"] = timedelta(seconds=10)  # a request looks whether it still stands
            vars(task).update(hooks, retry_delay=timedelta(seconds=1))
        else:  # mapped
            task.partial_kwargs["retry_delay"] = timedelta(seconds=1)
globals().update(found)
