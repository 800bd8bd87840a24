"""The page of problems: what it shows to whom, and a problem's whole way by its forms."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from gaoxin.campaign import problems, questioning
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.settings import Settings
from tests.integration.test_problems import ROW, filled
from tests.pages import client

ADDED = {"by": "supervision", "text": "台账不全", "owner": "science", "standard": "补齐<并>核对", "due": "2024-04-30",
         "origin": "supervision", "source": "4月督查", "found_on": "2024-04-03"}


@pytest.fixture
def browser(demo_workplace, settings: Settings, tmp_path) -> Callable[[str], TestClient]:
    """browser("watch"): of an account of the file, on a day of April."""
    questioning.ask(demo_workplace("2024-04-08"), "committee", "怎么填")  # the drill comes to that day
    file = tmp_path / "accounts.yaml"
    entries = {"watch": "roles: [supervision]", "clerk": "roles: [unit], units: [science]", "other":
               "roles: [unit], units: [committee]", "office": "roles: [office]"}
    file.write_text("schema: 1\naccounts:\n" + "".join(f"  - {{airflow: {name}, {rest}}}\n" for name, rest in entries.items()),
                    encoding="utf-8")
    file.chmod(0o600)
    return lambda name: client(settings.model_copy(update={"accounts": file}), name)


def test_a_problems_whole_way(browser, settings):
    watch, clerk, other = browser("watch"), browser("clerk"), browser("other")
    assert watch.post("/demo/problems", data=ADDED).status_code == 303
    (one,) = problems.problems(open_workplace(settings, "demo")).problems
    assert "补齐&lt;并&gt;核对" in clerk.get("/demo/problems").text
    assert "台账不全" not in other.get("/demo/problems").text, "another unit's"
    assert f"#{one.id}" in clerk.get("/demo/unit/science").text
    way = f"/demo/problems/{one.id}"
    handed = {"files": {"file": ("台账.pdf", b"bytes")}, "data": {"by": "science", "note": "已补"}}
    assert other.post(f"{way}/evidence", **handed).status_code == 403
    assert "data-dialog=\"check-" not in watch.get("/demo/problems").text, "nothing is there to be re-checked"
    assert clerk.post(f"{way}/evidence", **handed).status_code == 303
    (step,) = problems.problems(open_workplace(settings, "demo")).problems[0].evidence
    assert watch.get(f"{way}/file/{step.sha256}").content == b"bytes"
    assert other.get(f"{way}/file/{step.sha256}").status_code == 403
    said = {"outcome": "sent_back", "reason": "还差", "due": "2024-05-10"}
    assert clerk.post(f"{way}/recheck", data={"by": "supervision", **said}).status_code == 403
    assert browser("office").post(f"{way}/recheck", data={"by": "committee", **said}).status_code == 403, "did not find it"
    assert "data-dialog=\"check-" in watch.get("/demo/problems").text
    assert watch.post(f"{way}/recheck", data={"by": "supervision", **said}).status_code == 303
    assert clerk.post(f"{way}/evidence", files={"file": ("b", b"more")}, data={"by": "science"}).status_code == 303
    done = watch.post(f"{way}/recheck", data={"by": "supervision", "outcome": "accepted", "reason": "已核对", "due": ""})
    assert done.headers["location"].endswith(f"done={one.id}")
    assert "已销号" in watch.get("/demo/problems").text
    assert "台账不全" not in watch.get("/demo/problems?everything=false").text
    assert "台账不全" not in re.sub(r"<title>.*?</title>", "", watch.get("/demo/problems?as_of=2024-04-01").text)


def test_a_list_by_the_page(browser, settings, tmp_path):
    watch, w = browser("watch"), open_workplace(settings, "demo", parse_as_of("2024-04-08"), acts=True)
    given = {"by": "supervision", "origin": "hearing", "source": "听证会"}
    faulty = filled(w, tmp_path, [*ROW[:2], "谁", *ROW[3:]])
    wrong = watch.post("/demo/problems/load", data=given, files={"file": ("a.xlsx", faulty)})
    assert wrong.status_code == 422
    assert "问题清单!C2" in wrong.text
    right = watch.post("/demo/problems/load", data=given, files={"file": ("a.xlsx", filled(w, tmp_path, ROW))})
    assert right.status_code == 303, right.text[:3000]
    assert right.headers["location"].endswith("loaded=1&before=0")
    template = watch.get("/demo/problems/template.xlsx")
    assert template.content == problems.template_bytes(w)
