"""What the pages ask of Airflow, and what they tell it after an act. The only module of the pages that imports it; it runs in the
API server, which has Airflow's database."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from airflow.api.common.trigger_dag import trigger_dag
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from airflow.exceptions import AirflowException, DagRunAlreadyExists
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType
from fastapi import Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gaoxin.blueprint.blueprint import ANSWERS
from gaoxin.clock import wall_now
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text

log = logging.getLogger(__name__)

# Airflow 3.3 loses an answer that arrives while the task is still being parked: the task then fails or hangs.
_PARKED_SECONDS = 5.0


def airflow_user(user: Annotated[BaseUser, Depends(get_user)]) -> BaseUser:
    """Whoever is logged in to Airflow, by whatever auth manager. Raises HTTPException 401 for nobody."""
    return user


def starts_runs(user: Annotated[BaseUser, Depends(get_user)]) -> Callable[[], bool]:
    """Asks whether Airflow lets somebody start runs: who may only look there changes nothing on the pages either, where no
    accounts file says who may what."""
    return lambda: get_auth_manager().is_authorized_dag(method="POST", access_entity=DagAccessEntity.RUN, user=user)


def base_url() -> str:
    """Where Airflow's UI lies for browsers, as its configuration has it; "" where it says nothing."""
    return str(conf.get("api", "base_url", fallback="")).rstrip("/")


@dataclass(frozen=True)
class Ran:
    """A run of a flow. given: what it was started with; ended: when it was over, None where it is not."""

    given: dict[str, object] = field(default_factory=dict)
    ended: datetime | None = None
    succeeded: bool = False


def ran(flow: str, run_id: str) -> Ran:
    """Nothing of one that there is not."""
    asked = select(DagRun.conf, DagRun.end_date, DagRun.state).where(DagRun.dag_id == flow, DagRun.run_id == run_id)
    with create_session() as session:
        found = session.execute(asked).one_or_none()
    if found is None:
        return Ran()
    over = found.state in (DagRunState.SUCCESS, DagRunState.FAILED)
    return Ran(dict(found.conf) if isinstance(found.conf, dict) else {}, found.end_date if over else None,
               found.state == DagRunState.SUCCESS)


def answer_waiting(flow: str, step: str, decision: str, reason: str, user: BaseUser) -> bool:
    """Answers the tasks of a phase's flow that wait for this consent, as whoever is logged in, so that their runs go on; whether
    one waited. Raises SystemFault where Airflow cannot be told."""
    answered = False
    payload = UpdateHITLDetailPayload(chosen_options=[ANSWERS[decision]], params_input={"reason": reason or None})
    with _told(flow):
        for run_id, map_index in _waiting(flow, step):
            try:
                with create_session() as session:
                    update_hitl_detail(flow, run_id, step, payload, user, session, map_index)
                answered = True
            except HTTPException as error:  # answered meanwhile, or not for this account: what was said is in the ledger
                log.warning("%s %s: Airflow did not take the answer: %s", flow, run_id, error.detail)
    return answered


def _waiting(flow: str, step: str) -> list[tuple[str, int]]:
    """Run and map index of each, once all of them are parked for good."""
    asked = select(TaskInstance.run_id, TaskInstance.map_index, HITLDetail.created_at).join(
        HITLDetail, HITLDetail.ti_id == TaskInstance.id).where(
            TaskInstance.dag_id == flow, TaskInstance.task_id == step, HITLDetail.responded_at.is_(None),
            TaskInstance.state == TaskInstanceState.AWAITING_INPUT)
    with create_session() as session:
        found = session.execute(asked).all()
    if found:
        time.sleep(max(0.0, _PARKED_SECONDS - (wall_now() - max(row.created_at for row in found)).total_seconds()))
    return [(row.run_id, row.map_index) for row in found]


def start(runs: Iterable[tuple[str, str, dict[str, object], str, datetime | None]]) -> None:
    """Starts runs (flow, run id, conf, note, the time that lists show for it), as nobody: what follows from an act is the
    system's. Raises SystemFault where Airflow cannot be told: supervision starts them then."""
    for flow, run_id, given, note, at in runs:
        with _told(flow), contextlib.suppress(DagRunAlreadyExists):
            trigger_dag(flow, triggered_by=DagRunTriggeredByType.UI, run_id=run_id, conf=given, note=note, run_after=at)


@contextlib.contextmanager
def _told(flow: str) -> Iterator[None]:
    try:
        yield
    except (AirflowException, SQLAlchemyError, ValueError) as error:
        raise SystemFault(Text("Airflow 没有应答", "Airflow did not answer"), where=flow,
                          todo=Text("已记入账本；督查调度会接着办",
                                    "it is in the ledger; supervision goes on with it")) from error
