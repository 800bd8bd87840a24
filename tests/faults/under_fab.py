"""The pages under FAB, the auth manager of docker-compose.yml: its accounts see and do there what the accounts file says, and
units see nothing of Airflow's own. Run by `make faults-celery` alone, whose packages it needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from gaoxin.campaign import registering
from gaoxin.ledger.kinds import EventKind
from tests.faults.composed import Composed, brought_up
from tests.faults.play import Play

pytestmark = pytest.mark.timeout(900)

PEOPLE = {  # user name: role in FAB, entry of the accounts file
    "clerk": ("Unit", "roles: [unit], units: [committee]"), "other_clerk": ("Unit", "roles: [unit], units: [government]"),
    "mayor": ("Viewer", "roles: [leader], units: [government]"), "inspector": ("Auditor", "roles: [auditor]"),
    "operator": ("Op", "roles: [office]"),
}
PASSWORD = "only-for-this-test"


@dataclass
class Doors(Composed):
    """The API server, with DAGs to be seen, an account of each kind, and the accounts file."""

    services: tuple[str, ...] = ("api-server", "dag-processor", "scheduler")
    given: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # of FAB's, by user name

    def prepared(self, secrets: Path) -> None:
        for name, (role, _) in PEOPLE.items():
            self._once("init", "airflow", "users", "create", "--username", name, "--firstname", name, "--lastname", "post",
                       "--email", f"{name}@gaoxin.invalid", "--role", role, "--password", PASSWORD)
        listed = self._once("init", "airflow", "users", "list", "--output", "json")
        self.numbers = {one["username"]: str(one["id"]) for one in json.loads(listed[listed.index("[{"):])}
        file = self.base / "accounts.yaml"
        entries = [f'  - {{airflow: "{self.numbers[name]}", airflow_name: {name}, {rest}}}\n'
                   for name, (_, rest) in PEOPLE.items()]
        file.write_text("schema: 1\naccounts:\n  - {account: root, roles: [system, office]}\n" + "".join(entries))
        file.chmod(0o600)
        self.given = {"GAOXIN_ACCOUNTS": str(file)}
        self.settings = self.settings.model_copy(update={"accounts": file})

    def environment(self, name: str, service: str) -> dict[str, str]:
        return super().environment(name, service) | self.given


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest) -> Iterator[Doors]:
    with brought_up(Doors, request, "gxf-") as found:
        yield found


@pytest.fixture
def play(machine: Doors, request: pytest.FixtureRequest) -> Play:
    return Play(machine, machine.cases[request.node.nodeid])


@pytest.fixture
def asks(machine: Doors) -> Callable[[str], httpx.Client]:
    """A browser of somebody's: logged in, with the cookie that FAB's login sets; "" for nobody's."""
    url = f"http://127.0.0.1:{machine.ports['api']}"

    def logged_in(name: str) -> httpx.Client:
        client = httpx.Client(base_url=url, trust_env=False, timeout=60, headers={"origin": url})
        if name:
            said = client.post("/auth/token", json={"username": name, "password": PASSWORD})
            assert said.status_code == 201, said.text
            client.cookies.set("_token", said.json()["access_token"])
        return client

    return logged_in


def test_accounts_of_fab_see_and_do_on_the_pages_what_the_file_says(play, asks):
    moment = play.at(4, 10, 9)
    registering.register_plan(play.machine.settings, play.campaign, moment, by=registering.SUPERVISION, late=True)
    own, others = (f"/gaoxin/{play.campaign}/unit/{unit}" for unit in ("committee", "government"))
    wall, audit = f"/gaoxin/{play.campaign}", f"/gaoxin/audit?campaign={play.campaign}"
    seen = {name: [asks(name).get(path).status_code for path in (own, others, wall, audit)] for name in ("", *PEOPLE)}
    # a unit at the wall's address is led to its desk
    assert seen == {"": [401] * 4, "clerk": [200, 403, 303, 403], "other_clerk": [403, 200, 303, 403],
                    "mayor": [200, 200, 200, 403], "inspector": [200] * 4, "operator": [200] * 4}

    lists = {name: asks(name).get("/api/v2/dags").status_code for name in PEOPLE}
    assert lists == {name: 403 if role == "Unit" else 200 for name, (role, _) in PEOPLE.items()}
    clerk = asks("clerk")
    assert clerk.get(wall).headers["location"].endswith(f"{play.campaign}/mine")
    assert own in clerk.get(f"{wall}/mine").headers["location"]

    rows = ["code,name,unit_of_measure,value,note", "gross_output,工业总产值,亿元,10.5,", "value_added,工业增加值,亿元,3.1,"]
    sent = {"file": (f"{play.campaign}__industry__committee__{play.year}-03.csv", "\n".join(rows).encode())}
    foreign = clerk.post(f"{own}/upload", files=sent, headers={"origin": "http://elsewhere.invalid"})
    assert foreign.status_code == 403
    assert asks("other_clerk").post(f"{own}/upload", files=sent).status_code in (403, 409)
    taken = clerk.post(f"{own}/upload", files=sent)
    assert taken.status_code == 303, taken.text
    acknowledged = clerk.get(taken.headers["location"]).text
    assert "接收" in acknowledged, acknowledged
    with play.workplace(play.at(4, 10, 18)).warehouse.read() as store:
        [received] = store.ledger.events(play.campaign, EventKind.RETURN_RECEIVED)
    assert (received.actor or {})["airflow"] == play.machine.numbers["clerk"]
