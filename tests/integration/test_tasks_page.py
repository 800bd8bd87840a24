"""The ledger of tasks on the pages: filtered, as of a time, as a workbook; told of on the lead's desk and closed by another."""

from __future__ import annotations

import io

import pytest

from gaoxin.campaign import taskbook
from gaoxin.campaign.desks import desk
from gaoxin.campaign.paging import Page
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.tasks.model import TaskStatus
from tests.integration.test_tasks import ALL, acting_at, hand_in, survey  # noqa: F401 - a fixture
from tests.pages import client


@pytest.fixture
def browser(acting_at):  # noqa: F811
    """A browser on a day on which everything but the milestone is in."""
    w = acting_at("2024-02-10")
    hand_in(w, *ALL)
    return client(w.settings), w.settings


def now(settings):
    return survey(open_workplace(settings, "demo"))


def test_a_lead_tells_on_its_desk_and_another_closes_in_the_ledger(browser):
    page, settings = browser
    desk = page.get("/demo/unit/committee").text
    assert "报告已达到" in desk
    assert "报告进展" not in desk.partition("开展调研")[2].partition("编制申报材料")[0], "its deliverables are in"
    assert page.post("/demo/unit/committee/task/survey/progress", data={"percent": "90", "words": "只差复核", "day": "2024-02-09"}
                     ).status_code == 303
    told = now(settings)
    assert (told.progress, told.words, str(told.told_on), told.state) == (90, "只差复核", "2024-02-09", TaskStatus.UNDER_WAY)
    refused = page.post("/demo/unit/committee/task/survey/progress", data={"percent": "80"})
    assert (refused.status_code, "须说明原因" in refused.text, "退回上一页，按上面所说补填" in refused.text) == (409, True, True)
    assert page.post("/demo/unit/committee/task/survey/progress", data={"percent": "很多"}).status_code == 409
    assert page.post("/demo/unit/committee/task/survey/milestone", data={"milestone": "half"}).status_code == 303
    ledger = page.get("/demo/tasks").text
    assert "待销号" in ledger
    assert 'action="/gaoxin/demo/task/survey/close"' in ledger
    closed = page.post("/demo/task/survey/close", data={"by": "supervision", "reason": "已现场核实"})
    assert closed.headers["location"].startswith("/gaoxin/demo/tasks")
    assert now(settings).closed_by == "supervision"
    assert "已现场核实" in page.get("/demo/tasks").text
    reopened = page.post("/demo/task/survey/reopen", data={"by": "supervision", "reason": "抽查发现材料不实"})
    assert reopened.status_code == 303
    ledger = page.get(reopened.headers["location"].removeprefix("/gaoxin")).text
    assert ("任务重开" in ledger, "重开前的，待更新" in ledger, 'name="confirmed"' in ledger) == (True, True, True)
    assert page.post("/demo/task/survey/close", data={"by": "supervision", "reason": "已核实"}).status_code == 409
    assert now(settings).closed_by is None
    again = {"by": "supervision", "reason": "已核实", "confirmed": "原件逐份核对无误"}
    assert page.post("/demo/task/survey/close", data=again).status_code == 303
    assert now(settings).closed_by == "supervision"


def test_a_unit_hands_in_its_deliverables_on_its_desk(acting_at):  # noqa: F811
    """All of what is sent at once, or nothing of it."""
    w = acting_at("2024-02-10")
    page, at = client(w.settings), "/demo/unit/{}/task/survey/evidence".format
    desk = page.get("/demo/unit/finance").text
    assert ('action="/gaoxin/demo/unit/finance/task/survey/evidence"' in desk, 'value="note@finance"' in desk) == (True, True)
    two = [("file", ("一.txt", b"one")), ("file", ("空.txt", b""))]
    refused = page.post(at("committee"), data={"piece": "report"}, files=two)
    assert (refused.status_code, "没有登记" in refused.text or "未登记" in refused.text) == (409, True)
    assert now(w.settings).state is TaskStatus.NOT_STARTED
    assert page.post(at("finance"), data={"piece": "note@tax"}, files=two[:1]).status_code == 403
    assert page.post(at("finance"), data={"piece": "report"}, files=[]).status_code == 422
    for unit, piece in (("committee", "report"), ("finance", "note@finance"), ("committee", "note@tax")):
        assert page.post(at(unit), data={"piece": piece}, files=[("file", (f"{piece}.txt", piece.encode()))]).status_code == 303
    assert [d.name.zh for d in now(w.settings).deliverables if d.missing] == ["情况报告（区科技局）"]


def test_another_than_who_does_the_work_sets_aside_and_resumes_on_the_page(browser):
    page, settings = browser
    assert 'action="/gaoxin/demo/task/survey/set-aside"' in page.get("/demo/tasks").text
    assert page.post("/demo/task/survey/set-aside", data={"by": "supervision", "reason": ""}).status_code == 409
    assert page.post("/demo/task/survey/set-aside", data={"by": "supervision", "reason": "待上级批复"}).status_code == 303
    assert now(settings).state is TaskStatus.OTHER
    ledger = page.get("/demo/tasks").text
    assert 'action="/gaoxin/demo/task/survey/resume"' in ledger
    assert page.post("/demo/task/survey/resume", data={"by": "committee", "reason": "批复已到"}).status_code == 403
    assert page.post("/demo/task/survey/resume", data={"by": "supervision", "reason": "批复已到"}).status_code == 303
    assert now(settings).state is not TaskStatus.OTHER


def test_a_task_without_a_day_is_on_its_units_desk(acting_at, tmp_path):  # noqa: F811
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    undated = ("    due: 2024-02\n    phase: launch\n", "")
    text = file.read_text(encoding="utf-8")
    assert text.count(undated[0]) == 1
    file.write_text(text.replace(*undated), encoding="utf-8")
    settings = acting_at("2024-02-10").settings
    register_plan(settings, "demo", parse_as_of("2024-02-11"), reason="期限另定", by="first act")
    w = acting_at("2024-02-12", acts=False)
    assert [(t.task, t.due) for t in desk(w, "science", Page(10)).tasks if t.task == "survey"] == [("survey", None)]
    assert "未定期限" in client(settings).get("/demo/unit/science").text


def test_filters_as_of_and_the_workbook(browser):
    from openpyxl import load_workbook

    page, settings = browser
    assert len(taskbook.tasks(open_workplace(settings, "demo")).tasks) == 2
    by_unit, by_state = page.get("/demo/tasks?unit=tax").text, page.get("/demo/tasks?state=not_started").text
    assert ('id="survey"' in by_unit, 'id="dossier"' in by_unit) == (True, False)
    assert ('id="survey"' in by_state, 'id="dossier"' in by_state) == (False, True)
    then = page.get("/demo/tasks?as_of=2024-01-05T08:00").text
    assert "未交" in then.partition('id="dossier"')[0]
    assert page.get("/demo/tasks?state=nowhere").status_code == 404
    book = page.get("/demo/tasks.xlsx?as_of=2024-01-05T08:00")
    rows = [[c.value for c in row] for row in load_workbook(io.BytesIO(book.content)).worksheets[0].iter_rows(min_row=3)]
    assert rows[0][-1] == "任务进展"
    assert rows[1][-1] == "未启动；成果 0 / 4 件"
    assert "Ledger of tasks" in page.get("/demo/tasks?lang=en", follow_redirects=True).text
