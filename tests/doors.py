"""The doors of a running session: what listens where, and what each route of the API server answers to whom.

Run as a program it lists the routes, of an API server made in this process as the launcher configures it: those that no
description of the API names, and those of mounted applications, are among them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGES = "/gaoxin"
LOOPBACK = ("127.0.0.1", "::1")
# Filled in where the session has something of the kind; else a name that nothing has.
GIVEN = {"dag_id": "demo.supervision", "campaign": "demo", "unit": "committee", "phase": "collection", "rest_of_path": "dags",
         "indicator": "gross_output", "backfill_id": "1", "asset_id": "1", "try_number": "1"}
# Some routes read what is sent before they ask who sends it: until one of these is understood.
BODIES: tuple[object, ...] = ({}, {"actions": [{"action": "delete", "entities": ["nothing"]}]},
                              {"dag_runs": [{"dag_run_id": "nothing"}]}, {"connection_id": "x", "conn_type": "http"})


@dataclass
class Seen:
    """listening: addresses of the session's sockets, with the process that has them. answers: who -> (method, route) -> status
    and type of content. logins: the answers to wrong passwords, and the last to the right one. modes: of files with secrets.
    html: what some addresses give to nobody."""

    listening: set[tuple[str, int, str]] = field(default_factory=set)
    answers: dict[str, dict[tuple[str, str], tuple[int, str]]] = field(default_factory=dict)
    logins: list[httpx.Response] = field(default_factory=list)
    modes: dict[str, int] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)


def routes() -> list[tuple[list[str], str]]:
    """Each route of the API server with its methods."""
    with tempfile.TemporaryDirectory() as home:
        options = {"CORE__LOAD_EXAMPLES": "False", "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
                   "API__ENABLE_SWAGGER_UI": "False", "CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
                   "API__SECRET_KEY": "x" * 64, "API_AUTH__JWT_SECRET": "x" * 64}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW__")}
        environment |= {"AIRFLOW_HOME": home, **{f"AIRFLOW__{name}": value for name, value in options.items()}}
        run = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def listening(parent: psutil.Process, home: Path) -> set[tuple[str, int, str]]:
    """Where the processes of a session listen: all that descend from the launcher, and what works in its home."""
    found = set()
    for process in [parent, *parent.children(recursive=True), *psutil.process_iter()]:
        try:
            if parent in (process, *process.parents()) or str(home) in " ".join(process.cmdline()):
                found |= {(c.laddr.ip, c.laddr.port, process.name()) for c in process.net_connections("inet")
                          if c.status == psutil.CONN_LISTEN or (c.type.name == "SOCK_DGRAM" and not c.raddr)}
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def tried(base: str, known: list[tuple[list[str], str]], token: str | None) -> dict[tuple[str, str], tuple[int, str]]:
    """What each route answers to each method, those that it has not among them. Logging out comes last: it ends the token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    found = {}
    with httpx.Client(base_url=base, timeout=30, trust_env=False, headers=headers) as client:
        for route in sorted({route for _, route in known}, key=lambda r: (r.endswith("/logout"), r)):
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: GIVEN.get(m[1], "nothing"), route)
            for method in METHODS:
                found[method, route] = _asked(client, method, path)
    return found


def _asked(client: httpx.Client, method: str, path: str) -> tuple[int, str]:
    """Status and type of content; 0 where the server broke off, as Airflow's calendar does on runs without a date. Twice, since
    that breaks the connection of the next one, too."""
    found = 0, ""
    for body in (None, None) if method in ("GET", "DELETE") else BODIES:
        try:
            answer = client.request(method, path, json=body)
        except httpx.TransportError as error:
            found = 0, repr(error)
            continue
        found = answer.status_code, answer.headers.get("content-type", "").split(";")[0]
        if answer.status_code != 422:
            break
    return found


def _listed() -> list[tuple[list[str], str]]:
    from airflow.api_fastapi.execution_api.routes import execution_api_router  # of every version; made at the first request
    from airflow.api_fastapi.main import app
    from starlette.routing import Mount

    from gaoxin.web.app import build

    found: list[tuple[list[str], str]] = []

    def walk(given: object, prefix: str) -> None:
        for route in getattr(given, "routes", []):
            path = prefix + route.path
            if isinstance(route, Mount):
                found.append((["GET"], path + "/"))
                walk(build() if path == PAGES else route.app, path)  # made at the first request
            else:
                found.append((sorted(getattr(route, "methods", None) or []), path))

    walk(app, "")
    walk(execution_api_router, "/execution")
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_listed()) + "\n")
