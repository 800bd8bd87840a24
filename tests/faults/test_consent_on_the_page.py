"""Consent on the gate's page against a running engine: the run that waits goes on by itself, a run starts where none waits, and
each word is in the ledger once (docs/decisions/076)."""

from __future__ import annotations

import re
import time

import httpx
import pytest

from gaoxin.campaign import reviewing
from gaoxin.clock import LATEST
from gaoxin.drill.airflow_api import wait_until
from tests.faults.play import Play

pytestmark = [pytest.mark.scheduler, pytest.mark.timeout(900)]


@pytest.fixture
def browser(play: Play) -> httpx.Client:
    """Logged in as a browser is: by Airflow's cookie, from the pages' own origin."""
    airflow = play.machine.airflow
    base = f"http://127.0.0.1:{airflow.port}"
    found = httpx.Client(base_url=base, timeout=60, trust_env=False, headers={"origin": base})
    account = {"username": "admin", "password": airflow.passwords["admin"]}
    found.cookies.set("_token", found.post("/auth/token", json=account).json()["access_token"])
    return found


def asked(play: Play) -> None:
    """The campaign up to the consent that its gate waits for."""
    play.tick("reminders", play.at(4, 9))
    play.hand_in()
    play.tick("supervision", play.at(4, 10))
    play.begin("supervision", play.at(4, 26))
    assert wait_until(lambda: bool(waiting(play)), seconds=240, each=1, check=lambda: None), "nobody was asked"


def waiting(play: Play) -> list[dict]:
    return [r for r in play.machine.api.requests() if r["task_instance"]["dag_id"].startswith(f"{play.campaign}.")]


def said(play: Play, browser: httpx.Client, decision: str, reason: str) -> str:
    """Where the page leads to after a word to the figures that it shows."""
    gate = f"/gaoxin/{play.campaign}/gate/collection"
    shown = browser.get(gate)
    assert shown.status_code == 200, shown.text
    seal = re.search(r'name="seal" value="([0-9a-f]{64})"', shown.text)
    after = re.search(r'name="after" value="(\d+)"', shown.text)
    assert seal, shown.text
    assert after, shown.text
    given = {"by": "government", "seal": seal[1], "after": after[1], "decision": decision, "reason": reason}
    done = browser.post(f"{gate}/consent", data=given)
    assert done.status_code == 303, done.text
    return done.headers["location"]


def runs(play: Play) -> list[str]:
    found = play.machine.api.runs([f"{play.campaign}.phase01.collection"])
    return [r["state"] for r in found]


def ended(play: Play, *states: str) -> float:
    """How long it took until the gate's runs had come to these ends."""
    since = time.monotonic()
    assert wait_until(lambda: runs(play) == list(states), seconds=240, each=0.5, check=lambda: None), runs(play)
    return time.monotonic() - since


def words(play: Play) -> list[tuple[str, str | None]]:
    with play.workplace(play.at(6, 1)).warehouse.read() as store:
        return [(a.decision, a.reason) for a in store.decisions.approvals(play.campaign, LATEST)]


def passed(play: Play) -> bool:
    with play.workplace(play.at(4, 26)).warehouse.read() as store:
        return "collection" in store.decisions.passed(play.campaign, LATEST)


def test_the_run_that_waits_goes_on_at_once_and_the_word_is_recorded_once(play, browser):
    asked(play)
    assert said(play, browser, "approve", "同意上报").endswith("?done=approve")
    took = ended(play, "success")
    assert took < 120
    assert words(play) == [("approve", "同意上报")]
    assert passed(play)
    assert waiting(play) == []
    assert "关口已于" in browser.get(f"/gaoxin/{play.campaign}/gate/collection").text


def test_a_refusal_ends_the_run_and_taking_it_back_starts_another_that_passes(play, browser):
    asked(play)
    assert said(play, browser, "reject", "产值再核实").endswith("?done=reject")
    ended(play, "failed")
    assert not passed(play)
    page = browser.get(f"/gaoxin/{play.campaign}/gate/collection").text
    assert "产值再核实" in page
    assert "不予通过" not in page
    assert said(play, browser, "approve", "已核实").endswith("?done=approve")
    ended(play, "failed", "success")
    assert words(play) == [("reject", "产值再核实"), ("approve", "已核实")]
    assert passed(play)


@pytest.mark.faults
def test_a_request_waits_as_long_as_it_stands_and_ends_its_run_when_it_is_void(play, browser):
    """It is parked again and again (every ten seconds here, every hour else) and its answer is taken all the same."""
    asked(play)
    time.sleep(45)
    assert runs(play) == ["running"]
    w = play.workplace(play.at(4, 26))
    with w.warehouse.read() as store:
        [march] = store.returns.all(play.campaign, LATEST)
    reviewing.send_back(w, march.return_id, "产值请再核对一下", by="supervision")
    ended(play, "failed")
    assert waiting(play) == []
    reviewing.take_back(play.workplace(play.at(4, 26)), march.return_id, "核对无误", by="supervision")
    play.begin("supervision", play.at(4, 26, 19))
    assert wait_until(lambda: bool(waiting(play)), seconds=240, each=1, check=lambda: None), "it is asked for again"
    time.sleep(25)
    assert said(play, browser, "approve", "同意上报").endswith("?done=approve")
    # Where the request is just being looked at, another run starts for the word: both pass, and the word is recorded once.
    done = lambda: passed(play) and {*runs(play)[1:]} == {"success"}  # noqa: E731
    assert wait_until(done, seconds=240, each=1, check=lambda: None), runs(play)
    assert words(play) == [("approve", "同意上报")]
