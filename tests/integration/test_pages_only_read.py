"""To look is not to act: whatever page is asked for, by whomever, nothing is recorded and no file is touched; and an auditor,
who looks at everything, can do nothing. Of all routes, those of pages that come later too."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from gaoxin.campaign import anchoring, gatekeeping, measuring, reminding, reporting
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.throttle import Throttle
from gaoxin.web import engine
from gaoxin.web.app import build
from tests.pages import client
from tests.sums import DAY, years

ROUTES = [r for r in build().routes if isinstance(r, APIRoute)]


@pytest.fixture
def recorded(at, monkeypatch):
    """An installation of which there is something to see on every page: w, and what stands for a part of a path. Airflow has no
    run of that name."""
    monkeypatch.setattr(engine, "ran", lambda *_: engine.Ran())
    w = at(DAY)
    years(w)
    w = open_workplace(w.settings, "sums", parse_as_of("2024-04-12"), acts=True)
    measuring.store_indicators(w)
    files = reporting.kept_report(w, Period.parse("2023"))
    phase = w.plan.phases[0].id
    gatekeeping.decide(w, phase)
    reminding.remind(w)
    seq = anchoring.checkpoint(w.settings).seq
    return w, {"campaign": "sums", "phase": phase, "unit": "committee", "indicator": "tax_growth", "form": "yearly",
               "period": "2023", "return_id": "sums__yearly__committee__2023__v1", "name": files[0].path.name, "seq": str(seq),
               "dag_id": "sums.supervision", "run_id": "by_hand"}


def path_of(route: APIRoute, values: dict[str, str]) -> str:
    """What nothing is known to stand for is asked for by a name that there is not: the page says so, and that reads too."""
    made = route.path
    for name in route.param_convertors:
        made = re.sub(rf"{{{name}(:\w+)?}}", values.get(name, "nothing"), made)
    return made


def what_is_there(w):
    with w.warehouse.engine.connect() as connection:
        tables = connection.execute(text("select relname from pg_class where relnamespace = 'gaoxin'::regnamespace"
                                         " and relkind = 'r' order by 1")).scalars().all()
        rows = {t: connection.execute(text(f"select count(*) from gaoxin.{t}")).scalar_one() for t in tables}
        head = connection.execute(text("select seq, hash from gaoxin.ledger_head")).one()
        drill = connection.execute(text("select * from gaoxin.installation")).one()
    found = {p: (s.st_size, s.st_mtime_ns) for p in w.settings.home.rglob("*") if (s := p.stat()) and p.is_file()}
    return rows, tuple(head), tuple(drill), found


def test_no_page_writes_a_row_or_a_file(recorded):
    w, values = recorded
    asked = client(w.settings)
    before, found = what_is_there(w), dict[str, list[int]]()
    for route in ROUTES:
        if "GET" not in route.methods:
            continue
        path = path_of(route, values)
        for query in ({}, {"as_of": "2024-04-10"}, {"campaign": "sums", "lang": "en", "compare_to": "2024-04-11"}):
            for headers in ({}, {"hx-request": "true"}):
                answer = asked.get(path, params=query, headers=headers)
                assert answer.status_code < 500, (path, answer.text)
                found.setdefault(route.path, []).append(answer.status_code)
                assert what_is_there(w) == before, path
    silent = {path for path, told in found.items() if not {200, 303, 307} & set(told)}
    assert not silent & {"/audit", "/audit/ledger", "/{campaign}/indicators", "/{campaign}/cell/{return_id}", "/{campaign}"}
    assert len(silent) < len(found) / 2, silent  # most pages had something to show


def test_an_auditor_sees_and_can_do_nothing(recorded, tmp_path, monkeypatch):
    monkeypatch.setattr(Throttle, "wait", lambda *_: 0.0)  # whoever tries every door is not slowed down for it
    w, values = recorded
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: an_auditor, roles: [auditor]}\n", encoding="utf-8")
    asked = client(w.settings.model_copy(update={"accounts": file}), "an_auditor")
    assert asked.get("/audit", params={"campaign": "sums"}).status_code == 200
    rows, *_, files = what_is_there(w)
    tried = 0
    for route in ROUTES:
        for method in route.methods - {"GET", "HEAD", "OPTIONS"}:
            answer = asked.request(method, path_of(route, values))
            assert answer.status_code == 403, (method, route.path, answer.text)
            tried += 1
    now, *_, left = what_is_there(w)
    assert left == files
    assert {t: n - rows[t] for t, n in now.items() if n != rows[t]}.keys() <= {"ledger_events"}  # that it was tried
    if tried:
        with w.warehouse.read() as store:
            assert {e.kind for e in store.ledger.events(since=rows["ledger_events"])} <= {"act.refused", "accounts.used"}


