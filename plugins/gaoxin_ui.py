"""Airflow plugin: what the API server alone needs. Nothing heavy here either, since every component reads this file: the pages
are imported when the first is asked for, and one that is broken stops nothing else."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from gaoxin.airflow.doors import Doors
from gaoxin.airflow.spa import Defaults


class Pages:
    """The pages' application, made at the first request: only the API server ever asks."""

    app: Any = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if Pages.app is None:
            from gaoxin.web.app import build

            Pages.app = build()
        await Pages.app(scope, receive, send)


class GaoxinUI(AirflowPlugin):
    name = "gaoxin_ui"
    fastapi_apps = [{"app": Pages(), "url_prefix": "/gaoxin", "name": "gaoxin"}]  # noqa: RUF012
    fastapi_root_middlewares = [  # noqa: RUF012
        {"middleware": Doors, "args": [], "kwargs": {}, "name": "gaoxin doors"},
        {"middleware": Defaults, "args": [], "kwargs": {}, "name": "gaoxin defaults"},
    ]
    # Without a leading slash they lie below whatever path a proxy adds.
    external_views = [  # noqa: RUF012
        {"name": "创建工作台", "href": "gaoxin/", "destination": "nav", "url_route": "gaoxin"},
        {"name": "创建工作", "href": "gaoxin/dag/{DAG_ID}", "destination": "dag", "url_route": "gaoxin-dag"},
        {"name": "创建工作", "href": "gaoxin/run/{DAG_ID}/{RUN_ID}", "destination": "dag_run", "url_route": "gaoxin-run"},
    ]
