"""Pages asked for without Airflow: whoever a test says is logged in, against a test's own installation."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from gaoxin.settings import Settings
from gaoxin.web.app import build
from gaoxin.web.asking import installed
from gaoxin.web.engine import airflow_user, starts_runs

ROOT = "/gaoxin"
HERE = {"origin": "http://testserver"}


@dataclass(frozen=True)
class User:
    """As both auth managers have them: get_id, get_name."""

    name: str
    id: str = ""

    def get_id(self) -> str:
        return self.id or self.name

    def get_name(self) -> str:
        return self.name


def client(settings: Settings, name: str | None = "admin", *, starts: bool = True) -> TestClient:
    """A browser with whoever is logged in; None for nobody. Acts come from the pages' own origin. starts: whether Airflow lets
    that account start runs."""
    app = build()
    app.dependency_overrides[installed] = lambda: settings
    if name is not None:
        app.dependency_overrides |= {airflow_user: lambda: User(name), starts_runs: lambda: lambda: starts}
    server = Starlette(routes=[Mount(ROOT, app)])  # as Airflow's API server has it
    return TestClient(server, base_url=f"http://testserver{ROOT}", headers=HERE, follow_redirects=False)
