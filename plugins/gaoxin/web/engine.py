"""What the pages ask of Airflow. The only module of the pages that imports it."""

from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from fastapi import Depends


def airflow_user(user: Annotated[BaseUser, Depends(get_user)]) -> BaseUser:
    """Whoever is logged in to Airflow, by whatever auth manager. Raises HTTPException 401 for nobody."""
    return user


def base_url() -> str:
    """Where Airflow's UI lies for browsers, as its configuration has it; "" where it says nothing."""
    return str(conf.get("api", "base_url", fallback="")).rstrip("/")
