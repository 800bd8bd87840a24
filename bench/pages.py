"""What each page costs in a large installation: 60 units, 30 monthly forms, 24 periods, five million facts.

    .venv/bin/python bench/pages.py [--keep DIR] [--only TEXT] [--times 20] [--profile]

Every page of the application is asked for as Airflow's API server asks it, but without Airflow, warm: the median and the 95th
percentile of milliseconds, and kilobytes. Wanted are 300 and 1,000 ms on two cores; exit status 1 where a page takes longer, or
answers with an error. The warehouse is that of growth.py, with so many variables a form that 24 periods make five million facts.
DIR keeps it. --only: pages whose path has this in it; --profile: of each such page, where its time goes.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import pstats
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import growth
from fastapi import routing
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies import utils
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.routing import Mount

from gaoxin.web.app import build
from gaoxin.web.asking import installed
from gaoxin.web.engine import airflow_user, starts_runs

PERIODS, VARIABLES = 24, 116
MEDIAN, P95 = 300, 1000
RETURN = f"growth__f07__u07__{growth.LAST}__v1"
SAMPLES = {"campaign": "growth", "unit": "u07", "phase": "collection", "indicator": "i_f07", "return_id": RETURN, "form": "f07",
           "period": str(growth.LAST), "month": str(growth.LAST), "since": "0", "key": RETURN}


class Somebody:
    def get_id(self) -> str:
        return "bench"

    get_name = get_id


def asked(home: Path) -> TestClient:
    app = build()
    settings = growth.settings_in(home)
    app.dependency_overrides = {installed: lambda: settings, airflow_user: Somebody, starts_runs: lambda: lambda: True}
    server = Starlette(routes=[Mount("/gaoxin", app)])
    return TestClient(server, base_url="http://testserver/gaoxin", follow_redirects=False)


def paths() -> list[str]:
    """Those of all pages; a parameter that SAMPLES does not know is a mistake here."""
    routes = [r for r in build().routes if isinstance(r, APIRoute) and "GET" in r.methods]
    return [re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: SAMPLES[m[1]], r.path) + _asked_with(r) for r in routes]


def _asked_with(route: APIRoute) -> str:
    """What a page must be asked with beside its path."""
    asked = [p.name for p in route.dependant.query_params if p.field_info.is_required()]
    return f"?campaign=growth&of={RETURN}" + "".join(f"&{name}={SAMPLES[name]}" for name in asked)


@contextlib.contextmanager
def profiled() -> Iterator[cProfile.Profile]:
    """What pages do in their threads."""
    profile, where, kept = cProfile.Profile(), "run_in_threadpool", run_in_threadpool

    async def watched(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return profile.runcall(call, *given, **named)

    for module in (routing, utils):
        setattr(module, where, watched)
    yield profile
    for module in (routing, utils):
        setattr(module, where, kept)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    growth.VARIABLES = VARIABLES
    kept = contextlib.nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="gx")
    table, slow, console = Table("", "median ms", "p95 ms", "first ms", "kB", "status"), 0, Console()
    with kept as folder:
        home = Path(folder)
        if not (home / "plans").exists():
            growth.fill(home, PERIODS, 1000)
        client = asked(home)
        for path in (p for p in paths() if options.only in p):
            seconds = []
            for _ in range(options.times + 2):
                begin = time.perf_counter()
                said = client.get(path)
                seconds.append(1000 * (time.perf_counter() - begin))
            first, warm = seconds[0], seconds[2:]
            found = median(warm), quantiles(warm, n=20)[-1]
            bad = found[0] > MEDIAN or found[1] > P95 or said.status_code >= 400
            slow += bad
            table.add_row(path.removesuffix("?campaign=growth"), f"{found[0]:.0f}", f"{found[1]:.0f}", f"{first:.0f}",
                          f"{len(said.content) / 1024:.0f}", str(said.status_code), style="red" if bad else None)
            if options.profile:
                with profiled() as profile:
                    client.get(path)
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    console.print(table)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
