"""Airflow plugin: what the API server alone needs. Nothing heavy here either, since every component reads this file."""

from airflow.plugins_manager import AirflowPlugin

from gaoxin.airflow.doors import Doors


class GaoxinUI(AirflowPlugin):
    name = "gaoxin_ui"
    fastapi_root_middlewares = [{"middleware": Doors, "args": [], "kwargs": {}, "name": "gaoxin doors"}]  # noqa: RUF012
