"""What the pages ask of Airflow. The only module of the pages that imports it."""

from collections.abc import Callable
from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from fastapi import Depends


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
