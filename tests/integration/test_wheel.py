"""The library as an installed wheel, away from any checkout: what it reads at run time must travel with it.

The wheel is built from a copy of the sources, installed into a folder of its own and run from another one. The environment's
packages are on the path, its .pth files are not (`-S`): so the checkout, which an editable installation names in one, is out
of reach.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_cli_story import GOOD, filled

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("plugins", "sql", "expectations", "config")


@dataclass(frozen=True)
class Installed:
    site: Path
    home: Path

    def python(self, code: str, *args: str | Path) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GAOXIN_", "PYTHON"))}
        kept["PYTHONPATH"] = os.pathsep.join([str(self.site), sysconfig.get_path("purelib")])
        return subprocess.run(
            [sys.executable, "-S", "-P", "-c", code, *map(str, args)], capture_output=True, text=True, timeout=120, check=False,
            cwd=self.home, env=kept | {"GAOXIN_HOME": str(self.home), "GAOXIN_PLANS": str(self.home / "plans")},
        )

    def gaoxin(self, *args: str | Path, status: int = 0) -> Any:
        done = self.python("import sys; from gaoxin.cli.main import run; sys.exit(run())", *args, "--json")
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)


def pip(*args: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *map(str, args)], capture_output=True, text=True,
        timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left in the checkout."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for file in ("pyproject.toml", "setup.py"):
        shutil.copy(ROOT / file, source)
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", out, source)
    (found,) = out.glob("gaoxin-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Its home is not under pytest's own folder: another pytest of the same user shuts that to the database's user."""
    found = Installed(tmp_path_factory.mktemp("site"), Path(tempfile.mkdtemp(prefix="gaoxin-wheel-")).resolve())
    pip("install", "--no-deps", "--no-index", "--target", found.site, wheel)
    shutil.copytree(ROOT / "tests" / "plans" / "demo", found.home / "plans" / "demo")
    yield found
    shutil.rmtree(found.home)


def test_the_wheel_carries_every_file_that_is_read_at_run_time(wheel: Path):
    packed = set(zipfile.ZipFile(wheel).namelist())
    library = {f.relative_to(ROOT / "plugins").as_posix() for f in (ROOT / "plugins/gaoxin").rglob("*") if f.is_file()}
    library = {name for name in library if "__pycache__" not in name}
    beside = {
        f"gaoxin/_data/{f.relative_to(ROOT).as_posix()}"
        for pattern in ("sql/**/*.sql", "expectations/**/*.json", "config/*.py", "plugins/*.py") for f in ROOT.glob(pattern)
    }
    assert len(library) > 100
    assert len(beside) > 40
    assert library | beside <= packed


def test_it_is_the_wheel_that_runs(installed: Installed):
    told = installed.python(
        "import sys, gaoxin; from gaoxin.settings import data_folder; "
        "print(gaoxin.__file__, data_folder('sql'), data_folder('expectations'), "
        "data_folder('plugins') / 'gaoxin_scheduling.py', data_folder('config') / 'airflow_local_settings.py', sep='\\n'); "
        "print('\\n'.join(sys.path), file=sys.stderr)"
    )
    assert told.returncode == 0, told.stderr
    assert all(Path(line).is_relative_to(installed.site) and Path(line).exists() for line in told.stdout.splitlines())
    assert len(told.stdout.splitlines()) == 5
    assert str(ROOT / "plugins") not in told.stderr.splitlines()


def test_without_settings_the_working_folder_is_home(installed: Installed):
    code = "import os; del os.environ['GAOXIN_HOME'], os.environ['GAOXIN_PLANS']; from gaoxin.settings import Settings; "
    told = installed.python(code + "s = Settings(); print(s.home, s.plans)").stdout.split()
    assert told == [str(installed.home), str(installed.home / "dags")]


def test_a_return_goes_from_the_template_to_the_report(installed: Installed):
    """One way through all that a wheel must bring: suites and Great Expectations, migrations and queries, templates."""
    assert installed.gaoxin("plan", "check", "demo")["campaign"] == "demo"
    assert installed.gaoxin("drill", "begin")["begun"]  # what it writes is dated
    file = installed.home / "return.xlsx"
    which = ("--form", "industry", "--unit", "committee", "--period", "2024-02")
    installed.gaoxin("returns", "template", "demo", *which, "-o", file)
    filled(file, GOOD)
    written = [Path(f["path"]) for f in installed.gaoxin("suites", "write", "demo")["files"]]
    assert all(path.is_relative_to(installed.home / "expectations") for path in written), "not into the wheel's own folder"
    (checked,) = installed.gaoxin("returns", "check", file)["returns"]
    assert checked["verdict"] == "accepted"
    (submitted,) = installed.gaoxin("returns", "submit", file, "--as-of", "2024-03-05")["returns"]
    assert submitted["return_id"] == "demo__industry__committee__2024-02__v1"
    out = installed.home / "reports"
    told = installed.gaoxin("report", "quality", "demo", "--period", "2024-02", "--as-of", "2024-03-05", "-o", out)
    page = next(Path(f["path"]) for f in told["files"] if f["path"].endswith(".html"))
    assert "<style>" in page.read_text(encoding="utf-8")
    assert (installed.home / "var" / "postgres" / "PG_VERSION").exists()
