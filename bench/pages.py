"""What each page costs in a large installation: 60 units, 30 monthly forms, 24 periods, five million facts.

    .venv/bin/python bench/pages.py [--keep DIR] [--only TEXT] [--times 20] [--profile]

Every page of the application is asked for as Airflow's API server asks it, but without Airflow, warm: the median and the 95th
percentile of milliseconds, CPU of this process with the server's, kilobytes. Wanted are 300 and 1,000 ms on two cores; exit
status 1 where a page takes longer, or answers with an error. The warehouse is that of growth.py, with so many variables a form
that 24 periods make five million facts; DIR keeps it. --only: pages whose path has this in it; --profile: of each such page,
where its time goes.
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
from starlette.applications import Starlette
from starlette.routing import Mount

from gaoxin.web import engine
from gaoxin.web.app import build
from gaoxin.web.asking import installed
from gaoxin.web.engine import airflow_user, starts_runs

PERIODS, VARIABLES = 24, 116
MEDIAN, P95 = 300, 1000
RETURN = f"growth__f07__u07__{growth.LAST}__v1"
SAMPLES = {"campaign": "growth", "unit": "u07", "phase": "collection", "indicator": "i_f07", "return_id": RETURN, "form": "f07",
           "period": str(growth.LAST), "key": RETURN, "seq": "1", "dag_id": "growth.supervision", "run_id": "by_hand",
           "name": "none.html", "problem": "none", "sha256": "0" * 64, "assessment": "none", "seat": "1",
           "bulletin": str(growth.LAST), "ending": "html"}
ASKED = {"campaign": "growth", "unit": "u07", "of": RETURN, "word": "1", "since": "0", "month": str(growth.LAST)}


class Somebody:
    def get_id(self) -> str:
        return "bench"

    get_name = get_id


def asked(home: Path) -> TestClient:
    app = build()
    settings, engine.ran = growth.settings_in(home), lambda flow, run_id: engine.Ran()
    app.dependency_overrides = {installed: lambda: settings, airflow_user: Somebody, starts_runs: lambda: lambda: True}
    server = Starlette(routes=[Mount("/gaoxin", app)])
    return TestClient(server, base_url="http://testserver/gaoxin", follow_redirects=False)


def paths() -> list[str]:
    """Those of all pages; a parameter that SAMPLES does not know is a mistake here."""
    routes = [r for r in build().routes if isinstance(r, APIRoute) and "GET" in r.methods]
    return [re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: SAMPLES[m[1]], r.path) for r in routes]


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
    parser.add_argument("--times", type=lambda n: max(2, int(n)), default=20)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    growth.VARIABLES = VARIABLES
    kept = contextlib.nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="gx")
    slow = 0
    print(f"{'':44}{'median ms':>10}{'p95 ms':>8}{'CPU ms':>8}{'first ms':>10}{'kB':>6}")
    with kept as folder:
        home = Path(folder)
        if not (home / "plans").exists():
            growth.fill(home, PERIODS, 1000)
        client = asked(home)
        for path in (p for p in paths() if options.only in p):
            seconds, busy = [], 0.0
            for turn in range(options.times + 2):
                busy = growth.worked(home) if turn == 2 else busy
                begin = time.perf_counter()
                said = client.get(path, params=ASKED)
                seconds.append(1000 * (time.perf_counter() - begin))
            first, warm, cpu = seconds[0], seconds[2:], (growth.worked(home) - busy) / options.times * 1000
            found = median(warm), quantiles(warm, n=20)[-1]
            bad = found[0] > MEDIAN or found[1] > P95 or said.status_code not in (200, 303, 404)
            slow += bad
            print(f"{path[:43]:44}{found[0]:10.0f}{found[1]:8.0f}{cpu:8.0f}{first:10.0f}{len(said.content) / 1024:6.0f}  "
                  f"{said.status_code}{' !' if bad else ''}", flush=True)
            if options.profile:
                with profiled() as profile:
                    client.get(path, params=ASKED)
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
