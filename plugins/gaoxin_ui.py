"""Airflow plugin: what the API server needs, and the listener that the scheduler calls. Nothing heavy here either, since every
component reads this file: the pages are imported when the first is asked for, and one that is broken stops nothing else."""

import logging
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from gaoxin.airflow import notes
from gaoxin.airflow.doors import Doors
from gaoxin.airflow.spa import Defaults
from gaoxin.airflow.veil import Veil


class Pages:
    """The pages' application, made at the first request: only the API server ever asks. What cannot be made is told, and tried
    again at the next."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if Pages.app is None and scope["type"] == "http":
            try:
                from gaoxin.web.app import build

                Pages.app = build()
            except Exception:
                logging.getLogger(__name__).exception("the pages cannot be loaded")
                await _unavailable(send)
                return
        await Pages.app(scope, receive, send)


async def _unavailable(send: Any) -> None:
    told = ("创建工作台装不上，流程照常运行；请系统管理员查看 api-server 的日志\n"
            "the pages cannot be loaded, and all flows run as ever: let the administrator look into the API server's log\n")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": told.encode()})


class GaoxinUI(AirflowPlugin):
    name = "gaoxin_ui"
    listeners = [notes]  # noqa: RUF012
    fastapi_apps = [{"app": Pages(), "url_prefix": "/gaoxin", "name": "gaoxin"}]  # noqa: RUF012
    fastapi_root_middlewares = [  # noqa: RUF012
        {"middleware": Doors, "args": [], "kwargs": {}, "name": "gaoxin doors"},
        {"middleware": Veil, "args": [], "kwargs": {}, "name": "gaoxin veil"},
        {"middleware": Defaults, "args": [], "kwargs": {}, "name": "gaoxin defaults"},
    ]
    # Without a leading slash they lie below whatever path a proxy adds.
    external_views = [  # noqa: RUF012
        {"name": "创建工作台", "href": "gaoxin/", "destination": "nav", "url_route": "gaoxin"},
        {"name": "创建工作", "href": "gaoxin/dag/{DAG_ID}", "destination": "dag", "url_route": "gaoxin-dag"},
        {"name": "创建工作", "href": "gaoxin/run/{DAG_ID}/{RUN_ID}", "destination": "dag_run", "url_route": "gaoxin-run"},
    ]
