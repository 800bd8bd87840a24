"""Who may what on the pages: every route of the application by every role, as the tables of `people` say; acts from other sites.

The routes are those of the application itself: a page that is added is tried by itself, once SAMPLES has its parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from fastapi.routing import APIRoute

from gaoxin import folders
from gaoxin.campaign.intake import submit_files
from gaoxin.clock import parse_as_of
from gaoxin.ledger.actor import Actor, Role, Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people import seeing
from gaoxin.people.accounts import Accounts, read_accounts
from gaoxin.people.acts import MAY, Act, For, whole
from gaoxin.people.seeing import View
from gaoxin.settings import Settings
from gaoxin.throttle import Throttle
from gaoxin.warehouse.engine import Warehouse
from gaoxin.web import engine
from gaoxin.web.app import build
from gaoxin.web.asking import Needs
from tests.pages import client

NOW = parse_as_of("2024-03-10")
RETURN = "demo__industry__committee__2024-02__v1"
# What a path's parameters are, and whose what they name is. Of a unit the own one is asked for, and by `other` another's.
SAMPLES = {"campaign": "demo", "unit": "committee", "phase": "collection", "indicator": "gross_output", "return_id": RETURN,
           "form": "industry", "period": "2024-02", "key": RETURN, "seq": "1", "dag_id": "demo.supervision", "run_id": "by_hand",
           "name": "demo_2024-02_quality.html", "number": "1", "problem": "demo.problem.x", "sha256": "0", "assessment": "first",
           "seat": "1", "task": "survey", "bulletin": "2024-02",
           "ending": "html"}
ASKED = {"campaign": "demo", "unit": "committee", "of": RETURN, "word": "1", "since": "0", "month": "2024-02"}  # after the path
OF_COMMITTEE = {"unit", "return_id"}
NOT_THERE = {"name", "word", "sha256", "assessment", "bulletin"}  # what they name is not there yet: 404 to whom may see it
ACCOUNTS = {
    "office": "roles: [office]", "own": "roles: [unit], units: [committee]", "other": "roles: [unit], units: [science]",
    "supervision": "roles: [supervision]", "leader": "roles: [leader], units: [government]", "expert": "roles: [expert]",
    "auditor": "roles: [auditor]", "system": "roles: [system]", "security": "roles: [security]",
    "elsewhere": "roles: [office], campaigns: [another]",
}


class Door(NamedTuple):
    method: str
    path: str
    what: View | Act
    of_committee: bool
    not_there: bool


def flat(dependant) -> Iterator[object]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from flat(each)


def needed(dependant) -> Iterator[Any]:
    """What is asked after the path by all that a route depends on."""
    for each in dependant.dependencies:
        yield from each.query_params
        yield from needed(each)


def doors() -> list[Door]:
    found = []
    for route in build().routes:
        if isinstance(route, APIRoute):
            names = set(re.findall(r"\{(\w+)", route.path))
            given = {p.name: p.field_info.is_required() for p in (*route.dependant.query_params, *needed(route.dependant))}
            unknown = names - SAMPLES.keys() | {name for name, required in given.items() if required} - ASKED.keys()
            assert unknown == set(), f"{route.path}: give SAMPLES a parameter that the demonstration campaign has"
            (needs,) = [c for c in flat(route.dependant) if isinstance(c, Needs)]
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: SAMPLES[m[1]], route.path)
            names |= {name for name, required in given.items() if required}
            found += [Door(method, path, needs.what, bool(names & OF_COMMITTEE), bool(names & NOT_THERE))
                      for method in sorted(route.methods)]
    return found


@pytest.fixture(autouse=True)
def tirelessly(monkeypatch) -> None:
    """Whoever walks from door to door is not slowed down for it."""
    monkeypatch.setattr(Throttle, "wait", lambda *_: 0.0)


@pytest.fixture(autouse=True)
def without_airflow(monkeypatch) -> None:
    """What the pages ask of Airflow or tell it, as of one that has nothing."""
    for name, answer in (("ran", engine.Ran()), ("answer_waiting", False), ("start", None)):
        monkeypatch.setattr(engine, name, lambda *_, answer=answer: answer, raising=False)


@pytest.fixture
def played(demo_workplace, settings, industry, tmp_path) -> Settings:
    """The demonstration campaign on a day of March, with one return handed in."""
    demo_workplace(NOW)
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(industry(10.0))
    (taken,) = submit_files(settings, [file], NOW)
    assert taken.return_id == RETURN
    folders.put(settings.checkpoints / f"{int(SAMPLES['seq']):012d}.txt", b"a note")
    return settings


@pytest.fixture
def registered(played, tmp_path) -> Settings:
    file = tmp_path / "accounts.yaml"
    entries = [f"  - {{airflow: {name}, {rest}}}\n" for name, rest in ACCOUNTS.items()]
    file.write_text("schema: 1\naccounts:\n" + "".join(entries), encoding="utf-8")
    file.chmod(0o600)
    return played.model_copy(update={"accounts": file})


def may(accounts: Accounts, plan, name: str, door: Door) -> bool:
    """As the tables have it, said here once more: by any role of the account; what is of a unit only by whose it is."""
    campaign = "demo" if door.path.startswith(("/demo", "/audit")) else ""
    account = accounts.known(Actor("root", "m", Way.PAGE, airflow=name), campaign)
    if account is None:
        return False
    if isinstance(door.what, Act):
        unit = "committee" if door.of_committee and Role.UNIT in MAY[door.what] else None
        return seeing.could_do(accounts, Actor("root", "m", Way.PAGE, airflow=name), door.what, plan, unit)
    own = not door.of_committee or "committee" in whole(plan, account.units)
    return any(whose is not For.OWN or own for role in account.roles if (whose := seeing.SEES[door.what].get(role)))


def events(settings: Settings, *kinds: EventKind) -> list:
    with Warehouse.open(settings).read() as store:
        return store.ledger.events(None, *kinds)


@pytest.mark.parametrize("name", [*ACCOUNTS, "stranger"])
def test_every_door_opens_to_whom_the_tables_name_and_to_nobody_else(registered, demo_plan, name):
    asked, accounts = client(registered, name), read_accounts(registered.accounts, registered.var)
    wrong = {}
    for door in doors():
        before = len(events(registered))
        said, right = asked.request(door.method, door.path, params=ASKED), may(accounts, demo_plan, name, door)
        if right and isinstance(door.what, View):
            good = said.status_code in (200, 204, 303) or (door.not_there and said.status_code == 404)
        elif right:  # nothing was filled in
            good = said.status_code in (200, 204, 303, 403, 404, 409, 422)
        elif door.path == "/demo" and name in ("own", "other"):
            good = said.status_code == 303 and said.headers["location"].endswith("/demo/mine")  # to their desk
        else:
            good = said.status_code == 403
        if isinstance(door.what, Act) and not right:  # recorded, with whoever tried it, and nothing else is
            new = events(registered)[before:]
            good = good and [(e.kind, e.actor["way"], e.actor["airflow"]) for e in new] == [(EventKind.ACT_REFUSED, "page", name)]
        if not good:
            wrong[door] = (said.status_code, right, said.text[:300])
    assert wrong == {}


def test_a_role_is_missing_from_no_test():
    assert {role for role in Role if any(role in rest for rest in ACCOUNTS.values())} == set(Role)


def test_nobody_is_asked_to_log_in_everywhere(registered):
    asked = client(registered, None)
    found = {door: asked.request(door.method, door.path, params=ASKED).status_code for door in doors()}
    assert {door: status for door, status in found.items() if status != 401} == {}
    assert asked.get("/static/app.css").status_code == 200, "assets are for all"


CROSS_SITE = {
    "another site": {"origin": "http://evil.example"}, "a page without an origin": {"origin": "null"},
    "another port": {"origin": "http://testserver:8081"}, "another scheme": {"origin": "https://testserver"},
    "the browser says so": {"sec-fetch-site": "cross-site"}, "a subdomain": {"sec-fetch-site": "same-site"},
}


@pytest.mark.parametrize("how", [*CROSS_SITE, "no origin"])
def test_no_act_is_done_for_another_site(registered, how):
    asked = client(registered, "office")
    if how == "no origin":
        del asked.headers["origin"]
    before = len(events(registered))
    found = {door: asked.request(door.method, door.path, headers=CROSS_SITE.get(how, {})) for door in doors()
             if door.method not in ("GET", "HEAD")}
    assert {door: said.status_code for door, said in found.items() if said.status_code != 403} == {}
    assert len(events(registered)) == before, "not even as a refused attempt of the account's"


def test_nothing_is_done_on_a_page_of_the_past(registered, demo_plan):
    accounts, found = read_accounts(registered.accounts, registered.var), dict[tuple[str, Door], int]()
    for name in ACCOUNTS:
        asked, before = client(registered, name), len(events(registered))
        theirs = [door for door in doors() if door.method == "POST" and may(accounts, demo_plan, name, door)]
        found |= {(name, door): said.status_code for door in theirs
                  if (said := asked.post(door.path, params=ASKED | {"as_of": "2024-03-01"})).status_code != 409}
        assert len(events(registered)) == before
    assert found == {}


def test_without_an_accounts_file_whoever_may_only_look_in_airflow_may_only_look(played):
    looks, starts = client(played, "viewer", starts=False), client(played, "op")
    for door in doors():
        said: Callable[..., int] = lambda who, d=door: who.request(d.method, d.path, params=ASKED).status_code  # noqa: E731
        if door.method == "GET":
            assert said(looks) in (200, 204, 303) or door.not_there, door
        else:
            assert said(looks) == 403, door
            assert said(starts) not in (401, 403), door
