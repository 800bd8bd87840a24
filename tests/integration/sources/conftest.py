"""The demo campaign with sources declared for its forms, and the connections file that they go by."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from gaoxin.campaign.fetching import Fetches, fetch
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.postgres.cluster import Cluster
from gaoxin.settings import Settings
from tests.integration.conftest import PLANS

SECRET = "Zq7-never-told"
LONG = {"code": "code", "value": "value", "unit_of_measure": "unit"}


class Sourced:
    """An installation whose plan declares sources. fetched(as_of, …): what `gaoxin sources fetch` answers then."""

    def __init__(self, settings_at: Callable[..., Settings], home: Path) -> None:
        self.plans, self.home = home / "plans", home
        shutil.copytree(PLANS / "demo", self.plans / "demo")
        self.connections = home / "connections.yaml"
        self.settings = settings_at(home, self.plans).model_copy(update={"sources": self.connections})
        self.connect({})

    def connect(self, given: dict[str, dict[str, Any]]) -> None:
        self.connections.write_text(json.dumps(given), encoding="utf-8")
        self.connections.chmod(0o600)

    def declare(self, form: str = "industry", **source: Any) -> None:
        """A source of a form; the plan is put into force."""
        file = self.plans / "demo" / "plan.yaml"
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        next(f for f in data["forms"] if f["id"] == form)["sources"] = [source]
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        register_plan(self.settings, "demo", parse_as_of("2024-01-05"), by="source", late=True)

    def at(self, as_of: str) -> Workplace:
        return open_workplace(self.settings, "demo", parse_as_of(as_of), acts=True)

    def fetched(self, as_of: str, period: str | None = "2024-02", *, check: bool = False, **more: Any) -> Fetches:
        return fetch(self.at(as_of), period=Period.parse(period) if period else None, check=check, **more)


@pytest.fixture
def sourced(settings_at: Callable[..., Settings], warehouse: Any, tmp_path: Path) -> Sourced:
    return Sourced(settings_at, tmp_path / "home")


@pytest.fixture
def unit_database(cluster: Cluster) -> Iterator[tuple[Callable[[str], Any], dict[str, Any]]]:
    """A unit's own database: run(statement) as its owner, and the connection of a login that may read and nothing else."""
    name = f"unit_{uuid4().hex[:12]}"
    role = f"reader_{name}"
    admin = create_engine(cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name} template template0"))
        connection.execute(text(f"create role {role} login password '{SECRET}'"))
    url = make_url(cluster.url(name))

    def run(statement: str) -> Any:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            found = connection.execute(text(statement))
            return found.all() if found.returns_rows else None

    run("create table figures (period text, unit_id text, code text, value numeric, unit text, note text)")
    run(f"grant select on figures to {role}")
    yield run, {"host": url.query["host"], "port": int(str(url.query["port"])), "database": name, "username": role,
                "password": SECRET}
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
        connection.execute(text(f"drop role {role}"))
