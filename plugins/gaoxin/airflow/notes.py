"""What came of a run, at the head of its note: a listener in the scheduler, which has the run at hand as it ends. A running task
cannot write its run's note (docs/decisions/074). The words are those that a task of ours set as its headline; a note is for
reading and proves nothing."""

from typing import Any

from airflow.listeners import hookimpl
from sqlalchemy.orm import object_session

STARTED_FOR = "启动原因："
_LONGEST = 1000  # of Airflow's column


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    note_end(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    note_end(dag_run)


def note_end(dag_run: Any) -> None:
    """The headline of the task that ended last and has one; none of ours has: the note stays. What it was started for stays
    below, and a run that ends again says so anew."""
    session = object_session(dag_run)  # the scheduler's own, which nobody else may commit
    if session is None:
        return
    told = [(ti.end_date, ti.rendered_map_index) for ti in dag_run.get_task_instances(session=session)
            if ti.end_date and ti.map_index < 0 and ti.rendered_map_index]
    if told:
        why = (dag_run.note or "").rpartition(STARTED_FOR)[2].strip()
        headline = max(told, key=lambda one: one[0])[1]
        dag_run.note = "\n\n".join([headline, *([f"{STARTED_FOR}{why}"] if why else [])])[:_LONGEST]
